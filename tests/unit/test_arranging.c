/* Pinning, locking, holding, featuring and moving threads as decisions: reasons, notices, appeals, the public log; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

/* ---- steps ---- */

static enum status set(struct town *t, struct member by, struct thread_set_request in)
{
    return forum_do(&t->forum, by.session, MSG_THREAD_SET, &in);
}

static enum status move(struct town *t, struct member by, uint64_t thread, const char *board, enum reason reason)
{
    return forum_do(&t->forum, by.session, MSG_MOVE, &(struct move_request){.thread = thread, .board = text_of(board), .reason = reason});
}

/* The newest decision about whoever asks. */
static struct decision_record newest(struct town *t, struct member who)
{
    struct decisions_reply out;
    struct decision_record record = {0};

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_DECISIONS, &(struct decisions_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    return items_next(&out.decisions, &shape_decision_record, &record) ? record : (struct decision_record){0};
}

static uint64_t decisions(struct town *t)
{
    return forum_number(&t->forum, "SELECT count(*) FROM decision");
}

/* Looks at a post, and decides on it as it stands. */
static enum status decide_post(struct town *t, struct member by, uint64_t post, struct decide_request in)
{
    struct post_hash_reply looked;

    assert_int_equal(forum_ask(&t->forum, by.session, MSG_POST_HASH, &(struct post_hash_request){.post = post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    in.post = post;
    in.hash = queue_keep_hash(looked.hash);
    return forum_do(&t->forum, by.session, MSG_DECIDE, &in);
}

static enum status decide_item(struct town *t, struct member by, uint64_t item, struct decide_request in)
{
    in.item = item;
    in.hash = queue_keep_hash(queue_open(&t->forum, by, item).hash);
    return forum_do(&t->forum, by.session, MSG_DECIDE, &in);
}

/* Appeals from the newest decision about `who`; the administrator decides. */
static void overturn(struct town *t, struct member who)
{
    struct appeal_request appeal = {.decision = newest(t, who).id, .words = TEXT("不应如此")};

    assert_int_equal(forum_do(&t->forum, who.session, MSG_APPEAL, &appeal), STATUS_OK);
    assert_int_equal(queue_first(&t->forum, t->editor, NULL).item, 0);
    assert_int_equal(decide_item(t, t->admin, queue_first(&t->forum, t->admin, NULL).item,
                                 (struct decide_request){.act = DECISION_ACT_OVERTURN, .reason = REASON_OTHER, .words = TEXT("误会")}), STATUS_OK);
}

static bool is(struct town *t, const char *column, uint64_t thread)
{
    char sql[96];

    snprintf(sql, sizeof sql, "SELECT %s FROM thread WHERE id = %llu", column, (unsigned long long)thread);
    return forum_number(&t->forum, sql) != 0;
}

static uint64_t board_of(struct town *t, uint64_t thread)
{
    char sql[96];

    snprintf(sql, sizeof sql, "SELECT board FROM thread WHERE id = %llu", (unsigned long long)thread);
    return forum_number(&t->forum, sql);
}

/* ---- tests ---- */

static void a_lock_owes_its_author_a_reason(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct thread_set_request lock = {.thread = post.thread, .locked = CHANGE_ON};

    assert_int_equal(set(t, t->editor, lock), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    lock.reason = REASON_OTHER;
    assert_int_equal(set(t, t->editor, lock), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "words");
    assert_false(is(t, "locked", post.thread));
    assert_int_equal(decisions(t), 0);
    lock.words = TEXT("已有结论");
    assert_int_equal(set(t, t->citizen, lock), STATUS_FORBIDDEN);
    assert_int_equal(set(t, t->editor, lock), STATUS_OK);
    assert_true(is(t, "locked", post.thread));

    struct decision_record decision = newest(t, t->author);
    assert_int_equal(decision.act, DECISION_ACT_LOCK);
    assert_int_equal(decision.reason, REASON_OTHER);
    assert_true(text_equal(decision.words, TEXT("已有结论")));
    assert_null(decision.by.at);
    assert_int_equal(decision.post, post.post);
    assert_true(decision.appeal_by > 0);
    struct notice_record notice = newest_notice(&t->forum, t->author);
    assert_int_equal(notice.kind, NOTICE_KIND_LOCKED);
    assert_int_equal(notice.decision, decision.id);
    assert_null(notice.by.at);
    assert_true(text_equal(notice.title, TEXT("题目")));

    /* Locked once more: nothing was done, and nobody is told. */
    assert_int_equal(set(t, t->editor, lock), STATUS_OK);
    assert_int_equal(decisions(t), 1);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM notice"), 1);
}

static void marks_are_decisions_each(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    assert_int_equal(set(t, t->editor, (struct thread_set_request){.thread = post.thread, .pinned = CHANGE_ON, .featured = CHANGE_ON}), STATUS_OK);
    assert_int_equal(decisions(t), 2);
    assert_int_equal(newest(t, t->author).act, DECISION_ACT_FEATURE);
    assert_int_equal(newest(t, t->author).appeal_by, 0);
    assert_int_equal(set(t, t->editor, (struct thread_set_request){.thread = post.thread, .pinned = CHANGE_OFF, .words = TEXT("到期")}), STATUS_OK);
    assert_int_equal(newest(t, t->author).act, DECISION_ACT_UNPIN);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_UNPINNED);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM audit WHERE decision > 0 AND public > 0"), 3);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM decision WHERE id NOT IN (SELECT decision FROM audit)"), 0);
}

static void ones_own_thread_needs_no_reason(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->admin, "essays", "公告", TEXT("一"));

