/* See display.h. */
#include "terminal/display.h"

#include <utf8proc.h>
#include <wchar.h>

enum {
    REPLACEMENT = 0xfffd,
    PICTURES = 0x2400,      /* pictures of the C0 controls */
    PICTURE_DELETE = 0x2421,
    CARRIER = 0x25cc,       /* a dotted circle, for marks that have nothing to stand on */
    ELLIPSIS = 0x2026,
};

/* ---- single characters ---- */

/* Whether a character steers the reading direction, hides, or separates lines in a way of its own. */
static bool is_steering(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    if (c == 0x200c || c == 0x200d) /* joiners, without which some scripts and emoji cannot be written */
        return false;
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP || category == UTF8PROC_CATEGORY_CS || category == UTF8PROC_CATEGORY_CO ||
           category == UTF8PROC_CATEGORY_CN;
}

/* The character to show for `c`. Never a control. */
static utf8proc_int32_t harmless(utf8proc_int32_t c)
{
    int ours, theirs;

    if (c < 0)
        return REPLACEMENT;
    if (c < 0x20)
        return PICTURES + c;
    if (c == 0x7f)
        return PICTURE_DELETE;
    if (c < 0x7f)
        return c;
    if (is_steering(c))
        return REPLACEMENT;
    ours = utf8proc_charwidth(c);
    theirs = wcwidth((wchar_t)c);
    if (ours < 0 || ours > 2 || (theirs >= 0 && theirs != ours))
        return REPLACEMENT;
    return c;
}

/* The code point at the front of `rest`, or -1 for a byte that belongs to none. Takes it off. */
static utf8proc_int32_t take(struct text *rest)
{
    utf8proc_int32_t c = -1;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)rest->at, (utf8proc_ssize_t)(rest->len > 4 ? 4 : rest->len), &c);

    if (n < 1) {
        c = -1;
        n = 1;
    }
    rest->at += n;
    rest->len -= (size_t)n;
    return c;
}

static void glyph_add(struct glyph *g, utf8proc_int32_t c)
{
    g->len = (uint8_t)(g->len + utf8proc_encode_char(c, (utf8proc_uint8_t *)g->bytes + g->len));
}

/* Whether `c` takes no column of its own and is drawn upon what stands before it. */
static bool is_mark(utf8proc_int32_t c)
{
    return c >= 0x80 && harmless(c) == c && utf8proc_charwidth(c) == 0;
}

/*
 * Whether a mark would let the terminal draw the character wider or narrower than we count: variation selectors,
 * and joiners between wide characters.
 */
static bool is_resizing(utf8proc_int32_t c, const struct glyph *g)
{
    return (c >= 0xfe00 && c <= 0xfe0f) || (c == 0x200d && g->width != 1);
}

/* Adds the marks that follow in `rest`, as many as are kept. */
static void take_marks(struct text *rest, struct glyph *g)
{
    struct text ahead = *rest;
    unsigned marks = 0;
    utf8proc_int32_t c;

    while (ahead.len && is_mark(c = take(&ahead))) {
        *rest = ahead;
        if (!is_resizing(c, g) && marks++ < GLYPH_MARKS)
            glyph_add(g, c);
    }
}

bool display_next(struct text *rest, struct glyph *out)
{
    utf8proc_int32_t c;

    *out = (struct glyph){.len = 0};
    if (rest->len == 0)
        return false;
    if (rest->len > 1 && rest->at[0] == '\r' && rest->at[1] == '\n')
        take(rest);
    c = take(rest);
    if (c == '\n') {
        out->newline = true;
        return true;
    }
    if (c == '\t') {
        memset(out->bytes, ' ', TAB_COLUMNS);
        out->len = out->width = TAB_COLUMNS;
        out->blank = true;
        return true;
    }
    c = harmless(c);
    if (is_mark(c)) {
        glyph_add(out, CARRIER);
        glyph_add(out, c);
        out->width = 1;
    } else {
        glyph_add(out, c);
        out->width = (uint8_t)utf8proc_charwidth(c);
    }
    take_marks(rest, out);
    out->blank = c == ' ' || c == 0x3000;
    return true;
}

