/* Accounts through real requests and a real store: getting in, staying in, proving it, and who gives what to whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>
#include <sodium.h>

#include "server/accounts/totp.h"
#include "server/rate.h"
#include "tests/unit/forum_fixture.h"

#define PASSWORD "correct horse battery"
#define OTHER_PASSWORD "马到成功 staple 2026"

static struct forum forum;

static int open_forum(void **state)
{
    (void)state;
    forum_open(&forum);
    return 0;
}

static int close_forum(void **state)
{
    (void)state;
    forum_close(&forum);
    return 0;
}

/* ---- what tests do ---- */

/* Somebody who got in, with what the answer said; texts are copied. */
struct entered {
    uint64_t account, session;
    enum role role;
    char token[LIMIT_TOKEN];
};

static struct entered entered_by(struct items account, uint64_t session, struct text token)
{
    struct entered out = {.session = session};
    struct account_record record;

    assert_true(items_next(&account, &shape_account_record, &record));
    assert_int_equal(token.len, LIMIT_TOKEN);
    memcpy(out.token, token.at, LIMIT_TOKEN);
    out.account = record.id;
    out.role = record.role;
    assert_non_null(forum.r.becomes);
    assert_int_equal(forum.r.becomes->account, record.id);
    assert_int_equal(forum.r.becomes->session, session);
    return out;
}

static enum status try_register(const char *handle, const char *password, const char *invite)
{
    struct register_request in = {.handle = text_of(handle), .password = text_of(password), .invite = text_of(invite)};
    return forum_do(&forum, 0, MSG_REGISTER, &in);
}

static struct entered enter(const char *handle, const char *invite)
{
    struct register_reply out;
    assert_int_equal(try_register(handle, PASSWORD, invite), STATUS_OK);
    forum_reply(&forum, &out);
    return entered_by(out.account, out.session, out.token);
}

static enum status try_login(const char *handle, const char *password, const char *code)
{
    struct login_request in = {.handle = text_of(handle), .password = text_of(password), .code = text_of(code)};
    return forum_do(&forum, 0, MSG_LOGIN, &in);
}

static struct entered login(const char *handle, const char *password)
{
    struct login_reply out;
    assert_int_equal(try_login(handle, password, NULL), STATUS_OK);
    forum_reply(&forum, &out);
    return entered_by(out.account, out.session, out.token);
}

static enum status resume(const struct entered *who)
{
    return forum_ask(&forum, 0, MSG_RESUME, &(struct resume_request){.token = {who->token, LIMIT_TOKEN}});
}

static enum status give(struct member by, const char *handle, enum role role, const char *board, const char *unit)
{
    struct grant_request in = {.handle = text_of(handle), .role = role, .board = text_of(board), .unit = text_of(unit)};
    return forum_do(&forum, by.session, MSG_GRANT, &in);
}

static enum status take(struct member by, const char *handle, enum role role, const char *board, const char *unit)
{
    struct ungrant_request in = {.handle = text_of(handle), .role = role, .board = text_of(board), .unit = text_of(unit)};
    return forum_do(&forum, by.session, MSG_UNGRANT, &in);
}

static enum status invite(struct member by, enum role role, char code[64])
{
    struct invite_reply out;
    enum status status = forum_do(&forum, by.session, MSG_INVITE, &(struct invite_request){.role = role});

    if (status == STATUS_OK) {
        forum_reply(&forum, &out);
        snprintf(code, 64, "%.*s", (int)out.code.len, out.code.at);
    }
    return status;
}

static enum status issue_reset(uint64_t session, const char *handle, char code[64])
{
    struct reset_issue_reply out;
    enum status status = forum_do(&forum, session, MSG_RESET_ISSUE, &(struct reset_issue_request){.handle = text_of(handle)});

    if (status == STATUS_OK) {
        forum_reply(&forum, &out);
        snprintf(code, 64, "%.*s", (int)out.code.len, out.code.at);
    }
    return status;
}

static enum status redeem(const char *handle, const char *code, const char *password)
{
    struct reset_redeem_request in = {.handle = text_of(handle), .code = text_of(code), .password = text_of(password)};
    return forum_do(&forum, 0, MSG_RESET_REDEEM, &in);
}

/* The account as `session` sees it. */
static struct account_record see(uint64_t session, const char *handle)
{
    struct account_reply out;
    struct account_record record;

    assert_int_equal(forum_ask(&forum, session, MSG_ACCOUNT, &(struct account_request){.handle = text_of(handle)}), STATUS_OK);
    forum_reply(&forum, &out);
    assert_true(items_next(&out.account, &shape_account_record, &record));
    return record;
}

static void assert_fault(const char *field, uint64_t limit)
{
    assert_string_equal(forum.r.fault.field, field);
    assert_int_equal(forum.r.fault.limit, limit);
}

/* Whether the last request told the loops of such a change; the actor told of goes to `actor` if that is not NULL. */
static bool told(enum access_kind kind, uint64_t account, uint64_t id, struct actor *actor)
{
    for (const struct access_change *change = forum.r.access; change; change = change->next)
        if (change->kind == kind && change->account == account && change->id == id) {
            if (actor)
                *actor = change->actor;
            return true;
        }
    return false;
}

static uint64_t notices(uint64_t account, enum notice_kind kind)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM notice WHERE account = %u AND kind = %u", (unsigned)account, (unsigned)kind);
    return forum_number(&forum, sql);
}

