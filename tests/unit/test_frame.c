/* Frames: every byte of the header, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "protocol/frame.h"

static void a_header_has_its_bytes_in_order(void **state)
{
    static const uint8_t want[FRAME_HEADER] = {0x00, 0x12, 0x34, 0x56, 0x05, 0x01, 0x10, 0x02, 0x89, 0xab, 0xcd, 0xef};
    struct frame frame = {.len = 0x123456, .kind = FRAME_EVENT, .flags = FRAME_CRITICAL, .op = 0x1002, .id = 0x89abcdef}, back;
    uint8_t bytes[FRAME_HEADER];

    (void)state;
    frame_put(bytes, &frame);
    assert_memory_equal(bytes, want, sizeof want);
    assert_true(frame_get(bytes, &back));
    assert_int_equal(back.len, frame.len);
    assert_int_equal(back.kind, frame.kind);
    assert_int_equal(back.flags, frame.flags);
    assert_int_equal(back.op, frame.op);
    assert_int_equal(back.id, frame.id);
}

static void edges_go_both_ways(void **state)
{
    static const struct frame edges[] = {
        {0, 0, 0, 0, 0},
        {0xffffff, 255, 255, 0xffff, 0xffffffff},
        {1, FRAME_REQUEST, 0, 1, 1},
    };
    uint8_t bytes[FRAME_HEADER];
    struct frame back;

    (void)state;
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        frame_put(bytes, &edges[i]);
        assert_true(frame_get(bytes, &back));
        assert_int_equal(back.len, edges[i].len);
        assert_int_equal(back.kind, edges[i].kind);
        assert_int_equal(back.flags, edges[i].flags);
        assert_int_equal(back.op, edges[i].op);
        assert_int_equal(back.id, edges[i].id);
    }
}

static void other_protocols_are_recognized(void **state)
{
    static const char *const openers[] = {"GET / HTTP/1.1\r\n", "hello there, forum", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00", "\x01\x00\x00\x00........"};
    struct frame frame;

    (void)state;
    for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++)
        assert_false(frame_get((const uint8_t *)openers[i], &frame));
}

static void kinds_are_those_of_the_table(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 256; kind++)
        assert_int_equal(frame_known((uint8_t)kind), kind >= 1 && kind <= 10 && kind != 6);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_has_its_bytes_in_order),
        cmocka_unit_test(edges_go_both_ways),
        cmocka_unit_test(other_protocols_are_recognized),
        cmocka_unit_test(kinds_are_those_of_the_table),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
