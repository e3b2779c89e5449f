/* See messages.h: tables expanded from the .def files, and the codec that walks them. */
#include "protocol/messages.h"

#include <stddef.h>

/* ---- enumerations ---- */

#define ENUM(name) static const struct enumeration_value values_##name[] = {
#define VALUE(enumeration, number, NAME, name, zh, en) {number, TEXT_INIT(#name), TEXT_INIT(zh), TEXT_INIT(en)},
#define ENUM_END(name, FALLBACK) };
#include "protocol/types.def"

#define ENUM(name) const struct enumeration enumeration_##name = { #name, values_##name, sizeof values_##name / sizeof values_##name[0],
#define VALUE(enumeration, number, NAME, name, zh, en)
#define ENUM_END(name, FALLBACK) FALLBACK };
#include "protocol/types.def"

const struct enumeration_value *enumeration_by_number(const struct enumeration *e, uint64_t number)
{
    const struct enumeration_value *fallback = &e->values[0];
    for (uint32_t i = 0; i < e->count; i++) {
        if (e->values[i].number == number)
            return &e->values[i];
        if (e->values[i].number == e->fallback)
            fallback = &e->values[i];
    }
    return fallback;
}

const struct enumeration_value *enumeration_by_name(const struct enumeration *e, struct text name)
{
    for (uint32_t i = 0; i < e->count; i++)
        if (text_equal(e->values[i].name, name))
            return &e->values[i];
    return NULL;
}

/* ---- shapes ---- */

