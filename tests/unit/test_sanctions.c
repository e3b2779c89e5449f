/* Sanctions: who may impose what on whom, what they keep from, that they are told, and that they end by themselves; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

enum { HOUR_MS = 3600000 };

struct terms {
    const char *handle, *board, *words;
    enum sanction_kind kind;
    uint64_t hours;
    enum reason reason;
};

static enum status impose(struct town *t, struct member by, struct terms terms)
{
    struct sanction_request in = {
        .handle = text_of(terms.handle), .kind = terms.kind, .board = text_of(terms.board), .hours = terms.hours,
        .reason = terms.reason ? terms.reason : REASON_SPAM, .words = text_of(terms.words),
    };

    return forum_do(&t->forum, by.session, MSG_SANCTION, &in);
}

static struct sanction_reply imposed(struct town *t, struct member by, struct terms terms)
{
    struct sanction_reply out;

    assert_int_equal(impose(t, by, terms), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out;
}

static enum status lift(struct town *t, struct member by, uint64_t sanction)
{
    struct sanction_lift_request in = {.sanction = sanction};

    return forum_do(&t->forum, by.session, MSG_SANCTION_LIFT, &in);
}

static enum status write_on(struct town *t, struct member by, const char *board)
{
    struct post_request in = {.board = text_of(board), .title = TEXT("题目"), .body = TEXT("话")};

    return forum_do(&t->forum, by.session, MSG_POST, &in);
}

static const struct request *r(const struct town *t)
{
    return &t->forum.r;
}

/* Whether the refusal's sentence has these words in it. */
static bool says(const struct town *t, struct text words)
{
    struct error_payload error = {.code = 0};
    struct text payload = t->forum.r.answer_last->payload;
    struct fault fault;

    assert_int_equal(shape_decode(&shape_error, payload.at, payload.len, &error, &fault), STATUS_OK);
    assert_false(error.retryable);
    return memmem(error.text.at, error.text.len, words.at, words.len) != NULL;
}

/* The sanction that the refusal carries. */
static struct sanction_record told(const struct town *t)
{
    struct error_payload error = {.code = 0};
    struct sanction_record sanction = {.id = 0};
    struct text payload = t->forum.r.answer_last->payload;
    struct fault fault;

    assert_int_equal(shape_decode(&shape_error, payload.at, payload.len, &error, &fault), STATUS_OK);
    assert_true(items_next(&error.sanction, &shape_sanction_record, &sanction));
    return sanction;
}

/* The account as it is told of itself. */
static struct account_record self(struct town *t, struct member who)
{
    struct whoami_reply out;
    struct account_record record = {0};

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_WHOAMI, &(struct whoami_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(items_next(&out.account, &shape_account_record, &record));
    return record;
}

/* The newest sanction on somebody, as `by` is shown it; id 0: none. */
static struct sanction_record newest(struct town *t, struct member by, const char *handle)
{
    struct sanctions_request in = {.handle = text_of(handle)};
    struct sanctions_reply out;
    struct sanction_record record;

    assert_int_equal(forum_ask(&t->forum, by.session, MSG_SANCTIONS, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return items_next(&out.sanctions, &shape_sanction_record, &record) ? record : (struct sanction_record){0};
}

/* A moderator of the board essays alone. */
static struct member local_moderator(struct town *t)
{
    struct member judge = forum_member(&t->forum, "judge", ROLE_MEMBER);

    forum_grant(&t->forum, judge, ROLE_MODERATOR, t->essays);
    return judge;
}

/* ---- what they keep from ---- */

static void test_a_mute_on_a_board(void **state)
{
    struct town *t = *state;
    struct post_reply own = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct post_reply others = forum_post(&t->forum, t->other, "essays", "题目", TEXT("二"));
    struct reply_request reply = {.thread = own.thread, .body = TEXT("话")};
    struct edit_request edit = {.post = own.post, .revision = 1, .body = TEXT("改")};
    struct flag_request flag = {.post = others.post, .reason = REASON_SPAM};
    struct delete_request gone = {.post = own.post};

    assert_false(self(t, t->author).sanctioned);
    imposed(t, t->editor, (struct terms){.handle = "zhang", .board = "essays", .kind = SANCTION_KIND_MUTE, .hours = 2});
    assert_true(self(t, t->author).sanctioned);
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_MUTED);
    assert_in_range(r(t)->retry_after, 2 * HOUR_MS - 60000, 2 * HOUR_MS);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_REPLY, &reply), STATUS_MUTED);
    assert_in_range(r(t)->retry_after, 2 * HOUR_MS - 60000, 2 * HOUR_MS);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_MUTED);
    assert_in_range(r(t)->retry_after, 2 * HOUR_MS - 60000, 2 * HOUR_MS);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_FLAG, &flag), STATUS_MUTED);
    assert_in_range(r(t)->retry_after, 2 * HOUR_MS - 60000, 2 * HOUR_MS);
    /* Elsewhere nothing has changed, and what one wrote one can take back. */
    assert_int_equal(write_on(t, t->author, "inner"), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(write_on(t, t->other, "essays"), STATUS_OK);
}

