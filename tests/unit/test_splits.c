/* Splitting and merging threads: what moves, what stays, what follows, and what is put back; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/split_story.h"

/* ---- splitting ---- */

static void a_split_moves_posts_and_leaves_stubs(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4,6", "另一题", NULL);

    split_recount(&t->forum);
    for (uint64_t floor = 1; floor <= FLOORS; floor++) {
        struct post_record post = split_read(&t->forum, nobody, s.thread, floor);
        bool moved = floor == 3 || floor == 4 || floor == 6;
        assert_int_equal(post.floor, floor);
        assert_int_equal(post.id, s.posts[floor]);
        assert_int_equal(post.thread, s.thread);
        assert_int_equal(post.state, moved ? POST_STATE_MOVED : POST_STATE_VISIBLE);
        assert_int_equal(post.body.len > 0, !moved);
        assert_int_equal(post.to_thread, moved ? made : 0);
        assert_int_equal(post.to_floor, floor == 3 ? 1 : floor == 4 ? 2 : floor == 6 ? 3 : 0);
        assert_true(moved ? text_equal(post.to_title, TEXT("另一题")) : !post.to_title.at);
    }
    struct post_record post = post_of(t, nobody, s.posts[4]);
    assert_int_equal(post.thread, made);
    assert_int_equal(post.floor, 2);
    assert_int_equal(post.reply_to, 1); /* the third floor came along */
    assert_true(text_equal(post.body, TEXT("词语4号")));
    assert_int_equal(post_of(t, nobody, s.posts[3]).reply_to, 0); /* the second stayed */
    assert_int_equal(post_of(t, nobody, s.posts[6]).reply_to, 2);

    struct thread_record thread = thread_of(t, nobody, made);
    assert_true(text_equal(thread.title, TEXT("另一题")));
    assert_true(text_equal(thread.author, TEXT("zhang")));
    assert_int_equal(thread.floors, 3);
    assert_int_equal(thread.activity, s.posts[6]);
    assert_true(text_equal(thread.last_author, TEXT("li")));
    thread = thread_of(t, nobody, s.thread);
    assert_int_equal(thread.floors, 6);
    assert_int_equal(thread.moved, 3);
    assert_int_equal(thread.activity, s.posts[5]);
    assert_true(text_equal(thread.last_author, TEXT("zhang")));

    /* What is written now stands behind the stubs. */
    assert_int_equal(forum_answer(&t->forum, t->author, s.thread, 5, TEXT("后来")).floor, 7);
    split_recount(&t->forum);
}

static void everybody_is_told(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct change_record change;
    struct post_record post;
    unsigned stubs = 0, arrivals = 0;

    uint64_t head = forum_number(&t->forum, "SELECT head FROM thread");
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "4,6", "另一题", NULL), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        const struct event *event = forum_event(&t->forum, i, &change);
        if (!items_next(&change.post, &shape_post_record, &post))
            continue;
        if (post.state == POST_STATE_MOVED) {
            assert_int_equal(event->id, s.thread);
            assert_int_equal(event->blanks, post.id);
            assert_int_equal(post.to_floor, post.id == s.posts[4] ? 1 : 2);
            stubs++;
        } else {
            assert_int_not_equal(event->id, s.thread);
            assert_true(post.body.len > 0);
            arrivals++;
        }
    }
    assert_int_equal(stubs, 2);
    assert_int_equal(arrivals, 2);

    /* And whoever was away hears the same. */
    assert_int_equal(told_since(t, TOPIC_THREAD, s.thread, head), 3); /* two stubs and the header */

    /* Both authors once, with the reason, never by whom. */
    struct notice_record notice = newest_notice(&t->forum, t->other);
    assert_int_equal(notice.kind, NOTICE_KIND_RESETTLED);
    assert_null(notice.by.at);
    assert_int_equal(notice.post, s.posts[4]);
    assert_int_equal(notice.floor, 1);
    assert_true(text_equal(notice.title, TEXT("另一题")));
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM notice WHERE kind = 19"), 1);
    struct decisions_reply out;
    struct decision_record decision;
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_DECISIONS, &(struct decisions_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(items_next(&out.decisions, &shape_decision_record, &decision));
    assert_int_equal(decision.act, DECISION_ACT_SPLIT);
    assert_int_equal(decision.reason, REASON_OFF_TOPIC);
    assert_true(text_equal(decision.words, TEXT("另开一题")));
    assert_null(decision.by.at);
    assert_int_equal(decision.appeal_by, 0);
    struct appeal_request appeal = {.decision = decision.id, .words = TEXT("不同意")};
    assert_int_not_equal(forum_do(&t->forum, t->other.session, MSG_APPEAL, &appeal), STATUS_OK);
}

