/*
 * Splitting and merging threads: handlers thread_split, thread_merge and floors_hash (request.h).
 *
 * Both are decisions, bound to what was looked at: a hash over the posts that are to move. Whoever decides moderates both boards; for
 * others there is nothing to split. Every author is told once, with the reason and never by whom. Nobody appeals: what was moved can be
 * put back by a merge, in which every post takes its old floor again.
 */
#include <stdlib.h>

#include "server/forum/audit.h"
#include "server/forum/find.h"
#include "server/forum/moving_posts.h"
#include "server/forum/notices.h"
#include "server/forum/oversight.h"
#include "server/forum/placing.h"
#include "server/forum/verdicts.h"
#include "server/store/accounts.h"
#include "server/store/audience.h"
#include "server/store/queue_items.h"
#include "server/store/reading.h"
#include "server/util/words.h"

/* Posts that a moderator chose, and what was to be seen of them. */
struct chosen {
    struct thread_row thread;
    struct board_row board;
    struct post_row *posts;
    size_t count, room;
    uint8_t *hashes; /* of each, one after the other */
    uint8_t hash[CONTENT_HASH];
};

/* ---- whose they are ---- */

/* Whether the actor moderates the board; for whoever does not, `field` names nothing. */
static enum status check_scope(struct request *r, const struct board_row *board, const char *field)
{
    enum status status = oversight_of(r, board);

    if (status)
        return oversight_refuse(r, status, field);
    return board->record.kind == BOARD_KIND_BIN ? refuse_field(r, STATUS_BAD_FIELD, field) : STATUS_OK;
}

static enum status find_split(struct request *r, uint64_t id, const char *field, struct thread_row *thread, struct board_row *board)
{
    if (!store_thread_row(r->db, id, r->arena, thread) || find_board_by_id(r, thread->record.board, field, board))
        return refuse_field(r, STATUS_NOT_FOUND, field);
    return check_scope(r, board, field);
}

/* ---- what was chosen ---- */

static void hash_post(struct chosen *c, const struct post_row *post)
{
    const struct content content = verdict_content(post, &c->thread, post->record.body);

    content_hash(&content, c->hashes + c->count * CONTENT_HASH);
}

/* Takes the posts of some floors; false: one of them has none, or there are too many. */
static bool take_floors(struct request *r, struct chosen *c, uint64_t first, uint64_t last, bool stubs)
{
    struct query q = store_posts_from(r->db, c->thread.record.id, first, last - first + 1);
    uint64_t next = first;
    bool good = true;

    while (good && store_post_next(&q, r->arena, &c->posts[c->count])) {
        struct post_row *post = &c->posts[c->count];
        good = post->record.floor == next++ && (stubs || post->record.state != POST_STATE_MOVED);
        if (!good || post->record.state == POST_STATE_MOVED)
            continue;
        hash_post(c, post);
        post->record.body = (struct text){NULL, 0}; /* it was lent */
        c->count++;
    }
    query_end(&q);
    return good && next == last + 1;
}

static enum status make_room(struct request *r, struct chosen *c, size_t room)
{
    c->room = room;
    c->posts = arena_alloc(r->arena, (room + 1) * sizeof *c->posts); /* one more, in which a stub is looked at */
    c->hashes = arena_alloc(r->arena, room * CONTENT_HASH);
    return c->posts && c->hashes ? STATUS_OK : refuse(r, STATUS_BUSY);
}

/* All posts of the thread. */
static enum status choose_all(struct request *r, struct chosen *c)
{
    uint64_t floors = c->thread.record.floors;

    if (c->thread.merged)
        return refuse_field(r, STATUS_GONE, "thread");
    if (floors > LIMIT_REMOVED_FLOORS)
        return refuse_limit(r, STATUS_TOO_MANY, "floors", LIMIT_REMOVED_FLOORS);
    enum status status = make_room(r, c, floors);
    if (status)
        return status;
    return take_floors(r, c, 1, floors, true) && c->count ? STATUS_OK : refuse_field(r, STATUS_GONE, "thread");
}

/* The floors named: rising, each once, never the opening post, which its thread cannot do without. */
static enum status choose_some(struct request *r, struct chosen *c, struct items ranges)
{
    struct floor_range_record range;
    uint64_t floors = c->thread.record.floors, before = 1;
    enum status status = make_room(r, c, LIMIT_SPLIT_FLOORS);

    while (!status && items_next(&ranges, &shape_floor_range_record, &range)) {
        uint64_t last = range.last ? range.last : range.first;
        if (range.first <= before || last < range.first || last > floors)
            return refuse_limit(r, STATUS_BAD_FIELD, "floors", floors);
        if (last - range.first >= c->room - c->count)
            return refuse_limit(r, STATUS_TOO_MANY, "floors", LIMIT_SPLIT_FLOORS);
        if (!take_floors(r, c, range.first, last, false))
            return refuse_field(r, STATUS_BAD_FIELD, "floors");
        before = last;
    }
    return status;
}

