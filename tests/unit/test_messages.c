/* The codec over shapes, for every shape of the tables: filled, empty, at its limits and past them, and from the future. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "protocol/messages.h"
#include "protocol/spec/fill.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { ROOM = 256 * 1024, ENCODED = 2 * 1024 * 1024 };

static const struct shape *const shapes[] = {
#define RECORD(name, doc) &shape_##name##_record,
#define FIELD(record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name)
#include "protocol/types.def"
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) &shape_##name##_request, &shape_##name##_reply,
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#define EVENT(op, name, NAME, since, doc) &shape_##name##_event,
#define EV(message, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"
    &shape_error, &shape_goaway,
};

struct bench {
    uint8_t *fill, *encoded, *again, *large;
};

static int make_bench(void **state)
{
    static struct bench bench;

    bench = (struct bench){malloc(ROOM), malloc(ENCODED), malloc(ENCODED), malloc(ENCODED)};
    *state = &bench;
    return !bench.fill || !bench.encoded || !bench.again || !bench.large;
}

static int end_bench(void **state)
{
    struct bench *bench = *state;

    free(bench->fill);
    free(bench->encoded);
    free(bench->again);
    free(bench->large);
    return 0;
}

/* Room for the struct of any shape. */
struct any {
    _Alignas(max_align_t) uint8_t bytes[RECORD_ROOM];
};

static struct wire_writer encode(const struct bench *bench, const struct shape *shape, const void *in)
{
    struct wire_writer w = wire_writer_over(bench->encoded, ENCODED);

    shape_encode(shape, in, &w);
    assert_int_equal(w.error, WIRE_OK);
    return w;
}

static void fill(const struct bench *bench, const struct shape *shape, struct any *out, bool sparse)
{
    struct fill_room room = {bench->fill, ROOM};

    assert_true(shape->size <= sizeof out->bytes);
    memset(out, 0, sizeof *out);
    fill_shape(shape, out->bytes, &room, sparse);
}

/* ---- the tables themselves ---- */

static void keys_rise_in_every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(shapes); i++) {
        for (uint32_t j = 0; j < shapes[i]->count; j++) {
            const struct field *f = &shapes[i]->fields[j];
            assert_true(j == 0 || f->key > shapes[i]->fields[j - 1].key);
            assert_true(f->key > 0);
            assert_true(f->offset < shapes[i]->size);
            assert_int_equal(f->record != NULL, f->kind == KIND_RECORD || f->kind == KIND_RECORDS);
            assert_int_equal(f->enumeration != NULL, f->kind == KIND_ENUM);
            if (f->kind == KIND_TEXT || f->kind == KIND_BYTES || f->kind >= KIND_TEXTS)
                assert_true(f->max > 0);
        }
    }
}

static void ops_and_names_are_unique(void **state)
{
    (void)state;
    assert_true(messages_count > MESSAGES);
    for (uint32_t i = 0; i < messages_count; i++) {
        assert_ptr_equal(message_by_op(messages[i].op), &messages[i]);
        assert_ptr_equal(message_by_name(text_of(messages[i].name)), &messages[i]);
        assert_int_equal(messages[i].request != NULL, i < MESSAGES);
        assert_int_equal(messages[i].request != NULL, messages[i].op < 0x1000);
        if (messages[i].request)
            assert_int_equal(messages[i].index, i);
    }
    assert_null(message_by_op(0));
    assert_null(message_by_op(0xffff));
    assert_null(message_by_name(TEXT("no_such_message")));
}

static bool carries_operation(const struct shape *shape)
{
    return shape->count && strcmp(shape->fields[0].name, "op_id") == 0;
}

static void writes_and_only_writes_carry_an_operation_id(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < MESSAGES; i++) {
        bool writes = messages[i].where == WHERE_WRITE || messages[i].where == WHERE_SECRET || messages[i].where == WHERE_KDF;
        assert_int_equal(carries_operation(messages[i].request), writes);
        if (writes) {
            assert_int_equal(messages[i].request->fields[0].key, 1);
            assert_string_equal(messages[i].reply->fields[0].name, "dup");
        }
    }
}