/* ---- getting in ---- */

static void test_register_and_login(void **state)
{
    struct account_record seen;

    (void)state;
    struct entered li = enter("LiMing", NULL);
    assert_int_equal(li.role, ROLE_CITIZEN);
    seen = see(li.session, "ｌｉｍｉｎｇ");
    assert_true(text_equal(seen.handle, TEXT("liming")));
    assert_true(text_equal(seen.name, TEXT("liming")));

    struct entered again = login("liming", PASSWORD);
    assert_int_equal(again.account, li.account);
    assert_int_not_equal(again.session, li.session);
    assert_memory_not_equal(again.token, li.token, LIMIT_TOKEN);
    assert_int_equal(resume(&li), STATUS_OK);
    assert_int_equal(forum.r.becomes->session, li.session);

    assert_int_equal(try_login("liming", "correct horse", NULL), STATUS_DENIED);
    assert_null(forum.r.fault.field);
    assert_int_equal(try_login("nobody", PASSWORD, NULL), STATUS_DENIED);
    assert_null(forum.r.fault.field);
    assert_int_equal(try_login("not a handle", PASSWORD, NULL), STATUS_DENIED);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM session"), 2);
    /* Neither tokens nor passwords are kept. */
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM account WHERE password NOT LIKE '$argon2id$%'"), 0);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM operation WHERE answer IS NOT NULL"), 0);
}

static void test_registration_refused(void **state)
{
    (void)state;
    enter("pavel", NULL);
    assert_int_equal(try_register("раvеl", PASSWORD, NULL), STATUS_EXISTS); /* Cyrillic */
    assert_fault("handle", 0);
    assert_int_equal(try_register("PAVEL", PASSWORD, NULL), STATUS_EXISTS);
    assert_int_equal(try_register("a b", PASSWORD, NULL), STATUS_BAD_FIELD);
    assert_fault("handle", 0);
    assert_int_equal(try_register("wang", "123456789", NULL), STATUS_BAD_FIELD);
    assert_fault("password", LIMIT_PASSWORD_MIN);
    assert_int_equal(try_register("wang", "党党党党党党党党党党", NULL), STATUS_BAD_FIELD);
    assert_int_equal(try_register("wang", "Password123", NULL), STATUS_BAD_FIELD);
    assert_int_equal(try_register("wang", "34567890123", NULL), STATUS_BAD_FIELD);
    assert_int_equal(try_register("wangxiaoming", "WangXiaoMing", NULL), STATUS_BAD_FIELD);
    assert_fault("password", 0);
    assert_int_equal(try_register("wang", PASSWORD, "ABCDE-FGHJK-MNPQR-STVWX"), STATUS_CODE_INVALID);
    assert_fault("invite", 0);
    struct register_request in = {.handle = TEXT("wang"), .name = TEXT("a\nb"), .password = TEXT(PASSWORD)};
    assert_int_equal(forum_do(&forum, 0, MSG_REGISTER, &in), STATUS_BAD_FIELD);
    assert_fault("name", 0);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM account"), 1);
}

static void test_sessions(void **state)
{
    struct entered li = enter("liming", NULL), phone = login("liming", PASSWORD);
    struct sessions_reply list;
    struct session_record row;
    struct whoami_reply who;

    (void)state;
    assert_int_equal(forum_ask(&forum, li.session, MSG_SESSIONS, &(struct sessions_request){0}), STATUS_OK);
    forum_reply(&forum, &list);
    assert_int_equal(list.sessions.count, 2);
    assert_true(items_next(&list.sessions, &shape_session_record, &row));
    assert_int_equal(row.id, phone.session);
    assert_false(row.current);
    assert_true(text_equal(row.client, TEXT("test")));
    assert_true(items_next(&list.sessions, &shape_session_record, &row));
    assert_true(row.current);

    struct entered zhang = enter("zhang", NULL);
    assert_int_equal(forum_do(&forum, zhang.session, MSG_REVOKE, &(struct revoke_request){.session = li.session}), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&forum, li.session, MSG_REVOKE, &(struct revoke_request){.session = phone.session}), STATUS_OK);
    assert_true(told(ACCESS_SESSION, li.account, phone.session, NULL));
    assert_null(forum.r.becomes);
    assert_int_equal(resume(&phone), STATUS_LOGIN_NEEDED);

    assert_int_equal(forum_do(&forum, li.session, MSG_LOGOUT, &(struct logout_request){0}), STATUS_OK);
    assert_int_equal(forum.r.becomes->account, 0);
    assert_int_equal(resume(&li), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_do(&forum, li.session, MSG_LOGOUT, &(struct logout_request){0}), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_ask(&forum, li.session, MSG_WHOAMI, &(struct whoami_request){0}), STATUS_OK);
    forum_reply(&forum, &who);
    assert_null(who.account.at);
}

static void test_session_limit(void **state)
{
    struct entered li = enter("liming", NULL);
    char sql[400];

    (void)state;
    snprintf(sql, sizeof sql,
             "INSERT INTO session (account, token_hash, created, used, client) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
             "SELECT i + 1 FROM n WHERE i < %d) SELECT %d, randomblob(32), 1, 1000 + i, '' FROM n",
             LIMIT_SESSIONS - 1, (int)li.account);
    forum_number(&forum, sql);
    uint64_t unused = forum_number(&forum, "SELECT id FROM session ORDER BY used LIMIT 1");
    login("liming", PASSWORD);
    assert_true(told(ACCESS_SESSION, li.account, unused, NULL));
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM session"), LIMIT_SESSIONS);
    assert_int_equal(resume(&li), STATUS_OK);
}

