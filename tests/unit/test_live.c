/* Streams of events: what is asked, where they stand, what they say, and when they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/unit/fake_loop.h"

#include "server/cursor.h"
#include "server/dispatch.h"
#include "server/forum/topics.h"
#include "server/hub/hub.h"
#include "server/web/live.h"
#include "server/web/live_change.h"
#include "server/web/live_topics.h"

#define EPOCH "0102030405060708" /* of the fake store */

enum { THREAD = 5, BOARD = 3, PLENTY = 1 << 20, ARENA = 1 << 20 };

static const struct board_policy open_board = {.board = BOARD, .read = ROLE_VISITOR};
static const struct board_policy members_board = {.board = BOARD, .read = ROLE_MEMBER};
static const struct actor member = {.account = 8, .session = 80, .role = ROLE_MEMBER};

/* ---- what http/ and the core give ---- */

struct exchange {
    struct http_request request;
    struct text last;
    struct connection *connection; /* NULL: gone */
    unsigned status;               /* of the answer; 0: none yet */
    const struct http_stream *kind;
    void *stream;
};

const struct http_request *exchange_request(const struct exchange *x)
{
    return &x->request;
}

struct text exchange_field(const struct exchange *x, struct text name)
{
    assert_true(text_equal(name, TEXT("last-event-id")));
    return x->last;
}

void exchange_answer(struct exchange *x, const struct http_answer *answer)
{
    assert_int_equal(x->status, 0);
    x->status = answer->status;
}

struct connection *exchange_stream(struct exchange *x, const struct http_answer *head, const struct http_stream *kind, void *stream)
{
    assert_int_equal(x->status, 0);
    x->status = head->status;
    assert_true(text_equal(head->type, TEXT("text/event-stream")));
    if (!x->connection)
        return NULL;
    x->kind = kind;
    x->stream = stream;
    return x->connection;
}

/* What the core would answer; set by each test. */
static enum status answers;          /* to resume and subscribe */
static enum status subscribe_answers;
static uint64_t head;                /* of every topic */
static uint64_t asked_since;         /* of the last subscription asked for; 0: from now on */
static struct backlog found;

bool request_run(struct request *r, struct db *db)
{
    static struct subscription_grant grant;
    struct cursor cursor;

    (void)db;
    r->status = r->message->op == MSG_RESUME ? answers : subscribe_answers;
    if (r->message->op == MSG_RESUME) {
        const struct resume_request *in = r->in;
        assert_true(text_equal(in->token, TEXT("token")));
        if (r->status == STATUS_OK)
            r->becomes = &member;
        return r->status == STATUS_OK;
    }
    const struct subscribe_request *in = r->in;
    grant = (struct subscription_grant){.topic = in->topic, .id = in->id, .since = head, .board = open_board};
    asked_since = 0;
    if (in->since.at) {
        assert_true(cursor_decode(in->since, &cursor));
        assert_int_equal(cursor.topic, in->topic);
        grant.since = asked_since = cursor.seq;
        if (grant.since > head)
            r->status = STATUS_RESYNC;
    }
    r->grants = r->status == STATUS_OK ? &grant : NULL;
    return r->status == STATUS_OK;
}

void request_refuse(struct request *r, enum status status)
{
    r->status = status;
}

bool topics_backlog(struct backlog *b, struct db *db)
{
    (void)db;
    b->status = found.status;
    b->events = b->topic == TOPIC_THREAD ? found.events : NULL;
    b->upto = head;
    b->done = true;
    b->board = open_board;
    return true;
}

/* ---- the stage ---- */

