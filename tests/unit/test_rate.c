/* Token buckets: bursts, refill, whose bucket it is, and what a flood of strangers does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include "server/rate.h"

static const int64_t start = 1700000000000;

static int open_table(void **state)
{
    *state = rate_table_new();
    return *state ? 0 : -1;
}

static int close_table(void **state)
{
    rate_table_free(*state);
    return 0;
}

/* How many tokens can be had at once. */
static unsigned drain(struct rate_table *table, enum message_index message, uint64_t account, uint64_t peer, int64_t now)
{
    unsigned taken = 0;
    while (taken < 10000 && rate_take(table, &messages[message], account, peer, now) == 0)
        taken++;
    return taken;
}

static void test_burst_and_refill(void **state)
{
    const struct message *password = &messages[INDEX_PASSWORD];

    /* RATE(password, 5, 5, 600, ACTOR) */
    assert_int_equal(drain(*state, INDEX_PASSWORD, 1, 0, start), 5);
    assert_int_equal(rate_take(*state, password, 1, 0, start), 120000);
    assert_int_equal(rate_take(*state, password, 1, 0, start + 119999), 1);
    assert_int_equal(rate_take(*state, password, 1, 0, start + 120000), 0);
    assert_int_equal(rate_take(*state, password, 1, 0, start + 120000), 120000);
    assert_int_equal(drain(*state, INDEX_PASSWORD, 1, 0, start + 86400000), 5);
    /* A clock that goes back opens nothing. */
    assert_true(rate_take(*state, password, 1, 0, start) > 0);
}

static void test_owners(void **state)
{
    assert_int_equal(drain(*state, INDEX_POST, 1, 7, start), 60);
    assert_int_equal(drain(*state, INDEX_POST, 2, 7, start), 60);
    /* An address prefix and an account with the same number are not the same. */
    assert_int_equal(drain(*state, INDEX_POST, 0, 1, start), 60);
    assert_int_equal(drain(*state, INDEX_REPLY, 1, 7, start), 60);
    /* By address prefix, whoever one is. */
    assert_int_equal(drain(*state, INDEX_LOGIN, 0, 9, start), 30);
    assert_int_equal(drain(*state, INDEX_LOGIN, 5, 9, start), 0);
    /* Only visitors are counted. */
    assert_int_equal(drain(*state, INDEX_READ, 0, 3, start), 200);
    assert_int_equal(drain(*state, INDEX_READ, 1, 3, start), 10000);
    /* No row: free. */
    assert_int_equal(drain(*state, INDEX_WHOAMI, 0, 3, start), 10000);
}

static void test_subjects(void **state)
{
    unsigned taken = 0;

    while (taken < 1000 && rate_take_subject(*state, &messages[INDEX_LOGIN], 9, start) == 0)
        taken++;
    assert_int_equal(taken, 30);
    assert_int_equal(drain(*state, INDEX_LOGIN, 0, 9, start), 30);
    assert_int_equal(rate_take_subject(*state, &messages[INDEX_LOGIN], 10, start), 0);
    assert_int_equal(rate_take_subject(*state, &messages[INDEX_POST], 9, start), 0);
}

/* Far more strangers than buckets: each may go on as if new, and nobody gets more than a burst at once. */
static void test_flood(void **state)
{
    const struct message *login = &messages[INDEX_LOGIN];

    for (uint64_t peer = 1; peer <= 300000; peer++)
        assert_int_equal(rate_take(*state, login, 0, peer, start + (int64_t)peer), 0);
    assert_true(drain(*state, INDEX_LOGIN, 0, 12345678, start + 300001) == 30);
}

/* Every write and every way to guess has a row. */
static void test_coverage(void **state)
{
    for (uint32_t i = 0; i < MESSAGES; i++) {
        bool write = messages[i].where == WHERE_WRITE || messages[i].where == WHERE_SECRET || messages[i].where == WHERE_KDF;
        if (write && messages[i].op != MSG_IMPORT && drain(*state, (enum message_index)i, 77, 77, start) == 10000)
            fail_msg("%s has no row in rates.def", messages[i].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_burst_and_refill, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_owners, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_subjects, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_flood, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_coverage, open_table, close_table),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
