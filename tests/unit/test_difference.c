/* What changed between two texts, as the terminal shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "terminal/difference.h"

static void shows(const char *before, const char *after, const char *expected)
{
    char *written = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&written, &len);

    assert_non_null(out);
    difference_show(out, text_of(before), text_of(after));
    fclose(out);
    assert_string_equal(written, expected);
    free(written);
}

static void lines_go_and_come(void **state)
{
    (void)state;
    shows("一\n二\n三\n", "一\n贰\n三\n", "  ...\n- 二\n+ 贰\n  ...\n");
    shows("", "新", "+ 新\n");
    shows("旧", "", "- 旧\n");
    shows("一\n二\n三\n四\n五", "零\n一\n三\n五\n六", "+ 零\n  ...\n- 二\n  ...\n- 四\n  ...\n+ 六\n");
    shows("同", "同", "  ...\n");
    shows("", "", "");
}

static void long_texts_are_shown_from_both_ends(void **state)
{
    enum { LINES = 3000 };
    char *before = malloc(LINES * 8 + 1), *after = malloc(LINES * 8 + 1);
    size_t a = 0, b = 0;

    (void)state;
    assert_non_null(before);
    assert_non_null(after);
    for (int i = 0; i < LINES; i++) {
        a += (size_t)sprintf(before + a, "%d\n", i);
        b += (size_t)sprintf(after + b, "%d\n", i == 1500 ? 9999 : i);
    }
    shows(before, after, "  ...\n- 1500\n+ 9999\n  ...\n");
    free(before);
    free(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_go_and_come),
        cmocka_unit_test(long_texts_are_shown_from_both_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
