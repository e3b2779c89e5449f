/*
 * Every message's codec. The first two bytes choose the message and the direction, the rest is the payload.
 * What was accepted is encoded again; that must be accepted too, and be encoded to the same bytes from
 * then on. The lists and composites of what was accepted can be walked to their ends.
 */
#include <stddef.h>
#include <stdlib.h>

#include "protocol/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { STRUCT_ROOM = 1024 };

union any {
    max_align_t align;
    uint8_t bytes[STRUCT_ROOM];
};

static void walk(const struct shape *shape, const union any *in);

static void walk_records(const struct shape *shape, struct items list)
{
    union any record;
    uint64_t count = 0, want = list.count;

    while (items_next(&list, shape, record.bytes)) {
        walk(shape, &record);
        count++;
    }
    if (count != want || list.len)
        abort();
}

static void walk_plain(enum field_kind kind, struct items list)
{
    struct text text;
    uint64_t number;

    while (kind == KIND_TEXTS ? items_next_text(&list, &text) : items_next_uint(&list, &number))
        ;
    if (list.count || list.len)
        abort();
}

static void walk(const struct shape *shape, const union any *in)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct items items;

        if (field->kind < KIND_RECORD)
            continue;
        memcpy(&items, in->bytes + field->offset, sizeof items);
        if (field->kind == KIND_RECORD && !items.at)
            continue;
        if (field->record)
            walk_records(field->record, items);
        else
            walk_plain(field->kind, items);
    }
}

static const struct shape *choose(const uint8_t *data)
{
    unsigned row = data[0] % (messages_count + 2);

    if (row == messages_count)
        return &shape_error;
    if (row == messages_count + 1)
        return &shape_goaway;
    return data[1] & 1 && messages[row].request ? messages[row].request : messages[row].reply;
}

/* Encodes `in` into `out`, of `room` bytes. An item that is needed and absent takes a byte or two that the input had not. */
static size_t encode(const struct shape *shape, const union any *in, uint8_t *out, size_t room)
{
    struct wire_writer w = wire_writer_over(out, room);

    shape_encode(shape, in->bytes, &w);
    if (w.error)
        abort();
    return w.len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    union any first, second;
    struct fault fault;

    if (size < 2)
        return 0;
    const struct shape *shape = choose(data);
    size_t room = size + 64;
    uint8_t *once = malloc(room), *twice = malloc(room);
    if (shape->size > STRUCT_ROOM)
        abort();
    if (once && twice && shape_decode(shape, data + 2, size - 2, first.bytes, &fault) == STATUS_OK) {
        walk(shape, &first);
        size_t len = encode(shape, &first, once, room);
        if (shape_decode(shape, once, len, second.bytes, &fault))
            abort();
        walk(shape, &second);
        if (encode(shape, &second, twice, room) != len || memcmp(once, twice, len) != 0)
            abort();
    }
    free(once);
    free(twice);
    return 0;
}