static void test_a_mute_on_the_site(void **state)
{
    struct town *t = *state;

    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE});
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_MUTED);
    assert_int_equal(r(t)->retry_after, 0); /* until it is lifted */
    assert_int_equal(write_on(t, t->author, "inner"), STATUS_MUTED);
}

/* A refusal says all that the person is owed: what, where, until when, why, how to appeal. */
static void test_a_refusal_tells_everything(void **state)
{
    struct town *t = *state;
    struct terms there = {.handle = "zhang", .board = "essays", .kind = SANCTION_KIND_MUTE, .hours = 48, .reason = REASON_ABUSE, .words = "请文明发言"};
    struct sanction_reply mute = imposed(t, t->editor, there);
    struct sanction_record seen;
    char appeal[80];

    assert_int_equal(write_on(t, t->author, "essays"), STATUS_MUTED);
    seen = told(t);
    assert_int_equal(seen.id, mute.sanction);
    assert_int_equal(seen.decision, mute.decision);
    assert_int_equal(seen.kind, SANCTION_KIND_MUTE);
    assert_true(text_equal(seen.board_slug, TEXT("essays")) && text_equal(seen.words, TEXT("请文明发言")));
    assert_int_equal(seen.reason, REASON_ABUSE);
    assert_true(seen.active && seen.until > seen.since && seen.appeal_by > seen.until);
    assert_int_equal(seen.appeal, APPEAL_STATE_NONE);
    snprintf(appeal, sizeof appeal, "处理编号 %llu", (unsigned long long)mute.decision);
    assert_true(says(t, TEXT("您目前被禁言")) && says(t, TEXT("约 48 小时后")) && says(t, TEXT("侮辱或攻击他人（请文明发言）")) && says(t, text_of(appeal)));
    assert_false(says(t, TEXT("editor"))); /* nobody is told by whom */

    /* Once appealed from, it says so. */
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_APPEAL,
                              &(struct appeal_request){.decision = mute.decision, .words = TEXT("没有的事")}), STATUS_OK);
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_MUTED);
    assert_true(says(t, TEXT("申诉正在处理")));
    assert_false(says(t, text_of(appeal)));
    assert_int_equal(told(t).appeal, APPEAL_STATE_WAITING);
    assert_int_equal(told(t).appeal_by, 0);

    /* A ban of the site, in English. */
    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_BAN});
    t->forum.r.lang = LANG_EN;
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_BANNED);
    assert_int_equal(told(t).kind, SANCTION_KIND_BAN);
    assert_true(told(t).board_slug.at == NULL);
}

static void test_the_longest_counts(void **state)
{
    struct town *t = *state;

    imposed(t, t->editor, (struct terms){.handle = "zhang", .board = "essays", .kind = SANCTION_KIND_MUTE, .hours = 1});
    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE, .hours = 3});
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_MUTED);
    assert_true(r(t)->retry_after > 2 * HOUR_MS);
    imposed(t, t->editor, (struct terms){.handle = "zhang", .board = "essays", .kind = SANCTION_KIND_BAN});
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_MUTED); /* a board's ban is a mute there */
    assert_int_equal(r(t)->retry_after, 0);
    assert_int_equal(write_on(t, t->author, "inner"), STATUS_MUTED);
    assert_true(r(t)->retry_after > 2 * HOUR_MS);
}

