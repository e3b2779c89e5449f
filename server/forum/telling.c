/* See telling.h. */
#include "server/forum/telling.h"

#include "server/util/words.h"

static void cut(struct post_record *post, size_t most)
{
    post->size = post->body.len;
    if (post->body.len <= most)
        return;
    post->body = words_cut(post->body, most);
    post->truncated = true;
}

void tell_cut(struct post_record *post)
{
    cut(post, LIMIT_EVENT_BODY);
}

static void tell(struct request *r, const struct post_record *post, size_t most, uint64_t blanks)
{
    struct post_record copy = *post;

    cut(&copy, most);
    struct change_record change = {
        .seq = post->seq,
        .post = request_record(r, &shape_post_record, &copy),
    };
    request_event(r, TOPIC_THREAD, post->thread, &change, blanks);
}

void tell_post(struct request *r, const struct post_record *post, bool blanks)
{
    tell(r, post, LIMIT_EVENT_BODY, blanks ? post->id : 0);
}

void tell_arrival(struct request *r, const struct post_record *post, size_t most)
{
    tell(r, post, most < LIMIT_EVENT_BODY ? most : LIMIT_EVENT_BODY, 0);
}

void tell_board(struct request *r, const struct thread_record *thread)
{
    struct change_record change = {
        .seq = thread->seq,
        .thread = request_record(r, &shape_thread_record, thread),
    };
    request_event(r, TOPIC_BOARD, thread->board, &change, 0);
}

void tell_thread(struct request *r, const struct thread_record *thread, uint64_t seq)
{
    struct change_record change = {
        .seq = seq,
        .thread = request_record(r, &shape_thread_record, thread),
    };
    request_event(r, TOPIC_THREAD, thread->id, &change, 0);
}

void tell_gone(struct request *r, uint64_t board, uint64_t seq, const struct gone_record *gone)
{
    struct change_record change = {
        .seq = seq,
        .gone = request_record(r, &shape_gone_record, gone),
    };
    request_event(r, TOPIC_BOARD, board, &change, 0);
}
