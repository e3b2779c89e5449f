/* What reaches the terminal: widths, cutting, wrapping, and nothing that steers it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>

#include "terminal/display.h"

/* The text as display_line writes it; the caller frees it. */
static char *line_of(struct text text)
{
    char *out = NULL;
    size_t len = 0;
    FILE *into = open_memstream(&out, &len);

    assert_non_null(into);
    display_line(into, text);
    fclose(into);
    return out;
}

static void expect_line(struct text text, const char *expected)
{
    char *out = line_of(text);

    assert_string_equal(out, expected);
    free(out);
}

static void test_plain_text_stays(void **state)
{
    (void)state;
    expect_line(TEXT("abc 党建论坛 é"), "abc 党建论坛 é");
    expect_line(TEXT(""), "");
}

static void test_escape_sequences_become_pictures(void **state)
{
    (void)state;
    expect_line(TEXT("\x1b[31mred\x07"), "␛[31mred␇");
    expect_line(TEXT("\x1b]0;title\x1b\\"), "␛]0;title␛\\");
    expect_line(TEXT("\x7f\x08"), "␡␈");
    expect_line(TEXT("a\nb\rc"), "a␊b␍c");
}

static void test_c1_controls_and_broken_bytes_are_replaced(void **state)
{
    (void)state;
    expect_line(TEXT("\xc2\x9b" "31m"), "\xef\xbf\xbd" "31m");
    expect_line(TEXT("a\x9b" "b\xff" "c"), "a\xef\xbf\xbd" "b\xef\xbf\xbd" "c");
    expect_line(TEXT("\xe5\x85"), "\xef\xbf\xbd\xef\xbf\xbd");
}

static void test_bidirectional_controls_are_replaced(void **state)
{
    (void)state;
    expect_line(TEXT("a\xe2\x80\xae" "b"), "a\xef\xbf\xbd" "b"); /* U+202E */
    expect_line(TEXT("a\xe2\x81\xa6" "b"), "a\xef\xbf\xbd" "b"); /* U+2066 */
    expect_line(TEXT("a\xe2\x80\xa8" "b"), "a\xef\xbf\xbd" "b"); /* U+2028 */
    expect_line(TEXT("a\xe2\x80\x8b" "b"), "a\xef\xbf\xbd" "b"); /* U+200B */
}

/* Whatever the bytes, no control character comes out, and what comes out is UTF-8. */
static void test_no_byte_sequence_yields_a_control(void **state)
{
    unsigned seed = 7;

    (void)state;
    for (unsigned round = 0; round < 2000; round++) {
        char bytes[24], *out;

        for (size_t i = 0; i < sizeof bytes; i++) {
            seed = seed * 1103515245u + 12345u;
            bytes[i] = (char)(seed >> 16);
        }
        out = line_of((struct text){bytes, sizeof bytes});
        for (const char *p = out; *p; p++) {
            assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
            assert_false((unsigned char)p[0] == 0xc2 && (unsigned char)p[1] < 0xa0);
        }
        assert_true(mbstowcs(NULL, out, 0) != (size_t)-1);
        free(out);
    }
}

static void test_width_counts_columns(void **state)
{
    (void)state;
    assert_int_equal(display_width(TEXT("abc")), 3);
    assert_int_equal(display_width(TEXT("党建")), 4);
    assert_int_equal(display_width(TEXT("Ｇ")), 2);
    assert_int_equal(display_width(TEXT("e\xcc\x81")), 1);
    assert_int_equal(display_width(TEXT("\x1b[0m")), 4);
    assert_int_equal(display_width(TEXT("a\tb")), 2 + TAB_COLUMNS);
}

static void test_marks_are_bounded_and_never_alone(void **state)
{
    char many[2 + 2 * 40 + 1] = "e";
    struct text rest = {many, 1 + 2 * 40};
    struct glyph g;

    (void)state;
    for (size_t i = 0; i < 40; i++)
        memcpy(many + 1 + i * 2, "\xcc\x81", 2);
    assert_true(display_next(&rest, &g));
    assert_int_equal(g.len, 1 + 2 * GLYPH_MARKS);
    assert_int_equal(rest.len, 0);
    expect_line(TEXT("\xcc\x81"), "◌\xcc\x81");
}

