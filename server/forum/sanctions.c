/* See sanctions.h. */
#include "server/forum/sanctions.h"

#include "server/forum/appeals.h"
#include "server/forum/audit.h"
#include "server/forum/find.h"
#include "server/forum/notices.h"
#include "server/forum/oversight.h"
#include "server/store/accounts.h"
#include "server/store/queue_items.h"
#include "server/store/sanctions.h"
#include "server/util/words.h"

enum { HOUR_MS = 3600000 };

/* ---- how far one may go ---- */

/* The role that a sanction has to reach: what the person holds on the board or the site, whether or not powers rest for now. */
static enum role target_of(struct request *r, uint64_t account, uint64_t board)
{
    struct actor person;

    if (!store_actor_of(r->db, account, r->arena, r->now, &person))
        return ROLE_VISITOR;
    person.rests = person.suspended = person.banned = false;
    return policy_role_on(&person, board);
}

static enum status check_reach(struct request *r, uint64_t account, const struct board_row *board, const char *field)
{
    const struct subject subject = {
        .board = board->record.id ? &board->policy : NULL, .target = target_of(r, account, board->record.id),
    };
    enum status status = account == r->actor.account ? STATUS_FORBIDDEN : policy_decide(ACT_SANCTION, &r->actor, &subject);

    return status ? refuse_field(r, status, field) : STATUS_OK;
}

/* ---- what follows from one ---- */

/* The person's connections know at once what they may do. */
static void tell_loops(struct request *r, uint64_t account)
{
    struct access_change change = {.kind = ACCESS_ACCOUNT, .account = account};

    if (store_actor_of(r->db, account, r->arena, r->now, &change.actor))
        request_access(r, &change);
}

/* Stores the decision, and tells of it. Returns its number. */
static uint64_t record(struct request *r, const struct sanction_row *sanction, enum decision_act act, enum notice_kind kind,
                       struct text words)
{
    struct decision_row row = {
        .time = r->now, .actor = r->actor.account, .act = act, .reason = sanction->reason, .words = words, .board = sanction->board,
        .account = sanction->account, .sanction = sanction->id,
    };

    row.id = store_decision_insert(r->db, &row);
    audit_decision(r, &row);
    notice_decided(r, sanction->account, &(struct notice_record){.kind = kind, .board = sanction->board, .decision = row.id});
    tell_loops(r, sanction->account);
    return row.id;
}

void sanction_end(struct request *r, uint64_t sanction)
{
    struct sanction_row row;

    if (store_sanction(r->db, sanction, r->arena, &row) && store_sanction_lift(r->db, sanction, r->now))
        tell_loops(r, row.account);
}

/* ---- imposing ---- */

static enum status check_terms(struct request *r, const struct sanction_terms *in)
{
    enum status status = oversight_reason(r, in->reason, in->words);

    if (status)
        return status;
    if (in->hours > LIMIT_SANCTION_HOURS)
        return refuse_limit(r, STATUS_BAD_FIELD, "hours", LIMIT_SANCTION_HOURS);
    if (in->hours && in->kind == SANCTION_KIND_WARNING)
        return refuse_field(r, STATUS_BAD_FIELD, "hours"); /* it is said once and keeps from nothing */
    return STATUS_OK;
}

static enum status find_scope(struct request *r, struct text slug, struct board_row *board)
{
    enum status status = slug.at ? find_board(r, slug, board) : STATUS_OK;

    if (status)
        return status;
    status = oversight_of(r, board);
    return status ? refuse(r, status) : STATUS_OK;
}

enum status sanction_impose(struct request *r, const struct sanction_terms *terms, const char *field, uint64_t *sanction, uint64_t *decision)
{
    static const enum decision_act acts[] = {
        [SANCTION_KIND_WARNING] = DECISION_ACT_WARN, [SANCTION_KIND_MUTE] = DECISION_ACT_MUTE, [SANCTION_KIND_BAN] = DECISION_ACT_BAN,
        [SANCTION_KIND_HOLD] = DECISION_ACT_HOLD,
    };
    enum status status = check_reach(r, terms->account, terms->board, field);

    if (!status)
        status = check_terms(r, terms);
    if (status)
        return status;
    struct sanction_row row = {
        .account = terms->account, .kind = terms->kind, .board = terms->board->record.id, .since = r->now,
        .until = terms->hours ? r->now + (int64_t)terms->hours * HOUR_MS : 0, .reason = terms->reason, .words = terms->words,
    };
    /* Another term for the same is agreed on by lifting the one that holds: the person is told of both. */
    if (row.kind != SANCTION_KIND_WARNING && store_sanction_like(r->db, row.account, row.kind, row.board, r->now))
        return refuse_field(r, STATUS_EXISTS, "kind");
    *sanction = row.id = store_sanction_insert(r->db, &row);
    *decision = record(r, &row, acts[row.kind], NOTICE_KIND_SANCTION, row.words);
    store_sanction_decided(r->db, row.id, *decision);
    return STATUS_OK;
}

