/* See moving.h. */
#include "server/forum/moving.h"

#include "server/forum/telling.h"
#include "server/store/queue_items.h"

/* Takes the thread out of its old board: a tombstone in the topic, which says where to only if that can be read as widely. */
static void leave(struct request *r, const struct thread_row *thread, const struct board_row *from, const struct board_row *to,
                  enum gone reason)
{
    struct gone_record gone = {.kind = TOPIC_THREAD, .id = thread->record.id, .reason = reason};

    if (to->policy.read <= from->policy.read)
        gone.to = to->record.id;
    store_thread_leave(r->db, thread->record.id, from->record.id, from->head + 1);
    tell_gone(r, from->record.id, from->head + 1, &gone);
}

/* A pin is a decision about one board, so that it does not travel but into the bin and back; a lock and a distinction do. */
static bool keeps_pin(struct request *r, const struct thread_row *thread, const struct board_row *from, const struct board_row *to)
{
    bool back = from->record.kind == BOARD_KIND_BIN;

    return thread->record.pinned && (to->record.kind == BOARD_KIND_BIN || (back && store_threads_pinned(r->db, to->record.id) < THREADS_PINNED));
}

void moving_thread(struct request *r, struct thread_row *thread, struct board_row *from, struct board_row *to, enum gone reason)
{
    struct access_change access = {.kind = ACCESS_THREAD, .id = thread->record.id, .board = to->policy};
    int64_t posts = (int64_t)(thread->record.floors - thread->record.moved);

    thread->record.pinned = keeps_pin(r, thread, from, to);
    thread->record.board = to->record.id;
    thread->record.board_slug = to->record.slug;
    thread->record.seq = to->head + 1;
    request_access(r, &access);
    leave(r, thread, from, to, reason);
    store_thread_arrive(r->db, thread->record.id, to->record.id);
    thread->head++;
    store_thread_header(r->db, thread);
    tell_board(r, &thread->record);
    tell_thread(r, &thread->record, thread->head);
    from->head++;
    to->head++;
    store_board_resettled(r->db, from->record.id, -1, -posts, from->head);
    store_board_resettled(r->db, to->record.id, 1, posts, to->head);
    store_items_moved(r->db, thread->record.id, to->record.id);
}
