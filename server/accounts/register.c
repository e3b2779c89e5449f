/* Making an account, with or without an invitation. */
#include "server/accounts/accounts.h"
#include "server/accounts/codes.h"
#include "server/accounts/passwords.h"
#include "server/forum/audit.h"
#include "server/util/words.h"

/* What a registration comes to. */
struct registration {
    struct text handle, key, name;
    struct text invitation; /* its hash, or absent */
    enum role role;
};

static enum status check_invitation(struct request *r, struct text code, struct registration *out)
{
    uint8_t *hash = arena_alloc(r->arena, CODES_HASH);
    uint64_t issuer;

    out->role = ROLE_CITIZEN;
    if (!code.at)
        return STATUS_OK;
    if (!hash)
        return refuse(r, STATUS_INTERNAL);
    codes_hash(code, hash);
    out->invitation = (struct text){(const char *)hash, CODES_HASH};
    if (!store_invitation_find(r->db, out->invitation, r->now, &out->role, &issuer) ||
        !accounts_may_still(r, issuer, ACT_INVITE, &(struct subject){.target = out->role}))
        return refuse_field(r, STATUS_CODE_INVALID, "invite");
    return STATUS_OK;
}

/* Asked twice: before the hashing, which it may spare, and in the transaction that writes. */
static enum status check(struct request *r, const struct register_request *in, struct registration *out)
{
    enum status status;

    *out = (struct registration){.handle = words_handle(in->handle, r->arena)};
    out->key = words_handle_key(out->handle, r->arena);
    out->name = in->name.len ? in->name : out->handle;
    if (!out->key.at)
        return refuse_field(r, STATUS_BAD_FIELD, "handle");
    if (!words_is_line(out->name))
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    status = accounts_check_password(r, "password", in->password, out->key);
    if (status)
        return status;
    if (store_account_by_handle(r->db, out->key))
        return refuse_field(r, STATUS_EXISTS, "handle");
    return check_invitation(r, in->invite, out);
}

bool prepare_register(struct request *r, const struct register_request *in)
{
    struct accounts_finding *finding = arena_alloc(r->arena, sizeof *finding);
    struct registration registration;

    if (!finding)
        return !refuse(r, STATUS_INTERNAL);
    if (check(r, in, &registration))
        return false;
    db_release(r->db);
    finding->fresh = passwords_hash(in->password, r->arena);
    r->prepared = finding;
    return finding->fresh.at || !refuse_until(r, STATUS_BUSY, 1000);
}

/* Writes the account with the role that it starts with. Returns its number. */
static uint64_t insert(struct request *r, const struct registration *registration, struct text password)
{
    const struct account_row row = {
        .handle = registration->handle,
        .name = registration->name,
        .zone = TEXT("Asia/Shanghai"),
        .lang = r->lang,
        .created = r->now,
    };
    const struct grant_row grant = {.role = registration->role, .scope = SCOPE_SITE, .since = r->now};
    uint64_t account = store_account_insert(r->db, &row, registration->key, password);

    if (registration->role > ROLE_CITIZEN && store_grant_add(r->db, account, &grant)) {
        store_account_settle(r->db, account, r->now, r->site->totp_grace_ms);
        audit_act_of(r, account, registration->handle, account, enumeration_by_number(&enumeration_role, registration->role)->name);
    }
    if (registration->invitation.at)
        store_invitation_take(r->db, registration->invitation, account);
    return account;
}

enum status handle_register(struct request *r, const struct register_request *in)
{
    const struct accounts_finding *finding = r->prepared;
    struct registration registration;
    struct accounts_session opened;
    struct account_row row;
    enum status status = check(r, in, &registration);

    if (status)
        return status;
    uint64_t account = insert(r, &registration, finding->fresh);
    if (!accounts_open_session(r, account, &opened) || !store_account_row(r->db, account, r->arena, &row))
        return refuse(r, STATUS_INTERNAL);
    return reply_register(r, &(struct register_reply){
        .account = accounts_record(r, &row),
        .token = opened.token,
        .session = opened.session,
    });
}
