/* Rings: contiguous sequences, the cap, blanking, trimming, and that every owner is let go once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/hub/ring.h"

static void count_release(void *context, void *owner)
{
    int *released = context;
    int *of_owner = owner;

    ++*released;
    ++*of_owner;
}

struct fixture {
    struct ring ring;
    int released;
    int owners[5000];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    ring_init(&f->ring, count_release, &f->released);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    ring_fini(&f->ring);
    free(f);
    return 0;
}

static void push(struct fixture *f, uint64_t seq, uint64_t object, struct text payload, size_t cap)
{
    ring_push(&f->ring, seq, &(struct ring_entry){.payload = payload, .object = object, .owner = &f->owners[seq]}, cap);
}

static void an_empty_ring_starts_behind_its_head(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(ring_first(&f->ring), 1);
    push(f, 41, 0, TEXT("x"), 100);
    ring_trim(&f->ring, 41);
    assert_int_equal(f->ring.head, 41);
    assert_int_equal(ring_first(&f->ring), 42);
    assert_null(f->ring.entries);
}

static void entries_are_found_by_sequence_while_it_grows_and_wraps(void **state)
{
    struct fixture *f = *state;

    for (uint64_t seq = 10; seq < 4000; seq++) {
        push(f, seq, seq * 7, TEXT("abc"), 3 * 40);
        uint64_t first = ring_first(&f->ring);
        assert_int_equal(f->ring.head, seq);
        assert_int_equal(first, seq < 49 ? 10 : seq - 39);
        assert_int_equal(ring_at(&f->ring, first)->object, first * 7);
        assert_int_equal(ring_at(&f->ring, seq)->object, seq * 7);
    }
    assert_int_equal(f->released, 3990 - 40);
    assert_int_equal(f->ring.bytes, 120);
}

static void one_that_is_larger_than_the_cap_is_not_kept(void **state)
{
    struct fixture *f = *state;

    push(f, 1, 0, TEXT("small"), 8);
    push(f, 2, 0, TEXT("much too large"), 8);
    assert_int_equal(f->released, 2);
    assert_int_equal(ring_first(&f->ring), 3);
    push(f, 3, 0, TEXT("small"), 8);
    assert_int_equal(ring_first(&f->ring), 3);
}

static void a_sequence_out_of_order_never_mixes(void **state)
{
    struct fixture *f = *state;

    push(f, 5, 0, TEXT("five"), 100);
    push(f, 6, 0, TEXT("six"), 100);
    push(f, 6, 0, TEXT("again"), 100);
    assert_int_equal(f->owners[6], 1);
    assert_true(text_equal(ring_at(&f->ring, 6)->payload, TEXT("six")));
    push(f, 9, 0, TEXT("nine"), 100);
    assert_int_equal(ring_first(&f->ring), 9);
    assert_int_equal(f->owners[5], 1);
    assert_int_equal(f->owners[6], 2);
}

static void blanking_lets_go_of_payloads_and_keeps_sequences(void **state)
{
    struct fixture *f = *state;

    push(f, 1, 77, TEXT("secret"), 100);
    push(f, 2, 78, TEXT("other"), 100);
    push(f, 3, 77, TEXT("secret, edited"), 100);
    ring_blank(&f->ring, 77);
    ring_blank(&f->ring, 77);
    assert_int_equal(f->released, 2);
    assert_null(ring_at(&f->ring, 1)->payload.at);
    assert_true(text_equal(ring_at(&f->ring, 2)->payload, TEXT("other")));
    assert_null(ring_at(&f->ring, 3)->payload.at);
    assert_int_equal(f->ring.bytes, 5);
    push(f, 4, 77, TEXT("tombstone"), 100);
    assert_true(text_equal(ring_at(&f->ring, 4)->payload, TEXT("tombstone")));
    ring_trim(&f->ring, 4);
    assert_int_equal(f->released, 4);
}

static void trimming_drops_what_everybody_has_had(void **state)
{
    struct fixture *f = *state;

    for (uint64_t seq = 1; seq <= 20; seq++)
        push(f, seq, 0, TEXT("x"), 100);
    ring_trim(&f->ring, 5);
    assert_int_equal(ring_first(&f->ring), 6);
    ring_trim(&f->ring, 5);
    ring_trim(&f->ring, 0);
    assert_int_equal(f->released, 5);
    for (int i = 1; i <= 20; i++)
        assert_int_equal(f->owners[i], i <= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_ring_starts_behind_its_head, set_up, tear_down),
        cmocka_unit_test_setup_teardown(entries_are_found_by_sequence_while_it_grows_and_wraps, set_up, tear_down),
        cmocka_unit_test_setup_teardown(one_that_is_larger_than_the_cap_is_not_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sequence_out_of_order_never_mixes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(blanking_lets_go_of_payloads_and_keeps_sequences, set_up, tear_down),
        cmocka_unit_test_setup_teardown(trimming_drops_what_everybody_has_had, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
