/* Requests whose handlers are being written. */
#include "server/request.h"

enum status handle_held(struct request *r, const struct held_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_held_get(struct request *r, const struct held_get_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_held_edit(struct request *r, const struct held_edit_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_held_withdraw(struct request *r, const struct held_withdraw_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_flag(struct request *r, const struct flag_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_flags(struct request *r, const struct flags_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_queue(struct request *r, const struct queue_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_item_get(struct request *r, const struct item_get_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_claim(struct request *r, const struct claim_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_decide(struct request *r, const struct decide_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_post_hash(struct request *r, const struct post_hash_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_decisions(struct request *r, const struct decisions_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_appeal(struct request *r, const struct appeal_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_sanctions(struct request *r, const struct sanctions_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_sanction(struct request *r, const struct sanction_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}

enum status handle_sanction_lift(struct request *r, const struct sanction_lift_request *in)
{
    (void)in;
    return refuse(r, STATUS_UNKNOWN_OP);
}
