/* Answers put together from parts: lists, records that go on, fields of the last frame, and what must not be joined. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>

#include "client-lib/parts.h"
#include "client-lib/queue.h"

/* Adds a frame that encodes `in`. */
static void add(struct parts *parts, const struct shape *shape, const void *in)
{
    static uint8_t bytes[LIMIT_PART];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    bool memory;

    shape_encode(shape, in, &w);
    assert_int_equal(w.error, WIRE_OK);
    assert_true(parts_add(parts, (struct text){(const char *)bytes, w.len}, &memory));
}

/* A frame of read's answer that holds these posts. */
static void add_posts(struct parts *parts, const struct post_record *posts, size_t count, struct read_reply reply)
{
    static uint8_t bytes[LIMIT_PART];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);

    reply.posts = items_begin(&w);
    for (size_t i = 0; i < count; i++)
        items_add(&w, &reply.posts, &shape_post_record, &posts[i]);
    add(parts, &shape_read_reply, &reply);
}

static struct post_record post(uint64_t floor, struct text body, uint64_t offset)
{
    return (struct post_record){.id = 100 + floor, .thread = 9, .floor = floor, .body = body, .offset = offset};
}

static void expect_post(struct items *posts, uint64_t floor, struct text body)
{
    struct post_record got;

    assert_true(items_next(posts, &shape_post_record, &got));
    assert_int_equal(got.floor, floor);
    assert_int_equal(got.offset, 0);
    assert_true(text_equal(got.body, body));
}

static void one_frame_is_the_answer(void **state)
{
    struct parts parts = {0};
    const struct post_record posts[] = {post(1, TEXT("一"), 0)};
    struct read_reply reply;

    (void)state;
    add_posts(&parts, posts, 1, (struct read_reply){.next = 2});
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_OK);
    assert_int_equal(reply.next, 2);
    expect_post(&reply.posts, 1, TEXT("一"));
    parts_reset(&parts);
}

static void lists_follow_each_other(void **state)
{
    struct parts parts = {0};
    const struct post_record posts[] = {post(1, TEXT("a"), 0), post(2, TEXT(""), 0), post(3, TEXT("c"), 0)};
    struct read_reply reply;

    (void)state;
    add_posts(&parts, posts, 2, (struct read_reply){0});
    add_posts(&parts, NULL, 0, (struct read_reply){0});
    add_posts(&parts, posts + 2, 1, (struct read_reply){.next = 4, .as_of = 17, .cursor = TEXT("cursor")});
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_OK);
    assert_int_equal(reply.posts.count, 3);
    assert_int_equal(reply.next, 4);
    assert_int_equal(reply.as_of, 17);
    assert_true(text_equal(reply.cursor, TEXT("cursor")));
    expect_post(&reply.posts, 1, TEXT("a"));
    expect_post(&reply.posts, 2, TEXT(""));
    expect_post(&reply.posts, 3, TEXT("c"));
    parts_reset(&parts);
}

static void a_body_goes_on_over_several_frames(void **state)
{
    struct parts parts = {0};
    const struct post_record first[] = {post(1, TEXT("前"), 0), post(2, TEXT("长文"), 0)};
    const struct post_record second[] = {post(2, TEXT("的中间"), 6)};
    const struct post_record third[] = {post(2, TEXT("和末尾"), 15), post(3, TEXT("后"), 0)};
    struct read_reply reply;

    (void)state;
    add_posts(&parts, first, 2, (struct read_reply){0});
    add_posts(&parts, second, 1, (struct read_reply){0});
    add_posts(&parts, third, 2, (struct read_reply){.next = 4});
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_OK);
    assert_int_equal(reply.posts.count, 3);
    expect_post(&reply.posts, 1, TEXT("前"));
    expect_post(&reply.posts, 2, TEXT("长文的中间和末尾"));
    expect_post(&reply.posts, 3, TEXT("后"));
    parts_reset(&parts);
}

static void the_longest_body_comes_whole(void **state)
{
    enum { WHOLE = 4 * LIMIT_BODY, PIECE = 60000 };
    struct parts parts = {0};
    struct read_reply reply;
    struct post_record got;
    char *body = malloc(WHOLE);

    (void)state;
    assert_non_null(body);
    for (size_t i = 0; i < WHOLE; i += 4)
        memcpy(body + i, i % 8 ? "\xf0\x9f\x8c\xbe" : "\xf0\x9f\x8c\xbf", 4);
    for (size_t at = 0; at < WHOLE; at += PIECE) {
        size_t len = WHOLE - at < PIECE ? WHOLE - at : PIECE;
        const struct post_record piece = post(1, (struct text){body + at, len}, at);
        add_posts(&parts, &piece, 1, (struct read_reply){0});
    }
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_OK);
    assert_int_equal(reply.posts.count, 1);
    assert_true(items_next(&reply.posts, &shape_post_record, &got));
    assert_true(text_equal(got.body, (struct text){body, WHOLE}));
    parts_reset(&parts);
    free(body);
}

static void expect_refused(struct post_record first, struct post_record second)
{
    struct parts parts = {0};
    struct read_reply reply;

    add_posts(&parts, &first, 1, (struct read_reply){0});
    add_posts(&parts, &second, 1, (struct read_reply){0});
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_BAD);
    parts_reset(&parts);
}

