/* See forum_fixture.h. */
#include "tests/unit/forum_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>

#include "server/store/accounts.h"
#include "server/store/boards.h"
#include "server/store/feeds.h"
#include "server/store/guests.h"
#include "server/util/words.h"

enum { ARENA = 32 << 20 };

/* A piece of work in a transaction of its own. */
struct work {
    struct job job;
    void (*act)(struct db *db, void *context);
    void *context;
};

static bool run_work(struct job *job, struct db *db)
{
    struct work *work = (struct work *)(void *)job;
    work->act(db, work->context);
    return !db_failed(db);
}

static void work(struct forum *forum, void (*act)(struct db *, void *), void *context)
{
    struct work w = {.job.run = run_work, .act = act, .context = context};
    assert_true(store_run_now(forum->store, &w.job));
}

/* What setup does beside accounts. */
static void mint(struct db *db, void *context)
{
    (void)context;
    assert_true(store_feed_mint(db));
    store_guest_key_mint(db);
}

void forum_open(struct forum *forum)
{
    struct store_options options = {.readers = 1, .hashers = 1};
    struct store_refusal refusal;
    bool created;

    assert_true(sodium_init() >= 0);
    *forum = (struct forum){.site = {.name = TEXT("test"), .totp_grace_ms = 1000000000}};
    temporary_make(&forum->directory);
    options.directory = forum->directory.path;
    forum->store = store_open(&options, &created, &refusal);
    assert_non_null(forum->store);
    forum->arena = arena_new(ARENA);
    work(forum, mint, NULL);
}

void forum_close(struct forum *forum)
{
    store_close(forum->store);
    arena_free(forum->arena);
    temporary_remove(&forum->directory);
}

/* ---- people and boards ---- */

struct new_member {
    const char *handle;
    enum role role;
    struct arena *arena;
    struct member made;
};

static void make_member(struct db *db, void *context)
{
    struct new_member *new = context;
    struct account_row row = {
        .handle = text_of(new->handle),
        .name = text_of(new->handle),
        .zone = TEXT("Asia/Shanghai"),
        .created = db_now(db),
    };
    struct grant_row grant = {.role = new->role, .scope = SCOPE_SITE, .since = db_now(db)};
    unsigned char hash[32];

    crypto_generichash(hash, sizeof hash, (const unsigned char *)new->handle, strlen(new->handle), NULL, 0);
    struct text key = words_handle_key(words_handle(row.handle, new->arena), new->arena);
    new->made.account = store_account_insert(db, &row, key, (struct text){NULL, 0});
    assert_true(store_grant_add(db, new->made.account, &grant));
    store_account_settle(db, new->made.account, db_now(db), 1000000000);
    new->made.session = store_session_insert(db, new->made.account, (struct text){(char *)hash, sizeof hash}, db_now(db), TEXT("t"));
}

struct member forum_member(struct forum *forum, const char *handle, enum role role)
{
    struct new_member new = {.handle = handle, .role = role, .arena = forum->arena};
    work(forum, make_member, &new);
    return new.made;
}

struct new_grant {
    struct member member;
    struct grant_row row;
};

static void make_grant(struct db *db, void *context)
{
    struct new_grant *new = context;
    assert_true(store_grant_add(db, new->member.account, &new->row));
    store_account_settle(db, new->member.account, db_now(db), 1000000000);
}

void forum_grant(struct forum *forum, struct member member, enum role role, uint64_t board)
{
    struct new_grant new = {member, {.role = role, .scope = SCOPE_BOARD, .ref = board}};
    work(forum, make_grant, &new);
}

static void make_board(struct db *db, void *context)
{
    struct board_record *board = context;
    board->id = store_board_insert(db, board);
}

uint64_t forum_board(struct forum *forum, const char *slug, enum role read, enum role write)
{
    struct board_record board = {
        .slug = text_of(slug), .name = text_of(slug), .read = read, .start = write, .reply = write, .feed = true, .created = 1,
    };
    work(forum, make_board, &board);
    return board.id;
}

/* ---- requests ---- */

struct asked {
    struct job job;
    struct request *r;
};

static bool run_request(struct job *job, struct db *db)
{
    struct asked *asked = (struct asked *)(void *)job;
    return request_run(asked->r, db);
}

static bool prepare_request(struct job *job, struct db *db)
{
    struct asked *asked = (struct asked *)(void *)job;
    return request_prepare(asked->r, db);
}

static struct text encode(struct forum *forum, const struct shape *shape, const void *in)
{
    struct wire_writer w = arena_writer(forum->arena, 4 << 20);
    shape_encode(shape, in, &w);
    assert_int_equal(w.error, WIRE_OK);
    arena_trim(forum->arena, &w);
    return (struct text){(const char *)w.at, w.len};
}

int town_make(void **state)
{
    struct town *t = calloc(1, sizeof *t);

    forum_open(&t->forum);
    t->essays = forum_board(&t->forum, "essays", ROLE_VISITOR, ROLE_CITIZEN);
    t->inner = forum_board(&t->forum, "inner", ROLE_MEMBER, ROLE_MEMBER);
    t->admin = forum_member(&t->forum, "admin", ROLE_ADMINISTRATOR);
    t->author = forum_member(&t->forum, "zhang", ROLE_MEMBER);
    t->other = forum_member(&t->forum, "li", ROLE_MEMBER);
    t->citizen = forum_member(&t->forum, "wang", ROLE_CITIZEN);
    t->editor = forum_member(&t->forum, "editor", ROLE_MODERATOR);
    *state = t;
    return 0;
}

