/* Concerns and their digest: who may mark what, who sees it, and what a period has gathered; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

enum { MOST = 400 };

/* What a digest or a list of concerns says; texts last until the next request. */
struct seen {
    struct concern_record concerns[MOST];
    size_t count;
    struct concern_sum_record sums[3];
    struct digest_reply last;
};

static enum status mark(struct town *t, struct member by, uint64_t post, enum concern_kind kind, const char *words)
{
    return forum_do(&t->forum, by.session, MSG_CONCERN_MARK, &(struct concern_mark_request){.post = post, .kind = kind, .words = text_of(words)});
}

static enum status ask_digest(struct town *t, struct member by, enum period period, const char *from)
{
    return forum_ask(&t->forum, by.session, MSG_DIGEST, &(struct digest_request){.period = period, .from = text_of(from)});
}

static struct seen *digest(struct town *t, struct member by, enum period period, const char *from)
{
    static struct seen seen;
    static struct digest_reply frames[FORUM_FRAMES];

    assert_int_equal(ask_digest(t, by, period, from), STATUS_OK);
    size_t n = forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES);
    seen = (struct seen){.last = frames[n - 1]};
    for (size_t i = 0; i < n; i++)
        while (items_next(&frames[i].concerns, &shape_concern_record, &seen.concerns[seen.count]))
            seen.count++;
    for (size_t i = 0; i < 3; i++)
        assert_true(items_next(&frames[n - 1].sums, &shape_concern_sum_record, &seen.sums[i]));
    return &seen;
}

/* All pages of the list. */
static size_t list(struct town *t, struct member by, enum concern_kind kind, struct concern_record *newest)
{
    struct concerns_request in = {.kind = kind};
    struct concerns_reply out;
    struct concern_record record;
    char place[LIMIT_CURSOR];
    size_t count = 0;

    do {
        assert_int_equal(forum_ask(&t->forum, by.session, MSG_CONCERNS, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        while (items_next(&out.concerns, &shape_concern_record, &record))
            if (count++ == 0 && newest)
                *newest = record;
        memcpy(place, out.next.len ? out.next.at : "", out.next.len);
        in.after = (struct text){out.next.len ? place : NULL, out.next.len};
    } while (in.after.len);
    return count;
}

static const struct fault *fault(const struct town *t)
{
    return &t->forum.r.fault;
}

/* ---- marking ---- */

static void test_who_may_mark(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("村里的年轻干部太少"));
    struct post_reply own = forum_post(&t->forum, t->editor, "essays", "自己的", TEXT("我说"));
    struct post_reply inner = forum_post(&t->forum, t->author, "inner", "内部", TEXT("内部的话"));

    assert_int_equal(mark(t, (struct member){0}, post.post, CONCERN_KIND_CADRE, NULL), STATUS_LOGIN_NEEDED);
    assert_int_equal(mark(t, t->other, post.post, CONCERN_KIND_CADRE, NULL), STATUS_FORBIDDEN);
    assert_int_equal(mark(t, t->citizen, inner.post, CONCERN_KIND_CADRE, NULL), STATUS_NOT_FOUND); /* which they cannot read */
    assert_int_equal(mark(t, t->editor, own.post, CONCERN_KIND_CADRE, NULL), STATUS_FORBIDDEN);
    assert_int_equal(mark(t, t->editor, 999, CONCERN_KIND_CADRE, NULL), STATUS_NOT_FOUND);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, "\x01"), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "words");
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_NONE, NULL), STATUS_NOT_FOUND); /* there is nothing to take back */
    assert_string_equal(fault(t)->field, "kind");
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM concern"), 0);
    forum_grant(&t->forum, t->other, ROLE_MODERATOR, t->inner);
    assert_int_equal(mark(t, t->other, post.post, CONCERN_KIND_CADRE, NULL), STATUS_FORBIDDEN); /* of another board */
    assert_int_equal(mark(t, t->other, inner.post, CONCERN_KIND_TALENT, "请组织部看"), STATUS_OK);
}

static void test_a_mark_is_changed_and_taken_back(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("第一行\n第二行"));
    struct concern_record seen;

    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, "第一次"), STATUS_OK);
    assert_int_equal(forum_events(&t->forum), 0); /* nobody's topic tells of it */
    assert_int_equal(mark(t, t->admin, post.post, CONCERN_KIND_ORGANIZATION, NULL), STATUS_OK);
    assert_int_equal(list(t, t->editor, CONCERN_KIND_NONE, &seen), 1);
    assert_int_equal(seen.kind, CONCERN_KIND_ORGANIZATION);
    assert_int_equal(seen.words.len, 0);
    assert_true(text_equal(seen.by, TEXT("admin")) && text_equal(seen.excerpt, TEXT("第一行 第二行")) && text_equal(seen.title, TEXT("题目")));
    assert_int_equal(list(t, t->editor, CONCERN_KIND_CADRE, NULL), 0);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_NONE, NULL), STATUS_OK);
    assert_int_equal(list(t, t->editor, CONCERN_KIND_NONE, NULL), 0);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM audit WHERE act = 'concern_mark'"), 3);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM audit WHERE act = 'concern_mark' AND public > 0"), 0);
}

