/* Requests whose handlers are being written. */
#include "server/request.h"

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
