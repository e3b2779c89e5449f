/* Enrolling a second factor. There is no way to lose one but to enroll another. */
#include "server/accounts/accounts.h"
#include "server/accounts/codes.h"
#include "server/accounts/totp.h"

enum { RECOVERY_CODES = 10 };

enum status handle_totp_enroll(struct request *r, const struct totp_enroll_request *in)
{
    uint8_t *bytes = arena_alloc(r->arena, TOTP_SECRET);
    struct totp_enroll_reply out = {.dup = false};
    struct account_secrets secrets;

    if (!bytes || !store_secrets(r->db, r->actor.account, r->arena, &secrets))
        return refuse(r, STATUS_INTERNAL);
    enum status status = accounts_check_code(r, r->actor.account, &secrets, in->code);
    if (status)
        return status;

    struct text secret = {(const char *)bytes, TOTP_SECRET};
    totp_secret(bytes);
    store_totp_new(r->db, r->actor.account, secret);
    accounts_notify(r, r->actor.account, NOTICE_KIND_SECOND_FACTOR, ROLE_VISITOR);
    accounts_effect(r, &out.topic, &out.topic_id, &out.seq);
    out.secret = totp_base32(secret, r->arena);
    out.uri = totp_uri(r->site->name, r->actor.handle, out.secret, r->arena);
    return reply_totp_enroll(r, &out);
}

/* Makes new recovery codes in place of the old ones; the list holds them in plain, which is shown once. */
static struct items make_recovery(struct request *r)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)RECOVERY_CODES * (CODES_CHARS + 2));
    struct items list = items_begin(&w);
    char code[CODES_CHARS + 1];
    uint8_t hash[CODES_HASH];

    store_recovery_clear(r->db, r->actor.account);
    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        codes_make(code);
        codes_hash(text_of(code), hash);
        store_recovery_add(r->db, r->actor.account, (struct text){(const char *)hash, sizeof hash});
        items_add_text(&w, &list, text_of(code));
    }
    explicit_bzero(code, sizeof code);
    return list;
}

enum status handle_totp_confirm(struct request *r, const struct totp_confirm_request *in)
{
    struct totp_confirm_reply out = {.dup = false};
    struct account_secrets secrets;
    uint64_t step;

    if (!store_secrets(r->db, r->actor.account, r->arena, &secrets))
        return refuse(r, STATUS_INTERNAL);
    enum status status = accounts_try(r, INDEX_TOTP_CONFIRM, r->actor.account);
    if (status)
        return status;
    /* The new secret has no past: each of its steps counts. */
    step = secrets.totp_new.at ? totp_match(secrets.totp_new, in->code, r->now, 0) : 0;
    if (!step)
        return refuse_field(r, STATUS_CODE_INVALID, "code");

    store_totp_confirm(r->db, r->actor.account, step);
    out.recovery = make_recovery(r);
    accounts_tell_changed(r, r->actor.account);
    accounts_notify(r, r->actor.account, NOTICE_KIND_SECOND_FACTOR, ROLE_VISITOR);
    accounts_effect(r, &out.topic, &out.topic_id, &out.seq);
    return reply_totp_confirm(r, &out);
}
