/* What templates are given: names, lists, what counts as set, and which addresses a page may link to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "server/web/template_private.h"

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

static const struct value *find(const struct object *o, const char *text)
{
    size_t len;
    struct name name = {.text = text, .hash = name_hash(text, &len)};
    return object_find(o, &name);
}

static void test_members(void **state)
{
    struct object *o = object_new(*state);
    char names[40][8];

    for (unsigned i = 0; i < COUNT(names); i++) {
        snprintf(names[i], sizeof names[i], "n%u", i);
        object_number(o, names[i], i);
    }
    for (unsigned i = 0; i < COUNT(names); i++) {
        assert_non_null(find(o, names[i]));
        assert_int_equal(find(o, names[i])->number, i);
    }
    assert_null(find(o, "n40"));
    object_text(o, "n7", TEXT("again"));
    assert_int_equal(find(o, "n7")->kind, VALUE_TEXT); /* what was set last counts */
}

static void test_lists(void **state)
{
    struct object *o = object_new(*state);
    struct list *list = object_list(o, "list");
    uint64_t count = 0;

    assert_false(value_is_set(find(o, "list")));
    for (unsigned i = 0; i < 3; i++)
        object_number(list_add(list), "n", i);
    assert_true(value_is_set(find(o, "list")));
    for (const struct object *item = list_first(find(o, "list")->list); item; item = list_next(item))
        assert_int_equal(find(item, "n")->number, count++);
    assert_int_equal(count, 3);
}

static void test_what_is_set(void **state)
{
    struct object *o = object_new(*state);
    struct board_record board = {.id = 1};
    static const char *const set[] = {"text", "number", "flag", "words", "html", "record", "object"};
    static const char *const unset[] = {"absent", "empty", "zero", "false", "none", "no_html", "no_url", "items"};

    object_text(o, "text", TEXT("x"));
    object_number(o, "number", 1);
    object_flag(o, "flag", true);
    object_words(o, "words", WORDS_home);
    object_html(o, "html", (struct html){TEXT("<b></b>")});
    object_record(o, "record", &shape_board_record, &board);
    object_object(o, "object");
    object_text(o, "absent", (struct text){NULL, 0});
    object_text(o, "empty", TEXT(""));
    object_number(o, "zero", 0);
    object_flag(o, "false", false);
    object_words(o, "none", WORDS_NONE);
    object_html(o, "no_html", (struct html){{NULL, 0}});
    object_url(o, "no_url", (struct text){NULL, 0});
    object_items(o, "items", &shape_board_record, (struct items){NULL, 0, 0});
    object_record(o, "no_record", &shape_board_record, NULL);
    for (size_t i = 0; i < COUNT(set); i++)
        assert_true(value_is_set(find(o, set[i])));
    for (size_t i = 0; i < COUNT(unset); i++)
        assert_false(value_is_set(find(o, unset[i])));
    assert_null(find(o, "no_record"));
}

/* Where memory is short nothing is kept, and nobody has to look. */
static void test_no_memory(void **state)
{
    struct arena *small = arena_new(1);

    struct object *o = object_new(small);
    assert_null(o);
    object_text(o, "text", TEXT("x"));
    object_path(o, "path", "/t/%d", 1);
    object_flag(object_new(*state), arena_format(small, "wrong_%s", "name").at, true);
    assert_null(object_object(o, "object"));
    assert_null(list_add(object_list(o, "list")));
    assert_null(find(o, "text"));
    assert_null(url_escape(small, TEXT("x")).at);
    assert_true(arena_failed(small));
    arena_free(small);
}

/* A full arena loses the members that no longer fit, not those that do. */
static void test_memory_ends(void **state)
{
    struct arena *small = arena_new(4000);
    struct object *o = object_new(small);
    static const char *const names[] = {"a", "b", "c", "d"};

    (void)state;
    for (unsigned i = 0; i < 400; i++)
        object_number(o, names[i % COUNT(names)], i);
    assert_true(arena_failed(small));
    assert_non_null(find(o, "a"));
    arena_free(small);
}

