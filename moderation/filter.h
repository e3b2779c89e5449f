/*
 * Filters as they are applied: rules compiled once, texts as filters compare them, and what hits.
 *
 * A set of filters is made of files that were read (filter_file.h) and is not changed any more; whoever made it frees it. One thread at a
 * time. The caller folds texts and words alike (server/util/disguise.h), so that width, case, traditional characters, look-alikes and what
 * cannot be seen make no difference; here spaces and signs between letters are seen through:
 *
 * - A word of Chinese is found also with blanks and signs between its characters, but not across the end of a sentence.
 * - Other words stand alone: `art` is not in `party`. A long one is found in pieces, too; a short one only where it is spelled out, a gap
 *   around every letter.
 * - A word spelled out like this is found across anything.
 * - A pattern is tried on the text with its signs and on the letters alone.
 * - A link is found by its host, or one below it, whether or not it is written as a link.
 *
 * No clock of its own, no I/O.
 */
#ifndef LUNTAN_MODERATION_FILTER_H
#define LUNTAN_MODERATION_FILTER_H

#include "moderation/filter_file.h"

/* What stands between two letters. */
enum filter_gap { FILTER_GAP_NONE, FILTER_GAP_SIGNS, FILTER_GAP_SENTENCE };

/* A text as filters compare it; the caller's. All of it folded. */
struct filter_text {
    const uint32_t *letters; /* letters and digits alone */
    const uint8_t *gaps;     /* before each letter: enum filter_gap */
    size_t count;
    struct text plain;       /* with signs and single blanks, in UTF-8 */
    struct text squeezed;    /* the letters, in UTF-8 */
};

/* A term of a file, folded: the letters of a word; the text of a pattern or host, of a pattern as many characters as before. */
struct filter_folded {
    const uint32_t *letters;
    size_t count;
    struct text text;
};

/* A file to be compiled. Nothing of it is kept. */
struct filter_source {
    struct text name;
    const struct filter_file *file;
    const struct filter_folded *folded; /* for each term */
    const uint64_t *ids;                /* for each rule, by which the caller knows it; NULL: all 0 */
};

struct filter;

/* Without rules; NULL without memory. */
struct filter *filter_new(void);
void filter_free(struct filter *filter);

/* Nanoseconds that this thread has worked; NULL in its place: time does not pass. */
typedef uint64_t (*filter_clock)(void);

/*
 * Adds a file's rules after those that are there. False: it is refused, and nothing may be done with the filter but to free it; `fault` says
 * why. `trial`: each pattern is tried on texts that are hard for it, and refused where it is slow.
 */
MUST_USE bool filter_add(struct filter *filter, const struct filter_source *source, filter_clock trial, struct filter_fault *fault);

size_t filter_count(const struct filter *filter);
/* A rule by its place: its number, its name as FILTER/RULE, which lasts as long as the filter. */
uint64_t filter_id(const struct filter *filter, size_t rule);
struct text filter_name(const struct filter *filter, size_t rule);
/* Whether anything looks for repeats, and how far back, ms; 0: nothing does. */
int64_t filter_span(const struct filter *filter);

/* How often the text was sent within `span` ms, this time included. */
typedef uint64_t (*filter_repeats)(void *context, int64_t span);

/* What is to be looked at. */
struct filter_case {
    struct filter_text title, body, tags;
    filter_repeats repeats; /* NULL: it does not count as sent */
    void *context;
    filter_clock clock;
};

struct filter_verdict {
    enum filter_action action; /* the strongest of what was hit; NONE: nothing was */
    enum reason reason;
    size_t rule;               /* the first that does this */
    bool slow;                 /* that rule took too long, and what it would have found is not known: HOLD at least */
};

/* Looks. `hits`: room for filter_count flags, set for each rule that hit. */
struct filter_verdict filter_look(const struct filter *filter, const struct filter_case *what, bool *hits);

#endif