static void test_touch(void **state)
{
    struct entered li = enter("liming", NULL);

    (void)state;
    forum_number(&forum, "UPDATE session SET used = 5");
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &(struct account_set_request){.name = TEXT("李明")}), STATUS_OK);
    assert_true(forum_number(&forum, "SELECT used FROM session") > 5);
}

/* Whether resuming by `token` says that it is to be replaced. */
static bool is_due(const char *token)
{
    struct resume_reply out;

    assert_int_equal(forum_ask(&forum, 0, MSG_RESUME, &(struct resume_request){.token = {token, LIMIT_TOKEN}}), STATUS_OK);
    forum_reply(&forum, &out);
    return out.renew;
}

/* The session's new token goes to `token`; false: it has been replaced a moment ago. */
static bool renew(uint64_t session, char token[LIMIT_TOKEN])
{
    struct session_renew_reply out;

    assert_int_equal(forum_do(&forum, session, MSG_SESSION_RENEW, &(struct session_renew_request){0}), STATUS_OK);
    forum_reply(&forum, &out);
    assert_int_equal(out.session, session);
    if (out.token.at) {
        assert_int_equal(out.token.len, LIMIT_TOKEN);
        memcpy(token, out.token.at, LIMIT_TOKEN);
    }
    return out.token.at != NULL;
}

static void test_renewal(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct entered li = enter("liming", NULL), phone = login("liming", PASSWORD), zhang = enter("zhang", NULL);
    char second[LIMIT_TOKEN], third[LIMIT_TOKEN];

    (void)state;
    assert_false(is_due(li.token));
    assert_int_equal(give(chief, "liming", ROLE_MEMBER, NULL, NULL), STATUS_OK);
    assert_true(is_due(li.token));
    assert_true(is_due(phone.token));
    assert_false(is_due(zhang.token));

    /* Who asks twice in one moment is told one token, and both the old and the new one are good. */
    assert_true(renew(li.session, second));
    assert_memory_not_equal(second, li.token, LIMIT_TOKEN);
    assert_false(renew(li.session, third));
    assert_false(is_due(li.token));
    assert_false(is_due(second));
    assert_true(is_due(phone.token));

    /* A minute later. */
    uint64_t until = forum_number(&forum, "SELECT max(old_until) FROM session");
    assert_true(until > forum_number(&forum, "SELECT max(created) FROM session") + 50000);
    forum_number(&forum, "UPDATE session SET old_until = 1 WHERE old_until > 0");
    assert_int_equal(resume(&li), STATUS_LOGIN_NEEDED);
    assert_false(is_due(second));
    assert_true(renew(li.session, third));
    assert_memory_not_equal(third, second, LIMIT_TOKEN);

    /* Ending the session ends both. */
    assert_int_equal(forum_do(&forum, phone.session, MSG_REVOKE, &(struct revoke_request){.session = li.session}), STATUS_OK);
    memcpy(li.token, second, LIMIT_TOKEN);
    assert_int_equal(resume(&li), STATUS_LOGIN_NEEDED);
    memcpy(li.token, third, LIMIT_TOKEN);
    assert_int_equal(resume(&li), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_do(&forum, li.session, MSG_SESSION_RENEW, &(struct session_renew_request){0}), STATUS_LOGIN_NEEDED);
}

static void test_new_password_wants_a_new_token(void **state)
{
    struct entered li = enter("liming", NULL);
    struct password_request in = {.old_password = TEXT(PASSWORD), .new_password = TEXT(OTHER_PASSWORD)};

    (void)state;
    assert_int_equal(forum_do(&forum, li.session, MSG_PASSWORD, &in), STATUS_OK);
    assert_true(is_due(li.token));
}

static void test_unread_notices(void **state)
{
    struct entered li = enter("liming", NULL);
    struct resume_reply resumed;
    struct whoami_reply who;

    (void)state;
    assert_int_equal(resume(&li), STATUS_OK);
    forum_reply(&forum, &resumed);
    assert_int_equal(resumed.unread, 0);
    forum_number(&forum, "UPDATE account SET notices = 12, notices_read = 5");
    assert_int_equal(resume(&li), STATUS_OK);
    forum_reply(&forum, &resumed);
    assert_int_equal(resumed.unread, 7);
    forum_number(&forum, "UPDATE account SET notices = 4000");
    assert_int_equal(forum_ask(&forum, li.session, MSG_WHOAMI, &(struct whoami_request){0}), STATUS_OK);
    forum_reply(&forum, &who);
    assert_int_equal(who.unread, LIMIT_UNREAD);
}

static void test_zones(void **state)
{
    static const char *const known[] = {"Asia/Shanghai", "Asia/Urumqi", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+8"};
    static const char *const unknown[] = {"Asia", "Asia/", "/Asia", "Mars/Olympus", "leapseconds", "../zoneinfo/UTC",
                                          "Asia//Shanghai", "asia shanghai", ""};
    struct entered li = enter("liming", NULL);
    struct account_set_request in = {.zone = {NULL, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        in.zone = text_of(known[i]);
        assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &in), STATUS_OK);
        assert_true(text_equal(see(li.session, "liming").zone, in.zone));
    }
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        in.zone = text_of(unknown[i]);
        assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &in), STATUS_BAD_FIELD);
        assert_fault("zone", 0);
    }
}

