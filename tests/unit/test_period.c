/* Periods of the calendar in China: where they begin and end, and what is no day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "moderation/period.h"

/* The first and last day of a period, and the first of the one before. */
struct row {
    enum period period;
    const char *day, *first, *last, *before;
};

static void check_date(int64_t time, const char *want)
{
    char room[PERIOD_DATE];

    if (!text_equal(period_date(time, room), text_of(want)))
        fail_msg("%s instead of %s", room, want);
}

static void test_borders(void **state)
{
    static const struct row rows[] = {
        {PERIOD_WEEK, "2026-11-25", "2026-11-23", "2026-11-29", "2026-11-16"},
        {PERIOD_WEEK, "2026-11-23", "2026-11-23", "2026-11-29", "2026-11-16"},
        {PERIOD_WEEK, "2026-11-29", "2026-11-23", "2026-11-29", "2026-11-16"},
        {PERIOD_WEEK, "2027-01-01", "2026-12-28", "2027-01-03", "2026-12-21"},
        {PERIOD_WEEK, "1970-01-05", "1970-01-05", "1970-01-11", "1970-01-01"},
        {PERIOD_MONTH, "2028-02-29", "2028-02-01", "2028-02-29", "2028-01-01"},
        {PERIOD_MONTH, "2026-02-28", "2026-02-01", "2026-02-28", "2026-01-01"},
        {PERIOD_MONTH, "2026-01-31", "2026-01-01", "2026-01-31", "2025-12-01"},
        {PERIOD_MONTH, "2026-12-01", "2026-12-01", "2026-12-31", "2026-11-01"},
        {PERIOD_QUARTER, "2026-11-25", "2026-10-01", "2026-12-31", "2026-07-01"},
        {PERIOD_QUARTER, "2000-01-01", "2000-01-01", "2000-03-31", "1999-10-01"},
        {PERIOD_QUARTER, "2100-03-31", "2100-01-01", "2100-03-31", "2099-10-01"},
    };
    struct period_span span, before;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(period_find(rows[i].period, text_of(rows[i].day), 0, &span));
        check_date(span.from, rows[i].first);
        check_date(span.to - 1, rows[i].last);
        before = period_before(rows[i].period, &span);
        check_date(before.from, rows[i].before);
        assert_true(before.to == span.from);
    }
}

static void test_a_day_begins_at_midnight_in_china(void **state)
{
    const int64_t monday = INT64_C(1795363200000); /* 2026-11-22 16:00 UTC */
    struct period_span span;

    (void)state;
    check_date(monday, "2026-11-23");
    check_date(monday - 1, "2026-11-22");
    span = period_at(PERIOD_WEEK, monday);
    assert_true(span.from == monday && span.to == monday + INT64_C(7) * 86400000);
    assert_true(period_at(PERIOD_WEEK, monday - 1).to == monday);
    assert_int_equal(period_day(monday), period_day(monday - 1) + 1);
    assert_true(period_find(PERIOD_WEEK, (struct text){NULL, 0}, monday, &span) && span.from == monday);
}

/* Each moment lies in its period, and the next one begins where it ends: day by day through four centuries. */
static void test_periods_follow_each_other(void **state)
{
    const int64_t day = 86400000;

    (void)state;
    for (enum period period = PERIOD_WEEK; period <= PERIOD_QUARTER; period++) {
        struct period_span span = period_at(period, 0);
        for (int64_t at = 0; at < 146097 * day; at += day) {
            struct period_span here = period_at(period, at);
            assert_true(here.from <= at && at < here.to);
            assert_true(here.from == span.from || here.from == span.to);
            span = here;
        }
    }
}

static void test_what_is_no_day(void **state)
{
    static const char *const bad[] = {
        "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31", "1969-12-31", "2026-1-1", "20261125", "2026-11-2x", "2026/11/25",
        "+026-11-25", " 2026-11-2", "2026-11-255",
    };
    struct period_span span;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (period_find(PERIOD_WEEK, text_of(bad[i]), 0, &span))
            fail_msg("%s was taken", bad[i]);
    assert_true(period_at(PERIOD_ALL, 5).from == 0 && period_at(PERIOD_ALL, 5).to == INT64_MAX);
    assert_true(period_at(PERIOD_WEEK, INT64_MAX).from > 0);
    assert_true(period_at(PERIOD_WEEK, INT64_MIN).from == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_borders),
        cmocka_unit_test(test_a_day_begins_at_midnight_in_china),
        cmocka_unit_test(test_periods_follow_each_other),
        cmocka_unit_test(test_what_is_no_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
