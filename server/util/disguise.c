/* See disguise.h. */
#include "server/util/disguise.h"

#include <utf8proc.h>

#include "server/util/fold.h"

enum { ADDRESS = 2000 }; /* bytes of a link's address, at most; what is longer is text */

struct seeing {
    struct disguised out;
    size_t plain_len, squeezed_len, room, letter_room;
    char *plain, *squeezed;
    enum disguise_gap gap; /* since the last letter */
    bool dot;              /* the last sign was one that ends a sentence if a blank follows */
    bool line;             /* a line has ended since the last letter: a second time it is a paragraph */
};

/* ---- one character ---- */

/* The letter that it looks like; itself where there is none. */
static uint32_t look_alike(uint32_t c)
{
    switch (c) {
#define LOOKALIKE(from, as) case from: return as;
#include "server/util/lookalikes.def"
#undef LOOKALIKE
    default:
        return c;
    }
}

/* Letters by their category that nobody sees: fillers of Hangul, vowels of Khmer that are not written. */
static bool is_unseen(uint32_t c)
{
    return c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 || c == 0x17b4 || c == 0x17b5;
}

static bool ends_sentence(uint32_t c)
{
    static const uint32_t ends[] = {0x3002, 0xff01, 0xff1b, 0xff1f, 0xff61};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i] == c)
            return true;
    return false;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == 0xa0 || c == 0x2800 || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS;
}

static void put(char *at, size_t *len, size_t room, uint32_t c)
{
    if (*len + 4 <= room)
        *len += fold_write(c, at + *len);
}

/* Blanks one after the other are one; a new line stays one. */
static void put_blank(struct seeing *s, char blank)
{
    char *last = s->plain_len ? &s->plain[s->plain_len - 1] : NULL;

    if (last && (*last == ' ' || *last == '\n')) {
        if (blank == '\n')
            *last = blank;
    } else {
        put(s->plain, &s->plain_len, s->room, (uint32_t)(unsigned char)blank);
    }
}

static void widen(struct seeing *s, enum disguise_gap gap)
{
    if (gap > s->gap)
        s->gap = gap;
}

static void see_sign(struct seeing *s, uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    utf8proc_int32_t folded[20];
    int class = 0;

    if (category == UTF8PROC_CATEGORY_CC && c != '\n' && c != '\t' && c != '\r')
        return;
    if (ends_sentence(c) || (s->dot && (is_blank(c) || c == '\n')) || (s->line && c == '\n'))
        widen(s, DISGUISE_GAP_SENTENCE);
    widen(s, DISGUISE_GAP_SIGNS);
    s->line = s->line || c == '\n';
    s->dot = c == '.' || c == '!' || c == '?' || c == ';';
    if (c == '\n' || is_blank(c)) {
        put_blank(s, c == '\n' ? '\n' : ' ');
        return;
    }
    if (utf8proc_decompose_char((utf8proc_int32_t)c, folded, 20, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &class) > 0)
        c = (uint32_t)folded[0];
    put(s->plain, &s->plain_len, s->room, c);
}

static void see_letter(struct seeing *s, uint32_t letter)
{
    uint32_t shown = letter < 0x80 ? letter : look_alike(letter);

    if (s->out.count < s->letter_room) {
        s->out.gaps[s->out.count] = (uint8_t)s->gap;
        s->out.letters[s->out.count++] = look_alike(letter);
    }
    s->gap = DISGUISE_GAP_NONE;
    s->dot = s->line = false;
    put(s->plain, &s->plain_len, s->room, shown);
    put(s->squeezed, &s->squeezed_len, s->room, shown);
}

/* A character as it is written. */
static void see(struct seeing *s, uint32_t c)
{
    char bytes[4];
    struct text one = {bytes, fold_write(c, bytes)};
    uint32_t folded;
    size_t at = 0;

    if (is_unseen(c) || !one.len || !fold_next(one, &at, &folded, NULL))
        return; /* marks, joiners */
    if (folded == FOLD_BREAK || folded == '_')
        see_sign(s, c);
    else
        see_letter(s, folded);
}

/* ---- what stands for another ---- */

static int digit_of(char c, int base)
{
    int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : base;

    return value < base ? value : -1;
}

