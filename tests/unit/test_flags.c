/* Flags: who may tell moderators about what, how several become one, and what is heard of them; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/forum/flags.h"
#include "tests/unit/queue_fixture.h"

static enum status flag(struct town *t, struct member by, uint64_t post, enum reason reason, const char *words)
{
    struct flag_request in = {.post = post, .reason = reason, .words = text_of(words)};

    return forum_do(&t->forum, by.session, MSG_FLAG, &in);
}

static const struct fault *fault(const struct town *t)
{
    return &t->forum.r.fault;
}

/* Somebody's newest flag. */
static struct flag_record last_flag(struct town *t, struct member by)
{
    struct flags_request in = {0};
    struct flags_reply out;
    struct flag_record record = {0};

    assert_int_equal(forum_ask(&t->forum, by.session, MSG_FLAGS, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(items_next(&out.flags, &shape_flag_record, &record));
    return record;
}

/* The only item of the queue. */
static struct item_record only_item(struct town *t)
{
    uint64_t count;
    struct item_record item = queue_first(&t->forum, t->editor, &count);

    assert_int_equal(count, 1);
    assert_true(item.item > 0);
    return item;
}

static enum status decide(struct town *t, uint64_t item, enum decision_act act, enum reason reason)
{
    struct decide_request in = {.item = item, .act = act, .reason = reason};

    in.hash = queue_keep_hash(queue_open(&t->forum, t->editor, item).hash);
    return forum_do(&t->forum, t->editor.session, MSG_DECIDE, &in);
}

/* ---- tests ---- */

static void test_several_are_one_item(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("广告"));
    struct item_record item;

    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_OK);
    assert_int_equal(forum_public_events(&t->forum), 0); /* nobody's topic tells of it */
    item = only_item(t);
    assert_int_equal(item.kind, ITEM_KIND_FLAGGED);
    assert_int_equal(item.post, post.post);
    assert_int_equal(item.flags, 1);
    assert_int_equal(item.reason, REASON_SPAM);
    uint64_t first = item.item, gravity = item.gravity;

    assert_int_equal(flag(t, t->citizen, post.post, REASON_ABUSE, "骂人"), STATUS_OK);
    item = only_item(t);
    assert_int_equal(item.item, first);
    assert_int_equal(item.flags, 2);
    assert_int_equal(item.gravity, gravity);
    assert_int_equal(flag(t, t->admin, post.post, REASON_SPAM, NULL), STATUS_OK);
    item = only_item(t);
    assert_int_equal(item.flags, 3);
    assert_true(item.gravity > gravity);
}

static void test_one_grave_reason_is_enough(void **state)
{
    static const enum reason grave[] = {REASON_SECRET, REASON_PRIVACY, REASON_UNLAWFUL, REASON_STATION};
    struct town *t = *state;

    for (size_t i = 0; i < sizeof grave / sizeof *grave; i++) {
        struct post_reply mild = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
        struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("二"));
        assert_int_equal(flag(t, t->other, mild.post, REASON_SPAM, NULL), STATUS_OK);
        assert_int_equal(flag(t, t->other, post.post, grave[i], NULL), STATUS_OK);
    }
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM item WHERE rank = 255 - 30"), 4);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM item WHERE rank = 255 - 20"), 4);
}

static void test_refusals(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct post_reply inner = forum_post(&t->forum, t->author, "inner", "题目", TEXT("内部"));
    struct reply_reply second = forum_answer(&t->forum, t->author, post.thread, 0, TEXT("二"));
    struct delete_request gone = {.post = second.post};

    assert_int_equal(flag(t, (struct member){0}, post.post, REASON_SPAM, NULL), STATUS_LOGIN_NEEDED);
    assert_int_equal(flag(t, t->author, post.post, REASON_SPAM, NULL), STATUS_FORBIDDEN);
    assert_string_equal(fault(t)->field, "post");
    assert_int_equal(flag(t, t->citizen, inner.post, REASON_SPAM, NULL), STATUS_NOT_FOUND);
    assert_int_equal(flag(t, t->citizen, 987654, REASON_SPAM, NULL), STATUS_NOT_FOUND);
    assert_int_equal(flag(t, t->other, post.post, REASON_NONE, NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "reason");
    assert_int_equal(flag(t, t->other, post.post, REASON_OTHER, NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "words");
    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, " \n"), STATUS_BAD_FIELD);
    assert_int_equal(flag(t, t->other, post.post, REASON_OTHER, "不妥"), STATUS_OK);
    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_EXISTS);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(flag(t, t->other, second.post, REASON_SPAM, NULL), STATUS_GONE);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM flag"), 1);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM item"), 1);
}

