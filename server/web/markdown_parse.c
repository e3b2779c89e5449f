/*
 * See markdown_private.h. Before the parser: bodies that would keep it busy for seconds are told by their looks, and marks are
 * helped where CommonMark, which was made for scripts with spaces, would not see them.
 */
#include <cmark-gfm-core-extensions.h>
#include <pthread.h>
#include <setjmp.h>
#include <utf8proc.h>

#include "server/web/markdown_private.h"

/* ---- what is too much ---- */

enum {
    /* Lines times the levels that each may open: the parser goes through all open levels at every line. */
    MOST_LEVELS = 4000000,
    /* Columns that a table may have; the parser reads a row once more for every cell with an odd mark in it. */
    MOST_COLUMNS = 200,
    /* Lines that look like a table's rule: each makes the parser read the paragraph above once more. */
    MOST_RULES = 2000,
};

struct looks {
    size_t lines, levels, columns, rules;
};

/* Levels that a line may open: marks of quotes and lists before its text, and what its indent stands for. */
static size_t levels_of(struct text line)
{
    size_t marks = 0, blanks = 0, i = 0;

    for (; i < line.len; i++) {
        if (strchr(">*+-.)", line.at[i]) && line.at[i])
            marks++;
        else if (line.at[i] == ' ')
            blanks++;
        else if (line.at[i] == '\t')
            blanks += 4;
        else if (line.at[i] < '0' || line.at[i] > '9')
            break;
    }
    return marks + blanks / 2 + 1;
}

static bool is_rule(struct text line)
{
    bool dash = false;
    for (size_t i = 0; i < line.len; i++) {
        if (!line.at[i] || !strchr("|:- \t\r>", line.at[i]))
            return false;
        dash |= line.at[i] == '-';
    }
    return dash;
}

static void look_at_line(struct looks *looks, struct text line)
{
    size_t levels = levels_of(line), columns = 0;

    for (size_t i = 0; i < line.len; i++)
        columns += line.at[i] == '|';
    looks->lines++;
    looks->rules += is_rule(line);
    looks->levels = levels > looks->levels ? levels : looks->levels;
    looks->columns = columns > looks->columns ? columns : looks->columns;
}

static bool is_too_much(struct text body)
{
    struct looks looks = {0};

    for (size_t at = 0; at < body.len;) {
        const char *end = memchr(body.at + at, '\n', body.len - at);
        size_t len = end ? (size_t)(end - body.at) - at : body.len - at;
        look_at_line(&looks, (struct text){body.at + at, len});
        at += len + 1;
    }
    return looks.columns > MOST_COLUMNS || looks.rules > MOST_RULES || looks.lines * looks.levels > MOST_LEVELS;
}

/* ---- marks helped ---- */

static bool is_blank(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return c <= ' ' || (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP);
}