struct stage {
    struct site site;
    struct live *live;
    struct hub *hub;
    struct dispatch *dispatch;
    struct live_loop *local;
    struct exchange x;
    struct connection *connection;
    size_t read;
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);

    fake_loop = (struct loop){.limit = SIZE_MAX, .now = 1000};
    fake_store = (struct store){.count = 0};
    answers = subscribe_answers = STATUS_OK;
    head = 56;
    found = (struct backlog){.status = STATUS_OK};
    s->live = live_new(&(struct live_options){.store = &fake_store, .site = &s->site, .streams = 20});
    s->hub = hub_new(&fake_loop, &fake_store);
    s->dispatch = dispatch_new(NULL);
    dispatch_attach(s->dispatch, &fake_loop, s->hub);
    s->local = live_start(s->live, &fake_loop, s->hub);
    s->connection = calloc(1, sizeof *s->connection);
    s->x = (struct exchange){
        .request = {.method = METHOD_GET, .path = TEXT("/live"), .arena = arena_new(ARENA), .peer = 7},
        .connection = s->connection,
    };
    *state = s;
    return 0;
}

static void store_turn(void)
{
    struct task *task = (struct task *)fake_take();

    (void)task->job.run(&task->job, NULL);
    task->job.durable = true;
    task->settle(task);
}

static void all_turns(struct stage *s)
{
    struct outlet outlet = {s->connection, PLENTY};

    do {
        while (fake_store.count)
            store_turn();
        if (s->x.stream)
            s->x.kind->output(s->x.stream, &outlet);
    } while (fake_store.count);
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    if (s->x.stream)
        s->x.kind->closed(s->x.stream);
    while (fake_store.count)
        store_turn();
    assert_true(live_settled(s->local) && hub_settled(s->hub));
    live_stop(s->local);
    live_free(s->live);
    hub_free(s->hub);
    dispatch_free(s->dispatch);
    arena_free(s->x.request.arena);
    free(s->connection);
    free(s);
    return 0;
}

static void open_as(struct stage *s, struct text query, struct text token)
{
    s->x.request.query = query;
    live_open(s->local, &s->x, token);
}

#define VISITOR ((struct text){NULL, 0})
#define TOKEN TEXT("token")

/* What was said since, which must be this. */
static void assert_said(struct stage *s, const char *words)
{
    const struct text said = {(const char *)s->connection->out + s->read, s->connection->len - s->read};

    if (!text_equal(said, text_of(words)))
        fail_msg("said\n%.*swanted\n%s", (int)said.len, said.at, words);
    s->read = s->connection->len;
}

static void output(struct stage *s, size_t room)
{
    struct outlet outlet = {s->connection, room};

    s->connection->wants = false;
    s->x.kind->output(s->x.stream, &outlet);
}

/* ---- commits ---- */

struct commit {
    struct task task;
    struct request request;
    struct event event;
    struct access_change access;
};

static void keep(struct task *task)
{
    (void)task;
}

static void commit(struct stage *s, const struct event *event, const struct access_change *access)
{
    struct commit c = {.task = {.job.durable = true, .loop = &fake_loop, .settle = keep}};

    c.task.request = &c.request;
    if (event) {
        c.event = *event;
        c.request.events = &c.event;
    }
    if (access) {
        c.access = *access;
        c.request.access = &c.access;
    }
    dispatch_committed(s->dispatch, &c.task.job);
}

/* An encoded change in static memory: a post on this floor. */
static struct text encode(uint64_t seq, const struct post_record *post)
{
    static uint8_t post_bytes[9000], bytes[9100];
    struct wire_writer w = wire_writer_over(post_bytes, sizeof post_bytes);
    struct change_record change = {.seq = seq, .cursor = TEXT("cursor")};

    shape_encode(&shape_post_record, post, &w);
    change.post = (struct items){post_bytes, w.len, 1};
    w = wire_writer_over(bytes, sizeof bytes);
    shape_encode(&shape_change_record, &change, &w);
    assert_int_equal(w.error, WIRE_OK);
    return (struct text){(const char *)bytes, w.len};
}

static struct text post_at(uint64_t seq)
{
    return encode(seq, &(struct post_record){
        .id = 100 + seq, .thread = THREAD, .floor = seq, .author = TEXT("liming"), .author_name = TEXT("李明"),
        .revision = 1, .body = TEXT("never told"),
    });
}

static void commit_post(struct stage *s, uint64_t seq)
{
    commit(s, &(struct event){.topic = TOPIC_THREAD, .id = THREAD, .seq = seq, .payload = post_at(seq)}, NULL);
}

