/* What changed between two texts: that it is told shortly and rightly, and that nothing takes long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "server/web/diff.h"
#include "tests/unit/strict_html.h"

enum { ARENA = 128 * 1024 * 1024 };

/* As [-gone-] and {+come+}, one line a paragraph, which can be read in a test. */
static char *plain(struct text html)
{
    static const struct {
        const char *tag, *as;
    } tags[] = {
        {"<del><span class=\"hidden\">删去：</span>", "[-"}, {"<span class=\"hidden\">（删去完）</span></del>", "-]"},
        {"<ins><span class=\"hidden\">增加：</span>", "{+"}, {"<span class=\"hidden\">（增加完）</span></ins>", "+}"},
        {"<p class=\"muted\">", "= "}, {"<p>", ""}, {"</p>", ""},
    };
    char *out = malloc(html.len + 1);
    size_t len = 0;

    assert_non_null(out);
    for (size_t at = 0; at < html.len;) {
        size_t i = 0, count = sizeof tags / sizeof tags[0];
        while (i < count && (html.len - at < strlen(tags[i].tag) || memcmp(html.at + at, tags[i].tag, strlen(tags[i].tag)) != 0))
            i++;
        if (i < count) {
            memcpy(out + len, tags[i].as, strlen(tags[i].as));
            len += strlen(tags[i].as);
            at += strlen(tags[i].tag);
        } else {
            out[len++] = html.at[at++];
        }
    }
    out[len] = 0;
    return out;
}

static char *difference(struct text before, struct text after)
{
    struct arena *arena = arena_new(ARENA);
    struct html html = diff_render(before, after, LANG_ZH, arena);

    assert_non_null(html.text.at);
    const char *fault = strict_html_fault(html.text);
    if (fault)
        fail_msg("%s\n%.*s", fault, (int)html.text.len, html.text.at);
    char *told = plain(html.text);
    arena_free(arena);
    return told;
}

static void assert_diff(const char *before, const char *after, const char *expected)
{
    char *told = difference(text_of(before), text_of(after));
    assert_string_equal(told, expected);
    free(told);
}

static void characters_and_words_are_told_apart(void **state)
{
    (void)state;
    assert_diff("土地改革的历史", "土地改革的光荣历史", "土地改革的{+光荣+}历史\n");
    assert_diff("hello brave world", "hello new world", "hello [-brave-]{+new+} world\n");
    assert_diff("一九二一年", "一九四九年", "一九[-二一-]{+四九+}年\n");
    assert_diff("abcdef 学习", "abcdeg 学习", "[-abcdef-]{+abcdeg+} 学习\n");
    assert_diff("e\u0301t\u00e9 学习", "ete 学习 b", "[-e\u0301t\u00e9-]{+ete+} 学习{+ b+}\n");
}

static void lines_come_and_go(void **state)
{
    (void)state;
    assert_diff("一\n二", "一\n二\n三", "一\n二\n{+三+}\n");
    assert_diff("一\n二\n三", "一\n三", "一\n[-二-]\n三\n");
    assert_diff("", "一", "{+一+}\n");
    assert_diff("一", "", "[-一-]\n");
    assert_diff("一\n二", "一\n\n二", "一\n{+¶+}\n二\n");
    assert_diff("一\n二\n甲乙丙\n末", "1\n2\n甲乙丁\n3\n末", "[-一<br>\n二-]\n{+1<br>\n2+}\n甲乙[-丙-]{+丁+}\n{+3+}\n末\n");
    assert_diff("完全不同的一句", "abc", "[-完全不同的一句-]\n{+abc+}\n");
}

static void what_stayed_is_folded(void **state)
{
    (void)state;
    assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\nx", "1\n2\n3\n4\n5\n6\n7\n8\n9\ny", "= ……未改动的 7 段……\n8\n9\n[-x-]\n{+y+}\n");
    assert_diff("x\n1\n2\n3\n4\n5\n6\n7\n8\nx", "y\n1\n2\n3\n4\n5\n6\n7\n8\ny",
                "[-x-]\n{+y+}\n1\n2\n= ……未改动的 4 段……\n7\n8\n[-x-]\n{+y+}\n");
    assert_diff("1\n2\n3\n4\nx", "1\n2\n3\n4\ny", "1\n2\n3\n4\n[-x-]\n{+y+}\n");
}

