/* What people without an account leave: forms and what pays for them, what is kept and shown, and what it betrays; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/work.h"
#include "server/forum/guest_form.h"
#include "server/forum/guests.h"
#include "tests/unit/guest_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int make(void **state)
{
    assert_int_equal(town_make(state), 0);
    struct town *t = *state;
    guests_open(&t->forum, t->admin);
    return 0;
}

/* ---- forms alone ---- */

static void forms_are_read_as_they_were_made(void **state)
{
    const uint8_t key[GUEST_FORM_KEY] = {1}, other[GUEST_FORM_KEY] = {2};
    const int64_t now = INT64_C(1790000000000);
    struct guest_form form;
    char token[LIMIT_FORM + 1];
    struct text text = {token, LIMIT_FORM};

    (void)state;
    guest_form_make(key, now, token);
    assert_int_equal(strlen(token), LIMIT_FORM);
    assert_int_equal(guest_form_read(key, text, now + 1, &form), STATUS_OK);
    assert_int_equal(form.made, now);
    assert_int_equal(form.bits, LIMIT_GUEST_WORK);
    assert_int_equal(guest_form_read(key, text, now + LIMIT_FORM_MS, &form), STATUS_OK);
    assert_int_equal(guest_form_read(key, text, now + LIMIT_FORM_MS + 1, &form), STATUS_FORM_LATE);
    assert_int_equal(guest_form_read(other, text, now, &form), STATUS_FORM_FORGED);
    assert_int_equal(guest_form_read(key, (struct text){token, LIMIT_FORM - 1}, now, &form), STATUS_FORM_FORGED);
    assert_int_equal(guest_form_read(key, (struct text){NULL, 0}, now, &form), STATUS_FORM_FORGED);
    for (size_t i = 0; i < LIMIT_FORM; i++) {
        char kept = token[i];
        token[i] = kept == 'A' ? 'B' : 'A';
        assert_int_equal(guest_form_read(key, text, now, &form), STATUS_FORM_FORGED);
        token[i] = '?';
        assert_int_equal(guest_form_read(key, text, now, &form), STATUS_FORM_FORGED);
        token[i] = kept;
    }
}

static void work_is_what_it_says(void **state)
{
    char nonce[WORK_NONCE + 1];

    (void)state;
    /* SHA-256 of "abc" begins with ba. */
    assert_true(work_pays(TEXT("abc"), TEXT("x"), 0));
    assert_false(work_pays(TEXT("ab"), TEXT("c"), 1));
    assert_true(work_find(TEXT("token"), 12, 0, 1000000, nonce));
    assert_true(work_pays(TEXT("token"), text_of(nonce), 12));
    assert_false(work_pays(TEXT("tokem"), text_of(nonce), 12));
    assert_false(work_pays(TEXT("token"), text_of(nonce), 256));
    assert_false(work_find(TEXT("token"), 250, 0, 100, nonce));
}

/* ---- what pays ---- */

struct attempt {
    int64_t age;
    const char *answer;
    enum status want;
};

static void answers_count_after_a_while(void **state)
{
    static const struct attempt attempts[] = {
        {LIMIT_FORM_SOON_MS - 2000, "黄冈", STATUS_FORM_EARLY},
        {LIMIT_FORM_SOON_MS, "武汉", STATUS_ANSWER_WRONG},
        {LIMIT_FORM_SOON_MS, "", STATUS_ANSWER_WRONG},
        {LIMIT_FORM_SOON_MS, "黄冈|Huanggang", STATUS_ANSWER_WRONG},
        {LIMIT_FORM_SOON_MS, "黄冈", STATUS_OK},
        {LIMIT_FORM_SOON_MS, " ＨＵＡＮＧ gang。", STATUS_OK},
        {LIMIT_FORM_MS - 2000, "黃冈", STATUS_OK},
        {LIMIT_FORM_MS + 2000, "黄冈", STATUS_FORM_LATE},
    };
    struct town *t = *state;

    for (size_t i = 0; i < COUNT(attempts); i++) {
        struct guest_post_request in = {
            .board = TEXT("guests"), .title = TEXT("题目"), .body = TEXT("正文"), .form = guest_form_aged(&t->forum, attempts[i].age),
            .answer = text_of(attempts[i].answer),
        };
        enum status got = forum_do(&t->forum, 0, MSG_GUEST_POST, &in);
        if (got != attempts[i].want)
            fail_msg("attempt %zu: %d instead of %d", i, (int)got, (int)attempts[i].want);
    }
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM held WHERE account = 0 AND cause = 3"), 3);
    t->forum.site.guest_question = TEXT("");
    struct guest_post_request in = {
        .board = TEXT("guests"), .title = TEXT("题目"), .body = TEXT("正文"), .form = guest_form_aged(&t->forum, LIMIT_FORM_SOON_MS), .answer = TEXT("黄冈"),
    };
    assert_int_equal(forum_do(&t->forum, 0, MSG_GUEST_POST, &in), STATUS_ANSWER_WRONG);
}

