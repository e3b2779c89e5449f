/* Opening, resuming and ending sessions: login, resume, whoami, session_renew, logout, sessions, revoke. */
#include "server/accounts/accounts.h"
#include "server/accounts/passwords.h"
#include "server/store/reading.h"
#include "server/util/words.h"

/* ---- login ---- */

/* Checks the password. What is unknown and what is wrong cost the same work and get the same answer. */
bool prepare_login(struct request *r, const struct login_request *in)
{
    struct accounts_finding *finding = arena_alloc(r->arena, sizeof *finding);
    struct text handle = words_handle(in->handle, r->arena);
    struct text key = words_handle_key(handle, r->arena);
    struct account_secrets secrets = {.totp_step = 0};

    if (!finding)
        return !refuse(r, STATUS_INTERNAL);
    if (accounts_try(r, INDEX_LOGIN, accounts_subject(key.at ? key : in->handle)))
        return false;
    finding->account = key.at ? store_account_by_handle(r->db, key) : 0;
    if (finding->account && store_secrets(r->db, finding->account, r->arena, &secrets))
        finding->verified = secrets.password;
    db_release(r->db);

    if (!passwords_verify(finding->verified, in->password))
        return !refuse(r, STATUS_DENIED);
    if (passwords_outdated(finding->verified))
        finding->fresh = passwords_hash(in->password, r->arena);
    r->prepared = finding;
    return true;
}

enum status handle_login(struct request *r, const struct login_request *in)
{
    const struct accounts_finding *finding = r->prepared;
    struct account_secrets secrets;
    struct account_row row;
    struct accounts_session opened;

    if (!accounts_still_verified(r, finding, &secrets) || !store_account_row(r->db, finding->account, r->arena, &row))
        return refuse(r, STATUS_DENIED);
    if (row.state != ACCOUNT_STATE_ACTIVE)
        return refuse(r, STATUS_SUSPENDED);
    enum status status = accounts_check_code(r, row.id, &secrets, in->code);
    if (status)
        return status;
    if (finding->fresh.at)
        store_password_set(r->db, row.id, finding->fresh);
    if (!accounts_open_session(r, row.id, &opened))
        return refuse(r, STATUS_INTERNAL);
    return reply_login(r, &(struct login_reply){
        .account = accounts_record(r, &row),
        .token = opened.token,
        .session = opened.session,
    });
}

/* ---- the session one has ---- */

/* Notices that the account has not marked as read, as far as they are counted. */
static uint64_t count_unread(struct request *r, uint64_t account)
{
    const struct notice_state state = store_notice_state(r->db, account);
    const uint64_t unread = state.last > state.read ? state.last - state.read : 0;

    return unread < LIMIT_UNREAD ? unread : LIMIT_UNREAD;
}

enum status handle_resume(struct request *r, const struct resume_request *in)
{
    bool renew;
    uint64_t session = store_session_by_token(r->db, accounts_token_hash(r, in->token), r->now, &renew);
    struct account_row row;
    struct actor actor;

    if (!session || !store_actor_load(r->db, session, r->arena, r->now, &actor) ||
        !store_account_row(r->db, actor.account, r->arena, &row))
        return refuse_field(r, STATUS_LOGIN_NEEDED, "token");
    if (actor.suspended)
        return refuse(r, STATUS_SUSPENDED);
    r->actor = actor;
    accounts_become(r, &actor);
    return reply_resume(r, &(struct resume_reply){
        .account = accounts_record(r, &row),
        .session = session,
        .unread = count_unread(r, actor.account),
        .renew = renew,
    });
}

enum status handle_whoami(struct request *r, const struct whoami_request *in)
{
    struct whoami_reply out = {.session = r->actor.session};
    struct account_row row;

    (void)in;
    if (r->actor.account && store_account_row(r->db, r->actor.account, r->arena, &row)) {
        out.account = accounts_record(r, &row);
        out.unread = count_unread(r, row.id);
    }
    return reply_whoami(r, &out);
}

/*
 * Who has come to more power holds a token that nobody can have seen before. The old one goes on for a while: a browser
 * asks for several things at once, and each of them would have the token replaced.
 */
enum status handle_session_renew(struct request *r, const struct session_renew_request *in)
{
    const int64_t overlap = 60000; /* ms */
    struct session_renew_reply out = {.session = r->actor.session};
    const struct text token = accounts_new_token(r);

    (void)in;
    if (!token.at)
        return refuse(r, STATUS_INTERNAL);
    if (store_session_renew(r->db, r->actor.session, accounts_token_hash(r, token), r->now, r->now + overlap))
        out.token = token;
    return reply_session_renew(r, &out);
}

/* Ends one of one's own sessions; the connection's own one leaves a visitor. False: there is none with this number. */
static bool end_session(struct request *r, uint64_t session)
{
    if (!store_session_end(r->db, r->actor.account, session))
        return false;
    accounts_tell_ended(r, r->actor.account, session, 0);
    if (session == r->actor.session)
        accounts_become(r, &(struct actor){.role = ROLE_VISITOR});
    return true;
}

enum status handle_logout(struct request *r, const struct logout_request *in)
{
    (void)in;
    if (!end_session(r, r->actor.session))
        return refuse(r, STATUS_LOGIN_NEEDED);
    return reply_logout(r, &(struct logout_reply){.dup = false});
}

enum status handle_revoke(struct request *r, const struct revoke_request *in)
{
    if (!end_session(r, in->session))
        return refuse_field(r, STATUS_NOT_FOUND, "session");
    return reply_revoke(r, &(struct revoke_reply){.dup = false});
}

enum status handle_sessions(struct request *r, const struct sessions_request *in)
{
    struct session_row rows[LIMIT_SESSIONS];
    size_t count = store_sessions(r->db, r->actor.account, r->arena, rows, LIMIT_SESSIONS);
    struct wire_writer w = arena_writer(r->arena, count * (64 + LIMIT_CLIENT * 4));
    struct items list = items_begin(&w);

    (void)in;
    for (size_t i = 0; i < count; i++)
        items_add(&w, &list, &shape_session_record, &(struct session_record){
            .id = rows[i].id,
            .created = (uint64_t)rows[i].created,
            .used = (uint64_t)rows[i].used,
            .client = rows[i].client,
            .current = rows[i].id == r->actor.session,
        });
    return reply_sessions(r, &(struct sessions_reply){.sessions = list});
}
