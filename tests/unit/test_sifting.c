/* What is sent, before it is shown: filters, repeats, rates, holds on persons; who is not concerned, and what betrays nothing; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/forum/filters_cache.h"
#include "server/store/held.h"
#include "tests/unit/queue_fixture.h"

static int make(void **state)
{
    assert_int_equal(town_make(state), 0);
    struct town *t = *state;
    t->forum.site.filters = filter_cache_new();
    assert_non_null(t->forum.site.filters);
    return 0;
}

static int end(void **state)
{
    struct town *t = *state;

    filter_cache_free(t->forum.site.filters);
    return town_end(state);
}

/* ---- steps ---- */

static enum status put(struct town *t, const char *name, const char *text)
{
    struct filter_put_request in = {.filter = text_of(name), .text = text_of(text)};

    return forum_do(&t->forum, t->admin.session, MSG_FILTER_PUT, &in);
}

static void put_in_force(struct town *t, const char *name, const char *text)
{
    assert_int_equal(put(t, name, text), STATUS_OK);
}

static enum status send_to(struct town *t, struct member by, const char *board, const char *body, struct post_reply *out)
{
    struct post_request in = {.board = text_of(board), .title = TEXT("题目"), .body = text_of(body)};
    enum status status = forum_do(&t->forum, by.session, MSG_POST, &in);

    *out = (struct post_reply){.post = 0};
    if (!status)
        forum_reply(&t->forum, out);
    return status;
}

/* Whether it was shown at once. */
static bool shown(struct town *t, struct member by, const char *board, const char *body)
{
    struct post_reply out;

    assert_int_equal(send_to(t, by, board, body, &out), STATUS_OK);
    assert_true(!out.post == (out.held.len == HELD_ID));
    return out.post != 0;
}

static enum hold_cause cause_of_newest(struct town *t, struct member who)
{
    struct held_request in = {.open = true};
    struct held_reply out;
    struct held_record held;

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_HELD, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(items_next(&out.held, &shape_held_record, &held));
    return held.cause;
}

/* The rule at `at` of all that are in force. */
static struct filter_record rule_at(struct town *t, size_t at)
{
    struct filters_request in = {.after = {NULL, 0}};
    struct filters_reply out;
    struct filter_record rule;

    assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_FILTERS, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    for (size_t i = 0; i <= at; i++)
        assert_true(items_next(&out.filters, &shape_filter_record, &rule));
    return rule;
}

/* Lets the first item of the editor's queue through. */
static void pass_first(struct town *t)
{
    uint64_t item = queue_first(&t->forum, t->editor, NULL).item;
    struct decide_request in = {
        .item = item, .act = DECISION_ACT_APPROVE, .hash = queue_keep_hash(queue_open(&t->forum, t->editor, item).hash),
    };

    assert_true(item != 0);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &in), STATUS_OK);
}

/* ---- filters ---- */

static void a_change_of_rules_counts_at_once(void **state)
{
    struct town *t = *state;
    struct filter_remove_request gone = {.filter = TEXT("a")};

    assert_true(shown(t, t->author, "essays", "甲乙丙丁"));
    put_in_force(t, "a", "rule r hold\nword 甲乙");
    assert_false(shown(t, t->author, "essays", "甲乙丙丁"));
    assert_int_equal(cause_of_newest(t, t->author), HOLD_CAUSE_FILTER);
    put_in_force(t, "a", "rule r hold\nword 戊己");
    assert_true(shown(t, t->author, "essays", "甲乙丙丁"));
    assert_int_equal(put(t, "a", "rule r hold\npattern ("), STATUS_BAD_FIELD);
    assert_false(shown(t, t->author, "essays", "戊己")); /* the old one stays */
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_FILTER_REMOVE, &gone), STATUS_OK);
    assert_true(shown(t, t->author, "essays", "戊己"));
}

static void whoever_decides_there_is_not_filtered(void **state)
{
    struct town *t = *state;
    struct post_reply out;

    put_in_force(t, "a", "rule r refuse spam\nword 甲乙");
    assert_true(shown(t, t->editor, "essays", "甲乙"));
    assert_int_equal(send_to(t, t->author, "essays", "甲乙", &out), STATUS_REFUSED);
    forum_grant(&t->forum, t->author, ROLE_MODERATOR, t->essays);
    assert_true(shown(t, t->author, "essays", "甲乙"));
    assert_int_equal(send_to(t, t->author, "inner", "甲乙", &out), STATUS_REFUSED); /* not there */
}

