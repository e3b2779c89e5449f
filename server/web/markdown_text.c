/* See markdown_private.h. A run of words is read once, from mark to mark; what lies between them is escaped. */
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "server/util/words.h"
#include "server/web/markdown_private.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Whether a mark at `at` begins a word: nothing of a Latin word stands before it. */
static bool begins_word(struct text text, size_t at)
{
    return at == 0 || !is_word(text.at[at - 1]);
}

static bool has_prefix(struct text text, size_t at, const char *prefix)
{
    size_t len = strlen(prefix);
    return text.len - at > len && strncasecmp(text.at + at, prefix, len) == 0;
}

/* ---- strikethrough ---- */

/* Whether two tildes, and no more, stand at `at` such that they may open (where none is open) or close. */
static bool is_strike(struct text text, size_t at, bool open)
{
    if (text.len - at < 2 || text.at[at] != '~' || text.at[at + 1] != '~')
        return false;
    const char before = at > 0 ? text.at[at - 1] : 'x', after = at + 2 < text.len ? text.at[at + 2] : 'x';
    if (before == '~' || after == '~')
        return false;
    const char inside = open ? before : after;
    return inside != ' ' && inside != '\t' && inside != '\n';
}

struct strikes *markdown_strikes(cmark_node *parent, struct arena *scratch)
{
    bool open = false;
    unsigned count = 0;

    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) != CMARK_NODE_TEXT)
            continue;
        struct text text = text_of(cmark_node_get_literal(node));
        for (size_t at = 0; at + 1 < text.len; at++) {
            if (is_strike(text, at, open)) {
                open = !open;
                count++;
            }
        }
    }
    if (count < 2)
        return NULL;
    struct strikes *strikes = arena_alloc(scratch, sizeof *strikes);
    if (strikes)
        strikes->left = count / 2 * 2; /* one that nothing closes is text */
    return strikes;
}

void markdown_end_strikes(struct markup *m, const struct strikes *strikes)
{
    if (strikes && strikes->open)
        markup_put(m, "</del>");
}

/* ---- bare addresses ---- */

/* The end of an address that starts at `at`: ASCII only, so that 。 and what follows an address in Chinese are no part of it. */
static size_t address_end(struct text text, size_t at)
{
    size_t end = at, open = 0, closed = 0;

    while (end < text.len && (uint8_t)text.at[end] > ' ' && (uint8_t)text.at[end] < 0x7f && !strchr("<>\"`{}|\\^", text.at[end]))
        end++;
    for (size_t i = at; i < end; i++) {
        open += text.at[i] == '(';
        closed += text.at[i] == ')';
    }
    while (end > at) {
        if (text.at[end - 1] == ')' && closed > open)
            closed--;
        else if (!strchr("?!.,:;*_~'", text.at[end - 1]))
            break;
        end--;
    }
    return end;
}

/* Writes the address at `at` as a link. Returns its length; 0: there is none. */
static size_t write_address(struct markup *m, struct text text, size_t at)
{
    static const struct {
        const char *prefix, *scheme;
    } kinds[] = {{"https://", ""}, {"http://", ""}, {"www.", "https://"}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!has_prefix(text, at, kinds[i].prefix))
            continue;
        size_t end = address_end(text, at);
        if (end <= at + strlen(kinds[i].prefix))
            return 0;
        struct text address = {text.at + at, end - at};
        markup_put(m, "<a href=\"");
        markup_put(m, kinds[i].scheme);
        markup_url(m, address);
        markup_put(m, "\"" MARKDOWN_REL ">");
        markup_escape(m, address);
        markup_put(m, "</a>");
        return address.len;
    }
    return 0;
}

/* ---- mentions ---- */

/* Bytes of the letter, digit or mark at `at`; 0 where it is something else. */
static size_t letter(struct text text, size_t at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t len = utf8proc_iterate((const utf8proc_uint8_t *)text.at + at, (utf8proc_ssize_t)(text.len - at), &c);

    if (len <= 0)
        return 0;
    utf8proc_category_t category = utf8proc_category(c);
    bool fits = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
    return fits ? (size_t)len : 0;
}

