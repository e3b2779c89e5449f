/* See filter_pattern.h. */
#include "moderation/filter_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum {
    STEPS = 20000,    /* of the matcher from one place of the text: more is a pattern that goes round in circles */
    DEPTH = 2000,     /* places that it remembers to come back to */
    HEAP_KIB = 1024,  /* and memory for that */
    PARENTHESES = 50, /* one in the other */
    PLACES = 16,      /* bytes of the text that are tried before the clock is looked at; then twice as many, as long as it is quick */
    QUICK_NS = 200000,
    TRIAL_BYTES = 600, /* what is slow in proportion to the square of this is not refused: the time for each text bounds it */
    TRIAL_LETTERS = 8,
    TRIAL_NS = LIMIT_FILTER_MS * 1000000 / 4, /* a quarter of what all filters have for a text of any length */
};

struct pattern {
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data;
};

static uint64_t characters_before(struct text text, size_t bytes)
{
    uint64_t count = 0;

    for (size_t i = 0; i < bytes && i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

static struct pattern *refuse(struct pattern *pattern, enum filter_complaint complaint, enum filter_complaint *what)
{
    *what = complaint;
    pattern_free(pattern);
    return NULL;
}

static pcre2_code *compile(struct text text, enum filter_complaint *what, uint64_t *at)
{
    const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | PCRE2_USE_OFFSET_LIMIT;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_code *code = NULL;
    PCRE2_SIZE offset = 0;
    int error = 0;

    *what = FILTER_COMPLAINT_MEMORY;
    *at = 0;
    if (!context)
        return NULL;
    pcre2_set_parens_nest_limit(context, PARENTHESES);
    code = pcre2_compile((PCRE2_SPTR)text.at, text.len, options, &error, &offset, context);
    pcre2_compile_context_free(context);
    if (!code && error != PCRE2_ERROR_HEAP_FAILED) {
        *what = FILTER_COMPLAINT_PATTERN;
        *at = characters_before(text, offset);
    }
    return code;
}

struct pattern *pattern_new(struct text text, enum filter_complaint *what, uint64_t *at)
{
    struct pattern *pattern = calloc(1, sizeof *pattern);

    *at = 0;
    if (!pattern)
        return refuse(NULL, FILTER_COMPLAINT_MEMORY, what);
    pattern->code = compile(text, what, at);
    if (!pattern->code)
        return refuse(pattern, *what, what);
    pattern->context = pcre2_match_context_create(NULL);
    pattern->data = pcre2_match_data_create(1, NULL); /* where the match is, is all that it can keep */
    if (!pattern->context || !pattern->data)
        return refuse(pattern, FILTER_COMPLAINT_MEMORY, what);
    pcre2_set_match_limit(pattern->context, STEPS);
    pcre2_set_depth_limit(pattern->context, DEPTH);
    pcre2_set_heap_limit(pattern->context, HEAP_KIB);
    if (pcre2_match(pattern->code, (PCRE2_SPTR)"", 0, 0, 0, pattern->data, pattern->context) >= 0)
        return refuse(pattern, FILTER_COMPLAINT_ANY, what);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (!pattern)
        return;
    pcre2_match_data_free(pattern->data);
    pcre2_match_context_free(pattern->context);
    pcre2_code_free(pattern->code);
    free(pattern);
}

/* The place `bytes` behind `at`, or the next one between two characters. */
static size_t advance(struct text text, size_t at, size_t bytes)
{
    if (bytes >= text.len - at)
        return text.len;
    at += bytes;
    while (at < text.len && ((unsigned char)text.at[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static uint64_t now_of(filter_clock clock)
{
    return clock ? clock() : 0;
}

enum pattern_result pattern_find(struct pattern *pattern, struct text text, filter_clock clock, uint64_t until)
{
    /* What was made of texts here is UTF-8. What matches without taking a letter finds nothing. */
    const uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;
    size_t places = PLACES;

    for (size_t at = 0; at < text.len;) {
        uint64_t begun = now_of(clock);
        if (clock && begun >= until)
            return PATTERN_SLOW;
        size_t next = advance(text, at, places);
        pcre2_set_offset_limit(pattern->context, next - 1);
        int found = pcre2_match(pattern->code, (PCRE2_SPTR)text.at, text.len, at, options, pattern->data, pattern->context);
        if (found >= 0)
            return PATTERN_HITS;
        if (found != PCRE2_ERROR_NOMATCH)
            return PATTERN_SLOW;
        if (now_of(clock) - begun < QUICK_NS)
            places *= 2;
        else
            places = PLACES;
        at = next;
    }
    return PATTERN_MISSES;
}

/* ---- trying one out ---- */

/* The next character's length in bytes. */
static size_t size_at(struct text text, size_t at)
{
    return advance(text, at, 1) - at;
}

/*
 * A run of the piece, an end that fits nothing, so that the matcher has to give up on every way of reading what is before it, and then the
 * pattern's own characters: one that it cannot do without must not be missing, which it would see at once.
 */
static bool try_run(struct pattern *pattern, char *room, struct text piece, struct text own, filter_clock clock)
{
    size_t len = 0;

    if (!piece.len)
        return true;
    while (len + piece.len < TRIAL_BYTES) {
        memcpy(room + len, piece.at, piece.len);
        len += piece.len;
    }
    room[len++] = '!';
    room[len++] = '\n';
    memcpy(room + len, own.at, own.len);
    len += own.len;
    return pattern_find(pattern, (struct text){room, len}, clock, now_of(clock) + TRIAL_NS) != PATTERN_SLOW;
}

bool pattern_is_quick(struct pattern *pattern, struct text text, filter_clock clock)
{
    static const struct text runs[] = {
        TEXT_INIT("a"), TEXT_INIT("1"), TEXT_INIT(" "), TEXT_INIT("a "), TEXT_INIT("a1"), TEXT_INIT("."), TEXT_INIT("\xe7\x9a\x84"),
        TEXT_INIT("\xe7\x9a\x84 "),
    };
    char *room = malloc(TRIAL_BYTES + 2 + text.len);
    bool quick = room != NULL;
    size_t tried = 0;

    for (size_t i = 0; quick && i < sizeof runs / sizeof *runs; i++)
        quick = try_run(pattern, room, runs[i], text, clock);
    for (size_t at = 0; quick && at < text.len && tried < TRIAL_LETTERS; at += size_at(text, at)) {
        bool sign = strchr("\\()[]{}|?*+^$", text.at[at]) != NULL;
        if (!sign) {
            quick = try_run(pattern, room, (struct text){text.at + at, size_at(text, at)}, text, clock);
            tried++;
        }
    }
    if (quick)
        quick = try_run(pattern, room, text, text, clock);
    free(room);
    return quick;
}
