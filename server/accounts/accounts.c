/* See accounts.h. */
#include "server/accounts/accounts.h"

#include <sodium.h>

#include "server/accounts/codes.h"
#include "server/accounts/passwords.h"
#include "server/accounts/totp.h"
#include "server/forum/notices.h"
#include "server/rate.h"
#include "server/util/words.h"

/* ---- records ---- */

bool accounts_find(struct request *r, struct text handle, struct account_row *out)
{
    struct text key = words_handle_key(words_handle(handle, r->arena), r->arena);
    uint64_t account = key.at ? store_account_by_handle(r->db, key) : 0;

    return account && store_account_row(r->db, account, r->arena, out);
}

bool accounts_administers(const struct request *r)
{
    return policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){.board = NULL}) == STATUS_OK;
}

static struct items describe_grants(struct request *r, uint64_t account)
{
    struct grant_row *rows;
    size_t count = store_grants(r->db, account, r->arena, &rows);
    size_t room = 0;

    for (size_t i = 0; i < count; i++)
        room += 64 + rows[i].name.len;
    struct wire_writer w = arena_writer(r->arena, room);
    struct items list = items_begin(&w);
    for (size_t i = 0; i < count; i++) {
        const struct grant_row *row = &rows[i];
        const struct grant_record grant = {
            .role = row->role,
            .scope = row->scope,
            .board = row->scope == SCOPE_BOARD ? row->ref : 0,
            .board_slug = row->scope == SCOPE_BOARD ? row->name : (struct text){NULL, 0},
            .unit = row->scope == SCOPE_UNIT ? row->name : (struct text){NULL, 0},
            .since = (uint64_t)row->since,
        };
        items_add(&w, &list, &shape_grant_record, &grant);
    }
    return list;
}

struct account_record accounts_describe(struct request *r, const struct account_row *row)
{
    const struct actor *asker = &r->actor;
    bool self = asker->account == row->id;
    bool wide = self || accounts_administers(r);
    bool unit = wide || (asker->unit && !asker->rests && !asker->banned && asker->unit == row->unit_id);
    struct account_record record = {
        .id = row->id,
        .handle = row->handle,
        .name = row->name,
        .role = row->role,
        .created = (uint64_t)row->created,
        .state = row->state,
    };

    if (unit)
        record.unit = row->unit;
    if (wide) {
        record.grants = describe_grants(r, row->id);
        record.totp = row->totp;
    }
    if (self) {
        record.lang = row->lang;
        record.zone = row->zone;
        record.totp_due = (uint64_t)row->totp_due;
        record.sanctioned = asker->banned || asker->mute_count > 0 || asker->hold_count > 0;
    }
    return record;
}

struct items accounts_record(struct request *r, const struct account_row *row)
{
    const struct account_record record = accounts_describe(r, row);
    return request_record(r, &shape_account_record, &record);
}

/* ---- proofs ---- */

bool accounts_still_verified(struct request *r, const struct accounts_finding *finding, struct account_secrets *out)
{
    return store_secrets(r->db, finding->account, r->arena, out) && out->password.at &&
           text_equal(out->password, finding->verified);
}

enum status accounts_check_password(struct request *r, const char *field, struct text password, struct text handle_key)
{
    if (words_count(password) < LIMIT_PASSWORD_MIN)
        return refuse_limit(r, STATUS_BAD_FIELD, field, LIMIT_PASSWORD_MIN);
    if (!passwords_acceptable(password, handle_key, r->arena))
        return refuse_field(r, STATUS_BAD_FIELD, field);
    return STATUS_OK;
}

enum status accounts_try(struct request *r, enum message_index message, uint64_t subject)
{
    uint64_t wait = r->site->rates ? rate_take_subject(r->site->rates, &messages[message], subject, r->now) : 0;
    return wait ? refuse_until(r, STATUS_RATE_LIMITED, wait) : STATUS_OK;
}

uint64_t accounts_subject(struct text handle)
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    uint64_t subject;

    crypto_generichash(hash, sizeof hash, (const uint8_t *)handle.at, handle.len, NULL, 0);
    memcpy(&subject, hash, sizeof subject);
    return subject;
}

