/* Decisions as whom they concern sees them, and appeals: once, in time, to somebody else; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

static const struct request *r(const struct town *t)
{
    return &t->forum.r;
}

/* ---- steps ---- */

static uint64_t remove_post(struct town *t, struct member by, uint64_t post)
{
    struct post_hash_reply looked;
    struct decide_reply out;
    struct decide_request in = {.post = post, .act = DECISION_ACT_REMOVE, .reason = REASON_OFF_TOPIC, .words = TEXT("与本版无关")};

    assert_int_equal(forum_ask(&t->forum, by.session, MSG_POST_HASH, &(struct post_hash_request){.post = post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    in.hash = queue_keep_hash(looked.hash);
    assert_int_equal(forum_do(&t->forum, by.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out.decision;
}

static struct sanction_reply mute(struct town *t, struct member by, const char *handle, const char *board)
{
    struct sanction_request in = {
        .handle = text_of(handle), .kind = SANCTION_KIND_MUTE, .board = text_of(board), .hours = 48, .reason = REASON_ABUSE,
    };
    struct sanction_reply out;

    assert_int_equal(forum_do(&t->forum, by.session, MSG_SANCTION, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out;
}

static enum status appeal(struct town *t, struct member by, uint64_t decision)
{
    struct appeal_request in = {.decision = decision, .words = TEXT("我认为不妥")};

    return forum_do(&t->forum, by.session, MSG_APPEAL, &in);
}

static enum status settle(struct town *t, struct member who, uint64_t item, enum decision_act act)
{
    struct item_get_reply opened = queue_open(&t->forum, who, item);
    struct decide_request in = {.item = item, .act = act, .reason = REASON_OTHER, .words = TEXT("经复核")};

    assert_true(text_equal(opened.appeal, TEXT("我认为不妥")));
    in.hash = queue_keep_hash(opened.hash);
    return forum_do(&t->forum, who.session, MSG_DECIDE, &in);
}

/* The newest decision about somebody (NULL: oneself) as `by` sees it; id 0: none. */
static struct decision_record newest(struct town *t, struct member by, const char *handle)
{
    struct decisions_request in = {.handle = text_of(handle)};
    struct decisions_reply out;
    struct decision_record record;

    assert_int_equal(forum_ask(&t->forum, by.session, MSG_DECISIONS, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return items_next(&out.decisions, &shape_decision_record, &record) ? record : (struct decision_record){0};
}

static enum post_state state_of(struct town *t, uint64_t post)
{
    struct post_get_reply frames[FORUM_FRAMES];
    struct post_record record = {0};

    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_POST_GET, &(struct post_get_request){.post = post}), STATUS_OK);
    assert_int_equal(forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_true(items_next(&frames[0].posts, &shape_post_record, &record));
    return record.state;
}

static uint64_t second_floor(struct town *t)
{
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    return forum_answer(&t->forum, t->author, first.thread, 0, TEXT("二")).post;
}

/* ---- decisions ---- */

static void test_ones_own(void **state)
{
    struct town *t = *state;
    uint64_t post = second_floor(t), decision = remove_post(t, t->editor, post);
    struct decision_record record = newest(t, t->author, NULL);

    assert_int_equal(record.id, decision);
    assert_int_equal(record.act, DECISION_ACT_REMOVE);
    assert_int_equal(record.reason, REASON_OFF_TOPIC);
    assert_true(text_equal(record.words, TEXT("与本版无关")));
    assert_true(text_equal(record.board_slug, TEXT("essays")));
    assert_true(text_equal(record.title, TEXT("题目")));
    assert_int_equal(record.post, post);
    assert_int_equal(record.floor, 2);
    assert_null(record.by.at);
    assert_int_equal(record.appeal, APPEAL_STATE_NONE);
    assert_int_equal(record.appeal_by, record.time + (uint64_t)LIMIT_APPEAL_DAYS * 86400000);
    record = newest(t, t->author, "zhang");
    assert_null(record.by.at);
    record = newest(t, t->admin, "zhang");
    assert_true(text_equal(record.by, TEXT("editor")));
    assert_int_equal(newest(t, t->other, NULL).id, 0);

    /* Nothing was done to a post that was kept, and its author need not know that it was looked at. */
    struct post_hash_reply looked;
    struct decide_request keep_it = {.post = second_floor(t), .act = DECISION_ACT_KEEP};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = keep_it.post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    keep_it.hash = queue_keep_hash(looked.hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &keep_it), STATUS_OK);
    assert_int_equal(newest(t, t->author, NULL).id, decision);
    assert_int_equal(newest(t, t->editor, "zhang").act, DECISION_ACT_KEEP);

    struct sanction_reply out = mute(t, t->editor, "zhang", "essays");
    record = newest(t, t->author, NULL);
    assert_int_equal(record.id, out.decision);
    assert_int_equal(record.act, DECISION_ACT_MUTE);
    assert_int_equal(record.until, record.time + 48 * (uint64_t)3600000);
    assert_null(record.by.at);
}

static void test_others(void **state)
{
    struct town *t = *state;
    struct member judge = forum_member(&t->forum, "judge", ROLE_MEMBER);
    struct decisions_request of_zhang = {.handle = TEXT("zhang")}, of_nobody = {.handle = TEXT("nobody")};
    struct decisions_reply out;

    forum_grant(&t->forum, judge, ROLE_MODERATOR, t->essays);
    uint64_t decision = remove_post(t, t->editor, second_floor(t));
    mute(t, t->editor, "zhang", "inner");
    mute(t, t->editor, "zhang", NULL);
    assert_int_equal(newest(t, judge, "zhang").id, decision); /* the others are not the judge's boards */
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_DECISIONS, &of_zhang), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.decisions.count, 3);
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_DECISIONS, &of_zhang), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_DECISIONS, &of_nobody), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, judge.session, MSG_DECISIONS, &of_nobody), STATUS_NOT_FOUND);
}

static void test_pages(void **state)
{
    struct town *t = *state;
    struct member judge = forum_member(&t->forum, "judge", ROLE_MEMBER);
    struct decisions_request in = {0};
    struct decisions_reply out;
    struct decision_record record;
    uint64_t seen = 0, last = UINT64_MAX;

    forum_grant(&t->forum, judge, ROLE_MODERATOR, t->essays);
    remove_post(t, t->editor, second_floor(t));
    mute(t, t->editor, "zhang", NULL);
    forum_number(&t->forum, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 450) INSERT INTO decision "
                            "(time, actor, act, account) SELECT d.time, d.actor, d.act, d.account FROM decision d, n WHERE d.id = 2");
    do {
        assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_DECISIONS, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        while (items_next(&out.decisions, &shape_decision_record, &record)) {
            assert_true(record.id < last);
            last = record.id;
            seen++;
        }
        in.before = out.next;
    } while (in.before);
    assert_int_equal(seen, 452);
    /* Whoever is shown few of them gets no more work done at once, and comes to the end all the same. */
    in.handle = TEXT("zhang");
    for (seen = 0, last = 0; last == 0 || in.before; last++) {
        assert_int_equal(forum_ask(&t->forum, judge.session, MSG_DECISIONS, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        seen += out.decisions.count;
        in.before = out.next;
    }
    assert_int_equal(seen, 1);
    assert_true(last > 1);
}

/* ---- appeals ---- */

static void test_refusals(void **state)
{
    struct town *t = *state;
    uint64_t decision = remove_post(t, t->editor, second_floor(t));
    struct sanction_reply out = mute(t, t->editor, "zhang", NULL);
    struct sanction_lift_request lift = {.sanction = out.sanction};
    struct sanction_lift_reply lifted;
    struct appeal_request blank = {.decision = decision, .words = TEXT(" ")};

    assert_int_equal(appeal(t, (struct member){0}, decision), STATUS_LOGIN_NEEDED);
    assert_int_equal(appeal(t, t->author, 987654), STATUS_NOT_FOUND);
    assert_int_equal(appeal(t, t->other, decision), STATUS_NOT_FOUND);
    assert_int_equal(appeal(t, t->editor, decision), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_APPEAL, &blank), STATUS_BAD_FIELD);
    assert_string_equal(r(t)->fault.field, "words");
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_SANCTION_LIFT, &lift), STATUS_OK);
    forum_reply(&t->forum, &lifted);
    assert_int_equal(appeal(t, t->author, lifted.decision), STATUS_BAD_FIELD);
    assert_string_equal(r(t)->fault.field, "decision");
    assert_int_equal(newest(t, t->author, NULL).appeal_by, 0);
    assert_int_equal(appeal(t, t->author, decision), STATUS_OK);
    assert_int_equal(appeal(t, t->author, decision), STATUS_EXISTS);
    forum_number(&t->forum, "UPDATE decision SET time = time - 31 * 86400000");
    assert_int_equal(appeal(t, t->author, decision), STATUS_EXISTS);
    assert_int_equal(appeal(t, t->author, out.decision), STATUS_TOO_LATE);
    assert_int_equal(r(t)->fault.limit, LIMIT_APPEAL_DAYS);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM appeal"), 1);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM item"), 1);
}

