/* See markup.h. */
#include "server/web/markup.h"

#include <inttypes.h>
#include <stdio.h>

enum { FIRST_ROOM = 2048 };

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static void put_bytes(struct markup *m, const char *at, size_t len)
{
    if (m->failed || len == 0)
        return;
    if (m->room - m->len < len) {
        size_t room = m->room ? m->room * 2 : FIRST_ROOM;
        if (room < m->len + len)
            room = m->len + len;
        char *more = arena_alloc(m->arena, room);
        if (!more) {
            m->failed = true;
            return;
        }
        if (m->len)
            memcpy(more, m->at, m->len);
        m->at = more;
        m->room = room;
    }
    memcpy(m->at + m->len, at, len);
    m->len += len;
}

void markup_put(struct markup *m, const char *literal)
{
    put_bytes(m, literal, strlen(literal));
}

void markup_base(struct markup *m)
{
    if (m->base.at)
        markup_url(m, m->base);
}

void markup_number(struct markup *m, uint64_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number);
    put_bytes(m, digits, (size_t)len);
}

static bool starts_with(struct text text, size_t at, struct text what)
{
    return what.len > 0 && text.len - at >= what.len && memcmp(text.at + at, what.at, what.len) == 0;
}

/* What is written instead of the character at `at`, and in `length` its bytes; NULL: it is written as it is. */
static const char *instead(const struct markup *m, struct text text, size_t at, size_t *length)
{
    const uint8_t c = (uint8_t)text.at[at], second = at + 1 < text.len ? (uint8_t)text.at[at + 1] : 0;

    *length = 1;
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\r':
        return second == '\n' ? "" : "\n";
    case '\t':
    case '\n':
        return NULL;
    default:
        break;
    }
    if (c < 0x20 || c == 0x7f)
        return REPLACEMENT;
    if (c == 0xc2 && second >= 0x80 && second < 0xa0) {
        *length = 2;
        return REPLACEMENT;
    }
    if (starts_with(text, at, TEXT("\u202d")) || starts_with(text, at, TEXT("\u202e"))) {
        *length = 3;
        return REPLACEMENT;
    }
    if (starts_with(text, at, m->dropped)) {
        *length = m->dropped.len;
        return "";
    }
    return NULL;
}

void markup_escape(struct markup *m, struct text text)
{
    size_t from = 0, at = 0, length;

    while (at < text.len) {
        const char *other = instead(m, text, at, &length);
        if (other) {
            put_bytes(m, text.at + from, at - from);
            markup_put(m, other);
            from = at + length;
        }
        at += length;
    }
    put_bytes(m, text.at + from, at - from);
}

void markup_lines(struct markup *m, struct text text)
{
    while (text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t line = end ? (size_t)(end - text.at) : text.len;
        bool carriage = end && line > 0 && text.at[line - 1] == '\r';
        markup_escape(m, (struct text){text.at, carriage ? line - 1 : line});
        if (!end)
            break;
        markup_put(m, "<br>\n");
        text.at += line + 1;
        text.len -= line + 1;
    }
}

static bool may_stand_in_url(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~:/?#[]@!$()*+,;=%", c));
}

void markup_url(struct markup *m, struct text url)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t at = 0; at < url.len; at++) {
        const uint8_t c = (uint8_t)url.at[at];
        if (starts_with(url, at, m->dropped)) {
            at += m->dropped.len - 1;
        } else if (c == '&') {
            markup_put(m, "&amp;");
        } else if (may_stand_in_url(url.at[at])) {
            put_bytes(m, url.at + at, 1);
        } else {
            const char escaped[3] = {'%', digits[c >> 4], digits[c & 15]};
            put_bytes(m, escaped, sizeof escaped);
        }
    }
}

void markup_words(struct markup *m, enum words words, enum lang lang, struct text value)
{
    struct text text = words_text(words, lang);

    for (size_t at = 0; at < text.len; at++) {
        if (starts_with(text, at, TEXT("{1}"))) {
            markup_escape(m, (struct text){text.at, at});
            markup_escape(m, value);
            text = (struct text){text.at + at + 3, text.len - at - 3};
            break;
        }
    }
    markup_escape(m, text);
}

struct html markup_html(const struct markup *m, struct arena *arena)
{
    if (m->failed)
        return (struct html){{NULL, 0}};
    return (struct html){arena_text(arena, (struct text){m->len ? m->at : "", m->len})};
}