/* Finds the thread and the posts; `floors` empty: all. */
static enum status choose(struct request *r, uint64_t thread, struct items floors, struct chosen *c)
{
    enum status status = find_split(r, thread, "thread", &c->thread, &c->board);

    if (!status)
        status = floors.count ? choose_some(r, c, floors) : choose_all(r, c);
    if (status)
        return status;
    content_hash(&(struct content){
        .board = c->board.record.id, .thread = c->thread.record.id, .body = {(const char *)c->hashes, c->count * CONTENT_HASH},
    }, c->hash);
    return STATUS_OK;
}

static enum status check_hash(struct request *r, const struct chosen *c, struct text hash)
{
    if (hash.len != CONTENT_HASH)
        return refuse_field(r, STATUS_BAD_FIELD, "hash");
    return memcmp(hash.at, c->hash, CONTENT_HASH) == 0 ? STATUS_OK : refuse_field(r, STATUS_STALE, "hash");
}

enum status handle_floors_hash(struct request *r, const struct floors_hash_request *in)
{
    struct chosen *c = arena_alloc(r->arena, sizeof *c);
    struct floors_hash_reply out = {0};
    enum status status = c ? choose(r, in->thread, in->floors, c) : refuse(r, STATUS_BUSY);

    if (status)
        return status;
    out.hash = (struct text){(const char *)c->hash, CONTENT_HASH};
    out.posts = c->count;
    return reply_floors_hash(r, &out);
}

/* ---- the decision, and who is told of it ---- */

struct deciding {
    struct request *r;
    const struct chosen *chosen;
    struct text from;                /* the thread's title before */
    const struct moving_posts *moved; /* afterwards */
    enum decision_act act;
    enum reason reason;
    struct text words;
};

/* The first of an author's posts that moved; NULL where there was one before it. */
static int compare_authors(const void *a, const void *b)
{
    const struct post_row *one = *(const struct post_row *const *)a, *other = *(const struct post_row *const *)b;

    if (one->author != other->author)
        return one->author < other->author ? -1 : 1;
    return one->record.floor < other->record.floor ? -1 : one->record.floor > other->record.floor;
}

/* Whoever watched the one watches the other; and is told, of what they may read. */
static void tell_author(const struct deciding *d, const struct post_row *first, uint64_t decision)
{
    const struct moving_posts *m = d->moved;
    struct request *r = d->r;
    struct notice_record notice = {.kind = NOTICE_KIND_RESETTLED, .thread = m->from->record.id, .decision = decision};
    struct person person;

    if (store_person(r->db, first->author, m->to_board->record.id, r->now, &person) && policy_may_read(&person.actor, &m->to_board->policy)) {
        notice.board = m->to_board->record.id;
        notice.thread = m->to->record.id;
        notice.title = m->to->record.title;
        notice.post = first->record.id;
        notice.floor = first->record.floor;
        if (store_watch(r->db, first->author, TOPIC_THREAD, m->from->record.id) && store_watch_count(r->db, first->author) < LIMIT_WATCHES)
            store_watch_set(r->db, first->author, TOPIC_THREAD, m->to->record.id, true);
    }
    if (first->author != r->actor.account)
        notice_decided(r, first->author, &notice);
}

/* One decision for each author, so that each finds it among those that concern them. */
static enum status settle(const struct deciding *d)
{
    const struct moving_posts *m = d->moved;
    struct request *r = d->r;
    const struct post_row **posts = arena_alloc(r->arena, m->count * sizeof(const struct post_row *));

    if (!posts)
        return refuse(r, STATUS_BUSY);
    for (size_t i = 0; i < m->count; i++)
        posts[i] = &m->posts[i];
    qsort(posts, m->count, sizeof *posts, compare_authors);
    for (size_t i = 0; i < m->count; i++) {
        if (i && posts[i]->author == posts[i - 1]->author)
            continue;
        struct decision_row row = {
            .time = r->now, .actor = r->actor.account, .act = d->act, .reason = d->reason, .words = d->words, .board = m->from_board->record.id,
            .thread = m->to->record.id, .post = posts[i]->record.id, .title = d->from, .account = posts[i]->author,
            .hash = {(const char *)d->chosen->hash, CONTENT_HASH},
        };
        row.id = store_decision_insert(r->db, &row);
        audit_decision(r, &row);
        tell_author(d, posts[i], row.id);
    }
    audit_act(r, m->from->record.id, arena_format(r->arena, "%zu posts into %llu", m->count, (unsigned long long)m->to->record.id));
    return STATUS_OK;
}

/* ---- splitting ---- */