static bool use_recovery(struct request *r, uint64_t account, struct text code)
{
    uint8_t hash[CODES_HASH];

    codes_hash(code, hash);
    return store_recovery_use(r->db, account, (struct text){(const char *)hash, sizeof hash});
}

static bool use_totp(struct request *r, uint64_t account, const struct account_secrets *secrets, struct text code)
{
    uint64_t step = totp_match(secrets->totp, code, r->now, secrets->totp_step);

    if (step)
        store_totp_step(r->db, account, step);
    return step != 0;
}

enum status accounts_check_code(struct request *r, uint64_t account, const struct account_secrets *secrets, struct text code)
{
    enum status status;
    bool right;

    if (!secrets->totp.at)
        return STATUS_OK;
    if (code.len == 0)
        return refuse_field(r, STATUS_CODE_NEEDED, "code");
    status = accounts_try(r, INDEX_TOTP_CONFIRM, account);
    if (status)
        return status;
    right = totp_is_code(code) ? use_totp(r, account, secrets, code) : use_recovery(r, account, code);
    return right ? STATUS_OK : refuse_field(r, STATUS_DENIED, "code");
}

bool accounts_may_still(struct request *r, uint64_t issuer, enum act act, const struct subject *subject)
{
    struct actor actor;

    return issuer == 0 ||
           (store_actor_of(r->db, issuer, r->arena, r->now, &actor) && policy_decide(act, &actor, subject) == STATUS_OK);
}

/* ---- sessions ---- */

struct text accounts_token_hash(struct request *r, struct text token)
{
    uint8_t *hash = arena_alloc(r->arena, crypto_generichash_BYTES);

    if (!hash)
        return (struct text){NULL, 0};
    crypto_generichash(hash, crypto_generichash_BYTES, (const uint8_t *)token.at, token.len, NULL, 0);
    return (struct text){(const char *)hash, crypto_generichash_BYTES};
}

void accounts_become(struct request *r, const struct actor *actor)
{
    struct actor *copy = arena_alloc(r->arena, sizeof *copy);

    if (copy)
        *copy = *actor;
    r->becomes = copy;
}

struct text accounts_new_token(struct request *r)
{
    uint8_t *token = arena_alloc(r->arena, LIMIT_TOKEN);

    if (!token)
        return (struct text){NULL, 0};
    randombytes_buf(token, LIMIT_TOKEN);
    return (struct text){(const char *)token, LIMIT_TOKEN};
}

bool accounts_open_session(struct request *r, uint64_t account, struct accounts_session *out)
{
    uint64_t ended = store_session_make_room(r->db, account, LIMIT_SESSIONS);
    struct actor actor;

    out->token = accounts_new_token(r);
    if (!out->token.at)
        return false;
    out->session = store_session_insert(r->db, account, accounts_token_hash(r, out->token), r->now, r->client);
    if (ended)
        accounts_tell_ended(r, account, ended, 0);
    if (!store_actor_load(r->db, out->session, r->arena, r->now, &actor))
        return false;
    /* The answer describes the account as to itself. */
    r->actor = actor;
    accounts_become(r, &actor);
    return true;
}

/* ---- what follows ---- */

void accounts_tell_ended(struct request *r, uint64_t account, uint64_t session, uint64_t keep)
{
    request_access(r, &(struct access_change){.kind = ACCESS_SESSION, .account = account, .id = session, .keep = keep});
}

void accounts_tell_changed(struct request *r, uint64_t account)
{
    struct access_change change = {.kind = ACCESS_ACCOUNT, .account = account};

    if (store_actor_of(r->db, account, r->arena, r->now, &change.actor))
        request_access(r, &change);
}

void accounts_notify(struct request *r, uint64_t account, enum notice_kind kind, enum role role)
{
    notice_add(r, account, &(struct notice_record){.kind = kind, .role = role}, true);
}

void accounts_effect(const struct request *r, enum topic *topic, uint64_t *id, uint64_t *seq)
{
    const struct event *event = r->events_last;

    if (!event || event->topic != TOPIC_ACCOUNT || event->id != r->actor.account)
        return;
    *topic = event->topic;
    *id = event->id;
    *seq = event->seq;
}
