/* See search_query.h. */
#include "server/forum/search_query.h"

#include <time.h>

#include "server/util/fold.h"

/* ---- pieces of what was typed ---- */

/* What opens a phrase, and what closes it. */
static const struct {
    struct text open, close;
} quotes[] = {
    {TEXT_INIT("\""), TEXT_INIT("\"")}, {TEXT_INIT("“"), TEXT_INIT("”")}, {TEXT_INIT("「"), TEXT_INIT("」")}, {TEXT_INIT("＂"), TEXT_INIT("＂")},
};

static bool stands(struct text text, size_t at, struct text what)
{
    return text.len - at >= what.len && memcmp(text.at + at, what.at, what.len) == 0;
}

/* Bytes of the blank at `at`, the ideographic one too; 0: none. */
static size_t blank(struct text text, size_t at)
{
    if (strchr(" \t\r\n", text.at[at]) && text.at[at])
        return 1;
    return stands(text, at, TEXT("　")) ? strlen("　") : 0;
}

static bool opens_phrase(struct text text, size_t at)
{
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        if (stands(text, at, quotes[i].open))
            return true;
    return false;
}

/* A phrase or what goes up to the next blank or phrase, from `*at` on. False: a phrase that nothing closes. */
static bool take_value(struct text typed, size_t *at, struct text *out)
{
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        if (!stands(typed, *at, quotes[i].open))
            continue;
        size_t from = *at + quotes[i].open.len, end = from;
        while (end < typed.len && !stands(typed, end, quotes[i].close))
            end++;
        *out = (struct text){typed.at + from, end - from};
        *at = end + quotes[i].close.len;
        return end < typed.len;
    }
    size_t from = *at;
    while (*at < typed.len && !blank(typed, *at) && !opens_phrase(typed, *at))
        ++*at;
    *out = (struct text){typed.at + from, *at - from};
    return true;
}

/* ---- terms ---- */

/* Whether the word at the term's end is too short to stand for all that begin so. */
static bool is_short(const struct search_term *term)
{
    enum { LEAST = 3 };
    uint32_t letters = 0;

    while (letters < term->count && term->characters[term->count - 1 - letters] != FOLD_BREAK &&
           !fold_is_dense(term->characters[term->count - 1 - letters]))
        letters++;
    return letters < LEAST;
}

static bool has_prefix(const struct search_query *q)
{
    for (uint32_t i = 0; i < q->term_count; i++)
        if (q->terms[i].prefix)
            return true;
    return false;
}

static enum status add_term(struct search_query *q, struct text value, bool without, bool title, struct arena *arena)
{
    struct search_term term = {.without = without, .title = title};
    uint32_t *characters = arena_alloc(arena, (value.len + 1) * sizeof *characters), c;
    size_t at = 0;

    if (!characters)
        return STATUS_BUSY;
    while (fold_next(value, &at, &c, NULL)) {
        if (c == FOLD_BREAK && (term.count == 0 || characters[term.count - 1] == FOLD_BREAK))
            continue;
        characters[term.count++] = c;
    }
    while (term.count && characters[term.count - 1] == FOLD_BREAK)
        term.count--;
    if (term.count == 0)
        return STATUS_OK; /* nothing but punctuation */
    if (q->term_count == LIMIT_TERMS)
        return STATUS_TOO_MANY;
    term.characters = characters;
    term.prefix = value.at[value.len - 1] == '*' && !fold_is_dense(characters[term.count - 1]);
    if (term.prefix && (is_short(&term) || has_prefix(q)))
        return STATUS_BAD_FIELD; /* the index would put together the lists of too many words */
    q->terms[q->term_count++] = term;
    return STATUS_OK;
}

/* ---- dates ---- */

static bool take_digits(struct text text, size_t *at, size_t most, int *out)
{
    size_t from = *at;

    for (*out = 0; *at < text.len && *at - from < most && text.at[*at] >= '0' && text.at[*at] <= '9'; ++*at)
        *out = *out * 10 + (text.at[*at] - '0');
    return *at > from;
}