/* The next glyph of a text that has to stay on one line. */
static bool next_on_line(struct text *rest, struct glyph *out)
{
    if (!display_next(rest, out))
        return false;
    if (out->newline) {
        *out = (struct glyph){.width = 1};
        glyph_add(out, PICTURES + '\n');
    }
    return true;
}

/* ---- one line ---- */

size_t display_width(struct text text)
{
    struct glyph g;
    size_t width = 0;

    while (next_on_line(&text, &g))
        width += g.width;
    return width;
}

void display_line(FILE *out, struct text text)
{
    struct glyph g;

    while (next_on_line(&text, &g))
        fwrite(g.bytes, 1, g.len, out);
}

void display_lines(FILE *out, struct text text, unsigned margin)
{
    struct glyph g;
    bool fresh = true;

    while (display_next(&text, &g)) {
        if (fresh && !g.newline)
            fprintf(out, "%*s", (int)margin, "");
        fresh = g.newline;
        if (g.newline)
            fputc('\n', out);
        else
            fwrite(g.bytes, 1, g.len, out);
    }
    if (!fresh)
        fputc('\n', out);
}

unsigned display_fit(char *out, size_t cap, struct text text, unsigned columns)
{
    bool whole = display_width(text) <= columns;
    unsigned room = whole || columns == 0 ? columns : columns - 1, taken = 0;
    size_t used = 0;
    struct glyph g;

    if (cap == 0)
        return 0;
    while (next_on_line(&text, &g) && taken + g.width <= room && used + g.len + 4 < cap) {
        memcpy(out + used, g.bytes, g.len);
        used += g.len;
        taken += g.width;
    }
    if (!whole && columns && used + 4 < cap) {
        used += (size_t)utf8proc_encode_char(ELLIPSIS, (utf8proc_uint8_t *)out + used);
        taken++;
    }
    out[used] = '\0';
    return taken;
}

void display_cell(FILE *out, struct text text, unsigned columns)
{
    bool whole = display_width(text) <= columns;
    unsigned room = whole || columns == 0 ? columns : columns - 1, taken = 0;
    struct glyph g;

    while (next_on_line(&text, &g) && taken + g.width <= room) {
        fwrite(g.bytes, 1, g.len, out);
        taken += g.width;
    }
    if (!whole && columns) {
        fputs("\xe2\x80\xa6", out);
        taken++;
    }
    fprintf(out, "%*s", (int)(columns - taken), "");
}

/* ---- lines of a paragraph ---- */

/* Whether a line should not start with this glyph: closing punctuation of Chinese texts. */
static bool is_closing(const struct glyph *g)
{
    static const char closing[] = "。，、；：？！）」』】》〉”’…,.;:?!)]}";
    struct text rest = {closing, sizeof closing - 1};
    struct glyph one;

    while (display_next(&rest, &one))
        if (one.len == g->len && memcmp(one.bytes, g->bytes, g->len) == 0)
            return true;
    return false;
}

/* A place where the line could end: how much of `out` is kept and where the text goes on. */
struct break_point {
    size_t used;
    unsigned taken;
    struct text rest;
    bool known;
};

unsigned display_wrap(struct text *rest, unsigned columns, char *out, size_t cap, bool *ended)
{
    struct break_point best = {.known = false};
    struct text ahead = *rest;
    struct glyph g, last = {.blank = true};
    unsigned taken = 0;
    size_t used = 0;

    *ended = false;
    for (;;) {
        struct text before = ahead;

        if (!display_next(&ahead, &g) || g.newline) {
            *ended = true;
            *rest = ahead;
            break;
        }
        /* A break is possible after a blank, and on either side of a wide character. */
        if (used && (last.blank || last.width == 2 || g.width == 2) && !g.blank && !is_closing(&g))
            best = (struct break_point){used, taken, before, true};
        if (taken + g.width > columns || used + g.len + 1 > cap) {
            if (g.blank || used == 0) { /* blanks at the line's end need no room; what fits on no line is passed over */
                *rest = ahead;
            } else if (best.known) {
                used = best.used;
                taken = best.taken;
                *rest = best.rest;
            } else {
                *rest = before;
            }
            break;
        }
        memcpy(out + used, g.bytes, g.len);
        used += g.len;
        taken += g.width;
        last = g;
    }
    out[used] = '\0';
    return taken;
}