static void test_a_day_has_so_many(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));

    for (unsigned i = 0; i < LIMIT_FLAGS_DAY; i++) {
        struct reply_reply next = forum_answer(&t->forum, t->author, post.thread, 0, TEXT("又一"));
        assert_int_equal(flag(t, t->other, next.post, REASON_SPAM, NULL), STATUS_OK);
    }
    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_TOO_MANY);
    assert_string_equal(fault(t)->field, "flags");
    assert_int_equal(fault(t)->limit, LIMIT_FLAGS_DAY);
    assert_int_equal(flag(t, t->citizen, post.post, REASON_SPAM, NULL), STATUS_OK);
    /* The oldest of them was more than a day ago. */
    forum_number(&t->forum, "UPDATE flag SET time = time - 86400001 WHERE id = 1");
    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_OK);
    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_TOO_MANY);
}

static void test_each_hears_the_outcome(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct reply_reply post = forum_answer(&t->forum, t->author, first.thread, 0, TEXT("广告"));
    struct flag_record record;
    struct notice_record notice;
    struct decide_reply decided;

    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, "广告"), STATUS_OK);
    assert_int_equal(flag(t, t->citizen, post.post, REASON_SPAM, NULL), STATUS_OK);
    record = last_flag(t, t->other);
    assert_int_equal(record.post, post.post);
    assert_int_equal(record.thread, first.thread);
    assert_int_equal(record.floor, 2);
    assert_true(text_equal(record.title, TEXT("题目")));
    assert_true(text_equal(record.words, TEXT("广告")));
    assert_int_equal(record.outcome, DECISION_ACT_NONE);

    assert_int_equal(decide(t, only_item(t).item, DECISION_ACT_REMOVE, REASON_SPAM), STATUS_OK);
    forum_reply(&t->forum, &decided);
    struct member flaggers[] = {t->other, t->citizen};
    for (size_t i = 0; i < 2; i++) {
        notice = newest_notice(&t->forum, flaggers[i]);
        assert_int_equal(notice.kind, NOTICE_KIND_FLAG);
        assert_int_equal(notice.post, post.post);
        assert_int_equal(notice.floor, 2);
        assert_int_equal(notice.decision, decided.decision);
        assert_null(notice.by.at); /* nobody learns who decided */
        record = last_flag(t, flaggers[i]);
        assert_int_equal(record.outcome, DECISION_ACT_REMOVE);
        assert_true(record.decided > 0);
    }
    /* Its author hears of the removal, and of no flags. */
    notice = newest_notice(&t->forum, t->author);
    assert_int_equal(notice.kind, NOTICE_KIND_REMOVED);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM notice WHERE kind = 15"), 2);
    assert_int_equal(flag(t, t->admin, post.post, REASON_SPAM, NULL), STATUS_GONE);
}

static void test_what_was_kept_may_be_flagged_again(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    uint64_t first;

    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_OK);
    first = only_item(t).item;
    assert_int_equal(decide(t, first, DECISION_ACT_KEEP, REASON_NONE), STATUS_OK);
    assert_int_equal(last_flag(t, t->other).outcome, DECISION_ACT_KEEP);
    assert_int_equal(newest_notice(&t->forum, t->other).kind, NOTICE_KIND_FLAG);
    assert_int_equal(flag(t, t->other, post.post, REASON_FALSE, NULL), STATUS_OK);
    assert_true(only_item(t).item != first);
    assert_int_equal(last_flag(t, t->other).outcome, DECISION_ACT_NONE);
}