static void test_addresses(void **state)
{
    static const char *const safe[] = {
        "/", "/t/12#3", "/b/essays?after=x", "#3", "?after=1", "https://example.org", "HTTPS://example.org/x",
        "http://example.org/",
        "mailto:somebody@example.org", "/搜索", "https://例子.中国/",
    };
    static const char *const refused[] = {
        "", "//example.org/", "/\\example.org", "\\\\example.org", "/x\\y", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)", "java\nscript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd",
        "blob:x", "ftp://example.org/", "relative", "./x", " /t/1", "\n/t/1", "/\n/example.org", "/\t/example.org", "/t/1\x7f",
        "https:", "https:/",
        "https://", "mailto:", "/t 1", "about:blank", "view-source:https://example.org",
    };

    for (size_t i = 0; i < COUNT(safe); i++)
        if (!url_is_safe(text_of(safe[i])))
            fail_msg("%s is refused", safe[i]);
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct object *o = object_new(*state);
        object_url(o, "url", text_of(refused[i]));
        if (url_is_safe(text_of(refused[i])) || !text_equal(find(o, "url")->text, TEXT("#")))
            fail_msg("%s is taken", refused[i]);
    }
    assert_false(url_is_safe((struct text){"/\0/x", 4}));
}

static void test_paths(void **state)
{
    struct object *o = object_new(*state);
    char longer[600];

    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    object_path(o, "path", "/t/%d/%d", 12, 3);
    assert_true(text_equal(find(o, "path")->text, TEXT("/t/12/3")));
    object_path(o, "long", "/b/%s", longer);
    assert_int_equal(find(o, "long")->text.len, sizeof longer - 1 + 3);
    object_path(o, "foreign", "/%s", "/example.org");
    assert_true(text_equal(find(o, "foreign")->text, TEXT("#")));
}

static void test_url_escape(void **state)
{
    static const char *const rows[][2] = {
        {"", ""}, {"aZ09-._~", "aZ09-._~"}, {"a b/c?d=e&f#g%", "a%20b%2Fc%3Fd%3De%26f%23g%25"}, {"党", "%E5%85%9A"},
        {"\"'<>\\", "%22%27%3C%3E%5C"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct text got = url_escape(*state, text_of(rows[i][0]));
        if (!text_equal(got, text_of(rows[i][1])))
            fail_msg("%s becomes %.*s", rows[i][0], (int)got.len, got.at);
    }
    assert_null(url_escape(*state, (struct text){NULL, 0}).at);
}

/* An arena's bytes are not zero where others were before. */
static void test_memory_used_before(void **state)
{
    struct arena *arena = arena_new(1 << 20);
    struct wire_writer w = arena_writer(arena, 60000);

    (void)state;
    memset(w.at, 'x', w.cap);
    arena_reset(arena);
    struct text escaped = url_escape(arena, TEXT("a b"));
    assert_string_equal(escaped.at, "a%20b");
    assert_int_equal(escaped.len, 5);
    assert_string_equal(url_escape(arena, TEXT("")).at, "");
    struct object *o = object_new(arena);
    struct list *list = object_list(o, "list");
    assert_null(find(o, "x"));
    assert_null(list_next(list_add(list)));
    for (unsigned i = 0; i < 40; i++)
        object_number(o, "number", i);
    assert_int_equal(find(o, "number")->number, 39);
    assert_null(find(o, "x"));
    arena_free(arena);
}

static void test_words(void **state)
{
    (void)state;
    assert_int_equal(words_by_name(TEXT("home")), WORDS_home);
    assert_int_equal(words_by_name(TEXT("there_are_no_such_words")), WORDS_NONE);
    assert_int_equal(words_by_name(TEXT("")), WORDS_NONE);
    assert_true(text_equal(words_text(WORDS_home, LANG_ZH), TEXT("首页")));
    assert_true(text_equal(words_text(WORDS_home, LANG_EN), TEXT("Home")));
    assert_int_equal(words_text(WORDS_NONE, LANG_EN).len, 0);
    assert_int_equal(words_text(WORDS_COUNT, LANG_EN).len, 0);
    assert_int_equal(words_name(WORDS_NONE).len, 0);
    for (unsigned i = WORDS_NONE + 1; i < WORDS_COUNT; i++) {
        assert_int_equal(words_by_name(words_name((enum words)i)), i);
        assert_true(words_text((enum words)i, LANG_ZH).len && words_text((enum words)i, LANG_EN).len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),      cmocka_unit_test(test_lists),      cmocka_unit_test(test_what_is_set),
        cmocka_unit_test(test_no_memory),    cmocka_unit_test(test_memory_ends), cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_paths),        cmocka_unit_test(test_url_escape), cmocka_unit_test(test_words),
        cmocka_unit_test(test_memory_used_before),
    };
    return cmocka_run_group_tests_name("value", tests, open_arena, close_arena);
}