static void statuses_have_words_in_both_languages(void **state)
{
    (void)state;
    assert_int_equal(status_of(0), STATUS_OK);
    assert_int_equal(status_of(9999), STATUS_INTERNAL);
    assert_int_equal(status_of(UINT64_MAX), STATUS_INTERNAL);
    assert_true(status_retryable(STATUS_BUSY));
    assert_false(status_retryable(STATUS_CONFLICT));
    for (unsigned i = 0; i <= STATUS_INTERNAL; i++) {
        assert_true(status_name((enum status)i).len > 0);
        assert_true(status_words((enum status)i, false).len > 0);
        assert_true(status_words((enum status)i, true).len > 0);
    }
}

/* ---- there and back ---- */

static void same_after_a_round_trip(const struct bench *bench, const struct shape *shape, const struct any *in)
{
    struct wire_writer w = encode(bench, shape, in->bytes);
    struct wire_writer again = wire_writer_over(bench->again, ENCODED);
    struct any back;
    struct fault fault;
    enum status status = shape_decode(shape, w.at, w.len, back.bytes, &fault);

    if (status)
        print_error("%s: %s\n", shape->name, fault.field ? fault.field : "-");
    assert_int_equal(status, STATUS_OK);
    shape_encode(shape, back.bytes, &again);
    assert_int_equal(again.len, w.len);
    assert_memory_equal(again.at, w.at, w.len);
}

static void every_shape_survives_a_round_trip(void **state)
{
    struct any any;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        fill(*state, shapes[i], &any, false);
        same_after_a_round_trip(*state, shapes[i], &any);
        fill(*state, shapes[i], &any, true);
        same_after_a_round_trip(*state, shapes[i], &any);
    }
}

static void every_cut_is_refused_and_reads_nothing_past_it(void **state)
{
    const struct bench *bench = *state;
    struct any any, back;
    struct fault fault;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        fill(bench, shapes[i], &any, false);
        struct wire_writer w = encode(bench, shapes[i], any.bytes);
        for (size_t len = 0; len < w.len; len++) {
            uint8_t *cut = malloc(len ? len : 1);
            assert_non_null(cut);
            memcpy(cut, w.at, len);
            assert_int_not_equal(shape_decode(shapes[i], cut, len, back.bytes, &fault), STATUS_OK);
            assert_int_not_equal(fault.status, STATUS_OK);
            free(cut);
        }
    }
}

static void bytes_after_the_map_are_refused(void **state)
{
    const struct bench *bench = *state;
    struct any any;
    struct fault fault;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        fill(bench, shapes[i], &any, false);
        struct wire_writer w = encode(bench, shapes[i], any.bytes);
        wire_put_uint(&w, 0);
        assert_int_equal(shape_decode(shapes[i], w.at, w.len, any.bytes, &fault), STATUS_BAD_MESSAGE);
    }
}

/* ---- absence ---- */

static void what_is_absent_is_not_written(void **state)
{
    struct any any, back;
    struct fault fault;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        uint32_t needed = 0;
        memset(&any, 0, sizeof any);
        for (uint32_t j = 0; j < shapes[i]->count; j++)
            needed += shapes[i]->fields[j].need;
        struct wire_writer w = encode(*state, shapes[i], any.bytes);
        struct wire_reader r = wire_reader_over(w.at, w.len);
        assert_int_equal(wire_get_map(&r), needed);
        if (needed)
            continue;
        memset(&back, 0xee, sizeof back);
        assert_int_equal(shape_decode(shapes[i], w.at, w.len, back.bytes, &fault), STATUS_OK);
        assert_memory_equal(back.bytes, any.bytes, shapes[i]->size);
    }
}

static void a_needed_field_that_is_missing_is_named(void **state)
{
    const struct bench *bench = *state;
    struct any any;
    struct fault fault;

    for (size_t i = 0; i < COUNT(shapes); i++) {
        for (uint32_t j = 0; j < shapes[i]->count; j++) {
            if (!shapes[i]->fields[j].need)
                continue;
            /* The same map without that key: keys and values are copied one by one. */
            fill(bench, shapes[i], &any, false);
            struct wire_writer w = encode(bench, shapes[i], any.bytes);
            struct wire_reader r = wire_reader_over(w.at, w.len);
            struct wire_writer out = wire_writer_over(bench->again, ENCODED);
            uint64_t count = wire_get_map(&r);
            wire_put_map(&out, count - 1);
            for (uint64_t k = 0; k < count; k++) {
                const uint8_t *start = r.at;
                uint64_t key = wire_get_uint(&r);
                wire_skip(&r, 1);
                if (key != shapes[i]->fields[j].key)
                    wire_put_raw(&out, start, (size_t)(r.at - start));
            }
            assert_int_equal(shape_decode(shapes[i], out.at, out.len, any.bytes, &fault), STATUS_BAD_FIELD);
            assert_string_equal(fault.field, shapes[i]->fields[j].name);
        }
    }
}

