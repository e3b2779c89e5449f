/* See queue_topic.h. */
#include "server/forum/queue_topic.h"

#include "server/forum/naming.h"
#include "server/store/boards.h"
#include "server/store/queue_marks.h"

/* ---- where it stands ---- */

uint64_t queue_topic_head(struct db *db, struct arena *arena, const struct actor *actor, uint64_t id)
{
    struct board_row board;
    uint64_t head = 0;

    if (id)
        return store_marks_head(db, id, actor->account);
    if (policy_oversees(actor, &(struct board_policy){0}) == STATUS_OK)
        head = store_marks_head(db, 0, actor->account);
    struct query q = store_boards(db);
    while (store_board_next(&q, arena, &board)) {
        uint64_t there = policy_oversees(actor, &board.policy) == STATUS_OK ? store_marks_head(db, board.record.id, actor->account) : 0;
        head = there > head ? there : head;
    }
    query_end(&q);
    return head;
}

/* ---- telling ---- */

/* Who does not learn of it: its author, whoever decided before, and who is kept from it. */
static struct text spared(struct request *r, const struct mark_row *mark)
{
    enum { MOST = 2 + NAMED_MOST + 1 };
    uint64_t *accounts = arena_alloc(r->arena, MOST * sizeof *accounts);

    if (!accounts)
        return (struct text){NULL, 0};
    accounts[0] = mark->author;
    accounts[1] = mark->barred;
    return (struct text){(const char *)accounts, (2 + store_mark_withheld(r->db, mark->item, accounts + 2, MOST - 2)) * sizeof *accounts};
}

/* A mark, with what the loops need to know of its board. */
static void tell(struct request *r, const struct mark_row *mark, uint64_t seq)
{
    struct change_record change = {.seq = seq};
    struct board_row board = {0};

    if (mark->board && !store_board_row(r->db, mark->board, r->arena, &board))
        return;
    request_event(r, TOPIC_QUEUE, mark->board, &change, 0);
    if (!r->events_last)
        return; /* no memory, which the arena says at the end */
    r->events_last->board = board.policy;
    r->events_last->spared = spared(r, mark);
}

void queue_topic_tell(struct request *r)
{
    struct mark_row mark;
    uint64_t seq = 0;

    struct query q = store_marks_new(r->db);
    while (store_mark_next(&q, &mark)) {
        seq = seq ? seq : store_marks_next(r->db, r->now);
        tell(r, &mark, seq);
    }
    query_end(&q);
    if (seq)
        store_marks_stamp(r->db, seq);
}
