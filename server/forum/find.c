/* See find.h. */
#include "server/forum/find.h"

void find_settle(const struct request *r, struct board_row *board)
{
    policy_settle_board(&board->policy, r->site->moderation);
    board->record.closed = board->policy.closed;
}

/* What is left to ask once a row was found, or was not. */
static enum status seen(struct request *r, bool found, const char *field, struct board_row *board)
{
    struct subject subject = {.board = &board->policy};

    if (!found)
        return refuse_field(r, STATUS_NOT_FOUND, field);
    find_settle(r, board);
    if (policy_decide(ACT_READ, &r->actor, &subject))
        return refuse_field(r, STATUS_NOT_FOUND, field);
    return STATUS_OK;
}

enum status find_board(struct request *r, struct text slug_or_number, struct board_row *board)
{
    return seen(r, store_board_resolve(r->db, slug_or_number, r->arena, board), "board", board);
}

enum status find_board_by_id(struct request *r, uint64_t id, const char *field, struct board_row *board)
{
    return seen(r, store_board_row(r->db, id, r->arena, board), field, board);
}

enum status find_thread(struct request *r, uint64_t id, struct thread_row *thread, struct board_row *board)
{
    if (!store_thread_row(r->db, id, r->arena, thread))
        return refuse_field(r, STATUS_NOT_FOUND, "thread");
    return find_board_by_id(r, thread->record.board, "thread", board);
}

enum status find_post(struct request *r, uint64_t id, struct post_row *post, struct thread_row *thread, struct board_row *board)
{
    if (!store_post_header(r->db, id, r->arena, post) ||
        !store_thread_row(r->db, post->record.thread, r->arena, thread))
        return refuse_field(r, STATUS_NOT_FOUND, "post");
    return find_board_by_id(r, thread->record.board, "post", board);
}
