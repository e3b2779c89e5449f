/* See moving_posts.h. */
#include "server/forum/moving_posts.h"

#include <stdlib.h>

#include "server/forum/indexing.h"
#include "server/forum/publication.h"
#include "server/forum/telling.h"
#include "server/store/accounts.h"
#include "server/store/reading.h"

enum { EVENTS = 512 * 1024 }; /* bytes of text in all events of one move */

/* A floor that a post leaves, and the post as it stands afterwards. */
struct step {
    struct post_record old, *now;
    bool back; /* it has stood there before */
};

struct work {
    struct request *r;
    struct moving_posts *m;
    struct step *steps;
    struct moved_floors came; /* to the end */
};

/* ---- places ---- */

static int compare_floors(const void *key, const void *element)
{
    const uint64_t *floor = key;
    const struct step *step = element;

    return *floor < step->old.floor ? -1 : *floor > step->old.floor;
}

/* The floor at which the post that is answered stands now, if it came along. */
static uint64_t answered(const struct work *w, uint64_t floor)
{
    const struct step *step = floor ? bsearch(&floor, w->steps, w->m->count, sizeof *w->steps, compare_floors) : NULL;

    return step ? step->now->floor : 0;
}

/* Gives every post its floor, back where it came from or at the end. */
static void place(struct work *w)
{
    struct thread_row *to = w->m->to;
    uint64_t floor, reply_to;

    w->came.before = to->record.floors;
    for (size_t i = 0; i < w->m->count; i++) {
        struct step *step = &w->steps[i];
        *step = (struct step){.old = w->m->posts[i].record, .now = &w->m->posts[i].record};
        step->back = store_stub_of(w->r->db, step->old.id, to->record.id, &floor, &reply_to);
        step->now->thread = to->record.id;
        step->now->floor = step->back ? floor : ++to->record.floors;
        step->now->reply_to = step->back ? reply_to : step->old.reply_to;
        if (step->back) {
            store_stub_delete(w->r->db, to->record.id, floor);
            to->record.moved--;
            continue;
        }
        w->came.first = w->came.count++ ? w->came.first : step->old.floor;
        w->came.last = step->old.floor;
    }
    for (size_t i = 0; i < w->m->count; i++)
        if (!w->steps[i].back)
            w->steps[i].now->reply_to = answered(w, w->steps[i].old.reply_to);
}

/* Whether no fewer people may read where the posts go: only then all are told where that is. */
static bool as_widely_read(const struct moving_posts *m)
{
    return m->to_board->policy.read <= m->from_board->policy.read;
}

/* ---- one post ---- */

static void leave_stub(struct work *w, const struct step *step)
{
    const struct moving_posts *m = w->m;
    struct post_record stub = {
        .id = step->old.id, .thread = step->old.thread, .floor = step->old.floor, .reply_to = step->old.reply_to, .state = POST_STATE_MOVED,
        .seq = ++m->from->head,
    };

    store_stub_insert(w->r->db, &stub);
    m->from->record.moved++;
    stub.reply_to = 0;
    if (as_widely_read(m)) {
        stub.to_thread = step->now->thread;
        stub.to_floor = step->now->floor; /* not the title: there may be thousands */
    }
    tell_post(w->r, &stub, true);
}

/* What is indexed of a post beside its text: the title of an opening one, and the tags. */
static bool indexed_alike(const struct work *w, const struct step *step)
{
    const struct items *one = &w->m->from->record.tags, *other = &w->m->to->record.tags;

    return step->old.floor > 1 && step->now->floor > 1 && one->len == other->len && (!one->len || memcmp(one->at, other->at, one->len) == 0);
}

static void arrive(struct work *w, const struct post_row *post, const struct step *step)
{
    const struct moving_posts *m = w->m;
    struct query q = store_post(w->r->db, post->record.id);
    struct post_row stored;

    if (store_post_next(&q, w->r->arena, &stored)) {
        if (stored.record.state == POST_STATE_VISIBLE && !indexed_alike(w, step))
            indexing_add(w->r, m->to, &stored);
        tell_arrival(w->r, &stored.record, EVENTS / m->count);
    }
    query_end(&q);
    if (post->record.state == POST_STATE_VISIBLE)
        publication_resettle(w->r, m->to_board, m->to, post);
}