/* An answer that was lost: the same request comes again, and finds its effect instead of what it would refuse now. */
static void test_retries(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct register_request enrol = {.handle = TEXT("liming"), .password = TEXT(PASSWORD)};
    struct register_reply entered;
    struct reset_redeem_reply redeemed;
    struct password_reply changed;
    char code[64];

    (void)state;
    assert_int_equal(forum_do(&forum, 0, MSG_REGISTER, &enrol), STATUS_OK);
    forum_reply(&forum, &entered);
    uint64_t session = entered.session;
    assert_int_equal(forum_ask(&forum, 0, MSG_REGISTER, &enrol), STATUS_OK);
    forum_reply(&forum, &entered);
    assert_true(entered.dup);
    assert_null(entered.token.at);
    assert_null(forum.r.becomes);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM account WHERE handle = 'liming'"), 1);
    struct login_request other = {.op_id = enrol.op_id, .handle = TEXT("liming"), .password = TEXT(PASSWORD)};
    assert_int_equal(forum_ask(&forum, 0, MSG_LOGIN, &other), STATUS_CONFLICT);

    struct password_request change = {.old_password = TEXT(PASSWORD), .new_password = TEXT(OTHER_PASSWORD)};
    assert_int_equal(forum_do(&forum, session, MSG_PASSWORD, &change), STATUS_OK);
    assert_int_equal(forum_ask(&forum, session, MSG_PASSWORD, &change), STATUS_OK);
    forum_reply(&forum, &changed);
    assert_true(changed.dup);

    assert_int_equal(issue_reset(chief.session, "liming", code), STATUS_OK);
    struct reset_redeem_request redeem = {.handle = TEXT("liming"), .code = text_of(code), .password = TEXT(PASSWORD)};
    assert_int_equal(forum_do(&forum, 0, MSG_RESET_REDEEM, &redeem), STATUS_OK);
    assert_int_equal(forum_ask(&forum, 0, MSG_RESET_REDEEM, &redeem), STATUS_OK);
    forum_reply(&forum, &redeemed);
    assert_true(redeemed.dup);
    /* An expired one is refused before any work. */
    memset(forum.id, 0, 6);
    assert_int_equal(forum_ask(&forum, 0, MSG_RESET_REDEEM, &redeem), STATUS_OP_EXPIRED);
}

/* ---- invitations ---- */

static void test_invitations(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct member keeper = forum_member(&forum, "keeper", ROLE_MODERATOR);
    struct member li = forum_member(&forum, "liming", ROLE_MEMBER);
    char code[64], second[64];

    (void)state;
    assert_int_equal(invite(chief, ROLE_MODERATOR, code), STATUS_OK);
    struct entered wang = enter("wang", code);
    assert_int_equal(wang.role, ROLE_MODERATOR);
    assert_true(see(wang.session, "wang").totp_due > 0);
    assert_int_equal(try_register("zhao", PASSWORD, code), STATUS_CODE_INVALID);

    assert_int_equal(invite(keeper, ROLE_MEMBER, second), STATUS_OK);
    for (char *c = second; *c; c++)
        *c = *c == '-' ? ' ' : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    assert_int_equal(enter("zhao", second).role, ROLE_MEMBER);
    assert_int_equal(see(0, "zhao").totp_due, 0);

    assert_int_equal(invite(keeper, ROLE_MODERATOR, code), STATUS_FORBIDDEN);
    assert_int_equal(invite(li, ROLE_CITIZEN, code), STATUS_FORBIDDEN);
    assert_int_equal(invite(chief, ROLE_DEPUTY, code), STATUS_BAD_FIELD);
    assert_int_equal(invite(chief, ROLE_VISITOR, code), STATUS_BAD_FIELD);

    assert_int_equal(invite(chief, ROLE_MEMBER, code), STATUS_OK);
    forum_number(&forum, "UPDATE invitation SET expires = 1000 WHERE taker IS NULL");
    assert_int_equal(try_register("late", PASSWORD, code), STATUS_CODE_INVALID);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM audit WHERE act = 'invite'"), 3);
}

/* A code is its issuer's word: once he could not give it any more, it gives nothing. */
static void test_codes_of_who_lost_power(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct member rogue = forum_member(&forum, "rogue", ROLE_ADMINISTRATOR);
    char power[64], place[64], reset[64];

    (void)state;
    forum_number(&forum, "UPDATE account SET password = 'set'");
    assert_int_equal(invite(rogue, ROLE_ADMINISTRATOR, power), STATUS_OK);
    assert_int_equal(invite(rogue, ROLE_MEMBER, place), STATUS_OK);
    assert_int_equal(issue_reset(rogue.session, "chief", reset), STATUS_OK);
    assert_int_equal(give(chief, "rogue", ROLE_MODERATOR, NULL, NULL), STATUS_OK);
    assert_int_equal(take(chief, "rogue", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_OK);
    assert_int_equal(try_register("again", PASSWORD, power), STATUS_CODE_INVALID);
    assert_int_equal(redeem("chief", reset, PASSWORD), STATUS_CODE_INVALID);
    assert_int_equal(enter("zhao", place).role, ROLE_MEMBER); /* which a moderator may give */
}

/* ---- the second factor ---- */

struct authenticator {
    char secret[TOTP_SECRET];
};

static struct authenticator scan(struct text base32)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct authenticator out = {""};
    unsigned held = 0, bits = 0, at = 0;

    assert_int_equal(base32.len, 32);
    for (size_t i = 0; i < base32.len; i++) {
        held = (held << 5 | (unsigned)(strchr(alphabet, base32.at[i]) - alphabet)) & 0xfff;
        bits += 5;
        if (bits >= 8)
            out.secret[at++] = (char)(held >> (bits -= 8));
    }
    return out;
}

