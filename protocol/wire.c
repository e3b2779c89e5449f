/* See wire.h. Section numbers are RFC 8949's. */
#include "protocol/wire.h"

#include "protocol/limits.h"

/* ---- writing ---- */

static void put_bytes(struct wire_writer *w, const void *at, size_t len)
{
    if (w->error)
        return;
    if (len > w->cap - w->len) {
        w->error = WIRE_FULL;
        return;
    }
    if (len)
        memcpy(w->at + w->len, at, len);
    w->len += len;
}

/* An item's head: major type and argument in the shortest form (section 4.2.1). */
static void put_head(struct wire_writer *w, enum wire_type type, uint64_t value)
{
    uint8_t head[9];
    uint8_t major = (uint8_t)((unsigned)type << 5);
    unsigned extra = 0;

    if (value < 24) {
        head[0] = (uint8_t)(major | value);
    } else {
        extra = value <= UINT8_MAX ? 1 : value <= UINT16_MAX ? 2 : value <= UINT32_MAX ? 4 : 8;
        head[0] = (uint8_t)(major | (extra == 1 ? 24 : extra == 2 ? 25 : extra == 4 ? 26 : 27));
        for (unsigned i = 0; i < extra; i++)
            head[1 + i] = (uint8_t)(value >> (8 * (extra - 1 - i)));
    }
    put_bytes(w, head, 1 + extra);
}

void wire_put_uint(struct wire_writer *w, uint64_t value)
{
    put_head(w, WIRE_UINT, value);
}

void wire_put_bool(struct wire_writer *w, bool value)
{
    put_bytes(w, value ? "\xf5" : "\xf4", 1);
}

void wire_put_text(struct wire_writer *w, struct text text)
{
    put_head(w, WIRE_TEXT, text.len);
    put_bytes(w, text.at, text.len);
}

void wire_put_bytes(struct wire_writer *w, struct text bytes)
{
    put_head(w, WIRE_BYTES, bytes.len);
    put_bytes(w, bytes.at, bytes.len);
}

void wire_put_array(struct wire_writer *w, uint64_t count)
{
    put_head(w, WIRE_ARRAY, count);
}

void wire_put_map(struct wire_writer *w, uint64_t count)
{
    put_head(w, WIRE_MAP, count);
}

void wire_put_raw(struct wire_writer *w, const void *at, size_t len)
{
    put_bytes(w, at, len);
}

/* ---- reading ---- */

static void fail(struct wire_reader *r, enum wire_error error)
{
    if (!r->error)
        r->error = error;
    r->at = r->end;
}

static size_t remaining(const struct wire_reader *r)
{
    return (size_t)(r->end - r->at);
}

enum wire_type wire_peek(const struct wire_reader *r)
{
    if (r->error || r->at == r->end)
        return WIRE_NONE;
    unsigned major = *r->at >> 5;
    if (major == 7)
        return *r->at == 0xf4 || *r->at == 0xf5 ? WIRE_BOOL : WIRE_NONE;
    if (major == 1 || major == 6)
        return WIRE_NONE;
    return (enum wire_type)major;
}

/* Reads a head of the wanted type and returns its argument, which must be in the shortest form. */
static uint64_t get_head(struct wire_reader *r, enum wire_type type)
{
    if (r->error)
        return 0;
    if (r->at == r->end) {
        fail(r, WIRE_SHORT);
        return 0;
    }
    if (*r->at >> 5 != (unsigned)type) {
        fail(r, wire_peek(r) == WIRE_NONE ? WIRE_FORM : WIRE_TYPE);
        return 0;
    }
    unsigned info = *r->at++ & 31U;
    if (info < 24)
        return info;
    if (info > 27) {
        fail(r, WIRE_FORM);
        return 0;
    }
    static const uint64_t below[] = {24, UINT8_MAX + 1ULL, UINT16_MAX + 1ULL, UINT32_MAX + 1ULL};
    unsigned extra = 1U << (info - 24);
    if (remaining(r) < extra) {
        fail(r, WIRE_SHORT);
        return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < extra; i++)
        value = value << 8 | *r->at++;
    if (value < below[info - 24]) {
        fail(r, WIRE_FORM);
        return 0;
    }
    return value;
}

uint64_t wire_get_uint(struct wire_reader *r)
{
    return get_head(r, WIRE_UINT);
}

