/* Giving and taking roles, units and states; invitations. All of it stands in the audit log. */
#include "server/accounts/accounts.h"
#include "server/accounts/codes.h"
#include "server/forum/audit.h"
#include "server/store/boards.h"
#include "server/util/words.h"

static struct text role_name(enum role role)
{
    return enumeration_by_number(&enumeration_role, role)->name;
}

/* OK where the asker administers and the account is there; otherwise the refusal. */
static enum status find_administered(struct request *r, struct text handle, struct account_row *out)
{
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){.board = NULL});

    *out = (struct account_row){.id = 0};
    if (status)
        return refuse(r, status);
    return accounts_find(r, handle, out) ? STATUS_OK : refuse_field(r, STATUS_NOT_FOUND, "handle");
}

/* ---- units and states ---- */

static enum status change_unit(struct request *r, struct account_row *row, struct text unit)
{
    if (unit.len && !words_is_line(unit))
        return refuse_field(r, STATUS_BAD_FIELD, "unit");
    row->unit_id = unit.len ? store_unit(r->db, unit) : 0;
    audit_act(r, row->id, unit.len ? TEXT("unit") : TEXT("no unit"));
    return STATUS_OK;
}

/*
 * Whoever suspends is an administrator and remains one, so that none can ever be the last to go; all that must be
 * seen to is that nobody suspends oneself.
 */
static enum status change_state(struct request *r, struct account_row *row, bool suspend)
{
    if (row->id == r->actor.account)
        return refuse_field(r, STATUS_FORBIDDEN, "suspended");
    row->state = suspend ? ACCOUNT_STATE_SUSPENDED : ACCOUNT_STATE_ACTIVE;
    audit_act(r, row->id, suspend ? TEXT("suspended") : TEXT("active"));
    if (suspend) {
        store_sessions_end(r->db, row->id, 0);
        accounts_tell_ended(r, row->id, 0, 0);
    }
    return STATUS_OK;
}

enum status handle_account_admin(struct request *r, const struct account_admin_request *in)
{
    struct account_row row;
    enum status status = find_administered(r, in->handle, &row);

    if (!status && in->unit.at)
        status = change_unit(r, &row, in->unit);
    if (!status && in->suspended != CHANGE_KEEP)
        status = change_state(r, &row, in->suspended == CHANGE_ON);
    if (status)
        return status;
    store_account_update(r->db, &row);
    accounts_tell_changed(r, row.id);
    return reply_account_admin(r, &(struct account_admin_reply){.dup = false});
}

/* ---- roles ---- */

/* Which scopes a role can be given in; a role without any cannot be given. */
static const struct role_scopes {
    bool site, board, unit;
} role_scopes[] = {
    [ROLE_VISITOR] = {false, false, false},
    [ROLE_CITIZEN] = {false, false, false},
    [ROLE_MEMBER] = {true, false, false},
    [ROLE_DEPUTY] = {false, false, true},
    [ROLE_MODERATOR] = {true, true, false},
    [ROLE_ADMINISTRATOR] = {true, false, false},
};

/* What grant and ungrant ask for, in the same words. */
struct role_request {
    enum role role;
    struct text board, unit;
};

/* The role with its scope. A missing unit is made where `make`. OK, or the refusal. */
static enum status resolve_role(struct request *r, const struct role_request *in, bool make, struct grant_row *out)
{
    const struct role_scopes *scopes = &role_scopes[in->role];
    struct board_row board;

    *out = (struct grant_row){.role = in->role, .scope = SCOPE_SITE, .since = r->now};
    if (!scopes->site && !scopes->board && !scopes->unit)
        return refuse_field(r, STATUS_BAD_FIELD, "role");
    if (in->board.len && !scopes->board)
        return refuse_field(r, STATUS_BAD_FIELD, "board");
    if (scopes->unit ? !words_is_line(in->unit) : in->unit.len > 0)
        return refuse_field(r, STATUS_BAD_FIELD, "unit");
    if (in->board.len) {
        if (!store_board_resolve(r->db, in->board, r->arena, &board))
            return refuse_field(r, STATUS_NOT_FOUND, "board");
        out->scope = SCOPE_BOARD;
        out->ref = board.record.id;
    } else if (scopes->unit) {
        out->scope = SCOPE_UNIT;
        out->ref = make ? store_unit(r->db, in->unit) : store_unit_find(r->db, in->unit);
    }
    return STATUS_OK;
}