static void test_somebody_else_decides(void **state)
{
    struct town *t = *state;
    struct member second = forum_member(&t->forum, "second", ROLE_MODERATOR);
    uint64_t post = second_floor(t), decision = remove_post(t, t->editor, post);
    struct item_record item;

    assert_int_equal(appeal(t, t->author, decision), STATUS_OK);
    assert_int_equal(newest(t, t->author, NULL).appeal, APPEAL_STATE_WAITING);
    assert_int_equal(newest(t, t->author, NULL).appeal_by, 0);
    assert_int_equal(queue_first(&t->forum, t->editor, NULL).item, 0); /* its maker never sees it */
    item = queue_first(&t->forum, second, NULL);
    assert_int_equal(item.kind, ITEM_KIND_APPEAL);
    assert_int_equal(item.decision, decision);
    assert_int_equal(item.post, post);
    assert_true(text_equal(item.author, TEXT("zhang")));
    struct item_get_request get = {.item = item.item};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_ITEM_GET, &get), STATUS_NOT_FOUND);
    assert_int_equal(settle(t, second, item.item, DECISION_ACT_OVERTURN), STATUS_OK);
    assert_int_equal(state_of(t, post), POST_STATE_VISIBLE);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_APPEAL);
    assert_null(newest_notice(&t->forum, t->author).by.at);
    struct decision_record record = newest(t, t->author, NULL);
    assert_int_equal(record.act, DECISION_ACT_OVERTURN);
    assert_true(text_equal(record.words, TEXT("经复核")));
    assert_int_equal(forum_number(&t->forum, "SELECT appeal FROM decision WHERE act = 3"), APPEAL_STATE_OVERTURNED);
    assert_int_equal(appeal(t, t->author, decision), STATUS_EXISTS); /* once */
}

