/*
 * One event loop, as what lives on it sees it: its clock, and parcels from other threads.
 *
 * A parcel is how anything reaches a loop from outside: it is posted by any thread and delivered once, on the
 * loop's thread, in the order posted. What a parcel is part of stays alive until then.
 */
#ifndef LUNTAN_SERVER_NET_LOOP_H
#define LUNTAN_SERVER_NET_LOOP_H

#include <stdint.h>

#include "server/util/inbox.h"

struct loop;

struct parcel {
    struct inbox_item item;                 /* first */
    void (*deliver)(struct parcel *parcel); /* on the loop's thread; may free it */
};

/* Hands `parcel` to the loop. Any thread. */
void loop_post(struct loop *loop, struct parcel *parcel);

/* The loop's number, from 0. */
unsigned loop_index(const struct loop *loop);

/* Monotonic milliseconds, as of this iteration. The loop's thread only. */
uint64_t loop_now(const struct loop *loop);

#endif