static void search_and_feeds_follow(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3,5", "迁居", NULL);

    struct hit_record hit = only_hit(t, nobody, "词语5号");
    assert_int_equal(hit.thread, made);
    assert_int_equal(hit.floor, 2);
    assert_int_equal(only_hit(t, nobody, "迁居").post, s.posts[3]); /* its title now */
    assert_int_equal(only_hit(t, nobody, "词语2号").thread, s.thread);

    /* Out of reach of those who may not read there. */
    uint64_t inner = split_made(&t->forum, t->editor, made, "2", "内部", "inner");
    split_recount(&t->forum);
    assert_int_equal(only_hit(t, nobody, "词语5号").post, 0);
    assert_int_equal(only_hit(t, t->author, "词语5号").thread, inner);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_POST_GET, &(struct post_get_request){.post = s.posts[5]}), STATUS_NOT_FOUND);
    struct post_record stub = split_read(&t->forum, nobody, made, 2);
    assert_int_equal(stub.state, POST_STATE_MOVED);
    assert_int_equal(stub.to_thread, 0);
    assert_null(stub.to_title.at);
    assert_int_equal(split_read(&t->forum, t->author, made, 2).to_thread, inner);
    /* The stub of the first move leads to where the post is by now, for whoever may go there. */
    assert_int_equal(split_read(&t->forum, t->author, s.thread, 5).to_thread, inner);
    assert_int_equal(split_read(&t->forum, nobody, s.thread, 5).to_thread, 0);
}

static void who_may_not_read_there_is_not_told_where(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题", TEXT("一"));
    struct change_record change;
    struct post_record post;

    forum_answer(&t->forum, t->citizen, first.thread, 0, TEXT("二"));
    assert_int_equal(split_off(&t->forum, t->editor, first.thread, "2", "秘密题目", "inner"), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        const struct event *event = forum_event(&t->forum, i, &change);
        if (event->topic == TOPIC_THREAD && event->id == first.thread && items_next(&change.post, &shape_post_record, &post))
            assert_int_equal(post.to_thread, 0);
    }
    struct notice_record notice = newest_notice(&t->forum, t->citizen);
    assert_int_equal(notice.kind, NOTICE_KIND_RESETTLED);
    assert_int_equal(notice.thread, first.thread);
    assert_int_equal(notice.post, 0);
    assert_false(text_equal(notice.title, TEXT("秘密题目")));
}

static void reading_and_watching_follow(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct mark_request mark = {.thread = s.thread, .floor = 4};
    struct watch_set_request watch = {.kind = TOPIC_THREAD, .id = s.thread};

    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_MARK, &mark), STATUS_OK);
    mark.floor = 6;
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_MARK, &mark), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_WATCH_SET, &watch), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_WATCH_SET, &watch), STATUS_OK);
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-5", "另一题", NULL);
    assert_int_equal(thread_of(t, t->citizen, made).read_floor, 2);
    assert_true(thread_of(t, t->citizen, made).unread);
    assert_int_equal(thread_of(t, t->admin, made).read_floor, 3);
    assert_false(thread_of(t, t->admin, made).unread);
    assert_int_equal(thread_of(t, t->editor, made).read_floor, 0);
    assert_true(thread_of(t, t->other, made).watched); /* who wrote there */
    assert_false(thread_of(t, t->citizen, made).watched);

    /* Whoever had read both to the end has read the one that they became; watches go along. */
    assert_int_equal(split_merge(&t->forum, t->editor, s.thread, made, NULL), STATUS_OK);
    split_recount(&t->forum);
    assert_int_equal(thread_of(t, t->admin, made).read_floor, 6);
    assert_int_equal(thread_of(t, t->citizen, made).read_floor, 2);
    assert_true(thread_of(t, t->citizen, made).watched);
    assert_false(thread_of(t, t->citizen, s.thread).watched);
}

/* ---- merging ---- */

