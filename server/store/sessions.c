/* See accounts.h: what an account proves itself by, its sessions, and single-use codes. */
#include "server/store/accounts.h"

/* ---- secrets ---- */

bool store_secrets(struct db *db, uint64_t account, struct arena *arena, struct account_secrets *out)
{
    struct query q = db_query(db, SQL_SECRETS);
    query_int(&q, ":account", account);
    *out = (struct account_secrets){.totp_step = 0};
    bool found = query_row(&q);
    if (found) {
        out->password = query_text_at(&q, 0, arena);
        out->totp = query_blob_at(&q, 1, arena);
        out->totp_new = query_blob_at(&q, 2, arena);
        out->totp_step = query_int_at(&q, 3);
    }
    query_end(&q);
    return found;
}

void store_password_set(struct db *db, uint64_t account, struct text password)
{
    struct query q = db_query(db, SQL_PASSWORD_SET);
    query_int(&q, ":account", account);
    query_text(&q, ":password", password);
    query_run(&q);
}

void store_totp_step(struct db *db, uint64_t account, uint64_t step)
{
    struct query q = db_query(db, SQL_TOTP_STEP);
    query_int(&q, ":account", account);
    query_int(&q, ":step", step);
    query_run(&q);
}

void store_totp_new(struct db *db, uint64_t account, struct text secret)
{
    struct query q = db_query(db, SQL_TOTP_NEW);
    query_int(&q, ":account", account);
    query_blob(&q, ":secret", secret);
    query_run(&q);
}

void store_totp_confirm(struct db *db, uint64_t account, uint64_t step)
{
    struct query q = db_query(db, SQL_TOTP_CONFIRM);
    query_int(&q, ":account", account);
    query_int(&q, ":step", step);
    query_run(&q);
    store_sessions_renew(db, account);
}

void store_recovery_clear(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_RECOVERY_CLEAR);
    query_int(&q, ":account", account);
    query_run(&q);
}

static uint64_t run_recovery(struct db *db, enum statement statement, uint64_t account, struct text hash)
{
    struct query q = db_query(db, statement);
    query_int(&q, ":account", account);
    query_blob(&q, ":hash", hash);
    return query_run(&q);
}

void store_recovery_add(struct db *db, uint64_t account, struct text hash)
{
    run_recovery(db, SQL_RECOVERY_ADD, account, hash);
}

bool store_recovery_use(struct db *db, uint64_t account, struct text hash)
{
    return run_recovery(db, SQL_RECOVERY_USE, account, hash) > 0;
}

/* ---- sessions ---- */

uint64_t store_session_insert(struct db *db, uint64_t account, struct text token_hash, int64_t now, struct text client)
{
    struct query q = db_query(db, SQL_SESSION_INSERT);
    query_int(&q, ":account", account);
    query_blob(&q, ":hash", token_hash);
    query_time(&q, ":now", now);
    query_text(&q, ":client", client.at ? client : TEXT(""));
    query_run(&q);
    return db_failed(db) ? 0 : db_last_id(db);
}

uint64_t store_session_by_token(struct db *db, struct text token_hash, int64_t now, bool *renew)
{
    struct query q = db_query(db, SQL_SESSION_BY_TOKEN);
    query_blob(&q, ":hash", token_hash);
    query_time(&q, ":now", now);
    bool found = query_row(&q);
    uint64_t session = found ? query_int_at(&q, 0) : 0;
    *renew = found && query_int_at(&q, 1) != 0;
    query_end(&q);
    return session;
}

bool store_session_renew(struct db *db, uint64_t session, struct text token_hash, int64_t now, int64_t until)
{
    struct query q = db_query(db, SQL_SESSION_RENEW);
    query_int(&q, ":session", session);
    query_blob(&q, ":hash", token_hash);
    query_time(&q, ":now", now);
    query_time(&q, ":until", until);
    return query_run(&q) > 0;
}

void store_sessions_renew(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_SESSIONS_RENEW);
    query_int(&q, ":account", account);
    query_run(&q);
}