/* ---- seeing ---- */

static void test_who_sees(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("看得到"));
    struct post_reply inner = forum_post(&t->forum, t->author, "inner", "内部", TEXT("内部的话"));

    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(mark(t, t->editor, inner.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(list(t, t->admin, CONCERN_KIND_NONE, NULL), 2);
    assert_int_equal(digest(t, t->editor, PERIOD_WEEK, NULL)->count, 2);
    assert_int_equal(ask_digest(t, t->author, PERIOD_WEEK, NULL), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_CONCERNS, &(struct concerns_request){0}), STATUS_FORBIDDEN);
    /* whoever moderates one board sees that board's */
    forum_grant(&t->forum, t->citizen, ROLE_MODERATOR, t->essays);
    assert_int_equal(list(t, t->citizen, CONCERN_KIND_NONE, NULL), 1);
    assert_int_equal(digest(t, t->citizen, PERIOD_QUARTER, NULL)->sums[0].posts, 1);
    /* and nothing any more once that has ended */
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_UNGRANT,
                              &(struct ungrant_request){.handle = TEXT("wang"), .role = ROLE_MODERATOR, .board = TEXT("essays")}), STATUS_OK);
    assert_int_equal(ask_digest(t, t->citizen, PERIOD_WEEK, NULL), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&t->forum, t->citizen.session, MSG_CONCERNS, &(struct concerns_request){0}), STATUS_FORBIDDEN);
}

static enum status decide(struct town *t, uint64_t post, enum decision_act act)
{
    struct post_hash_reply out;

    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = post}), STATUS_OK);
    forum_reply(&t->forum, &out);
    return forum_do(&t->forum, t->editor.session, MSG_DECIDE,
                    &(struct decide_request){.post = post, .act = act, .hash = queue_keep_hash(out.hash), .reason = REASON_SPAM});
}

static void test_what_does_not_stand_is_not_shown(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("开头"));
    struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("不该留下的话"));

    forum_board(&t->forum, "bin", ROLE_MODERATOR, ROLE_ADMINISTRATOR);
    assert_int_equal(forum_number(&t->forum, "UPDATE board SET kind = 4 WHERE slug = 'bin' RETURNING 1"), 1);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(mark(t, t->editor, reply.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(digest(t, t->admin, PERIOD_WEEK, NULL)->sums[0].posts, 2);
    assert_int_equal(decide(t, reply.post, DECISION_ACT_HIDE), STATUS_OK);
    assert_int_equal(digest(t, t->admin, PERIOD_WEEK, NULL)->count, 1);
    assert_int_equal(digest(t, t->admin, PERIOD_WEEK, NULL)->concerns[0].replies, 0);
    assert_int_equal(mark(t, t->editor, reply.post, CONCERN_KIND_TALENT, NULL), STATUS_GONE);
    assert_int_equal(decide(t, post.post, DECISION_ACT_REMOVE), STATUS_OK); /* with its thread */
    assert_int_equal(digest(t, t->admin, PERIOD_WEEK, NULL)->count, 0);
    assert_int_equal(digest(t, t->admin, PERIOD_WEEK, NULL)->sums[0].posts, 0);
    assert_int_equal(list(t, t->admin, CONCERN_KIND_NONE, NULL), 0);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_TALENT, NULL), STATUS_GONE);
    assert_int_equal(decide(t, post.post, DECISION_ACT_RESTORE), STATUS_OK);
    assert_int_equal(decide(t, reply.post, DECISION_ACT_RESTORE), STATUS_OK);
    assert_int_equal(digest(t, t->admin, PERIOD_WEEK, NULL)->count, 2);
}

/* ---- digests ---- */

/* Moves a mark to so many ms from the beginning of the week of 2026-11-23. */
static void move(struct town *t, uint64_t post, int64_t offset)
{
    char sql[160];

    snprintf(sql, sizeof sql, "UPDATE concern SET time = 1795363200000 + (%lld) WHERE post = %llu RETURNING 1", (long long)offset, (unsigned long long)post);
    assert_int_equal(forum_number(&t->forum, sql), 1);
}

