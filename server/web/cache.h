/*
 * Visitors' pages that are the same for everybody, as finished bytes, on one loop.
 *
 * Keyed by what an answer depends on (host, address, language, theme, encoding). Each remembers what it was made of and when
 * (generations.h) and is let go as soon as that changed. Only where something is added to a feed, and the feed was made PAGE_BUSY times
 * within a second already, is it said as it was, up to PAGE_LAG_MS after it was made: else a feed with many readers and many posts
 * would be another for each of them each time. What is changed or taken away is never said again. Bounded by bytes; the one unused for longest goes first. A page that is
 * being said stays until it was. The loop's thread only.
 */
#ifndef LUNTAN_SERVER_WEB_CACHE_H
#define LUNTAN_SERVER_WEB_CACHE_H

#include "protocol/text.h"
#include "server/generations.h"

enum { SOURCE_TOPICS = 4, PAGE_BUSY = 10, PAGE_LAG_MS = 1000 };

/* What a page was made of. */
struct page_source {
    uint64_t stamp;
    struct {
        enum topic topic;
        uint64_t id;
        bool grows; /* it is only added to: a page that is wanted all the time may lack for a moment what came last */
    } topics[SOURCE_TOPICS];
    uint32_t count;
};

struct page_cache;

/* A kept page; its texts live until page_kept_drop. */
struct page_kept {
    struct text type, body, etag, encoding;
    int64_t modified;  /* Last-Modified, seconds after 1970, or 0 */
    bool undated;      /* see http_answer */
    bool feed;         /* a feed, which says other things of itself */
    unsigned status;
};

/* NULL: no memory. */
struct page_cache *page_cache_new(const struct generations *generations, size_t bytes);
/* When nothing is being said any more. NULL is nothing. */
void page_cache_free(struct page_cache *cache);

/* The page, if it is there and still true; NULL otherwise. `exact`: nothing may be missing from it. In use until page_kept_drop. */
struct page_kept *page_cache_find(struct page_cache *cache, struct text key, bool exact);
/* Keeps a copy, unless its sources changed meanwhile or it is too large. */
void page_cache_keep(struct page_cache *cache, struct text key, const struct page_source *source, const struct page_kept *page);
void page_kept_drop(struct page_kept *kept);

#endif