#define CHANGE(id, seq, post) \
    "event: change\nid: " EPOCH id "\ndata: {\"topic\":\"t5\",\"seq\":" seq ",\"post\":{\"id\":" post ",\"thread\":5," \
    "\"floor\":" seq ",\"author\":\"liming\",\"revision\":1,\"state\":\"visible\"}}\n\n"
#define PLACE(event, id, topic, seq) \
    "event: " event "\nid: " EPOCH id "\ndata: {\"topic\":\"" topic "\",\"seq\":" seq "}\n\n"
#define BEGINNING "retry: 5000\n\n"

/* ---- what is written ---- */

static void topics_are_read_as_they_are_written(void **state)
{
    static const char *const right[] = {
        EPOCH, EPOCH "~t12.56", EPOCH "~t12", EPOCH "~a", EPOCH "~a.0", EPOCH "~a17.5~b3.99~t1.1",
        EPOCH "~t9223372036854775807.9223372036854775807", EPOCH "~q", EPOCH "~q.7~q3.9",
    };
    static const char *const wrong[] = {
        "", "0102", "010203040506070G", "010203040506070A", EPOCH "~", EPOCH "t1", EPOCH "~t", EPOCH "~t0", EPOCH "~t1.",
        EPOCH "~c1.1",
        EPOCH "~t1.1~t1.2", EPOCH "~t1.1 ", EPOCH "~t-1", EPOCH "~t1.1.1", EPOCH "~t123456789012345678901",
        EPOCH "~t1~t2~t3~t4~t5~t6~t7~t8~t9",
    };
    struct live_topic topics[LIVE_TOPICS];
    uint8_t epoch[LIVE_EPOCH];
    char written[LIVE_WRITTEN];
    uint32_t count;

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        assert_true(live_topics_read(text_of(right[i]), epoch, topics, &count));
        size_t len = live_topics_write(written, epoch, topics, count);
        assert_true(text_equal((struct text){written, len}, text_of(right[i])));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(live_topics_read(text_of(wrong[i]), epoch, topics, &count));
    assert_true(text_equal(live_topics_of_query(TEXT("a=b&topics=x~y&c")), TEXT("x~y")));
    assert_null(live_topics_of_query(TEXT("xtopics=1")).at);
    assert_null(live_topics_of_query(VISITOR).at);
}

static void assert_json(struct text payload, const char *want)
{
    char out[LIVE_CHANGE];
    size_t len = live_change_write(out, payload);

    if (!text_equal((struct text){out, len}, text_of(want)))
        fail_msg("wrote %.*s, wanted %s", (int)len, out, want);
}

static void changes_are_told_without_texts(void **state)
{
    static uint8_t inner[1024], bytes[2048];
    struct wire_writer w = wire_writer_over(inner, sizeof inner), all = wire_writer_over(bytes, sizeof bytes);
    struct change_record change = {.seq = 9, .cursor = TEXT("c")};

    (void)state;
    const struct post_record gone = {.id = 1, .thread = 2, .floor = 3, .author = TEXT("a\"\\\n</b>"), .state = POST_STATE_DELETED};
    assert_json(encode(7, &gone),
                ",\"seq\":7,\"post\":{\"id\":1,\"thread\":2,\"floor\":3,\"author\":\"a\\u0022\\u005c\\u000a</b>\",\"revision\":0,"
                "\"state\":\"deleted\"}");
    shape_encode(&shape_draft_record, &(struct draft_record){.id = TEXT("0123456789abcdef"), .version = 4, .body = TEXT("x")}, &w);
    change.draft = (struct items){inner, w.len, 1};
    shape_encode(&shape_change_record, &change, &all);
    assert_json((struct text){(const char *)bytes, all.len},
                ",\"seq\":9,\"draft\":{\"id\":\"MDEyMzQ1Njc4OWFiY2RlZg\",\"version\":4,\"discarded\":false}");
    assert_json(TEXT("\xff"), "");
}

/* ---- streams ---- */