static void test_a_week_has_its_borders(void **state)
{
    struct town *t = *state;
    const int64_t week = INT64_C(604800000);
    uint64_t posts[4];
    struct seen *seen;

    for (size_t i = 0; i < 4; i++) {
        posts[i] = forum_post(&t->forum, t->author, "essays", "题目", TEXT("文字")).post;
        assert_int_equal(mark(t, t->editor, posts[i], i < 2 ? CONCERN_KIND_CADRE : CONCERN_KIND_TALENT, NULL), STATUS_OK);
    }
    move(t, posts[0], -1);
    move(t, posts[1], 0);
    move(t, posts[2], week - 1);
    move(t, posts[3], week);
    seen = digest(t, t->editor, PERIOD_WEEK, "2026-11-26");
    assert_int_equal(seen->count, 2);
    assert_int_equal(seen->concerns[0].post, posts[1]);
    assert_int_equal(seen->concerns[1].post, posts[2]);
    assert_true(text_equal(seen->last.first, TEXT("2026-11-23")) && text_equal(seen->last.last, TEXT("2026-11-29")) &&
                text_equal(seen->last.before, TEXT("2026-11-16")));
    assert_int_equal(seen->sums[0].posts, 1);
    assert_int_equal(seen->sums[0].posts_before, 1);
    assert_int_equal(seen->sums[1].posts, 0);
    assert_int_equal(seen->sums[2].posts, 1);
    assert_int_equal(seen->sums[2].posts_before, 0);
    assert_int_equal(digest(t, t->editor, PERIOD_WEEK, "2026-11-30")->sums[2].posts_before, 1);
    assert_int_equal(digest(t, t->editor, PERIOD_MONTH, "2026-11-01")->count, 4);
    assert_int_equal(ask_digest(t, t->editor, PERIOD_WEEK, "2026-02-30"), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "from");
    assert_int_equal(ask_digest(t, t->editor, PERIOD_ALL, NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "period");
}

/* Grouped by kind, board, thread and floor; with what went on in its thread. */
static void test_what_a_digest_says_of_threads(void **state)
{
    struct town *t = *state;
    struct post_reply late = forum_post(&t->forum, t->author, "inner", "后一版块", TEXT("一"));
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct reply_reply old = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("从前的回答"));
    struct reply_reply second = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("二"));
    struct seen *seen;

    forum_answer(&t->forum, t->citizen, post.thread, 0, TEXT("三"));
    forum_answer(&t->forum, t->citizen, post.thread, 0, TEXT("四"));
    char sql[160];
    snprintf(sql, sizeof sql, "UPDATE post SET created = created - 604800000 WHERE id <= %llu RETURNING 1", (unsigned long long)old.post);
    assert_int_equal(forum_number(&t->forum, sql), 1);
    assert_int_equal(mark(t, t->editor, late.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(mark(t, t->editor, second.post, CONCERN_KIND_CADRE, "看看"), STATUS_OK);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    seen = digest(t, t->admin, PERIOD_WEEK, NULL);
    assert_int_equal(seen->count, 3);
    assert_int_equal(seen->concerns[0].post, post.post);
    assert_int_equal(seen->concerns[1].post, second.post);
    assert_int_equal(seen->concerns[2].post, late.post);
    assert_int_equal(seen->sums[0].threads, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(seen->concerns[i].replies, 3);
        assert_int_equal(seen->concerns[i].participants, 2);
        assert_int_equal(seen->concerns[i].replies_before, 1);
    }
    assert_int_equal(seen->concerns[2].replies, 0);
}

static void test_long_lists(void **state)
{
    enum { POSTS = LIMIT_DIGEST + 7 };
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
    struct seen *seen;

    for (size_t i = 0; i < POSTS; i++) {
        struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("回答"));
        assert_int_equal(mark(t, t->editor, reply.post, CONCERN_KIND_TALENT, NULL), STATUS_OK);
    }
    seen = digest(t, t->admin, PERIOD_MONTH, NULL);
    assert_int_equal(seen->count, LIMIT_DIGEST);
    assert_int_equal(seen->last.left_out, POSTS - LIMIT_DIGEST);
    assert_int_equal(seen->sums[2].posts, POSTS);
    assert_int_equal(seen->concerns[0].replies, POSTS);
    assert_int_equal(list(t, t->admin, CONCERN_KIND_NONE, NULL), POSTS);
    assert_int_equal(list(t, t->admin, CONCERN_KIND_CADRE, NULL), 0);
}

/* ---- the feed ---- */

static struct text make_key(struct town *t, struct member by, const char *name)
{
    static char kept[LIMIT_TOKEN];
    struct feed_key_make_request in = {.kind = FEED_KIND_DIGEST, .name = text_of(name)};
    struct feed_key_make_reply out;

