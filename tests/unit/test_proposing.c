/* What names a moderator: whom it is kept from, and that to take it away takes two; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/forum/naming.h"
#include "tests/unit/queue_fixture.h"

/* Moderators of essays: wei is shown as 魏版主. The town's editor and administrator decide everywhere. */
struct court {
    struct town *town;
    struct member wei;
};

static int make(void **state)
{
    struct court *c = calloc(1, sizeof *c);

    assert_int_equal(town_make(state), 0);
    c->town = *state;
    c->wei = forum_member(&c->town->forum, "wei", ROLE_MEMBER);
    struct account_set_request name = {.name = TEXT("魏长江")};
    assert_int_equal(forum_do(&c->town->forum, c->wei.session, MSG_ACCOUNT_SET, &name), STATUS_OK);
    forum_grant(&c->town->forum, c->wei, ROLE_MODERATOR, c->town->essays);
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_ON};
    assert_int_equal(forum_do(&c->town->forum, c->town->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    *state = c;
    return 0;
}

static int end(void **state)
{
    struct court *c = *state;
    void *town = c->town;

    free(c);
    return town_end(&town);
}

static void hold(struct court *c, enum change change)
{
    struct board_set_request set = {.board = TEXT("essays"), .hold = change};

    assert_int_equal(forum_do(&c->town->forum, c->town->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
}

static void send(struct court *c, const char *title, const char *body)
{
    struct post_request in = {.board = TEXT("essays"), .title = text_of(title), .body = text_of(body)};

    assert_int_equal(forum_do(&c->town->forum, c->town->author.session, MSG_POST, &in), STATUS_OK);
}

static uint64_t first(struct court *c, struct member who)
{
    return queue_first(&c->town->forum, who, NULL).item;
}

static enum status decide(struct court *c, struct member who, uint64_t item, enum decision_act act, struct decide_reply *out)
{
    struct decide_request in = {.item = item, .act = act, .reason = REASON_FALSE, .words = TEXT("查无此事")};

    in.hash = queue_keep_hash(queue_open(&c->town->forum, who, item).hash);
    enum status status = forum_do(&c->town->forum, who.session, MSG_DECIDE, &in);
    if (!status)
        forum_reply(&c->town->forum, out);
    return status;
}

static uint64_t count(struct court *c, const char *sql)
{
    return forum_number(&c->town->forum, sql);
}

/* ---- who is named ---- */

static void whoever_is_named_never_gets_it(void **state)
{
    struct court *c = *state;
    static const char *const naming[] = {"请@wei 说明", "魏长江收了钱", "魏長江的事"};
    struct decide_reply out;

    for (size_t i = 0; i < 3; i++) {
        send(c, "反映情况", naming[i]);
        assert_int_equal(first(c, c->wei), 0);
        uint64_t item = first(c, c->town->editor);
        assert_int_not_equal(item, 0);
        assert_int_equal(forum_ask(&c->town->forum, c->wei.session, MSG_ITEM_GET, &(struct item_get_request){.item = item}), STATUS_NOT_FOUND);
        struct claim_request claim = {.item = item};
        assert_int_equal(forum_do(&c->town->forum, c->wei.session, MSG_CLAIM, &claim), STATUS_NOT_FOUND);
        struct decide_request in = {.item = item, .act = DECISION_ACT_APPROVE};
        assert_int_equal(forum_do(&c->town->forum, c->wei.session, MSG_DECIDE, &in), STATUS_NOT_FOUND);
        assert_int_equal(decide(c, c->town->editor, item, DECISION_ACT_APPROVE, &out), STATUS_OK); /* one is enough to let it through */
        assert_false(out.second);
    }
    send(c, "魏长江在哪里", "标题里有");
    assert_int_equal(first(c, c->wei), 0);
    assert_int_equal(decide(c, c->town->editor, first(c, c->town->editor), DECISION_ACT_APPROVE, &out), STATUS_OK);
    send(c, "别的事", "weight 与魏长、江水无关");
    assert_int_not_equal(first(c, c->wei), 0);
}

/* Nobody puts a text out of everybody's reach by naming all who could decide on it. */
static void whoever_names_all_of_them_keeps_nobody_out(void **state)
{
    struct court *c = *state;
    struct decide_reply out;

    send(c, "都写上", "@wei @editor @admin 都来看");
    uint64_t item = first(c, c->town->editor);
    assert_int_not_equal(item, 0);
    assert_int_equal(first(c, c->wei), item);
    assert_int_equal(decide(c, c->town->editor, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_false(out.second);
}

static uint64_t head_for(struct court *c, struct member who)
{
    struct subscribe_request in = {.topic = TOPIC_QUEUE, .id = c->town->essays};
    struct subscribe_reply out;

    assert_int_equal(forum_ask(&c->town->forum, who.session, MSG_SUBSCRIBE, &in), STATUS_OK);
    forum_reply(&c->town->forum, &out);
    return out.head;
}

/* Neither an event nor a head of the queue tells the one who is named; the others learn that a second one is needed. */
static void the_queue_tells_the_one_who_is_named_nothing(void **state)
{
    struct court *c = *state;
    uint64_t before = head_for(c, c->wei), others = head_for(c, c->town->editor);
    struct decide_reply out;
    bool spared = false;

    send(c, "反映情况", "魏长江收了钱");
    const struct event *event = c->town->forum.r.events;
    assert_int_equal(event->topic, TOPIC_QUEUE);
    for (size_t at = 0; at < event->spared.len; at += sizeof c->wei.account)
        spared = spared || memcmp(event->spared.at + at, &c->wei.account, sizeof c->wei.account) == 0;
    assert_true(spared);
    assert_int_equal(head_for(c, c->wei), before);
    assert_true(head_for(c, c->town->admin) > others);
    others = head_for(c, c->town->admin);
    assert_int_equal(decide(c, c->town->editor, first(c, c->town->editor), DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_true(out.second);
    assert_true(head_for(c, c->town->admin) > others);
    assert_int_equal(head_for(c, c->wei), before);
}

/* A text that names somebody only since it was mended is kept from that moderator from then on. */
static void a_name_that_comes_later_counts(void **state)
{
    struct court *c = *state;
    struct held_reply mine;
    struct held_record held;

    send(c, "反映情况", "某人收了钱");
    uint64_t item = first(c, c->wei);
    assert_int_not_equal(item, 0);
    assert_int_equal(forum_ask(&c->town->forum, c->town->author.session, MSG_HELD, &(struct held_request){0}), STATUS_OK);
    forum_reply(&c->town->forum, &mine);
    assert_true(items_next(&mine.held, &shape_held_record, &held));
    struct held_edit_request mend = {.held = held.id, .version = 1, .body = TEXT("魏长江收了钱")};
    assert_int_equal(forum_do(&c->town->forum, c->town->author.session, MSG_HELD_EDIT, &mend), STATUS_OK);
    assert_int_equal(first(c, c->wei), 0);
    assert_int_equal(forum_ask(&c->town->forum, c->wei.session, MSG_ITEM_GET, &(struct item_get_request){.item = item}), STATUS_NOT_FOUND);
}

/* ---- two ---- */

static void a_refusal_takes_two(void **state)
{
    struct court *c = *state;
    struct decide_reply out;

    send(c, "反映情况", "魏长江收了钱");
    uint64_t item = first(c, c->town->editor);
    assert_int_equal(decide(c, c->town->editor, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_true(out.second);
    assert_int_equal(out.decision, 0);
    assert_int_equal(count(c, "SELECT count(*) FROM decision"), 0);
    assert_int_equal(count(c, "SELECT count(*) FROM notice"), 0);
    assert_int_equal(count(c, "SELECT count(*) FROM held WHERE state = 0"), 1);
    assert_int_equal(count(c, "SELECT count(*) FROM audit WHERE act = 'decide' AND detail LIKE '%proposes remove'"), 1);

    /* Not again by the same, nor by the one named. */
    assert_int_equal(first(c, c->town->editor), 0);
    assert_int_equal(first(c, c->wei), 0);
    struct decide_request again = {.item = item, .act = DECISION_ACT_REMOVE, .reason = REASON_FALSE};
    assert_int_equal(forum_do(&c->town->forum, c->town->editor.session, MSG_DECIDE, &again), STATUS_NOT_FOUND);

    struct item_record listed = queue_first(&c->town->forum, c->town->admin, NULL);
    assert_int_equal(listed.item, item);
    assert_int_equal(listed.proposed, DECISION_ACT_REMOVE);
    struct item_get_reply opened = queue_open(&c->town->forum, c->town->admin, item);
    assert_int_equal(opened.proposed_reason, REASON_FALSE);
    assert_true(text_equal(opened.proposed_words, TEXT("查无此事")));
    assert_int_equal(decide(c, c->town->admin, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_false(out.second);
    assert_int_equal(count(c, "SELECT count(*) FROM held WHERE state = 4"), 1);
    assert_int_equal(count(c, "SELECT count(*) FROM decision"), 1);

    /* The appeal goes to neither of them. */
    struct appeal_request appeal = {.decision = out.decision, .words = TEXT("确有其事")};
    assert_int_equal(forum_do(&c->town->forum, c->town->author.session, MSG_APPEAL, &appeal), STATUS_OK);
    assert_int_equal(first(c, c->town->admin), 0);
    assert_int_equal(first(c, c->town->editor), 0);
    assert_int_equal(first(c, c->wei), 0);
    struct member third = forum_member(&c->town->forum, "third", ROLE_MODERATOR);
    assert_int_not_equal(first(c, third), 0);
}

static void the_second_may_decide_otherwise(void **state)
{
    struct court *c = *state;
    struct decide_reply out;

    send(c, "反映情况", "魏长江收了钱");
    uint64_t item = first(c, c->town->editor);
    assert_int_equal(decide(c, c->town->editor, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_int_equal(decide(c, c->town->admin, item, DECISION_ACT_APPROVE, &out), STATUS_OK);
    assert_false(out.second);
    assert_int_equal(count(c, "SELECT count(*) FROM post"), 1);
}

/* What the first has looked at is what the second agrees to. */
static void a_changed_text_needs_two_anew(void **state)
{
    struct court *c = *state;
    struct decide_reply out;
    struct held_reply mine;
    struct held_record held;

    send(c, "反映情况", "魏长江收了钱");
    uint64_t item = first(c, c->town->editor);
    assert_int_equal(decide(c, c->town->editor, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_int_equal(forum_ask(&c->town->forum, c->town->author.session, MSG_HELD, &(struct held_request){0}), STATUS_OK);
    forum_reply(&c->town->forum, &mine);
    assert_true(items_next(&mine.held, &shape_held_record, &held));
    struct held_edit_request mend = {.held = held.id, .version = 1, .body = TEXT("魏长江收了钱，有证据")};
    assert_int_equal(forum_do(&c->town->forum, c->town->author.session, MSG_HELD_EDIT, &mend), STATUS_OK);
    assert_int_equal(decide(c, c->town->admin, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_true(out.second);
    assert_int_equal(first(c, c->town->admin), 0);
    assert_int_equal(decide(c, c->town->editor, item, DECISION_ACT_REMOVE, &out), STATUS_OK);
    assert_false(out.second);
}

static void a_post_as_it_stands_takes_two(void **state)
{
    struct court *c = *state;
    struct forum *forum = &c->town->forum;
    struct post_hash_reply looked;
    struct decide_reply out;

    hold(c, CHANGE_OFF);
    struct post_reply opened = forum_post(forum, c->town->author, "essays", "题目", TEXT("一"));
    struct reply_reply post = forum_answer(forum, c->town->author, opened.thread, 0, TEXT("请 @wei 回答"));
    assert_int_equal(forum_ask(forum, c->wei.session, MSG_POST_HASH, &(struct post_hash_request){.post = post.post}), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(forum, c->town->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = post.post}), STATUS_OK);
    forum_reply(forum, &looked);
    struct decide_request in = {
        .post = post.post, .act = DECISION_ACT_HIDE, .reason = REASON_FALSE, .hash = queue_keep_hash(looked.hash), .sanction = true,
        .kind = SANCTION_KIND_WARNING,
    };
    assert_int_equal(forum_do(forum, c->town->editor.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(forum, &out);
    assert_true(out.second);
    assert_int_equal(out.imposed, 0);
    assert_int_equal(count(c, "SELECT count(*) FROM post WHERE state <> 0"), 0);
    assert_int_equal(forum_do(forum, c->town->editor.session, MSG_DECIDE, &in), STATUS_DECIDED);
    struct item_record listed = queue_first(forum, c->town->admin, NULL);
    assert_int_equal(listed.post, post.post);
    assert_int_equal(decide(c, c->town->admin, listed.item, DECISION_ACT_HIDE, &out), STATUS_OK);
    assert_false(out.second);
    assert_int_equal(count(c, "SELECT count(*) FROM post WHERE state <> 0"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whoever_is_named_never_gets_it),
        TEST(whoever_names_all_of_them_keeps_nobody_out),
        TEST(the_queue_tells_the_one_who_is_named_nothing),
        TEST(a_name_that_comes_later_counts),
        TEST(a_refusal_takes_two),
        TEST(the_second_may_decide_otherwise),
        TEST(a_changed_text_needs_two_anew),
        TEST(a_post_as_it_stands_takes_two),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
