/*
 * Whether a text holds what is searched for, and where: every hit of the index is looked at again here, since the index knows only which
 * characters stand side by side somewhere.
 *
 * Pure; memory is the arena's, about twelve bytes for each byte of the text.
 */
#ifndef LUNTAN_SERVER_FORUM_SEARCH_MATCH_H
#define LUNTAN_SERVER_FORUM_SEARCH_MATCH_H

#include "server/forum/search_query.h"

/* A text folded, with where each character came from. */
struct folded {
    struct text source;
    uint32_t *characters; /* FOLD_BREAK once between words */
    uint32_t *from;       /* offset in bytes of each, and one more: the end */
    uint32_t count;
};

/* False: no memory. */
MUST_USE bool search_fold(struct text text, struct arena *arena, struct folded *out);

/* Where a term stands from the character `at` on; `count` if nowhere. */
uint32_t search_locate(const struct folded *text, const struct search_term *term, uint32_t at);
/* How often. */
uint32_t search_occurrences(const struct folded *text, const struct search_term *term, uint32_t most);

/* Whether the post holds everything that is wanted and nothing that is not. `title` may be empty (no opening post). */
bool search_holds(const struct search_query *query, const struct folded *title, const struct folded *body);

/* How well it fits, in millionths; a day's age costs, and a title counts for more. `age_ms` is counted from the newest post considered. */
uint64_t search_score(const struct search_query *query, const struct folded *title, const struct folded *body, uint64_t age_ms);

#endif
