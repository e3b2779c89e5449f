/* See generations.h. */
#include "server/generations.h"

#include <stdatomic.h>
#include <stdlib.h>

/* 128 KiB; of ten thousand topics that change, one in three touches another by mistake, once. */
enum { SLOTS = 1 << 14 };

/*
 * All numbers are stamps. A slot says when one of its topics was touched last; `everything` when all were. Numbers are
 * stored with release and read with acquire, so that who sees a stamp also sees every touch that belongs to it.
 */
struct generations {
    _Atomic uint64_t stamp, everything;
    uint64_t next; /* the writer's: what is being touched now */
    _Atomic uint64_t slots[SLOTS];
};

struct generations *generations_new(void)
{
    return calloc(1, sizeof(struct generations));
}

void generations_free(struct generations *g)
{
    free(g);
}

static size_t slot_of(enum topic topic, uint64_t id)
{
    uint64_t mixed = (id * 8 + (uint64_t)topic) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(mixed >> 32) % SLOTS;
}

uint64_t generations_feed(enum feed_kind kind, uint64_t ref, struct text name)
{
    uint64_t number = ref * 8 + kind + 1;

    for (size_t i = 0; i < name.len; i++)
        number = (number ^ (uint8_t)name.at[i]) * UINT64_C(0x100000001b3); /* FNV-1a; two that share one are only made anew more often */
    return number ? number : 1;
}

uint64_t generations_growth(uint64_t feed)
{
    return ~feed;
}

uint64_t generations_stamp(const struct generations *g)
{
    return atomic_load_explicit(&g->stamp, memory_order_acquire);
}

bool generations_hold(const struct generations *g, enum topic topic, uint64_t id, uint64_t stamp)
{
    return atomic_load_explicit(&g->everything, memory_order_acquire) <= stamp &&
           atomic_load_explicit(&g->slots[slot_of(topic, id)], memory_order_acquire) <= stamp;
}

void generations_begin(struct generations *g)
{
    g->next = atomic_load_explicit(&g->stamp, memory_order_relaxed) + 1;
}

void generations_touch(struct generations *g, enum topic topic, uint64_t id)
{
    atomic_store_explicit(&g->slots[slot_of(topic, id)], g->next, memory_order_release);
}

void generations_touch_all(struct generations *g)
{
    atomic_store_explicit(&g->everything, g->next, memory_order_release);
}

void generations_publish(struct generations *g)
{
    atomic_store_explicit(&g->stamp, g->next, memory_order_release);
}