#define RECORD_UINT(ref) NULL
#define RECORD_BOOL(ref) NULL
#define RECORD_TEXT(ref) NULL
#define RECORD_BYTES(ref) NULL
#define RECORD_ENUM(ref) NULL
#define RECORD_RECORD(ref) &shape_##ref##_record
#define RECORD_TEXTS(ref) NULL
#define RECORD_UINTS(ref) NULL
#define RECORD_RECORDS(ref) &shape_##ref##_record
#define ENUMERATION_UINT(ref) NULL
#define ENUMERATION_BOOL(ref) NULL
#define ENUMERATION_TEXT(ref) NULL
#define ENUMERATION_BYTES(ref) NULL
#define ENUMERATION_ENUM(ref) &enumeration_##ref
#define ENUMERATION_RECORD(ref) NULL
#define ENUMERATION_TEXTS(ref) NULL
#define ENUMERATION_UINTS(ref) NULL
#define ENUMERATION_RECORDS(ref) NULL
#define NEED true
#define MAY false
#define FIELD_ROW(type, key, KIND, ref, name, need, max, doc) \
    {#name, doc, RECORD_##KIND(ref), ENUMERATION_##KIND(ref), max, key, offsetof(struct type, name), KIND_##KIND, need},
/* Ends every list of fields, so that a message without any has an array too. */
#define LAST_ROW {NULL, NULL, NULL, NULL, 0, 0, 0, KIND_UINT, false}
#define SHAPE_OF(type, array) {#type, array, sizeof array / sizeof array[0] - 1, sizeof(struct type)}

#define RECORD(name, doc) static const struct field fields_##name##_record[] = {
#define FIELD(record, key, KIND, ref, name, need, max, doc) FIELD_ROW(record##_record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name) LAST_ROW };
#include "protocol/types.def"

#define RECORD(name, doc) const struct shape shape_##name##_record = SHAPE_OF(name##_record, fields_##name##_record);
#define FIELD(record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name) _Static_assert(sizeof(struct name##_record) <= RECORD_ROOM, "RECORD_ROOM");
#include "protocol/types.def"

#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) static const struct field fields_##name##_request[] = {
#define REQ(message, key, KIND, ref, name, need, max, doc) FIELD_ROW(message##_request, key, KIND, ref, name, need, max, doc)
#define REPLY(name) LAST_ROW }; static const struct field fields_##name##_reply[] = {
#define RES(message, key, KIND, ref, name, need, max, doc) FIELD_ROW(message##_reply, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name) LAST_ROW };
#define EVENT(op, name, NAME, since, doc) static const struct field fields_##name##_event[] = {
#define EV(message, key, KIND, ref, name, need, max, doc) FIELD_ROW(message##_event, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name) LAST_ROW };
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"

#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) \
    const struct shape shape_##name##_request = SHAPE_OF(name##_request, fields_##name##_request); \
    const struct shape shape_##name##_reply = SHAPE_OF(name##_reply, fields_##name##_reply);
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name) _Static_assert(sizeof(struct name##_reply) <= RECORD_ROOM, "RECORD_ROOM");
#define EVENT(op, name, NAME, since, doc) const struct shape shape_##name##_event = SHAPE_OF(name##_event, fields_##name##_event);
#define EV(message, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"

static const struct field fields_error[] = {
    FIELD_ROW(error_payload, 1, UINT, none, code, NEED, 0, "The status.")
    FIELD_ROW(error_payload, 2, TEXT, none, name, NEED, LIMIT_CAPABILITY, "The status by its name.")
    FIELD_ROW(error_payload, 3, TEXT, none, text, NEED, 1000, "What happened, for people, in hello's language.")
    FIELD_ROW(error_payload, 4, TEXT, none, field, MAY, LIMIT_CAPABILITY, "The request's field that was wrong.")
    FIELD_ROW(error_payload, 5, UINT, none, limit, MAY, 0, "The limit that was passed.")
    FIELD_ROW(error_payload, 6, BOOL, none, retryable, MAY, 0, "Whether the same request may succeed later.")
    FIELD_ROW(error_payload, 7, UINT, none, retry_after, MAY, 0, "How long to wait before that, in milliseconds.")
    FIELD_ROW(error_payload, 8, UINT, none, line, MAY, 0, "Of a text that was read line by line: in which line it is wrong, from 1.")
    FIELD_ROW(error_payload, 9, UINT, none, column, MAY, 0, "And at which character of it, from 1.")
    FIELD_ROW(error_payload, 10, ENUM, reason, reason, MAY, 0, "Of a text that is not accepted: why.")
    FIELD_ROW(error_payload, 11, RECORD, sanction, sanction, MAY, 0, "Of an act that a mute or a ban keeps from: the sanction.")
    LAST_ROW
};
const struct shape shape_error = SHAPE_OF(error_payload, fields_error);

static const struct field fields_goaway[] = {
    FIELD_ROW(goaway_payload, 1, UINT, none, code, NEED, 0, "Why: a status.")
    FIELD_ROW(goaway_payload, 2, TEXT, none, text, MAY, 1000, "The same for people, in hello's language.")
    FIELD_ROW(goaway_payload, 3, UINT, none, last_id, MAY, 0, "Requests with a higher id were not looked at.")
    LAST_ROW
};
const struct shape shape_goaway = SHAPE_OF(goaway_payload, fields_goaway);

/* ---- the table of messages ---- */

const struct message messages[] = {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) \
    {#name, doc, &shape_##name##_request, &shape_##name##_reply, op, since, WHERE_##WHERE, WHO_##WHO, INDEX_##NAME},
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
#define EVENT(op, name, NAME, since, doc) {#name, doc, NULL, &shape_##name##_event, op, since, WHERE_EVENT, WHO_VISITOR, MESSAGES},
#define EV(message, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc) {#name, doc, NULL, &shape_##name##_record, op, since, WHERE_EVENT, WHO_VISITOR, MESSAGES},
#include "protocol/messages.def"
};
const uint32_t messages_count = sizeof messages / sizeof messages[0];

const struct message *message_by_op(uint16_t op)
{
    for (uint32_t i = 0; i < messages_count; i++)
        if (messages[i].op == op)
            return &messages[i];
    return NULL;
}

const struct message *message_by_name(struct text name)
{
    for (uint32_t i = 0; i < messages_count; i++)
        if (text_equal(text_of(messages[i].name), name))
            return &messages[i];
    return NULL;
}

/* ---- decoding ---- */

static void blame(struct fault *fault, enum status status, const struct field *field, uint64_t limit)
{
    if (fault->status)
        return;
    *fault = (struct fault){status, field ? field->name : NULL, limit};
}

/* What a sticky error of the reader says about the field that was being read. */
static void blame_wire(struct fault *fault, enum wire_error error, const struct field *field)
{
    if (error == WIRE_OK)
        return;
    blame(fault, error == WIRE_UTF8 ? STATUS_BAD_FIELD : STATUS_BAD_MESSAGE, field, 0);
}

static void decode_map(const struct shape *shape, struct wire_reader *r, void *out, struct fault *fault, unsigned level);

static struct text decode_text(const struct field *field, struct wire_reader *r, struct fault *fault)
{
    struct text text = wire_get_text(r);
    uint64_t characters = 0;

    if (r->error || field->max == 0)
        return text;
    if (text.len > (uint64_t)field->max * 4) {
        blame(fault, STATUS_TOO_LONG, field, field->max);
        return text;
    }
    if (text.len > field->max && (!wire_utf8(text.at, text.len, &characters) || characters > field->max))
        blame(fault, STATUS_TOO_LONG, field, field->max);
    return text;
}

static struct items decode_record(const struct field *field, struct wire_reader *r, struct fault *fault, unsigned level)
{
    _Alignas(max_align_t) uint8_t scratch[RECORD_ROOM];
    const uint8_t *start = r->at;

    decode_map(field->record, r, scratch, fault, level);
    return (struct items){start, (size_t)(r->at - start), 1};
}

static struct items decode_list(const struct field *field, struct wire_reader *r, struct fault *fault, unsigned level)
{
    uint64_t count = wire_get_array(r);
    struct items list = {r->at, 0, count};

    if (!r->error && field->max && count > field->max) {
        blame(fault, STATUS_TOO_LONG, field, field->max);
        return list;
    }
    for (uint64_t i = 0; i < count && !r->error && !fault->status; i++) {
        if (field->kind == KIND_RECORDS)
            decode_record(field, r, fault, level + 1);
        else if (field->kind == KIND_TEXTS)
            wire_get_text(r);
        else
            wire_get_uint(r);
    }
    list.len = (size_t)(r->at - list.at);
    return list;
}

static void decode_field(const struct field *field, struct wire_reader *r, void *out, struct fault *fault, unsigned level)
{
    uint8_t *member = (uint8_t *)out + field->offset;
    uint64_t number;
    uint32_t value;
    struct text text;
    struct items items;
    bool flag;

    switch (field->kind) {
    case KIND_UINT:
        number = wire_get_uint(r);
        memcpy(member, &number, sizeof number);
        break;
    case KIND_BOOL:
        flag = wire_get_bool(r);
        memcpy(member, &flag, sizeof flag);
        break;
    case KIND_ENUM:
        value = enumeration_by_number(field->enumeration, wire_get_uint(r))->number;
        memcpy(member, &value, sizeof value);
        break;
    case KIND_TEXT:
        text = decode_text(field, r, fault);
        memcpy(member, &text, sizeof text);
        break;
    case KIND_BYTES:
        text = wire_get_bytes(r);
        if (!r->error && field->max && text.len > field->max)
            blame(fault, STATUS_TOO_LONG, field, field->max);
        memcpy(member, &text, sizeof text);
        break;
    case KIND_RECORD:
        items = decode_record(field, r, fault, level + 1);
        memcpy(member, &items, sizeof items);
        break;
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        items = decode_list(field, r, fault, level + 1);
        memcpy(member, &items, sizeof items);
        break;
    }
}

/* Walks the map's keys and the shape's fields side by side; both rise. `level` is the map's nesting, from 1. */
static void decode_map(const struct shape *shape, struct wire_reader *r, void *out, struct fault *fault, unsigned level)
{
    uint64_t count, key, last = 0;
    uint32_t at = 0;

    memset(out, 0, shape->size);
    if (level > LIMIT_DEPTH) {
        blame(fault, STATUS_BAD_MESSAGE, NULL, LIMIT_DEPTH);
        return;
    }
    count = wire_get_map(r);
    for (uint64_t i = 0; i < count && !r->error && !fault->status; i++) {
        key = wire_get_uint(r);
        if (!r->error && i && key <= last)
            blame(fault, STATUS_BAD_MESSAGE, NULL, 0);
        last = key;
        for (; at < shape->count && shape->fields[at].key < key; at++)
            if (shape->fields[at].need && !r->error)
                blame(fault, STATUS_BAD_FIELD, &shape->fields[at], 0);
        if (fault->status)
            return;
        if (at < shape->count && shape->fields[at].key == key) {
            decode_field(&shape->fields[at], r, out, fault, level);
            blame_wire(fault, r->error, &shape->fields[at]);
            at++;
        } else {
            wire_skip(r, level + 1);
        }
    }
    blame_wire(fault, r->error, NULL);
    for (; at < shape->count; at++)
        if (shape->fields[at].need)
            blame(fault, STATUS_BAD_FIELD, &shape->fields[at], 0);
}

enum status shape_decode(const struct shape *shape, const void *at, size_t len, void *out, struct fault *fault)
{
    struct wire_reader r = wire_reader_over(at, len);

    *fault = (struct fault){STATUS_OK, NULL, 0};
    decode_map(shape, &r, out, fault, 1);
    if (!fault->status)
        blame_wire(fault, wire_finish(&r), NULL);
    return fault->status;
}

/* ---- encoding ---- */

struct field_value shape_value(const struct field *field, const void *in)
{
    const uint8_t *at = (const uint8_t *)in + field->offset;
    struct field_value m = {0};
    uint32_t value;
    bool flag;

    switch (field->kind) {
    case KIND_UINT:
        memcpy(&m.number, at, sizeof m.number);
        m.present = m.number != 0;
        break;
    case KIND_BOOL:
        memcpy(&flag, at, sizeof flag);
        m.number = flag;
        m.present = flag;
        break;
    case KIND_ENUM:
        memcpy(&value, at, sizeof value);
        m.number = value;
        m.present = value != 0;
        break;
    case KIND_TEXT:
    case KIND_BYTES:
        memcpy(&m.text, at, sizeof m.text);
        m.present = m.text.at != NULL;
        break;
    case KIND_RECORD:
        memcpy(&m.items, at, sizeof m.items);
        m.present = m.items.at != NULL;
        break;
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        memcpy(&m.items, at, sizeof m.items);
        m.present = m.items.count != 0;
        break;
    }
    return m;
}

static void encode_member(const struct field *field, const struct field_value *m, struct wire_writer *w)
{
    wire_put_uint(w, field->key);
    switch (field->kind) {
    case KIND_UINT:
    case KIND_ENUM:
        wire_put_uint(w, m->number);
        break;
    case KIND_BOOL:
        wire_put_bool(w, m->number != 0);
        break;
    case KIND_TEXT:
        wire_put_text(w, m->text);
        break;
    case KIND_BYTES:
        wire_put_bytes(w, m->text);
        break;
    case KIND_RECORD:
        if (m->items.at)
            wire_put_raw(w, m->items.at, m->items.len);
        else
            wire_put_map(w, 0);
        break;
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        wire_put_array(w, m->items.count);
        wire_put_raw(w, m->items.at, m->items.len);
        break;
    }
}

void shape_encode(const struct shape *shape, const void *in, struct wire_writer *w)
{
    uint64_t count = 0;

    for (uint32_t i = 0; i < shape->count; i++)
        count += shape->fields[i].need || shape_value(&shape->fields[i], in).present;
    wire_put_map(w, count);
    for (uint32_t i = 0; i < shape->count; i++) {
        struct field_value m = shape_value(&shape->fields[i], in);
        if (m.present || shape->fields[i].need)
            encode_member(&shape->fields[i], &m, w);
    }
}

/* ---- lists ---- */

struct items items_begin(const struct wire_writer *w)
{
    return (struct items){w->at + w->len, 0, 0};
}

/* Takes what was appended since the list's last item into the list. */
static void items_grow(const struct wire_writer *w, struct items *list)
{
    if (w->error)
        return;
    list->len = (size_t)(w->at + w->len - list->at);
    list->count++;
}

void items_add(struct wire_writer *w, struct items *list, const struct shape *shape, const void *in)
{
    shape_encode(shape, in, w);
    items_grow(w, list);
}

void items_add_text(struct wire_writer *w, struct items *list, struct text text)
{
    wire_put_text(w, text);
    items_grow(w, list);
}

void items_add_uint(struct wire_writer *w, struct items *list, uint64_t value)
{
    wire_put_uint(w, value);
    items_grow(w, list);
}

/* Drops the item that `r` has just read from the front of `list`. */
static bool items_advance(struct items *list, const struct wire_reader *r)
{
    if (r->error)
        return false;
    list->len -= (size_t)(r->at - list->at);
    list->at = r->at;
    list->count--;
    return true;
}

bool items_next(struct items *list, const struct shape *shape, void *out)
{
    struct fault fault = {STATUS_OK, NULL, 0};
    struct wire_reader r = wire_reader_over(list->at, list->len);

    if (list->count == 0)
        return false;
    decode_map(shape, &r, out, &fault, 1);
    return !fault.status && items_advance(list, &r);
}

bool items_next_text(struct items *list, struct text *out)
{
    struct wire_reader r = wire_reader_over(list->at, list->len);

    if (list->count == 0)
        return false;
    *out = wire_get_text(&r);
    return items_advance(list, &r);
}

bool items_next_uint(struct items *list, uint64_t *out)
{
    struct wire_reader r = wire_reader_over(list->at, list->len);

    if (list->count == 0)
        return false;
    *out = wire_get_uint(&r);
    return items_advance(list, &r);
}
