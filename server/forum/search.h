/*
 * Searching, for handlers that need what a search finds without showing it (feeds).
 *
 * Straight-line code inside a request's transaction, as any handler.
 */
#ifndef LUNTAN_SERVER_FORUM_SEARCH_H
#define LUNTAN_SERVER_FORUM_SEARCH_H

#include "server/request.h"

/*
 * The newest posts that the query finds and that r->actor may read, newest first, at most `room` of them, into `posts`; their number
 * in `count`. Refuses (field `query`) what cannot be searched for.
 */
MUST_USE enum status search_newest(struct request *r, struct text query, uint64_t *posts, uint32_t room, uint32_t *count);

#endif
