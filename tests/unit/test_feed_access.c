/* Feeds never show what not everybody may read, and say of each name that has none why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/unit/feed_fixture.h"

enum { ITEMS = LIMIT_FEED_ITEMS };

static void boards_of_members_are_in_no_feed(void **state)
{
    struct town *t = *state;
    struct post_reply post = feed_post_tagged(t, t->author, "inner", "秘密", "内部");
    char thread[24];

    snprintf(thread, sizeof thread, "%llu", (unsigned long long)post.thread);
    for (int i = 0; i < ITEMS; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, TEXT("内部回复"));
    assert_int_equal(feed_get(t, FEED_KIND_SITE, "").feed.head, 0);
    assert_int_equal(feed_get(t, FEED_KIND_AUTHOR, "zhang").feed.head, 0);
    assert_int_equal(feed_status(t, FEED_KIND_TAG, "秘密"), STATUS_NOT_FOUND);
    assert_int_equal(feed_status(t, FEED_KIND_BOARD, "inner"), STATUS_NOT_FOUND);
    assert_int_equal(feed_status(t, FEED_KIND_THREAD, thread), STATUS_NOT_FOUND);
    assert_int_equal(feed_get(t, FEED_KIND_SEARCH, "内部").count, 0);
    /* Who asks does not matter without a key. */
    struct feed_request in = {.kind = FEED_KIND_BOARD, .name = TEXT("inner")};
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_FEED, &in), STATUS_NOT_FOUND);
}

static void a_board_that_closes_to_visitors_leaves_every_feed_and_archive(void **state)
{
    struct town *t = *state;
    struct post_reply post = feed_post_tagged(t, t->author, "essays", "组织", "公开");

    for (int i = 0; i < ITEMS; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, TEXT("公开回复"));
    feed_set_board(t, (struct board_set_request){.board = TEXT("essays"), .read = TEXT("member")});
    assert_int_equal(feed_get(t, FEED_KIND_SITE, "").count, 0);
    assert_int_equal(feed_archive(t, FEED_KIND_SITE, "", 1).count, 0);
    assert_int_equal(feed_archive(t, FEED_KIND_AUTHOR, "li", 1).count, 0);
    assert_int_equal(feed_get(t, FEED_KIND_TAG, "组织").count, 0);
    assert_int_equal(feed_get(t, FEED_KIND_AUTHOR, "zhang").count, 0);
    assert_int_equal(feed_status(t, FEED_KIND_BOARD, "essays"), STATUS_NOT_FOUND);
    assert_int_equal(feed_status(t, FEED_KIND_THREAD, "1"), STATUS_NOT_FOUND);
    /* What is written meanwhile is not published, also when the board opens again. */
    struct reply_reply secret = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("内部"));
    feed_set_board(t, (struct board_set_request){.board = TEXT("essays"), .read = TEXT("visitor")});
    struct fetched f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.count, ITEMS);
    assert_null(feed_find_entry(&f, secret.post));
    f = feed_get(t, FEED_KIND_BOARD, "essays");
    assert_non_null(feed_find_entry(&f, secret.post));
}

static void a_board_without_a_feed_says_that_it_is_gone(void **state)
{
    struct town *t = *state;
    struct feeds_reply list;

    forum_post(&t->forum, t->author, "essays", "题目", TEXT("文"));
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_FEEDS, &(struct feeds_request){0}), STATUS_OK);
    forum_reply(&t->forum, &list);
    assert_int_equal(list.feeds.count, 2); /* not the members' one */
    feed_set_board(t, (struct board_set_request){.board = TEXT("essays"), .feed = CHANGE_OFF});
    assert_int_equal(feed_status(t, FEED_KIND_BOARD, "essays"), STATUS_GONE);
    assert_int_equal(feed_status(t, FEED_KIND_THREAD, "1"), STATUS_GONE);
    assert_int_equal(feed_get(t, FEED_KIND_SITE, "").count, 0);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_FEEDS, &(struct feeds_request){0}), STATUS_OK);
    forum_reply(&t->forum, &list);
    assert_int_equal(list.feeds.count, 1);
}

static void the_station_has_no_feed(void **state)
{
    struct town *t = *state;
    forum_post(&t->forum, t->author, "essays", "题目", TEXT("文"));
    forum_number(&t->forum, "UPDATE board SET kind = 3 WHERE slug = 'essays'");
    assert_int_equal(feed_status(t, FEED_KIND_BOARD, "essays"), STATUS_NOT_FOUND);
    assert_int_equal(feed_status(t, FEED_KIND_THREAD, "1"), STATUS_NOT_FOUND);
    assert_int_equal(feed_get(t, FEED_KIND_SITE, "").count, 0);
    assert_int_equal(feed_get(t, FEED_KIND_AUTHOR, "zhang").count, 0);
}

static void names_of_nothing_are_refused(void **state)
{
    struct town *t = *state;
    static const struct {
        enum feed_kind kind;
        const char *name;
        enum status status;
    } names[] = {
        {FEED_KIND_SITE, "x", STATUS_BAD_FIELD}, {FEED_KIND_BOARD, "nowhere", STATUS_NOT_FOUND}, {FEED_KIND_BOARD, "", STATUS_NOT_FOUND},
        {FEED_KIND_THREAD, "", STATUS_NOT_FOUND}, {FEED_KIND_THREAD, "1x", STATUS_NOT_FOUND}, {FEED_KIND_THREAD, "-1", STATUS_NOT_FOUND},
        {FEED_KIND_THREAD, "99999999999999999999999", STATUS_NOT_FOUND}, {FEED_KIND_TAG, "", STATUS_NOT_FOUND},
        {FEED_KIND_TAG, "没有", STATUS_NOT_FOUND}, {FEED_KIND_AUTHOR, "", STATUS_NOT_FOUND}, {FEED_KIND_AUTHOR, "nobody", STATUS_NOT_FOUND},
        {FEED_KIND_AUTHOR, "a b", STATUS_NOT_FOUND}, {FEED_KIND_SEARCH, "", STATUS_BAD_FIELD},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(feed_status(t, names[i].kind, names[i].name), names[i].status);
}

#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOWN_TEST(boards_of_members_are_in_no_feed),
        TOWN_TEST(a_board_that_closes_to_visitors_leaves_every_feed_and_archive),
        TOWN_TEST(a_board_without_a_feed_says_that_it_is_gone),
        TOWN_TEST(the_station_has_no_feed),
        TOWN_TEST(names_of_nothing_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
