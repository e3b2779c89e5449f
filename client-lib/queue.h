/*
 * Events that came while the program was busy, in order.
 *
 * Each event is a copy, read where it lies. Bounded by QUEUE_MAX; what does not fit is the caller's to deal
 * with (luntan.c subscribes again). No I/O; one thread at a time.
 */
#ifndef LUNTAN_CLIENT_QUEUE_H
#define LUNTAN_CLIENT_QUEUE_H

#include "protocol/messages.h"

enum { QUEUE_MAX = 8 << 20 }; /* bytes of all events, their bookkeeping included */

struct queued;
struct queue {
    struct queued *first, *last;
    size_t len;           /* bytes */
    struct queued *taken; /* what the program holds now */
};

/* Frees everything; the queue is then empty and can be used again. An empty one is {0}. */
void queue_reset(struct queue *queue);

/* Appends a copy. False: past QUEUE_MAX or without memory. */
MUST_USE bool queue_put(struct queue *queue, uint32_t subscription, const struct message *message, struct text payload);

/* Takes the oldest event; `payload` lives until the next queue_take or queue_reset. False: there is none. */
MUST_USE bool queue_take(struct queue *queue, uint32_t *subscription, const struct message **message, struct text *payload);

#endif