    assert_int_equal(set(t, t->admin, (struct thread_set_request){.thread = post.thread, .locked = CHANGE_ON}), STATUS_OK);
    assert_int_equal(newest(t, t->admin).appeal_by, 0);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_APPEAL, &(struct appeal_request){.decision = newest(t, t->admin).id, .words = TEXT("不服")}),
                     STATUS_BAD_FIELD);
    assert_int_equal(move(t, t->admin, post.thread, "inner", REASON_NONE), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM notice"), 0);
}

/* Against what a colleague decided there are appeals. */
static void what_others_decided_on_ones_own_thread_stands(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->editor, "essays", "公告", TEXT("一"));
    const struct thread_set_request open = {.thread = post.thread, .locked = CHANGE_OFF}, release = {.thread = post.thread, .hold = CHANGE_OFF};

    assert_int_equal(set(t, t->admin, (struct thread_set_request){.thread = post.thread, .locked = CHANGE_ON, .hold = CHANGE_ON, .reason = REASON_ABUSE}), STATUS_OK);
    assert_int_equal(set(t, t->editor, open), STATUS_FORBIDDEN);
    assert_string_equal(t->forum.r.fault.field, "thread");
    assert_int_equal(set(t, t->editor, release), STATUS_FORBIDDEN);
    assert_true(is(t, "locked", post.thread));
    assert_int_equal(set(t, t->admin, open), STATUS_OK);
    assert_int_equal(set(t, t->editor, (struct thread_set_request){.thread = post.thread, .locked = CHANGE_ON}), STATUS_OK);
    assert_int_equal(set(t, t->editor, open), STATUS_OK); /* that was the own */
    assert_int_equal(move(t, t->editor, post.thread, "inner", REASON_NONE), STATUS_OK);
    assert_int_equal(move(t, t->admin, post.thread, "essays", REASON_OFF_TOPIC), STATUS_OK);
    assert_int_equal(move(t, t->editor, post.thread, "inner", REASON_NONE), STATUS_FORBIDDEN);
}

static void an_overturned_lock_is_unlocked(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    assert_int_equal(set(t, t->editor, (struct thread_set_request){.thread = post.thread, .locked = CHANGE_ON, .reason = REASON_ABUSE}), STATUS_OK);
    overturn(t, t->author);
    assert_false(is(t, "locked", post.thread));
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_APPEAL);
}

