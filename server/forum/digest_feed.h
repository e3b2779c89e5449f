/*
 * The digest as a feed: each period that is over is one entry, whose text lists what was marked in it, as Markdown.
 *
 * Only by a key: it is seen with the rights of the key's owner as they are when the feed is read. Straight-line code inside a request's
 * transaction. Private to server/forum/feeds.c and feed_find.c.
 */
#ifndef LUNTAN_SERVER_FORUM_DIGEST_FEED_H
#define LUNTAN_SERVER_FORUM_DIGEST_FEED_H

#include "server/forum/feed_find.h"
#include "server/forum/pages.h"

/* Finds the feed by the name of its period. Refuses with NOT_FOUND where the actor moderates nothing, or without a key; BAD_FIELD. */
MUST_USE enum status digest_feed_find(struct request *r, struct text name, struct feed_source *out);

/*
 * Adds its entries to the page, the newest first. `updated` becomes the time of the newest, if there is one. Refuses with BUSY, and where
 * the actor moderates nothing any more.
 */
MUST_USE enum status digest_feed_add(struct request *r, const struct feed_source *source, struct page *page, uint64_t *updated);

#endif
