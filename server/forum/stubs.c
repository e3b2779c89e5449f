/* See stubs.h. */
#include "server/forum/stubs.h"

#include "server/store/boards.h"
#include "server/store/moved.h"

static bool thread_readable(struct db *db, struct arena *arena, const struct actor *actor, uint64_t id, struct thread_row *thread)
{
    struct board_row board;

    return store_thread_row(db, id, arena, thread) && store_board_row(db, thread->record.board, arena, &board) &&
           policy_may_read(actor, &board.policy);
}

void stub_fill(struct db *db, struct arena *arena, const struct actor *actor, struct post_record *post)
{
    struct thread_row thread;
    struct post_row now;

    if (post->state != POST_STATE_MOVED || !store_post_header(db, post->id, arena, &now) ||
        !thread_readable(db, arena, actor, now.record.thread, &thread))
        return;
    post->to_thread = now.record.thread;
    post->to_floor = now.record.floor;
    post->to_title = thread.record.title;
}

/* The thread in which one ends up; a thread that was merged away may have got its posts back, and none of them leads in a circle. */
static uint64_t end_of(struct db *db, uint64_t thread)
{
    enum { STEPS = 16 };

    for (int i = 0; i < STEPS; i++) {
        uint64_t next = store_thread_merged(db, thread);
        if (!next)
            break;
        thread = next;
    }
    return thread;
}

void stub_fill_thread(struct db *db, struct arena *arena, const struct actor *actor, struct thread_row *thread)
{
    struct thread_row into;

    if (thread->merged && thread_readable(db, arena, actor, end_of(db, thread->merged), &into))
        thread->record.into = into.record.id;
}

void stub_follow(struct db *db, struct arena *arena, uint64_t *thread, uint64_t *floor)
{
    struct post_row post;
    uint64_t stub = *floor ? store_stub_post(db, *thread, *floor) : 0;

    if (stub && store_post_header(db, stub, arena, &post)) {
        *thread = post.record.thread;
        *floor = post.record.floor;
    } else if (!*floor) {
        *thread = end_of(db, *thread);
    }
}
