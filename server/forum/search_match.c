/* See search_match.h. */
#include "server/forum/search_match.h"

#include "server/util/fold.h"

bool search_fold(struct text text, struct arena *arena, struct folded *out)
{
    uint32_t c;
    size_t at = 0, from;

    *out = (struct folded){
        .source = text,
        .characters = arena_alloc(arena, (text.len + 1) * sizeof *out->characters),
        .from = arena_alloc(arena, (text.len + 2) * sizeof *out->from),
    };
    if (!out->characters || !out->from)
        return false;
    while (fold_next(text, &at, &c, &from)) {
        if (c == FOLD_BREAK && out->count && out->characters[out->count - 1] == FOLD_BREAK)
            continue;
        out->from[out->count] = (uint32_t)from;
        out->characters[out->count++] = c;
    }
    out->from[out->count] = (uint32_t)text.len;
    return true;
}

/* Whether a Latin word goes on across the border before the character `at`. */
static bool is_inside_word(const struct folded *text, uint32_t at)
{
    if (at == 0 || at >= text->count)
        return false;
    uint32_t before = text->characters[at - 1], after = text->characters[at];
    return before != FOLD_BREAK && after != FOLD_BREAK && !fold_is_dense(before) && !fold_is_dense(after);
}

static bool stands_at(const struct folded *text, const struct search_term *term, uint32_t at)
{
    return memcmp(text->characters + at, term->characters, term->count * sizeof *term->characters) == 0 && !is_inside_word(text, at) &&
           (term->prefix || !is_inside_word(text, at + term->count));
}

uint32_t search_locate(const struct folded *text, const struct search_term *term, uint32_t at)
{
    for (; at + term->count <= text->count; at++)
        if (text->characters[at] == term->characters[0] && stands_at(text, term, at))
            return at;
    return text->count;
}

uint32_t search_occurrences(const struct folded *text, const struct search_term *term, uint32_t most)
{
    uint32_t times = 0;

    for (uint32_t at = search_locate(text, term, 0); at < text->count && times < most; at = search_locate(text, term, at + term->count))
        times++;
    return times;
}

static bool is_in(const struct folded *text, const struct search_term *term)
{
    return search_locate(text, term, 0) < text->count;
}

bool search_holds(const struct search_query *query, const struct folded *title, const struct folded *body)
{
    for (uint32_t i = 0; i < query->term_count; i++) {
        const struct search_term *term = &query->terms[i];
        bool there = is_in(title, term) || (!term->title && is_in(body, term));
        if (there == term->without)
            return false;
    }
    return true;
}

uint64_t search_score(const struct search_query *query, const struct folded *title, const struct folded *body, uint64_t age_ms)
{
    enum { MOST = 50, TYPICAL = 300, MILLION = 1000000, DAY_MS = 86400000, HALF_DAYS = 60 };
    uint64_t score = 0, days = age_ms / DAY_MS;

    for (uint32_t i = 0; i < query->term_count; i++) {
        const struct search_term *term = &query->terms[i];
        if (term->without)
            continue;
        /* Each further occurrence counts for less, and for less in a long text, as in BM25. */
        uint64_t times = search_occurrences(body, term, MOST);
        uint64_t weight = 2 * times * TYPICAL;
        score += MILLION * weight / (weight + TYPICAL + body->count);
        if (is_in(title, term))
            score += MILLION;
    }
    return score + MILLION * HALF_DAYS / (HALF_DAYS + days);
}
