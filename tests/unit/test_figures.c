/* Figures of moderation: that sums are what a recount gives, who sees whose, and what is said of waiting; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

/* ---- what moderators do ---- */

static enum status flag(struct town *t, struct member by, uint64_t post)
{
    return forum_do(&t->forum, by.session, MSG_FLAG, &(struct flag_request){.post = post, .reason = REASON_SPAM});
}

/* Decides on the first item of somebody's queue; returns the decision. */
static uint64_t decide(struct town *t, struct member by, enum decision_act act)
{
    struct decide_request in = {.act = act, .reason = REASON_SPAM};
    struct decide_reply out;

    in.item = queue_first(&t->forum, by, NULL).item;
    assert_true(in.item > 0);
    in.hash = queue_keep_hash(queue_open(&t->forum, by, in.item).hash);
    assert_int_equal(forum_do(&t->forum, by.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out.decision;
}

static uint64_t decide_flagged(struct town *t, struct member by, const char *board, enum decision_act act)
{
    struct post_reply post = forum_post(&t->forum, t->author, board, "题目", TEXT("文字"));

    assert_int_equal(flag(t, t->other, post.post), STATUS_OK);
    return decide(t, by, act);
}

static void appeal(struct town *t, struct member by, uint64_t decision)
{
    assert_int_equal(forum_do(&t->forum, by.session, MSG_APPEAL, &(struct appeal_request){.decision = decision, .words = TEXT("不对")}), STATUS_OK);
}

static void make_bin(struct town *t)
{
    forum_board(&t->forum, "bin", ROLE_MODERATOR, ROLE_ADMINISTRATOR);
    assert_int_equal(forum_number(&t->forum, "UPDATE board SET kind = 4 WHERE slug = 'bin' RETURNING 1"), 1);
}

/* A bit of everything: flags, what was held, a sanction, appeals with both ends. */
static void moderate(struct town *t)
{
    make_bin(t);
    decide_flagged(t, t->editor, "essays", DECISION_ACT_KEEP);
    uint64_t upheld = decide_flagged(t, t->editor, "essays", DECISION_ACT_REMOVE);
    uint64_t overturned = decide_flagged(t, t->editor, "inner", DECISION_ACT_HIDE);
    assert_int_equal(forum_number(&t->forum, "UPDATE board SET hold = 1 WHERE slug = 'essays' RETURNING 1"), 1);
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_POST,
                              &(struct post_request){.board = TEXT("essays"), .title = TEXT("送审"), .body = TEXT("文字")}), STATUS_OK);
    decide(t, t->admin, DECISION_ACT_APPROVE);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_SANCTION,
                              &(struct sanction_request){.handle = TEXT("zhang"), .kind = SANCTION_KIND_MUTE, .hours = 1, .reason = REASON_SPAM}), STATUS_OK);
    appeal(t, t->author, upheld);
    decide(t, t->admin, DECISION_ACT_UPHOLD);
    appeal(t, t->author, overturned);
    decide(t, t->admin, DECISION_ACT_OVERTURN);
}

/* ---- what is asked ---- */

static enum status ask(struct town *t, struct member by, enum figures_of of, uint64_t days, uint64_t after)
{
    return forum_ask(&t->forum, by.session, MSG_FIGURES, &(struct figures_request){.of = of, .days = days, .after = after});
}

/* The row at a place; its texts and lists last until the next request. */
static struct figure_record row(struct town *t, struct member by, enum figures_of of, uint64_t place)
{
    struct figures_reply out;
    struct figure_record record = {0};

    assert_int_equal(ask(t, by, of, 0, 0), STATUS_OK);
    forum_reply(&t->forum, &out);
    for (uint64_t i = 0; i <= place; i++)
        assert_true(items_next(&out.figures, &shape_figure_record, &record));
    return record;
}

static uint64_t count_of(struct items acts, enum decision_act act)
{
    struct act_count_record record;

    while (items_next(&acts, &shape_act_count_record, &record))
        if (record.act == act)
            return record.count;
    return 0;
}

static uint64_t cause_of(struct items causes, enum item_kind kind, enum hold_cause cause)
{
    struct cause_count_record record;

    while (items_next(&causes, &shape_cause_count_record, &record))
        if (record.kind == kind && record.cause == cause)
            return record.count;
    return 0;
}

/* ---- tests ---- */

