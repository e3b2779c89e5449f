/* See changes.h. Each table is a source that holds its next change ready; the lowest sequence goes first. */
#include "server/forum/changes.h"

#include "server/forum/queue_topic.h"
#include "server/forum/stubs.h"
#include "server/forum/telling.h"
#include "server/store/boards.h"
#include "server/store/drafts.h"
#include "server/store/posts.h"
#include "server/store/reading.h"
#include "server/store/threads.h"

enum {
    SOURCES = 3,
    COMPOSITE = 8192, /* bytes that suffice to encode any composite: a post's cut body and its names */
};

struct source {
    bool (*next)(struct changes *changes, struct source *source);
    bool queried;               /* `q` is in use */
    struct query q;
    void *rows;                 /* or rows read at once, `count` of them, up to `at` given */
    uint64_t count, at;
    bool ready;
    struct change_record change;
};

struct changes {
    struct db *db;
    struct arena *arena;
    const struct actor *actor;
    uint64_t topic_id;
    uint64_t left; /* of `most` */
    struct source sources[SOURCES];
};

static struct items encode(struct changes *c, const struct shape *shape, const void *record)
{
    struct wire_writer w = arena_writer(c->arena, COMPOSITE);
    struct items list = items_begin(&w);

    items_add(&w, &list, shape, record);
    arena_trim(c->arena, &w);
    return list;
}

/* ---- sources ---- */

static bool next_thread(struct changes *c, struct source *s)
{
    struct thread_row row;

    if (!store_thread_next(&s->q, c->arena, &row))
        return false;
    s->change = (struct change_record){.seq = row.record.seq, .thread = encode(c, &shape_thread_record, &row.record)};
    return true;
}

static bool next_moved(struct changes *c, struct source *s)
{
    struct gone_record gone;
    uint64_t seq;

    if (!store_thread_gone_next(&s->q, &seq, &gone))
        return false;
    s->change = (struct change_record){.seq = seq, .gone = encode(c, &shape_gone_record, &gone)};
    return true;
}

static bool next_post(struct changes *c, struct source *s)
{
    struct post_row row;

    if (!store_post_next(&s->q, c->arena, &row))
        return false;
    tell_cut(&row.record);
    stub_fill(c->db, c->arena, c->actor, &row.record);
    s->change = (struct change_record){.seq = row.record.seq, .post = encode(c, &shape_post_record, &row.record)};
    return true;
}

/* The thread's own header: one row, whose sequence in this topic stands beside it. */
static bool next_header(struct changes *c, struct source *s)
{
    struct thread_row *row = s->rows;

    if (s->at == s->count)
        return false;
    s->at++;
    stub_fill_thread(c->db, c->arena, c->actor, row);
    s->change = (struct change_record){.seq = row->header_seq, .thread = encode(c, &shape_thread_record, &row->record)};
    return true;
}

static bool next_notice(struct changes *c, struct source *s)
{
    struct notice_row *rows = s->rows, *row;
    struct board_row board;

    if (s->at == s->count)
        return false;
    row = &rows[s->at++];
    if (row->stands_on && (!store_board_row(c->db, row->stands_on, c->arena, &board) || !policy_may_read(c->actor, &board.policy)))
        row->notice.title = (struct text){NULL, 0};
    s->change = (struct change_record){.seq = row->notice.seq, .notice = encode(c, &shape_notice_record, &row->notice)};
    return true;
}

static bool next_draft(struct changes *c, struct source *s)
{
    const struct draft_record *rows = s->rows;

    if (s->at == s->count)
        return false;
    const struct draft_record *row = &rows[s->at++];
    s->change = (struct change_record){.seq = row->seq, .draft = encode(c, &shape_draft_record, row)};
    return true;
}

/* ---- topics ---- */

static struct source queried(struct query q, bool (*next)(struct changes *, struct source *))
{
    return (struct source){.next = next, .queried = true, .q = q};
}

