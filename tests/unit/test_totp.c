/* One-time passwords against the vectors of RFC 4226 and RFC 6238. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "server/accounts/totp.h"

static const struct text secret = TEXT_INIT("12345678901234567890");

static void test_hotp(void **state)
{
    static const uint32_t values[] = {755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489};

    (void)state;
    for (uint64_t i = 0; i < 10; i++)
        assert_int_equal(totp_value(secret, i) % 1000000, values[i]);
}

static void test_totp(void **state)
{
    static const struct { int64_t time; uint32_t code; } rows[] = {
        {59, 94287082}, {1111111109, 7081804}, {1111111111, 14050471}, {1234567890, 89005924}, {2000000000, 69279037}, {20000000000, 65353130},
    };

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        char code[7];
        assert_int_equal(totp_value(secret, (uint64_t)rows[i].time / 30) % 100000000, rows[i].code);
        snprintf(code, sizeof code, "%06u", rows[i].code % 1000000);
        assert_int_equal(totp_match(secret, text_of(code), rows[i].time * 1000, 0), rows[i].time / 30);
    }
}

static void test_window(void **state)
{
    const int64_t at = 1111111111000; /* step 37037037 */
    const uint64_t step = 37037037;

    (void)state;
    assert_int_equal(totp_match(secret, TEXT("050 471"), at, 0), step);
    assert_int_equal(totp_match(secret, TEXT("050471"), at + 30000, 0), step);
    assert_int_equal(totp_match(secret, TEXT("050471"), at - 30000, 0), step);
    assert_int_equal(totp_match(secret, TEXT("050471"), at + 60000, 0), 0);
    assert_int_equal(totp_match(secret, TEXT("050471"), at - 60000, 0), 0);
    assert_int_equal(totp_match(secret, TEXT("050471"), at, step), 0);
    assert_int_equal(totp_match(secret, TEXT("050471"), at, step + 1), 0);
    assert_int_equal(totp_match(secret, TEXT("050472"), at, 0), 0);
    assert_int_equal(totp_match(secret, TEXT("50471"), at, 0), 0);
    assert_int_equal(totp_match(secret, TEXT("0504710"), at, 0), 0);
    assert_int_equal(totp_match(secret, TEXT("-50471"), at, 0), 0);
    assert_int_equal(totp_match(secret, TEXT(""), at, 0), 0);
    assert_int_equal(totp_match(secret, TEXT("050471"), 0, 0), 0);
    assert_true(totp_is_code(TEXT("050 471")));
    assert_false(totp_is_code(TEXT("ABCDE-FGHJK-MNPQR-STVWX")));
}

/* RFC 4648, section 10. */
static void test_base32(void **state)
{
    static const char *const rows[][2] = {
        {"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"},
    };
    struct arena *arena = arena_new(65536);

    (void)state;
    for (unsigned i = 0; i < 7; i++)
        assert_true(text_equal(totp_base32(text_of(rows[i][0]), arena), text_of(rows[i][1])));
    arena_free(arena);
}

static void test_uri(void **state)
{
    struct arena *arena = arena_new(65536);
    struct text base32 = totp_base32(secret, arena);
    char site[64 * 3 + 1] = "", handle[32 * 4 + 1] = "";

    (void)state;
    assert_int_equal(base32.len, 32);
    assert_string_equal(totp_uri(TEXT("A & B"), TEXT("li.ming"), base32, arena).at,
                        "otpauth://totp/A%20%26%20B:li.ming?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=A%20%26%20B");
    for (unsigned i = 0; i < 64; i++)
        strcat(site, "党");
    for (unsigned i = 0; i < 32; i++)
        strcat(handle, "𠀀");
    struct text uri = totp_uri(text_of(site), text_of(handle), base32, arena);
    assert_true(uri.len <= TOTP_URI);
    assert_non_null(strstr(uri.at, "%E5%85%9A:%F0%A0%80%80"));
    assert_non_null(strstr(uri.at, "%F0%A0%80%80?secret="));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hotp),   cmocka_unit_test(test_totp), cmocka_unit_test(test_window),
        cmocka_unit_test(test_base32), cmocka_unit_test(test_uri),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