static void a_visitor_is_told_what_happens(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56~b3"), VISITOR);
    assert_int_equal(s->x.status, 200);
    all_turns(s);
    assert_said(s, BEGINNING PLACE("live", "~t5.56~b3.56", "b3", "56") PLACE("live", "~t5.56~b3.56", "t5", "56"));
    commit_post(s, 57);
    assert_true(s->connection->wants);
    commit_post(s, 58);
    output(s, PLENTY);
    assert_said(s, CHANGE("~t5.57~b3.56", "57", "157") CHANGE("~t5.58~b3.56", "58", "158"));
}

static void it_goes_on_where_it_was_cut_off(void **state)
{
    struct stage *s = *state;
    struct event second = {.topic = TOPIC_THREAD, .id = THREAD, .seq = 56, .payload = TEXT("\xa1\x01\x18\x38")};

    found.events = &second;
    s->x.last = TEXT(EPOCH "~t5.55~b9.1");
    open_as(s, TEXT("topics=" EPOCH "~t5.20"), VISITOR);
    store_turn();
    assert_int_equal(asked_since, 55);
    all_turns(s);
    assert_true(s->connection->len > 0);
    assert_non_null(memmem(s->connection->out, s->connection->len, "\"seq\":56", 8));
}

static void another_history_is_a_gap(void **state)
{
    struct stage *s = *state;

    s->x.last = TEXT("1111111111111111~t5.90");
    open_as(s, TEXT("topics=ffffffffffffffff~t5.90"), VISITOR);
    all_turns(s);
    assert_int_equal(asked_since, 0);
    assert_said(s, BEGINNING PLACE("gap", "~t5.56", "t5", "56") PLACE("live", "~t5.56", "t5", "56"));
}

/* Such as after a backup was restored under the same name. */
static void a_place_that_does_not_exist_is_a_gap(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.90"), VISITOR);
    all_turns(s);
    assert_said(s, BEGINNING PLACE("gap", "~t5.56", "t5", "56") PLACE("live", "~t5.56", "t5", "56"));
}

static void what_may_not_be_read_ends(void **state)
{
    struct stage *s = *state;

    subscribe_answers = STATUS_NOT_FOUND;
    open_as(s, TEXT("topics=" EPOCH "~t5.56"), VISITOR);
    all_turns(s);
    assert_said(s, BEGINNING "event: end\nid: " EPOCH "\ndata: {\"topic\":\"t5\"}\n\n");
}

static void a_closed_board_ends_it(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56~a.1"), VISITOR);
    all_turns(s);
    s->read = s->connection->len;
    commit_post(s, 57);
    commit(s, NULL, &(struct access_change){.kind = ACCESS_BOARD, .board = members_board});
    output(s, PLENTY);
    assert_null(memmem(s->connection->out + s->read, s->connection->len - s->read, "change", 6));
    assert_non_null(memmem(s->connection->out + s->read, s->connection->len - s->read, "event: end", 10));
}

static void who_is_busy_is_asked_again(void **state)
{
    struct stage *s = *state;

    subscribe_answers = STATUS_BUSY;
    open_as(s, TEXT("topics=" EPOCH "~t5.56"), VISITOR);
    all_turns(s);
    assert_said(s, BEGINNING);
    subscribe_answers = STATUS_OK;
    s->x.kind->tick(s->x.stream);
    all_turns(s);
    assert_said(s, PLACE("live", "~t5.56", "t5", "56"));
}

/* ---- who asks ---- */

static void an_account_follows_itself(void **state)
{
    struct stage *s = *state;
    uint8_t notice[64], bytes[128];
    struct wire_writer w = wire_writer_over(notice, sizeof notice), all = wire_writer_over(bytes, sizeof bytes);
    struct change_record change = {.seq = 57, .cursor = TEXT("c")};

    open_as(s, TEXT("topics=" EPOCH "~a.56"), TOKEN);
    assert_int_equal(s->x.status, 0);
    all_turns(s);
    assert_int_equal(s->x.status, 200);
    assert_said(s, BEGINNING PLACE("live", "~a.56", "a", "56"));
    shape_encode(&shape_notice_record, &(struct notice_record){.id = 3, .kind = NOTICE_KIND_REPLY, .title = TEXT("t")}, &w);
    change.notice = (struct items){notice, w.len, 1};
    shape_encode(&shape_change_record, &change, &all);
    commit(s, &(struct event){.topic = TOPIC_ACCOUNT, .id = 8, .seq = 57, .payload = {(const char *)bytes, all.len}}, NULL);
    output(s, PLENTY);
    assert_said(s, "event: change\nid: " EPOCH "~a.57\n"
                   "data: {\"topic\":\"a\",\"seq\":57,\"notice\":{\"id\":3,\"kind\":\"reply\",\"read\":false}}\n\n");
}

