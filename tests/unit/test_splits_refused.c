/* Splits and merges that are refused, the longest that is not, and what holds whatever is done; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/split_story.h"

/* ---- refusals ---- */

static enum status try_split(struct town *t, struct member who, uint64_t thread, const char *ranges, struct text hash)
{
    struct thread_split_request in = {.thread = thread, .title = TEXT("题"), .hash = hash, .floors = split_floors(ranges)};

    return forum_do(&t->forum, who.session, MSG_THREAD_SPLIT, &in);
}

static void bad_floors_are_refused(void **state)
{
    static const char *const bad[] = {"1", "1-3", "0", "7", "2-7", "4-3", "3,3", "3-4,4", "4,2", "2-99999999999"};
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct text hash = split_look(&t->forum, t->editor, s.thread, "3");

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(try_split(t, t->editor, s.thread, bad[i], hash), STATUS_BAD_FIELD);
        assert_string_equal(fault(t)->field, "floors");
    }
    assert_int_equal(try_split(t, t->editor, s.thread, "", hash), STATUS_BAD_FIELD);
    assert_int_equal(try_split(t, t->editor, s.thread, "4", hash), STATUS_STALE);
    assert_int_equal(try_split(t, t->editor, s.thread, "3", TEXT("x")), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "hash");

    /* Not twice, and no tombstone opens a thread. */
    assert_int_equal(try_split(t, t->editor, s.thread, "3", hash), STATUS_OK);
    assert_int_equal(try_split(t, t->editor, s.thread, "3", hash), STATUS_BAD_FIELD);
    struct delete_request take = {.post = s.posts[4]};
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_DELETE, &take), STATUS_OK);
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "4-5", "题", NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "floors");
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "5", " ", NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "title");
    split_recount(&t->forum);
}

static void what_changed_meanwhile_is_stale(void **state)
{
    struct town *t = *state;
    struct story one = tell_story(t, "essays"), two = tell_story(t, "essays");
    struct text hash = split_look(&t->forum, t->editor, one.thread, "2-3");
    struct edit_request edit = {.post = one.posts[3], .revision = 1, .body = TEXT("改过")};

    /* Elsewhere in the thread is another matter. */
    forum_answer(&t->forum, t->author, one.thread, 0, TEXT("新的"));
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_int_equal(try_split(t, t->editor, one.thread, "2-3", hash), STATUS_STALE);
    assert_string_equal(fault(t)->field, "hash");

    struct thread_merge_request merge = {.thread = two.thread, .into = one.thread, .hash = split_look(&t->forum, t->editor, two.thread, NULL)};
    forum_answer(&t->forum, t->author, two.thread, 0, TEXT("没看到的"));
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_MERGE, &merge), STATUS_STALE);
}

static void others_boards_are_as_if_there_were_none(void **state)
{
    struct town *t = *state;
    struct member keeper = forum_member(&t->forum, "keeper", ROLE_MEMBER);
    struct story mine = tell_story(t, "essays"), theirs = tell_story(t, "inner");
    struct text hash = split_look(&t->forum, t->editor, mine.thread, "3");

    forum_grant(&t->forum, keeper, ROLE_MODERATOR, t->essays);
    assert_int_equal(try_split(t, t->other, mine.thread, "3", hash), STATUS_NOT_FOUND);
    assert_string_equal(fault(t)->field, "thread");
    assert_int_equal(try_split(t, keeper, theirs.thread, "3", hash), STATUS_NOT_FOUND);
    assert_int_equal(try_split(t, keeper, 9999, "3", hash), STATUS_NOT_FOUND);
    assert_int_equal(split_off(&t->forum, keeper, mine.thread, "3", "题", "inner"), STATUS_NOT_FOUND);
    assert_string_equal(fault(t)->field, "board");
    assert_int_equal(split_merge(&t->forum, keeper, mine.thread, theirs.thread, NULL), STATUS_NOT_FOUND);
    assert_string_equal(fault(t)->field, "into");
    assert_int_equal(split_merge(&t->forum, keeper, mine.thread, 9999, NULL), STATUS_NOT_FOUND);
    assert_int_equal(split_merge(&t->forum, keeper, mine.thread, mine.thread, NULL), STATUS_BAD_FIELD);
    assert_int_equal(split_off(&t->forum, keeper, mine.thread, "3", "题", NULL), STATUS_OK);
    split_recount(&t->forum);
}