size_t store_sessions(struct db *db, uint64_t account, struct arena *arena, struct session_row *rows, size_t room)
{
    size_t count = 0;
    struct query q = db_query(db, SQL_SESSIONS);
    query_int(&q, ":account", account);
    query_int(&q, ":count", room);
    while (count < room && query_row(&q))
        rows[count++] = (struct session_row){
            .id = query_int_at(&q, 0),
            .created = (int64_t)query_int_at(&q, 1),
            .used = (int64_t)query_int_at(&q, 2),
            .client = query_text_at(&q, 3, arena),
        };
    query_end(&q);
    return count;
}

uint64_t store_session_make_room(struct db *db, uint64_t account, uint64_t most)
{
    struct query q = db_query(db, SQL_SESSION_UNUSED);
    query_int(&q, ":account", account);
    uint64_t oldest = query_row(&q) && query_int_at(&q, 1) >= most ? query_int_at(&q, 0) : 0;
    query_end(&q);
    return oldest && store_session_end(db, account, oldest) ? oldest : 0;
}

bool store_session_end(struct db *db, uint64_t account, uint64_t session)
{
    struct query q = db_query(db, SQL_SESSION_END);
    query_int(&q, ":account", account);
    query_int(&q, ":session", session);
    return query_run(&q) > 0;
}

void store_sessions_end(struct db *db, uint64_t account, uint64_t keep)
{
    struct query q = db_query(db, SQL_SESSIONS_END);
    query_int(&q, ":account", account);
    query_int(&q, ":keep", keep);
    query_run(&q);
}

void store_session_touch(struct db *db, uint64_t session, int64_t now)
{
    const int64_t hour = INT64_C(3600) * 1000;
    struct query q = db_query(db, SQL_SESSION_TOUCH);
    query_int(&q, ":session", session);
    query_time(&q, ":now", now);
    query_time(&q, ":hour", now - now % hour);
    query_run(&q);
}

/* ---- codes ---- */

void store_invitation_insert(struct db *db, struct text code_hash, enum role role, uint64_t issuer, int64_t created, int64_t expires)
{
    struct query q = db_query(db, SQL_INVITATION_INSERT);
    query_blob(&q, ":hash", code_hash);
    query_int(&q, ":role", role);
    query_int(&q, ":issuer", issuer);
    query_time(&q, ":created", created);
    query_time(&q, ":expires", expires);
    query_run(&q);
}

bool store_invitation_find(struct db *db, struct text code_hash, int64_t now, enum role *role, uint64_t *issuer)
{
    struct query q = db_query(db, SQL_INVITATION_FIND);
    query_blob(&q, ":hash", code_hash);
    query_time(&q, ":now", now);
    bool found = query_row(&q);
    *role = found ? (enum role)query_int_at(&q, 0) : ROLE_CITIZEN;
    *issuer = found ? query_int_at(&q, 1) : 0;
    query_end(&q);
    return found;
}

void store_invitation_take(struct db *db, struct text code_hash, uint64_t taker)
{
    struct query q = db_query(db, SQL_INVITATION_TAKE);
    query_blob(&q, ":hash", code_hash);
    query_int(&q, ":taker", taker);
    query_run(&q);
}

void store_reset_put(struct db *db, uint64_t account, struct text code_hash, uint64_t issuer, int64_t created, int64_t expires)
{
    struct query q = db_query(db, SQL_RESET_PUT);
    query_int(&q, ":account", account);
    query_blob(&q, ":hash", code_hash);
    query_int(&q, ":issuer", issuer);
    query_time(&q, ":created", created);
    query_time(&q, ":expires", expires);
    query_run(&q);
}

struct text store_reset_find(struct db *db, uint64_t account, int64_t now, struct arena *arena, uint64_t *issuer)
{
    struct text hash = {NULL, 0};
    struct query q = db_query(db, SQL_RESET_FIND);
    query_int(&q, ":account", account);
    query_time(&q, ":now", now);
    *issuer = 0;
    if (query_row(&q)) {
        hash = query_blob_at(&q, 0, arena);
        *issuer = query_int_at(&q, 1);
    }
    query_end(&q);
    return hash;
}

void store_reset_drop(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_RESET_DROP);
    query_int(&q, ":account", account);
    query_run(&q);
}