static void test_what_waits_stays_as_it_is(void **state)
{
    struct town *t = *state;
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_ON};
    struct post_request post = {.board = TEXT("essays"), .title = TEXT("题目"), .body = TEXT("话")};
    struct post_reply out;
    char id[16];

    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &post), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.held.len, sizeof id);
    memcpy(id, out.held.at, sizeof id);
    imposed(t, t->editor, (struct terms){.handle = "zhang", .board = "essays", .kind = SANCTION_KIND_MUTE, .hours = 1});
    struct held_edit_request edit = {.held = {id, sizeof id}, .version = 1, .body = TEXT("改")};
    struct held_withdraw_request withdraw = {.held = {id, sizeof id}};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &edit), STATUS_MUTED);
    assert_true(r(t)->retry_after > 0);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_WITHDRAW, &withdraw), STATUS_OK);
}

static void test_a_ban(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->other, "essays", "题目", TEXT("一"));
    struct post_reply inner = forum_post(&t->forum, t->other, "inner", "题目", TEXT("内部"));
    struct read_request public = {.thread = post.thread}, hidden = {.thread = inner.thread};
    struct watch_set_request watch = {.kind = TOPIC_THREAD, .id = post.thread};
    struct subscribe_request subscribe = {.topic = TOPIC_ACCOUNT};

    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_BAN, .hours = 5, .words = "屡次刷屏"});
    assert_int_equal(r(t)->access->kind, ACCESS_ACCOUNT); /* the person's connections learn of it with the commit */
    assert_int_equal(r(t)->access->account, t->author.account);
    assert_true(r(t)->access->actor.banned);
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_BANNED);
    assert_in_range(r(t)->retry_after, 5 * HOUR_MS - 60000, 5 * HOUR_MS);
    assert_true(says(t, TEXT("封禁")) && says(t, TEXT("广告或刷屏")) && says(t, TEXT("约 5 小时后")));
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_WATCH_SET, &watch), STATUS_BANNED);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_READ, &public), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_READ, &hidden), STATUS_NOT_FOUND); /* as for a visitor */
    assert_true(self(t, t->author).sanctioned);
    struct sanction_record record = newest(t, t->author, NULL);
    assert_int_equal(record.kind, SANCTION_KIND_BAN);
    assert_true(text_equal(record.words, TEXT("屡次刷屏")));
    assert_true(record.active);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_SANCTION);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_DECISIONS, &(struct decisions_request){0}), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_SUBSCRIBE, &subscribe), STATUS_OK);
    struct appeal_request appeal = {.decision = record.decision, .words = TEXT("不是我")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_APPEAL, &appeal), STATUS_OK);
    struct logout_request logout = {.op_id = {NULL, 0}};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_LOGOUT, &logout), STATUS_OK);
}

/* What is said where visitors cannot read reaches somebody banned by no notice either, as long as the ban holds. */
static void test_a_ban_reaches_notices(void **state)
{
    struct town *t = *state;

    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_BAN, .hours = 1});
    forum_post(&t->forum, t->other, "inner", "题目", TEXT("@zhang 你好"));
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_SANCTION);
    forum_post(&t->forum, t->other, "essays", "题目", TEXT("@zhang 你好"));
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_MENTION);
    forum_number(&t->forum, "UPDATE sanction SET until = 1");
    uint64_t inner = forum_post(&t->forum, t->other, "inner", "题目", TEXT("@zhang 你好")).post;
    assert_int_equal(newest_notice(&t->forum, t->author).post, inner);
}

/* Powers go with a ban: somebody banned moderates nothing, whatever the role. */
static void test_a_banned_moderator(void **state)
{
    struct town *t = *state;

    imposed(t, t->admin, (struct terms){.handle = "editor", .kind = SANCTION_KIND_BAN});
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_QUEUE, &(struct queue_request){0}), STATUS_BANNED);
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE}), STATUS_BANNED);
}

/* ---- how they end ---- */