static void hits_are_counted_whatever_becomes_of_them(void **state)
{
    struct town *t = *state;
    struct post_reply out;

    put_in_force(t, "a", "rule stop refuse spam\nword 甲乙\nrule wait hold\nword 丙丁");
    assert_int_equal(send_to(t, t->author, "essays", "甲乙", &out), STATUS_REFUSED);
    assert_int_equal(rule_at(t, 0).hits, 1); /* though nothing was stored */
    assert_true(rule_at(t, 0).last != 0);
    assert_int_equal(send_to(t, t->author, "essays", "甲乙丙丁", &out), STATUS_REFUSED);
    assert_false(shown(t, t->author, "essays", "丙丁"));
    assert_int_equal(rule_at(t, 0).hits, 2);
    assert_int_equal(rule_at(t, 1).hits, 2);
    assert_int_equal(forum_number(&t->forum, "SELECT sum(hits) FROM filter_rule"), 4); /* and now it is */
    put_in_force(t, "a", "rule wait flag\nword 戊己\nrule stop refuse spam\nword 甲乙");
    assert_int_equal(rule_at(t, 0).hits, 2); /* by their names */
    put_in_force(t, "a", "rule other flag\nword 戊己");
    assert_int_equal(rule_at(t, 0).hits, 0);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM filter_rule"), 1);
}

static void a_flag_names_the_rule_and_joins_what_people_say(void **state)
{
    struct town *t = *state;
    struct post_reply out;
    struct item_record item;
    uint64_t count;

    put_in_force(t, "a", "rule look flag off_topic\nword 甲乙");
    assert_int_equal(send_to(t, t->author, "essays", "甲乙", &out), STATUS_OK);
    assert_true(out.post != 0);
    struct flag_request flag = {.post = out.post, .reason = REASON_SPAM};
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &flag), STATUS_OK);
    item = queue_first(&t->forum, t->editor, &count);
    assert_int_equal(count, 1);
    assert_int_equal(item.kind, ITEM_KIND_FLAGGED);
    assert_int_equal(item.flags, 1);
    assert_true(text_equal(item.rule, TEXT("a/look")));
    struct edit_request edit = {.post = out.post, .revision = 1, .body = TEXT("甲乙丙")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    (void)queue_first(&t->forum, t->editor, &count);
    assert_int_equal(count, 1);
}

static void there_are_only_so_many(void **state)
{
    struct town *t = *state;
    char name[16];

    for (int i = 0; i < LIMIT_FILTERS; i++) {
        snprintf(name, sizeof name, "f%d", i);
        put_in_force(t, name, "rule r hold\nword 甲乙");
    }
    assert_int_equal(put(t, "more", "rule r hold\nword 甲乙"), STATUS_TOO_MANY);
    put_in_force(t, "f0", "rule r flag\nword 甲乙"); /* one that is there may change */
}

static void pages_of_rules_go_on(void **state)
{
    struct town *t = *state;
    struct filters_request in = {.after = {NULL, 0}};
    struct filters_reply out;
    char text[8192], next[LIMIT_CURSOR];
    size_t len = 0, rules = LIMIT_PAGE_ITEMS + 7, seen = 0;

    for (size_t i = 0; i < rules; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "rule r%d hold\nword x\n", (int)i);
    put_in_force(t, "a", text);
    put_in_force(t, "b", "rule last hold\nword x");
    do {
        struct filter_record rule = {.hits = 0};
        assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_FILTERS, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        while (items_next(&out.filters, &shape_filter_record, &rule))
            seen++;
        if (out.next.len) {
            memcpy(next, out.next.at, out.next.len);
            in.after = (struct text){next, out.next.len};
        } else {
            assert_true(text_equal(rule.rule, TEXT("last")));
        }
    } while (out.next.len);
    assert_int_equal(seen, rules + 1);
}

static void a_trial_goes_through_everything(void **state)
{
    enum { POSTS = LIMIT_FILTER_TRIED + 20 };
    struct town *t = *state;
    struct filter_test_request in = {.text = TEXT("rule r hold\nword 甲乙")};
    struct filter_test_reply out;
    char next[LIMIT_CURSOR];
    uint64_t hits = 0, examined = 0;
    struct post_reply first;

    assert_int_equal(send_to(t, t->author, "essays", "甲乙", &first), STATUS_OK);
    for (int i = 0; i < POSTS; i++)
        forum_answer(&t->forum, t->other, first.thread, 0, TEXT("丙丁"));
    do {
        assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_FILTER_TEST, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        hits += out.hits.count;
        examined += out.examined;
        assert_true(out.examined <= LIMIT_FILTER_TRIED);
        if (out.next.len)
            memcpy(next, out.next.at, out.next.len);
        in.after = (struct text){next, out.next.len};
    } while (out.next.len);
    assert_int_equal(hits, 1);
    assert_int_equal(examined, POSTS + 1);
}

