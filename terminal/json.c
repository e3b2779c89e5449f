/* See json.h. */
#include "terminal/json.h"

#include <utf8proc.h>

/* ---- writing ---- */

static bool is_escaped(utf8proc_int32_t c)
{
    utf8proc_category_t category;

    if (c < 0x7f)
        return c < 0x20 || c == '"' || c == '\\';
    category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

static void put_escape(FILE *out, utf8proc_int32_t c)
{
    if (c == '"' || c == '\\')
        fprintf(out, "\\%c", (char)c);
    else if (c == '\n')
        fputs("\\n", out);
    else if (c == '\t')
        fputs("\\t", out);
    else if (c == '\r')
        fputs("\\r", out);
    else if (c > 0xffff)
        fprintf(out, "\\u%04x\\u%04x", 0xd800 + (((unsigned)c - 0x10000) >> 10), 0xdc00 + (((unsigned)c - 0x10000) & 0x3ff));
    else
        fprintf(out, "\\u%04x", (unsigned)c);
}

void json_put_text(FILE *out, struct text text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text.at;
    size_t left = text.len;

    fputc('"', out);
    while (left) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate(at, (utf8proc_ssize_t)(left > 4 ? 4 : left), &c);

        if (n < 1) {
            fputs("\xef\xbf\xbd", out);
            n = 1;
        } else if (is_escaped(c)) {
            put_escape(out, c);
        } else {
            fwrite(at, 1, (size_t)n, out);
        }
        at += n;
        left -= (size_t)n;
    }
    fputc('"', out);
}

void json_put_bytes(FILE *out, struct text bytes)
{
    fputc('"', out);
    for (size_t i = 0; i < bytes.len; i++)
        fprintf(out, "%02x", (unsigned char)bytes.at[i]);
    fputc('"', out);
}

static void put_list(FILE *out, const struct field *field, struct items list)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];
    struct text text;
    uint64_t number;
    const char *comma = "";

    fputc('[', out);
    if (field->kind == KIND_RECORDS)
        for (; items_next(&list, field->record, record); comma = ",") {
            fputs(comma, out);
            json_put(out, field->record, record);
        }
    else if (field->kind == KIND_TEXTS)
        for (; items_next_text(&list, &text); comma = ",") {
            fputs(comma, out);
            json_put_text(out, text);
        }
    else
        for (; items_next_uint(&list, &number); comma = ",")
            fprintf(out, "%s%llu", comma, (unsigned long long)number);
    fputc(']', out);
}

static void put_record(FILE *out, const struct field *field, struct items one)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];

    one.count = 1;
    if (one.at && items_next(&one, field->record, record))
        json_put(out, field->record, record);
    else
        fputs("{}", out);
}

static void put_value(FILE *out, const struct field *field, const struct field_value *m)
{
    switch (field->kind) {
    case KIND_UINT:
        fprintf(out, "%llu", (unsigned long long)m->number);
        break;
    case KIND_BOOL:
        fputs(m->number ? "true" : "false", out);
        break;
    case KIND_ENUM:
        json_put_text(out, enumeration_by_number(field->enumeration, m->number)->name);
        break;
    case KIND_TEXT:
        json_put_text(out, m->text);
        break;
    case KIND_BYTES:
        json_put_bytes(out, m->text);
        break;
    case KIND_RECORD:
        put_record(out, field, m->items);
        break;
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        put_list(out, field, m->items);
        break;
    }
}

void json_put_members(FILE *out, const struct shape *shape, const void *in, bool more)
{
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        struct field_value m = shape_value(field, in);

        if (!m.present && !field->need)
            continue;
        fprintf(out, "%s\"%s\":", more ? "," : "", field->name);
        put_value(out, field, &m);
        more = true;
    }
}

void json_put(FILE *out, const struct shape *shape, const void *in)
{
    fputc('{', out);
    json_put_members(out, shape, in, false);
    fputc('}', out);
}

/* ---- reading ---- */