/* Whoever decides reads what was said, but not by whom; a moderator's own words never come before that moderator. */
static void test_what_moderators_see(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct post_reply own = forum_post(&t->forum, t->editor, "essays", "版主", TEXT("一"));
    struct item_get_reply frames[FORUM_FRAMES];
    struct flag_record record;
    size_t count;

    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, "甲"), STATUS_OK);
    assert_int_equal(flag(t, t->citizen, post.post, REASON_ABUSE, "乙"), STATUS_OK);
    assert_int_equal(flag(t, t->other, own.post, REASON_ABUSE, NULL), STATUS_OK);
    struct item_get_request get = {.item = only_item(t).item};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_ITEM_GET, &get), STATUS_OK);
    count = forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES);
    struct items *flags = &frames[count - 1].flags;
    assert_int_equal(flags->count, 2);
    assert_true(items_next(flags, &shape_flag_record, &record));
    assert_true(text_equal(record.words, TEXT("甲")));
    assert_true(items_next(flags, &shape_flag_record, &record));
    assert_true(text_equal(record.words, TEXT("乙")));
}

static void test_what_its_author_deleted_nobody_reads(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一楼"));
    struct reply_reply post = forum_answer(&t->forum, t->author, first.thread, 0, TEXT("说漏了的话"));
    struct delete_request gone = {.post = post.post};
    struct item_get_reply frames[FORUM_FRAMES];

    assert_int_equal(flag(t, t->other, post.post, REASON_PRIVACY, NULL), STATUS_OK);
    struct item_get_request get = {.item = only_item(t).item};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_ITEM_GET, &get), STATUS_OK);
    assert_int_equal(forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_int_equal(frames[0].held.count, 0);
    assert_int_equal(decide(t, get.item, DECISION_ACT_REMOVE, REASON_PRIVACY), STATUS_GONE);
    assert_int_equal(decide(t, get.item, DECISION_ACT_KEEP, REASON_NONE), STATUS_OK); /* the flags are settled */
}

static void test_pages_of_ones_own(void **state)
{
    enum { ALL = LIMIT_PAGE_ITEMS + 3 };
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct flags_request in = {0};
    struct flags_reply out;
    struct flag_record record;
    uint64_t seen = 0, last = UINT64_MAX;

    for (unsigned i = 0; i < ALL; i++) {
        struct reply_reply next = forum_answer(&t->forum, t->author, post.thread, 0, TEXT("又一"));
        assert_int_equal(flag(t, t->other, next.post, REASON_SPAM, NULL), STATUS_OK);
        forum_number(&t->forum, "UPDATE flag SET time = 1");
    }
    do {
        assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_FLAGS, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        while (items_next(&out.flags, &shape_flag_record, &record)) {
            assert_true(record.id < last);
            last = record.id;
            seen++;
        }
        in.before = out.next;
    } while (in.before);
    assert_int_equal(seen, ALL);
    assert_int_equal(forum_ask(&t->forum, t->citizen.session, MSG_FLAGS, &(struct flags_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.flags.count, 0);
}

/* What one may not read any more is not told by one's own flags either. */
static void test_a_thread_moved_out_of_sight(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct move_request move = {.thread = post.thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    struct flag_record record;

    assert_int_equal(flag(t, t->citizen, post.post, REASON_SPAM, NULL), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &move), STATUS_OK);
    record = last_flag(t, t->citizen);
    assert_int_equal(record.post, post.post);
    assert_int_equal(record.thread, 0);
    assert_null(record.title.at);
}

/* An item that everybody flags stays one that can be decided in one transaction, and says nothing of how many there are. */
static void test_many_on_one(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    char sql[96];

    assert_int_equal(flag(t, t->other, post.post, REASON_SPAM, NULL), STATUS_OK);
    snprintf(sql, sizeof sql, "UPDATE item SET flags = %d", FLAGS_ITEM);
    forum_number(&t->forum, sql);
    assert_int_equal(flag(t, t->citizen, post.post, REASON_SPAM, NULL), STATUS_EXISTS);
    assert_int_equal(fault(t)->limit, 0);
}

int main(void)
{
#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        TOWN_TEST(test_several_are_one_item),
        TOWN_TEST(test_one_grave_reason_is_enough),
        TOWN_TEST(test_refusals),
        TOWN_TEST(test_a_day_has_so_many),
        TOWN_TEST(test_each_hears_the_outcome),
        TOWN_TEST(test_what_was_kept_may_be_flagged_again),
        TOWN_TEST(test_what_moderators_see),
        TOWN_TEST(test_what_its_author_deleted_nobody_reads),
        TOWN_TEST(test_pages_of_ones_own),
        TOWN_TEST(test_a_thread_moved_out_of_sight),
        TOWN_TEST(test_many_on_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