enum status handle_sanction(struct request *r, const struct sanction_request *in)
{
    struct sanction_reply out = {.topic = TOPIC_NONE};
    struct board_row board = {0};
    enum status status = find_scope(r, in->board, &board);

    if (status)
        return status;
    const struct sanction_terms terms = {find_account(r, in->handle), in->kind, &board, in->hours, in->reason, in->words};
    if (!terms.account)
        return refuse_field(r, STATUS_NOT_FOUND, "handle");
    status = sanction_impose(r, &terms, "handle", &out.sanction, &out.decision);
    return status ? status : reply_sanction(r, &out);
}

/* ---- lifting ---- */

enum status handle_sanction_lift(struct request *r, const struct sanction_lift_request *in)
{
    struct sanction_lift_reply out = {.topic = TOPIC_NONE};
    struct sanction_row row;
    struct board_row board = {0};
    enum status status;

    if (!store_sanction(r->db, in->sanction, r->arena, &row) || (row.board && !store_board_row(r->db, row.board, r->arena, &board)))
        return refuse_field(r, STATUS_NOT_FOUND, "sanction");
    status = oversight_of(r, &board);
    if (status == STATUS_TOTP_NEEDED)
        return refuse(r, status);
    if (status && row.account != r->actor.account)
        return refuse_field(r, STATUS_NOT_FOUND, "sanction"); /* none of the actor's business */
    status = check_reach(r, row.account, &board, "sanction");
    if (status)
        return status;
    if (in->words.len && !words_is_body(in->words))
        return refuse_field(r, STATUS_BAD_FIELD, "words");
    if ((row.until && row.until <= r->now) || !store_sanction_lift(r->db, row.id, r->now))
        return refuse_field(r, STATUS_DECIDED, "sanction");
    out.decision = record(r, &row, row.kind == SANCTION_KIND_HOLD ? DECISION_ACT_RELEASE : DECISION_ACT_LIFT, NOTICE_KIND_LIFTED, in->words);
    return reply_sanction_lift(r, &out);
}

/* ---- the list ---- */

static struct sanction_record describe(struct request *r, const struct sanction_row *row)
{
    struct board_row board = {0};
    bool holds = !row->lifted && (row->until == 0 || row->until > r->now);
    struct sanction_record record = {
        .id = row->id, .kind = row->kind, .account = store_handle_of(r->db, row->account, r->arena), .since = (uint64_t)row->since,
        .until = (uint64_t)row->until, .reason = row->reason, .words = row->words, .decision = row->decision,
        .lifted = (uint64_t)row->lifted, .active = holds && row->kind != SANCTION_KIND_WARNING,
    };
    struct decision_row decision;

    if (row->board && store_board_row(r->db, row->board, r->arena, &board)) {
        record.board_slug = board.record.slug;
        record.board_name = board.record.name;
        record.board_name_en = board.record.name_en;
    }
    if (store_decision(r->db, row->decision, r->arena, &decision)) {
        record.appeal = decision.appeal;
        record.appeal_by = appeal_until(r, &decision);
    }
    return record;
}

bool sanction_find(struct request *r, uint64_t sanction, struct sanction_record *out)
{
    struct sanction_row row;

    if (!store_sanction(r->db, sanction, r->arena, &row))
        return false;
    *out = describe(r, &row);
    return true;
}

/* To others, what concerns boards of theirs, and the site. */
static bool may_see(struct request *r, const struct sanction_row *row)
{
    struct board_row board;

    return row->account == r->actor.account || row->board == 0 || oversight_board(r, row->board, &board);
}

enum status handle_sanctions(struct request *r, const struct sanctions_request *in)
{
    enum {
        EXAMINED = 500, /* an account's newest; whoever has more has them seen for long */
        BYTES = 4 * (LIMIT_WORDS + LIMIT_HANDLE + LIMIT_SLUG + 2 * LIMIT_NAME) + 128,
    };
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * BYTES);
    struct sanctions_reply out = {.sanctions = items_begin(&w)};
    struct sanction_row row;
    uint64_t account;
    enum status status = oversight_whom(r, in->handle, &account);

    if (status)
        return status;
    struct query q = store_sanctions(r->db, account, EXAMINED);
    while (out.sanctions.count < LIMIT_PAGE_ITEMS && store_sanction_next(&q, r->arena, &row)) {
        if (!may_see(r, &row))
            continue;
        const struct sanction_record record = describe(r, &row);
        items_add(&w, &out.sanctions, &shape_sanction_record, &record);
    }
    query_end(&q);
    return reply_sanctions(r, &out);
}
