/* Addresses that lead to a floor of a thread, wherever it stands: its page, and on it the floor. */
#include <inttypes.h>

#include "server/web/page.h"

/* The thread's header; its newest post comes along, which is seldom a long one. False: refused. */
static bool read_thread(struct page *p, uint64_t id, struct thread_record *thread)
{
    struct read_request in = {.thread = id, .back = true, .count = 1};
    struct post_record *posts;
    struct read_reply last;
    uint32_t count;

    return ask_posts(p, &in, &last, &posts, &count) && page_record(last.thread, &shape_thread_record, thread);
}

/*
 * Pages begin at 1, 51, 101 and so on, but end early where the texts are long. So the way back from the floor is measured: where
 * it is shorter than to the beginning of the page, the page begins there.
 */
static void go_to_floor(struct page *p, uint64_t thread, uint64_t floor)
{
    uint64_t from = (floor - 1) / LIMIT_PAGE_ITEMS * LIMIT_PAGE_ITEMS + 1;
    struct read_request in = {.thread = thread, .from = floor, .back = true, .count = floor - from + 1};
    struct post_record *posts;
    struct read_reply last;
    uint32_t count;

    if (!ask_posts(p, &in, &last, &posts, &count))
        return;
    const struct post_record *wanted = count ? &posts[count - 1] : NULL;
    if (wanted && wanted->floor == floor && wanted->to_thread) {
        page_redirect(p, page_path(p, "/t/%" PRIu64 "/%" PRIu64, wanted->to_thread, wanted->to_floor)); /* it stands there now */
        return;
    }
    if (count && posts[0].floor > from)
        from = posts[0].floor;
    if (from > 1)
        page_redirect(p, page_path(p, "/t/%" PRIu64 "?from=%" PRIu64 "#%" PRIu64, thread, from, floor));
    else
        page_redirect(p, page_path(p, "/t/%" PRIu64 "#%" PRIu64, thread, floor));
}

void view_thread_floor(struct page *p)
{
    uint64_t floor = page_number(p->params[1]);
    struct thread_record thread;

    if (!read_thread(p, page_number(p->params[0]), &thread))
        return;
    if (floor && floor <= thread.floors)
        go_to_floor(p, thread.id, floor);
    else
        page_refuse(p, STATUS_NOT_FOUND);
}

void view_thread_last(struct page *p)
{
    struct thread_record thread;

    if (read_thread(p, page_number(p->params[0]), &thread))
        go_to_floor(p, thread.id, thread.floors);
}

void view_thread_unread(struct page *p)
{
    struct thread_record thread;

    if (read_thread(p, page_number(p->params[0]), &thread))
        go_to_floor(p, thread.id, thread.read_floor < thread.floors ? thread.read_floor + 1 : thread.floors);
}

void view_post(struct page *p)
{
    struct thread_record thread;
    struct post_record post;

    if (ask_one_post(p, page_number(p->params[0]), &post, &thread))
        go_to_floor(p, post.thread, post.floor);
}
