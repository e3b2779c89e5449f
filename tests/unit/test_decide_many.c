/* Several items at once, the queue by filters, and a sanction that comes with a decision; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

enum { MOST = LIMIT_DECIDE_MANY };

/* Items that were looked at, as decide_many takes them. */
struct chosen {
    uint8_t bytes[MOST * 64];
    struct wire_writer w;
    struct items items;
    uint64_t item[MOST];
};

static void choose_begin(struct chosen *c)
{
    c->w = wire_writer_over(c->bytes, sizeof c->bytes);
    c->items = items_begin(&c->w);
}

static void choose(struct town *t, struct chosen *c, struct member who, uint64_t item)
{
    const struct decide_item_record one = {.item = item, .hash = queue_keep_hash(queue_open(&t->forum, who, item).hash)};

    c->item[c->items.count] = item;
    items_add(&c->w, &c->items, &shape_decide_item_record, &one);
}

/* Everything in somebody's queue. */
static void choose_all(struct town *t, struct chosen *c, struct member who, struct queue_request in)
{
    struct queue_reply out;
    struct item_record item;
    uint64_t items[MOST];
    size_t count = 0;

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_QUEUE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    while (count < MOST && items_next(&out.items, &shape_item_record, &item))
        items[count++] = item.item;
    choose_begin(c);
    for (size_t i = 0; i < count; i++)
        choose(t, c, who, items[i]);
}

static struct decide_outcome_record outcome(struct town *t, size_t at)
{
    struct decide_many_reply out;
    struct decide_outcome_record record = {0};

    forum_reply(&t->forum, &out);
    for (size_t i = 0; i <= at; i++)
        assert_true(items_next(&out.outcomes, &shape_decide_outcome_record, &record));
    return record;
}

static enum status decide(struct town *t, struct member who, const struct chosen *c, struct decide_many_request in)
{
    in.items = c->items;
    return forum_do(&t->forum, who.session, MSG_DECIDE_MANY, &in);
}

static int make(void **state)
{
    assert_int_equal(town_make(state), 0);
    struct town *t = *state;
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_ON};
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    return 0;
}

static void send(struct town *t, struct member by, const char *title)
{
    struct post_request in = {.board = TEXT("essays"), .title = text_of(title), .body = TEXT("正文")};

    assert_int_equal(forum_do(&t->forum, by.session, MSG_POST, &in), STATUS_OK);
}

static uint64_t count(struct town *t, const char *sql)
{
    return forum_number(&t->forum, sql);
}

/* ---- several at once ---- */

static void each_is_decided_by_itself(void **state)
{
    struct town *t = *state;
    struct chosen c;

    send(t, t->author, "一");
    send(t, t->citizen, "二");
    send(t, t->author, "三");
    choose_all(t, &c, t->editor, (struct queue_request){0});
    assert_int_equal(c.items.count, 3);
    assert_int_equal(decide(t, t->editor, &c, (struct decide_many_request){.act = DECISION_ACT_APPROVE}), STATUS_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(outcome(t, i).item, c.item[i]);
        assert_int_equal(outcome(t, i).status, STATUS_OK);
        assert_int_not_equal(outcome(t, i).decision, 0);
    }
    assert_int_equal(count(t, "SELECT count(*) FROM post"), 3);
    assert_int_equal(count(t, "SELECT count(*) FROM decision WHERE length(hash) = 32"), 3);
    assert_int_equal(count(t, "SELECT count(*) FROM audit WHERE decision > 0"), 3);
    assert_int_equal(count(t, "SELECT count(*) FROM notice WHERE kind = 9"), 3);
    assert_int_equal(decide(t, t->editor, &c, (struct decide_many_request){.act = DECISION_ACT_APPROVE}), STATUS_OK);
    assert_int_equal(outcome(t, 2).status, STATUS_DECIDED);
    assert_int_equal(count(t, "SELECT count(*) FROM decision"), 3);
}

