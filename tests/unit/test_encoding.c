/* Content codings: which one is chosen, and that zlib gets the bytes back; what a browser makes of br is seen in browsers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <zlib.h>

#include "server/http/encoding.h"

static void the_best_that_is_taken_is_chosen(void **state)
{
    static const struct {
        const char *accept;
        enum encoding encoding;
    } rows[] = {
        {"gzip, deflate, br, zstd", ENCODING_BROTLI},
        {"gzip, deflate", ENCODING_GZIP},
        {"GZIP", ENCODING_GZIP},
        {"x-gzip", ENCODING_GZIP},
        {"deflate", ENCODING_NONE},
        {"", ENCODING_NONE},
        {" , ,", ENCODING_NONE},
        {"identity", ENCODING_NONE},
        {"*", ENCODING_BROTLI},
        {"*;q=0", ENCODING_NONE},
        {"br;q=0, *", ENCODING_GZIP},
        {"gzip;q=0, br;q=0, *", ENCODING_NONE},
        {"br;q=0.5, gzip;q=0.8", ENCODING_GZIP},
        {"br;q=0.8, gzip;q=0.5", ENCODING_BROTLI},
        {"br ; q=0.001", ENCODING_BROTLI},
        {"br;q=0.000,gzip;q=0.", ENCODING_NONE},
        {"gzip;q=1.000", ENCODING_GZIP},
        {"gzip;q=1.001", ENCODING_NONE},
        {"gzip;q=2", ENCODING_NONE},
        {"gzip;q=.5", ENCODING_NONE},
        {"gzip;q=0.5555", ENCODING_NONE},
        {"gzip;q=x", ENCODING_NONE},
        {"gzip;level=1;Q=0.5", ENCODING_GZIP},
        {"identity, gzip", ENCODING_GZIP},
        {"identity, gzip;q=0.5", ENCODING_NONE},
        {"identity;q=0, *;q=0.1", ENCODING_BROTLI},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (encoding_choose(text_of(rows[i].accept)) != rows[i].encoding)
            fail_msg("%s", rows[i].accept);
    assert_int_equal(encoding_choose((struct text){NULL, 0}), ENCODING_NONE);
}

static void names_are_those_of_http(void **state)
{
    (void)state;
    assert_null(encoding_name(ENCODING_NONE).at);
    assert_true(text_equal(encoding_name(ENCODING_GZIP), TEXT("gzip")));
    assert_true(text_equal(encoding_name(ENCODING_BROTLI), TEXT("br")));
}

static void gunzip_equals(struct text encoded, struct text bytes)
{
    static char out[1 << 17];
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)encoded.at, .avail_in = (uInt)encoded.len};

    assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
    z.next_out = (Bytef *)out;
    z.avail_out = sizeof out;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(z.total_out, bytes.len);
    assert_int_equal(z.avail_in, 0);
    assert_memory_equal(out, bytes.at, bytes.len);
    inflateEnd(&z);
}

static void bytes_become_fewer(void **state)
{
    static char page[60000];
    struct arena *arena = arena_new(1 << 20);
    const struct text bytes = {page, sizeof page};

    (void)state;
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = "<li>\n"[i % 5 ? i % 5 : i / 5 % 5];
    for (int effort = EFFORT_QUICK; effort <= EFFORT_BEST; effort++) {
        struct text gzip = encoding_apply(ENCODING_GZIP, (enum effort)effort, bytes, arena);
        struct text brotli = encoding_apply(ENCODING_BROTLI, (enum effort)effort, bytes, arena);
        assert_true(gzip.len > 0 && gzip.len < 2000);
        assert_true(brotli.len > 0 && brotli.len < 2000);
        gunzip_equals(gzip, bytes);
    }
    assert_null(encoding_apply(ENCODING_NONE, EFFORT_QUICK, bytes, arena).at);
    arena_free(arena);
}

static void what_does_not_become_shorter_stays(void **state)
{
    struct arena *arena = arena_new(1 << 16), *little = arena_new(1);

    (void)state;
    for (int encoding = ENCODING_GZIP; encoding < ENCODINGS; encoding++) {
        assert_null(encoding_apply((enum encoding)encoding, EFFORT_BEST, TEXT("a"), arena).at);
        assert_null(encoding_apply((enum encoding)encoding, EFFORT_BEST, TEXT(""), arena).at);
        assert_null(encoding_apply((enum encoding)encoding, EFFORT_BEST, (struct text){NULL, 0}, arena).at);
        assert_null(encoding_apply((enum encoding)encoding, EFFORT_BEST, TEXT("qwertz"), arena).at);
        assert_null(encoding_apply((enum encoding)encoding, EFFORT_BEST, TEXT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), little).at);
    }
    arena_free(arena);
    arena_free(little);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_that_is_taken_is_chosen),
        cmocka_unit_test(names_are_those_of_http),
        cmocka_unit_test(bytes_become_fewer),
        cmocka_unit_test(what_does_not_become_shorter_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