static void test_they_end_by_themselves(void **state)
{
    struct town *t = *state;
    struct subscribe_request subscribe = {.topic = TOPIC_BOARD, .id = t->inner};

    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE, .hours = 1});
    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_BAN, .hours = 1});
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_BANNED);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_SUBSCRIBE, &subscribe), STATUS_NOT_FOUND);
    forum_number(&t->forum, "UPDATE sanction SET until = 1");
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_OK);
    assert_false(self(t, t->author).sanctioned);
    assert_false(newest(t, t->author, NULL).active);
    /* A connection that was told of the ban is told that it is over when it asks to follow something again. */
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_SUBSCRIBE, &subscribe), STATUS_OK);
    assert_non_null(r(t)->becomes);
    assert_false(r(t)->becomes->banned);
    /* What has ended can be neither lifted, nor is it in the way of another. */
    assert_int_equal(lift(t, t->editor, 1), STATUS_DECIDED);
    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE, .hours = 1});
}

static void test_lifting(void **state)
{
    struct town *t = *state;
    struct member judge = local_moderator(t);
    struct sanction_reply ban = imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_BAN});
    struct sanction_reply mute = imposed(t, judge, (struct terms){.handle = "li", .board = "essays", .kind = SANCTION_KIND_MUTE});

    assert_int_equal(lift(t, judge, ban.sanction), STATUS_NOT_FOUND); /* the site is not the judge's */
    assert_int_equal(lift(t, t->citizen, mute.sanction), STATUS_NOT_FOUND);
    assert_int_equal(lift(t, t->other, mute.sanction), STATUS_FORBIDDEN); /* one's own */
    assert_int_equal(lift(t, t->editor, 987654), STATUS_NOT_FOUND);
    assert_int_equal(lift(t, t->admin, ban.sanction), STATUS_OK);
    assert_int_equal(r(t)->access->account, t->author.account);
    assert_false(r(t)->access->actor.banned);
    assert_int_equal(lift(t, t->admin, ban.sanction), STATUS_DECIDED);
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_OK);
    struct notice_record notice = newest_notice(&t->forum, t->author);
    assert_int_equal(notice.kind, NOTICE_KIND_LIFTED);
    assert_null(notice.by.at);
    assert_true(newest(t, t->author, NULL).lifted > 0);
    assert_int_equal(lift(t, judge, mute.sanction), STATUS_OK);
    assert_int_equal(write_on(t, t->other, "essays"), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM decision WHERE act = 10"), 2);
}

/* ---- who may ---- */

static void test_only_downwards(void **state)
{
    struct town *t = *state;
    struct member judge = local_moderator(t);
    struct member second = forum_member(&t->forum, "second", ROLE_MODERATOR);
    const struct terms on_essays = {.handle = "second", .board = "essays", .kind = SANCTION_KIND_WARNING};

    (void)second;
    assert_int_equal(impose(t, t->other, (struct terms){.handle = "zhang"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->other, (struct terms){.handle = "nobody"}), STATUS_FORBIDDEN); /* nor learns who there is */
    assert_int_equal(impose(t, t->citizen, (struct terms){.handle = "zhang", .board = "inner"}), STATUS_NOT_FOUND);
    assert_int_equal(impose(t, judge, (struct terms){.handle = "zhang"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, judge, (struct terms){.handle = "zhang", .board = "inner"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, judge, (struct terms){.handle = "zhang", .board = "essays"}), STATUS_OK);
    assert_int_equal(impose(t, judge, on_essays), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->editor, on_essays), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "judge", .board = "essays"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "judge", .board = "inner"}), STATUS_OK); /* where it is a member */
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "editor"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "admin"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->admin, on_essays), STATUS_OK);
    assert_int_equal(impose(t, t->admin, (struct terms){.handle = "admin"}), STATUS_FORBIDDEN);
    forum_member(&t->forum, "chief", ROLE_ADMINISTRATOR);
    assert_int_equal(impose(t, t->admin, (struct terms){.handle = "chief"}), STATUS_FORBIDDEN);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM sanction"), 3);
}

/* Somebody above is above even while powers rest; and whose own powers rest imposes nothing. */
static void test_powers_that_rest(void **state)
{
    struct town *t = *state;

    forum_number(&t->forum, "UPDATE account SET totp_due = 1 WHERE handle = 'admin'");
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "admin"}), STATUS_FORBIDDEN);
    assert_int_equal(impose(t, t->admin, (struct terms){.handle = "zhang"}), STATUS_TOTP_NEEDED);
    assert_int_equal(lift(t, t->admin, imposed(t, t->editor, (struct terms){.handle = "zhang"}).sanction), STATUS_TOTP_NEEDED);
}

