/* The tables of moderation alone: which steps there are, what a reason is owed for, why something waits, and what a decision's hash covers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "moderation/content.h"
#include "moderation/hold.h"
#include "moderation/verdict.h"
#include "server/util/arena.h"

enum { HELD_STATE_COUNT = HELD_STATE_REFUSED + 1 };

/* ---- steps ---- */

static void nothing_but_an_approval_leads_from_held_to_visible(void **state)
{
    (void)state;
    for (enum held_state from = 0; from <= HELD_STATE_REFUSED; from++)
        for (enum held_step step = 0; step < HELD_STEPS; step++) {
            enum held_state to = from;
            bool possible = verdict_held(&to, step);
            if (possible && to == HELD_STATE_APPROVED)
                assert_true(from == HELD_STATE_WAITING && step == HELD_STEP_APPROVE);
            if (!possible)
                assert_int_equal(to, from);
        }
}

static void what_was_approved_or_taken_back_moves_no_more(void **state)
{
    (void)state;
    for (enum held_step step = 0; step < HELD_STEPS; step++) {
        enum held_state approved = HELD_STATE_APPROVED, withdrawn = HELD_STATE_WITHDRAWN;
        assert_false(verdict_held(&approved, step));
        assert_false(verdict_held(&withdrawn, step));
    }
}

/* By any number of steps: walks the whole graph. */
static void only_what_waits_can_ever_be_approved(void **state)
{
    bool reached[HELD_STATE_COUNT] = {[HELD_STATE_RETURNED] = true};

    (void)state;
    for (int round = 0; round < HELD_STATE_COUNT; round++)
        for (enum held_state from = 0; from <= HELD_STATE_REFUSED; from++)
            for (enum held_step step = 0; step < HELD_STEPS; step++) {
                enum held_state to = from;
                if (reached[from] && verdict_held(&to, step)) {
                    assert_true(to != HELD_STATE_APPROVED || from == HELD_STATE_WAITING);
                    reached[to] = true;
                }
            }
    assert_true(reached[HELD_STATE_APPROVED]); /* what was returned can be mended and let through */
}

static void a_deleted_post_is_its_author_s_alone(void **state)
{
    (void)state;
    for (enum decision_act act = 0; act <= DECISION_ACT_OVERTURN; act++) {
        enum post_state deleted = POST_STATE_DELETED;
        assert_false(verdict_post(&deleted, act));
    }
}

static void whatever_is_taken_can_come_back_and_nothing_else_can(void **state)
{
    (void)state;
    for (enum post_state from = 0; from <= POST_STATE_REMOVED; from++)
        for (enum decision_act act = 0; act <= DECISION_ACT_OVERTURN; act++) {
            enum post_state to = from;
            if (!verdict_post(&to, act))
                continue;
            assert_true(to != POST_STATE_DELETED);
            if (to == POST_STATE_VISIBLE && from != POST_STATE_VISIBLE)
                assert_int_equal(act, DECISION_ACT_RESTORE);
            if (to != from && to != POST_STATE_VISIBLE) {
                assert_true(verdict_owes_reason(act));
                assert_true(verdict_may_appeal(act));
                assert_true(verdict_post(&to, DECISION_ACT_RESTORE));
            }
        }
}

static void a_number_that_nobody_knows_is_no_decision(void **state)
{
    enum post_state post = POST_STATE_VISIBLE;

    (void)state;
    assert_false(verdict_post(&post, (enum decision_act)1000));
    assert_int_equal(verdict_step((enum decision_act)1000), HELD_STEPS);
    assert_false(verdict_owes_reason((enum decision_act)1000) || verdict_may_appeal((enum decision_act)1000));
}

/* ---- why something waits ---- */

