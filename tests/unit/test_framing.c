/* Framing: the same frames come out however the bytes are cut, and what is no frame is seen at its first byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "server/native/framing.h"

/* Two frames, one without a payload, and what a reader must say about them. */
static const uint8_t stream[] = {
    0, 0, 0, 5, FRAME_REQUEST, 0, 0x03, 0x01, 0, 0, 0, 9, 'h', 'e', 'l', 'l', 'o',
    0, 0, 0, 0, FRAME_PING, 1, 0, 0, 0, 0, 1, 2,
};

struct told {
    char words[128];
    size_t len;
    char payload[16];
    size_t payload_len;
};

static void tell(struct told *told, const char *word)
{
    size_t len = strlen(word);

    assert_true(told->len + len < sizeof told->words);
    memcpy(told->words + told->len, word, len + 1);
    told->len += len;
}

static void feed(struct framing *f, struct told *told, const uint8_t *at, size_t len)
{
    enum framing_step step;
    struct text piece;
    char word[32];

    while ((step = framing_next(f, &at, &len, &piece)) != FRAMING_MORE) {
        assert_int_not_equal(step, FRAMING_ALIEN);
        if (step == FRAMING_PIECE) {
            assert_true(piece.len > 0 && told->payload_len + piece.len <= sizeof told->payload);
            memcpy(told->payload + told->payload_len, piece.at, piece.len);
            told->payload_len += piece.len;
        } else {
            snprintf(word, sizeof word, step == FRAMING_HEADER ? "%u:%x:%u " : "end ", f->frame.kind, f->frame.op, f->frame.id);
            tell(told, word);
        }
    }
    assert_int_equal(len, 0);
}

static void any_cut_gives_the_same(void **state)
{
    (void)state;
    for (size_t cut = 1; cut <= sizeof stream; cut++) {
        struct framing f = {.have = 0};
        struct told told = {.len = 0};
        for (size_t at = 0; at < sizeof stream; at += cut)
            feed(&f, &told, stream + at, sizeof stream - at < cut ? sizeof stream - at : cut);
        assert_string_equal(told.words, "1:301:9 end 7:0:258 end ");
        assert_int_equal(told.payload_len, 5);
        assert_memory_equal(told.payload, "hello", 5);
    }
}

static void an_empty_payload_ends_without_further_bytes(void **state)
{
    struct framing f = {.have = 0};
    const uint8_t *at = stream + 17;
    size_t len = FRAME_HEADER;
    struct text piece;

    (void)state;
    assert_int_equal(framing_next(&f, &at, &len, &piece), FRAMING_HEADER);
    assert_int_equal(len, 0);
    assert_int_equal(framing_next(&f, &at, &len, &piece), FRAMING_END);
    assert_int_equal(framing_next(&f, &at, &len, &piece), FRAMING_MORE);
}

static void something_else_shows_in_its_first_byte(void **state)
{
    struct framing f = {.have = 0};
    const uint8_t *at = (const uint8_t *)"G";
    size_t len = 1;
    struct text piece;

    (void)state;
    assert_int_equal(framing_next(&f, &at, &len, &piece), FRAMING_ALIEN);
    at = (const uint8_t *)"ET / HTTP/1.1\r\n\r\n";
    len = 17;
    assert_int_equal(framing_next(&f, &at, &len, &piece), FRAMING_ALIEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_cut_gives_the_same),
        cmocka_unit_test(an_empty_payload_ends_without_further_bytes),
        cmocka_unit_test(something_else_shows_in_its_first_byte),
    };
    return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
