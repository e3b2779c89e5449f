/* The command line: verbs of several words, options anywhere, and every mistake named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terminal/arguments.h"
#include "terminal/display.h"

static struct arguments arguments;
static enum saying wrong;
static struct text word;

enum { WORDS = 16 };

/* Reads a command line given as one string, split at blanks. */
static bool reads(const char *line)
{
    static char copy[512];
    char *argv[WORDS + 1] = {(char[]){"luntan"}}, *rest = copy;
    int argc = 1;

    memcpy(copy, line, strlen(line) + 1);
    for (char *at; argc < WORDS && (at = strsep(&rest, " "));)
        if (*at)
            argv[argc++] = at;
    return arguments_read(argc, argv, &arguments, &wrong, &word);
}

static void expect_wrong(const char *line, enum saying expected)
{
    assert_false(reads(line));
    assert_int_equal(wrong, expected);
}

static void test_no_verb(void **state)
{
    (void)state;
    assert_true(reads(""));
    assert_null(arguments.verb);
    assert_true(reads("--server h:1"));
    assert_null(arguments.verb);
    assert_string_equal(arguments.option[OPTION_SERVER], "h:1");
}

static void test_longest_verb_wins(void **state)
{
    (void)state;
    assert_true(reads("drafts"));
    assert_string_equal(arguments.verb->words, "drafts");
    assert_true(reads("drafts show 00"));
    assert_string_equal(arguments.verb->words, "drafts show");
    assert_string_equal(arguments.at[0], "00");
    assert_true(reads("admin role grant wang moderator --board essays"));
    assert_string_equal(arguments.verb->words, "admin role grant");
    assert_int_equal(arguments.count, 2);
}

static void test_options_anywhere(void **state)
{
    (void)state;
    assert_true(reads("--json --as li post essays --title=T --tag a --tag b -"));
    assert_string_equal(arguments.verb->words, "post");
    assert_string_equal(arguments.at[0], "essays");
    assert_string_equal(arguments.at[1], "-");
    assert_null(arguments.at[2]);
    assert_non_null(arguments.option[OPTION_JSON]);
    assert_string_equal(arguments.option[OPTION_AS], "li");
    assert_string_equal(arguments.option[OPTION_TITLE], "T");
    assert_int_equal(arguments.tag_count, 2);
    assert_string_equal(arguments.tags[1], "b");
}

static void test_end_of_options(void **state)
{
    (void)state;
    assert_true(reads("reply 3 -- --file"));
    assert_string_equal(arguments.at[1], "--file");
}

static void test_mistakes_are_named(void **state)
{
    (void)state;
    expect_wrong("nothing", SAY_NO_SUCH_VERB);
    expect_wrong("admin", SAY_NO_SUCH_VERB);
    expect_wrong("boards --nothing", SAY_NO_SUCH_OPTION);
    expect_wrong("boards -x", SAY_NO_SUCH_OPTION);
    expect_wrong("boards --json=1", SAY_OPTION_TAKES_NONE);
    expect_wrong("boards --server", SAY_OPTION_NEEDS_VALUE);
    expect_wrong("boards --title x", SAY_OPTION_NOT_HERE);
    expect_wrong("read", SAY_TOO_FEW_ARGUMENTS);
    expect_wrong("read 1 2", SAY_TOO_MANY_ARGUMENTS);
    expect_wrong("a b c d e f g h i j", SAY_TOO_MANY_ARGUMENTS);
}

static void test_help_needs_no_arguments(void **state)
{
    (void)state;
    assert_true(reads("read --help"));
    assert_string_equal(arguments.verb->words, "read");
}

static void test_more_tags_than_allowed(void **state)
{
    (void)state;
    assert_true(reads("post b --tag=1 --tag=2 --tag=3 --tag=4 --tag=5 --tag=6 --tag=7 --tag=8 --tag=9 --tag=0 -"));
    assert_int_equal(arguments.tag_count, LIMIT_TAGS + 1);
}

static void test_numbers(void **state)
{
    uint64_t number = 0;

    (void)state;
    assert_true(arguments_number("0", &number));
    assert_true(arguments_number("1234567890123456789", &number));
    assert_true(number == UINT64_C(1234567890123456789));
    assert_false(arguments_number("", &number));
    assert_false(arguments_number("-1", &number));
    assert_false(arguments_number("1x", &number));
    assert_false(arguments_number("99999999999999999999", &number));
}

/* Every row can be typed and says something in both languages. */
static void test_the_table(void **state)
{
    (void)state;
    for (unsigned v = 0; v < verbs_count; v++) {
        char line[128];

        snprintf(line, sizeof line, "%s --help", verbs[v].words);
        assert_true(reads(line));
        assert_ptr_equal(arguments.verb, &verbs[v]);
        assert_true(verbs[v].zh.len > 0 && verbs[v].en.len > 0);
    }
}

/* The lines of keys are whole on the smallest screen that is promised. */
static void test_key_lines_fit_80_columns(void **state)
{
    static const enum saying lines[] = {SAY_UI_BOARDS_KEYS, SAY_UI_THREADS_KEYS, SAY_UI_READ_KEYS, SAY_UI_NOTICES_KEYS, SAY_UI_DRAFTS_KEYS,
                                        SAY_UI_LOGIN_KEYS, SAY_UI_ASK_KEYS, SAY_UI_HELP_KEYS, SAY_UI_SEND_QUESTION};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_true(display_width(say_text(false, lines[i])) <= 78);
        assert_true(display_width(say_text(true, lines[i])) <= 78);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_verb),          cmocka_unit_test(test_longest_verb_wins),      cmocka_unit_test(test_options_anywhere),
        cmocka_unit_test(test_end_of_options),   cmocka_unit_test(test_mistakes_are_named),     cmocka_unit_test(test_help_needs_no_arguments),
        cmocka_unit_test(test_more_tags_than_allowed), cmocka_unit_test(test_numbers),          cmocka_unit_test(test_the_table),
        cmocka_unit_test(test_key_lines_fit_80_columns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
