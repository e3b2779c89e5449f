/* The CBOR profile: what is written, what is read, and what is refused, with the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "protocol/wire.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A reader over a copy of exactly the bytes given, so that a sanitizer sees any read past them. */
struct exact {
    uint8_t *bytes;
    struct wire_reader reader;
};

static struct exact exact_over(const void *at, size_t len)
{
    struct exact e = {malloc(len ? len : 1), {NULL, NULL, WIRE_OK}};
    assert_non_null(e.bytes);
    if (len)
        memcpy(e.bytes, at, len);
    e.reader = wire_reader_over(e.bytes, len);
    return e;
}

struct bytes {
    const char *at;
    size_t len;
};
#define BYTES(literal) {literal, sizeof(literal) - 1}

/* ---- numbers ---- */

struct number {
    uint64_t value;
    struct bytes encoded;
};

static const struct number numbers[] = {
    {0, BYTES("\x00")},
    {1, BYTES("\x01")},
    {23, BYTES("\x17")},
    {24, BYTES("\x18\x18")},
    {255, BYTES("\x18\xff")},
    {256, BYTES("\x19\x01\x00")},
    {65535, BYTES("\x19\xff\xff")},
    {65536, BYTES("\x1a\x00\x01\x00\x00")},
    {UINT32_MAX, BYTES("\x1a\xff\xff\xff\xff")},
    {UINT32_MAX + 1ULL, BYTES("\x1b\x00\x00\x00\x01\x00\x00\x00\x00")},
    {INT64_MAX, BYTES("\x1b\x7f\xff\xff\xff\xff\xff\xff\xff")},
    {UINT64_MAX, BYTES("\x1b\xff\xff\xff\xff\xff\xff\xff\xff")},
};

static void numbers_take_their_shortest_form(void **state)
{
    uint8_t room[16];

    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        struct wire_writer w = wire_writer_over(room, sizeof room);
        wire_put_uint(&w, numbers[i].value);
        assert_int_equal(w.error, WIRE_OK);
        assert_int_equal(w.len, numbers[i].encoded.len);
        assert_memory_equal(room, numbers[i].encoded.at, w.len);
        struct exact e = exact_over(room, w.len);
        assert_true(wire_get_uint(&e.reader) == numbers[i].value);
        assert_int_equal(wire_finish(&e.reader), WIRE_OK);
        free(e.bytes);
    }
}

static void numbers_cut_short_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(numbers); i++)
        for (size_t len = 0; len < numbers[i].encoded.len; len++) {
            struct exact e = exact_over(numbers[i].encoded.at, len);
            assert_true(wire_get_uint(&e.reader) == 0);
            assert_int_equal(wire_finish(&e.reader), WIRE_SHORT);
            free(e.bytes);
        }
}

/* ---- everything else that can be written ---- */

static void items_are_read_back(void **state)
{
    uint8_t room[1024];
    char filler[300];
    struct wire_writer w = wire_writer_over(room, sizeof room);

    (void)state;
    memset(filler, 'x', sizeof filler);
    wire_put_map(&w, 6);
    wire_put_uint(&w, 1);
    wire_put_bool(&w, true);
    wire_put_uint(&w, 2);
    wire_put_bool(&w, false);
    wire_put_uint(&w, 3);
    wire_put_text(&w, TEXT("党员"));
    wire_put_uint(&w, 4);
    wire_put_bytes(&w, (struct text){"\x00\xff", 2});
    wire_put_uint(&w, 5);
    wire_put_array(&w, 2);
    wire_put_text(&w, TEXT(""));
    wire_put_text(&w, (struct text){filler, sizeof filler});
    wire_put_uint(&w, 6);
    wire_put_raw(&w, "\x82\x01\x02", 3);
    assert_int_equal(w.error, WIRE_OK);

    struct wire_reader r = wire_reader_over(room, w.len);
    assert_int_equal(wire_peek(&r), WIRE_MAP);
    assert_int_equal(wire_get_map(&r), 6);
    assert_int_equal(wire_get_uint(&r), 1);
    assert_int_equal(wire_peek(&r), WIRE_BOOL);
    assert_true(wire_get_bool(&r));
    assert_int_equal(wire_get_uint(&r), 2);
    assert_false(wire_get_bool(&r));
    assert_int_equal(wire_get_uint(&r), 3);
    assert_true(text_equal(wire_get_text(&r), TEXT("党员")));
    assert_int_equal(wire_get_uint(&r), 4);
    struct text bytes = wire_get_bytes(&r);
    assert_int_equal(bytes.len, 2);
    assert_memory_equal(bytes.at, "\x00\xff", 2);
    assert_int_equal(wire_get_uint(&r), 5);
    assert_int_equal(wire_get_array(&r), 2);
    assert_int_equal(wire_get_text(&r).len, 0);
    assert_int_equal(wire_get_text(&r).len, sizeof filler);
    assert_int_equal(wire_get_uint(&r), 6);
    assert_int_equal(wire_get_array(&r), 2);
    assert_int_equal(wire_get_uint(&r), 1);
    assert_int_equal(wire_get_uint(&r), 2);
    assert_int_equal(wire_peek(&r), WIRE_NONE);
    assert_int_equal(wire_finish(&r), WIRE_OK);
}

