/* See conditions.h. */
#include "server/http/conditions.h"

#include <stdint.h>

#include "server/http/value.h"

/* ---- tags ---- */

static struct text after(struct text text, size_t bytes)
{
    return (struct text){text.at + bytes, text.len - bytes};
}

static bool is_weak(struct text etag)
{
    return etag.len >= 2 && etag.at[0] == 'W' && etag.at[1] == '/';
}

static bool tags_equal(struct text a, struct text b, bool weak)
{
    if (!weak && (is_weak(a) || is_weak(b)))
        return false;
    return text_equal(is_weak(a) ? after(a, 2) : a, is_weak(b) ? after(b, 2) : b);
}

/* The length of the tag that `rest` begins with; 0: none does. */
static size_t tag_length(struct text rest)
{
    size_t start = is_weak(rest) ? 2 : 0;

    if (rest.len < start + 2 || rest.at[start] != '"')
        return 0;
    const char *end = memchr(rest.at + start + 1, '"', rest.len - start - 1);
    return end ? (size_t)(end - rest.at) + 1 : 0;
}

bool etag_listed(struct text list, struct text etag, bool weak)
{
    if (list.len == 1 && list.at[0] == '*')
        return true;
    while (list.len) {
        if (list.at[0] == ' ' || list.at[0] == '\t' || list.at[0] == ',') {
            list = after(list, 1);
            continue;
        }
        size_t len = tag_length(list);
        if (!len)
            return false;
        if (tags_equal((struct text){list.at, len}, etag, weak))
            return true;
        list = after(list, len);
    }
    return false;
}

/* ---- ranges ---- */

/* Digits at the start of `rest`, which are passed over; too many become the largest number. False: there are none. */
static bool number(struct text *rest, uint64_t *out)
{
    size_t digits = 0;

    *out = 0;
    while (digits < rest->len && rest->at[digits] >= '0' && rest->at[digits] <= '9') {
        uint64_t digit = (uint64_t)(rest->at[digits++] - '0');
        *out = *out > (UINT64_MAX - digit) / 10 ? UINT64_MAX : *out * 10 + digit;
    }
    *rest = after(*rest, digits);
    return digits > 0;
}

static enum range_kind last_bytes(struct text rest, size_t len, size_t *first, size_t *count)
{
    uint64_t suffix;

    if (!number(&rest, &suffix) || rest.len)
        return RANGE_NONE;
    if (suffix == 0 || len == 0)
        return RANGE_OUTSIDE;
    *count = suffix < len ? (size_t)suffix : len;
    *first = len - *count;
    return RANGE_PART;
}

enum range_kind range_read(struct text value, size_t len, size_t *first, size_t *count)
{
    const struct text unit = TEXT("bytes=");
    uint64_t from, to = UINT64_MAX;

    if (value.len <= unit.len || !value_begins(value, unit))
        return RANGE_NONE;
    value = after(value, unit.len);
    if (value.at[0] == '-')
        return last_bytes(after(value, 1), len, first, count);
    if (!number(&value, &from) || !value.len || value.at[0] != '-')
        return RANGE_NONE;
    value = after(value, 1);
    if (value.len && (!number(&value, &to) || value.len || to < from))
        return RANGE_NONE;
    if (from >= len)
        return RANGE_OUTSIDE;
    *first = (size_t)from;
    *count = to >= len ? len - (size_t)from : (size_t)(to - from) + 1;
    return RANGE_PART;
}
