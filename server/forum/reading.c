/* See reading.h. */
#include "server/forum/reading.h"

#include "server/forum/pages.h"
#include "server/store/boards.h"
#include "server/store/reading.h"
#include "server/store/threads.h"

/* ---- what lists show ---- */

void reading_fill_board(struct request *r, struct board_record *board)
{
    if (r->actor.account == 0)
        return;
    uint64_t baseline = store_baseline(r->db, r->actor.account, board->id);
    board->unread = store_unread(r->db, r->actor.account, board->id, baseline, LIMIT_UNREAD_EXAMINED, LIMIT_UNREAD,
                                 &board->unread_more);
}

void reading_fill_thread(struct request *r, uint64_t last_author, struct thread_record *thread)
{
    if (r->actor.account == 0)
        return;
    thread->read_floor = store_mark(r->db, r->actor.account, thread->id);
    thread->unread = thread->floors > thread->read_floor && last_author != r->actor.account &&
                     thread->activity > store_baseline(r->db, r->actor.account, thread->board);
    thread->watched = store_watch(r->db, r->actor.account, TOPIC_THREAD, thread->id);
}

/* ---- what may be seen ---- */

static bool board_readable(struct request *r, uint64_t id, struct board_row *board)
{
    return store_board_row(r->db, id, r->arena, board) && policy_may_read(&r->actor, &board->policy);
}

static bool thread_readable(struct request *r, uint64_t id, struct thread_row *thread)
{
    struct board_row board;
    return store_thread_row(r->db, id, r->arena, thread) && board_readable(r, thread->record.board, &board);
}

/* ---- marks ---- */

enum status handle_mark(struct request *r, const struct mark_request *in)
{
    const struct mark_reply out = {0};
    struct thread_row thread;

    if (!thread_readable(r, in->thread, &thread))
        return refuse_field(r, STATUS_NOT_FOUND, "thread");
    if (in->floor > thread.record.floors)
        return refuse_limit(r, STATUS_BAD_FIELD, "floor", thread.record.floors);
    store_mark_raise(r->db, r->actor.account, in->thread, in->floor ? in->floor : thread.record.floors);
    return reply_mark(r, &out);
}

enum status handle_mark_board(struct request *r, const struct mark_board_request *in)
{
    const struct mark_board_reply out = {0};
    struct board_row board;

    if (!store_board_resolve(r->db, in->board, r->arena, &board) || !policy_may_read(&r->actor, &board.policy))
        return refuse_field(r, STATUS_NOT_FOUND, "board");
    store_baseline_raise(r->db, r->actor.account, board.record.id, board.last_post);
    return reply_mark_board(r, &out);
}

/* ---- watches ---- */

/* The name of what is watched, as long as the actor may read it; absent otherwise. */
static struct text watched_title(struct request *r, enum topic kind, uint64_t id)
{
    struct thread_row thread;
    struct board_row board;

    if (kind == TOPIC_BOARD && board_readable(r, id, &board))
        return r->lang == LANG_EN && board.record.name_en.len ? board.record.name_en : board.record.name;
    if (kind == TOPIC_THREAD && thread_readable(r, id, &thread))
        return thread.record.title;
    return (struct text){NULL, 0};
}

enum status handle_watch_set(struct request *r, const struct watch_set_request *in)
{
    const struct watch_set_reply out = {0};

    if (in->kind != TOPIC_BOARD && in->kind != TOPIC_THREAD)
        return refuse_field(r, STATUS_BAD_FIELD, "kind");
    if (!in->off) {
        if (!watched_title(r, in->kind, in->id).at)
            return refuse_field(r, STATUS_NOT_FOUND, "id");
        if (store_watch_count(r->db, r->actor.account) >= LIMIT_WATCHES &&
            !store_watch(r->db, r->actor.account, in->kind, in->id))
            return refuse_limit(r, STATUS_TOO_MANY, "watches", LIMIT_WATCHES);
    }
    store_watch_set(r->db, r->actor.account, in->kind, in->id, !in->off);
    return reply_watch_set(r, &out);
}

/* Where a page of watches ended: kind and id, as two numbers of the wire. */
static bool watch_position(struct text after, enum topic *kind, uint64_t *id)
{
    uint64_t numbers[] = {TOPIC_NONE, 0};

    if (!page_place_read(after, numbers, 2))
        return false;
    *kind = (enum topic)enumeration_by_number(&enumeration_topic, numbers[0])->number;
    *id = numbers[1];
    return *id <= INT64_MAX;
}