/* The code that it shows `ahead` steps from now. */
static void show(const struct authenticator *device, int ahead, char code[8])
{
    uint64_t step = (uint64_t)(time(NULL) / 30 + ahead);
    snprintf(code, 8, "%06u", totp_value((struct text){device->secret, TOTP_SECRET}, step) % 1000000);
}

static enum status enroll(uint64_t session, const char *code, struct authenticator *out)
{
    struct totp_enroll_reply reply;
    enum status status = forum_do(&forum, session, MSG_TOTP_ENROLL, &(struct totp_enroll_request){.code = text_of(code)});

    if (status == STATUS_OK) {
        forum_reply(&forum, &reply);
        *out = scan(reply.secret);
        assert_non_null(strstr(reply.uri.at, "otpauth://totp/test:"));
        assert_int_equal(reply.topic, TOPIC_ACCOUNT);
        assert_true(reply.seq > 0);
    }
    return status;
}

static enum status confirm(uint64_t session, const char *code)
{
    return forum_do(&forum, session, MSG_TOTP_CONFIRM, &(struct totp_confirm_request){.code = text_of(code)});
}

static void test_second_factor(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct authenticator device = {""}, newer = {""};
    struct totp_confirm_reply confirmed;
    struct actor actor;
    char code[64], recovery[64];

    (void)state;
    forum.site.totp_grace_ms = 0;
    assert_int_equal(invite(chief, ROLE_ADMINISTRATOR, code), STATUS_OK);
    struct entered wang = enter("wang", code);
    struct member as_wang = {wang.account, wang.session};
    assert_true(forum.r.becomes->rests);
    assert_int_equal(give(as_wang, "chief", ROLE_MODERATOR, NULL, NULL), STATUS_TOTP_NEEDED);
    assert_null(see(wang.session, "chief").grants.at);

    assert_int_equal(confirm(wang.session, "123456"), STATUS_CODE_INVALID);
    assert_int_equal(enroll(wang.session, NULL, &device), STATUS_OK);
    assert_int_equal(give(as_wang, "chief", ROLE_MODERATOR, NULL, NULL), STATUS_TOTP_NEEDED);
    show(&device, 40, code);
    assert_int_equal(confirm(wang.session, code), STATUS_CODE_INVALID);
    show(&device, 0, code);
    assert_int_equal(confirm(wang.session, code), STATUS_OK);
    forum_reply(&forum, &confirmed);
    assert_int_equal(confirmed.recovery.count, 10);
    struct text first;
    assert_true(items_next_text(&confirmed.recovery, &first));
    snprintf(recovery, sizeof recovery, "%.*s", (int)first.len, first.at);
    assert_true(told(ACCESS_ACCOUNT, wang.account, 0, &actor));
    assert_false(actor.rests);
    assert_int_equal(notices(wang.account, NOTICE_KIND_SECOND_FACTOR), 2);
    assert_int_equal(give(as_wang, "chief", ROLE_MODERATOR, NULL, NULL), STATUS_OK);

    assert_int_equal(try_login("wang", PASSWORD, NULL), STATUS_CODE_NEEDED);
    assert_fault("code", 0);
    assert_int_equal(try_login("wang", "not the password", "000000"), STATUS_DENIED);
    assert_null(forum.r.fault.field);
    assert_int_equal(try_login("wang", PASSWORD, code), STATUS_DENIED); /* counted when confirming */
    show(&device, 1, code);
    assert_int_equal(try_login("wang", PASSWORD, code), STATUS_OK);
    assert_int_equal(try_login("wang", PASSWORD, code), STATUS_DENIED);
    assert_int_equal(try_login("wang", PASSWORD, recovery), STATUS_OK);
    assert_int_equal(try_login("wang", PASSWORD, recovery), STATUS_DENIED);

    /* Another device needs the present one, or a recovery code. */
    assert_int_equal(enroll(wang.session, NULL, &newer), STATUS_CODE_NEEDED);
    assert_int_equal(enroll(wang.session, "000000", &newer), STATUS_DENIED);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM recovery_code"), 9);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM account WHERE totp_new IS NOT NULL"), 0);
}

/* ---- passwords ---- */

