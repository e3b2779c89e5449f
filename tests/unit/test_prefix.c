/* Address prefixes: what is one prefix, what is another, and that counts come back to nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <arpa/inet.h>
#include <cmocka.h>

#include "server/net/prefix.h"

static uint64_t of(const struct prefix_table *table, const char *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
        return prefix_of(table, (struct sockaddr *)&v4);
    assert_int_equal(inet_pton(AF_INET6, address, &v6.sin6_addr), 1);
    return prefix_of(table, (struct sockaddr *)&v6);
}

static void prefixes_tell_households_apart(void **state)
{
    struct prefix_table *table = prefix_table_new();

    (void)state;
    assert_non_null(table);
    assert_true(of(table, "192.0.2.1") == of(table, "::ffff:192.0.2.1"));
    assert_true(of(table, "192.0.2.1") != of(table, "192.0.2.2"));
    assert_true(of(table, "2001:db8::1") == of(table, "2001:db8::2:3:4:5"));
    assert_true(of(table, "2001:db8::1") != of(table, "2001:db8:0:1::1"));
    prefix_table_free(table);
}

static void addresses_are_read_as_they_are_written(void **state)
{
    static const char *const none[] = {"", "unknown", "192.0.2", "192.0.2.1:80", "[2001:db8::1]", "fe80::1%eth0", "192.0.2.1 "};
    static const char long_one[] = "0000:0000:0000:0000:0000:ffff:255.255.255.2555";
    struct prefix_table *table = prefix_table_new();

    (void)state;
    assert_true(prefix_named(table, TEXT("192.0.2.1")) == of(table, "192.0.2.1"));
    assert_true(prefix_named(table, TEXT("2001:db8::1")) == of(table, "2001:db8::1"));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_true(prefix_named(table, text_of(none[i])) == 0);
    assert_true(prefix_named(table, text_of(long_one)) == 0);
    assert_true(prefix_named(table, (struct text){"192.0.2.1\0x", 11}) == 0);
    prefix_table_free(table);
}

static void another_process_knows_them_by_other_numbers(void **state)
{
    struct prefix_table *one = prefix_table_new(), *other = prefix_table_new();

    (void)state;
    assert_true(of(one, "192.0.2.1") != of(other, "192.0.2.1"));
    prefix_table_free(one);
    prefix_table_free(other);
}

static void counts_stop_at_the_limit_and_come_back(void **state)
{
    struct prefix_table *table = prefix_table_new();
    uint64_t one = of(table, "192.0.2.1"), other = of(table, "2001:db8::1");

    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 5; i++)
            assert_true(prefix_enter(table, one, 5));
        assert_false(prefix_enter(table, one, 5));
        assert_true(prefix_enter(table, one, 0)); /* no limit, but counted */
        assert_false(prefix_enter(table, one, 6));
        assert_true(prefix_enter(table, other, 1));
        for (int i = 0; i < 6; i++)
            prefix_leave(table, one);
        prefix_leave(table, other);
    }
    prefix_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_tell_households_apart),
        cmocka_unit_test(addresses_are_read_as_they_are_written),
        cmocka_unit_test(another_process_knows_them_by_other_numbers),
        cmocka_unit_test(counts_stop_at_the_limit_and_come_back),
    };
    return cmocka_run_group_tests_name("prefix", tests, NULL, NULL);
}
