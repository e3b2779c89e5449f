/* See parts.h. */
#include "client-lib/parts.h"

#include <stddef.h>
#include <stdlib.h>

struct part {
    struct part *next;
    size_t len;
    uint8_t payload[];
};

void parts_reset(struct parts *parts)
{
    for (struct part *part = parts->first, *next; part; part = next) {
        next = part->next;
        free(part);
    }
    free(parts->joined);
    *parts = (struct parts){0};
}

bool parts_add(struct parts *parts, struct text payload, bool *memory)
{
    *memory = false;
    if (payload.len > PARTS_MAX - parts->len)
        return false;
    struct part *part = malloc(sizeof *part + payload.len);
    if (!part) {
        *memory = true;
        return false;
    }
    part->next = NULL;
    part->len = payload.len;
    if (payload.len)
        memcpy(part->payload, payload.at, payload.len);
    if (parts->last)
        parts->last->next = part;
    else
        parts->first = part;
    parts->last = part;
    parts->len += payload.len;
    parts->count++;
    return true;
}

/* ---- records that go on ---- */

/* Any record of types.def, decoded. */
union record {
    max_align_t align;
    uint8_t bytes[RECORD_ROOM];
};

static const struct field *field_named(const struct shape *shape, const char *name, enum field_kind kind)
{
    for (uint32_t i = 0; i < shape->count; i++)
        if (shape->fields[i].kind == kind && strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    return NULL;
}

static struct items composite_of(const struct field *field, const union record *record)
{
    struct items items;
    memcpy(&items, record->bytes + field->offset, sizeof items);
    return items;
}

static uint64_t number_of(const struct field *field, const union record *record)
{
    uint64_t number;
    memcpy(&number, record->bytes + field->offset, sizeof number);
    return number;
}

static struct text text_in(const struct field *field, const union record *record)
{
    struct text text;
    memcpy(&text, record->bytes + field->offset, sizeof text);
    return text;
}

/* The first item of `list`, whose bytes were checked when its message was decoded. */
static bool decode_first(struct items list, const struct shape *shape, union record *out)
{
    return items_next(&list, shape, out->bytes);
}

/* The composite in which a record's body may lie one level deeper, as in a row of an export; NULL: none is there. */
static const struct field *inner_of(const struct shape *shape, const union record *record)
{
    for (uint32_t i = 0; i < shape->count; i++)
        if (shape->fields[i].kind == KIND_RECORD && composite_of(&shape->fields[i], record).at)
            return &shape->fields[i];
    return NULL;
}

/* Whether the record that `list` begins with continues the one before it. */
static bool goes_on(struct items list, const struct shape *shape)
{
    union record record, inner;
    const struct field *offset = field_named(shape, "offset", KIND_UINT);

    if (!decode_first(list, shape, &record))
        return false;
    if (offset)
        return number_of(offset, &record) > 0;
    const struct field *field = inner_of(shape, &record);
    if (!field || !(offset = field_named(field->record, "offset", KIND_UINT)))
        return false;
    return decode_first(composite_of(field, &record), field->record, &inner) && number_of(offset, &inner) > 0;
}

/* Whether two pieces are of one record: all that every record of the shape must have is the same. */
static bool same_record(const struct shape *shape, const union record *a, const union record *b)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (!field->need)
            continue;
        if (field->kind == KIND_UINT && number_of(field, a) != number_of(field, b))
            return false;
        if ((field->kind == KIND_BYTES || field->kind == KIND_TEXT) && !text_equal(text_in(field, a), text_in(field, b)))
            return false;
    }
    return true;
}

/*
 * Appends the record of two pieces to `w`: the first one with the body of both. `scratch` has room for
 * both bodies.
 */
static bool join_bodies(const struct shape *shape, const union record *head, const union record *tail, uint8_t *scratch,
                        struct wire_writer *w)
{
    const struct field *offset = field_named(shape, "offset", KIND_UINT);
    const struct field *body = field_named(shape, "body", KIND_TEXT);
    union record whole = *head;

    if (!offset || !body || !same_record(shape, head, tail))
        return false;
    struct text first = text_in(body, head), second = text_in(body, tail);
    if (number_of(offset, tail) != number_of(offset, head) + first.len)
        return false;
    if (first.len)
        memcpy(scratch, first.at, first.len);
    if (second.len)
        memcpy(scratch + first.len, second.at, second.len);
    struct text joined = {(const char *)scratch, first.len + second.len};
    memcpy(whole.bytes + body->offset, &joined, sizeof joined);
    shape_encode(shape, whole.bytes, w);
    return true;
}

/* The same for two items of a list, where the body may lie one level deeper. */
static bool join_items(const struct shape *shape, struct items head, struct items tail, uint8_t *scratch, struct wire_writer *w)
{
    union record a, b, inner_a, inner_b;

    if (!decode_first(head, shape, &a) || !decode_first(tail, shape, &b))
        return false;
    if (field_named(shape, "offset", KIND_UINT))
        return join_bodies(shape, &a, &b, scratch, w);
    const struct field *field = inner_of(shape, &a);
    if (!field || field != inner_of(shape, &b) || !decode_first(composite_of(field, &a), field->record, &inner_a) ||
        !decode_first(composite_of(field, &b), field->record, &inner_b))
        return false;
    wire_put_map(w, 1);
    wire_put_uint(w, field->key);
    return join_bodies(field->record, &inner_a, &inner_b, scratch, w);
}