static void an_empty_text_is_not_an_absent_one(void **state)
{
    struct account_admin_request in = {.op_id = {"0123456789abcdef", 16}, .handle = TEXT("a"), .unit = TEXT("")}, back;
    struct fault fault;
    struct wire_writer w = encode(*state, &shape_account_admin_request, &in);

    assert_int_equal(shape_decode(&shape_account_admin_request, w.at, w.len, &back, &fault), STATUS_OK);
    assert_non_null(back.unit.at);
    assert_int_equal(back.unit.len, 0);
    in.unit = (struct text){NULL, 0};
    w = encode(*state, &shape_account_admin_request, &in);
    assert_int_equal(shape_decode(&shape_account_admin_request, w.at, w.len, &back, &fault), STATUS_OK);
    assert_null(back.unit.at);
}

/* ---- limits ---- */

/* Gives the field `units` characters, bytes or items of `width` bytes each, in otherwise needed company; returns what decoding says. */
static enum status with_length(const struct bench *bench, const struct shape *shape, const struct field *field, uint32_t units, unsigned width,
                               struct fault *fault)
{
    static const char *const characters[] = {"", "a", "\xc3\xa9", "\xe5\x85\x9a", "\xf0\x9f\x93\x9c"};
    struct wire_writer large = wire_writer_over(bench->large, ENCODED), item = wire_writer_over(bench->again, ENCODED);
    struct any any, record;
    struct text text;
    struct items items;

    fill(bench, shape, &any, true);
    if (field->kind == KIND_TEXT || field->kind == KIND_BYTES) {
        for (uint32_t i = 0; i < units; i++)
            wire_put_raw(&large, characters[width], width);
        text = (struct text){(const char *)large.at, large.len};
        memcpy(any.bytes + field->offset, &text, sizeof text);
    } else {
        if (field->kind == KIND_TEXTS) {
            wire_put_text(&item, TEXT("t"));
        } else if (field->kind == KIND_UINTS) {
            wire_put_uint(&item, 1);
        } else {
            struct fill_room room = {bench->fill + ROOM / 2, ROOM / 2};
            memset(&record, 0, sizeof record);
            fill_shape(field->record, record.bytes, &room, true);
            shape_encode(field->record, record.bytes, &item);
        }
        for (uint32_t i = 0; i < units; i++)
            wire_put_raw(&large, item.at, item.len);
        items = (struct items){large.at, large.len, units};
        memcpy(any.bytes + field->offset, &items, sizeof items);
    }
    assert_int_equal(large.error, WIRE_OK);
    struct wire_writer w = encode(bench, shape, any.bytes);
    return shape_decode(shape, w.at, w.len, any.bytes, fault);
}

static void limits_hold_at_the_limit_and_one_past_it(void **state)
{
    struct fault fault;

    for (size_t i = 0; i < COUNT(shapes); i++)
        for (uint32_t j = 0; j < shapes[i]->count; j++) {
            const struct field *f = &shapes[i]->fields[j];
            if (!f->max)
                continue;
            for (unsigned width = 1; width <= (f->kind == KIND_TEXT ? 4 : 1); width++) {
                assert_int_equal(with_length(*state, shapes[i], f, f->max, width, &fault), STATUS_OK);
                assert_int_equal(with_length(*state, shapes[i], f, f->max + 1, width, &fault), STATUS_TOO_LONG);
                assert_string_equal(fault.field, f->name);
                assert_int_equal(fault.limit, f->max);
            }
        }
}

/* ---- what is wrong, and what is new ---- */

struct wrong {
    const char *what;
    const char *bytes;
    size_t len;
    enum status status;
    const char *field;
};
#define WRONG(what, literal, status, field) {what, literal, sizeof(literal) - 1, status, field}

