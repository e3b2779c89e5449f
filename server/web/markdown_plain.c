/*
 * See markdown_private.h. Most of what people write is prose without any mark: one look at every byte tells so, and writes it, in less
 * time than it would take to find it in the cache.
 *
 * What is taken is less than what would come out as plain paragraphs: a text is left to the parser as soon as anything in it could mean
 * more. No list, quote, code, rule, table or underline of a heading begins like a line that is taken; no link, mention, floor, emphasis
 * or entity is without one of the bytes that are not taken; and every character is one that is written as it came.
 */
#include "server/web/markdown_private.h"

enum { PLAIN_MOST = 8192 /* bytes; longer ones are few */, GROWTH = 6 /* a quotation mark becomes &quot; */, ENDS = 16 };

enum byte_class {
    REFUSED,
    PLAIN,
    DIGIT,   /* at the start of a line maybe a list's number */
    INNER,   /* not at the start of a line: it may begin a list, a rule or a table, or count as a level (markdown_parse.c) */
    BLANK,   /* not at either end of a line */
    COLON,   /* not at the start of a line, nor in an address */
    DOUBLED, /* not twice in a row: strikethrough and code, and addresses without a scheme */
    QUOTE, APOSTROPHE, RETURN, END,
    GENERAL, /* begins three bytes of punctuation such as “ and …, or of something else */
    THREE,   /* begins three bytes of a script that is written as it came, such as Chinese */
    WIDTHS,  /* begins three bytes of full width, or of something else */
    PICTURE, /* begins four bytes of a pictograph, or of something else */
};

/* Short names for the table alone. */
#define TIMES_4(x) x, x, x, x
#define TIMES_16(x) TIMES_4(x), TIMES_4(x), TIMES_4(x), TIMES_4(x)
enum { R = REFUSED, P = PLAIN, D = DIGIT, I = INNER, W = DOUBLED, T = THREE };

static const uint8_t classes[256] = {
    /* 00 */ TIMES_4(R), TIMES_4(R), R, R, END, R, R, RETURN, R, R,
    /* 10 */ TIMES_16(R),
    /* 20 */ BLANK, P, QUOTE, R, P, P, R, APOSTROPHE, P, I, R, I, P, I, I, P,
    /* 30 */ TIMES_4(D), TIMES_4(D), D, D, COLON, P, R, I, R, P,
    /* 40 */ R, P, P, P, TIMES_4(P), TIMES_4(P), TIMES_4(P),
    /* 50 */ TIMES_4(P), P, P, P, W, P, P, P, R, R, R, P, R,
    /* 60 */ R, P, P, P, TIMES_4(P), TIMES_4(P), TIMES_4(P),
    /* 70 */ TIMES_4(P), P, P, P, W, P, P, P, P, R, P, W, R,
    /* 80 */ TIMES_16(R), TIMES_16(R), TIMES_16(R), TIMES_16(R), TIMES_16(R), TIMES_16(R),
    /* e0 */ R, R, GENERAL, T, TIMES_4(T), TIMES_4(T), T, R, R, WIDTHS,
    /* f0 */ PICTURE, R, R, R, TIMES_4(R), TIMES_4(R), TIMES_4(R),
};

/* A text on its way from `at` into paragraphs. What is before `from` was written. */
struct prose {
    const uint8_t *from, *at, *end;
    struct wire_writer out;
    bool line_start, paragraph; /* at the start of a line; in a paragraph */
};

static void put(struct prose *p, struct text literal)
{
    wire_put_raw(&p->out, literal.at, literal.len);
}

/* Writes what was read, and `instead` of the next `skipped` bytes. */
static void replace(struct prose *p, struct text instead, size_t skipped)
{
    wire_put_raw(&p->out, p->from, (size_t)(p->at - p->from));
    put(p, instead);
    p->at += skipped;
    p->from = p->at;
}

/* The byte `n` behind the one at hand; 0 past the end, which no class takes. */
static uint8_t next(const struct prose *p, size_t n)
{
    return (size_t)(p->end - p->at) > n ? p->at[n] : 0;
}

static bool goes_on(const struct prose *p, size_t from, size_t to)
{
    bool all = true;

    for (size_t i = from; i < to; i++)
        all &= (next(p, i) & 0xc0) == 0x80;
    return all;
}