static void pieces_of_different_posts_are_not_joined(void **state)
{
    (void)state;
    expect_refused(post(1, TEXT("abc"), 0), post(2, TEXT("def"), 3));
}

static void a_missing_piece_is_noticed(void **state)
{
    (void)state;
    expect_refused(post(1, TEXT("abc"), 0), post(1, TEXT("def"), 4));
}

/* A row of an export holds its post one level deeper. */
static void add_row(struct parts *parts, struct text body, uint64_t offset)
{
    static uint8_t inner[4096], outer[8192];
    struct wire_writer in = wire_writer_over(inner, sizeof inner), out = wire_writer_over(outer, sizeof outer);
    struct export_row_record row = {.post = items_begin(&in)};
    struct export_reply reply = {.rows = items_begin(&out)};
    const struct post_record record = post(1, body, offset);

    items_add(&in, &row.post, &shape_post_record, &record);
    items_add(&out, &reply.rows, &shape_export_row_record, &row);
    add(parts, &shape_export_reply, &reply);
}

static void rows_of_an_export_go_on_too(void **state)
{
    struct parts parts = {0};
    struct export_reply reply;
    struct export_row_record row;

    (void)state;
    add_row(&parts, TEXT("one "), 0);
    add_row(&parts, TEXT("two "), 4);
    add_row(&parts, TEXT("three"), 8);
    assert_int_equal(parts_finish(&parts, &shape_export_reply, &reply), PARTS_OK);
    assert_int_equal(reply.rows.count, 1);
    assert_true(items_next(&reply.rows, &shape_export_row_record, &row));
    expect_post(&row.post, 1, TEXT("one two three"));
    parts_reset(&parts);
}

static void what_is_of_another_shape_is_refused(void **state)
{
    struct parts parts = {0};
    struct read_reply reply;
    bool memory;

    (void)state;
    add_posts(&parts, NULL, 0, (struct read_reply){0});
    assert_true(parts_add(&parts, TEXT("\x80"), &memory));
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_BAD);
    parts_reset(&parts);
    assert_true(parts_add(&parts, TEXT("\xff"), &memory));
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_BAD);
    parts_reset(&parts);
    assert_int_equal(parts_finish(&parts, &shape_read_reply, &reply), PARTS_BAD);
    parts_reset(&parts);
}

static void an_answer_is_bounded(void **state)
{
    static char piece[LIMIT_PART];
    struct parts parts = {0};
    bool memory = false;
    size_t taken = 0;

    (void)state;
    while (parts_add(&parts, (struct text){piece, sizeof piece}, &memory))
        taken += sizeof piece;
    assert_false(memory);
    assert_int_equal(taken, PARTS_MAX);
    parts_reset(&parts);
}

/* ---- the queue of events ---- */

static void events_come_out_as_they_went_in(void **state)
{
    struct queue queue = {0};
    const struct message *change = message_by_op(EVENT_CHANGE), *message;
    struct text payload;
    uint32_t subscription;

    (void)state;
    assert_false(queue_take(&queue, &subscription, &message, &payload));
    assert_true(queue_put(&queue, 1, change, TEXT("first")));
    assert_true(queue_put(&queue, 2, change, TEXT("")));
    assert_true(queue_take(&queue, &subscription, &message, &payload));
    assert_int_equal(subscription, 1);
    assert_ptr_equal(message, change);
    assert_true(text_equal(payload, TEXT("first")));
    assert_true(queue_take(&queue, &subscription, &message, &payload));
    assert_int_equal(subscription, 2);
    assert_false(queue_take(&queue, &subscription, &message, &payload));
    assert_int_equal(queue.len, 0);
    queue_reset(&queue);
}

static void the_queue_is_bounded_and_empties(void **state)
{
    static char event[8192];
    struct queue queue = {0};
    const struct message *change = message_by_op(EVENT_CHANGE), *message;
    struct text payload;
    uint32_t subscription;
    unsigned put = 0, taken = 0;

    (void)state;
    while (queue_put(&queue, 1, change, (struct text){event, sizeof event}))
        put++;
    assert_true(queue.len <= QUEUE_MAX);
    assert_true(put > 900);
    while (queue_take(&queue, &subscription, &message, &payload))
        taken++;
    assert_int_equal(taken, put);
    assert_true(queue_put(&queue, 1, change, TEXT("room again")));
    queue_reset(&queue);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_frame_is_the_answer),
        cmocka_unit_test(lists_follow_each_other),
        cmocka_unit_test(a_body_goes_on_over_several_frames),
        cmocka_unit_test(the_longest_body_comes_whole),
        cmocka_unit_test(pieces_of_different_posts_are_not_joined),
        cmocka_unit_test(a_missing_piece_is_noticed),
        cmocka_unit_test(rows_of_an_export_go_on_too),
        cmocka_unit_test(what_is_of_another_shape_is_refused),
        cmocka_unit_test(an_answer_is_bounded),
        cmocka_unit_test(events_come_out_as_they_went_in),
        cmocka_unit_test(the_queue_is_bounded_and_empties),
    };
    return cmocka_run_group_tests_name("client parts", tests, NULL, NULL);
}
