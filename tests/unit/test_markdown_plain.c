/* Prose without marks, written without the parser: whatever is taken for such comes out as the parser would have it, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/web/markdown_private.h"

enum { ARENA = 64 * 1024 * 1024, SHORT = 4096 };

/* Whether the text was taken; where it was, that both ways give the same. */
static bool agrees(struct text body, struct arena *arena)
{
    const struct markdown_source source = {.thread = 12, .post = 7, .revision = 1, .body = body, .lang = LANG_ZH};
    struct html plain;
    const bool taken = markdown_plain(body, arena, &plain);

    if (taken) {
        struct markdown parsed = markdown_read(&source, arena);
        if (!text_equal(plain.text, parsed.html.text) || parsed.heading_count)
            fail_msg("%.*s\ngave\n%.*s\nnot\n%.*s", (int)body.len, body.at, (int)plain.text.len, plain.text.at,
                     (int)parsed.html.text.len, parsed.html.text.at);
    }
    arena_reset(arena);
    return taken;
}

static void assert_taken(const char *const *bodies, size_t count, bool taken)
{
    struct arena *arena = arena_new(ARENA);

    for (size_t i = 0; i < count; i++)
        if (agrees(text_of(bodies[i]), arena) != taken)
            fail_msg("%s\nwas%s taken", bodies[i], taken ? " not" : "");
    arena_free(arena);
}

static void prose_is_taken(void **state)
{
    static const char *const bodies[] = {
        "通过系统学习，我对基层工作有了更深的认识。", "一\n二\n\n\n三\n", "\n\n一\r\n二\r\n\r\n三", "　　前面空两格……",
        "He said: \"it's 3-4 (or 5+1=6) 50% of 1/2\"; really?!", "时间: 10:30～11:45，地点：二楼", "2026年11月25日", "12", "好的~", "👍🎉",
        "“说得对”——他想", "(一) 学习", "w, W: web", "\n", "a;b$c^d{e}",
    };
    (void)state;
    assert_taken(bodies, sizeof bodies / sizeof bodies[0], true);
}

static void what_may_mean_more_is_left(void **state)
{
    static const char *const bodies[] = {
        "", "- a", "+ a", "1. a", "1) a", "a\n1. b", "1 1 1", "a\n-", "a\n===", "a\n:-", " a", "a ", "a  \nb", "a\tb", "    a", "*a*", "_a_",
        "`a`", "[a]", "a]", "<a>", "a > b", "&amp;", "AT&T", "![a]", "# a", "#12", "a|b", "\\a", "@li", "www.a.cn", "wWw.a.cn", "http://a",
        "a:/b", "~~a~~", "\r", "a\rb", "\x01", "\x7f", "a\xc2\x85", "\xc3\xa9", "\xe2\x80\xae", "\xe2\x80\xa8", "\ufeffa",
        "\xef\xbf\xbe", "\xe4\xb8", "\xf0\x9f\x91", "\xf0\x90\xa9\xbf", "... a", ")", ": a",
    };
    (void)state;
    assert_taken(bodies, sizeof bodies / sizeof bodies[0], false);
}

static void long_texts_are_left(void **state)
{
    struct arena *arena = arena_new(ARENA);
    char *body = malloc(16384);
    (void)state;

    assert_non_null(body);
    memset(body, '"', 16384);
    assert_true(agrees((struct text){body, 8192}, arena));
    assert_false(agrees((struct text){body, 8193}, arena));
    memset(body, '\n', 16384);
    assert_true(agrees((struct text){body, 8192}, arena));
    for (size_t i = 0; i < 8192; i += 2)
        body[i] = 'a';
    assert_true(agrees((struct text){body, 8192}, arena));
    free(body);
    arena_free(arena);
}

static void little_memory_takes_nothing(void **state)
{
    struct arena *arena = arena_new(16);
    struct html plain;
    (void)state;

    assert_false(markdown_plain(TEXT("没有地方写的一段话"), arena, &plain));
    assert_true(arena_failed(arena));
    arena_free(arena);
}