static void the_same_is_said_to_be_the_same(void **state)
{
    (void)state;
    assert_diff("一\n二", "一\n二", "= 文字没有变化。\n");
    assert_diff("", "", "= 文字没有变化。\n");
    assert_diff("一\r\n二\r\n", "一\n二\n", "= 文字没有变化。\n");
}

static void crumbs_between_changes_are_not_kept(void **state)
{
    (void)state;
    assert_diff("前前前甲乙的丙丁后后后", "前前前一二的三四后后后", "前前前[-甲乙的丙丁-]{+一二的三四+}后后后\n");
}

static void what_people_wrote_is_escaped(void **state)
{
    (void)state;
    assert_diff("<b>一</b>", "<b>二</b>", "&lt;b&gt;[-一-]{+二+}&lt;/b&gt;\n");
    assert_diff("", "<script>\x01", "{+&lt;script&gt;\ufffd+}\n");
}

/* What is told without the additions must be the text before, and without what is gone the text after, for a short line of few letters. */
static void take_out(char *told, const char *open, const char *close)
{
    char *from, *to;

    while ((from = strstr(told, open))) {
        to = strstr(from, close);
        assert_non_null(to);
        to += strlen(close);
        memmove(from, to, strlen(to) + 1);
    }
}

static void drop_marks(char *told)
{
    static const char *const marks[] = {"[-", "-]", "{+", "+}"};
    char *at;

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        while ((at = strstr(told, marks[i])))
            memmove(at, at + 2, strlen(at + 2) + 1);
    }
}

static void random_line(char *line, unsigned *seed)
{
    static const char *const letters[] = {"党", "的", "a", " ", "，"};
    unsigned count = (*seed >> 8) % 12 + 1;

    line[0] = 0;
    strcat(line, "始");
    for (unsigned i = 0; i < count; i++) {
        *seed = *seed * 1103515245u + 12345u;
        strcat(line, letters[(*seed >> 16) % 5]);
    }
    strcat(line, "末\n");
}

static void every_difference_leads_from_one_to_the_other(void **state)
{
    unsigned seed = 1;
    char before[128], after[128];
    (void)state;

    for (int i = 0; i < 3000; i++) {
        random_line(before, &seed);
        random_line(after, &seed);
        char *told = difference(text_of(before), text_of(after));
        if (strchr(told, '\n') == told + strlen(told) - 1 && told[0] != '=') {
            char *other = strdup(told);
            take_out(told, "{+", "+}");
            drop_marks(told);
            assert_string_equal(told, before);
            take_out(other, "[-", "-]");
            drop_marks(other);
            assert_string_equal(other, after);
            free(other);
        }
        free(told);
    }
}

static char *random_text(size_t len, const char *letters, unsigned seed)
{
    size_t count = strlen(letters);
    char *text = malloc(len + 1);

    assert_non_null(text);
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1103515245u + 12345u;
        text[i] = letters[(seed >> 16) % count];
    }
    text[len] = 0;
    return text;
}

static void no_two_texts_take_long(void **state)
{
    enum { LONGEST = LIMIT_BODY, SECONDS_MOST = 15 }; /* under sanitizers, on a busy machine */
    static const char *const letters[] = {"ab\n", "a \n\n", ",.", "ab ,"};
    (void)state;

    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        char *before = random_text(LONGEST, letters[i], 1), *after = random_text(LONGEST, letters[i], 2);
        clock_t start = clock();
        free(difference(text_of(before), text_of(after)));
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        if (seconds > SECONDS_MOST)
            fail_msg("letters %zu take %.1f s", i, seconds);
        free(before);
        free(after);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_and_words_are_told_apart),
        cmocka_unit_test(lines_come_and_go),
        cmocka_unit_test(what_stayed_is_folded),
        cmocka_unit_test(the_same_is_said_to_be_the_same),
        cmocka_unit_test(crumbs_between_changes_are_not_kept),
        cmocka_unit_test(what_people_wrote_is_escaped),
        cmocka_unit_test(every_difference_leads_from_one_to_the_other),
        cmocka_unit_test(no_two_texts_take_long),
    };
    return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