/* The same sums, counted anew from every decision ever made. */
#define RECOUNT "(WITH d AS (SELECT d.board, (d.time + 28800000) / 86400000 AS day, d.actor, d.act, d.account, d.appeal, i.kind, h.cause, " \
    "(SELECT count(*) FROM figure_wait WHERE upto < d.time - i.created) AS wait " \
    "FROM decision d LEFT JOIN item i ON i.id = d.item LEFT JOIN held h ON i.kind = 0 AND h.id = i.held), " \
    "f AS (SELECT board, day, actor, 0 AS what, act AS value FROM d UNION ALL SELECT board, day, actor, 1, wait FROM d WHERE kind IS NOT NULL " \
    "UNION ALL SELECT board, day, actor, 2, 256 * kind + coalesce(cause, 0) FROM d WHERE kind IS NOT NULL " \
    "UNION ALL SELECT board, day, actor, 5, act FROM d WHERE account > 0 AND account <> actor " \
    "UNION ALL SELECT board, day, actor, 3, 0 FROM d WHERE appeal > 0 UNION ALL SELECT board, day, actor, 4, 0 FROM d WHERE appeal = 3) " \
    "SELECT board, day, actor, what, value, count(*) FROM f GROUP BY board, day, actor, what, value)"

static void test_sums_are_what_a_recount_gives(void **state)
{
    struct town *t = *state;

    moderate(t);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM decision"), 7);
    assert_int_equal(forum_number(&t->forum, "SELECT sum(count) FROM figure WHERE what = 0"), 7);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM (SELECT * FROM figure EXCEPT SELECT * FROM " RECOUNT ")"), 0);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM (SELECT * FROM " RECOUNT " EXCEPT SELECT * FROM figure)"), 0);
}

static void test_ones_own(void **state)
{
    struct town *t = *state;
    struct figure_record own;

    moderate(t);
    own = row(t, t->editor, FIGURES_OF_OWN, 0);
    assert_true(text_equal(own.handle, TEXT("editor")));
    assert_int_equal(own.decided, 3);
    assert_int_equal(own.appealable, 2);
    assert_int_equal(own.appealed, 2);
    assert_int_equal(own.overturned, 1);
    assert_int_equal(own.waited, 3);
    assert_int_equal(count_of(own.acts, DECISION_ACT_KEEP), 1);
    assert_int_equal(cause_of(own.causes, ITEM_KIND_FLAGGED, HOLD_CAUSE_NONE), 3);
    assert_true(own.median > 0 && own.median <= own.late && own.late <= 60000);
    own = row(t, t->admin, FIGURES_OF_OWN, 0);
    assert_int_equal(own.decided, 4);
    assert_int_equal(own.waited, 3); /* the sanction was nobody's to wait for */
    assert_int_equal(cause_of(own.causes, ITEM_KIND_HELD, HOLD_CAUSE_BOARD), 1);
    assert_int_equal(cause_of(own.causes, ITEM_KIND_APPEAL, HOLD_CAUSE_NONE), 2);
}

static void test_who_sees_whose(void **state)
{
    struct town *t = *state;

    moderate(t);
    for (enum figures_of of = FIGURES_OF_OWN; of <= FIGURES_OF_MODERATORS; of++) {
        assert_int_equal(ask(t, t->author, of, 0, 0), STATUS_NOT_FOUND);
        assert_int_equal(ask(t, t->editor, of, 0, 0), of == FIGURES_OF_OWN ? STATUS_OK : STATUS_NOT_FOUND);
        assert_int_equal(ask(t, t->admin, of, 0, 0), STATUS_OK);
        assert_int_equal(ask(t, (struct member){0}, of, 0, 0), STATUS_LOGIN_NEEDED);
    }
    forum_grant(&t->forum, t->citizen, ROLE_MODERATOR, t->essays);
    assert_int_equal(row(t, t->citizen, FIGURES_OF_OWN, 0).decided, 0);
    assert_int_equal(ask(t, t->citizen, FIGURES_OF_BOARDS, 0, 0), STATUS_NOT_FOUND);
    assert_int_equal(ask(t, t->admin, FIGURES_OF_OWN, LIMIT_FIGURE_DAYS + 1, 0), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "days");
}

static void test_boards_and_moderators(void **state)
{
    struct town *t = *state;
    struct post_reply post;
    struct figure_record site, essays, inner, editor;

    moderate(t);
    post = forum_post(&t->forum, t->other, "inner", "题目", TEXT("文字"));
    assert_int_equal(flag(t, t->editor, post.post), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_POST,
                              &(struct post_request){.board = TEXT("essays"), .title = TEXT("送审"), .body = TEXT("文字")}), STATUS_OK);
    site = row(t, t->admin, FIGURES_OF_BOARDS, 0);
    assert_int_equal(site.board, 0);
    assert_int_equal(count_of(site.acts, DECISION_ACT_MUTE), 1);
    assert_int_equal(site.waiting, 0);
    assert_int_equal(site.oldest, 0);
    essays = row(t, t->admin, FIGURES_OF_BOARDS, 1);
    assert_true(text_equal(essays.board_slug, TEXT("essays")));
    assert_int_equal(essays.waiting, 1);
    assert_int_equal(essays.oldest, forum_number(&t->forum, "SELECT created FROM item ORDER BY id DESC LIMIT 1"));
    inner = row(t, t->admin, FIGURES_OF_BOARDS, 2);
    assert_int_equal(inner.waiting, 1);
    assert_int_equal(inner.overturned, 1);
    editor = row(t, t->admin, FIGURES_OF_MODERATORS, 1);
    assert_true(text_equal(editor.handle, TEXT("editor")));
    assert_int_equal(editor.decided, 3);
}

