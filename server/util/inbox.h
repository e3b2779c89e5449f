/*
 * A queue into which any thread puts and from which one thread takes, without a lock.
 *
 * Items are intrusive: whatever is queued starts with a `struct inbox_item`. Putting never waits. Taking
 * takes everything at once, oldest first. A thread that would sleep on an empty inbox waits in
 * inbox_wait; an event loop is woken by its own means instead, through the `wake` callback given at
 * inbox_init, which is called by the putter when the inbox was empty before.
 */
#ifndef LUNTAN_SERVER_UTIL_INBOX_H
#define LUNTAN_SERVER_UTIL_INBOX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct inbox_item {
    struct inbox_item *next;
};

struct inbox {
    _Atomic(struct inbox_item *) newest;
    atomic_uint signal;            /* futex word: counts puts into an empty inbox */
    void (*wake)(void *context);   /* or NULL */
    void *context;
};

void inbox_init(struct inbox *inbox, void (*wake)(void *context), void *context);

/* Queues `item`, which belongs to the taker from here on. Any thread. */
void inbox_put(struct inbox *inbox, struct inbox_item *item);

/* Takes all items, oldest first, linked by `next`; NULL when there are none. The owner's thread only. */
struct inbox_item *inbox_take(struct inbox *inbox);

/* Sleeps until the inbox may hold something, or `timeout_ms` have passed (negative: for ever). The owner only. */
void inbox_wait(struct inbox *inbox, int timeout_ms);

#endif