/* What cannot be decided leaves no trace, and keeps no other from being decided. */
static void a_refused_one_is_undone_alone(void **state)
{
    struct town *t = *state;
    struct post_reply gone = forum_post(&t->forum, t->editor, "essays", "主题", TEXT("一"));
    struct reply_request answer = {.thread = gone.thread, .body = TEXT("答")};
    struct chosen c;

    send(t, t->author, "甲");
    send(t, t->author, "乙");
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_REPLY, &answer), STATUS_OK);
    send(t, t->author, "丙");
    choose_all(t, &c, t->editor, (struct queue_request){0});
    assert_int_equal(c.items.count, 4);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_CLAIM, &(struct claim_request){.item = c.item[0]}), STATUS_OK);
    struct held_reply mine;
    struct held_record held;
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_HELD, &(struct held_request){0}), STATUS_OK);
    forum_reply(&t->forum, &mine);
    for (size_t i = 0; i < 3; i++) /* newest first: 乙 is the third */
        assert_true(items_next(&mine.held, &shape_held_record, &held));
    struct held_edit_request mend = {.held = held.id, .version = 1, .body = TEXT("改过")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &mend), STATUS_OK);

    assert_int_equal(decide(t, t->editor, &c, (struct decide_many_request){.act = DECISION_ACT_APPROVE}), STATUS_OK);
    assert_int_equal(outcome(t, 0).status, STATUS_CLAIMED);
    assert_int_equal(outcome(t, 1).status, STATUS_STALE);
    assert_true(text_equal(outcome(t, 1).field, TEXT("hash")));
    assert_true(text_equal(outcome(t, 1).name, TEXT("stale")));
    assert_int_equal(outcome(t, 2).status, STATUS_OK);
    assert_int_equal(outcome(t, 3).status, STATUS_OK);
    assert_int_equal(count(t, "SELECT count(*) FROM decision"), 2);
    assert_int_equal(count(t, "SELECT count(*) FROM post"), 3);
    assert_int_equal(count(t, "SELECT count(*) FROM item WHERE open"), 2);
}

static void bad_requests_change_nothing(void **state)
{
    struct town *t = *state;
    struct member stranger = forum_member(&t->forum, "stranger", ROLE_MEMBER);
    uint64_t elsewhere = forum_board(&t->forum, "elsewhere", ROLE_VISITOR, ROLE_CITIZEN);
    struct chosen c, none;

    send(t, t->author, "一");
    choose_all(t, &c, t->editor, (struct queue_request){0});
    choose_begin(&none);
    assert_int_equal(decide(t, t->editor, &none, (struct decide_many_request){.act = DECISION_ACT_APPROVE}), STATUS_BAD_FIELD);
    assert_int_equal(decide(t, t->editor, &c, (struct decide_many_request){.act = DECISION_ACT_REMOVE}), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    assert_int_equal(decide(t, t->editor, &c, (struct decide_many_request){.act = DECISION_ACT_MOVE, .reason = REASON_SPAM}), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "act");
    assert_int_equal(decide(t, t->citizen, &c, (struct decide_many_request){.act = DECISION_ACT_APPROVE}), STATUS_FORBIDDEN);
    forum_grant(&t->forum, stranger, ROLE_MODERATOR, elsewhere);
    assert_int_equal(decide(t, stranger, &c, (struct decide_many_request){.act = DECISION_ACT_APPROVE}), STATUS_OK);
    assert_int_equal(outcome(t, 0).status, STATUS_NOT_FOUND);
    assert_int_equal(count(t, "SELECT count(*) FROM decision"), 0);
    assert_int_equal(count(t, "SELECT count(*) FROM item WHERE open"), 1);
}

/* ---- filters of the queue ---- */

static uint64_t listed(struct town *t, struct queue_request in)
{
    struct queue_reply out;

    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_QUEUE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out.items.count;
}

static void the_queue_is_filtered(void **state)
{
    struct town *t = *state;
    struct post_reply shown = forum_post(&t->forum, t->editor, "essays", "主题", TEXT("一"));

    send(t, t->author, "一");
    send(t, t->citizen, "二");
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &(struct flag_request){.post = shown.post, .reason = REASON_SPAM}), STATUS_OK);
    assert_int_equal(listed(t, (struct queue_request){0}), 2); /* the flag is on one's own words */
    assert_int_equal(listed(t, (struct queue_request){.handle = TEXT("zhang")}), 1);
    assert_int_equal(listed(t, (struct queue_request){.handle = TEXT("zhang"), .cause = HOLD_CAUSE_FIRST}), 0);
    assert_int_equal(listed(t, (struct queue_request){.cause = HOLD_CAUSE_BOARD}), 2);
    assert_int_equal(listed(t, (struct queue_request){.kind = TEXT("held")}), 2);
    assert_int_equal(listed(t, (struct queue_request){.kind = TEXT("flagged")}), 0);
    assert_int_equal(listed(t, (struct queue_request){.rule = TEXT("a/b")}), 0);
    assert_int_equal(listed(t, (struct queue_request){.kind = TEXT("held"), .handle = TEXT("wang"), .board = TEXT("essays"), .unclaimed = true}), 1);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_QUEUE, &(struct queue_request){.kind = TEXT("odd")}), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "kind");
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_QUEUE, &(struct queue_request){.handle = TEXT("nobody")}), STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, t->citizen.session, MSG_QUEUE, &(struct queue_request){.handle = TEXT("nobody")}), STATUS_FORBIDDEN);
}

