/*
 * Fills any message with something in every field, from its shape alone: for sample payloads and for tests
 * that hold for every shape. Works in the caller's bytes; what it fills borrows from them.
 *
 * All of it is in this header, so that a unit test needs nothing but protocol/ to link.
 */
#ifndef LUNTAN_PROTOCOL_SPEC_FILL_H
#define LUNTAN_PROTOCOL_SPEC_FILL_H

#include "protocol/messages.h"

/* Bytes that are handed out once, from the front. */
struct fill_room {
    uint8_t *at;
    size_t left;
};

static inline uint8_t *fill_take(struct fill_room *room, size_t size)
{
    uint8_t *at = room->at;

    if (size > room->left)
        return NULL;
    room->at += size;
    room->left -= size;
    return at;
}

/* Characters of one to four bytes, over and over. */
static inline struct text fill_text(struct fill_room *room, uint32_t max)
{
    static const char pattern[] = "a\xc3\xa9\xe5\x85\x9a\xf0\x9f\x93\x9c";
    static const uint8_t start[] = {0, 1, 3, 6, 10};
    uint32_t characters = max == 0 || max > 10 ? 10 : max;
    uint8_t *at = fill_take(room, 40);
    size_t len = 0;

    if (!at)
        return (struct text){NULL, 0};
    for (uint32_t i = 0; i < characters; i++) {
        size_t from = start[i % 4], size = (size_t)start[i % 4 + 1] - from;
        memcpy(at + len, pattern + from, size);
        len += size;
    }
    return (struct text){(const char *)at, len};
}

static inline struct text fill_bytes(struct fill_room *room, uint32_t max)
{
    size_t len = max == 0 || max > 64 ? 16 : max;
    uint8_t *at = fill_take(room, len);

    if (!at)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < len; i++)
        at[i] = (uint8_t)(0xff - i);
    return (struct text){(const char *)at, len};
}

/* Numbers at the edges of CBOR's lengths, another for each key. */
static inline uint64_t fill_number(const struct field *field)
{
    static const uint64_t edges[] = {23, 24, 255, 256, 65535, 65536, UINT32_MAX, UINT32_MAX + 1ULL, INT64_MAX, UINT64_MAX, 1};
    return edges[field->key % (sizeof edges / sizeof edges[0])];
}

static inline void fill_shape(const struct shape *shape, void *out, struct fill_room *room, bool sparse);

/* `count` items of a list or one composite. */
static inline struct items fill_items(const struct field *field, struct fill_room *room, uint32_t count, bool sparse)
{
    enum { ITEMS_ROOM = 4096 };
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];
    struct wire_writer w = wire_writer_over(fill_take(room, ITEMS_ROOM), ITEMS_ROOM);
    struct items list = items_begin(&w);

    if (!w.at)
        return (struct items){NULL, 0, 0};
    for (uint32_t i = 0; i < count; i++) {
        if (field->kind == KIND_TEXTS) {
            items_add_text(&w, &list, fill_text(room, 10));
        } else if (field->kind == KIND_UINTS) {
            items_add_uint(&w, &list, fill_number(field));
        } else {
            memset(record, 0, sizeof record);
            fill_shape(field->record, record, room, sparse);
            items_add(&w, &list, field->record, record);
        }
    }
    return w.error ? (struct items){NULL, 0, 0} : list;
}

static inline void fill_field(const struct field *field, uint8_t *member, struct fill_room *room, bool sparse)
{
    uint32_t count = field->max == 1 ? 1 : 2;
    uint64_t number = fill_number(field);
    bool flag = true;
    uint32_t value;
    struct text text;
    struct items items;

    switch (field->kind) {
    case KIND_UINT:
        memcpy(member, &number, sizeof number);
        break;
    case KIND_BOOL:
        memcpy(member, &flag, sizeof flag);
        break;
    case KIND_ENUM:
        value = field->enumeration->values[field->enumeration->count - 1].number;
        memcpy(member, &value, sizeof value);
        break;
    case KIND_TEXT:
    case KIND_BYTES:
        text = field->kind == KIND_TEXT ? fill_text(room, field->max) : fill_bytes(room, field->max);
        memcpy(member, &text, sizeof text);
        break;
    case KIND_RECORD:
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        items = fill_items(field, room, field->kind == KIND_RECORD ? 1 : count, sparse);
        memcpy(member, &items, sizeof items);
        break;
    }
}

/* Fills every field of the struct that `shape` describes, which must be all zeros; `sparse`: those that are needed only. */
static inline void fill_shape(const struct shape *shape, void *out, struct fill_room *room, bool sparse)
{
    for (uint32_t i = 0; i < shape->count; i++)
        if (!sparse || shape->fields[i].need)
            fill_field(&shape->fields[i], (uint8_t *)out + shape->fields[i].offset, room, sparse);
}

#endif
