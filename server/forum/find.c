/* See find.h. */
#include "server/forum/find.h"

#include "server/store/accounts.h"
#include "server/util/words.h"

/* What is left to ask once a row was found, or was not. */
static enum status seen(struct request *r, bool found, const char *field, struct board_row *board)
{
    struct subject subject = {.board = &board->policy};

    if (!found)
        return refuse_field(r, STATUS_NOT_FOUND, field);
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

/* What lies in the bin is gone for whoever could read it where it stood; for others it never was. */
static bool was_removed(struct request *r, uint64_t thread, uint64_t board)
{
    struct board_row bin, origin;

    return store_board_row(r->db, board, r->arena, &bin) && bin.record.kind == BOARD_KIND_BIN && !policy_may_read(&r->actor, &bin.policy) &&
           store_board_row(r->db, store_thread_origin(r->db, thread), r->arena, &origin) && policy_may_read(&r->actor, &origin.policy);
}

static enum status find_standing(struct request *r, const struct thread_row *thread, const char *field, struct board_row *board)
{
    enum status status = find_board_by_id(r, thread->record.board, field, board);

    return status == STATUS_NOT_FOUND && was_removed(r, thread->record.id, thread->record.board) ? refuse_field(r, STATUS_GONE, field) : status;
}

enum status find_thread(struct request *r, uint64_t id, struct thread_row *thread, struct board_row *board)
{
    if (!store_thread_row(r->db, id, r->arena, thread))
        return refuse_field(r, STATUS_NOT_FOUND, "thread");
    return find_standing(r, thread, "thread", board);
}

enum status find_post(struct request *r, uint64_t id, struct post_row *post, struct thread_row *thread, struct board_row *board)
{
    if (!store_post_header(r->db, id, r->arena, post) ||
        !store_thread_row(r->db, post->record.thread, r->arena, thread))
        return refuse_field(r, STATUS_NOT_FOUND, "post");
    return find_standing(r, thread, "post", board);
}

uint64_t find_account(struct request *r, struct text handle)
{
    struct text key = words_handle_key(words_handle(handle, r->arena), r->arena);

    return key.at ? store_account_by_handle(r->db, key) : 0;
}