/* Nothing that was committed before is told any more either, if it was not said by then. */
static void signing_out_ends_it_before_any_event(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56"), TOKEN);
    all_turns(s);
    s->read = s->connection->len;
    commit_post(s, 57);
    commit(s, NULL, &(struct access_change){.kind = ACCESS_SESSION, .account = 8, .id = 80});
    commit_post(s, 58);
    assert_true(s->connection->finished && !s->x.kind->idle(s->x.stream));
    output(s, PLENTY);
    assert_said(s, "event: bye\nid: " EPOCH "~t5.56\nretry: 5000\ndata: {}\n\n");
    assert_true(s->x.kind->idle(s->x.stream));
    output(s, PLENTY);
    assert_said(s, "");
}

static void so_does_demotion_even_while_it_asks(void **state)
{
    struct stage *s = *state;
    struct access_change less = {.kind = ACCESS_ACCOUNT, .account = 8, .actor = member};

    less.actor.role = ROLE_CITIZEN;
    open_as(s, TEXT("topics=" EPOCH "~t5.56~b3"), TOKEN);
    store_turn();
    output(s, PLENTY);
    assert_int_equal(fake_store.count, 1);
    commit(s, NULL, &less);
    store_turn();
    output(s, PLENTY);
    assert_int_equal(fake_store.count, 0);
    assert_said(s, BEGINNING "event: bye\nid: " EPOCH "~t5.56~b3\nretry: 5000\ndata: {}\n\n");
}

/* The reader found who it is before access changed: it is found once more. */
static void who_it_is_is_read_again_where_that_changed(void **state)
{
    struct stage *s = *state;
    struct task *task;

    open_as(s, TEXT("topics=" EPOCH "~t5.56"), TOKEN);
    task = (struct task *)fake_take();
    assert_true(task->job.run(&task->job, NULL));
    task->job.durable = true;
    commit(s, NULL, &(struct access_change){.kind = ACCESS_SESSION, .account = 8, .id = 80});
    task->settle(task);
    assert_int_equal(s->x.status, 0);
    answers = STATUS_LOGIN_NEEDED;
    store_turn();
    assert_int_equal(s->x.status, 401);
}

static void refusals_have_their_status(void **state)
{
    static const struct {
        enum status status;
        unsigned code;
    } cases[] = {
        {STATUS_LOGIN_NEEDED, 401}, {STATUS_SUSPENDED, 403}, {STATUS_RATE_LIMITED, 429}, {STATUS_BUSY, 503},
        {STATUS_STORE_FAILED, 503},
    };
    struct stage *s = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        s->x.status = 0;
        answers = cases[i].status;
        open_as(s, TEXT("topics=" EPOCH "~t5"), TOKEN);
        store_turn();
        assert_int_equal(s->x.status, cases[i].code);
    }
    s->x.status = 0;
    open_as(s, TEXT("topics=" EPOCH), VISITOR);
    assert_int_equal(s->x.status, 400);
    s->x.status = 0;
    open_as(s, VISITOR, VISITOR);
    assert_int_equal(s->x.status, 400);
    s->x.status = 0;
    s->x.request.method = METHOD_POST;
    open_as(s, TEXT("topics=" EPOCH "~t5"), VISITOR);
    assert_int_equal(s->x.status, 405);
}

static void who_has_gone_gets_no_stream(void **state)
{
    struct stage *s = *state;

    s->x.connection = NULL;
    open_as(s, TEXT("topics=" EPOCH "~t5.56"), TOKEN);
    store_turn();
    assert_null(s->x.stream);
    assert_int_equal(fake_store.count, 0);
}

