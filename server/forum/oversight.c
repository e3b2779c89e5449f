/* See oversight.h. */
#include "server/forum/oversight.h"

#include "moderation/verdict.h"
#include "server/forum/find.h"
#include "server/store/accounts.h"
#include "server/util/words.h"

enum status oversight_of(struct request *r, const struct board_row *board)
{
    return policy_oversees(&r->actor, &board->policy);
}

enum status oversight_refuse(struct request *r, enum status status, const char *field)
{
    return status == STATUS_TOTP_NEEDED ? refuse(r, status) : refuse_field(r, STATUS_NOT_FOUND, field);
}

bool oversight_board(struct request *r, uint64_t id, struct board_row *board)
{
    *board = (struct board_row){0};
    return (id == 0 || store_board_row(r->db, id, r->arena, board)) && oversight_of(r, board) == STATUS_OK;
}

enum status oversight_anywhere(struct request *r)
{
    return policy_oversees_any(&r->actor);
}

enum status oversight_whom(struct request *r, struct text handle, uint64_t *account)
{
    enum status status;

    *account = handle.at ? find_account(r, handle) : r->actor.account;
    if (*account == r->actor.account)
        return STATUS_OK;
    status = oversight_anywhere(r);
    if (status)
        return refuse(r, status);
    return *account ? STATUS_OK : refuse_field(r, STATUS_NOT_FOUND, "handle");
}

enum status oversight_reason(struct request *r, enum reason reason, struct text words)
{
    if (reason == REASON_NONE)
        return refuse_field(r, STATUS_BAD_FIELD, "reason");
    if (words.len ? !words_is_body(words) : reason == REASON_OTHER)
        return refuse_field(r, STATUS_BAD_FIELD, "words");
    return STATUS_OK;
}

enum status oversight_why(struct request *r, enum decision_act act, enum reason reason, struct text words)
{
    if (verdict_owes_reason(act) || reason != REASON_NONE)
        return oversight_reason(r, reason, words);
    return words.len && !words_is_body(words) ? refuse_field(r, STATUS_BAD_FIELD, "words") : STATUS_OK;
}
