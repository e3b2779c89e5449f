/* See ring.h. */
#include "server/hub/ring.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 };

void ring_init(struct ring *ring, void (*release)(void *context, void *owner), void *context)
{
    *ring = (struct ring){.release = release, .context = context};
}

static struct ring_entry *slot(const struct ring *ring, uint32_t index)
{
    return &ring->entries[(ring->start + index) & (ring->room - 1)];
}

static void let_go(struct ring *ring, struct ring_entry *entry)
{
    if (!entry->payload.at)
        return;
    ring->bytes -= entry->payload.len;
    entry->payload = (struct text){NULL, 0};
    ring->release(ring->context, entry->owner);
}

static void drop_oldest(struct ring *ring)
{
    let_go(ring, slot(ring, 0));
    ring->start = (ring->start + 1) & (ring->room - 1);
    ring->count--;
}

static void drop_all(struct ring *ring)
{
    while (ring->count > 0)
        drop_oldest(ring);
    free(ring->entries);
    ring->entries = NULL;
    ring->room = ring->start = 0;
}

void ring_fini(struct ring *ring)
{
    drop_all(ring);
}

static bool grow(struct ring *ring)
{
    uint32_t room = ring->room ? ring->room * 2 : FIRST_ROOM;
    struct ring_entry *entries = malloc(room * sizeof *entries);

    if (!entries)
        return false;
    for (uint32_t i = 0; i < ring->count; i++)
        entries[i] = *slot(ring, i);
    free(ring->entries);
    ring->entries = entries;
    ring->room = room;
    ring->start = 0;
    return true;
}

void ring_push(struct ring *ring, uint64_t seq, const struct ring_entry *entry, size_t cap)
{
    if (seq <= ring->head) {
        ring->release(ring->context, entry->owner);
        return;
    }
    if (seq != ring->head + 1)
        drop_all(ring);
    ring->head = seq;
    if (ring->count == ring->room && !grow(ring)) {
        drop_all(ring);
        ring->release(ring->context, entry->owner);
        return;
    }
    *slot(ring, ring->count++) = *entry;
    ring->bytes += entry->payload.len;
    while (ring->bytes > cap)
        drop_oldest(ring);
}

void ring_blank(struct ring *ring, uint64_t object)
{
    for (uint32_t i = 0; i < ring->count; i++)
        if (slot(ring, i)->object == object)
            let_go(ring, slot(ring, i));
}

void ring_trim(struct ring *ring, uint64_t seq)
{
    while (ring->count > 0 && ring_first(ring) <= seq)
        drop_oldest(ring);
    if (ring->count == 0)
        drop_all(ring);
}

uint64_t ring_first(const struct ring *ring)
{
    return ring->head + 1 - ring->count;
}

const struct ring_entry *ring_at(const struct ring *ring, uint64_t seq)
{
    return slot(ring, (uint32_t)(seq - ring_first(ring)));
}