static void test_password(void **state)
{
    struct entered li = enter("liming", NULL), phone = login("liming", PASSWORD);
    struct password_request in = {.old_password = TEXT("wrong password"), .new_password = TEXT(OTHER_PASSWORD)};
    struct password_reply out;

    (void)state;
    assert_int_equal(forum_do(&forum, li.session, MSG_PASSWORD, &in), STATUS_DENIED);
    assert_fault("old_password", 0);
    in.old_password = TEXT(PASSWORD);
    in.new_password = TEXT("short");
    assert_int_equal(forum_do(&forum, li.session, MSG_PASSWORD, &in), STATUS_BAD_FIELD);
    assert_fault("new_password", LIMIT_PASSWORD_MIN);
    in.new_password = TEXT(OTHER_PASSWORD);
    assert_int_equal(forum_do(&forum, 0, MSG_PASSWORD, &in), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_do(&forum, li.session, MSG_PASSWORD, &in), STATUS_OK);
    forum_reply(&forum, &out);
    assert_int_equal(out.topic_id, li.account);
    assert_int_equal(out.seq, 1);
    assert_true(told(ACCESS_SESSION, li.account, 0, NULL));
    assert_int_equal(forum.r.access->keep, li.session);
    assert_int_equal(resume(&phone), STATUS_LOGIN_NEEDED);
    assert_int_equal(resume(&li), STATUS_OK);
    assert_int_equal(try_login("liming", PASSWORD, NULL), STATUS_DENIED);
    login("liming", OTHER_PASSWORD);
    assert_int_equal(notices(li.account, NOTICE_KIND_PASSWORD), 1);
}

/* A hash made with other parameters is made anew once the password is known; without one nobody gets in. */
static void test_rehash(void **state)
{
    char weak[crypto_pwhash_STRBYTES], sql[256];

    (void)state;
    enter("liming", NULL);
    assert_int_equal(crypto_pwhash_str(weak, PASSWORD, strlen(PASSWORD), 1, 8 << 20), 0);
    snprintf(sql, sizeof sql, "UPDATE account SET password = '%s'", weak);
    forum_number(&forum, sql);
    login("liming", PASSWORD);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM account WHERE password LIKE '%m=32768,t=3,%'"), 1);
    login("liming", PASSWORD);
    forum_number(&forum, "UPDATE account SET password = NULL");
    assert_int_equal(try_login("liming", PASSWORD, NULL), STATUS_DENIED);
}

static void test_reset(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct member keeper = forum_member(&forum, "keeper", ROLE_MODERATOR);
    struct entered li = enter("liming", NULL), deputy = enter("deputy", NULL);
    struct account_admin_request unit = {.handle = TEXT("liming"), .unit = TEXT("南湖村")};
    char code[64], newer[64];

    (void)state;
    assert_int_equal(give(chief, "deputy", ROLE_DEPUTY, NULL, "南湖村"), STATUS_OK);
    assert_int_equal(issue_reset(deputy.session, "liming", code), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &unit), STATUS_OK);
    assert_int_equal(issue_reset(deputy.session, "liming", code), STATUS_OK);
    assert_int_equal(notices(li.account, NOTICE_KIND_RESET), 1);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM audit WHERE act = 'reset_issue'"), 1);
    assert_int_equal(issue_reset(keeper.session, "liming", newer), STATUS_FORBIDDEN);
    assert_int_equal(issue_reset(li.session, "deputy", newer), STATUS_FORBIDDEN);
    assert_int_equal(issue_reset(chief.session, "chief", newer), STATUS_FORBIDDEN);
    assert_int_equal(issue_reset(chief.session, "nobody", newer), STATUS_NOT_FOUND);
    /* A new code replaces the old. */
    assert_int_equal(issue_reset(chief.session, "liming", newer), STATUS_OK);
    assert_int_equal(redeem("liming", code, OTHER_PASSWORD), STATUS_CODE_INVALID);
    assert_fault("code", 0);
    assert_int_equal(redeem("nobody", newer, OTHER_PASSWORD), STATUS_CODE_INVALID);
    assert_fault("code", 0);
    assert_int_equal(redeem("deputy", newer, OTHER_PASSWORD), STATUS_CODE_INVALID);
    assert_int_equal(redeem("liming", newer, "short"), STATUS_BAD_FIELD);
    assert_int_equal(redeem("liming", newer, OTHER_PASSWORD), STATUS_OK);
    assert_true(told(ACCESS_SESSION, li.account, 0, NULL));
    assert_int_equal(resume(&li), STATUS_LOGIN_NEEDED);
    assert_int_equal(notices(li.account, NOTICE_KIND_PASSWORD), 1);
    assert_int_equal(redeem("liming", newer, OTHER_PASSWORD), STATUS_CODE_INVALID);
    login("liming", OTHER_PASSWORD);

    /* Nobody whose roles are above member is a deputy's to reset. */
    assert_int_equal(give(chief, "liming", ROLE_MODERATOR, NULL, NULL), STATUS_OK);
    assert_int_equal(issue_reset(deputy.session, "liming", code), STATUS_FORBIDDEN);
    assert_int_equal(issue_reset(chief.session, "liming", code), STATUS_OK);
    forum_number(&forum, "UPDATE reset_code SET expires = 1000");
    assert_int_equal(redeem("liming", code, PASSWORD), STATUS_CODE_INVALID);
}

/* The second factor is asked for after a reset as before. */
static void test_reset_keeps_second_factor(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct entered li = enter("liming", NULL);
    struct authenticator device = {""};
    char code[64];

    (void)state;
    assert_int_equal(enroll(li.session, NULL, &device), STATUS_OK);
    show(&device, 0, code);
    assert_int_equal(confirm(li.session, code), STATUS_OK);
    assert_int_equal(issue_reset(chief.session, "liming", code), STATUS_OK);
    assert_int_equal(redeem("liming", code, OTHER_PASSWORD), STATUS_OK);
    assert_int_equal(try_login("liming", OTHER_PASSWORD, NULL), STATUS_CODE_NEEDED);
}

/* ---- roles ---- */

