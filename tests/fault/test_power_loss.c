/*
 * The power fails at 200 points of the store's life, from its creation to its closing; what was acknowledged
 * is there afterwards, once. A point is named by its number, which is also its seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "server/util/log.h"
#include "tests/fault/fault_vfs.h"
#include "tests/fault/fault_work.h"

enum { LOG_DUE = 16 << 20 }; /* bytes from which the log is emptied */
enum { SMALL = 2000, LARGE = 1700000, POINTS = 200, LARGE_ONE_IN = 10 };

/* Changes to files that the whole work takes when nothing fails. Large jobs must get the log emptied meanwhile. */
static uint64_t measure(uint64_t seed, size_t bytes)
{
    struct work work;
    const struct fault_plan none = {.kind = FAULT_NONE};

    work_init(&work, seed, bytes);
    fault_vfs_plan(&none);
    work_do(&work);
    uint64_t calls = fault_vfs_calls();
    if (bytes == LARGE)
        assert_true(work.longest_log >= LOG_DUE);
    work_check(&work);
    work_fini(&work);
    return calls;
}

static void lose_power(uint64_t point, uint64_t at, size_t bytes)
{
    struct work work;
    const struct fault_plan plan = {.kind = FAULT_CUT, .counted = FAULT_CHANGES, .at = at};

    work_init(&work, point, bytes);
    fault_vfs_plan(&plan);
    work_do(&work);
    fault_vfs_survive(point);
    work_check(&work);
    work_fini(&work);
}

/* Those of the 200 points, spread over the whole work, that are wanted. */
static void lose_power_all_along(size_t bytes, bool (*wanted)(uint64_t point))
{
    uint64_t calls = measure(1, bytes);

    print_message("# %llu changes to files\n", (unsigned long long)calls);
    for (uint64_t point = 0; point < POINTS; point++) {
        if (!wanted(point))
            continue;
        uint64_t at = 1 + point * calls / POINTS;
        print_message("# point %llu: change %llu\n", (unsigned long long)point, (unsigned long long)at);
        lose_power(point, at, bytes);
    }
}

static bool is_large(uint64_t point)
{
    return point % LARGE_ONE_IN == LARGE_ONE_IN - 1;
}

static bool is_small(uint64_t point)
{
    return !is_large(point);
}

static void small_jobs_survive(void **state)
{
    (void)state;
    lose_power_all_along(SMALL, is_small);
}

/* So large that the log is emptied in the middle. */
static void large_jobs_survive(void **state)
{
    (void)state;
    lose_power_all_along(LARGE, is_large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_jobs_survive),
        cmocka_unit_test(large_jobs_survive),
    };
    log_set_level((enum log_level)(LOG_LEVEL_ERROR + 1)); /* the errors are the point */
    fault_vfs_register();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