static void test_bad_terms(void **state)
{
    struct town *t = *state;
    struct sanction_request bare = {.handle = TEXT("zhang"), .kind = SANCTION_KIND_MUTE};

    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "nobody"}), STATUS_NOT_FOUND);
    assert_string_equal(r(t)->fault.field, "handle");
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "zhang", .board = "nowhere"}), STATUS_NOT_FOUND);
    assert_string_equal(r(t)->fault.field, "board");
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_SANCTION, &bare), STATUS_BAD_FIELD);
    assert_string_equal(r(t)->fault.field, "reason");
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "zhang", .reason = REASON_OTHER}), STATUS_BAD_FIELD);
    assert_string_equal(r(t)->fault.field, "words");
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "zhang", .hours = 1}), STATUS_BAD_FIELD); /* a warning */
    assert_string_equal(r(t)->fault.field, "hours");
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE, .hours = LIMIT_SANCTION_HOURS + 1}),
                     STATUS_BAD_FIELD);
    assert_int_equal(r(t)->fault.limit, LIMIT_SANCTION_HOURS);
    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE, .hours = LIMIT_SANCTION_HOURS});
    assert_int_equal(impose(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_MUTE, .hours = 1}), STATUS_EXISTS);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM sanction"), 1);
}

/* ---- what is told, and to whom ---- */

static void test_a_warning_is_told(void **state)
{
    struct town *t = *state;
    struct sanction_reply out = imposed(t, t->editor, (struct terms){.handle = "zhang", .board = "essays", .words = "请注意"});
    struct notice_record notice = newest_notice(&t->forum, t->author);
    struct sanction_record record = newest(t, t->author, NULL);

    assert_int_equal(notice.kind, NOTICE_KIND_SANCTION);
    assert_int_equal(notice.decision, out.decision);
    assert_int_equal(notice.board, t->essays);
    assert_null(notice.by.at);
    assert_int_equal(record.id, out.sanction);
    assert_int_equal(record.decision, out.decision);
    assert_true(text_equal(record.board_slug, TEXT("essays")));
    assert_true(text_equal(record.words, TEXT("请注意")));
    assert_false(record.active);
    assert_false(self(t, t->author).sanctioned);
    assert_int_equal(write_on(t, t->author, "essays"), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM audit WHERE act = 'warn'"), 1);
}

static void test_who_sees_whose(void **state)
{
    struct town *t = *state;
    struct member judge = local_moderator(t);
    struct sanctions_request of_zhang = {.handle = TEXT("zhang")}, of_nobody = {.handle = TEXT("nobody")};

    imposed(t, t->editor, (struct terms){.handle = "zhang", .board = "inner", .kind = SANCTION_KIND_MUTE});
    assert_int_equal(newest(t, judge, "zhang").id, 0); /* another's board */
    assert_int_equal(newest(t, t->editor, "zhang").id, 1);
    imposed(t, t->editor, (struct terms){.handle = "zhang", .kind = SANCTION_KIND_WARNING});
    assert_int_equal(newest(t, judge, "zhang").id, 2); /* the site's */
    assert_int_equal(newest(t, t->author, "ZHANG").id, 2);
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_SANCTIONS, &of_zhang), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_SANCTIONS, &of_nobody), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, judge.session, MSG_SANCTIONS, &of_nobody), STATUS_NOT_FOUND);
}

int main(void)
{
#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        TOWN_TEST(test_a_mute_on_a_board),
        TOWN_TEST(test_a_mute_on_the_site),
        TOWN_TEST(test_a_refusal_tells_everything), TOWN_TEST(test_the_longest_counts),
        TOWN_TEST(test_what_waits_stays_as_it_is),
        TOWN_TEST(test_a_ban),
        TOWN_TEST(test_a_ban_reaches_notices),
        TOWN_TEST(test_a_banned_moderator),
        TOWN_TEST(test_they_end_by_themselves),
        TOWN_TEST(test_lifting),
        TOWN_TEST(test_only_downwards),
        TOWN_TEST(test_powers_that_rest),
        TOWN_TEST(test_bad_terms),
        TOWN_TEST(test_a_warning_is_told),
        TOWN_TEST(test_who_sees_whose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
