/* Verbs about one's own account: register, login, logout, whoami, profile, password, reset, sessions, revoke, totp, invite. */
#include "terminal/display.h"
#include "terminal/sanctioned.h"
#include "terminal/secret.h"
#include "terminal/show.h"
#include "terminal/verbs.h"

/* Keeps the session that an answer opened, and shows who one is; the token is never shown. */
static enum outcome welcome(struct terminal *t, struct items record, struct text token, const struct shape *shape, const void *reply)
{
    enum outcome outcome;

    terminal_become(t, record);
    if (token.len == LIMIT_TOKEN && !keep_save(t->keep, t->server, text_of(t->handle), (const unsigned char *)token.at))
        return terminal_failed(t, SAY_CANNOT_KEEP, t->handle);
    outcome = terminal_answer(t, shape, reply, SAY_WELCOME, (const struct said[]){SAID_TEXT(text_of(t->handle)), SAID_END});
    return outcome ? outcome : terminal_result(t, sanctioned_greet(t, stderr));
}

enum outcome verb_register(struct terminal *t, const struct arguments *a)
{
    struct secret password;
    struct register_request in = {.handle = text_of(a->at[0]), .name = terminal_option(t, OPTION_NAME), .invite = terminal_option(t, OPTION_INVITE)};
    struct register_reply out, shown;
    enum outcome outcome = secret_get(t, OPTION_PASSWORD_FILE, SAY_PASSWORD, true, &password);

    if (outcome)
        return outcome;
    in.password = secret_text(&password);
    outcome = terminal_connect(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_register(t->forum, &in, &out));
    secret_wipe(&password);
    if (outcome)
        return outcome;
    if (out.dup)
        return terminal_answer(t, &shape_register_reply, &out, SAY_DONE_BEFORE, (const struct said[]){SAID_END});
    shown = out;
    shown.token = text_of(NULL);
    return welcome(t, out.account, out.token, &shape_register_reply, &shown);
}

enum outcome verb_login(struct terminal *t, const struct arguments *a)
{
    struct secret password;
    struct login_request in = {.handle = text_of(a->at[0]), .code = terminal_option(t, OPTION_CODE)};
    struct login_reply out, shown;
    enum outcome outcome = secret_get(t, OPTION_PASSWORD_FILE, SAY_PASSWORD, false, &password);

    if (outcome)
        return outcome;
    in.password = secret_text(&password);
    outcome = terminal_connect(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_login(t->forum, &in, &out));
    secret_wipe(&password);
    if (outcome)
        return outcome;
    shown = out;
    shown.token = text_of(NULL);
    return welcome(t, out.account, out.token, &shape_login_reply, &shown);
}

enum outcome verb_logout(struct terminal *t, const struct arguments *a)
{
    struct logout_reply out;
    char handle[HANDLE_ROOM];
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_logout(t->forum, &(struct logout_request){.none = 0}, &out));
    if (outcome)
        return outcome;
    memcpy(handle, t->handle, sizeof handle);
    if (!keep_forget(t->keep, t->server, handle))
        return terminal_failed(t, SAY_CANNOT_KEEP, handle);
    return terminal_answer(t, &shape_logout_reply, &out, SAY_LOGGED_OUT, (const struct said[]){SAID_TEXT(text_of(handle)), SAID_END});
}

enum outcome verb_whoami(struct terminal *t, const struct arguments *a)
{
    struct whoami_reply out;
    struct items one;
    struct account_record account;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_whoami(t->forum, &(struct whoami_request){.none = 0}, &out));
    if (outcome)
        return outcome;
    one = out.account;
    if (t->json || !one.at || !items_next(&one, &shape_account_record, &account))
        return terminal_answer(t, &shape_whoami_reply, &out, SAY_A_VISITOR, (const struct said[]){SAID_END});
    show_account(t, &account);
    return OUTCOME_DONE;
}

enum outcome verb_profile(struct terminal *t, const struct arguments *a)
{
    struct account_set_request in = {
        .name = terminal_option(t, OPTION_NAME), .lang = terminal_option(t, OPTION_LANGUAGE), .zone = terminal_option(t, OPTION_ZONE),
    };
    struct account_set_reply out;
    enum outcome outcome;

    (void)a;
    if (!in.name.at && !in.lang.at && !in.zone.at)
        return terminal_misused(t, SAY_NOTHING_TO_CHANGE, NULL);
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_account_set(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_account_set_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}

enum outcome verb_password(struct terminal *t, const struct arguments *a)
{
    struct secret old, fresh = {.len = 0};
    struct password_request in = {.none = 0};
    struct password_reply out;
    enum outcome outcome = secret_get(t, OPTION_PASSWORD_FILE, SAY_OLD_PASSWORD, false, &old);