/* ---- time, limits, the end ---- */

static void silence_is_broken(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56"), VISITOR);
    all_turns(s);
    s->read = s->connection->len;
    for (int second = 0; second < 24; second++)
        s->x.kind->tick(s->x.stream);
    output(s, PLENTY);
    assert_said(s, "");
    s->x.kind->tick(s->x.stream);
    assert_true(s->connection->wants);
    output(s, PLENTY);
    assert_said(s, ":\n\n");
    s->x.kind->tick(s->x.stream);
    output(s, PLENTY);
    assert_said(s, "");
}

static void a_stopping_server_says_bye(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56"), VISITOR);
    all_turns(s);
    s->read = s->connection->len;
    s->x.kind->drain(s->x.stream);
    assert_true(s->connection->finished);
    output(s, PLENTY);
    assert_said(s, "event: bye\nid: " EPOCH "~t5.56\nretry: 5000\ndata: {}\n\n");
}

/* Its connection ends when the stream is idle: a browser that went to another page must not count for longer. */
static void a_reader_who_hangs_up_is_owed_nothing(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56"), TOKEN);
    all_turns(s);
    commit_post(s, 57);
    assert_true(s->x.kind->idle(s->x.stream));
}

static void streams_of_a_session_are_few(void **state)
{
    enum { FEW = 6, ALL = 20 };
    struct stage *s = *state;
    struct exchange all[ALL];
    unsigned count = 0;

    for (; count < ALL; count++) {
        all[count] = s->x;
        all[count].request.query = TEXT("topics=" EPOCH "~t5.56");
        live_open(s->local, &all[count], count < FEW ? TOKEN : VISITOR);
        while (fake_store.count)
            store_turn();
        assert_int_equal(all[count].status, 200);
    }
    open_as(s, TEXT("topics=" EPOCH "~t5.56"), VISITOR); /* as many as may be in all */
    assert_int_equal(s->x.status, 429);
    all[ALL - 1].kind->closed(all[ALL - 1].stream);
    s->x.status = 0;
    open_as(s, TEXT("topics=" EPOCH "~t5.56"), TOKEN); /* of one session */
    store_turn();
    assert_int_equal(s->x.status, 429);
    all[0].kind->closed(all[0].stream);
    s->x.status = 0;
    open_as(s, TEXT("topics=" EPOCH "~t5.56"), TOKEN);
    store_turn();
    assert_int_equal(s->x.status, 200);
    while (fake_store.count)
        store_turn();
    for (unsigned i = 1; i < ALL - 1; i++)
        all[i].kind->closed(all[i].stream);
}

static void what_is_under_way_may_come_back_to_nobody(void **state)
{
    struct stage *s = *state;

    open_as(s, TEXT("topics=" EPOCH "~t5.56~b3"), VISITOR);
    assert_int_equal(fake_store.count, 1);
    s->x.kind->closed(s->x.stream);
    s->x.stream = NULL;
    assert_false(live_settled(s->local));
    store_turn();
    assert_int_equal(fake_store.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_are_read_as_they_are_written),
        cmocka_unit_test(changes_are_told_without_texts),
        TEST(a_visitor_is_told_what_happens),
        TEST(it_goes_on_where_it_was_cut_off),
        TEST(another_history_is_a_gap),
        TEST(a_place_that_does_not_exist_is_a_gap),
        TEST(what_may_not_be_read_ends),
        TEST(a_closed_board_ends_it),
        TEST(who_is_busy_is_asked_again),
        TEST(an_account_follows_itself),
        TEST(signing_out_ends_it_before_any_event),
        TEST(so_does_demotion_even_while_it_asks),
        TEST(who_it_is_is_read_again_where_that_changed),
        TEST(refusals_have_their_status),
        TEST(who_has_gone_gets_no_stream),
        TEST(silence_is_broken),
        TEST(a_stopping_server_says_bye),
        TEST(a_reader_who_hangs_up_is_owed_nothing),
        TEST(streams_of_a_session_are_few),
        TEST(what_is_under_way_may_come_back_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