enum status handle_watches(struct request *r, const struct watches_request *in)
{
    struct watches_reply out = {0};
    struct watch_record *rows = arena_alloc(r->arena, (LIMIT_PAGE_ITEMS + 1) * sizeof *rows);
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * (4 * LIMIT_TITLE + 32));
    enum topic kind;
    uint64_t id, count;

    if (!watch_position(in->after, &kind, &id))
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    if (!rows)
        return refuse(r, STATUS_INTERNAL);
    count = store_watch_page(r->db, r->actor.account, kind, id, rows, LIMIT_PAGE_ITEMS + 1);
    out.watches = items_begin(&w);
    for (uint64_t i = 0; i < count && i < LIMIT_PAGE_ITEMS; i++) {
        rows[i].title = watched_title(r, rows[i].kind, rows[i].id);
        items_add(&w, &out.watches, &shape_watch_record, &rows[i]);
    }
    if (count > LIMIT_PAGE_ITEMS)
        out.next = page_place_write(r, (const uint64_t[]){rows[LIMIT_PAGE_ITEMS - 1].kind, rows[LIMIT_PAGE_ITEMS - 1].id}, 2);
    return reply_watches(r, &out);
}

/* ---- notices ---- */

/* What it is about is named only to who may read it where it stands now. */
static struct notice_record *told_notice(struct request *r, struct notice_row *row)
{
    struct board_row board;

    if (row->stands_on && !board_readable(r, row->stands_on, &board))
        row->notice.title = (struct text){NULL, 0};
    return &row->notice;
}

enum status handle_notices(struct request *r, const struct notices_request *in)
{
    struct notices_reply out = {0};
    struct notice_state state = store_notice_state(r->db, r->actor.account);
    struct notice_row *rows = arena_alloc(r->arena, (LIMIT_PAGE_ITEMS + 1) * sizeof *rows);
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * (4 * (LIMIT_TITLE + LIMIT_HANDLE) + 96));
    uint64_t count;

    if (in->before > INT64_MAX)
        return refuse_field(r, STATUS_BAD_FIELD, "before");
    if (!rows)
        return refuse(r, STATUS_INTERNAL);
    count = store_notice_page(r->db, r->actor.account, in->before, r->arena, rows, LIMIT_PAGE_ITEMS + 1);
    out.notices = items_begin(&w);
    for (uint64_t i = 0; i < count && i < LIMIT_PAGE_ITEMS; i++)
        items_add(&w, &out.notices, &shape_notice_record, told_notice(r, &rows[i]));
    if (count > LIMIT_PAGE_ITEMS)
        out.next = rows[LIMIT_PAGE_ITEMS - 1].notice.id;
    out.unread = state.last - state.read < LIMIT_UNREAD ? state.last - state.read : LIMIT_UNREAD;
    out.as_of = state.head;
    out.cursor = request_cursor(r, TOPIC_ACCOUNT, r->actor.account, state.head);
    return reply_notices(r, &out);
}

/* The newest notice among those now read moves to the topic's head: it stands for all below it. */
enum status handle_notices_mark(struct request *r, const struct notices_mark_request *in)
{
    struct notices_mark_reply out = {.topic = TOPIC_ACCOUNT, .topic_id = r->actor.account};
    struct notice_state state = store_notice_state(r->db, r->actor.account);
    struct notice_row row;

    if (in->up_to == 0 || in->up_to > state.last)
        return refuse_limit(r, STATUS_BAD_FIELD, "up_to", state.last);
    if (in->up_to > state.read) {
        out.seq = store_account_bump(r->db, r->actor.account);
        if (store_notice_read(r->db, r->actor.account, in->up_to, out.seq) &&
            store_notice_page(r->db, r->actor.account, in->up_to + 1, r->arena, &row, 1)) {
            struct change_record change = {
                .seq = out.seq,
                .notice = request_record(r, &shape_notice_record, told_notice(r, &row)),
            };
            request_event(r, TOPIC_ACCOUNT, r->actor.account, &change, 0);
        }
    }
    return reply_notices_mark(r, &out);
}
