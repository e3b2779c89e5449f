/*
 * A topic's newest events in memory, by sequence: contiguous, oldest dropped first.
 *
 * A subscriber is a position: it has had everything up to that sequence. The ring knows nothing of subscribers. An
 * entry borrows its payload from an owner, which is told by `release` when the entry goes. One thread.
 */
#ifndef LUNTAN_SERVER_HUB_RING_H
#define LUNTAN_SERVER_HUB_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/text.h"

struct ring_entry {
    struct text payload;  /* absent: blanked */
    uint64_t object;      /* what it is about, for blanking; or 0 */
    void *owner;
};

struct ring {
    struct ring_entry *entries; /* a circle */
    uint32_t room, start, count;
    uint64_t head;              /* the newest sequence ever pushed; 0: none yet */
    size_t bytes;               /* of the payloads held */
    void (*release)(void *context, void *owner);
    void *context;
};

void ring_init(struct ring *ring, void (*release)(void *context, void *owner), void *context);
void ring_fini(struct ring *ring);

/*
 * Adds the event with sequence `seq`, whose payload and owner live until they are released; then drops the oldest
 * until at most `cap` bytes are held. A sequence that does not follow the head empties the ring first; one that is
 * not above it is released and forgotten. Without memory the ring is emptied and goes on behind `seq`. In each
 * case a reader sees what it has missed from ring_first.
 */
void ring_push(struct ring *ring, uint64_t seq, const struct ring_entry *entry, size_t cap);

/* Blanks the entries about `object`: the payloads are released, the sequences stay. */
void ring_blank(struct ring *ring, uint64_t object);

/* Drops entries up to `seq`, and the memory once none is left. */
void ring_trim(struct ring *ring, uint64_t seq);

/* The oldest sequence held; head + 1 where none is. */
uint64_t ring_first(const struct ring *ring);

/* The entry with sequence `seq`, which must be held. */
const struct ring_entry *ring_at(const struct ring *ring, uint64_t seq);

#endif