/* The beginning of a year, month or day. */
static bool read_date(struct text text, int64_t offset_ms, int64_t *out)
{
    enum { YEAR, MONTH, DAY, PARTS };
    int part[PARTS] = {0, 1, 1};
    static const size_t digits[PARTS] = {4, 2, 2};
    size_t at = 0;
    int given = 0;

    while (given < PARTS && take_digits(text, &at, digits[given], &part[given])) {
        given++;
        if (at == text.len || (text.at[at] != '-' && text.at[at] != '/' && text.at[at] != '.'))
            break;
        at++;
    }
    if (at != text.len || !given || part[YEAR] < 1970 || part[YEAR] > 9998 || part[MONTH] < 1 || part[MONTH] > 12 || part[DAY] < 1 || part[DAY] > 31)
        return false;
    struct tm tm = {.tm_year = part[YEAR] - 1900, .tm_mon = part[MONTH] - 1, .tm_mday = part[DAY]};
    *out = (int64_t)timegm(&tm) * 1000 - offset_ms;
    return tm.tm_mday == part[DAY]; /* not the 31st of February */
}

/* ---- operators ---- */

enum operator {
#define OPERATOR(NAME, en, zh) NAME,
#include "server/forum/search_operators.def"
    OPERATORS, /* how many there are */
};

static const struct text names[OPERATORS][2] = {
#define OPERATOR(NAME, en, zh) [NAME] = {TEXT_INIT(en), TEXT_INIT(zh)},
#include "server/forum/search_operators.def"
};

/* As `stands`, whatever the case of ASCII letters in the text. */
static bool stands_named(struct text text, size_t at, struct text name)
{
    if (text.len - at < name.len)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = text.at[at + i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c) != name.at[i])
            return false;
    }
    return true;
}

/* The operator at `*at`, which moves behind its colon; OPERATORS: none. */
static enum operator take_operator(struct text typed, size_t *at)
{
    for (size_t i = 0; i < 2 * OPERATORS; i++) {
        struct text name = names[i / 2][i % 2];
        size_t end = *at + name.len;
        if (!stands_named(typed, *at, name) || end == typed.len)
            continue;
        size_t colon = typed.at[end] == ':' ? 1 : stands(typed, end, TEXT("：")) ? strlen("：") : 0;
        if (!colon)
            continue;
        *at = end + colon;
        return (enum operator)(i / 2);
    }
    return OPERATORS;
}

/* Sets what may be said once. */
static enum status set_once(struct text *to, struct text value)
{
    if (to->at)
        return STATUS_BAD_FIELD;
    *to = value;
    return STATUS_OK;
}

static enum status apply(struct search_query *q, enum operator op, bool without, struct text value, int64_t offset_ms, struct arena *arena)
{
    if (!value.len)
        return STATUS_BAD_FIELD;
    switch (op) {
    case AUTHOR:
        return set_once(without ? &q->not_author : &q->author, value.at[0] == '@' ? (struct text){value.at + 1, value.len - 1} : value);
    case BOARD:
        return set_once(without ? &q->not_board : &q->board, value);
    case TAG:
        return set_once(without ? &q->not_tag : &q->tag, value);
    case TITLE:
        return add_term(q, value, without, true, arena);
    case BEFORE:
        return !without && q->until == INT64_MAX && read_date(value, offset_ms, &q->until) ? STATUS_OK : STATUS_BAD_FIELD;
    case AFTER:
        return !without && q->since == 0 && read_date(value, offset_ms, &q->since) ? STATUS_OK : STATUS_BAD_FIELD;
    case OPERATORS:
        break;
    }
    return STATUS_BAD_FIELD;
}

bool search_query_says(const struct search_query *q)
{
    for (uint32_t i = 0; i < q->term_count; i++)
        if (!q->terms[i].without)
            return true;
    return q->author.at || q->board.at || q->tag.at || q->since || q->until < INT64_MAX;
}

enum status search_query_read(struct text typed, int64_t offset_ms, struct arena *arena, struct search_query *out)
{
    enum status status = STATUS_OK;
    size_t at = 0;

    *out = (struct search_query){.until = INT64_MAX};
    while (at < typed.len && !status) {
        size_t gap = blank(typed, at);
        if (gap) {
            at += gap;
            continue;
        }
        bool without = typed.at[at] == '-' && at + 1 < typed.len && !blank(typed, at + 1);
        at += without;
        enum operator op = take_operator(typed, &at);
        struct text value = {NULL, 0};
        if (at < typed.len && !take_value(typed, &at, &value))
            return STATUS_BAD_FIELD;
        if (op != OPERATORS)
            status = apply(out, op, without, value, offset_ms, arena);
        else if (value.len)
            status = add_term(out, value, without, false, arena);
    }
    return status;
}