static void test_a_moderator_appeals(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct reply_reply post = forum_answer(&t->forum, t->editor, first.thread, 0, TEXT("二"));

    assert_int_equal(appeal(t, t->editor, remove_post(t, t->admin, post.post)), STATUS_OK);
    assert_int_equal(queue_first(&t->forum, t->editor, NULL).item, 0); /* nobody decides on one's own */
    assert_int_equal(queue_first(&t->forum, t->admin, NULL).item, 0);
    assert_int_equal(queue_first(&t->forum, forum_member(&t->forum, "second", ROLE_ADMINISTRATOR), NULL).post, post.post);
}

static void test_upheld(void **state)
{
    struct town *t = *state;
    uint64_t post = second_floor(t), decision = remove_post(t, t->editor, post);

    assert_int_equal(appeal(t, t->author, decision), STATUS_OK);
    assert_int_equal(settle(t, t->admin, queue_first(&t->forum, t->admin, NULL).item, DECISION_ACT_UPHOLD), STATUS_OK);
    assert_int_equal(state_of(t, post), POST_STATE_REMOVED);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_APPEAL);
    assert_int_equal(newest(t, t->author, NULL).act, DECISION_ACT_UPHOLD);
    assert_int_equal(newest(t, t->author, NULL).appeal_by, 0); /* the last word */
    assert_int_equal(forum_number(&t->forum, "SELECT appeal FROM decision WHERE act = 3"), APPEAL_STATE_UPHELD);
}