static void an_overturned_move_is_moved_back(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    assert_int_equal(set(t, t->editor, (struct thread_set_request){.thread = post.thread, .pinned = CHANGE_ON}), STATUS_OK);
    assert_int_equal(move(t, t->editor, post.thread, "inner", REASON_NONE), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    assert_int_equal(move(t, t->editor, post.thread, "inner", REASON_OFF_TOPIC), STATUS_OK);
    assert_int_equal(newest(t, t->author).act, DECISION_ACT_MOVE);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_MOVED);
    assert_null(newest_notice(&t->forum, t->author).by.at);
    assert_false(is(t, "pinned", post.thread));
    overturn(t, t->author);
    assert_int_equal(board_of(t, post.thread), t->essays);
    assert_true(is(t, "pinned", post.thread));
    assert_int_equal(forum_number(&t->forum, "SELECT threads FROM board WHERE slug = 'inner'"), 0);

    /* What somebody decided since stays. */
    assert_int_equal(move(t, t->editor, post.thread, "inner", REASON_OFF_TOPIC), STATUS_OK);
    forum_board(&t->forum, "third", ROLE_VISITOR, ROLE_CITIZEN);
    assert_int_equal(move(t, t->editor, post.thread, "third", REASON_OFF_TOPIC), STATUS_OK);
    uint64_t third = board_of(t, post.thread);
    struct appeal_request appeal = {.decision = newest(t, t->author).id - 1, .words = TEXT("不应如此")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_APPEAL, &appeal), STATUS_OK);
    assert_int_equal(decide_item(t, t->admin, queue_first(&t->forum, t->admin, NULL).item,
                                 (struct decide_request){.act = DECISION_ACT_OVERTURN, .reason = REASON_OTHER, .words = TEXT("误会")}), STATUS_OK);
    assert_int_equal(board_of(t, post.thread), third);
}

/* A removed thread comes back to where it would stand. */
static void a_move_is_overturned_while_the_thread_is_in_the_bin(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    assert_int_equal(move(t, t->editor, post.thread, "inner", REASON_OFF_TOPIC), STATUS_OK);
    uint64_t moved = newest(t, t->author).id;
    assert_int_equal(decide_post(t, t->editor, post.post, (struct decide_request){.act = DECISION_ACT_REMOVE, .reason = REASON_SPAM}), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_APPEAL, &(struct appeal_request){.decision = moved, .words = TEXT("不应如此")}), STATUS_OK);
    assert_int_equal(decide_item(t, t->admin, queue_first(&t->forum, t->admin, NULL).item,
                                 (struct decide_request){.act = DECISION_ACT_OVERTURN, .reason = REASON_OTHER, .words = TEXT("误会")}), STATUS_OK);
    assert_int_equal(decide_post(t, t->admin, post.post, (struct decide_request){.act = DECISION_ACT_RESTORE}), STATUS_OK);
    assert_int_equal(board_of(t, post.thread), t->essays);
}

static void a_flag_may_be_settled_by_what_is_done_to_the_thread(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct reply_reply answer = forum_answer(&t->forum, t->citizen, post.thread, 0, TEXT("二"));
    struct flag_request flag = {.post = answer.post, .reason = REASON_OFF_TOPIC};

    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &flag), STATUS_OK);
    uint64_t item = queue_first(&t->forum, t->editor, NULL).item;
    struct decide_request lock = {.act = DECISION_ACT_LOCK};
    assert_int_equal(decide_item(t, t->editor, item, lock), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    lock.reason = REASON_OFF_TOPIC;
    assert_int_equal(decide_item(t, t->editor, item, lock), STATUS_OK);
    assert_true(is(t, "locked", post.thread));
    assert_int_equal(queue_first(&t->forum, t->editor, NULL).item, 0);
    assert_int_equal(newest(t, t->author).act, DECISION_ACT_LOCK);
    assert_int_equal(newest(t, t->citizen).id, 0);
    struct notice_record heard = newest_notice(&t->forum, t->other);
    assert_int_equal(heard.kind, NOTICE_KIND_FLAG);
    assert_int_equal(heard.post, answer.post);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &(struct decide_request){.item = item, .act = DECISION_ACT_UNLOCK}), STATUS_DECIDED);

    /* Locked once more would be a decision from which its author could appeal once more. */
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_FLAG, &flag), STATUS_OK);
    item = queue_first(&t->forum, t->editor, NULL).item;
    assert_int_equal(decide_item(t, t->editor, item, lock), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "act");
    assert_int_equal(decisions(t), 1);
}

