/* Changing a password, by the present one or by a reset code that somebody with the power to issued. */
#include <sodium.h>

#include "server/accounts/accounts.h"
#include "server/accounts/codes.h"
#include "server/accounts/passwords.h"
#include "server/forum/audit.h"
#include "server/util/words.h"

enum { RESET_LIFE_MS = 24 * 3600 * 1000 };

/* Stores the new password; sessions but `keep`, whose token is to be replaced, end, an unused reset code is void, the person is told. */
static void change(struct request *r, uint64_t account, struct text fresh, uint64_t keep)
{
    store_password_set(r->db, account, fresh);
    store_reset_drop(r->db, account);
    store_sessions_end(r->db, account, keep);
    store_sessions_renew(r->db, account);
    accounts_tell_ended(r, account, 0, keep);
    accounts_notify(r, account, NOTICE_KIND_PASSWORD, ROLE_VISITOR);
}

/* ---- by the present password ---- */

bool prepare_password(struct request *r, const struct password_request *in)
{
    struct accounts_finding *finding = arena_alloc(r->arena, sizeof *finding);
    struct account_secrets secrets = {.totp_step = 0};

    if (!finding)
        return !refuse(r, STATUS_INTERNAL);
    if (accounts_check_password(r, "new_password", in->new_password, words_handle_key(r->actor.handle, r->arena)))
        return false;
    finding->account = r->actor.account;
    if (store_secrets(r->db, finding->account, r->arena, &secrets))
        finding->verified = secrets.password;
    db_release(r->db);

    if (!passwords_verify(finding->verified, in->old_password))
        return !refuse_field(r, STATUS_DENIED, "old_password");
    finding->fresh = passwords_hash(in->new_password, r->arena);
    r->prepared = finding;
    return finding->fresh.at || !refuse_until(r, STATUS_BUSY, 1000);
}

enum status handle_password(struct request *r, const struct password_request *in)
{
    const struct accounts_finding *finding = r->prepared;
    struct password_reply out = {.dup = false};
    struct account_secrets secrets;

    (void)in;
    if (finding->account != r->actor.account || !accounts_still_verified(r, finding, &secrets))
        return refuse_field(r, STATUS_DENIED, "old_password");
    change(r, r->actor.account, finding->fresh, r->actor.session);
    accounts_effect(r, &out.topic, &out.topic_id, &out.seq);
    return reply_password(r, &out);
}

/* ---- by a reset code ---- */

/* The highest role that the account holds anywhere. */
static enum role highest_role(struct request *r, const struct account_row *row)
{
    struct grant_row *grants;
    size_t count = store_grants(r->db, row->id, r->arena, &grants);
    enum role highest = row->role;

    for (size_t i = 0; i < count; i++)
        if (grants[i].role > highest)
            highest = grants[i].role;
    return highest;
}

static struct subject reset_subject(struct request *r, const struct account_row *row)
{
    return (struct subject){.target = highest_role(r, row), .unit = row->unit_id};
}

enum status handle_reset_issue(struct request *r, const struct reset_issue_request *in)
{
    struct reset_issue_reply out = {.expires = (uint64_t)(r->now + RESET_LIFE_MS)};
    char *code = arena_alloc(r->arena, CODES_CHARS + 1);
    uint8_t hash[CODES_HASH];
    struct account_row row;

    if (!code)
        return refuse(r, STATUS_INTERNAL);
    if (!accounts_find(r, in->handle, &row))
        return refuse_field(r, STATUS_NOT_FOUND, "handle");
    /* Who is logged in knows the password, or should not be able to change it. */
    if (row.id == r->actor.account)
        return refuse_field(r, STATUS_FORBIDDEN, "handle");
    struct subject subject = reset_subject(r, &row);
    enum status status = policy_decide(ACT_RESET, &r->actor, &subject);
    if (status)
        return refuse(r, status);

    codes_make(code);
    out.code = text_of(code);
    codes_hash(out.code, hash);
    store_reset_put(r->db, row.id, (struct text){(const char *)hash, sizeof hash}, r->actor.account, r->now,
                    (int64_t)out.expires);
    audit_act(r, row.id, TEXT("issued"));
    accounts_notify(r, row.id, NOTICE_KIND_RESET, ROLE_VISITOR);
    accounts_effect(r, &out.topic, &out.topic_id, &out.seq);
    return reply_reset_issue(r, &out);
}

/* The account that this code opens now, or 0. */
static uint64_t find_redeemed(struct request *r, const struct reset_redeem_request *in, struct text key)
{
    uint64_t account = key.at ? store_account_by_handle(r->db, key) : 0;
    uint64_t issuer;
    struct text stored = account ? store_reset_find(r->db, account, r->now, r->arena, &issuer) : (struct text){NULL, 0};
    struct account_row row;
    uint8_t hash[CODES_HASH];

    codes_hash(in->code, hash);
    if (stored.len != sizeof hash || sodium_memcmp(stored.at, hash, sizeof hash) != 0 ||
        !store_account_row(r->db, account, r->arena, &row))
        return 0;
    struct subject subject = reset_subject(r, &row);
    return accounts_may_still(r, issuer, ACT_RESET, &subject) ? account : 0;
}

/* An unknown handle and a wrong code cost the same hashing and get the same answer as each other. */
bool prepare_reset_redeem(struct request *r, const struct reset_redeem_request *in)
{
    struct accounts_finding *finding = arena_alloc(r->arena, sizeof *finding);
    struct text key = words_handle_key(words_handle(in->handle, r->arena), r->arena);

    if (!finding)
        return !refuse(r, STATUS_INTERNAL);
    if (accounts_try(r, INDEX_RESET_REDEEM, accounts_subject(key.at ? key : in->handle)) ||
        accounts_check_password(r, "password", in->password, key))
        return false;
    finding->account = find_redeemed(r, in, key);
    db_release(r->db);

    finding->fresh = passwords_hash(in->password, r->arena);
    if (!finding->fresh.at)
        return !refuse_until(r, STATUS_BUSY, 1000);
    if (!finding->account)
        return !refuse_field(r, STATUS_CODE_INVALID, "code");
    r->prepared = finding;
    return true;
}

enum status handle_reset_redeem(struct request *r, const struct reset_redeem_request *in)
{
    const struct accounts_finding *finding = r->prepared;
    struct text key = words_handle_key(words_handle(in->handle, r->arena), r->arena);

    if (find_redeemed(r, in, key) != finding->account)
        return refuse_field(r, STATUS_CODE_INVALID, "code");
    change(r, finding->account, finding->fresh, 0);
    audit_act_of(r, finding->account, store_handle_of(r->db, finding->account, r->arena), finding->account, TEXT("redeemed"));
    return reply_reset_redeem(r, &(struct reset_redeem_reply){.dup = false});
}