/* Any two bytes, in all places of a line. */
static void any_two_bytes_agree(void **state)
{
    static const struct {
        const char *before, *after;
    } frames[] = {{"", ""}, {"x", "y"}, {"\xe4\xb8\xad\n", " x"}, {"x ", "\n\nx"}, {"1", "\n"}, {"\xe4\xb8", ""}};
    struct arena *arena = arena_new(ARENA);
    char body[16];
    (void)state;

    for (size_t frame = 0; frame < sizeof frames / sizeof frames[0]; frame++) {
        const struct text before = text_of(frames[frame].before), after = text_of(frames[frame].after);
        for (unsigned pair = 0; pair < 0x10000; pair++) {
            memcpy(body, before.at, before.len);
            body[before.len] = (char)(pair >> 8);
            body[before.len + 1] = (char)(pair & 0xff);
            memcpy(body + before.len + 2, after.at, after.len);
            agrees((struct text){body, before.len + 2 + after.len}, arena);
        }
    }
    arena_free(arena);
}

static size_t put_character(char *at, uint32_t c)
{
    if (c < 0x800) {
        at[0] = (char)(0xc0 | c >> 6);
        at[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    size_t len = c < 0x10000 ? 3 : 4;
    at[0] = (char)((len == 3 ? 0xe0 : 0xf0) | c >> (len - 1) * 6);
    for (size_t i = 1; i < len; i++)
        at[i] = (char)(0x80 | (c >> (len - 1 - i) * 6 & 0x3f));
    return len;
}

/* Any character, at the start, in the middle and at the end of lines. Many are taken, and among them all of Chinese. */
static void any_character_agrees(void **state)
{
    struct arena *arena = arena_new(ARENA);
    char body[64];
    (void)state;

    for (uint32_t c = 0x80; c < 0x20000; c++) {
        size_t len = put_character(body, c);
        memcpy(body + len, "a", 1);
        len += 1 + put_character(body + len + 1, c);
        memcpy(body + len, "b\n\nc", 4);
        len += 4 + put_character(body + len + 4, c);
        bool taken = agrees((struct text){body, len}, arena);
        if (c >= 0x3000 && c < 0xa000)
            assert_true(taken);
    }
    arena_free(arena);
}

/* ---- texts made up ---- */

static uint32_t number(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return (uint32_t)(*seed >> 32);
}

static const char *const usual[] = {
    "中", "文字", "，", "。", "“", "”", "…", "——", "　", "（", "）", "：", "1", "20", "a", "Word", "w", "http", "ww",
    " ", " b", ", ", ".", ":", "-", "+", "=", ")", "(", "/", "~", "!", "\"", "'", "👍", "\n", "\n", "\n\n", "\r\n", "%", "^1", "{}", "$",
};
static const char *const odd[] = {
    "*", "_", "`", "[", "]", "<", ">", "&", "&amp;", "#", "#5", "|", "\\", "@li", "www.", "http://a", "\t", "\r",
    "  \n", "    ", "---", "- ", "1. ", "> ", "~~", "\xc2\x85", "\xe2\x80\xae", "\xef\xbb\xbf", "\xff", "\xe4\xb8", "é", "\x01", MARKDOWN_MARKER, "[^1]", "[^1]: ", ":-", "|-|",
};

static void texts_made_up_agree(void **state)
{
    enum { TEXTS = 60000, WORDS = 40, TAKEN_LEAST = TEXTS / 8 };
    struct arena *arena = arena_new(ARENA);
    char body[SHORT];
    uint64_t seed = 0x9e3779b97f4a7c15u;
    unsigned taken = 0;
    (void)state;

    for (unsigned i = 0; i < TEXTS; i++) {
        const uint32_t words = number(&seed) % WORDS + 1, rare = number(&seed) % 200 + 20;
        size_t len = 0;
        for (uint32_t n = 0; n < words; n++) {
            const char *word = number(&seed) % rare == 0 ? odd[number(&seed) % (sizeof odd / sizeof odd[0])]
                                                         : usual[number(&seed) % (sizeof usual / sizeof usual[0])];
            memcpy(body + len, word, strlen(word));
            len += strlen(word);
        }
        taken += agrees((struct text){body, len}, arena);
    }
    assert_true(taken > TAKEN_LEAST);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prose_is_taken),
        cmocka_unit_test(what_may_mean_more_is_left),
        cmocka_unit_test(long_texts_are_left),
        cmocka_unit_test(little_memory_takes_nothing),
        cmocka_unit_test(any_two_bytes_agree),
        cmocka_unit_test(any_character_agrees),
        cmocka_unit_test(texts_made_up_agree),
    };
    return cmocka_run_group_tests_name("markdown without marks", tests, NULL, NULL);
}
