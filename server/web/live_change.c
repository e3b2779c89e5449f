/* See live_change.h. */
#include "server/web/live_change.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "protocol/messages.h"

/* Which fields of which records, by where they stand in their structs. */
static const struct told {
    const struct shape *shape;
    size_t offset;
} told[] = {
#define TOLD(record, field) {&shape_##record##_record, offsetof(struct record##_record, field)},
#include "server/web/live_change.def"
#undef TOLD
};

struct json {
    char *at;
    size_t len, cap;
    bool full;
};

static void put(struct json *j, struct text text)
{
    j->full = j->full || text.len > j->cap - j->len;
    if (j->full || !text.len)
        return;
    memcpy(j->at + j->len, text.at, text.len);
    j->len += text.len;
}

static void put_number(struct json *j, uint64_t number)
{
    char digits[24];

    put(j, (struct text){digits, (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number)});
}

/* RFC 8259 section 7; the text is UTF-8 already. */
static void put_string(struct json *j, struct text text)
{
    char escaped[8];

    put(j, TEXT("\""));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < ' ' || c == '"' || c == '\\' || c == 0x7f)
            put(j, (struct text){escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", c)});
        else
            put(j, (struct text){text.at + i, 1});
    }
    put(j, TEXT("\""));
}

static void put_bytes(struct json *j, struct text bytes)
{
    char encoded[64];

    if (sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_URLSAFE_NO_PADDING) > sizeof encoded)
        return;
    sodium_bin2base64(encoded, sizeof encoded, (const unsigned char *)bytes.at, bytes.len,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    put_string(j, text_of(encoded));
}

static void put_value(struct json *j, const struct field *field, const struct field_value *value)
{
    if (field->kind == KIND_UINT)
        put_number(j, value->number);
    else if (field->kind == KIND_BOOL)
        put(j, value->number ? TEXT("true") : TEXT("false"));
    else if (field->kind == KIND_ENUM)
        put_string(j, enumeration_by_number(field->enumeration, value->number)->name);
    else if (field->kind == KIND_BYTES)
        put_bytes(j, value->text);
    else
        put_string(j, value->text);
}

static bool is_told(const struct shape *shape, const struct field *field)
{
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (told[i].shape == shape && told[i].offset == field->offset)
            return true;
    return false;
}

/* An object; one that does not fit is taken back. */
static void put_record(struct json *j, const char *name, const struct shape *shape, struct items items)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];
    const size_t before = j->len;
    const char *separator = "";

    if (shape->size > sizeof record || !items_next(&items, shape, record))
        return;
    put(j, TEXT(","));
    put_string(j, text_of(name));
    put(j, TEXT(":{"));
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct field_value value = shape_value(field, record);
        bool texts = field->kind == KIND_TEXT || field->kind == KIND_BYTES;
        if (!is_told(shape, field) || (texts && !value.text.at))
            continue;
        put(j, text_of(separator));
        put_string(j, text_of(field->name));
        put(j, TEXT(":"));
        put_value(j, field, &value);
        separator = ",";
    }
    put(j, TEXT("}"));
    if (j->full)
        j->len = before;
    j->full = false;
}

size_t live_change_write(char out[LIVE_CHANGE], struct text payload)
{
    struct json j = {.at = out, .cap = LIVE_CHANGE};
    struct change_record change;
    struct fault fault;

    if (shape_decode(&shape_change_record, payload.at, payload.len, &change, &fault))
        return 0;
    put(&j, TEXT(",\"seq\":"));
    put_number(&j, change.seq);
    for (uint32_t i = 0; i < shape_change_record.count; i++) {
        const struct field *field = &shape_change_record.fields[i];
        struct field_value value = shape_value(field, &change);
        if (field->kind == KIND_RECORD && value.items.count)
            put_record(&j, field->name, field->record, value.items);
    }
    return j.len;
}
