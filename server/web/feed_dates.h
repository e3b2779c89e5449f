/*
 * When each feed's bytes last changed, for Last-Modified, the same on all loops.
 *
 * A table of fixed size, in memory alone: after a restart, or where two feeds meet in a place, a document is as new as the first
 * time it is made, which costs its readers one transfer at most. A lock of its own; store threads only.
 */
#ifndef LUNTAN_SERVER_WEB_FEED_DATES_H
#define LUNTAN_SERVER_WEB_FEED_DATES_H

#include <stdbool.h>
#include <stdint.h>

struct feed_dates;

/* NULL: no memory. */
struct feed_dates *feed_dates_new(void);
void feed_dates_free(struct feed_dates *dates);

/*
 * The document of `feed` (a hash of its address) has these bytes (their hash) at `now`, in seconds. Returns since when; `*undated`: it had
 * others within that same second.
 */
int64_t feed_dates_note(struct feed_dates *dates, uint64_t feed, uint64_t bytes, int64_t now, bool *undated);

#endif