static void test_roles(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct entered li = enter("liming", NULL);
    struct actor actor;

    (void)state;
    uint64_t essays = forum_board(&forum, "essays", ROLE_VISITOR, ROLE_MEMBER);
    assert_int_equal(give(chief, "liming", ROLE_MEMBER, NULL, NULL), STATUS_OK);
    assert_true(told(ACCESS_ACCOUNT, li.account, 0, &actor));
    assert_int_equal(actor.role, ROLE_MEMBER);
    assert_int_equal(notices(li.account, NOTICE_KIND_ROLE), 1);
    assert_int_equal(give(chief, "liming", ROLE_MEMBER, NULL, NULL), STATUS_EXISTS);
    assert_int_equal(see(li.session, "liming").totp_due, 0);

    assert_int_equal(give(chief, "liming", ROLE_MODERATOR, "essays", NULL), STATUS_OK);
    assert_true(told(ACCESS_ACCOUNT, li.account, 0, &actor));
    assert_int_equal(actor.role, ROLE_MEMBER);
    assert_int_equal(actor.board_count, 1);
    assert_int_equal(actor.boards[0].board, essays);
    uint64_t due = see(li.session, "liming").totp_due;
    assert_true(due > 0);
    assert_int_equal(give(chief, "liming", ROLE_DEPUTY, NULL, "南湖村"), STATUS_OK);
    assert_int_equal(see(li.session, "liming").totp_due, due);
    assert_int_equal(give(chief, "liming", ROLE_DEPUTY, NULL, "北湖村"), STATUS_EXISTS);

    struct account_record record = see(li.session, "liming");
    struct grant_record grant;
    assert_int_equal(record.grants.count, 3);
    assert_true(items_next(&record.grants, &shape_grant_record, &grant));
    assert_int_equal(grant.role, ROLE_MEMBER);
    assert_true(items_next(&record.grants, &shape_grant_record, &grant));
    assert_true(text_equal(grant.board_slug, TEXT("essays")));
    assert_true(items_next(&record.grants, &shape_grant_record, &grant));
    assert_true(text_equal(grant.unit, TEXT("南湖村")));

    assert_int_equal(take(chief, "liming", ROLE_DEPUTY, NULL, "北湖村"), STATUS_NOT_FOUND);
    assert_int_equal(take(chief, "liming", ROLE_DEPUTY, NULL, "南湖村"), STATUS_OK);
    assert_int_equal(take(chief, "liming", ROLE_MODERATOR, "essays", NULL), STATUS_OK);
    assert_int_equal(see(li.session, "liming").totp_due, 0);
    assert_int_equal(take(chief, "liming", ROLE_MEMBER, NULL, NULL), STATUS_OK);
    assert_int_equal(see(0, "liming").role, ROLE_CITIZEN);
    assert_int_equal(take(chief, "liming", ROLE_MEMBER, NULL, NULL), STATUS_NOT_FOUND);
}

static void test_roles_refused(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct member keeper = forum_member(&forum, "keeper", ROLE_MODERATOR);

    (void)state;
    assert_int_equal(give(keeper, "keeper", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_FORBIDDEN);
    assert_int_equal(give(chief, "nobody", ROLE_MEMBER, NULL, NULL), STATUS_NOT_FOUND);
    assert_int_equal(give(chief, "keeper", ROLE_CITIZEN, NULL, NULL), STATUS_BAD_FIELD);
    assert_int_equal(give(chief, "keeper", ROLE_MEMBER, "essays", NULL), STATUS_BAD_FIELD);
    assert_int_equal(give(chief, "keeper", ROLE_MODERATOR, "nowhere", NULL), STATUS_NOT_FOUND);
    assert_int_equal(give(chief, "keeper", ROLE_DEPUTY, NULL, NULL), STATUS_BAD_FIELD);
    assert_int_equal(give(chief, "keeper", ROLE_MEMBER, NULL, "南湖村"), STATUS_BAD_FIELD);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM unit"), 0);

    /* The last administrator that can log in stays one. */
    assert_int_equal(take(chief, "chief", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_FORBIDDEN);
    assert_fault("role", 0);
    assert_int_equal(give(chief, "keeper", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_OK);
    /* An account that an import brought has no password; somebody must be left to give it one. */
    assert_int_equal(take(chief, "chief", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_FORBIDDEN);
    forum_number(&forum, "UPDATE account SET password = 'set' WHERE handle = 'keeper'");
    struct account_admin_request suspend = {.handle = TEXT("keeper"), .suspended = CHANGE_ON};
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &suspend), STATUS_OK);
    assert_int_equal(take(chief, "chief", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_FORBIDDEN);
    suspend.suspended = CHANGE_OFF;
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &suspend), STATUS_OK);
    assert_int_equal(take(chief, "chief", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_OK);
    assert_int_equal(give(chief, "chief", ROLE_ADMINISTRATOR, NULL, NULL), STATUS_FORBIDDEN);
}

static void test_suspension(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct entered li = enter("liming", NULL);
    struct account_admin_request in = {.handle = TEXT("chief"), .suspended = CHANGE_ON};

    (void)state;
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &in), STATUS_FORBIDDEN);
    in.handle = TEXT("liming");
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_ADMIN, &in), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &in), STATUS_OK);
    assert_true(told(ACCESS_SESSION, li.account, 0, NULL));
    assert_true(told(ACCESS_ACCOUNT, li.account, 0, NULL));
    assert_int_equal(resume(&li), STATUS_LOGIN_NEEDED);
    assert_int_equal(try_login("liming", "not the password", NULL), STATUS_DENIED);
    assert_int_equal(try_login("liming", PASSWORD, NULL), STATUS_SUSPENDED);
    in.suspended = CHANGE_OFF;
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &in), STATUS_OK);
    login("liming", PASSWORD);
}