/* For subscribe: 1 topic (enum, needed), 2 id (uint), 3 since (bytes, at most 64). */
static const struct wrong wrongs[] = {
    WRONG("no map", "\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("an array", "\x81\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("nothing", "", STATUS_BAD_MESSAGE, NULL),
    WRONG("nothing needed", "\xa0", STATUS_BAD_FIELD, "topic"),
    WRONG("another type", "\xa1\x01\x61x", STATUS_BAD_MESSAGE, "topic"),
    WRONG("null", "\xa1\x01\xf6", STATUS_BAD_MESSAGE, "topic"),
    WRONG("a long form", "\xa2\x01\x01\x02\x18\x05", STATUS_BAD_MESSAGE, "id"),
    WRONG("a negative id", "\xa2\x01\x01\x02\x20", STATUS_BAD_MESSAGE, "id"),
    WRONG("text for bytes", "\xa2\x01\x01\x03\x61x", STATUS_BAD_MESSAGE, "since"),
    WRONG("keys that fall", "\xa2\x02\x01\x01\x01", STATUS_BAD_FIELD, "topic"),
    WRONG("the same key twice", "\xa2\x01\x01\x01\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("an unknown key twice", "\xa3\x01\x01\x09\x01\x09\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("a text key", "\xa2\x01\x01\x61x\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("a float under an unknown key", "\xa2\x01\x01\x18\x63\xf9\x3c\x00", STATUS_BAD_MESSAGE, NULL),
    WRONG("bad text under an unknown key", "\xa2\x01\x01\x18\x63\x61\xff", STATUS_BAD_FIELD, NULL),
    WRONG("nine levels under an unknown key", "\xa2\x01\x01\x18\x63\x81\x81\x81\x81\x81\x81\x81\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("more keys than bytes", "\xb8\x40\x01\x01", STATUS_BAD_MESSAGE, NULL),
    WRONG("more keys than there can be", "\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01", STATUS_BAD_MESSAGE, NULL),
};

static void wrong_messages_are_refused_by_name(void **state)
{
    struct subscribe_request out;
    struct fault fault;

    (void)state;
    for (size_t i = 0; i < COUNT(wrongs); i++) {
        enum status status = shape_decode(&shape_subscribe_request, wrongs[i].bytes, wrongs[i].len, &out, &fault);
        if (status != wrongs[i].status || (fault.field == NULL) != (wrongs[i].field == NULL))
            print_error("%s: %d, field %s\n", wrongs[i].what, status, fault.field ? fault.field : "-");
        assert_int_equal(status, wrongs[i].status);
        assert_int_equal(fault.status, wrongs[i].status);
        if (wrongs[i].field) {
            assert_non_null(fault.field);
            assert_string_equal(fault.field, wrongs[i].field);
        } else {
            assert_null(fault.field);
        }
    }
}

static void text_that_is_not_utf8_is_refused_by_field(void **state)
{
    static const char overlong[] = "\xa3\x01\x50" "0123456789abcdef" "\x02\x01\x04\x62\xc0\x80";
    static const char nul[] = "\xa3\x01\x50" "0123456789abcdef" "\x02\x01\x04\x63" "a\0b";
    struct reply_request out;
    struct fault fault;

    (void)state;
    assert_int_equal(shape_decode(&shape_reply_request, overlong, sizeof overlong - 1, &out, &fault), STATUS_BAD_FIELD);
    assert_string_equal(fault.field, "body");
    assert_int_equal(shape_decode(&shape_reply_request, nul, sizeof nul - 1, &out, &fault), STATUS_BAD_FIELD);
    assert_string_equal(fault.field, "body");
}

static void unknown_keys_are_passed_over(void **state)
{
    /* 0, 50 and 2^32 are keys of nobody; the values use everything that the profile has, down to level 8. */
    static const char message[] = "\xa5\x00\x81\x81\x81\x81\x81\x81\x01\x01\x02\x02\x18\x2a\x18\x32\x84\xf5\x41x\x63党\xa1\x01\x02"
                                  "\x1b\x00\x00\x00\x01\x00\x00\x00\x00\xf4";
    struct subscribe_request out;
    struct fault fault;

    (void)state;
    assert_int_equal(shape_decode(&shape_subscribe_request, message, sizeof message - 1, &out, &fault), STATUS_OK);
    assert_int_equal(out.topic, TOPIC_THREAD);
    assert_int_equal(out.id, 42);
    assert_null(out.since.at);
}

static void unknown_values_become_the_fallback(void **state)
{
    static const char post[] = "\xa4\x01\x01\x02\x01\x03\x01\x0a\x19\x03\xe7";
    static const char notice[] = "\xa2\x01\x01\x02\x1b\xff\xff\xff\xff\xff\xff\xff\xff";
    struct post_record out;
    struct notice_record seen;
    struct fault fault;

    (void)state;
    assert_int_equal(shape_decode(&shape_post_record, post, sizeof post - 1, &out, &fault), STATUS_OK);
    assert_int_equal(out.state, POST_STATE_DELETED);
    assert_int_equal(shape_decode(&shape_notice_record, notice, sizeof notice - 1, &seen, &fault), STATUS_OK);
    assert_int_equal(seen.kind, NOTICE_KIND_OTHER);
    assert_int_equal(enumeration_by_number(&enumeration_role, 1ULL << 40)->number, ROLE_VISITOR);
    assert_null(enumeration_by_name(&enumeration_role, TEXT("emperor")));
    assert_int_equal(enumeration_by_name(&enumeration_role, TEXT("member"))->number, ROLE_MEMBER);
}

/* ---- lists ---- */

static void lists_are_read_one_by_one(void **state)
{
    const struct bench *bench = *state;
    struct wire_writer w = wire_writer_over(bench->large, ENCODED);
    struct post_request in = {.op_id = {"0123456789abcdef", 16}, .board = TEXT("b"), .title = TEXT("t"), .body = TEXT("x")}, back;
    struct fault fault;
    struct text tag;

    in.tags = items_begin(&w);
    items_add_text(&w, &in.tags, TEXT("学习"));
    items_add_text(&w, &in.tags, TEXT(""));
    items_add_text(&w, &in.tags, TEXT("c"));
    struct wire_writer out = encode(bench, &shape_post_request, &in);
    assert_int_equal(shape_decode(&shape_post_request, out.at, out.len, &back, &fault), STATUS_OK);
    assert_int_equal(back.tags.count, 3);
    assert_true(items_next_text(&back.tags, &tag) && text_equal(tag, TEXT("学习")));
    assert_true(items_next_text(&back.tags, &tag) && tag.len == 0);
    assert_true(items_next_text(&back.tags, &tag) && text_equal(tag, TEXT("c")));
    assert_false(items_next_text(&back.tags, &tag));
}

static void records_are_read_one_by_one(void **state)
{
    const struct bench *bench = *state;
    struct wire_writer w = wire_writer_over(bench->large, ENCODED);
    struct hello_reply in = {.version = 1, .epoch = {"epoch-18", 8}, .time = 5}, back;
    struct limit_record limit;
    struct fault fault;
    uint64_t seen = 0;

    in.limits = items_begin(&w);
    for (uint64_t i = 0; i < 40; i++)
        items_add(&w, &in.limits, &shape_limit_record, &(struct limit_record){TEXT("frame"), i * 1000});
    struct wire_writer out = encode(bench, &shape_hello_reply, &in);
    assert_int_equal(shape_decode(&shape_hello_reply, out.at, out.len, &back, &fault), STATUS_OK);
    for (struct items rest = back.limits; items_next(&rest, &shape_limit_record, &limit); seen++) {
        assert_true(text_equal(limit.name, TEXT("frame")));
        assert_true(limit.value == seen * 1000);
    }
    assert_int_equal(seen, 40);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_rise_in_every_shape),
        cmocka_unit_test(ops_and_names_are_unique),
        cmocka_unit_test(writes_and_only_writes_carry_an_operation_id),
        cmocka_unit_test(statuses_have_words_in_both_languages),
        cmocka_unit_test(every_shape_survives_a_round_trip),
        cmocka_unit_test(every_cut_is_refused_and_reads_nothing_past_it),
        cmocka_unit_test(bytes_after_the_map_are_refused),
        cmocka_unit_test(what_is_absent_is_not_written),
        cmocka_unit_test(a_needed_field_that_is_missing_is_named),
        cmocka_unit_test(an_empty_text_is_not_an_absent_one),
        cmocka_unit_test(limits_hold_at_the_limit_and_one_past_it),
        cmocka_unit_test(wrong_messages_are_refused_by_name),
        cmocka_unit_test(text_that_is_not_utf8_is_refused_by_field),
        cmocka_unit_test(unknown_keys_are_passed_over),
        cmocka_unit_test(unknown_values_become_the_fallback),
        cmocka_unit_test(lists_are_read_one_by_one),
        cmocka_unit_test(records_are_read_one_by_one),
    };
    return cmocka_run_group_tests_name("messages", tests, make_bench, end_bench);
}