/* A reference like `&#36151;` or `&nbsp;` that begins at `at`. Its length, 0: there is none. `c`: what it stands for; of a name, a blank. */
static size_t reference_at(struct text text, size_t at, uint32_t *c)
{
    enum { MOST = 32 };
    size_t i = at + 1, from;
    bool number = i < text.len && text.at[i] == '#', hex = number && i + 1 < text.len && (text.at[i + 1] | 0x20) == 'x';
    uint32_t value = 0;

    i += number ? hex ? 2 : 1 : 0;
    for (from = i; i < text.len && i < at + MOST && text.at[i] != ';'; i++) {
        int digit = digit_of(text.at[i], hex ? 16 : 10);
        bool letter = (text.at[i] | 0x20) >= 'a' && (text.at[i] | 0x20) <= 'z';
        if (number ? digit < 0 || value > 0x10ffff : !letter && digit < 0)
            return 0;
        if (number)
            value = value * (hex ? 16 : 10) + (uint32_t)digit;
    }
    if (i == from || i >= text.len || text.at[i] != ';')
        return 0;
    *c = number ? value : ' ';
    return value <= 0x10ffff && (value < 0xd800 || value > 0xdfff) ? i + 1 - at : 0;
}

/* One character from `at` on, written plainly or not. */
static size_t character_at(struct text text, size_t at, uint32_t *c)
{
    utf8proc_int32_t plain;
    size_t size = text.at[at] == '&' ? reference_at(text, at, c) : 0;

    if (size)
        return size;
    if (text.at[at] == '%' && text.len - at >= 3) {
        int high = digit_of(text.at[at + 1], 16), low = digit_of(text.at[at + 2], 16);
        if (high >= 2 && high < 8 && low >= 0) {
            *c = (uint32_t)(high * 16 + low);
            return 3;
        }
    }
    utf8proc_ssize_t read = utf8proc_iterate((const utf8proc_uint8_t *)text.at + at, (utf8proc_ssize_t)(text.len - at), &plain);
    *c = read > 0 ? (uint32_t)plain : ' ';
    return read > 0 ? (size_t)read : 1;
}

/* The length of a link's address with its parentheses, `](...)` but for the first bracket; 0: there is none. */
static size_t address_at(struct text text, size_t at)
{
    if (text.at[at] != ']' || at + 1 >= text.len || text.at[at + 1] != '(')
        return 0;
    for (size_t i = at + 2; i < text.len && i < at + ADDRESS && text.at[i] != '\n'; i++)
        if (text.at[i] == ')')
            return i + 1 - at;
    return 0;
}

/* ---- the text ---- */

/* The words without the addresses, or the addresses alone. */
static void walk(struct seeing *s, struct text text, bool addresses)
{
    for (size_t at = 0; at < text.len;) {
        size_t address = address_at(text, at), end = at + address;
        uint32_t c;
        if (address && addresses) {
            see_sign(s, '\n');
            widen(s, DISGUISE_GAP_SENTENCE);
            while (at < end) {
                at += character_at(text, at, &c);
                see(s, c);
            }
        } else if (address) {
            see_sign(s, ']');
            at = end;
        } else {
            at += character_at(text, at, &c);
            if (!addresses)
                see(s, c);
        }
    }
}

struct disguised disguise_see(struct text text, struct arena *arena)
{
    /* No character becomes longer than twice its bytes. */
    struct seeing s = {.room = 2 * text.len + 16, .letter_room = text.len};

    if (!text.len)
        return s.out;
    s.plain = arena_alloc(arena, s.room);
    s.squeezed = arena_alloc(arena, s.room);
    s.out.letters = arena_alloc(arena, s.letter_room * sizeof *s.out.letters);
    s.out.gaps = arena_alloc(arena, s.letter_room);
    if (!s.plain || !s.squeezed || !s.out.letters || !s.out.gaps)
        return (struct disguised){.count = 0};
    walk(&s, text, false);
    walk(&s, text, true);
    s.out.plain = (struct text){s.plain, s.plain_len};
    s.out.squeezed = (struct text){s.squeezed, s.squeezed_len};
    return s.out;
}

struct text disguise_pattern(struct text pattern, struct arena *arena)
{
    size_t room = 2 * pattern.len + 4, len = 0;
    char *out = arena_alloc(arena, room);

    if (!out)
        return (struct text){NULL, 0};
    for (size_t at = 0; at < pattern.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)pattern.at + at, (utf8proc_ssize_t)(pattern.len - at), &c);
        struct text one = {pattern.at + at, size > 0 ? (size_t)size : 1};
        uint32_t folded = FOLD_BREAK;
        size_t next = 0;
        if (size <= 0)
            c = ' ';
        if (c < 0x80 || !fold_next(one, &next, &folded, NULL) || folded == FOLD_BREAK)
            put(out, &len, room, (uint32_t)c);
        else
            put(out, &len, room, look_alike(folded));
        at += one.len;
    }
    return (struct text){out, len};
}