/* ---- what is seen ---- */

static void test_who_sees_what(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct member other = forum_member(&forum, "other", ROLE_MEMBER);
    struct member deputy = forum_member(&forum, "deputy", ROLE_MEMBER);
    struct member li = forum_member(&forum, "liming", ROLE_MEMBER);
    struct account_admin_request unit = {.handle = TEXT("liming"), .unit = TEXT("南湖村")};
    struct account_set_request set = {.lang = TEXT("en"), .zone = TEXT("Europe/Berlin"), .name = TEXT("李明")};

    (void)state;
    assert_int_equal(give(chief, "deputy", ROLE_DEPUTY, NULL, "南湖村"), STATUS_OK);
    assert_int_equal(forum_do(&forum, chief.session, MSG_ACCOUNT_ADMIN, &unit), STATUS_OK);
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &set), STATUS_OK);
    assert_true(told(ACCESS_ACCOUNT, li.account, 0, NULL));
    assert_true(forum.r.renames);
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &set), STATUS_OK);
    assert_false(forum.r.renames);

    const struct { uint64_t session; bool unit, grants, zone; } rows[] = {
        {0, false, false, false},          {other.session, false, false, false}, {deputy.session, true, false, false},
        {chief.session, true, true, false}, {li.session, true, true, true},
    };
    for (size_t i = 0; i < 5; i++) {
        struct account_record seen = see(rows[i].session, "liming");
        assert_true(text_equal(seen.name, TEXT("李明")));
        assert_int_equal(seen.unit.len > 0, rows[i].unit);
        assert_int_equal(seen.grants.count > 0, rows[i].grants);
        assert_int_equal(seen.zone.len > 0, rows[i].zone);
        assert_int_equal(seen.lang == LANG_EN, rows[i].zone);
    }
    set = (struct account_set_request){.zone = TEXT("../etc")};
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &set), STATUS_BAD_FIELD);
    set = (struct account_set_request){.lang = TEXT("de")};
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &set), STATUS_BAD_FIELD);
    set = (struct account_set_request){.name = TEXT("  ")};
    assert_int_equal(forum_do(&forum, li.session, MSG_ACCOUNT_SET, &set), STATUS_BAD_FIELD);
    assert_int_equal(forum_ask(&forum, 0, MSG_ACCOUNT, &(struct account_request){.handle = TEXT("nobody")}), STATUS_NOT_FOUND);
}

static void test_accounts_list(void **state)
{
    struct member chief = forum_member(&forum, "chief", ROLE_ADMINISTRATOR);
    struct member keeper = forum_member(&forum, "keeper", ROLE_MODERATOR);
    char handle[16], after[160] = "";
    unsigned seen = 0, pages = 0;

    (void)state;
    for (unsigned i = 0; i < 118; i++) {
        snprintf(handle, sizeof handle, "m%03u", i);
        forum_member(&forum, handle, ROLE_MEMBER);
    }
    assert_int_equal(forum_ask(&forum, keeper.session, MSG_ACCOUNTS, &(struct accounts_request){0}), STATUS_FORBIDDEN);
    for (bool more = true; more; pages++) {
        struct accounts_reply out;
        struct account_record record;
        assert_int_equal(forum_ask(&forum, chief.session, MSG_ACCOUNTS, &(struct accounts_request){.after = text_of(after)}), STATUS_OK);
        forum_reply(&forum, &out);
        while (items_next(&out.accounts, &shape_account_record, &record))
            seen++;
        more = out.next.len > 0;
        snprintf(after, sizeof after, "%.*s", (int)out.next.len, out.next.at ? out.next.at : "");
    }
    assert_int_equal(seen, 120);
    assert_int_equal(pages, 3);
}

/* ---- guessing ---- */

static void test_guessing(void **state)
{
    (void)state;
    enter("liming", NULL);
    forum.site.rates = rate_table_new();
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(redeem("liming", "ABCDE-FGHJK-MNPQR-STVWX", PASSWORD), STATUS_CODE_INVALID);
    assert_int_equal(redeem("liming", "ABCDE-FGHJK-MNPQR-STVWX", PASSWORD), STATUS_RATE_LIMITED);
    assert_true(forum.r.retry_after > 0);
    rate_table_free(forum.site.rates);
    forum.site.rates = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_forum, close_forum)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_register_and_login), TEST(test_registration_refused), TEST(test_sessions), TEST(test_session_limit),
        TEST(test_touch), TEST(test_renewal), TEST(test_new_password_wants_a_new_token), TEST(test_unread_notices), TEST(test_zones),
        TEST(test_retries), TEST(test_invitations), TEST(test_codes_of_who_lost_power),
        TEST(test_second_factor), TEST(test_password), TEST(test_rehash),
        TEST(test_reset), TEST(test_reset_keeps_second_factor), TEST(test_roles), TEST(test_roles_refused),
        TEST(test_suspension), TEST(test_who_sees_what), TEST(test_accounts_list), TEST(test_guessing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
