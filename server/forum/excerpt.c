/* See excerpt.h. */
#include "server/forum/excerpt.h"

#include "server/util/words.h"

enum { BEFORE = 60, NEAR = 40 }; /* characters shown before the first match, and how far from there a sentence may begin */

/* ---- places ---- */

static bool is_inner(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* `count` characters back from the offset `at`, or on. */
static size_t go_back(struct text text, size_t at, size_t count)
{
    while (at > 0 && count > 0) {
        at--;
        if (!is_inner(text.at[at]))
            count--;
    }
    return at;
}

static size_t go_on(struct text text, size_t at, size_t count)
{
    while (at < text.len && count-- > 0) {
        at++;
        while (at < text.len && is_inner(text.at[at]))
            at++;
    }
    return at;
}

/* The nearest place at or before `at` that is inside no character as people see it. */
static size_t between(struct text text, size_t at)
{
    enum { LOOK = 16 }; /* characters back from where it is looked for */
    size_t from = go_back(text, at, LOOK);

    return from + words_cut((struct text){text.at + from, text.len - from}, at - from).len;
}

/* Bytes of the end of a sentence that stands at `at`; 0: none. */
static size_t sentence_end(struct text text, size_t at)
{
    static const char *const ends[] = {"。", "！", "？", "；", "…", "\n", ". ", "! ", "? "};

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t len = strlen(ends[i]);
        if (text.len - at >= len && memcmp(text.at + at, ends[i], len) == 0)
            return len;
    }
    return 0;
}

/* Where a sentence begins, at or after `from` and before `match`; `from` where none does. */
static size_t sentence_begin(struct text text, size_t from, size_t match)
{
    size_t limit = go_on(text, from, NEAR), found = from;

    for (size_t at = from; at < match && at < limit; at++) {
        size_t end = sentence_end(text, at);
        if (end && at + end <= match) {
            found = at + end;
            break;
        }
    }
    return found;
}

/* The last end of a sentence in the second half of what fits; `to` where there is none. */
static size_t last_sentence(struct text text, size_t from, size_t to)
{
    if (to == text.len)
        return to;
    for (size_t at = to; at > from + (to - from) / 2; at--) {
        size_t end = at < text.len && !is_inner(text.at[at]) ? sentence_end(text, at) : 0;
        if (end && at + end <= to)
            return at + end;
    }
    return from + words_cut((struct text){text.at + from, text.len - from}, to - from).len;
}

/* ---- matches ---- */

struct span {
    uint32_t from, to; /* bytes of the source */
};

/* The next match of any term from the character `*at` on, which moves behind it. */
static bool next_match(const struct search_query *query, const struct folded *text, uint32_t *at, struct span *out)
{
    uint32_t best = text->count, end = 0;

    for (uint32_t i = 0; i < query->term_count; i++) {
        const struct search_term *term = &query->terms[i];
        uint32_t place = term->without ? text->count : search_locate(text, term, *at);
        if (place < best || (place == best && place < text->count && place + term->count > end)) {
            best = place;
            end = place + term->count;
        }
    }
    if (best >= text->count)
        return false;
    *at = end;
    *out = (struct span){text->from[best], text->from[end]};
    return true;
}

/* ---- writing ---- */

/* One line being written from a piece of the source. */
struct line {
    struct text source;
    size_t from, to;     /* the piece */
    char *at;
    size_t len;
    size_t copied;       /* of the source, up to where */
};

static void put(struct line *line, struct text text)
{
    memcpy(line->at + line->len, text.at, text.len);
    line->len += text.len;
}

/* Bytes at `at` that are blank, or would break or turn the line: controls, separators, marks of direction; 0: something to see. */
static size_t blank_at(struct text text, size_t at)
{
    const unsigned char *byte = (const unsigned char *)text.at + at;
    size_t left = text.len - at;

    if (byte[0] <= ' ' || byte[0] == 0x7f)
        return 1;
    if (left >= 2 && byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0)
        return 2; /* C1 */
    if (left >= 3 && byte[0] == 0xe2 && ((byte[1] == 0x80 && byte[2] >= 0xa8 && byte[2] <= 0xae) || (byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9)))
        return 3; /* U+2028 to U+202E, U+2066 to U+2069 */
    return 0;
}

/* Copies up to an offset of the source; what would break the line, and runs of blanks, become one blank. */
static void copy_to(struct line *line, size_t to)
{
    while (line->copied < to) {
        size_t blank = blank_at(line->source, line->copied);
        if (!blank)
            line->at[line->len++] = line->source.at[line->copied++];
        else if (line->len && line->at[line->len - 1] != ' ')
            line->at[line->len++] = ' ';
        line->copied += blank;
    }
}

/* The piece with its matches; marks are pairs of offsets in the line. */
static struct excerpt write_piece(const struct search_query *query, const struct folded *text, size_t from, size_t to, struct arena *arena)
{
    static const struct text ellipsis = TEXT_INIT("…");
    struct wire_writer w = arena_writer(arena, LIMIT_MARKS * 9);
    struct excerpt out = {.marks = items_begin(&w)};
    struct line line = {.source = text->source, .from = from, .to = to, .copied = from, .at = arena_alloc(arena, to - from + 2 * ellipsis.len + 1)};
    struct span span;
    uint32_t at = 0;

    if (!line.at)
        return out;
    if (from > 0)
        put(&line, ellipsis);
    while (out.marks.count + 2 <= LIMIT_MARKS && next_match(query, text, &at, &span)) {
        if (span.from < from || span.from >= to)
            continue;
        if (span.to > to)
            span.to = (uint32_t)to; /* it goes on where the excerpt ends */
        copy_to(&line, span.from);
        items_add_uint(&w, &out.marks, line.len);
        copy_to(&line, span.to);
        items_add_uint(&w, &out.marks, line.len);
    }
    copy_to(&line, to);
    while (line.len && line.at[line.len - 1] == ' ')
        line.len--;
    if (to < text->source.len)
        put(&line, ellipsis);
    out.text = (struct text){line.at, line.len};
    return out;
}

struct excerpt excerpt_make(const struct search_query *query, const struct folded *text, struct arena *arena)
{
    struct text source = text->source;
    struct span first = {0, 0};
    uint32_t at = 0;
    bool found = next_match(query, text, &at, &first);
    size_t from = found ? go_back(source, first.from, BEFORE) : 0;

    if (from > 0)
        from = between(source, sentence_begin(source, from, first.from));
    size_t most = go_on(source, from, LIMIT_EXCERPT - 2); /* two ellipses */
    size_t to = last_sentence(source, from, most);
    if (to < first.to)
        to = between(source, most);
    return write_piece(query, text, from, to, arena);
}

struct excerpt excerpt_whole(const struct search_query *query, const struct folded *text, struct arena *arena)
{
    return write_piece(query, text, 0, text->source.len, arena);
}
