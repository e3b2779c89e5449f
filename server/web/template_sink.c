/*
 * Output and escaping. A text is copied run by run up to the next byte that needs something: one of the five characters of
 * markup, a control, a sequence that is no UTF-8, or a letter that is read from right to left.
 */
#include "server/web/template_private.h"

enum { SINK_FIRST = 4096 };

char *sink_grow(struct sink *sink, size_t size)
{
    if (sink->failed)
        return NULL;
    size_t cap = sink->cap ? sink->cap : SINK_FIRST;
    while (cap - sink->len < size && cap <= SIZE_MAX / 2)
        cap *= 2;
    char *at = cap - sink->len < size ? NULL : (char *)arena_writer(sink->arena, cap).at; /* not zeroed, as arena_alloc would */
    if (!at) {
        *sink = (struct sink){.arena = sink->arena, .failed = true};
        return NULL;
    }
    if (sink->at)
        memcpy(at, sink->at, sink->len);
    sink->at = at;
    sink->cap = cap;
    return at + sink->len;
}

void sink_number(struct sink *sink, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    sink_put(sink, (struct text){digits + at, sizeof digits - at});
}

/* ---- text ---- */

enum byte_class {
    BYTE_PLAIN, BYTE_AMP, BYTE_LT, BYTE_GT, BYTE_QUOTE, BYTE_RETURN, BYTE_CONTROL,
    BYTE_THREE, /* begins three bytes of a script that is read from left to right, such as Chinese */
    BYTE_WIDE,  /* any other byte above 127 */
};

/* Short names for the table alone. */
#define TIMES_4(x) x, x, x, x
#define TIMES_16(x) TIMES_4(x), TIMES_4(x), TIMES_4(x), TIMES_4(x)
enum { P = BYTE_PLAIN, C = BYTE_CONTROL, R = BYTE_RETURN, T = BYTE_THREE, W = BYTE_WIDE };

static const uint8_t classes[256] = {
    /* 00 */ TIMES_4(C), TIMES_4(C), C, P, P, C, C, R, C, C,
    /* 10 */ TIMES_16(C),
    /* 20 */ P, P, BYTE_QUOTE, P, P, P, BYTE_AMP, P, TIMES_4(P), TIMES_4(P),
    /* 30 */ TIMES_4(P), TIMES_4(P), TIMES_4(P), BYTE_LT, P, BYTE_GT, P,
    /* 40 */ TIMES_16(P), TIMES_16(P), TIMES_16(P),
    /* 70 */ TIMES_4(P), TIMES_4(P), TIMES_4(P), P, P, P, C,
    /* 80 */ TIMES_16(W), TIMES_16(W), TIMES_16(W), TIMES_16(W), TIMES_16(W), TIMES_16(W),
    /* e0 */ W, W, W, T, TIMES_4(T), TIMES_4(T), T, W, W, W,
    /* f0 */ TIMES_16(W),
};

/* The character at `at` (RFC 3629 section 4) and how many bytes it takes; 0 where it is none. */
static size_t decode(const uint8_t *at, size_t left, uint32_t *point)
{
    uint8_t lead = at[0];
    size_t len = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;

    if (len == 0 || len > left)
        return 0;
    *point = len == 2 ? lead & 0x1fU : len == 3 ? lead & 0xfU : lead & 7U;
    for (size_t i = 1; i < len; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (at[i] & 0x3fU);
    }
    bool overlong = (len == 3 && *point < 0x800) || (len == 4 && *point < 0x10000);
    bool surrogate = *point >= 0xd800 && *point < 0xe000;
    return overlong || surrogate || *point > 0x10ffff ? 0 : len;
}

enum { ALM = 0x61c, LRM = 0x200e, RLM = 0x200f, LRE = 0x202a, RLO = 0x202e, LRI = 0x2066, FSI = 0x2068, PDI = 0x2069 };

/* Whether it is read from right to left, or tells how others are read (UAX 9): the blocks of such scripts, and the controls. */
static bool turns(uint32_t point)
{
    return (point >= 0x590 && point < 0x900) || point == LRM || point == RLM || (point >= LRE && point <= RLO) ||
           (point >= LRI && point <= PDI) || (point >= 0xfb1d && point < 0xfe00) || (point >= 0xfe70 && point < 0xfeff) ||
           (point >= 0x10800 && point < 0x11000) || (point >= 0x1e800 && point < 0x1f000);
}

/* A text on its way into the sink. */
struct escape {
    struct sink *sink;
    size_t start;       /* where in the sink it begins */
    enum place place;
    bool isolated;      /* <bdi> was written before it */
    uint32_t isolates;  /* opened in it and not closed */
};

static const struct text ISOLATE = TEXT_INIT("<bdi>"), ISOLATE_END = TEXT_INIT("</bdi>"), POP = TEXT_INIT("\xe2\x81\xa9"),
                         REPLACEMENT = TEXT_INIT("\xef\xbf\xbd");

/*
 * Puts <bdi> before what was written of the text, once, so that its direction stays its own. Isolates that it opens are closed,
 * and it cannot close any that it did not open. False: the character is left out.
 */
