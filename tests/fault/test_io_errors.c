/*
 * The Nth call to the file system fails, for every N until none does. The store refuses or goes on; and what
 * it still called durable survives a loss of power right afterwards. The same, with steps between that share no
 * factor so that they meet different calls, for a full disk and for failures that last.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>

#include "server/util/log.h"
#include "tests/fault/fault_vfs.h"
#include "tests/fault/fault_work.h"

enum { SMALL = 2000 };

/* Whether the plan came to its failure. */
static bool fail_at(const struct fault_plan *plan)
{
    struct work work;

    work_init(&work, plan->at, SMALL);
    fault_vfs_plan(plan);
    work_do(&work);
    bool reached = fault_vfs_calls() >= plan->at;
    fault_vfs_survive(plan->at);
    work_check(&work);
    work_fini(&work);
    return reached;
}

/* Every `step`th call. */
static void fail_each(enum fault_kind kind, int code, uint64_t step)
{
    struct fault_plan plan = {.kind = kind, .counted = FAULT_ALL, .at = 1, .code = code};

    while (fail_at(&plan))
        plan.at += step;
    print_message("# up to call %llu\n", (unsigned long long)plan.at);
}

static void one_call_fails(void **state)
{
    (void)state;
    fail_each(FAULT_ONCE, SQLITE_IOERR, 1);
}

static void the_disk_is_full_once(void **state)
{
    (void)state;
    fail_each(FAULT_ONCE, SQLITE_FULL, 7);
}

static void the_disk_fails_for_good(void **state)
{
    (void)state;
    fail_each(FAULT_ALWAYS, SQLITE_IOERR, 13);
}

static void the_disk_stays_full(void **state)
{
    (void)state;
    fail_each(FAULT_ALWAYS, SQLITE_FULL, 11);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_call_fails),
        cmocka_unit_test(the_disk_is_full_once),
        cmocka_unit_test(the_disk_fails_for_good),
        cmocka_unit_test(the_disk_stays_full),
    };
    log_set_level((enum log_level)(LOG_LEVEL_ERROR + 1)); /* the errors are the point */
    fault_vfs_register();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
