/*
 * Patterns of filters: Perl's regular expressions by PCRE2, each in bounded time.
 *
 * One place knows PCRE2. A pattern is compiled once; one thread at a time uses it.
 */
#ifndef LUNTAN_MODERATION_FILTER_PATTERN_H
#define LUNTAN_MODERATION_FILTER_PATTERN_H

#include "moderation/filter.h"

struct pattern;

enum pattern_result { PATTERN_MISSES, PATTERN_HITS, PATTERN_SLOW };

/* Compiles it, folded. NULL: `what` says why, and `at` where, in characters from 0. */
struct pattern *pattern_new(struct text text, enum filter_complaint *what, uint64_t *at);
void pattern_free(struct pattern *pattern);

/*
 * Looks for it in a text, which is UTF-8. SLOW: `clock` has passed `until`, or one place alone takes too many steps. Looks at the clock
 * every few steps of the pattern's own, so that it ends a few ms later at the latest.
 */
enum pattern_result pattern_find(struct pattern *pattern, struct text text, filter_clock clock, uint64_t until);

/* Whether it is quick on texts made to be hard for it: long runs of what it is itself made of. */
bool pattern_is_quick(struct pattern *pattern, struct text text, filter_clock clock);

#endif
