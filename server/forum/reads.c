/* Reading: handlers read and post_get (request.h). */
#include "server/forum/boards.h"
#include "server/forum/find.h"
#include "server/forum/pages.h"
#include "server/forum/reading.h"
#include "server/forum/stubs.h"

static void part_of_read(struct request *r, struct items list)
{
    part_read(r, &(struct read_reply){.posts = list});
}

/* The floors wanted: from `first` on, `count` of them at most. */
struct span {
    uint64_t first, count;
};

static struct span span_of(struct request *r, const struct read_request *in, const struct thread_row *thread)
{
    struct span span = {in->from ? in->from : 1, in->count && in->count < LIMIT_PAGE_ITEMS ? in->count : LIMIT_PAGE_ITEMS};
    uint64_t last = in->from && in->from < thread->record.floors ? in->from : thread->record.floors;

    if (!in->back)
        return span;
    span.first = store_posts_back(r->db, in->thread, last, span.count, LIMIT_PAGE);
    span.count = span.first ? last - span.first + 1 : 0;
    return span;
}

/* Adds the posts of the span to the page; returns the last floor added, or 0. */
static uint64_t add_posts(struct request *r, struct page *page, uint64_t thread, struct span span, bool back)
{
    struct query q = store_posts_from(r->db, thread, span.first, span.count);
    struct post_row post;
    uint64_t last = 0;

    /* Going back, the page was measured before: it must reach its last floor. */
    while ((back || !page_full(page)) && store_post_next(&q, r->arena, &post)) {
        stub_fill(r->db, r->arena, &r->actor, &post.record);
        page_add(page, &post.record);
        last = post.record.floor;
    }
    query_end(&q);
    return last;
}

enum status handle_read(struct request *r, const struct read_request *in)
{
    struct page page = page_begin(r, &shape_post_record, part_of_read);
    struct read_reply out = {0};
    struct thread_row thread;
    struct board_row board;
    enum status status = find_thread(r, in->thread, &thread, &board);

    if (status)
        return status;
    struct span span = span_of(r, in, &thread);
    uint64_t last = add_posts(r, &page, in->thread, span, in->back);
    if (in->back)
        out.next = span.first > 1 ? span.first - 1 : 0;
    else
        out.next = last && last < thread.record.floors ? last + 1 : 0;
    out.posts = page_end(&page);
    reading_fill_thread(r, thread.last_author, &thread.record);
    stub_fill_thread(r->db, r->arena, &r->actor, &thread);
    board_allow(r, &board);
    out.thread = request_record(r, &shape_thread_record, &thread.record);
    out.board = request_record(r, &shape_board_record, &board.record);
    out.as_of = thread.head;
    out.cursor = request_cursor(r, TOPIC_THREAD, in->thread, thread.head);
    return reply_read(r, &out);
}

static void part_of_post(struct request *r, struct items list)
{
    part_post_get(r, &(struct post_get_reply){.posts = list});
}

enum status handle_post_get(struct request *r, const struct post_get_request *in)
{
    struct page page = page_begin(r, &shape_post_record, part_of_post);
    struct post_get_reply out = {0};
    struct thread_row thread;
    struct board_row board;
    struct post_row post;
    enum status status = find_post(r, in->post, &post, &thread, &board);

    if (status)
        return status;
    struct query q = store_post(r->db, in->post);
    if (store_post_next(&q, r->arena, &post))
        page_add(&page, &post.record);
    query_end(&q);
    out.posts = page_end(&page);
    reading_fill_thread(r, thread.last_author, &thread.record);
    out.thread = request_record(r, &shape_thread_record, &thread.record);
    return reply_post_get(r, &out);
}