/* ---- a sanction with a decision ---- */

static enum status refuse_with(struct town *t, struct member who, uint64_t item, struct decide_request in)
{
    in.item = item;
    in.act = in.act ? in.act : DECISION_ACT_REMOVE;
    in.sanction = true;
    in.hash = queue_keep_hash(queue_open(&t->forum, who, item).hash);
    return forum_do(&t->forum, who.session, MSG_DECIDE, &in);
}

static void a_sanction_comes_with_the_decision(void **state)
{
    struct town *t = *state;
    struct decide_reply out;

    send(t, t->citizen, "广告");
    uint64_t item = queue_first(&t->forum, t->editor, NULL).item;
    assert_int_equal(refuse_with(t, t->editor, item, (struct decide_request){
        .reason = REASON_SPAM, .words = TEXT("请勿刷屏"), .kind = SANCTION_KIND_MUTE, .hours = 24,
    }), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_not_equal(out.imposed, 0);
    assert_int_equal(count(t, "SELECT count(*) FROM sanction s JOIN board b ON b.id = s.board WHERE b.slug = 'essays' AND s.kind = 1"), 1);
    assert_int_equal(count(t, "SELECT count(*) FROM decision WHERE reason = 2 AND words = '请勿刷屏'"), 2);
    assert_int_equal(count(t, "SELECT count(*) FROM audit WHERE decision > 0"), 2);
    assert_int_equal(count(t, "SELECT count(*) FROM notice"), 2);
    assert_int_equal(newest_notice(&t->forum, t->citizen).kind, NOTICE_KIND_SANCTION);
}

static void where_the_sanction_is_refused_nothing_is_decided(void **state)
{
    struct town *t = *state;
    struct member keeper = forum_member(&t->forum, "keeper", ROLE_MEMBER), peer = forum_member(&t->forum, "peer", ROLE_MEMBER);

    forum_grant(&t->forum, keeper, ROLE_MODERATOR, t->essays);
    send(t, t->citizen, "一");
    uint64_t item = queue_first(&t->forum, keeper, NULL).item;
    assert_int_equal(refuse_with(t, keeper, item, (struct decide_request){.reason = REASON_SPAM, .kind = SANCTION_KIND_BAN, .site = true}), STATUS_FORBIDDEN);
    assert_string_equal(t->forum.r.fault.field, "site");
    assert_int_equal(refuse_with(t, keeper, item, (struct decide_request){.act = DECISION_ACT_APPROVE, .kind = SANCTION_KIND_WARNING}), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    assert_int_equal(refuse_with(t, keeper, item, (struct decide_request){.reason = REASON_SPAM, .kind = SANCTION_KIND_WARNING, .hours = 1}), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "hours");
    assert_int_equal(refuse_with(t, keeper, item, (struct decide_request){
        .reason = REASON_SPAM, .kind = SANCTION_KIND_MUTE, .hours = LIMIT_SANCTION_HOURS + 1,
    }), STATUS_BAD_FIELD);
    assert_int_equal(count(t, "SELECT count(*) FROM decision"), 0);
    assert_int_equal(count(t, "SELECT count(*) FROM item WHERE open"), 1);

    /* Nobody's reach goes to those who have the same power. */
    send(t, peer, "二");
    forum_grant(&t->forum, peer, ROLE_MODERATOR, t->essays);
    item = queue_first(&t->forum, t->editor, NULL).item;
    struct queue_request of_peer = {.handle = TEXT("peer")};
    struct chosen c;
    choose_all(t, &c, t->editor, of_peer);
    assert_int_equal(refuse_with(t, t->editor, c.item[0], (struct decide_request){.reason = REASON_SPAM, .kind = SANCTION_KIND_MUTE}), STATUS_FORBIDDEN);
    assert_string_equal(t->forum.r.fault.field, "sanction");
    assert_int_equal(count(t, "SELECT count(*) FROM decision"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_is_decided_by_itself),
        TEST(a_refused_one_is_undone_alone),
        TEST(bad_requests_change_nothing),
        TEST(the_queue_is_filtered),
        TEST(a_sanction_comes_with_the_decision),
        TEST(where_the_sanction_is_refused_nothing_is_decided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