static void a_decision_moves_to_a_board_of_ones_own(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct member keeper = forum_member(&t->forum, "keeper", ROLE_MEMBER);
    struct decide_request in = {.act = DECISION_ACT_MOVE, .reason = REASON_OFF_TOPIC};

    forum_grant(&t->forum, keeper, ROLE_MODERATOR, t->essays);
    assert_int_equal(decide_post(t, keeper, post.post, in), STATUS_NOT_FOUND);
    assert_string_equal(t->forum.r.fault.field, "board");
    in.board = TEXT("essays");
    assert_int_equal(decide_post(t, keeper, post.post, in), STATUS_BAD_FIELD);
    in.board = TEXT("inner");
    assert_int_equal(decide_post(t, keeper, post.post, in), STATUS_FORBIDDEN);
    assert_int_equal(board_of(t, post.thread), t->essays);
    assert_int_equal(decide_post(t, t->editor, post.post, in), STATUS_OK);
    assert_int_equal(board_of(t, post.thread), t->inner);
    assert_int_equal(decide_post(t, t->editor, post.post, (struct decide_request){.act = DECISION_ACT_UNLOCK}), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "act");
    assert_int_equal(decisions(t), 1);
}

/* Answers in the thread; true where it was shown at once. */
static bool shown(struct town *t, struct member by, uint64_t thread)
{
    struct reply_request in = {.thread = thread, .body = TEXT("说一句")};
    struct reply_reply out = {0};

    assert_int_equal(forum_do(&t->forum, by.session, MSG_REPLY, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(!out.post == (out.held.len == 16));
    return out.post != 0;
}

static void what_is_written_in_a_held_thread_waits(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct thread_set_request hold = {.thread = post.thread, .hold = CHANGE_ON};
    struct edit_request edit = {.post = post.post, .revision = 1, .title = TEXT("题目"), .body = TEXT("二")};

    assert_int_equal(set(t, t->editor, hold), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    hold.reason = REASON_ABUSE;
    assert_int_equal(set(t, t->other, hold), STATUS_FORBIDDEN);
    assert_true(shown(t, t->other, post.thread));
    assert_int_equal(set(t, t->editor, hold), STATUS_OK);
    assert_int_equal(newest(t, t->author).act, DECISION_ACT_HOLD_THREAD);
    assert_int_equal(newest_notice(&t->forum, t->author).kind, NOTICE_KIND_HELD);
    assert_false(shown(t, t->other, post.thread));
    assert_int_equal(forum_number(&t->forum, "SELECT cause FROM held"), HOLD_CAUSE_THREAD);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM held WHERE kind = 2"), 1);
    assert_true(shown(t, t->editor, post.thread)); /* who decides there waits for nobody */
    (void)forum_post(&t->forum, t->other, "essays", "别的", TEXT("一"));

    hold.hold = CHANGE_OFF;
    assert_int_equal(set(t, t->editor, hold), STATUS_OK);
    assert_true(shown(t, t->other, post.thread));
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM held WHERE state = 0"), 2); /* what waited goes on waiting */
}

static void an_overturned_hold_is_released(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    assert_int_equal(set(t, t->editor, (struct thread_set_request){.thread = post.thread, .hold = CHANGE_ON, .reason = REASON_ABUSE}), STATUS_OK);
    assert_true(is(t, "hold", post.thread));
    overturn(t, t->author);
    assert_false(is(t, "hold", post.thread));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lock_owes_its_author_a_reason),
        TEST(marks_are_decisions_each),
        TEST(ones_own_thread_needs_no_reason),
        TEST(what_others_decided_on_ones_own_thread_stands),
        TEST(an_overturned_lock_is_unlocked),
        TEST(an_overturned_move_is_moved_back),
        TEST(a_move_is_overturned_while_the_thread_is_in_the_bin),
        TEST(a_flag_may_be_settled_by_what_is_done_to_the_thread),
        TEST(a_decision_moves_to_a_board_of_ones_own),
        TEST(what_is_written_in_a_held_thread_waits),
        TEST(an_overturned_hold_is_released),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