bool wire_get_bool(struct wire_reader *r)
{
    enum wire_type type = wire_peek(r);
    if (type != WIRE_BOOL) {
        fail(r, r->at == r->end ? WIRE_SHORT : type == WIRE_NONE ? WIRE_FORM : WIRE_TYPE);
        return false;
    }
    return *r->at++ == 0xf5;
}

static struct text get_string(struct wire_reader *r, enum wire_type type)
{
    uint64_t len = get_head(r, type);
    if (r->error || len > remaining(r)) {
        fail(r, WIRE_SHORT);
        return (struct text){NULL, 0};
    }
    struct text text = {(const char *)r->at, (size_t)len};
    r->at += len;
    return text;
}

struct text wire_get_text(struct wire_reader *r)
{
    struct text text = get_string(r, WIRE_TEXT);
    if (!r->error && !wire_utf8(text.at, text.len, NULL)) {
        fail(r, WIRE_UTF8);
        return (struct text){NULL, 0};
    }
    return text;
}

struct text wire_get_bytes(struct wire_reader *r)
{
    return get_string(r, WIRE_BYTES);
}

uint64_t wire_get_array(struct wire_reader *r)
{
    uint64_t count = get_head(r, WIRE_ARRAY);
    if (count > remaining(r)) {
        fail(r, WIRE_SHORT);
        return 0;
    }
    return count;
}

uint64_t wire_get_map(struct wire_reader *r)
{
    uint64_t count = get_head(r, WIRE_MAP);
    if (count > remaining(r) / 2) {
        fail(r, WIRE_SHORT);
        return 0;
    }
    return count;
}

void wire_skip(struct wire_reader *r, unsigned level)
{
    enum wire_type type = wire_peek(r);
    uint64_t count, key, last = 0;

    if (level > LIMIT_DEPTH) {
        fail(r, WIRE_DEPTH);
        return;
    }
    switch (type) {
    case WIRE_UINT:
        wire_get_uint(r);
        break;
    case WIRE_BOOL:
        wire_get_bool(r);
        break;
    case WIRE_BYTES:
        wire_get_bytes(r);
        break;
    case WIRE_TEXT:
        wire_get_text(r);
        break;
    case WIRE_ARRAY:
        count = wire_get_array(r);
        for (uint64_t i = 0; i < count && !r->error; i++)
            wire_skip(r, level + 1);
        break;
    case WIRE_MAP:
        count = wire_get_map(r);
        for (uint64_t i = 0; i < count && !r->error; i++) {
            key = wire_get_uint(r);
            if (i && key <= last)
                fail(r, WIRE_ORDER);
            last = key;
            wire_skip(r, level + 1);
        }
        break;
    case WIRE_NONE:
        fail(r, r->at == r->end ? WIRE_SHORT : WIRE_FORM);
        break;
    }
}

enum wire_error wire_finish(struct wire_reader *r)
{
    if (!r->error && r->at != r->end)
        fail(r, WIRE_TRAILING);
    return r->error;
}

/* ---- UTF-8 ---- */

/* Length of the sequence at `at` with at least one byte left, or 0 where it is not UTF-8 (RFC 3629, section 4). */
static size_t utf8_sequence(const uint8_t *at, size_t left)
{
    uint8_t lead = at[0];
    size_t len = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;

    if (len == 0 || len > left)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    if ((lead == 0xe0 && at[1] < 0xa0) || (lead == 0xed && at[1] > 0x9f) || (lead == 0xf0 && at[1] < 0x90) ||
        (lead == 0xf4 && at[1] > 0x8f))
        return 0;
    return len;
}

/* Whether a character of three bytes begins here that is neither short nor a surrogate by its lead alone: most of Chinese. */
static bool is_common(const uint8_t *at, size_t left)
{
    return left >= 3 && at[0] > 0xe0 && at[0] < 0xf0 && at[0] != 0xed && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80;
}

bool wire_utf8(const char *text, size_t len, uint64_t *characters)
{
    const uint8_t *at = (const uint8_t *)text;
    uint64_t count = 0;

    for (size_t i = 0; i < len; count++) {
        size_t step = is_common(at + i, len - i) ? 3 : utf8_sequence(at + i, len - i);
        if (step == 0 || at[i] == 0)
            return false;
        i += step;
    }
    if (characters)
        *characters = count;
    return true;
}