/* ---- repeats and rates ---- */

static void the_same_text_on_several_boards_is_seen(void **state)
{
    static const char text[] = "本店办理无抵押贷款，当天放款！", again[] = "本店 辦理無抵押貸款，当天放款。";
    struct town *t = *state;

    put_in_force(t, "a", "rule r hold spam\nrepeat 3 in 24h");
    assert_true(shown(t, t->author, "essays", text));
    assert_true(shown(t, t->other, "inner", again)); /* whoever sends it */
    assert_true(shown(t, t->author, "inner", "本店办理无抵押贷款，次日放款！"));
    assert_false(shown(t, t->author, "essays", text));
    assert_int_equal(cause_of_newest(t, t->author), HOLD_CAUSE_FILTER);
    for (int i = 0; i < 4; i++)
        assert_true(shown(t, t->author, "essays", "谢谢分享！")); /* people say thanks alike */
}

static void much_in_a_short_time_waits_and_blocks_no_moderator(void **state)
{
    struct town *t = *state;

    t->forum.site.hold_rate = 2;
    assert_true(shown(t, t->author, "essays", "一"));
    assert_true(shown(t, t->author, "inner", "二"));
    assert_false(shown(t, t->author, "essays", "三"));
    assert_int_equal(cause_of_newest(t, t->author), HOLD_CAUSE_RATE);
    assert_false(shown(t, t->author, "essays", "四"));
    assert_true(shown(t, t->other, "essays", "一")); /* each by itself */
    for (int i = 0; i < 4; i++)
        assert_true(shown(t, t->editor, "essays", "一"));
    pass_first(t); /* however many the author has shown */
    pass_first(t);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM sent"), 5);
    t->forum.site.hold_rate = 0;
    assert_true(shown(t, t->author, "essays", "五"));
}

/* ---- persons ---- */

static void a_hold_on_a_person_is_nobody_elses_to_know(void **state)
{
    struct town *t = *state;
    struct sanction_request in = {.handle = TEXT("zhang"), .kind = SANCTION_KIND_HOLD, .reason = REASON_SPAM};
    struct sanction_reply out;

    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_SANCTION, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_false(shown(t, t->author, "essays", "一"));
    assert_int_equal(cause_of_newest(t, t->author), HOLD_CAUSE_PERSON);
    assert_false(shown(t, t->author, "inner", "二"));
    assert_true(shown(t, t->other, "essays", "一"));
    struct appeal_request appeal = {.decision = out.decision, .words = TEXT("不是广告")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_APPEAL, &appeal), STATUS_OK);
    struct item_record item = queue_first(&t->forum, t->admin, NULL);
    assert_int_equal(item.kind, ITEM_KIND_APPEAL);
    uint64_t number = item.item;
    struct decide_request overturn = {
        .item = number, .act = DECISION_ACT_OVERTURN, .reason = REASON_OTHER, .words = TEXT("确实不是"),
        .hash = queue_keep_hash(queue_open(&t->forum, t->admin, number).hash),
    };
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_DECIDE, &overturn), STATUS_OK);
    assert_true(shown(t, t->author, "essays", "三"));
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM audit WHERE public > 0"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_change_of_rules_counts_at_once, make, end),
        cmocka_unit_test_setup_teardown(whoever_decides_there_is_not_filtered, make, end),
        cmocka_unit_test_setup_teardown(hits_are_counted_whatever_becomes_of_them, make, end),
        cmocka_unit_test_setup_teardown(a_flag_names_the_rule_and_joins_what_people_say, make, end),
        cmocka_unit_test_setup_teardown(there_are_only_so_many, make, end),
        cmocka_unit_test_setup_teardown(pages_of_rules_go_on, make, end),
        cmocka_unit_test_setup_teardown(a_trial_goes_through_everything, make, end),
        cmocka_unit_test_setup_teardown(the_same_text_on_several_boards_is_seen, make, end),
        cmocka_unit_test_setup_teardown(much_in_a_short_time_waits_and_blocks_no_moderator, make, end),
        cmocka_unit_test_setup_teardown(a_hold_on_a_person_is_nobody_elses_to_know, make, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