static void test_a_sanction_overturned(void **state)
{
    struct town *t = *state;
    struct sanction_reply out = mute(t, t->editor, "zhang", "essays");
    struct post_request post = {.board = TEXT("essays"), .title = TEXT("题目"), .body = TEXT("话")};
    struct item_record item;

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &post), STATUS_MUTED);
    assert_int_equal(appeal(t, t->author, out.decision), STATUS_OK); /* who is muted may still appeal */
    item = queue_first(&t->forum, t->admin, NULL);
    assert_true(text_equal(item.board_slug, TEXT("essays")));
    assert_int_equal(settle(t, t->admin, item.item, DECISION_ACT_OVERTURN), STATUS_OK);
    assert_int_equal(r(t)->access->account, t->author.account);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &post), STATUS_OK);
    struct decision_record record = newest(t, t->author, NULL);
    assert_int_equal(record.act, DECISION_ACT_OVERTURN);
    assert_int_equal(newest_notice(&t->forum, t->author).decision, record.id);
    assert_true(forum_number(&t->forum, "SELECT lifted FROM sanction") > 0);
}

/* Lifted in the meantime: the appeal is still answered, and nothing else happens. */
static void test_a_sanction_lifted_before(void **state)
{
    struct town *t = *state;
    struct sanction_reply out = mute(t, t->editor, "zhang", NULL);
    struct sanction_lift_request lift = {.sanction = out.sanction};

    assert_int_equal(appeal(t, t->author, out.decision), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_SANCTION_LIFT, &lift), STATUS_OK);
    uint64_t lifted = forum_number(&t->forum, "SELECT lifted FROM sanction");
    assert_int_equal(settle(t, t->admin, queue_first(&t->forum, t->admin, NULL).item, DECISION_ACT_OVERTURN), STATUS_OK);
    assert_null(r(t)->access);
    assert_int_equal(forum_number(&t->forum, "SELECT lifted FROM sanction"), lifted);
}

/* An opening post that was removed took its thread to the bin; the appeal is that board's whose rule it was, and brings all of it back. */
static void test_a_thread_comes_back(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct thread_record thread;
    struct read_reply frames[FORUM_FRAMES];
    struct member judge = forum_member(&t->forum, "judge", ROLE_MEMBER);

    forum_grant(&t->forum, judge, ROLE_MODERATOR, t->essays);
    assert_int_equal(appeal(t, t->author, remove_post(t, t->editor, first.post)), STATUS_OK);
    assert_int_equal(settle(t, judge, queue_first(&t->forum, judge, NULL).item, DECISION_ACT_OVERTURN), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_READ, &(struct read_request){.thread = first.thread}), STATUS_OK);
    size_t count = forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES);
    assert_true(items_next(&frames[count - 1].thread, &shape_thread_record, &thread));
    assert_true(text_equal(thread.board_slug, TEXT("essays")));
}

static void test_a_refused_submission(void **state)
{
    struct town *t = *state;
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_ON};
    struct post_request post = {.board = TEXT("essays"), .title = TEXT("题目"), .body = TEXT("话")};
    struct item_get_reply frames[FORUM_FRAMES];
    struct decide_request refuse = {.act = DECISION_ACT_REMOVE, .reason = REASON_FALSE};
    struct decide_reply out;

    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &post), STATUS_OK);
    struct item_get_request get = {.item = refuse.item = queue_first(&t->forum, t->editor, NULL).item};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_ITEM_GET, &get), STATUS_OK);
    refuse.hash = queue_keep_hash(frames[forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES) - 1].hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &refuse), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(appeal(t, t->author, out.decision), STATUS_OK);
    struct item_record item = queue_first(&t->forum, t->admin, NULL);
    assert_true(text_equal(item.title, TEXT("题目")));
    assert_int_equal(settle(t, t->admin, item.item, DECISION_ACT_OVERTURN), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(state_of(t, out.post), POST_STATE_VISIBLE);
}

int main(void)
{
#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        TOWN_TEST(test_ones_own),
        TOWN_TEST(test_others),
        TOWN_TEST(test_pages),
        TOWN_TEST(test_refusals),
        TOWN_TEST(test_somebody_else_decides),
        TOWN_TEST(test_a_moderator_appeals),
        TOWN_TEST(test_upheld),
        TOWN_TEST(test_a_sanction_overturned),
        TOWN_TEST(test_a_sanction_lifted_before),
        TOWN_TEST(test_a_thread_comes_back),
        TOWN_TEST(test_a_refused_submission),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