/*
 * The handle after the `@` at `at`. Nobody knows the accounts here, and Chinese has no spaces: a Latin handle ends where another
 * script begins (@zhang你好), one of another script at the first character that no handle has.
 */
static struct text handle_at(struct text text, size_t at)
{
    const size_t start = at + 1;
    size_t end = start, n;
    const bool latin = start < text.len && (uint8_t)text.at[start] < 0x80;

    while (end < text.len) {
        const char c = text.at[end];
        if (is_word(c) || c == '-' || c == '.')
            n = 1;
        else if (latin || (n = letter(text, end)) == 0)
            break;
        end += n;
    }
    while (end > start && (text.at[end - 1] == '.' || text.at[end - 1] == '-' || text.at[end - 1] == '_'))
        end--;
    return (struct text){text.at + start, end - start};
}

static size_t write_mention(struct markup *m, struct text text, size_t at)
{
    struct text typed = handle_at(text, at), handle = words_handle(typed, m->arena);

    if (!handle.at)
        return 0;
    markup_put(m, "<a class=\"mention\" href=\"");
    markup_base(m);
    markup_put(m, "/u/");
    markup_url(m, handle);
    markup_put(m, "\">@");
    markup_escape(m, typed);
    markup_put(m, "</a>");
    return 1 + typed.len;
}

/* ---- floors ---- */

enum { FLOOR_DIGITS = 7 };

static size_t write_floor(struct markup *m, struct text text, size_t at, uint64_t thread)
{
    size_t end = at + 1;

    while (end < text.len && is_digit(text.at[end]))
        end++;
    struct text digits = {text.at + at + 1, end - at - 1};
    if (digits.len == 0 || digits.len > FLOOR_DIGITS || digits.at[0] == '0' || (end < text.len && is_word(text.at[end])))
        return 0;
    markup_put(m, "<a class=\"floor-link\" href=\"");
    markup_base(m);
    markup_put(m, "/t/");
    markup_number(m, thread);
    markup_put(m, "/");
    markup_url(m, digits);
    markup_put(m, "\">#");
    markup_escape(m, digits);
    markup_put(m, "</a>");
    return 1 + digits.len;
}

/* ---- all of it ---- */

static size_t write_strike(struct markup *m, struct text text, size_t at, struct strikes *strikes)
{
    if (!strikes || strikes->left == 0 || !is_strike(text, at, strikes->open))
        return 0;
    markup_put(m, strikes->open ? "</del>" : "<del>");
    strikes->open = !strikes->open;
    strikes->left--;
    return 2;
}

/* Writes what begins at `at`, if anything does. Returns its length, or 0. */
static size_t write_mark(struct markup *m, struct text text, size_t at, struct strikes *strikes, const struct text_place *place)
{
    if (text.at[at] == '~')
        return write_strike(m, text, at, strikes);
    if (place->linked || !begins_word(text, at))
        return 0;
    switch (text.at[at]) {
    case '@':
        return write_mention(m, text, at);
    case '#':
        return place->thread ? write_floor(m, text, at, place->thread) : 0;
    default:
        return write_address(m, text, at);
    }
}

void markdown_write_text(struct markup *m, struct text text, struct strikes *strikes, const struct text_place *place)
{
    static const char marks[] = "~@#hHwW";
    size_t from = 0, at = 0;

    while (at < text.len) {
        if (!text.at[at] || !strchr(marks, text.at[at])) {
            at++;
            continue;
        }
        markup_escape(m, (struct text){text.at + from, at - from});
        from = at;
        size_t n = write_mark(m, text, at, strikes, place);
        at += n ? n : 1;
        from += n;
    }
    markup_escape(m, (struct text){text.at + from, text.len - from});
}
