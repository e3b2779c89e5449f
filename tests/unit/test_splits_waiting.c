/* What waits, flags and appeals follow the posts that are split off or merged; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/split_story.h"

/* ---- what waits ---- */

static struct text send_held(struct town *t, struct member by, uint64_t thread, uint64_t to, const char *body)
{
    static char id[16];
    struct reply_request in = {.thread = thread, .to = to, .body = text_of(body)};
    struct reply_reply out;

    assert_int_equal(forum_do(&t->forum, by.session, MSG_REPLY, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.held.len, sizeof id);
    memcpy(id, out.held.at, sizeof id);
    return (struct text){id, sizeof id};
}

static void set_hold(struct town *t, bool hold)
{
    struct board_set_request set = {.board = TEXT("essays"), .hold = hold ? CHANGE_ON : CHANGE_OFF};

    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
}

static struct decide_reply approve_first(struct town *t, struct member who)
{
    struct decide_request in = {.act = DECISION_ACT_APPROVE, .item = queue_first(&t->forum, who, NULL).item};
    struct decide_reply out;

    in.hash = queue_keep_hash(queue_open(&t->forum, who, in.item).hash);
    assert_int_equal(forum_do(&t->forum, who.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out;
}

static void what_waits_follows_its_floor(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");

    set_hold(t, true);
    send_held(t, t->other, s.thread, 4, "回四楼");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4", "另一题", "inner");
    split_recount(&t->forum);
    struct decide_reply placed = approve_first(t, t->editor);
    assert_int_equal(placed.thread, made);
    struct post_record post = post_of(t, t->author, placed.post);
    assert_int_equal(post.floor, 3);
    assert_int_equal(post.reply_to, 2);

    /* One to a floor that stays, stays; and goes with the whole. */
    send_held(t, t->other, s.thread, 2, "回二楼");
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "5", "又一题", NULL), STATUS_OK);
    assert_int_equal(queue_first(&t->forum, t->editor, NULL).thread, s.thread);
    assert_int_equal(split_merge(&t->forum, t->editor, s.thread, made, NULL), STATUS_OK);
    split_recount(&t->forum);
    placed = approve_first(t, t->editor);
    assert_int_equal(placed.thread, made);
    assert_int_equal(post_of(t, t->author, post_of(t, t->author, placed.post).id).reply_to, 5); /* 1 to 3 stood there, then the first and second */
    split_recount(&t->forum);
}

static void what_waits_and_is_looked_at_meanwhile_is_stale(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct decide_request in = {.act = DECISION_ACT_APPROVE};
    static char kept[32];

    set_hold(t, true);
    send_held(t, t->other, s.thread, 3, "回三楼");
    in.item = queue_first(&t->forum, t->editor, NULL).item;
    memcpy(kept, queue_open(&t->forum, t->editor, in.item).hash.at, sizeof kept);
    split_made(&t->forum, t->editor, s.thread, "3", "另一题", NULL);
    in.hash = (struct text){kept, sizeof kept};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &in), STATUS_STALE);
}

/* An edit that waits goes with its post, and is let through there. */
static void an_edit_that_waits_follows_its_post(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct edit_request edit = {.post = s.posts[3], .revision = 1, .body = TEXT("改写过的")};

    set_hold(t, true);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4", "另一题", "inner");
    split_recount(&t->forum);
    assert_true(text_equal(queue_first(&t->forum, t->editor, NULL).board_slug, TEXT("inner")));
    assert_int_equal(approve_first(t, t->editor).thread, made);
    assert_true(text_equal(split_read(&t->forum, t->author, made, 1).body, TEXT("改写过的")));
    assert_int_equal(only_hit(t, t->author, "改写过的").floor, 1);
    split_recount(&t->forum);
}

static void flags_and_appeals_follow_the_post(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct flag_request flag = {.post = s.posts[3], .reason = REASON_SPAM};
    struct post_hash_reply looked;
    struct decide_request take = {.post = s.posts[4], .act = DECISION_ACT_HIDE, .reason = REASON_ABUSE};

    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &flag), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = take.post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    take.hash = queue_keep_hash(looked.hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &take), STATUS_OK);
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4", "另一题", "inner");
    split_recount(&t->forum);
    struct item_record item = queue_first(&t->forum, t->editor, NULL);
    assert_int_equal(item.thread, made);
    assert_true(text_equal(item.board_slug, TEXT("inner")));
    /* What was hidden is hidden there too, and comes back there. */
    assert_int_equal(split_read(&t->forum, t->author, made, 2).state, POST_STATE_HIDDEN);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = take.post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    take.act = DECISION_ACT_RESTORE;
    take.hash = queue_keep_hash(looked.hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &take), STATUS_OK);
    assert_true(text_equal(split_read(&t->forum, t->author, made, 2).body, TEXT("词语4号")));
    assert_int_equal(only_hit(t, t->author, "词语4号").thread, made);
}

int main(void)
{
#define IN_TOWN(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        IN_TOWN(what_waits_follows_its_floor),
        IN_TOWN(what_waits_and_is_looked_at_meanwhile_is_stale),
        IN_TOWN(an_edit_that_waits_follows_its_post),
        IN_TOWN(flags_and_appeals_follow_the_post),
    };
#undef IN_TOWN
    return cmocka_run_group_tests(tests, NULL, NULL);
}
