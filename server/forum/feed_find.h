/*
 * What a feed follows, found as whoever asks may see it: everybody, or the owner of a key.
 *
 * Straight-line code inside a request's transaction. Private to server/forum/feeds.c and feed_keys.c.
 */
#ifndef LUNTAN_SERVER_FORUM_FEED_FIND_H
#define LUNTAN_SERVER_FORUM_FEED_FIND_H

#include "server/request.h"
#include "server/store/feeds.h"

struct feed_source {
    struct feed_log log;       /* of kind search there is none */
    struct feed_record feed;   /* as it is answered */
    bool keyed;                /* its owner's rights count rather than everybody's */
};

/*
 * Finds it as r->actor may see it. Refuses: NOT_FOUND for what is not there or may not be seen, GONE (field name) for a board
 * without a public feed, BAD_FIELD for a name that cannot be one.
 */
MUST_USE enum status feed_find(struct request *r, enum feed_kind kind, struct text name, bool keyed, struct feed_source *out);

/* Finds it by its key; r->actor is the key's owner from now on. Refuses: NOT_FOUND for no key, GONE for one that is good no longer. */
MUST_USE enum status feed_find_by_key(struct request *r, struct text key, struct feed_source *out);

/* The hash under which a key is stored; in the arena. */
struct text feed_key_hash(struct request *r, struct text key);

#endif
