/* Which addresses the hub may call: special networks, embedded addresses, what an administrator named; and callbacks' URLs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "server/feeds/push_address.h"
#include "server/feeds/push_callback.h"
#include "server/feeds/push_limits.h"

static const struct push_networks none = {.count = 0};

static bool may(const char *address, const struct push_networks *networks)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(80)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(80)};

    if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
        return push_address_may((const struct sockaddr *)&four, sizeof four, networks);
    assert_int_equal(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
    return push_address_may((const struct sockaddr *)&six, sizeof six, networks);
}

static void public_addresses_may_be_called(void **state)
{
    static const char *const addresses[] = {
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
        "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
        "2001:200::1", "2001:4860:4860::8888", "2003::1", "2400:3200::1", "2606:4700::1111", "3ffe::1", "2001:db7:ffff::", "2001:db9::",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    };

    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (!may(addresses[i], &none))
            fail_msg("%s is refused", addresses[i]);
}

static void special_addresses_may_not(void **state)
{
    static const char *const addresses[] = {
        "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0",
        "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255",
        "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::127.0.0.1", "64:ff9b::192.168.1.1",
        "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1",
        "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1",
        "1fff::1",
    };

    (void)state;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (may(addresses[i], &none))
            fail_msg("%s is called", addresses[i]);
}

static void other_families_may_not(void **state)
{
    struct sockaddr_storage other = {.ss_family = AF_UNIX};
    struct sockaddr_in cut = {.sin_family = AF_INET};

    (void)state;
    assert_false(push_address_may((const struct sockaddr *)&other, sizeof other, &none));
    inet_pton(AF_INET, "8.8.8.8", &cut.sin_addr);
    assert_false(push_address_may((const struct sockaddr *)&cut, sizeof cut - 1, &none));
}

static void named_networks_may_be_called(void **state)
{
    struct push_networks networks;

    (void)state;
    assert_true(push_networks_read(TEXT("127.0.0.0/8, 10.20.30.0/23,fd00:20::/32 , 192.168.7.7/32"), &networks));
    assert_int_equal(networks.count, 4);
    assert_true(may("127.9.9.9", &networks));
    assert_true(may("::ffff:127.9.9.9", &networks));
    assert_true(may("10.20.31.255", &networks));
    assert_false(may("10.20.32.0", &networks));
    assert_true(may("fd00:20:1::1", &networks));
    assert_false(may("fd00:21::1", &networks));
    assert_true(may("192.168.7.7", &networks));
    assert_false(may("192.168.7.6", &networks));
    assert_false(may("::1", &networks));
    assert_true(may("8.8.8.8", &networks));
    assert_true(push_networks_read(TEXT("0.0.0.0/0"), &networks));
    assert_true(may("10.0.0.1", &networks));
    assert_false(may("fd00::1", &networks));
}

static void lists_of_networks_are_read_strictly(void **state)
{
    static const char *const wrong[] = {
        "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "/8", "10.0.0/8", "fd00::/129", "fd00::/8x", "10.0.0.0/8,", ",10.0.0.0/8",
        "10.0.0.0/8 10.1.0.0/16", "localhost/8", " ", "10.0.0.0/0000000008", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/8",
    };
    struct push_networks networks;
    char many[512] = "10.0.0.0/8";

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (push_networks_read(text_of(wrong[i]), &networks))
            fail_msg("`%s` is taken", wrong[i]);
    assert_true(push_networks_read(TEXT(""), &networks));
    assert_int_equal(networks.count, 0);
    for (int i = 1; i < PUSH_NETWORKS; i++)
        strcat(many, ",10.0.0.0/8");
    assert_true(push_networks_read(text_of(many), &networks));
    strcat(many, ",10.0.0.0/8");
    assert_false(push_networks_read(text_of(many), &networks));
}

static void loopback_is_near(void **state)
{
    struct sockaddr_in own = {.sin_family = AF_INET};

    (void)state;
    inet_pton(AF_INET, "127.0.0.1", &own.sin_addr);
    assert_true(push_address_is_near((const struct sockaddr *)&own, sizeof own));
    inet_pton(AF_INET, "240.0.0.1", &own.sin_addr); /* no machine has it */
    assert_false(push_address_is_near((const struct sockaddr *)&own, sizeof own));
}

/* ---- callbacks ---- */

static void callbacks_are_plain_addresses(void **state)
{
    static const char *const right[] = {
        "http://example.com/", "https://example.com", "http://example.com:80/a?b=c", "https://example.com:8443/x/y", "http://example.com:1024/", "HTTP://EXAMPLE.com/",
        "https://example.com:443/", "http://[2001:db8::1]:8080/cb", "http://192.0.2.1/", "http://example.com/%E4%BE%8B?x=%20",
    };
    static const char *const wrong[] = {
        "", "example.com", "/x", "ftp://example.com/", "file:///etc/passwd", "dict://example.com:11211/", "http://", "http://example.com:22/",
        "http://example.com:25/", "http://example.com:1023/", "http://example.com:0/", "http://example.com:65536/", "http://example.com:-1/", "http://u@example.com/",
        "http://u:p@example.com/", "http://:p@example.com/", "http://example.com/#f", "http://example.com/ x", "http://example.com/\r\nX: y",
        "http://example.com/\t", "http://例子.cn/", "http://example.com/<", "http://example.com\\@127.0.0.1/", "javascript:alert(1)", "http://[::1", "http://[fe80::1%eth0",
    };

    (void)state;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        if (!push_callback_may(text_of(right[i])))
            fail_msg("`%s` is refused", right[i]);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (push_callback_may(text_of(wrong[i])))
            fail_msg("`%s` is taken", wrong[i]);
    assert_false(push_callback_may((struct text){NULL, 0}));
    assert_false(push_callback_may((struct text){"http://example.com/\0x", 21}));
}

static void callbacks_have_bounds(void **state)
{
    char url[PUSH_MAX_ADDRESS + 2] = "http://example.com/";

    (void)state;
    memset(url + strlen(url), 'x', sizeof url - strlen(url));
    assert_true(push_callback_may((struct text){url, PUSH_MAX_ADDRESS}));
    assert_false(push_callback_may((struct text){url, PUSH_MAX_ADDRESS + 1}));
}

static void hosts_are_compared_in_lower_case(void **state)
{
    char *host = push_callback_host("http://Reader.EXAMPLE.com:8080/x");

    (void)state;
    assert_non_null(host);
    assert_string_equal(host, "reader.example.com");
    free(host);
    assert_null(push_callback_host("http://"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(public_addresses_may_be_called),
        cmocka_unit_test(special_addresses_may_not),
        cmocka_unit_test(other_families_may_not),
        cmocka_unit_test(named_networks_may_be_called),
        cmocka_unit_test(lists_of_networks_are_read_strictly),
        cmocka_unit_test(loopback_is_near),
        cmocka_unit_test(callbacks_are_plain_addresses),
        cmocka_unit_test(callbacks_have_bounds),
        cmocka_unit_test(hosts_are_compared_in_lower_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
