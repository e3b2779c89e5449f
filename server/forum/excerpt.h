/*
 * What is shown of a post that was found: the sentences around the matches, on one line, with the matches' places.
 *
 * Cut at the ends of sentences where they are near, never inside a character as people see it (grapheme cluster). Pure; memory is the arena's.
 */
#ifndef LUNTAN_SERVER_FORUM_EXCERPT_H
#define LUNTAN_SERVER_FORUM_EXCERPT_H

#include "server/forum/search_match.h"

struct excerpt {
    struct text text;
    struct items marks; /* UINTS: pairs of offsets in bytes, from and up to, at most LIMIT_MARKS numbers */
};

/* At most LIMIT_EXCERPT characters of the text around the first place where the query's terms stand; its beginning, where they stand nowhere. */
struct excerpt excerpt_make(const struct search_query *query, const struct folded *text, struct arena *arena);

/* The whole text, such as a title, with its matches. */
struct excerpt excerpt_whole(const struct search_query *query, const struct folded *text, struct arena *arena);

#endif