/* Bytes of the character outside ASCII that begins here; 0: one that is not taken. */
static size_t wide(const struct prose *p, enum byte_class class)
{
    const uint8_t second = next(p, 1), third = next(p, 2);

    if (class == THREE)
        return goes_on(p, 1, 3) ? 3 : 0;
    if (class == GENERAL) /* U+2010 to U+2027 */
        return second == 0x80 && third >= 0x90 && third <= 0xa7 ? 3 : 0;
    if (class == WIDTHS) /* U+FF00 to U+FF7F */
        return (second == 0xbc || second == 0xbd) && goes_on(p, 2, 3) ? 3 : 0;
    return second == 0x9f && goes_on(p, 2, 4) ? 4 : 0; /* U+1F000 to U+1FFFF */
}

/* A line that begins with digits: what follows them must make it neither a list's item nor a level. */
static bool is_no_item(const struct prose *p)
{
    const uint8_t *at = p->at;

    while (at < p->end && classes[*at] == DIGIT)
        at++;
    return at == p->end || (classes[*at] != INNER && classes[*at] != BLANK);
}

/* Whether a line may begin here; it begins a paragraph, unless it is empty. */
static bool begin_line(struct prose *p)
{
    const enum byte_class class = (enum byte_class)classes[*p->at];

    if (class == END || class == RETURN)
        return true;
    if (class == INNER || class == BLANK || class == COLON || (class == DIGIT && !is_no_item(p)))
        return false;
    put(p, p->paragraph ? TEXT("<br>\n") : TEXT("<p>"));
    p->paragraph = true;
    p->line_start = false;
    return true;
}

/* A line's end, of so many bytes. The break is written before the next line; an empty one ends the paragraph. */
static void end_line(struct prose *p, size_t bytes)
{
    if (p->line_start && p->paragraph) {
        put(p, TEXT("</p>\n"));
        p->paragraph = false;
    }
    replace(p, TEXT(""), bytes);
    p->line_start = true;
}

static bool is_line_end(uint8_t byte)
{
    return byte == 0 || byte == '\n' || byte == '\r';
}

/* Passes over what is most of every line; the last bytes of a text are left to `take`. */
static void pass_run(struct prose *p)
{
    const uint8_t *at = p->at;
    uint16_t behind;

    while (p->end - at >= 3) {
        const uint8_t class = classes[*at];
        memcpy(&behind, at + 1, sizeof behind);
        if (class == PLAIN)
            at++;
        else if (class == THREE && (behind & 0xc0c0) == 0x8080)
            at += 3;
        else
            break;
    }
    p->at = at;
}

/* Takes what stands at hand. False: it may mean more than itself. */
static bool take(struct prose *p)
{
    const enum byte_class class = (enum byte_class)classes[*p->at];
    const uint8_t after = next(p, 1);
    size_t bytes = 1;

    switch (class) {
    case PLAIN:
    case DIGIT:
    case INNER:
        break;
    case BLANK:
        if (is_line_end(after))
            return false;
        break;
    case COLON:
        if (after == '/')
            return false;
        break;
    case DOUBLED:
        if ((after | 0x20) == (*p->at | 0x20))
            return false;
        break;
    case QUOTE:
        replace(p, TEXT("&quot;"), 1);
        return true;
    case APOSTROPHE:
        replace(p, TEXT("&#39;"), 1);
        return true;
    case RETURN:
        if (after != '\n')
            return false;
        end_line(p, 2);
        return true;
    case END:
        end_line(p, 1);
        return true;
    case GENERAL:
    case THREE:
    case WIDTHS:
    case PICTURE:
        bytes = wide(p, class);
        break;
    case REFUSED:
        return false;
    }
    p->at += bytes;
    return bytes > 0;
}

bool markdown_plain(struct text body, struct arena *arena, struct html *out)
{
    const uint8_t *at = (const uint8_t *)body.at;
    bool taken = body.len > 0 && body.len <= PLAIN_MOST;

    if (!taken)
        return false;
    struct prose p = {at, at, at + body.len, arena_writer(arena, body.len * GROWTH + ENDS), true, false};
    while (taken && p.at < p.end) {
        taken = !p.line_start || begin_line(&p);
        if (!p.line_start)
            pass_run(&p);
        taken = taken && (p.at == p.end || take(&p));
    }
    replace(&p, p.paragraph ? TEXT("</p>\n") : TEXT(""), 0);
    taken = taken && !p.out.error;
    if (!taken)
        p.out.len = 0;
    arena_trim(arena, &p.out);
    *out = (struct html){{(const char *)p.out.at, p.out.len}};
    return taken;
}
