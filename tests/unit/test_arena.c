/* Arenas: what they give is aligned and empty, the cap holds, what is given back is used again, secrets are wiped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "server/util/arena.h"

enum { CAP = 1 << 20 };

static int open_arena(void **state)
{
    *state = arena_new(CAP);
    return *state ? 0 : -1;
}

static int close_arena(void **state)
{
    arena_free(*state);
    return 0;
}

static bool all_are(const uint8_t *at, size_t size, uint8_t value)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] != value)
            return false;
    return true;
}

static void pieces_are_aligned_empty_and_apart(void **state)
{
    enum { COUNT = 600 };
    uint8_t *at[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        at[i] = arena_alloc(*state, i);
        assert_non_null(at[i]);
        assert_int_equal((uintptr_t)at[i] % _Alignof(max_align_t), 0);
        assert_true(all_are(at[i], i, 0));
        memset(at[i], (int)(i % 255) + 1, i);
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_true(all_are(at[i], i, (uint8_t)(i % 255 + 1)));
    assert_false(arena_failed(*state));
}

static void the_cap_holds(void **state)
{
    size_t given = 0;

    while (arena_alloc(*state, 1000))
        given += 1000;
    assert_true(arena_failed(*state));
    assert_true(given <= CAP);
    assert_true(given > CAP - CAP / 8);
    assert_true(arena_failed(*state));
    arena_reset(*state);
    assert_false(arena_failed(*state));
    assert_non_null(arena_alloc(*state, CAP / 2));
}

static void too_much_at_once(void **state)
{
    static const size_t sizes[] = {CAP + 1, SIZE_MAX, SIZE_MAX - 15, SIZE_MAX / 2, SIZE_MAX - 64};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_null(arena_alloc(*state, sizes[i]));
        assert_true(arena_failed(*state));
        arena_reset(*state);
    }
    /* The whole cap is there for one. */
    assert_non_null(arena_alloc(*state, CAP));
    assert_null(arena_alloc(*state, 1));
}

static void reset_keeps_the_first_piece(void **state)
{
    void *first = arena_alloc(*state, 100);

    memset(first, 7, 100);
    for (unsigned i = 0; i < 50; i++)
        assert_non_null(arena_alloc(*state, 10000));
    arena_reset(*state);
    assert_ptr_equal(arena_alloc(*state, 100), first);
    assert_true(all_are(first, 100, 0));
}

static void secrets_are_wiped(void **state)
{
    uint8_t *secret = arena_alloc(*state, 64);

    memset(secret, 's', 64);
    arena_wipe(*state);
    /* The first piece is kept, so that its bytes may be looked at. */
    assert_true(all_are(secret, 64, 0));
    assert_ptr_equal(arena_alloc(*state, 64), secret);
}

static void texts_are_copied(void **state)
{
    const char bytes[] = {'a', '\0', 'b'};
    struct text copy = arena_text(*state, (struct text){bytes, sizeof bytes});

    assert_ptr_not_equal(copy.at, bytes);
    assert_int_equal(copy.len, sizeof bytes);
    assert_memory_equal(copy.at, "a\0b", 4); /* with a NUL after it */
    assert_null(arena_text(*state, (struct text){NULL, 0}).at);
    struct text empty = arena_text(*state, TEXT(""));
    assert_non_null(empty.at);
    assert_int_equal(empty.len, 0);
    assert_string_equal(empty.at, "");
}

static void texts_are_formatted(void **state)
{
    char *wide = malloc(20001);

    assert_non_null(wide);
    memset(wide, 'x', 20000);
    wide[20000] = '\0';
    assert_string_equal(arena_format(*state, "%d 楼 %s", 12, "回复").at, "12 楼 回复");
    assert_int_equal(arena_format(*state, "%s", "").len, 0);
    struct text text = arena_format(*state, "<%s>", wide);
    assert_int_equal(text.len, 20002);
    assert_int_equal(text.at[20001], '>');
    assert_int_equal(text.at[20002], '\0');
    while (arena_alloc(*state, 16))
        ;
    assert_null(arena_format(*state, "%s", wide).at);
    assert_null(arena_text(*state, text).at);
    free(wide);
}

static void a_writer_gives_back_what_it_did_not_use(void **state)
{
    struct wire_writer w = arena_writer(*state, 1000);

    wire_put_bytes(&w, TEXT("0123456789"));
    assert_int_equal(w.error, WIRE_OK);
    arena_trim(*state, &w);
    uint8_t *next = arena_alloc(*state, 16);
    assert_true(next >= w.at + w.len);
    assert_true(next < w.at + 64);
    memset(next, 9, 16);
    assert_memory_equal(w.at + 1, "0123456789", 10);

    /* Where there is no memory the writer has no room, and to trim it changes nothing. */
    struct wire_writer none = arena_writer(*state, CAP);
    assert_true(arena_failed(*state));
    wire_put_uint(&none, 1);
    assert_int_not_equal(none.error, WIRE_OK);
    arena_trim(*state, &none);
    assert_true((uint8_t *)arena_alloc(*state, 16) >= next + 16);
}

static void a_writer_of_somebody_else_is_not_trimmed(void **state)
{
    uint8_t elsewhere[64];
    struct wire_writer w = wire_writer_over(elsewhere, sizeof elsewhere);
    uint8_t *before = arena_alloc(*state, 32);

    wire_put_uint(&w, 1);
    arena_trim(*state, &w);
    assert_true((uint8_t *)arena_alloc(*state, 16) >= before + 32);
}

static void nothing_is_freed_for_nobody(void **state)
{
    (void)state;
    arena_free(NULL);
}

#define ARENA_TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(pieces_are_aligned_empty_and_apart),
        ARENA_TEST(the_cap_holds),
        ARENA_TEST(too_much_at_once),
        ARENA_TEST(reset_keeps_the_first_piece),
        ARENA_TEST(secrets_are_wiped),
        ARENA_TEST(texts_are_copied),
        ARENA_TEST(texts_are_formatted),
        ARENA_TEST(a_writer_gives_back_what_it_did_not_use),
        ARENA_TEST(a_writer_of_somebody_else_is_not_trimmed),
        cmocka_unit_test(nothing_is_freed_for_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