/* Of several gravities the one that waits longest, not the one that comes first. */
static void test_the_oldest(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("文字"));
    struct post_reply second = forum_post(&t->forum, t->author, "essays", "题目", TEXT("文字"));

    assert_int_equal(flag(t, t->other, first.post), STATUS_OK);
    uint64_t oldest = forum_number(&t->forum, "SELECT created FROM item");
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG,
                              &(struct flag_request){.post = second.post, .reason = REASON_PRIVACY}), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(DISTINCT rank) FROM item"), 2);
    assert_int_equal(row(t, t->admin, FIGURES_OF_BOARDS, 1).oldest, oldest);
    assert_int_equal(row(t, t->admin, FIGURES_OF_BOARDS, 1).waiting, 2);
}

static void put(struct town *t, unsigned what, unsigned value, unsigned count)
{
    char sql[200];

    snprintf(sql, sizeof sql, "INSERT INTO figure (board, day, actor, what, value, count) VALUES (%llu, (SELECT max(day) FROM figure), %llu, %u, %u, %u) "
             "ON CONFLICT DO UPDATE SET count = %u RETURNING 1",
             (unsigned long long)t->essays, (unsigned long long)t->editor.account, what, value, count, count);
    assert_int_equal(forum_number(&t->forum, sql), 1);
}

static void test_waiting_times(void **state)
{
    struct town *t = *state;
    struct figure_record own;

    decide_flagged(t, t->editor, "essays", DECISION_ACT_KEEP);
    put(t, 1, 0, 0);
    put(t, 1, 3, 10); /* between 3 and 5 minutes */
    own = row(t, t->editor, FIGURES_OF_OWN, 0);
    assert_int_equal(own.waited, 10);
    assert_int_equal(own.median, 4 * 60000);
    assert_int_equal(own.late, 288000);
    put(t, 1, 31, 90); /* longer than the last edge */
    own = row(t, t->editor, FIGURES_OF_OWN, 0);
    assert_int_equal(own.waited, 100);
    assert_int_equal(own.median, UINT64_C(60) * 24 * 3600 * 1000);
    assert_int_equal(own.waits.count, 2);
}

static void test_only_the_days_that_were_asked_for(void **state)
{
    struct town *t = *state;
    struct figures_reply out;
    struct figure_record own;

    decide_flagged(t, t->editor, "essays", DECISION_ACT_KEEP);
    decide_flagged(t, t->editor, "inner", DECISION_ACT_KEEP);
    assert_true(forum_number(&t->forum, "UPDATE figure SET day = day - 30 WHERE board = 1 RETURNING 1") == 1);
    assert_int_equal(row(t, t->editor, FIGURES_OF_OWN, 0).decided, 1);
    assert_int_equal(ask(t, t->editor, FIGURES_OF_OWN, 31, 0), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(items_next(&out.figures, &shape_figure_record, &own));
    assert_int_equal(own.decided, 2);
    assert_int_equal(out.first.len, 10);
}

static void test_pages(void **state)
{
    enum { MORE = 120 };
    struct town *t = *state;
    struct figures_reply out;
    struct figure_record record;
    uint64_t boards = 0, after = 0;
    char slug[16];

    for (unsigned i = 0; i < MORE; i++) {
        snprintf(slug, sizeof slug, "more-%u", i);
        forum_board(&t->forum, slug, ROLE_VISITOR, ROLE_CITIZEN);
    }
    do {
        assert_int_equal(ask(t, t->admin, FIGURES_OF_BOARDS, 0, after), STATUS_OK);
        forum_reply(&t->forum, &out);
        assert_true(out.figures.count <= 51);
        while (items_next(&out.figures, &shape_figure_record, &record))
            boards++;
        after = out.next;
    } while (after);
    assert_int_equal(boards, MORE + 3); /* with the town's two, and the site */
}

int main(void)
{
#define TOWN_TEST(test) cmocka_unit_test_setup_teardown(test, town_make, town_end)
    const struct CMUnitTest tests[] = {
        TOWN_TEST(test_sums_are_what_a_recount_gives),
        TOWN_TEST(test_ones_own),
        TOWN_TEST(test_who_sees_whose),
        TOWN_TEST(test_boards_and_moderators),
        TOWN_TEST(test_the_oldest),
        TOWN_TEST(test_waiting_times),
        TOWN_TEST(test_only_the_days_that_were_asked_for),
        TOWN_TEST(test_pages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
