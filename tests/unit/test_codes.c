/* Printable codes: their form, and how forgiving comparison is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>

#include "server/accounts/codes.h"

static void test_form(void **state)
{
    char code[CODES_CHARS + 1], other[CODES_CHARS + 1];

    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        codes_make(code);
        assert_int_equal(strlen(code), CODES_CHARS);
        assert_int_equal(strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), CODES_CHARS);
        for (unsigned at = 0; at < CODES_CHARS; at++)
            assert_int_equal(code[at] == '-', at % (CODES_GROUP + 1) == CODES_GROUP);
        codes_make(other);
        assert_string_not_equal(code, other);
    }
}

static void test_comparison(void **state)
{
    static const char *const same[] = {"01ABC-DEF", "01abc-def", " 01AB CDEF ", "oIabcDEF", "OlA-B-C-DEF"};
    static const char *const others[] = {"01ABCDEG", "01ABCDE", "", "01ABCDEF0", "01ABCDE_F"};
    uint8_t first[CODES_HASH], hash[CODES_HASH];

    (void)state;
    codes_hash(text_of(same[0]), first);
    for (unsigned i = 0; i < 5; i++) {
        codes_hash(text_of(same[i]), hash);
        assert_memory_equal(hash, first, CODES_HASH);
        codes_hash(text_of(others[i]), hash);
        assert_memory_not_equal(hash, first, CODES_HASH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_form), cmocka_unit_test(test_comparison)};
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