static void too_many_are_refused(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "长", TEXT("一"));

    for (unsigned i = 0; i <= LIMIT_SPLIT_FLOORS; i++)
        forum_answer(&t->forum, t->author, first.thread, 0, TEXT("楼"));
    struct text hash = split_look(&t->forum, t->editor, first.thread, "2-201");
    assert_int_equal(try_split(t, t->editor, first.thread, "2-202", hash), STATUS_TOO_MANY);
    assert_string_equal(fault(t)->field, "floors");
    assert_int_equal(try_split(t, t->editor, first.thread, "2-3,5-203", hash), STATUS_BAD_FIELD); /* there is no such floor */
    assert_int_equal(try_split(t, t->editor, first.thread, "2-201", hash), STATUS_OK);
    split_recount(&t->forum);
}

/* As many as a step may move, each with a text that is cut in its event. */
static void a_long_thread_is_merged_in_one_step(void **state)
{
    static char body[3 * LIMIT_EVENT_BODY];
    struct town *t = *state;
    struct post_reply one = forum_post(&t->forum, t->author, "essays", "长", TEXT("一")), other = forum_post(&t->forum, t->author, "inner", "短", TEXT("一"));
    struct thread_merge_reply out;
    struct text long_one = {body, sizeof body};

    memset(body, 'a', sizeof body);
    for (unsigned i = 1; i < LIMIT_REMOVED_FLOORS; i++)
        forum_answer(&t->forum, t->author, one.thread, 0, long_one);
    assert_int_equal(split_merge(&t->forum, t->editor, one.thread, other.thread, NULL), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.posts, LIMIT_REMOVED_FLOORS);
    assert_int_equal(forum_events(&t->forum), 2 * LIMIT_REMOVED_FLOORS + 5); /* two headers of threads, two boards, one notice */
    split_recount(&t->forum);
    struct floors_hash_request look = {.thread = other.thread};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_FLOORS_HASH, &look), STATUS_TOO_MANY);
    assert_int_equal(fault(t)->limit, LIMIT_REMOVED_FLOORS);
}

/* ---- whatever is done ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Some floors of a thread, chosen at random among its posts but the first; false: it has none. */
static bool random_floors(struct town *t, uint64_t thread, uint64_t *random, char *out, size_t room)
{
    uint64_t floors = thread_of(t, t->editor, thread).floors;
    size_t len = 0;

    out[0] = '\0';
    for (uint64_t floor = 2; floor <= floors && len + 24 < room; floor++)
        if (next_random(random) % 2 && split_read(&t->forum, t->editor, thread, floor).state != POST_STATE_MOVED)
            len += (size_t)snprintf(out + len, room - len, "%s%llu", len ? "," : "", (unsigned long long)floor);
    return len > 0;
}

static void random_moves_keep_every_post_once(void **state)
{
    enum { MOVES = 120 };
    static const char *const boards[] = {NULL, "essays", "inner"};
    struct town *t = *state;
    uint64_t random = 20261125, moved = 0;
    char floors[512];

    for (int i = 0; i < 3; i++)
        tell_story(t, i % 2 ? "inner" : "essays");
    uint64_t posts = forum_number(&t->forum, "SELECT count(*) FROM post");
    for (int i = 0; i < MOVES; i++) {
        uint64_t threads = forum_number(&t->forum, "SELECT max(id) FROM thread");
        uint64_t from = next_random(&random) % threads + 1, into = next_random(&random) % threads + 1;
        if (thread_of(t, t->editor, from).into)
            continue;
        bool some = random_floors(t, from, &random, floors, sizeof floors);
        enum status status;
        if (next_random(&random) % 3 == 0 && some)
            status = split_off(&t->forum, t->editor, from, floors, "拆", boards[next_random(&random) % 3]);
        else
            status = split_merge(&t->forum, t->editor, from, into, some && next_random(&random) % 2 ? floors : NULL);
        assert_true(status == STATUS_OK || status == STATUS_BAD_FIELD || status == STATUS_GONE); /* into itself, into what is no more */
        moved += status == STATUS_OK;
        split_recount(&t->forum);
    }
    assert_true(moved > MOVES / 4);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM post"), posts);
    assert_int_equal(forum_number(&t->forum, "SELECT count(DISTINCT id) FROM post WHERE state = 0"), posts);
}

int main(void)
{
#define IN_TOWN(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        IN_TOWN(bad_floors_are_refused),
        IN_TOWN(what_changed_meanwhile_is_stale),
        IN_TOWN(others_boards_are_as_if_there_were_none),
        IN_TOWN(too_many_are_refused),
        IN_TOWN(a_long_thread_is_merged_in_one_step),
        IN_TOWN(random_moves_keep_every_post_once),
    };
#undef IN_TOWN
    return cmocka_run_group_tests(tests, NULL, NULL);
}