/* What follows when an account's roles have changed. */
static void settle(struct request *r, uint64_t account, const struct grant_row *grant)
{
    store_account_settle(r->db, account, r->now, r->site->totp_grace_ms);
    audit_act(r, account, arena_format(r->arena, "%s %s %llu", role_name(grant->role).at,
                                            enumeration_by_number(&enumeration_scope, grant->scope)->name.at,
                                            (unsigned long long)grant->ref));
    accounts_tell_changed(r, account);
    accounts_notify(r, account, NOTICE_KIND_ROLE, grant->role);
}

/* A deputy is one unit's: for another the first must be taken back, so that nobody loses it unawares. */
static bool is_deputy(struct request *r, uint64_t account)
{
    struct grant_row *grants;
    size_t count = store_grants(r->db, account, r->arena, &grants);

    for (size_t i = 0; i < count; i++)
        if (grants[i].scope == SCOPE_UNIT)
            return true;
    return false;
}

enum status handle_grant(struct request *r, const struct grant_request *in)
{
    const struct role_request asked = {in->role, in->board, in->unit};
    struct grant_reply out = {.dup = false};
    struct account_row row;
    struct grant_row grant = {.role = in->role};
    enum status status = find_administered(r, in->handle, &row);

    if (!status)
        status = resolve_role(r, &asked, true, &grant);
    if (status)
        return status;
    if (grant.scope == SCOPE_UNIT && is_deputy(r, row.id))
        return refuse_field(r, STATUS_EXISTS, "role");
    if (!store_grant_add(r->db, row.id, &grant))
        return refuse_field(r, STATUS_EXISTS, "role");
    settle(r, row.id, &grant);
    accounts_effect(r, &out.topic, &out.topic_id, &out.seq);
    return reply_grant(r, &out);
}

enum status handle_ungrant(struct request *r, const struct ungrant_request *in)
{
    const struct role_request asked = {in->role, in->board, in->unit};
    struct ungrant_reply out = {.dup = false};
    struct account_row row;
    struct grant_row grant = {.role = in->role};
    enum status status = find_administered(r, in->handle, &row);

    if (!status)
        status = resolve_role(r, &asked, false, &grant);
    if (status)
        return status;
    if (!store_grant_drop(r->db, row.id, &grant))
        return refuse_field(r, STATUS_NOT_FOUND, "role");
    if (grant.role == ROLE_ADMINISTRATOR && store_administrators(r->db, row.id) == 0)
        return refuse_field(r, STATUS_FORBIDDEN, "role");
    settle(r, row.id, &grant);
    accounts_effect(r, &out.topic, &out.topic_id, &out.seq);
    return reply_ungrant(r, &out);
}

/* ---- invitations ---- */

/* A deputy's role needs a unit, which an invitation does not carry; a visitor's needs no invitation. */
enum status handle_invite(struct request *r, const struct invite_request *in)
{
    const int64_t life = INT64_C(14) * 24 * 3600 * 1000;
    struct invite_reply out = {.expires = (uint64_t)(r->now + life)};
    char *code = arena_alloc(r->arena, CODES_CHARS + 1);
    uint8_t hash[CODES_HASH];
    enum status status = policy_decide(ACT_INVITE, &r->actor, &(struct subject){.target = in->role});

    if (status)
        return refuse(r, status);
    if (in->role != ROLE_CITIZEN && !role_scopes[in->role].site)
        return refuse_field(r, STATUS_BAD_FIELD, "role");
    if (!code)
        return refuse(r, STATUS_INTERNAL);
    codes_make(code);
    out.code = text_of(code);
    codes_hash(out.code, hash);
    store_invitation_insert(r->db, (struct text){(const char *)hash, sizeof hash}, in->role, r->actor.account, r->now,
                            (int64_t)out.expires);
    audit_act(r, 0, role_name(in->role));
    return reply_invite(r, &out);
}
