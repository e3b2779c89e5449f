/*
 * Lists of threads: handler threads (request.h).
 *
 * A list goes by the number of the newest post, and every page by index: the pinned ones first, then the
 * others. THREADS_PINNED bounds how many a board keeps at its top.
 */
#include "server/forum/boards.h"
#include "server/forum/find.h"
#include "server/forum/moving.h"
#include "server/forum/pages.h"
#include "server/forum/reading.h"
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
