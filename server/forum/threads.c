/*
 * Threads: handlers threads, thread_set and move (request.h).
 *
 * A list goes by the number of the newest post, and every page by index: the pinned ones first, then the
 * others. THREADS_PINNED bounds how many a board keeps at its top.
 */
#include "server/forum/audit.h"
#include "server/forum/boards.h"
#include "server/forum/find.h"
#include "server/forum/moving.h"
#include "server/forum/notices.h"
#include "server/forum/pages.h"
#include "server/forum/publication.h"
#include "server/forum/reading.h"
#include "server/forum/telling.h"
#include "server/store/accounts.h"
#include "server/store/audience.h"

/* ---- the list ---- */

/* Where a page goes on: in which list, below which newest post. On the wire two numbers. */
struct place {
    enum thread_list list;
    uint64_t before;
};

static bool read_place(struct text after, bool featured, struct place *place)
{
    uint64_t numbers[] = {featured ? THREAD_LIST_FEATURED : THREAD_LIST_PINNED, UINT64_MAX};

    if (!page_place_read(after, numbers, 2) || numbers[0] > THREAD_LIST_FEATURED || (numbers[0] == THREAD_LIST_FEATURED) != featured)
        return false;
    *place = (struct place){(enum thread_list)numbers[0], numbers[1]};
    return true;
}

static struct text write_place(struct request *r, struct place place)
{
    return page_place_write(r, (const uint64_t[]){place.list, place.before}, 2);
}

static void part_of_threads(struct request *r, struct items list)
{
    part_threads(r, &(struct threads_reply){.threads = list});
}

/* Adds threads from `place` on until the page has `count` records; true where that list has more. Moves `place`. */
static bool add_threads(struct request *r, struct page *page, uint64_t board, uint64_t count, struct place *place)
{
    struct query q = store_threads(r->db, place->list, board, place->before, count - page->records + 1);
    struct thread_row thread;
    bool more = false;

    while (store_thread_next(&q, r->arena, &thread)) {
        if (page->records == count) {
            more = true;
            break;
        }
        place->before = thread.record.activity;
        reading_fill_thread(r, thread.last_author, &thread.record);
        page_add(page, &thread.record);
    }
    query_end(&q);
    return more;
}

enum status handle_threads(struct request *r, const struct threads_request *in)
{
    struct page page = page_begin(r, &shape_thread_record, part_of_threads);
    uint64_t count = in->count && in->count < LIMIT_PAGE_ITEMS ? in->count : LIMIT_PAGE_ITEMS;
    struct threads_reply out = {0};
    struct place place;
    struct board_row board;
    enum status status = find_board(r, in->board, &board);

    if (status)
        return status;
    if (!read_place(in->after, in->featured, &place))
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    bool more = add_threads(r, &page, board.record.id, count, &place);
    if (!more && place.list == THREAD_LIST_PINNED) {
        place = (struct place){THREAD_LIST_OTHERS, UINT64_MAX};
        more = add_threads(r, &page, board.record.id, count, &place);
    }
    if (more)
        out.next = write_place(r, place);
    out.threads = page_end(&page);
    board_allow(r, &board);
    out.board = request_record(r, &shape_board_record, &board.record);
    out.as_of = board.head;
    out.cursor = request_cursor(r, TOPIC_BOARD, board.record.id, board.head);
    return reply_threads(r, &out);
}

/* ---- what moderators do ---- */

static enum status find_moderated(struct request *r, uint64_t id, struct thread_row *thread, struct board_row *board)
{
    enum status status = find_thread(r, id, thread, board);

    if (!status && thread->merged)
        status = refuse_field(r, STATUS_GONE, "thread");
    if (status)
        return status;
    status = policy_decide(ACT_MODERATE, &r->actor, &(struct subject){.board = &board->policy});
    return status ? refuse(r, status) : STATUS_OK;
}

static bool change_flag(enum change change, bool *flag)
{
    bool before = *flag;

    if (change != CHANGE_KEEP)
        *flag = change == CHANGE_ON;
    return *flag != before;
}

/* Stores a changed header, at the next sequence of the board's topic and of the thread's own, and tells both. On record is how it stands now. */
static void store_and_tell(struct request *r, struct thread_row *thread)
{
    const struct thread_record *now = &thread->record;

    thread->head++;
    store_thread_header(r->db, thread);
    audit_act(r, now->id, arena_format(r->arena, "board %llu%s%s%s", (unsigned long long)now->board, now->pinned ? " pinned" : "",
                                       now->locked ? " locked" : "", now->featured ? " featured" : ""));
    tell_board(r, &thread->record);
    tell_thread(r, &thread->record, thread->head);
}

enum status handle_thread_set(struct request *r, const struct thread_set_request *in)
{
    struct thread_set_reply out = {.topic = TOPIC_BOARD};
    struct thread_row thread;
    struct board_row board;
    enum status status = find_moderated(r, in->thread, &thread, &board);

    if (status)
        return status;
    bool pinned = change_flag(in->pinned, &thread.record.pinned);
    bool locked = change_flag(in->locked, &thread.record.locked);
    bool featured = change_flag(in->featured, &thread.record.featured);
    if (pinned && thread.record.pinned && store_threads_pinned(r->db, board.record.id) >= THREADS_PINNED)
        return refuse_limit(r, STATUS_TOO_MANY, "pinned", THREADS_PINNED);
    out.topic_id = board.record.id;
    out.seq = thread.record.seq;
    if (pinned || locked || featured) {
        out.seq = thread.record.seq = board.head + 1;
        store_board_told(r->db, board.record.id, thread.record.seq);
        store_and_tell(r, &thread);
    }
    return reply_thread_set(r, &out);
}

/* Where it went is told only to an author who may read it there. */
static void tell_author(struct request *r, const struct thread_row *thread, const struct board_policy *to)
{
    struct notice_record notice = {.kind = NOTICE_KIND_MOVED, .thread = thread->record.id};
    struct person author;

    if (store_person(r->db, thread->author, to->board, r->now, &author) && policy_may_read(&author.actor, to)) {
        notice.board = to->board;
        notice.title = thread->record.title;
    }
    notice_add(r, thread->author, &notice, false);
}

enum status handle_move(struct request *r, const struct move_request *in)
{
    struct move_reply out = {.topic = TOPIC_BOARD};
    struct thread_row thread;
    struct board_row from, to;
    enum status status = find_moderated(r, in->thread, &thread, &from);

    if (!status)
        status = find_board(r, in->board, &to);
    if (status)
        return status;
    status = policy_decide(ACT_MODERATE, &r->actor, &(struct subject){.board = &to.policy});
    if (status)
        return refuse(r, status);
    /* Into the bin and out of it go decisions, with their reasons. */
    if (to.record.id == from.record.id || to.record.kind == BOARD_KIND_BIN || from.record.kind == BOARD_KIND_BIN)
        return refuse_field(r, STATUS_BAD_FIELD, "board");
    moving_thread(r, &thread, &from, &to, GONE_MOVED);
    audit_act(r, thread.record.id, thread.record.board_slug);
    publication_move(r, &to, &thread);
    tell_author(r, &thread, &to.policy);
    out.topic_id = to.record.id;
    out.seq = thread.record.seq;
    return reply_move(r, &out);
}