static bool is_punctuation(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    if (c < 0x80 && category >= UTF8PROC_CATEGORY_SM && category <= UTF8PROC_CATEGORY_SO)
        return true;
    return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

/* Whether it is of a script without spaces, or of the marks used with one, such as “ and …. */
static bool is_wide(utf8proc_int32_t c)
{
    return c >= 0x2e80 || (c >= 0x2010 && c < 0x2070);
}

/*
 * Whether a run of asterisks with `inside` on the side of its text and `outside` on the other is one that CommonMark does not
 * take for a mark, but a Chinese reader does: **《党章》**规定.
 */
static bool needs_help(utf8proc_int32_t inside, utf8proc_int32_t outside)
{
    return is_punctuation(inside) && !is_blank(outside) && !is_punctuation(outside) && (is_wide(inside) || is_wide(outside));
}

/* The character before `at`, which is not 0, or that at it; a blank past the ends. */
static utf8proc_int32_t character_before(struct text body, size_t at)
{
    utf8proc_int32_t c = ' ';
    size_t start = at;

    while (start > 0 && at - start < 4 && ((uint8_t)body.at[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0)
        start--;
    if (start == at || utf8proc_iterate((const utf8proc_uint8_t *)body.at + start, (utf8proc_ssize_t)(at - start), &c) < 0)
        return ' ';
    return c;
}

static utf8proc_int32_t character_at(struct text body, size_t at)
{
    utf8proc_int32_t c = ' ';

    if (at >= body.len || utf8proc_iterate((const utf8proc_uint8_t *)body.at + at, (utf8proc_ssize_t)(body.len - at), &c) < 0)
        return ' ';
    return c;
}

/* Whether `<` at `at` begins an address in pointed brackets, the one thing with such brackets that is not shown as typed. */
static bool is_bracketed_address(struct text body, size_t at)
{
    bool address = false;

    for (size_t i = at + 1; i < body.len; i++) {
        const char c = body.at[i];
        if (c == '>')
            return address;
        if ((uint8_t)c <= ' ' || c == '<')
            return false;
        address |= c == ':' || c == '@';
    }
    return false;
}

static bool opens_tag(struct text body, size_t at)
{
    const char next = at + 1 < body.len ? body.at[at + 1] : ' ';
    bool letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');

    return next == '!' || next == '?' || next == '/' || (letter && !is_bracketed_address(body, at));
}

enum { MARKER = sizeof MARKDOWN_MARKER - 1 };

struct helped {
    char *at;
    size_t len;
};

static void add(struct helped *out, const char *at, size_t len)
{
    memcpy(out->at + out->len, at, len);
    out->len += len;
}

/* The asterisks at `at`, with a marker outside where they need one. Returns how many. */
static size_t help_asterisks(struct helped *out, struct text body, size_t at)
{
    size_t n = 1;
    while (at + n < body.len && body.at[at + n] == '*')
        n++;
    utf8proc_int32_t before = character_before(body, at), after = character_at(body, at + n);

    if (needs_help(after, before))
        add(out, MARKDOWN_MARKER, MARKER);
    add(out, body.at + at, n);
    if (needs_help(before, after))
        add(out, MARKDOWN_MARKER, MARKER);
    return n;
}

/* The body with markers in it: raw HTML is none any more, and marks next to Chinese punctuation are seen. */
static struct text help(struct text body, struct arena *scratch)
{
    /* At most one marker goes in for a run of asterisks or a bracket. */
    struct helped out = {arena_alloc(scratch, body.len * (1 + MARKER) + MARKER + 1), 0};

    if (!out.at)
        return (struct text){NULL, 0};
    for (size_t at = 0; at < body.len;) {
        if (body.at[at] == '*') {
            at += help_asterisks(&out, body, at);
            continue;
        }
        if (body.len - at >= MARKER && memcmp(body.at + at, MARKDOWN_MARKER, MARKER) == 0) {
            add(&out, "\u00b7", 2); /* theirs looks like this */
            at += MARKER;
            continue;
        }
        add(&out, body.at + at, 1);
        if (body.at[at] == '<' && opens_tag(body, at))
            add(&out, MARKDOWN_MARKER, MARKER);
        at++;
    }
    return (struct text){out.at, out.len};
}

/* ---- the parser's memory ---- */

/*
 * The parser's allocator has no context and may not fail: the library ends the process, or writes through NULL. So whoever parses
 * is kept for its thread, everything is taken from its arena, nothing is freed one by one, and where the arena is full we leave the
 * parser by a jump. It holds nothing but that memory.
 */
struct pool {
    struct arena *arena;
    jmp_buf full;
};

static _Thread_local struct pool *pool;

struct piece {
    _Alignas(max_align_t) size_t size;
};

static void *pool_take(size_t size)
{
    struct piece *piece = size < SIZE_MAX - sizeof *piece ? arena_alloc(pool->arena, sizeof *piece + size) : NULL;
    if (!piece)
        longjmp(pool->full, 1);
    piece->size = size;
    return piece + 1;
}

static void *pool_calloc(size_t count, size_t size)
{
    return pool_take(size && count > SIZE_MAX / size ? SIZE_MAX : count * size);
}

static void *pool_realloc(void *old, size_t size)
{
    if (!old)
        return pool_take(size);
    const struct piece *piece = (const struct piece *)old - 1;
    if (size <= piece->size)
        return old;
    void *more = pool_take(size);
    memcpy(more, old, piece->size);
    return more;
}

static void pool_free(void *old)
{
    (void)old;
}

static cmark_mem pool_memory = {pool_calloc, pool_realloc, pool_free};

/* ---- parsing ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static cmark_syntax_extension *tables;

/*
 * Tables are the one extension. Those with marks of their own change a table that is shared by all parsers of the process while they
 * parse; strikethrough and bare addresses are found by us (markdown_text.c).
 */
static void find_extensions(void)
{
    cmark_gfm_core_extensions_ensure_registered();
    tables = cmark_find_syntax_extension("table");
}

static void parse_and_use(struct text body, markdown_use *use, void *data)
{
    cmark_parser *parser = cmark_parser_new_with_mem(CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8, &pool_memory);

    cmark_parser_attach_syntax_extension(parser, tables);
    cmark_parser_feed(parser, body.at, body.len);
    use(cmark_parser_finish(parser), data);
}

bool markdown_parse(struct text body, struct arena *scratch, markdown_use *use, void *data)
{
    struct pool own = {.arena = scratch};
    const struct text helped = help(body, scratch);
    volatile bool done = false;

    pthread_once(&once, find_extensions);
    if (!helped.at || !tables || is_too_much(body))
        return false;
    pool = &own;
    if (setjmp(own.full) == 0) {
        parse_and_use(helped, use, data);
        done = true;
    }
    pool = NULL;
    return done;
}