    (void)a;
    if (outcome)
        return outcome;
    outcome = secret_get(t, OPTION_NEW_PASSWORD_FILE, SAY_NEW_PASSWORD, true, &fresh);
    if (!outcome)
        outcome = terminal_enter(t);
    in.old_password = secret_text(&old);
    in.new_password = secret_text(&fresh);
    if (!outcome)
        outcome = terminal_result(t, luntan_password(t->forum, &in, &out));
    secret_wipe(&old);
    secret_wipe(&fresh);
    return outcome ? outcome : terminal_answer(t, &shape_password_reply, &out, SAY_PASSWORD_CHANGED, (const struct said[]){SAID_END});
}

enum outcome verb_reset(struct terminal *t, const struct arguments *a)
{
    struct secret fresh;
    struct reset_redeem_request in = {.handle = text_of(a->at[0]), .code = terminal_option(t, OPTION_RESET_CODE)};
    struct reset_redeem_reply out;
    enum outcome outcome;

    if (!in.code.at)
        return terminal_misused(t, SAY_OPTION_MISSING, "reset-code");
    outcome = secret_get(t, OPTION_PASSWORD_FILE, SAY_NEW_PASSWORD, true, &fresh);
    if (outcome)
        return outcome;
    in.password = secret_text(&fresh);
    outcome = terminal_connect(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_reset_redeem(t->forum, &in, &out));
    secret_wipe(&fresh);
    return outcome ? outcome : terminal_answer(t, &shape_reset_redeem_reply, &out, SAY_PASSWORD_RESET, (const struct said[]){SAID_TEXT(in.handle), SAID_END});
}

enum outcome verb_sessions(struct terminal *t, const struct arguments *a)
{
    struct sessions_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_sessions(t->forum, &(struct sessions_request){.none = 0}, &out));
    if (!outcome)
        show_list(t, &out.sessions, &shape_session_record, show_session, UINT64_MAX);
    return outcome;
}

enum outcome verb_revoke(struct terminal *t, const struct arguments *a)
{
    struct revoke_request in = {.none = 0};
    struct revoke_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.session))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_revoke(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_revoke_reply, &out, SAY_SESSION_ENDED, (const struct said[]){SAID_NUMBER(in.session), SAID_END});
}

enum outcome verb_totp_enroll(struct terminal *t, const struct arguments *a)
{
    struct totp_enroll_request in = {.code = terminal_option(t, OPTION_CODE)};
    struct totp_enroll_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_totp_enroll(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_totp_enroll_reply, &out, SAY_TOTP_SECRET, (const struct said[]){SAID_TEXT(out.secret), SAID_TEXT(out.uri), SAID_END});
}

enum outcome verb_totp_confirm(struct terminal *t, const struct arguments *a)
{
    struct totp_confirm_request in = {.code = text_of(a->at[0])};
    struct totp_confirm_reply out;
    struct text code;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_totp_confirm(t->forum, &in, &out));
    if (outcome)
        return outcome;
    terminal_answer(t, &shape_totp_confirm_reply, &out, SAY_TOTP_CONFIRMED, (const struct said[]){SAID_END});
    while (!t->json && items_next_text(&out.recovery, &code))
        display_lines(stdout, code, 4);
    return OUTCOME_DONE;
}

enum outcome verb_invite(struct terminal *t, const struct arguments *a)
{
    struct invite_request in = {.role = ROLE_MEMBER};
    struct invite_reply out;
    char until[TIME_ROOM];
    uint32_t role = ROLE_MEMBER;
    enum outcome outcome;

    (void)a;
    if (!terminal_enum_option(t, OPTION_ROLE, &enumeration_role, &role))
        return OUTCOME_USAGE;
    in.role = (enum role)role;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_invite(t->forum, &in, &out));
    if (outcome)
        return outcome;
    terminal_time(until, out.expires);
    return terminal_answer(t, &shape_invite_reply, &out, SAY_INVITATION, (const struct said[]){SAID_TEXT(out.code), SAID_TEXT(text_of(until)), SAID_END});
}

enum outcome verb_account(struct terminal *t, const struct arguments *a)
{
    struct account_request in = {.handle = text_of(a->at[0])};
    struct account_reply out;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_account(t->forum, &in, &out));
    if (!outcome)
        show_list(t, &out.account, &shape_account_record, show_account, 1);
    return outcome;
}
