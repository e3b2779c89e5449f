/* See split_story.h. */
#include "tests/unit/split_story.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

const struct member nobody = {0};

struct story tell_story(struct town *t, const char *board)
{
    static const uint64_t answers[FLOORS + 1] = {0, 0, 0, 2, 3, 0, 4};
    struct post_reply first = forum_post(&t->forum, t->author, board, "春游", TEXT("去哪里好"));
    struct story story = {.thread = first.thread, .posts = {0, first.post}};
    char body[64];

    for (uint64_t floor = 2; floor <= FLOORS; floor++) {
        (void)snprintf(body, sizeof body, "词语%llu号", (unsigned long long)floor);
        story.posts[floor] = forum_answer(&t->forum, floor % 2 ? t->author : t->other, first.thread, answers[floor], text_of(body)).post;
    }
    return story;
}

const struct fault *fault(const struct town *t)
{
    return &t->forum.r.fault;
}

struct post_record post_of(struct town *t, struct member who, uint64_t post)
{
    struct post_get_reply frames[FORUM_FRAMES];
    struct post_record record = {0};

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_POST_GET, &(struct post_get_request){.post = post}), STATUS_OK);
    assert_int_equal(forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_true(items_next(&frames[0].posts, &shape_post_record, &record));
    return record;
}

struct thread_record thread_of(struct town *t, struct member who, uint64_t thread)
{
    struct read_reply frames[FORUM_FRAMES];
    struct thread_record record = {0};
    size_t count;

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_READ, &(struct read_request){.thread = thread}), STATUS_OK);
    count = forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES);
    assert_true(items_next(&frames[count - 1].thread, &shape_thread_record, &record));
    return record;
}

const char *listed(struct town *t, const char *board)
{
    static char line[256];
    struct threads_reply out;
    struct thread_record thread;
    size_t len = 0;

    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_THREADS, &(struct threads_request){.board = text_of(board)}), STATUS_OK);
    forum_reply(&t->forum, &out);
    line[0] = '\0';
    while (items_next(&out.threads, &shape_thread_record, &thread))
        len += (size_t)snprintf(line + len, sizeof line - len, "%llu ", (unsigned long long)thread.id);
    return line;
}

struct hit_record only_hit(struct town *t, struct member who, const char *query)
{
    struct search_reply out;
    struct hit_record hit = {0};

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_SEARCH, &(struct search_request){.query = text_of(query)}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(out.hits.count <= 1);
    return items_next(&out.hits, &shape_hit_record, &hit) ? hit : (struct hit_record){0};
}

unsigned told_since(struct town *t, enum topic topic, uint64_t id, uint64_t since)
{
    struct backlog backlog = forum_backlog(&t->forum, t->author.session, topic, id, since);
    unsigned count = 0;

    assert_int_equal(backlog.status, STATUS_OK);
    for (const struct event *event = backlog.events; event; event = event->next)
        count++;
    return count;
}
