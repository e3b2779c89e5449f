/*
 * SQLite's Nth allocation fails, for every N until none does, once or from then on: while jobs run, and in wider
 * steps while a store is opened. The store never calls durable what is not there, never crashes, and serves
 * again once there is memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>

#include "server/util/log.h"
#include "tests/unit/store_fixture.h"

static sqlite3_mem_methods real;
static atomic_llong left; /* allocations until the failure; negative: none is to fail */
static atomic_bool lasting, failed;

static bool fails(void)
{
    if (atomic_load(&left) < 0)
        return false;
    if (atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) > 1)
        return false;
    bool first = !atomic_exchange(&failed, true);
    return first || atomic_load(&lasting);
}

static void *allocate(int size)
{
    return fails() ? NULL : real.xMalloc(size);
}

static void *reallocate(void *memory, int size)
{
    return fails() ? NULL : real.xRealloc(memory, size);
}

static void arm(long long at, bool lasts)
{
    atomic_store(&failed, false);
    atomic_store(&lasting, lasts);
    atomic_store(&left, at);
}

/* Whether the failure came. */
static bool disarm(void)
{
    atomic_store(&left, -1);
    return atomic_load(&failed);
}

enum { JOBS = 6 };

/* Four bits for each job: how often it is there, in one query. */
static void check(const struct fixture *fixture, const struct trace *traces)
{
    char sql[224];
    int64_t expected = 0;

    for (unsigned i = 0; i < JOBS; i++)
        if (traces[i].way == TRACE_KEEP && traces[i].job.durable)
            expected |= 1LL << 4 * i;
    snprintf(sql, sizeof sql,
             "SELECT sum(1 << 4 * (target - %lld)) FROM (SELECT target FROM audit_before ORDER BY id DESC LIMIT 16)"
             " WHERE target BETWEEN %lld AND %lld",
             (long long)traces[0].number, (long long)traces[0].number, (long long)traces[JOBS - 1].number);
    assert_int_equal(fixture_sql(fixture, sql), expected);
}

/* One group and one reader with the failure at `at`, then a job that has to succeed: whether the failure came. */
static bool serve(struct fixture *fixture, long long at, bool lasts)
{
    static int64_t number;
    struct trace traces[JOBS], look = trace_of(fixture, 0, TRACE_READ), after = trace_of(fixture, ++number, TRACE_KEEP);

    for (unsigned i = 0; i < JOBS; i++) {
        traces[i] = trace_of(fixture, ++number, i == 2 ? TRACE_REFUSE : i == 3 ? TRACE_FAIL : TRACE_KEEP);
        traces[i].bytes = 1000;
    }
    arm(at, lasts);
    unsigned settled = fixture->settled;
    store_read(fixture->store, &look.job);
    fixture_wait(fixture, settled + 1);
    fixture_write(fixture, traces, JOBS);
    bool came = disarm();
    check(fixture, traces);
    fixture_write(fixture, &after, 1);
    assert_true(after.job.durable);
    return came;
}

static void serve_until_none_fails(bool lasts)
{
    struct fixture fixture;
    long long at = 1;

    fixture_init(&fixture);
    assert_true(fixture_open(&fixture, NULL));
    while (serve(&fixture, at, lasts))
        at++;
    print_message("# up to allocation %lld\n", at);
    fixture_fini(&fixture);
}

static void one_allocation_fails_while_serving(void **state)
{
    (void)state;
    serve_until_none_fails(false);
}

static void memory_runs_out_while_serving(void **state)
{
    (void)state;
    serve_until_none_fails(true);
}

/* Opens a store, new or not, with the failure at `at`: whether it came. */
static bool open_at(long long at, bool again)
{
    struct fixture fixture;

    fixture_init(&fixture);
    if (again) {
        assert_true(fixture_open(&fixture, NULL));
        fixture_close(&fixture);
    }
    arm(at, true);
    bool opened = fixture_open(&fixture, NULL);
    bool came = disarm();
    if (!opened) {
        assert_true(came);
        assert_true(fixture.refusal.text[0]);
        fixture_close(&fixture);
        assert_true(fixture_open(&fixture, NULL));
    }
    fixture_fini(&fixture);
    return came;
}

static void memory_runs_out_while_opening(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++)
        for (long long at = 1; open_at(at, again); at += 1 + at / 6)
            ;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_allocation_fails_while_serving),
        cmocka_unit_test(memory_runs_out_while_serving),
        cmocka_unit_test(memory_runs_out_while_opening),
    };
    log_set_level((enum log_level)(LOG_LEVEL_ERROR + 1)); /* the errors are the point */
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    atomic_store(&left, -1);
    sqlite3_mem_methods faulty = real;
    faulty.xMalloc = allocate;
    faulty.xRealloc = reallocate;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &faulty);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
