/* Words with values filled in: places, cutting, and nothing that a terminal would obey. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "server/tell.h"

static void values_go_to_their_places_in_both_languages(void **state)
{
    struct complaint complaint;

    (void)state;
    assert_false(complain(&complaint, true, "f:1", "loops", TELL_NUMBER, TOLD("0", "64", "x")));
    assert_string_equal(complaint.text, "f:1: loops: must be a whole number from 0 to 64, not \"x\"");
    complain(&complaint, false, NULL, "loops", TELL_NUMBER, TOLD("0", "64", "x"));
    assert_string_equal(complaint.text, "loops: 必须是 0 到 64 之间的整数，而不是“x”");
}

static void a_place_without_a_value_is_left_out_and_values_are_no_places(void **state)
{
    char out[128];

    (void)state;
    tell_into(out, sizeof out, true, TELL_CHOICE, TOLD("{2}"));
    assert_string_equal(out, "must be one of {2}, not \"\"");
}

static void control_characters_are_shown(void **state)
{
    char out[128];

    (void)state;
    tell_into(out, sizeof out, true, TELL_FILE_UNREADABLE, TOLD("\x1b[2J\n\x7f"));
    assert_string_equal(out, "cannot be read: ?[2J??");
}

/* However little room there is, what stands there is whole characters. */
static void cutting_leaves_whole_characters(void **state)
{
    (void)state;
    for (size_t cap = 1; cap < 40; cap++) {
        char out[40];
        memset(out, 'x', sizeof out);
        tell_into(out, cap, false, TELL_FILE_UNREADABLE, TOLD("党员"));
        size_t len = strlen(out);
        assert_true(len < cap);
        assert_true(len == 0 || strncmp(out, "无法读取:党员", len) == 0);
        if (len)
            assert_true(((unsigned char)"无法读取:党员"[len] & 0xc0) != 0x80);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_go_to_their_places_in_both_languages),
        cmocka_unit_test(a_place_without_a_value_is_left_out_and_values_are_no_places),
        cmocka_unit_test(control_characters_are_shown),
        cmocka_unit_test(cutting_leaves_whole_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