static void test_fit_never_halves_a_character(void **state)
{
    char out[64];

    (void)state;
    assert_int_equal(display_fit(out, sizeof out, TEXT("党建论坛"), 8), 8);
    assert_string_equal(out, "党建论坛");
    assert_int_equal(display_fit(out, sizeof out, TEXT("党建论坛"), 7), 7);
    assert_string_equal(out, "党建论…");
    assert_int_equal(display_fit(out, sizeof out, TEXT("党建论坛"), 6), 5);
    assert_string_equal(out, "党建…");
    assert_int_equal(display_fit(out, sizeof out, TEXT("党建"), 0), 0);
    assert_string_equal(out, "");
    assert_true(display_fit(out, 8, TEXT("党建论坛"), 8) <= 8);
    assert_true(mbstowcs(NULL, out, 0) != (size_t)-1);
}

static void test_cell_has_exactly_its_columns(void **state)
{
    static const struct text texts[] = {TEXT_INIT(""), TEXT_INIT("abc"), TEXT_INIT("学习论文"), TEXT_INIT("a学习论文与感悟"), TEXT_INIT("\x1b\x1b\x1b")};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (unsigned columns = 0; columns < 12; columns++) {
            char *out = NULL;
            size_t len = 0;
            FILE *into = open_memstream(&out, &len);

            display_cell(into, texts[i], columns);
            fclose(into);
            assert_int_equal(display_width((struct text){out, len}), columns);
            free(out);
        }
}

/* Wraps a text and compares with the lines given, which end with NULL. */
static void expect_lines(struct text text, unsigned columns, const char *const *lines)
{
    char out[256];
    bool ended;

    while (text.len) {
        unsigned taken = display_wrap(&text, columns, out, sizeof out, &ended);
        assert_non_null(*lines);
        assert_string_equal(out, *lines++);
        assert_true(taken <= columns);
    }
    assert_null(*lines);
}

static void test_wrap_breaks_where_a_reader_expects(void **state)
{
    (void)state;
    expect_lines(TEXT("one two three"), 8, (const char *const[]){"one two ", "three", NULL});
    expect_lines(TEXT("学习论文感悟"), 7, (const char *const[]){"学习论", "文感悟", NULL});
    expect_lines(TEXT("学习论，文"), 6, (const char *const[]){"学习", "论，文", NULL});
    expect_lines(TEXT("学习论,文"), 6, (const char *const[]){"学习", "论,文", NULL});
    expect_lines(TEXT("a\n\nb\n"), 5, (const char *const[]){"a", "", "b", NULL});
    expect_lines(TEXT("abcdefghij"), 4, (const char *const[]){"abcd", "efgh", "ij", NULL});
    expect_lines(TEXT("abcd efgh"), 4, (const char *const[]){"abcd", "efgh", NULL});
    expect_lines(TEXT("用luntan发帖"), 8, (const char *const[]){"用luntan", "发帖", NULL});
}

static void test_wrap_always_goes_on(void **state)
{
    struct text text = TEXT("党\t建\x1b");
    char out[64];
    bool ended;
    unsigned lines = 0;

    (void)state;
    for (; text.len; lines++) {
        assert_true(lines < 10);
        (void)display_wrap(&text, 1, out, sizeof out, &ended);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_stays),
        cmocka_unit_test(test_escape_sequences_become_pictures),
        cmocka_unit_test(test_c1_controls_and_broken_bytes_are_replaced),
        cmocka_unit_test(test_bidirectional_controls_are_replaced),
        cmocka_unit_test(test_no_byte_sequence_yields_a_control),
        cmocka_unit_test(test_width_counts_columns),
        cmocka_unit_test(test_marks_are_bounded_and_never_alone),
        cmocka_unit_test(test_fit_never_halves_a_character),
        cmocka_unit_test(test_cell_has_exactly_its_columns),
        cmocka_unit_test(test_wrap_breaks_where_a_reader_expects),
        cmocka_unit_test(test_wrap_always_goes_on),
    };

    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
