/* QR codes: what is drawn is what the library made, inside its quiet zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <qrencode.h>

#include "server/web/qr.h"

enum { SIDE = 200, QUIET = 4, ARENA = 1 << 20 };

/* Paints the path's rectangles. False: something else stands in it. */
static bool paint(struct text path, bool grid[SIDE][SIDE])
{
    const char *at = path.at, *end = path.at + path.len;

    while (at < end) {
        int x, y, width, back, used = 0;
        if (sscanf(at, "M%d,%dh%dv1h-%dz%n", &x, &y, &width, &back, &used) != 4 || !used || width != back || width < 1)
            return false;
        if (x < 0 || y < 0 || y >= SIDE || x + width > SIDE)
            return false;
        for (int i = x; i < x + width; i++) {
            if (grid[y][i])
                return false;
            grid[y][i] = true;
        }
        at += used;
    }
    return true;
}

static void check(const char *text)
{
    bool grid[SIDE][SIDE] = {{false}};
    struct arena *arena = arena_new(ARENA);
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    struct qr qr = qr_draw(text_of(text), arena);

    assert_non_null(code);
    assert_int_equal(qr.size, code->width + 2 * QUIET);
    assert_true(paint(qr.path, grid));
    for (int y = 0; y < (int)qr.size; y++)
        for (int x = 0; x < (int)qr.size; x++) {
            bool inside = x >= QUIET && y >= QUIET && x < code->width + QUIET && y < code->width + QUIET;
            bool wanted = inside && code->data[(y - QUIET) * code->width + x - QUIET] & 1;
            assert_int_equal(grid[y][x], wanted);
        }
    QRcode_free(code);
    arena_free(arena);
}

static void draws_what_the_library_made(void **state)
{
    char longest[301];

    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    check("a");
    check("otpauth://totp/%E9%BA%BB%E5%9F%8E:lao.wang?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=%E9%BA%BB%E5%9F%8E");
    check(longest);
}

static void what_does_not_fit_is_absent(void **state)
{
    static char huge[5000];
    struct arena *arena = arena_new(ARENA);

    (void)state;
    memset(huge, 'x', sizeof huge - 1);
    assert_null(qr_draw(text_of(huge), arena).path.at);
    assert_null(qr_draw((struct text){NULL, 0}, arena).path.at);
    assert_null(qr_draw(TEXT(""), arena).path.at);
    arena_free(arena);
}

static void short_memory_draws_nothing(void **state)
{
    struct arena *arena = arena_new(256);

    (void)state;
    assert_null(qr_draw(TEXT("otpauth://totp/a"), arena).path.at);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_what_the_library_made),
        cmocka_unit_test(what_does_not_fit_is_absent),
        cmocka_unit_test(short_memory_draws_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