/* ---- putting together ---- */

/* Where lists are put together: `w` is the room for the finished ones, `scratch` and `spare` are as large. */
struct join {
    struct wire_writer w;
    uint8_t *scratch, *spare;
};

/* Takes the first item off `list`, by its bytes. */
static bool take_item(struct items *list, struct items *item)
{
    struct wire_reader r = wire_reader_over(list->at, list->len);

    if (!list->count)
        return false;
    wire_skip(&r, 1);
    if (r.error)
        return false;
    *item = (struct items){list->at, (size_t)(r.at - list->at), 1};
    *list = (struct items){r.at, list->len - item->len, list->count - 1};
    return true;
}

/* Appends `more` to `list`, whose last item starts at `*last` in the writer's bytes. */
static bool append_list(struct join *join, const struct field *field, struct items *list, size_t *last, struct items more)
{
    struct items item, head;

    if (field->kind == KIND_RECORDS && list->count && more.count && goes_on(more, field->record)) {
        struct wire_writer spare = wire_writer_over(join->spare, join->w.cap);
        head = (struct items){join->w.at + *last, join->w.len - *last, 1};
        if (!take_item(&more, &item) || !join_items(field->record, head, item, join->scratch, &spare) || spare.error)
            return false;
        join->w.len = *last;
        wire_put_raw(&join->w, spare.at, spare.len);
    }
    while (take_item(&more, &item)) {
        *last = join->w.len;
        wire_put_raw(&join->w, item.at, item.len);
        list->count++;
    }
    return !join->w.error && !more.count;
}

static bool is_list(const struct field *field)
{
    return field->kind == KIND_TEXTS || field->kind == KIND_UINTS || field->kind == KIND_RECORDS;
}

/* A list put together from all parts. `out` holds the last frame's fields, `scratch` is a struct of the shape. */
static enum parts_result merge_list(const struct parts *parts, const struct shape *shape, const struct field *field,
                                    struct join *join, uint8_t *frame, uint8_t *out)
{
    struct items list = {join->w.at + join->w.len, 0, 0}, more;
    size_t start = join->w.len, last = start;
    struct fault fault;

    for (const struct part *part = parts->first; part; part = part->next) {
        if (shape_decode(shape, part->payload, part->len, frame, &fault))
            return PARTS_BAD;
        memcpy(&more, frame + field->offset, sizeof more);
        if (!append_list(join, field, &list, &last, more))
            return PARTS_BAD;
    }
    list.len = join->w.len - start;
    memcpy(out + field->offset, &list, sizeof list);
    return PARTS_OK;
}

static size_t member_size(const struct field *field)
{
    switch (field->kind) {
    case KIND_UINT:
        return sizeof(uint64_t);
    case KIND_BOOL:
        return sizeof(bool);
    case KIND_ENUM:
        return sizeof(uint32_t);
    case KIND_TEXT:
    case KIND_BYTES:
        return sizeof(struct text);
    case KIND_RECORD:
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        return sizeof(struct items);
    }
    return 0;
}

/* Copies the fields that `frame` has into `out`; absence is all zeros. */
static void merge_fields(const struct shape *shape, const uint8_t *frame, uint8_t *out)
{
    static const uint8_t absent[sizeof(struct items)];

    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        if (memcmp(frame + field->offset, absent, member_size(field)) != 0)
            memcpy(out + field->offset, frame + field->offset, member_size(field));
    }
}

static enum parts_result merge(struct parts *parts, const struct shape *shape, struct join *join, uint8_t *frame, uint8_t *out)
{
    struct fault fault;
    enum parts_result result = PARTS_OK;

    memset(out, 0, shape->size);
    for (const struct part *part = parts->first; part; part = part->next) {
        if (shape_decode(shape, part->payload, part->len, frame, &fault))
            return PARTS_BAD;
        merge_fields(shape, frame, out);
    }
    for (uint32_t i = 0; i < shape->count && !result; i++)
        if (is_list(&shape->fields[i]))
            result = merge_list(parts, shape, &shape->fields[i], join, frame, out);
    return result;
}

enum parts_result parts_finish(struct parts *parts, const struct shape *shape, void *out)
{
    enum parts_result result = PARTS_MEMORY;
    struct fault fault;
    struct join join = {0};
    uint8_t *frame = NULL;

    if (parts->count == 1)
        return shape_decode(shape, parts->first->payload, parts->first->len, out, &fault) ? PARTS_BAD : PARTS_OK;
    /* A joined record is never longer than its pieces, but for the heads of longer lengths. */
    size_t room = parts->len + 64;
    free(parts->joined);
    parts->joined = malloc(room);
    join.scratch = malloc(room);
    join.spare = malloc(room);
    frame = malloc(shape->size);
    if (parts->joined && join.scratch && join.spare && frame) {
        join.w = wire_writer_over(parts->joined, room);
        result = parts->count ? merge(parts, shape, &join, frame, out) : PARTS_BAD;
    }
    free(join.scratch);
    free(join.spare);
    free(frame);
    return result;
}