static void what_waits_and_for_what_reason(void **state)
{
    static const struct board_policy holds = {.board = 1, .hold = true}, open = {.board = 1};
    static const struct {
        struct hold_facts facts;
        enum hold_cause cause;
    } cases[] = {
        {{.board = &open, .role = ROLE_CITIZEN}, HOLD_CAUSE_NONE},
        {{.board = &holds, .role = ROLE_CITIZEN}, HOLD_CAUSE_BOARD},
        {{.board = &holds, .role = ROLE_DEPUTY}, HOLD_CAUSE_BOARD},
        {{.board = &holds, .role = ROLE_MODERATOR}, HOLD_CAUSE_NONE},
        {{.board = &holds, .role = ROLE_ADMINISTRATOR, .first = 9}, HOLD_CAUSE_NONE},
        {{.board = &open, .role = ROLE_CITIZEN, .first = 2, .passed = 1}, HOLD_CAUSE_FIRST},
        {{.board = &open, .role = ROLE_CITIZEN, .first = 2, .passed = 2}, HOLD_CAUSE_NONE},
        {{.board = &open, .role = ROLE_MEMBER, .first = 2}, HOLD_CAUSE_NONE},
        {{.board = &open, .role = ROLE_VISITOR, .guest = true}, HOLD_CAUSE_GUEST},
        {{.board = &open, .role = ROLE_ADMINISTRATOR, .guest = true}, HOLD_CAUSE_GUEST},
        {{.board = &open, .role = ROLE_MEMBER, .person = true}, HOLD_CAUSE_PERSON},
        {{.board = &open, .role = ROLE_MEMBER, .filtered = true}, HOLD_CAUSE_FILTER},
        {{.board = &open, .role = ROLE_DEPUTY, .sent = 4, .rate = 3}, HOLD_CAUSE_RATE},
        {{.board = &open, .role = ROLE_DEPUTY, .sent = 3, .rate = 3}, HOLD_CAUSE_NONE},
        {{.board = &open, .role = ROLE_DEPUTY, .sent = 4}, HOLD_CAUSE_NONE},
        {{.board = &open, .role = ROLE_MODERATOR, .person = true, .filtered = true, .sent = 4, .rate = 3}, HOLD_CAUSE_NONE},
        /* what comes before what */
        {{.board = &holds, .role = ROLE_VISITOR, .guest = true, .person = true}, HOLD_CAUSE_GUEST},
        {{.board = &holds, .role = ROLE_CITIZEN, .first = 1, .person = true, .filtered = true, .sent = 4, .rate = 3}, HOLD_CAUSE_PERSON},
        {{.board = &holds, .role = ROLE_CITIZEN, .first = 1, .filtered = true, .sent = 4, .rate = 3}, HOLD_CAUSE_BOARD},
        {{.board = &open, .role = ROLE_CITIZEN, .first = 1, .filtered = true, .sent = 4, .rate = 3}, HOLD_CAUSE_FIRST},
        {{.board = &open, .role = ROLE_CITIZEN, .filtered = true, .sent = 4, .rate = 3}, HOLD_CAUSE_FILTER},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(hold_decide(&cases[i].facts), cases[i].cause);
}

/* ---- the hash ---- */

static struct items tags_of(struct arena *arena, const char *const *tags)
{
    struct wire_writer w = arena_writer(arena, 256);
    struct items list = items_begin(&w);

    for (; *tags; tags++)
        items_add_text(&w, &list, text_of(*tags));
    return list;
}

static void every_part_counts_and_none_passes_into_the_next(void **state)
{
    struct arena *arena = arena_new(1 << 16);
    const struct content contents[] = {
        {.board = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 2, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .title = TEXT("甲乙"), .body = TEXT("丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .title = TEXT(""), .body = TEXT("甲乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .body = TEXT("甲乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .title = TEXT("甲"), .body = TEXT("乙丙丁")},
        {.board = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", "戊", NULL})},
        {.board = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁戊", NULL})},
        {.board = 1, .thread = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .post = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .reply_to = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .revision = 1, .title = TEXT("甲"), .body = TEXT("乙丙"), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
        {.board = 1, .title = TEXT("甲"), .body = TEXT("乙丙 "), .tags = tags_of(arena, (const char *[]){"丁", NULL})},
    };
    enum { COUNT = sizeof contents / sizeof *contents };
    uint8_t hashes[COUNT][CONTENT_HASH], again[CONTENT_HASH];

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        content_hash(&contents[i], hashes[i]);
        content_hash(&contents[i], again);
        assert_memory_equal(hashes[i], again, CONTENT_HASH);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(hashes[i], hashes[j], CONTENT_HASH);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_an_approval_leads_from_held_to_visible),
        cmocka_unit_test(what_was_approved_or_taken_back_moves_no_more),
        cmocka_unit_test(only_what_waits_can_ever_be_approved),
        cmocka_unit_test(a_deleted_post_is_its_author_s_alone),
        cmocka_unit_test(whatever_is_taken_can_come_back_and_nothing_else_can),
        cmocka_unit_test(a_number_that_nobody_knows_is_no_decision),
        cmocka_unit_test(what_waits_and_for_what_reason),
        cmocka_unit_test(every_part_counts_and_none_passes_into_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