static void move(struct work *w, struct post_row *post, const struct step *step, const struct moved_path *path)
{
    const struct post_row old = {.record = step->old, .author = post->author};

    if (old.record.state == POST_STATE_VISIBLE && !indexed_alike(w, step))
        indexing_drop(w->r, w->m->from, &old);
    post->record.seq = ++w->m->to->head;
    store_post_resettle(w->r->db, &post->record);
    leave_stub(w, step);
    arrive(w, post, step);
    store_waiting_follow(w->r->db, path, post->record.id, step->old.floor, post->record.floor);
}

/* ---- threads and boards ---- */

/* Its newest post, the sequences of its header in both topics, and what these are told. */
static void resettle(struct work *w, struct board_row *board, struct thread_row *thread)
{
    struct request *r = w->r;

    store_thread_newest(r->db, thread);
    thread->record.last_author = thread->last_author ? store_handle_of(r->db, thread->last_author, r->arena) : (struct text){NULL, 0};
    thread->record.seq = ++board->head;
    thread->header_seq = ++thread->head;
    thread->merged = thread->record.activity ? 0 : w->m->to->record.id;
    if (thread->merged) {
        thread->record.pinned = thread->record.featured = false;
        thread->record.into = as_widely_read(w->m) ? thread->merged : 0;
        store_thread_leave(r->db, thread->record.id, board->record.id, thread->record.seq);
    }
    store_thread_resettle(r->db, thread);
    tell_thread(r, &thread->record, thread->head);
}

static void tell_boards(struct work *w, bool emptied)
{
    const struct moving_posts *m = w->m;
    struct gone_record gone = {.kind = TOPIC_THREAD, .id = m->from->record.id, .reason = GONE_MOVED};

    if (as_widely_read(m))
        gone.to = m->to_board->record.id;
    if (emptied)
        tell_gone(w->r, m->from_board->record.id, m->from->record.seq, &gone);
    else
        tell_board(w->r, &m->from->record);
    tell_board(w->r, &m->to->record);
}

static void count(struct work *w, bool emptied, bool revived)
{
    const struct moving_posts *m = w->m;
    int64_t posts = (int64_t)m->count, left = emptied ? -1 : 0, came = revived || m->starts ? 1 : 0;

    if (m->from_board == m->to_board) {
        store_board_resettled(w->r->db, m->to_board->record.id, left + came, 0, m->to_board->head);
        return;
    }
    store_board_resettled(w->r->db, m->from_board->record.id, left, -posts, m->from_board->head);
    store_board_resettled(w->r->db, m->to_board->record.id, came, posts, m->to_board->head);
}

/* Watches and marks. Who may not read where the posts went is not led there. */
static void readers_follow(struct work *w, const struct moved_path *path, bool emptied)
{
    if (w->came.count)
        store_marks_follow(w->r->db, path, &w->came);
    if (emptied && as_widely_read(w->m))
        store_watches_follow(w->r->db, path);
}

enum status moving_posts(struct request *r, struct moving_posts *m)
{
    struct work w = {.r = r, .m = m, .steps = arena_alloc(r->arena, m->count * sizeof *w.steps)};
    const struct moved_path path = {m->from->record.id, m->to->record.id, m->to_board->record.id};
    bool emptied = m->count == m->from->record.floors - m->from->record.moved, revived = m->to->merged != 0;

    if (!w.steps)
        return refuse(r, STATUS_BUSY);
    place(&w);
    for (size_t i = 0; i < m->count; i++)
        move(&w, &m->posts[i], &w.steps[i], &path);
    store_items_follow(r->db, &path);
    if (emptied)
        store_waiting_follow_all(r->db, &path);
    readers_follow(&w, &path, emptied);
    if (revived)
        store_thread_arrive(r->db, m->to->record.id, m->to_board->record.id);
    resettle(&w, m->from_board, m->from);
    resettle(&w, m->to_board, m->to);
    tell_boards(&w, emptied);
    count(&w, emptied, revived);
    request_renames(r); /* pages and feeds of everywhere show them */
    return STATUS_OK;
}