int town_end(void **state)
{
    struct town *t = *state;

    forum_close(&t->forum);
    free(t);
    return 0;
}

enum status forum_ask(struct forum *forum, uint64_t session, enum op op, const void *in)
{
    struct arena *old = forum->arena;
    struct asked asked = {.job.run = run_request, .r = &forum->r};
    const struct message *message = message_by_op((uint16_t)op);
    enum status status;

    forum->arena = arena_new(ARENA); /* what is asked may borrow from the answer before */
    forum->r = (struct request){.site = &forum->site, .message = message, .arena = forum->arena, .session = session, .client = TEXT("test"),
                                .records = forum->records};
    forum->r.raw = encode(forum, message->request, in);
    void *decoded = arena_alloc(forum->arena, message->request->size);
    status = shape_decode(message->request, forum->r.raw.at, forum->r.raw.len, decoded, &forum->r.fault);
    arena_free(old);
    if (status)
        return status;
    forum->r.in = decoded;
    if (message->where == WHERE_KDF) {
        struct asked prepared = {.job.run = prepare_request, .r = &forum->r};
        if (!store_run_now(forum->store, &prepared.job))
            return forum->r.status;
    }
    /* The way in before the store's threads run says nothing but whether the work was kept. */
    bool kept = store_run_now(forum->store, &asked.job);
    assert_true(kept == (forum->r.status == STATUS_OK));
    return forum->r.status;
}

enum status forum_do(struct forum *forum, uint64_t session, enum op op, void *in)
{
    struct timespec now;
    const struct shape *shape = message_by_op((uint16_t)op)->request;

    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    for (unsigned i = 0; i < 6; i++)
        forum->id[i] = (char)(ms >> (8 * (5 - i)));
    forum->operations++;
    memcpy(forum->id + 8, &forum->operations, sizeof forum->operations);
    forum->op_id = (struct text){forum->id, sizeof forum->id};
    memcpy((uint8_t *)in + shape->fields[0].offset, &forum->op_id, sizeof forum->op_id);
    return forum_ask(forum, session, op, in);
}

void forum_reply(struct forum *forum, void *out)
{
    struct fault fault;

    assert_non_null(forum->r.answer_last);
    assert_int_equal(forum->r.answer_last->kind, FRAME_RESPONSE);
    assert_int_equal(shape_decode(forum->r.message->reply, forum->r.answer_last->payload.at, forum->r.answer_last->payload.len, out,
                                  &fault), STATUS_OK);
}

size_t forum_frames(struct forum *forum, void *out, size_t size, size_t room)
{
    struct fault fault;
    size_t n = 0;

    for (struct answer_frame *frame = forum->r.answer; frame; frame = frame->next) {
        assert_true(n < room);
        assert_true(frame->payload.len <= LIMIT_PART);
        assert_int_equal(frame->kind, frame->next ? FRAME_PART : FRAME_RESPONSE);
        assert_int_equal(shape_decode(forum->r.message->reply, frame->payload.at, frame->payload.len, (uint8_t *)out + n * size, &fault),
                         STATUS_OK);
        n++;
    }
    return n;
}

size_t forum_events(const struct forum *forum)
{
    size_t n = 0;
    for (struct event *event = forum->r.events; event; event = event->next)
        n++;
    return n;
}

size_t forum_public_events(const struct forum *forum)
{
    size_t count = 0;

    for (const struct event *event = forum->r.events; event; event = event->next)
        count += event->topic != TOPIC_QUEUE;
    return count;
}

const struct event *forum_event(const struct forum *forum, size_t at, struct change_record *change)
{
    const struct event *event = forum->r.events;
    struct fault fault;

    while (event && at--)
        event = event->next;
    if (!event) {
        fail_msg("there is no such event");
        return NULL;
    }
    assert_int_equal(shape_decode(&shape_change_record, event->payload.at, event->payload.len, change, &fault), STATUS_OK);
    assert_int_equal(change->seq, event->seq);
    return event;
}

/* ---- the rest ---- */

static void fill_backlog(struct db *db, void *context)
{
    assert_true(topics_backlog(context, db));
}

struct backlog forum_backlog(struct forum *forum, uint64_t session, enum topic topic, uint64_t id, uint64_t since)
{
    struct backlog backlog = {.topic = topic, .id = id, .since = since, .session = session, .arena = forum->arena};
    work(forum, fill_backlog, &backlog);
    return backlog;
}

uint64_t forum_number(const struct forum *forum, const char *sql)
{
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;
    uint64_t number = 0;

    snprintf(path, sizeof path, "%s/forum.db", forum->directory.path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        number = (uint64_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return number;
}

struct post_reply forum_post(struct forum *forum, struct member by, const char *board, const char *title, struct text body)
{
    struct post_request in = {.board = text_of(board), .title = text_of(title), .body = body};
    struct post_reply out;

    assert_int_equal(forum_do(forum, by.session, MSG_POST, &in), STATUS_OK);
    forum_reply(forum, &out);
    return out;
}

struct reply_reply forum_answer(struct forum *forum, struct member by, uint64_t thread, uint64_t to, struct text body)
{
    struct reply_request in = {.thread = thread, .to = to, .body = body};
    struct reply_reply out;

    assert_int_equal(forum_do(forum, by.session, MSG_REPLY, &in), STATUS_OK);
    forum_reply(forum, &out);
    return out;
}
