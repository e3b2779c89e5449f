/* Mentions in bodies: what counts as one, what code hides, and which prefixes are tried. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "server/forum/mentions.h"

/* Checks that the body's runs are these, which end with NULL. */
static void assert_runs(const char *body, const char *const *expected)
{
    struct text runs[LIMIT_MENTIONS];
    size_t count = mentions_find(text_of(body), runs, LIMIT_MENTIONS), i = 0;

    for (; expected[i]; i++) {
        assert_true(i < count);
        assert_true(text_equal(runs[i], text_of(expected[i])));
    }
    assert_int_equal(count, i);
}

#define RUNS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_RUNS ((const char *const[]){NULL})

static void an_at_sign_that_begins_a_word_mentions(void **state)
{
    (void)state;
    assert_runs("@zhang", RUNS("zhang"));
    assert_runs("请@zhang, @li.", RUNS("zhang", "li."));
    assert_runs("(@wang_3)", RUNS("wang_3"));
    assert_runs("@张三你好 @李四", RUNS("张三你好", "李四"));
    assert_runs("mail zhang@example.org", NO_RUNS);
    assert_runs("@ @@ @!", NO_RUNS);
    assert_runs("", NO_RUNS);
}

static void code_mentions_nobody(void **state)
{
    (void)state;
    assert_runs("`@zhang` @li", RUNS("li"));
    assert_runs("``a ` @zhang`` @li", RUNS("li"));
    assert_runs("`unclosed @zhang", RUNS("zhang"));
    assert_runs("```\n@zhang\n```\n@li", RUNS("li"));
    assert_runs("~~~~ c\n@zhang\n~~~\n@wang\n~~~~\n@li", RUNS("li"));
    assert_runs("```\n@zhang to the end", NO_RUNS);
    assert_runs("text ``` @zhang ``` @li", RUNS("li"));
}

static void runs_are_bounded(void **state)
{
    struct text runs[2];
    char body[200];
    (void)state;

    memset(body, 'a', sizeof body);
    body[0] = '@';
    assert_int_equal(mentions_find((struct text){body, sizeof body}, runs, 2), 1);
    assert_int_equal(runs[0].len, LIMIT_HANDLE);
    assert_int_equal(mentions_find(TEXT("@aa @bb @cc"), runs, 2), 2);
}

/* Every body is read once on the writer's thread, whatever stands in it: unclosed spans of many lengths are no exception. */
static void many_unclosed_spans_cost_no_more(void **state)
{
    enum { BYTES = 800000 };
    char *body = malloc(BYTES);
    struct text runs[2];
    size_t len = 0;
    (void)state;

    for (size_t ticks = 1; len + ticks + 1 < BYTES; ticks++) {
        memset(body + len, '`', ticks);
        len += ticks;
        body[len++] = 'a';
    }
    clock_t before = clock();
    assert_int_equal(mentions_find((struct text){body, len}, runs, 2), 0);
    assert_true(clock() - before < CLOCKS_PER_SEC / 5);
    free(body);
}

static void shorter_prefixes_end_where_a_word_does(void **state)
{
    struct text run = TEXT("张三.");
    (void)state;

    run = mentions_shorter(run);
    assert_true(text_equal(run, TEXT("张三")));
    run = mentions_shorter(run);
    assert_true(text_equal(run, TEXT("张")));
    assert_null(mentions_shorter(run).at);
    run = mentions_shorter(TEXT("zhang你好"));
    assert_true(text_equal(run, TEXT("zhang你")));
    run = mentions_shorter(run);
    assert_true(text_equal(run, TEXT("zhang")));
    assert_null(mentions_shorter(run).at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_at_sign_that_begins_a_word_mentions),
        cmocka_unit_test(code_mentions_nobody),
        cmocka_unit_test(runs_are_bounded),
        cmocka_unit_test(many_unclosed_spans_cost_no_more),
        cmocka_unit_test(shorter_prefixes_end_where_a_word_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
