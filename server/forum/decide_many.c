/*
 * Several items at once: handler decide_many (request.h).
 *
 * Each item is decided on by itself, with its own hash, decision, notice and entry in the audit log; a refusal undoes that item's part and
 * nothing else. All of it is one transaction and one answer, so that a retry is harmless.
 */
#include "server/forum/decisions.h"
#include "server/forum/oversight.h"

/* A text at its longest is read, hashed, written and told of in less than this. */
enum { ITEM_MEMORY = 6 * 1024 * 1024, OUTCOME_BYTES = 128 };

static struct decide_outcome_record outcome_of(struct request *r, uint64_t item, enum status status, const struct decide_reply *done)
{
    return (struct decide_outcome_record){
        .item = item, .status = status, .name = status_name(status), .field = text_of(r->fault.field), .decision = done ? done->decision : 0,
        .second = done && done->second,
    };
}

static struct decide_outcome_record decide_one(struct request *r, const struct decide_many_request *in, const struct decide_item_record *one)
{
    const struct decide_request decide = {.item = one->item, .hash = one->hash, .act = in->act, .reason = in->reason, .words = in->words};
    struct request_part part;
    struct decide_reply out;

    if (!one->item || arena_left(r->arena) < ITEM_MEMORY)
        return outcome_of(r, one->item, one->item ? STATUS_BUSY : STATUS_NOT_FOUND, NULL);
    request_part_begin(r, &part);
    enum status status = decision_make(r, &decide, &out);
    struct decide_outcome_record outcome = outcome_of(r, one->item, status, status ? NULL : &out);
    request_part_end(r, &part, status == STATUS_OK);
    return outcome;
}

enum status handle_decide_many(struct request *r, const struct decide_many_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_DECIDE_MANY * OUTCOME_BYTES);
    struct decide_many_reply out = {.topic = TOPIC_NONE, .outcomes = items_begin(&w)};
    struct items items = in->items;
    struct decide_item_record one;
    enum status status = oversight_anywhere(r);

    if (status)
        return refuse(r, status);
    if (!items.count)
        return refuse_field(r, STATUS_BAD_FIELD, "items");
    if (in->act == DECISION_ACT_NONE || in->act == DECISION_ACT_MOVE)
        return refuse_field(r, STATUS_BAD_FIELD, "act");
    status = oversight_why(r, in->act, in->reason, in->words);
    while (!status && items_next(&items, &shape_decide_item_record, &one)) {
        const struct decide_outcome_record outcome = decide_one(r, in, &one);
        items_add(&w, &out.outcomes, &shape_decide_outcome_record, &outcome);
    }
    return status ? status : reply_decide_many(r, &out);
}