static void a_merged_thread_leads_on(void **state)
{
    struct town *t = *state;
    struct story one = tell_story(t, "essays"), two = tell_story(t, "essays");
    char before[64], after[64];
    struct thread_set_request set = {.thread = two.thread, .pinned = CHANGE_ON};
    struct change_record change;
    struct gone_record gone;
    bool told = false;

    (void)snprintf(before, sizeof before, "%llu %llu ", (unsigned long long)two.thread, (unsigned long long)one.thread);
    (void)snprintf(after, sizeof after, "%llu ", (unsigned long long)one.thread);
    assert_string_equal(listed(t, "essays"), before);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &set), STATUS_OK);
    uint64_t head = forum_number(&t->forum, "SELECT head FROM board WHERE slug = 'essays'");
    assert_int_equal(split_merge(&t->forum, t->editor, two.thread, one.thread, NULL), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        (void)forum_event(&t->forum, i, &change);
        told = told || (items_next(&change.gone, &shape_gone_record, &gone) && gone.id == two.thread && gone.to == t->essays);
    }
    assert_true(told);
    split_recount(&t->forum);
    assert_string_equal(listed(t, "essays"), after);
    assert_int_equal(told_since(t, TOPIC_BOARD, t->essays, head), 2); /* one is gone, one has changed */

    struct thread_record thread = thread_of(t, nobody, two.thread);
    assert_int_equal(thread.into, one.thread);
    assert_int_equal(thread.moved, 6);
    assert_false(thread.pinned);
    struct post_record post = post_of(t, nobody, two.posts[4]);
    assert_int_equal(post.thread, one.thread);
    assert_int_equal(post.floor, 10);
    assert_int_equal(post.reply_to, 9);

    /* Nothing can be done to what is no more, but an answer finds its way. */
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &set), STATUS_GONE);
    struct thread_merge_request again = {.thread = two.thread, .into = one.thread, .hash = {"01234567890123456789012345678901", 32}};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_MERGE, &again), STATUS_GONE);
    struct reply_reply answer = forum_answer(&t->forum, t->author, two.thread, 4, TEXT("还要说"));
    assert_int_equal(answer.thread, one.thread);
    assert_int_equal(post_of(t, nobody, answer.post).reply_to, 10);
    assert_int_equal(forum_answer(&t->forum, t->author, two.thread, 0, TEXT("再说")).thread, one.thread);
    split_recount(&t->forum);
}

static void what_is_put_back_stands_where_it_stood(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-5", "另一题", NULL);

    assert_int_equal(split_merge(&t->forum, t->editor, made, s.thread, NULL), STATUS_OK);
    split_recount(&t->forum);
    for (uint64_t floor = 1; floor <= FLOORS; floor++) {
        struct post_record post = split_read(&t->forum, nobody, s.thread, floor);
        assert_int_equal(post.id, s.posts[floor]);
        assert_int_equal(post.state, POST_STATE_VISIBLE);
        assert_int_equal(post.reply_to, floor == 3 ? 2 : floor == 4 ? 3 : floor == 6 ? 4 : 0);
    }
    assert_int_equal(thread_of(t, nobody, s.thread).moved, 0);

    /* A whole merge too: the thread stands on its board again. */
    struct story other = tell_story(t, "inner");
    assert_int_equal(split_merge(&t->forum, t->editor, s.thread, other.thread, NULL), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &(struct read_request){.thread = s.thread}), STATUS_OK);
    assert_int_equal(thread_of(t, nobody, s.thread).into, 0);
    assert_int_equal(thread_of(t, t->author, s.thread).into, other.thread);
    split_recount(&t->forum);
    assert_int_equal(split_merge(&t->forum, t->editor, other.thread, s.thread, "8-12"), STATUS_GONE); /* without its opening post */
    assert_int_equal(split_merge(&t->forum, t->editor, other.thread, s.thread, "7-12"), STATUS_OK);
    split_recount(&t->forum);
    assert_int_equal(thread_of(t, nobody, s.thread).moved, 0);
    assert_int_equal(split_read(&t->forum, nobody, s.thread, 1).id, s.posts[1]);
    assert_int_equal(thread_of(t, t->author, other.thread).moved, 6);
    assert_int_equal(only_hit(t, nobody, "词语5号").thread, s.thread);
}

int main(void)
{
#define IN_TOWN(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        IN_TOWN(a_split_moves_posts_and_leaves_stubs),
        IN_TOWN(everybody_is_told),
        IN_TOWN(search_and_feeds_follow),
        IN_TOWN(who_may_not_read_there_is_not_told_where),
        IN_TOWN(reading_and_watching_follow),
        IN_TOWN(a_merged_thread_leads_on),
        IN_TOWN(what_is_put_back_stands_where_it_stood),
    };
#undef IN_TOWN
    return cmocka_run_group_tests(tests, NULL, NULL);
}