/* Begins the thread that the first of the posts is to open. */
static void start_thread(struct request *r, const struct thread_split_request *in, const struct post_row *first, const struct board_row *board,
                         struct items tags, struct thread_row *out)
{
    *out = (struct thread_row){
        .author = first->author,
        .record = {
            .board = board->record.id, .board_slug = board->record.slug, .title = in->title, .tags = tags, .author = first->record.author,
            .author_name = first->record.author_name, .created = first->record.created, .seq = board->head,
        },
    };
    out->record.id = store_thread_insert(r->db, first->author, &out->record, r->arena);
}

static enum status check_split(struct request *r, const struct thread_split_request *in, const struct chosen *c, struct items *tags)
{
    if (!c->count || c->posts[0].record.state != POST_STATE_VISIBLE)
        return refuse_field(r, STATUS_BAD_FIELD, "floors"); /* a tombstone opens no thread */
    if (!words_is_line(in->title))
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    return placing_tags(r, in->tags, tags) ? STATUS_OK : refuse_field(r, STATUS_BAD_FIELD, "tags");
}

static enum status target_board(struct request *r, struct text name, struct chosen *c, struct board_row *other, struct board_row **out)
{
    *out = &c->board;
    if (!name.at)
        return STATUS_OK;
    enum status status = find_board(r, name, other);
    if (!status)
        status = check_scope(r, other, "board");
    if (!status && other->record.id != c->board.record.id)
        *out = other;
    return status;
}

enum status handle_thread_split(struct request *r, const struct thread_split_request *in)
{
    struct chosen *c = arena_alloc(r->arena, sizeof *c);
    struct thread_split_reply out = {.topic = TOPIC_THREAD};
    struct board_row other, *board = NULL;
    struct thread_row started;
    struct items tags;
    enum status status = !c ? refuse(r, STATUS_BUSY) : !in->floors.count ? refuse_field(r, STATUS_BAD_FIELD, "floors") : STATUS_OK;

    if (!status)
        status = choose(r, in->thread, in->floors, c);
    if (!status)
        status = target_board(r, in->board, c, &other, &board);
    if (!status)
        status = check_split(r, in, c, &tags);
    if (!status)
        status = oversight_why(r, DECISION_ACT_SPLIT, in->reason, in->words);
    if (!status)
        status = check_hash(r, c, in->hash);
    if (status)
        return status;
    start_thread(r, in, &c->posts[0], board, tags, &started);
    struct moving_posts moved = {&c->board, board, &c->thread, &started, c->posts, c->count, true};
    const struct deciding d = {r, c, c->thread.record.title, &moved, DECISION_ACT_SPLIT, in->reason, in->words};
    status = moving_posts(r, &moved);
    if (!status)
        status = settle(&d);
    if (status)
        return status;
    out.topic_id = out.thread = started.record.id;
    out.seq = started.head;
    out.posts = c->count;
    return reply_thread_split(r, &out);
}

/* ---- merging ---- */

/* Whether the posts may go there; one that was merged away takes them only with its own opening post. */
static enum status check_merge(struct request *r, const struct chosen *c, const struct thread_row *into)
{
    uint64_t floor, reply_to;

    if (into->record.id == c->thread.record.id)
        return refuse_field(r, STATUS_BAD_FIELD, "into");
    if (!c->count)
        return refuse_field(r, STATUS_BAD_FIELD, "floors");
    if (!into->merged)
        return STATUS_OK;
    for (size_t i = 0; i < c->count; i++)
        if (store_stub_of(r->db, c->posts[i].record.id, into->record.id, &floor, &reply_to) && floor == 1)
            return STATUS_OK;
    return refuse_field(r, STATUS_GONE, "into");
}

enum status handle_thread_merge(struct request *r, const struct thread_merge_request *in)
{
    struct chosen *c = arena_alloc(r->arena, sizeof *c);
    struct thread_merge_reply out = {.topic = TOPIC_THREAD};
    struct thread_row into;
    struct board_row board;
    enum status status = c ? choose(r, in->thread, in->floors, c) : refuse(r, STATUS_BUSY);

    if (!status)
        status = find_split(r, in->into, "into", &into, &board);
    if (!status)
        status = check_merge(r, c, &into);
    if (!status)
        status = oversight_why(r, DECISION_ACT_MERGE, in->reason, in->words);
    if (!status)
        status = check_hash(r, c, in->hash);
    if (status)
        return status;
    bool same = board.record.id == c->board.record.id;
    struct moving_posts moved = {&c->board, same ? &c->board : &board, &c->thread, &into, c->posts, c->count, false};
    const struct deciding d = {r, c, c->thread.record.title, &moved, DECISION_ACT_MERGE, in->reason, in->words};
    status = moving_posts(r, &moved);
    if (!status)
        status = settle(&d);
    if (status)
        return status;
    out.topic_id = out.thread = into.record.id;
    out.seq = into.head;
    out.floor = c->posts[0].record.floor;
    out.posts = c->count;
    return reply_thread_merge(r, &out);
}