static void open_board(struct changes *c, uint64_t since, uint64_t room)
{
    c->sources[0] = queried(store_threads_since(c->db, c->topic_id, since, room), next_thread);
    c->sources[1] = queried(store_threads_gone(c->db, c->topic_id, since, room), next_moved);
}

static void open_thread(struct changes *c, uint64_t since, uint64_t room)
{
    struct thread_row *row = arena_alloc(c->arena, sizeof *row);

    c->sources[0] = queried(store_posts_since(c->db, c->topic_id, since, room), next_post);
    c->sources[1] = (struct source){.next = next_header, .rows = row};
    if (row && store_thread_row(c->db, c->topic_id, c->arena, row))
        c->sources[1].count = row->header_seq > since;
}

static void open_account(struct changes *c, uint64_t since, uint64_t room)
{
    struct notice_row *notices = arena_alloc(c->arena, room * sizeof *notices);
    struct draft_record *drafts = arena_alloc(c->arena, room * sizeof *drafts);
    struct draft_record *gone = arena_alloc(c->arena, room * sizeof *gone);

    if (!notices || !drafts || !gone)
        return; /* the arena says so at the end */
    c->sources[0] = (struct source){.next = next_notice, .rows = notices};
    c->sources[0].count = store_notice_since(c->db, c->topic_id, since, c->arena, notices, room);
    c->sources[1] = (struct source){.next = next_draft, .rows = drafts};
    c->sources[1].count = store_draft_since(c->db, c->topic_id, since, c->arena, drafts, room);
    c->sources[2] = (struct source){.next = next_draft, .rows = gone};
    c->sources[2].count = store_draft_gone_since(c->db, c->topic_id, since, c->arena, gone, room);
}

/* Bare: that there was one is all that is told. */
static bool next_bare(struct changes *c, struct source *s)
{
    (void)c;
    return s->at++ < s->count;
}

static void open_queue(struct changes *c, uint64_t since)
{
    uint64_t head = queue_topic_head(c->db, c->arena, c->actor, c->topic_id);

    c->sources[0] = (struct source){.next = next_bare, .count = head > since, .change = {.seq = head}};
}

struct changes *changes_open(struct db *db, struct arena *arena, const struct actor *actor, enum topic topic, uint64_t id,
                             uint64_t since, uint64_t most)
{
    struct changes *c = arena_alloc(arena, sizeof *c);

    if (!c)
        return NULL;
    *c = (struct changes){.db = db, .arena = arena, .actor = actor, .topic_id = id, .left = most};
    if (topic == TOPIC_BOARD)
        open_board(c, since, most + 1);
    else if (topic == TOPIC_THREAD)
        open_thread(c, since, most + 1);
    else if (topic == TOPIC_ACCOUNT)
        open_account(c, since, most + 1);
    else if (topic == TOPIC_QUEUE)
        open_queue(c, since);
    for (size_t i = 0; i < SOURCES; i++)
        c->sources[i].ready = c->sources[i].next && c->sources[i].next(c, &c->sources[i]);
    return c;
}

static struct source *lowest(struct changes *c)
{
    struct source *found = NULL;

    for (size_t i = 0; i < SOURCES; i++)
        if (c->sources[i].ready && (!found || c->sources[i].change.seq < found->change.seq))
            found = &c->sources[i];
    return found;
}

bool changes_next(struct changes *c, struct change_record *out)
{
    struct source *source = c && c->left ? lowest(c) : NULL;

    if (!source)
        return false;
    *out = source->change;
    source->ready = source->next(c, source);
    c->left--;
    return true;
}

bool changes_more(const struct changes *c)
{
    for (size_t i = 0; c && i < SOURCES; i++)
        if (c->sources[i].ready)
            return true;
    return false;
}

void changes_close(struct changes *c)
{
    for (size_t i = 0; c && i < SOURCES; i++)
        if (c->sources[i].queried)
            query_end(&c->sources[i].q);
}