int json_hex(struct text hex, uint8_t *out, size_t cap)
{
    if (hex.len % 2 || hex.len / 2 > cap)
        return -1;
    for (size_t i = 0; i < hex.len; i++) {
        char c = hex.at[i];
        unsigned digit;

        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            digit = (unsigned)((c | 0x20) - 'a' + 10);
        else
            return -1;
        out[i / 2] = (uint8_t)(i % 2 ? out[i / 2] | digit : digit << 4);
    }
    return (int)(hex.len / 2);
}

static struct text string_of(const json_t *value)
{
    return (struct text){json_string_value(value), json_string_length(value)};
}

static bool get_uint(const json_t *value, struct wire_writer *w)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    wire_put_uint(w, (uint64_t)json_integer_value(value));
    return true;
}

static bool get_text(const json_t *value, struct wire_writer *w)
{
    struct text text = string_of(value);

    if (!json_is_string(value) || !wire_utf8(text.at, text.len, NULL))
        return false;
    wire_put_text(w, text);
    return true;
}

static bool get_bytes(const json_t *value, struct wire_writer *w)
{
    uint8_t bytes[256];
    int len = json_is_string(value) ? json_hex(string_of(value), bytes, sizeof bytes) : -1;

    if (len < 0)
        return false;
    wire_put_bytes(w, (struct text){(const char *)bytes, (size_t)len});
    return true;
}

static bool get_enum(const struct field *field, const json_t *value, struct wire_writer *w)
{
    const struct enumeration_value *row = json_is_string(value) ? enumeration_by_name(field->enumeration, string_of(value)) : NULL;

    if (!row)
        return false;
    wire_put_uint(w, row->number);
    return true;
}

static bool get_list(const struct field *field, const json_t *value, struct wire_writer *w, struct fault *fault)
{
    size_t count = json_array_size(value);

    if (!json_is_array(value))
        return false;
    wire_put_array(w, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(value, i);
        bool good;

        if (field->kind == KIND_RECORDS)
            good = json_get(field->record, item, w, fault) == STATUS_OK;
        else
            good = field->kind == KIND_TEXTS ? get_text(item, w) : get_uint(item, w);
        if (!good)
            return false;
    }
    return true;
}

static bool get_value(const struct field *field, const json_t *value, struct wire_writer *w, struct fault *fault)
{
    switch (field->kind) {
    case KIND_UINT:
        return get_uint(value, w);
    case KIND_BOOL:
        wire_put_bool(w, json_is_true(value));
        return json_is_boolean(value);
    case KIND_ENUM:
        return get_enum(field, value, w);
    case KIND_TEXT:
        return get_text(value, w);
    case KIND_BYTES:
        return get_bytes(value, w);
    case KIND_RECORD:
        return json_get(field->record, value, w, fault) == STATUS_OK;
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        return get_list(field, value, w, fault);
    }
    return false;
}

static enum status blame(struct fault *fault, enum status status, const char *field)
{
    if (!fault->status)
        *fault = (struct fault){status, field, 0};
    return fault->status;
}

enum status json_get(const struct shape *shape, const json_t *object, struct wire_writer *w, struct fault *fault)
{
    uint64_t known = 0;

    *fault = (struct fault){STATUS_OK, NULL, 0};
    if (!json_is_object(object))
        return blame(fault, STATUS_BAD_FIELD, shape->name);
    for (uint32_t i = 0; i < shape->count; i++)
        known += json_object_get(object, shape->fields[i].name) != NULL;
    if (known != json_object_size(object))
        return blame(fault, STATUS_BAD_FIELD, shape->name);
    wire_put_map(w, known);
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *field = &shape->fields[i];
        const json_t *value = json_object_get(object, field->name);

        if (!value && !field->need)
            continue;
        if (!value)
            return blame(fault, STATUS_BAD_FIELD, field->name);
        wire_put_uint(w, field->key);
        if (!get_value(field, value, w, fault))
            return blame(fault, STATUS_BAD_FIELD, field->name);
    }
    return w->error ? blame(fault, STATUS_TOO_LARGE, shape->name) : STATUS_OK;
}