static bool isolate(struct escape *e, uint32_t point)
{
    if (point >= LRI && point <= FSI)
        e->isolates++;
    else if (point == PDI && e->isolates == 0)
        return false;
    else if (point == PDI)
        e->isolates--;
    if (e->place == PLACE_TEXT && !e->isolated && sink_room(e->sink, ISOLATE.len)) {
        char *at = e->sink->at + e->start;
        memmove(at + ISOLATE.len, at, e->sink->len - e->start);
        memcpy(at, ISOLATE.at, ISOLATE.len);
        e->sink->len += ISOLATE.len;
        e->isolated = true;
    }
    return true;
}

/* A character outside ASCII, or a byte that belongs to none. Returns how many bytes were dealt with. */
static size_t put_wide(struct escape *e, const uint8_t *at, size_t left)
{
    uint32_t point = 0;
    size_t len = decode(at, left, &point);

    if (len == 0 || point < 0xa0) {
        sink_put(e->sink, REPLACEMENT);
        return len ? len : 1;
    }
    if (!turns(point) || isolate(e, point))
        sink_put(e->sink, (struct text){(const char *)at, len});
    return len;
}

static const struct text entities[] = {
    [BYTE_AMP] = TEXT_INIT("&amp;"), [BYTE_LT] = TEXT_INIT("&lt;"), [BYTE_GT] = TEXT_INIT("&gt;"),
    [BYTE_QUOTE] = TEXT_INIT("&quot;"),
};

/* How many bytes from `at` can be copied as they are. */
static size_t plain_run(const uint8_t *at, size_t left)
{
    size_t i = 0;

    for (;;) {
        while (i < left && classes[at[i]] == BYTE_PLAIN)
            i++;
        if (left - i < 3 || classes[at[i]] != BYTE_THREE || (at[i + 1] & 0xc0) != 0x80 || (at[i + 2] & 0xc0) != 0x80)
            return i;
        i += 3;
    }
}

/* The byte at which a plain run ended. Returns how many bytes were dealt with. */
static size_t put_special(struct escape *e, const uint8_t *at, size_t left)
{
    enum byte_class class = (enum byte_class)classes[at[0]];

    if (class == BYTE_WIDE || class == BYTE_THREE)
        return put_wide(e, at, left);
    if (class == BYTE_CONTROL)
        sink_put(e->sink, REPLACEMENT);
    else if (class == BYTE_RETURN && (left < 2 || at[1] != '\n'))
        sink_put(e->sink, TEXT("\n"));
    else if (class == BYTE_QUOTE && e->place != PLACE_ATTRIBUTE)
        sink_put(e->sink, TEXT("\""));
    else if (class != BYTE_RETURN)
        sink_put(e->sink, entities[class]);
    return 1;
}

static void put_escaped(struct sink *sink, enum place place, struct text text)
{
    struct escape e = {.sink = sink, .start = sink->len, .place = place};
    const uint8_t *at = (const uint8_t *)text.at;
    size_t left = text.len;

    while (left) {
        size_t run = plain_run(at, left);
        sink_put(sink, (struct text){(const char *)at, run});
        at += run;
        left -= run;
        if (left) {
            size_t step = put_special(&e, at, left);
            at += step;
            left -= step;
        }
    }
    for (; e.isolates; e.isolates--)
        sink_put(sink, POP);
    if (e.isolated)
        sink_put(sink, ISOLATE_END);
}

void sink_escaped(struct sink *sink, enum place place, struct text text)
{
    switch (place) {
    case PLACE_TEXT:
    case PLACE_PLAIN:
    case PLACE_ATTRIBUTE:
        put_escaped(sink, place, text);
        break;
    case PLACE_URL:
        sink_put(sink, TEXT("#"));
        break;
    case PLACE_URL_REST:
        sink_percent(sink, text);
        break;
    }
}

/* ---- addresses and bytes ---- */

static bool is_unreserved(unsigned char c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

void sink_percent(struct sink *sink, struct text text)
{
    static const char hex[] = "0123456789ABCDEF";

    if (text.len > SIZE_MAX / 3) {
        *sink = (struct sink){.arena = sink->arena, .failed = true};
        return;
    }
    char *at = sink_room(sink, text.len * 3);
    if (!at)
        return;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (is_unreserved(c)) {
            *at++ = (char)c;
        } else {
            *at++ = '%';
            *at++ = hex[c >> 4];
            *at++ = hex[c & 15];
        }
    }
    sink->len = (size_t)(at - sink->at);
}

void sink_base64(struct sink *sink, struct text bytes)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *at = sink_room(sink, bytes.len / 3 * 4 + 4);
    uint32_t bits = 0;
    unsigned held = 0;

    if (!at)
        return;
    for (size_t i = 0; i < bytes.len; i++) {
        bits = bits << 8 | (uint8_t)bytes.at[i];
        for (held += 8; held >= 6; held -= 6)
            *at++ = letters[bits >> (held - 6) & 63];
    }
    if (held)
        *at++ = letters[bits << (6 - held) & 63];
    sink->len = (size_t)(at - sink->at);
}
