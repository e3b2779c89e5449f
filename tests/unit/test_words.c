/* Names: what is normalized to what, what is refused, and where texts are cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/util/words.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int open_arena(void **state)
{
    *state = arena_new(1 << 20);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

typedef struct text (*normalizer)(struct text raw, struct arena *arena);

/* Rows of what is given and what must come of it; NULL: nothing. */
static void check(normalizer normalize, struct arena *arena, const char *const rows[][2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text got = normalize(text_of(rows[i][0]), arena);
        if (!got.at != !rows[i][1] || !text_equal(got, text_of(rows[i][1])))
            fail_msg("%s gives %.*s", rows[i][0], (int)got.len, got.at ? got.at : "");
    }
}

static void test_handles(void **state)
{
    static const char *const rows[][2] = {
        {"LiMing", "liming"},
        {"李明", "李明"},
        {"Li_Ming-2.x", "li_ming-2.x"},
        {"ＬＩＭＩＮＧ２", "liming2"},
        {"e\xcc\x81lan", "élan"},       /* composed */
        {"𝓛𝓲", "li"},                  /* mathematical letters */
        {"ÉLAN", "élan"},
        {"x", NULL},
        {"", NULL},
        {"_li", NULL},
        {"li.", NULL},
        {"li..ming", NULL},
        {"li ming", NULL},
        {"li\tming", NULL},
        {"li@ming", NULL},
        {"li\xe2\x80\x8bming", NULL},   /* zero-width space */
        {"li\xe2\x80\xaeming", NULL},   /* right-to-left override */
        {"li\xe3\x85\xa4ming", NULL},   /* Hangul filler */
        {"🙂🙂", NULL},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
        {"ﷺﷺ", NULL},                   /* one character that normalizes to eighteen, with spaces */
        {"li\xff", NULL},
    };
    check(words_handle, *state, rows, COUNT(rows));
    assert_null(words_handle((struct text){NULL, 0}, *state).at);
    assert_null(words_handle((struct text){"a\0b", 3}, *state).at);
}

static void test_keys(void **state)
{
    static const char *const rows[][2] = {
        {"liming", "liming"}, {"li1ning", "lilning"}, {"zha0", "zhao"},  {"аdmin", "admin"},
        {"раvеl", "pavel"},   {"οmega", "omega"},     {"李明", "李明"},   {"王ニ", "王二"},
        {"élan", "élan"},     {"li_ming", "li_ming"}, {"li-ming", "li-ming"},
    };
    check(words_handle_key, *state, rows, COUNT(rows));
    assert_null(words_handle_key((struct text){NULL, 0}, *state).at);
}

/* The table must rise, or the search in it fails. */
static void test_lookalikes(void **state)
{
    static const int32_t seen[] = {
#define LOOKALIKE(seen, compared) seen,
#include "server/util/lookalikes.def"
    };
    (void)state;
    for (size_t i = 1; i < COUNT(seen); i++)
        assert_true(seen[i] > seen[i - 1]);
}

static void test_tags(void **state)
{
    static const char *const rows[][2] = {
        {"流动党员", "流动党员"},
        {"  Party  School ", "party school"},
        {"ＡＢＣ\xe3\x80\x80Ｄ", "abc d"},
        {"a\tb", "a b"},
        {"a\nb", NULL},
        {"", NULL},
        {"   ", NULL},
        {"\xe2\x80\x8d", NULL},
        {"一二三四五六七八九十一二三四五六七八九十一二三四", "一二三四五六七八九十一二三四五六七八九十一二三四"},
        {"一二三四五六七八九十一二三四五六七八九十一二三四五", NULL},
    };
    check(words_tag, *state, rows, COUNT(rows));
}

static void test_slugs(void **state)
{
    static const char *const good[] = {"news", "a", "a-1", "1-2", "board2", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    static const char *const bad[] = {"", "12", "-a", "a-", "News", "a_b", "a b", "党", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(words_is_slug(text_of(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(words_is_slug(text_of(bad[i])));
}

static void test_lines(void **state)
{
    static const char *const good[] = {"学习贯彻会议精神的体会", "a b", "学习\xe3\x80\x80感悟", "👨\xe2\x80\x8d👩\xe2\x80\x8d👧", "क\xe0\xa5\x8d\xe2\x80\x8dष", "!", "🫨"};
    static const char *const bad[] = {
        "", " ", "\xe3\x80\x80", "a\nb", "a\tb", "a\x1b[2J", "a\xc2\x85" "b", "a\xe2\x80\xa8" "b", "a\xe2\x80\xae" "b",
        "\xe2\x80\x8d", "\xe3\x85\xa4", "a  b", "\xcc\x81", "a\xef\xbb\xbf", "a\xee\x80\x80", "a\xef\xbf\xbf", "a\xff",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++)
        if (!words_is_line(text_of(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (words_is_line(text_of(bad[i])))
            fail_msg("accepted: row %zu", i);
}

static void test_bodies(void **state)
{
    (void)state;
    assert_true(words_is_body(TEXT("\n\n  a")));
    assert_true(words_is_body(TEXT("\x1b[31m红\x1b[0m")));
    assert_true(words_is_body(TEXT("。")));
    assert_false(words_is_body(TEXT("")));
    assert_false(words_is_body(TEXT(" \r\n\t\xe3\x80\x80\xc2\xa0")));
    assert_false(words_is_body(TEXT("\xe2\x80\x8b\xe2\x81\xa0\xef\xbb\xbf\xe3\x85\xa4\xe2\xa0\x80")));
}

static void test_cut(void **state)
{
    static const struct {
        const char *text;
        size_t bytes, want;
    } rows[] = {
        {"abc", 3, 3}, {"abc", 2, 2}, {"abc", 0, 0}, {"党员", 5, 3}, {"党员", 2, 0}, {"ae\xcc\x81", 3, 1},
        {"ae\xcc\x81" "b", 4, 4}, {"a👨\xe2\x80\x8d👩", 9, 1}, {"e\xcc\x81\xcc\x81", 4, 3}, {"a\r\nb", 2, 1}, {"🇨🇳🇨🇳", 12, 8},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text cut = words_cut(text_of(rows[i].text), rows[i].bytes);
        if (cut.len != rows[i].want)
            fail_msg("row %zu: %zu", i, cut.len);
    }
}

static void test_count(void **state)
{
    (void)state;
    assert_int_equal(words_count(TEXT("党员a🙂")), 4);
    assert_int_equal(words_count((struct text){NULL, 0}), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_handles, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(test_keys, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(test_tags, open_arena, close_arena),
        cmocka_unit_test(test_lookalikes), cmocka_unit_test(test_slugs), cmocka_unit_test(test_lines),
        cmocka_unit_test(test_bodies), cmocka_unit_test(test_cut), cmocka_unit_test(test_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