    assert_int_equal(forum_do(&t->forum, by.session, MSG_FEED_KEY_MAKE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.key.len, sizeof kept);
    memcpy(kept, out.key.at, sizeof kept);
    return (struct text){kept, sizeof kept};
}

static enum status read_feed(struct town *t, struct text key, struct feed_reply *out)
{
    enum status status = forum_ask(&t->forum, 0, MSG_FEED, &(struct feed_request){.key = key});

    if (!status)
        forum_reply(&t->forum, out);
    return status;
}

static bool holds(struct text text, const char *what)
{
    return memmem(text.at, text.len, what, strlen(what)) != NULL;
}

static void test_a_feed_has_each_period_that_is_over(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "*题目*", TEXT("一个[话](http://x.example)题"));
    struct feed_entry_record entry;
    struct feed_reply out;
    struct text key;

    forum_grant(&t->forum, t->citizen, ROLE_MODERATOR, t->essays);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, "附注"), STATUS_OK);
    key = make_key(t, t->citizen, "week");
    assert_int_equal(read_feed(t, key, &out), STATUS_OK);
    assert_int_equal(out.entries.count, 0); /* this week is not over */
    assert_int_equal(forum_number(&t->forum, "UPDATE concern SET time = time - 604800000 RETURNING 1"), 1);
    assert_int_equal(read_feed(t, key, &out), STATUS_OK);
    assert_int_equal(out.entries.count, 1);
    assert_false(out.public);
    assert_true(items_next(&out.entries, &shape_feed_entry_record, &entry));
    assert_true(holds(entry.body, "## 干部工作") && holds(entry.body, "### essays") && holds(entry.body, "附注"));
    assert_true(holds(entry.body, "[\\*题目\\*](/t/")); /* what people write means nothing in it */
    assert_false(holds(entry.body, "[话](http") || holds(entry.body, "zhang") || holds(entry.body, "editor"));
    /* it goes with what it tells of */
    forum_board(&t->forum, "bin", ROLE_MODERATOR, ROLE_ADMINISTRATOR);
    assert_int_equal(forum_number(&t->forum, "UPDATE board SET kind = 4 WHERE slug = 'bin' RETURNING 1"), 1);
    assert_int_equal(decide(t, post.post, DECISION_ACT_REMOVE), STATUS_OK);
    assert_int_equal(read_feed(t, key, &out), STATUS_OK);
    assert_int_equal(out.entries.count, 0);
}

static void test_a_feed_ends_with_the_right(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("文字"));
    struct post_reply inner = forum_post(&t->forum, t->author, "inner", "内部", TEXT("内部的话"));
    struct feed_entry_record entry;
    struct feed_reply out;
    struct text key;

    forum_grant(&t->forum, t->citizen, ROLE_MODERATOR, t->essays);
    assert_int_equal(mark(t, t->editor, post.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(mark(t, t->editor, inner.post, CONCERN_KIND_CADRE, NULL), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "UPDATE concern SET time = time - 604800000 RETURNING 1"), 1);
    key = make_key(t, t->citizen, "week");
    assert_int_equal(read_feed(t, key, &out), STATUS_OK);
    assert_true(items_next(&out.entries, &shape_feed_entry_record, &entry));
    assert_true(holds(entry.body, "文字") && !holds(entry.body, "内部")); /* of a board of theirs */
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_UNGRANT,
                              &(struct ungrant_request){.handle = TEXT("wang"), .role = ROLE_MODERATOR, .board = TEXT("essays")}), STATUS_OK);
    assert_int_equal(read_feed(t, key, &out), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_FEED_KEY_MAKE,
                              &(struct feed_key_make_request){.kind = FEED_KIND_DIGEST, .name = TEXT("week")}), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_FEED_KEY_MAKE,
                              &(struct feed_key_make_request){.kind = FEED_KIND_DIGEST, .name = TEXT("all")}), STATUS_BAD_FIELD);
    /* without a key it does not exist, not even for whoever may read it */
    assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_FEED, &(struct feed_request){.kind = FEED_KIND_DIGEST, .name = TEXT("week")}),
                     STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_FEED, &(struct feed_request){.kind = FEED_KIND_DIGEST}), STATUS_NOT_FOUND);
}

int main(void)
{
#define TOWN_TEST(test) cmocka_unit_test_setup_teardown(test, town_make, town_end)
    const struct CMUnitTest tests[] = {
        TOWN_TEST(test_who_may_mark),
        TOWN_TEST(test_a_mark_is_changed_and_taken_back),
        TOWN_TEST(test_who_sees),
        TOWN_TEST(test_what_does_not_stand_is_not_shown),
        TOWN_TEST(test_a_week_has_its_borders),
        TOWN_TEST(test_what_a_digest_says_of_threads),
        TOWN_TEST(test_long_lists),
        TOWN_TEST(test_a_feed_has_each_period_that_is_over),
        TOWN_TEST(test_a_feed_ends_with_the_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