static void a_full_writer_keeps_its_error(void **state)
{
    uint8_t room[8];

    (void)state;
    for (size_t cap = 0; cap < sizeof room; cap++) {
        struct wire_writer w = wire_writer_over(room, cap);
        wire_put_text(&w, TEXT("1234567"));
        assert_int_equal(w.error, WIRE_FULL);
        size_t len = w.len;
        wire_put_uint(&w, 1);
        assert_int_equal(w.len, len);
    }
    struct wire_writer w = wire_writer_over(room, sizeof room);
    wire_put_text(&w, TEXT("1234567"));
    assert_int_equal(w.error, WIRE_OK);
    assert_int_equal(w.len, sizeof room);
    wire_put_raw(&w, NULL, 0);
    assert_int_equal(w.error, WIRE_OK);
    struct wire_writer none = wire_writer_over(NULL, 0);
    wire_put_bool(&none, true);
    assert_int_equal(none.error, WIRE_FULL);
}

/* ---- what is refused ---- */

struct refusal {
    const char *what;
    struct bytes bytes;
    enum wire_error error;
};

static const struct refusal refusals[] = {
    {"nothing", BYTES(""), WIRE_SHORT},
    {"0 in two bytes", BYTES("\x18\x00"), WIRE_FORM},
    {"23 in two bytes", BYTES("\x18\x17"), WIRE_FORM},
    {"255 in three bytes", BYTES("\x19\x00\xff"), WIRE_FORM},
    {"65535 in five bytes", BYTES("\x1a\x00\x00\xff\xff"), WIRE_FORM},
    {"2^32 - 1 in nine bytes", BYTES("\x1b\x00\x00\x00\x00\xff\xff\xff\xff"), WIRE_FORM},
    {"reserved length 28", BYTES("\x1c"), WIRE_FORM},
    {"reserved length 30", BYTES("\x1e"), WIRE_FORM},
    {"indefinite number", BYTES("\x1f"), WIRE_FORM},
    {"negative", BYTES("\x20"), WIRE_FORM},
    {"large negative", BYTES("\x39\x01\x00"), WIRE_FORM},
    {"bytes with a long length", BYTES("\x58\x01x"), WIRE_FORM},
    {"indefinite bytes", BYTES("\x5f\x41x\xff"), WIRE_FORM},
    {"bytes that end early", BYTES("\x42x"), WIRE_SHORT},
    {"bytes of 2^64 - 1", BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xff"), WIRE_SHORT},
    {"indefinite text", BYTES("\x7f\x61x\xff"), WIRE_FORM},
    {"text that ends early", BYTES("\x63xy"), WIRE_SHORT},
    {"text of 2^64 - 1", BYTES("\x7b\xff\xff\xff\xff\xff\xff\xff\xff"), WIRE_SHORT},
    {"indefinite array", BYTES("\x9f\x01\xff"), WIRE_FORM},
    {"array of more items than bytes", BYTES("\x82\x01"), WIRE_SHORT},
    {"array of 2^64 - 1", BYTES("\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), WIRE_SHORT},
    {"indefinite map", BYTES("\xbf\x01\x02\xff"), WIRE_FORM},
    {"map of more pairs than bytes", BYTES("\xa2\x01\x02\x03"), WIRE_SHORT},
    {"map of 2^63", BYTES("\xbb\x80\x00\x00\x00\x00\x00\x00\x00"), WIRE_SHORT},
    {"keys that fall", BYTES("\xa2\x02\x00\x01\x00"), WIRE_ORDER},
    {"the same key twice", BYTES("\xa2\x01\x00\x01\x00"), WIRE_ORDER},
    {"key 0 twice", BYTES("\xa2\x00\x00\x00\x00"), WIRE_ORDER},
    {"text as a key", BYTES("\xa1\x61x\x00"), WIRE_TYPE},
    {"a negative key", BYTES("\xa1\x20\x00"), WIRE_FORM},
    {"tag", BYTES("\xc0\x61x"), WIRE_FORM},
    {"bignum", BYTES("\xc2\x41x"), WIRE_FORM},
    {"null", BYTES("\xf6"), WIRE_FORM},
    {"undefined", BYTES("\xf7"), WIRE_FORM},
    {"simple value 16", BYTES("\xf0"), WIRE_FORM},
    {"true in two bytes", BYTES("\xf8\x15"), WIRE_FORM},
    {"half float", BYTES("\xf9\x3c\x00"), WIRE_FORM},
    {"float", BYTES("\xfa\x3f\x80\x00\x00"), WIRE_FORM},
    {"double", BYTES("\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00"), WIRE_FORM},
    {"break", BYTES("\xff"), WIRE_FORM},
    {"something after the item", BYTES("\x01\x02"), WIRE_TRAILING},
    {"bad text deep inside", BYTES("\x81\xa1\x01\x61\xff"), WIRE_UTF8},
    {"null in an array", BYTES("\x81\xf6"), WIRE_FORM},
};

static void what_the_profile_lacks_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct exact e = exact_over(refusals[i].bytes.at, refusals[i].bytes.len);
        wire_skip(&e.reader, 1);
        enum wire_error error = wire_finish(&e.reader);
        if (error != refusals[i].error)
            print_error("%s: got %d\n", refusals[i].what, error);
        assert_int_equal(error, refusals[i].error);
        free(e.bytes);
    }
}

/* Opens `levels` arrays or maps, one in the other, around a 0. */
static size_t nest(uint8_t *out, unsigned levels, bool maps)
{
    size_t len = 0;

    for (unsigned i = 0; i + 1 < levels; i++) {
        out[len++] = maps ? 0xa1 : 0x81;
        if (maps)
            out[len++] = 0x01;
    }
    out[len++] = 0x00;
    return len;
}

static void nesting_ends_at_its_limit(void **state)
{
    uint8_t bytes[64];

    (void)state;
    for (int maps = 0; maps < 2; maps++)
        for (unsigned levels = 1; levels <= LIMIT_DEPTH + 3; levels++) {
            struct exact e = exact_over(bytes, nest(bytes, levels, maps));
            wire_skip(&e.reader, 1);
            assert_int_equal(wire_finish(&e.reader), levels > LIMIT_DEPTH ? WIRE_DEPTH : WIRE_OK);
            free(e.bytes);
        }
}

static void the_wrong_type_is_told_apart_from_the_wrong_form(void **state)
{
    struct wire_reader r = wire_reader_over("\x61x", 2);

    (void)state;
    wire_get_uint(&r);
    assert_int_equal(r.error, WIRE_TYPE);
    r = wire_reader_over("\xf6", 1);
    wire_get_uint(&r);
    assert_int_equal(r.error, WIRE_FORM);
    r = wire_reader_over("\x01", 1);
    wire_get_bool(&r);
    assert_int_equal(r.error, WIRE_TYPE);
    r = wire_reader_over("\xf6", 1);
    wire_get_bool(&r);
    assert_int_equal(r.error, WIRE_FORM);
    r = wire_reader_over("", 0);
    wire_get_bool(&r);
    assert_int_equal(r.error, WIRE_SHORT);
    r = wire_reader_over("\x41x", 2);
    wire_get_text(&r);
    assert_int_equal(r.error, WIRE_TYPE);
}

static void a_readers_first_error_stays(void **state)
{
    struct wire_reader r = wire_reader_over("\xf6\x01", 2);

    (void)state;
    assert_true(wire_get_uint(&r) == 0);
    assert_int_equal(r.error, WIRE_FORM);
    assert_true(wire_get_uint(&r) == 0);
    assert_null(wire_get_text(&r).at);
    assert_true(wire_get_array(&r) == 0);
    assert_int_equal(wire_peek(&r), WIRE_NONE);
    assert_int_equal(wire_finish(&r), WIRE_FORM);
}

static void every_cut_of_a_whole_message_is_refused(void **state)
{
    static const char message[] = "\xa3\x01\x19\x01\x00\x02\x82\x63\xe5\x85\x9a\x42\x00\x01\x03\xa1\x05\xf5";

    (void)state;
    for (size_t len = 0; len < sizeof message - 1; len++) {
        struct exact e = exact_over(message, len);
        wire_skip(&e.reader, 1);
        assert_int_equal(wire_finish(&e.reader), WIRE_SHORT);
        free(e.bytes);
    }
    struct exact e = exact_over(message, sizeof message - 1);
    wire_skip(&e.reader, 1);
    assert_int_equal(wire_finish(&e.reader), WIRE_OK);
    free(e.bytes);
}

/* ---- UTF-8 ---- */

struct sequence {
    struct bytes bytes;
    int characters; /* -1: not UTF-8 */
};

static const struct sequence sequences[] = {
    {BYTES(""), 0},
    {BYTES("a"), 1},
    {BYTES("\x01\x1b\x7f"), 3},
    {BYTES("\xc2\x80"), 1},
    {BYTES("\xdf\xbf"), 1},
    {BYTES("\xe0\xa0\x80"), 1},
    {BYTES("\xed\x9f\xbf"), 1},
    {BYTES("\xee\x80\x80"), 1},
    {BYTES("\xef\xbf\xbf"), 1},
    {BYTES("\xf0\x90\x80\x80"), 1},
    {BYTES("\xf4\x8f\xbf\xbf"), 1},
    {BYTES("党\xf0\x9f\x93\x9c."), 3},
    {BYTES("\x00"), -1},
    {BYTES("a\x00z"), -1},
    {BYTES("\x80"), -1},
    {BYTES("\xbf"), -1},
    {BYTES("\xc0\x80"), -1},             /* NUL, overlong */
    {BYTES("\xc1\xbf"), -1},             /* overlong */
    {BYTES("\xe0\x9f\xbf"), -1},         /* overlong */
    {BYTES("\xf0\x8f\xbf\xbf"), -1},     /* overlong */
    {BYTES("\xed\xa0\x80"), -1},         /* first surrogate */
    {BYTES("\xed\xbf\xbf"), -1},         /* last surrogate */
    {BYTES("\xf4\x90\x80\x80"), -1},     /* past U+10FFFF */
    {BYTES("\xf5\x80\x80\x80"), -1},
    {BYTES("\xf8\x88\x80\x80\x80"), -1}, /* five bytes */
    {BYTES("\xfe"), -1},
    {BYTES("\xff"), -1},
    {BYTES("\xc2"), -1},                 /* ends early */
    {BYTES("\xe5\x85"), -1},
    {BYTES("\xf0\x9f\x93"), -1},
    {BYTES("\xc2z"), -1},                /* no continuation */
    {BYTES("\xe5z\x9a"), -1},
    {BYTES("\xe5\x85z"), -1},
    {BYTES("\xf0\x9f\x93z"), -1},
};

static void utf8_is_told_from_what_is_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sequences); i++) {
        uint64_t characters = 77;
        struct exact e = exact_over(sequences[i].bytes.at, sequences[i].bytes.len);
        bool valid = wire_utf8((const char *)e.bytes, sequences[i].bytes.len, &characters);
        assert_int_equal(valid, sequences[i].characters >= 0);
        if (valid)
            assert_int_equal(characters, sequences[i].characters);
        assert_int_equal(wire_utf8((const char *)e.bytes, sequences[i].bytes.len, NULL), valid);
        free(e.bytes);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_their_shortest_form),
        cmocka_unit_test(numbers_cut_short_are_refused),
        cmocka_unit_test(items_are_read_back),
        cmocka_unit_test(a_full_writer_keeps_its_error),
        cmocka_unit_test(what_the_profile_lacks_is_refused),
        cmocka_unit_test(nesting_ends_at_its_limit),
        cmocka_unit_test(the_wrong_type_is_told_apart_from_the_wrong_form),
        cmocka_unit_test(a_readers_first_error_stays),
        cmocka_unit_test(every_cut_of_a_whole_message_is_refused),
        cmocka_unit_test(utf8_is_told_from_what_is_not),
    };
    return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