static void a_form_is_used_once(void **state)
{
    struct town *t = *state;
    struct text token = guest_form_aged(&t->forum, 0);
    struct guest_post_request in = {.board = TEXT("guests"), .title = TEXT("题目"), .body = TEXT(" "), .form = token, .nonce = guest_work(token)};

    /* What is refused uses nothing up. */
    assert_int_equal(forum_do(&t->forum, 0, MSG_GUEST_POST, &in), STATUS_BAD_FIELD);
    in.body = TEXT("正文");
    assert_int_equal(forum_do(&t->forum, 0, MSG_GUEST_POST, &in), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, 0, MSG_GUEST_POST, &in), STATUS_FORM_USED);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM guest_form"), 1);
    assert_int_equal(forum_number(&t->forum, "UPDATE guest_form SET until = 1"), 0);
    assert_int_equal(guest_leave(&t->forum, "又一题", 0, NULL, "正文"), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM guest_form"), 1);
}

static void only_so_many_wait(void **state)
{
    struct town *t = *state;

    assert_int_equal(guest_leave(&t->forum, "题目", 0, NULL, "正文"), STATUS_OK);
    forum_number(&t->forum, "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
        "INSERT INTO held (id, account, kind, board, cause, sent, size, body) SELECT randomblob(16), 0, 0, 1, 3, 0, 1, 'x' FROM n RETURNING (SELECT 1)");
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM held"), LIMIT_GUESTS_HELD);
    assert_int_equal(guest_leave(&t->forum, "题目", 0, NULL, "正文"), STATUS_GUESTBOOK_FULL);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM guest_form"), 1);
}

/* ---- what becomes of it ---- */

static void nobody_passes_for_a_member(void **state)
{
    struct town *t = *state;
    struct read_request in = {.thread = guest_passed(&t->forum, t->admin, "题目", 0, "editor", "正文").thread};
    struct read_reply frames[FORUM_FRAMES];
    struct post_record post;

    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &in), STATUS_OK);
    assert_int_equal(forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_true(items_next(&frames[0].posts, &shape_post_record, &post));
    assert_null(post.author.at);
    assert_true(text_equal(post.author_name, TEXT("访客 editor")));
    assert_true(guest_is_name(post.author_name));
    assert_true(guest_is_name(TEXT("访客")));
    assert_false(guest_is_name(TEXT("访客editor")));
    assert_false(guest_is_name(TEXT("editor")));
    assert_false(guest_is_name((struct text){NULL, 0}));
}

static void visitors_have_no_part_in_what_others_left(void **state)
{
    struct town *t = *state;
    struct decide_reply passed = guest_passed(&t->forum, t->admin, "题目", 0, NULL, "正文");
    struct decide_reply second = guest_passed(&t->forum, t->admin, NULL, passed.thread, "甲", "另一句");
    struct post_hash_request look = {.post = second.post};
    struct post_hash_reply looked;
    struct edit_request edit = {.post = second.post, .revision = 1, .body = TEXT("改了")};
    struct history_request history = {.post = second.post};

    assert_int_equal(forum_do(&t->forum, 0, MSG_EDIT, &edit), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_HELD, &(struct held_request){.open = false}), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_POST_HASH, &look), STATUS_OK);
    forum_reply(&t->forum, &looked);
    struct decide_request remove = {.post = second.post, .act = DECISION_ACT_REMOVE, .reason = REASON_SPAM, .hash = queue_keep_hash(looked.hash)};
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_DECIDE, &remove), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_HISTORY, &history), STATUS_GONE);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_HISTORY, &history), STATUS_GONE);
    assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_HISTORY, &history), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM notice WHERE account = 0"), 0);
}

static void members_are_told_of_answers(void **state)
{
    struct town *t = *state;
    uint64_t thread = forum_post(&t->forum, t->admin, "guests", "通知", TEXT("正文")).thread;
    struct notice_record notice;

    guest_passed(&t->forum, t->editor, NULL, thread, "甲", "@zhang 您好");
    notice = newest_notice(&t->forum, t->admin);
    assert_int_equal(notice.kind, NOTICE_KIND_REPLY);
    assert_null(notice.by.at);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_MENTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read_as_they_were_made),
        cmocka_unit_test(work_is_what_it_says),
        cmocka_unit_test_setup_teardown(answers_count_after_a_while, make, town_end),
        cmocka_unit_test_setup_teardown(a_form_is_used_once, make, town_end),
        cmocka_unit_test_setup_teardown(only_so_many_wait, make, town_end),
        cmocka_unit_test_setup_teardown(nobody_passes_for_a_member, make, town_end),
        cmocka_unit_test_setup_teardown(visitors_have_no_part_in_what_others_left, make, town_end),
        cmocka_unit_test_setup_teardown(members_are_told_of_answers, make, town_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
