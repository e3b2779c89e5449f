/*
 * What net/ and the store give to the hub and to sessions, made of memory: connections whose output is a buffer and
 * whose room is set by the test, a clock that the test moves, a store that keeps jobs until the test runs them.
 * Included by one test program each; its functions take the place of those in the server's archive.
 */
#ifndef LUNTAN_TESTS_UNIT_FAKE_LOOP_H
#define LUNTAN_TESTS_UNIT_FAKE_LOOP_H

#include <stdlib.h>
#include <string.h>

#include "server/net/face.h"
#include "server/store/store.h"

enum { FAKE_OUT = 1 << 20, FAKE_JOBS = 256 };

struct connection {
    bool wants, resumed, finished, aborted, busy;
    uint64_t silence;
    uint8_t out[FAKE_OUT];
    size_t len;
};

struct outlet {
    struct connection *connection;
    size_t room; /* bytes */
};

struct loop {
    uint64_t now;
    size_t memory, limit;
};

struct store {
    struct job *jobs[FAKE_JOBS];
    unsigned count;
    bool hash_full;
};

static struct loop fake_loop = {.limit = SIZE_MAX};
static struct store fake_store;

void connection_wants(struct connection *c)
{
    c->wants = true;
}

void connection_resume(struct connection *c)
{
    c->resumed = true;
}

void connection_finish(struct connection *c)
{
    c->finished = true;
    c->wants = true;
}

void connection_abort(struct connection *c)
{
    c->aborted = true;
}

uint64_t connection_peer(const struct connection *c)
{
    (void)c;
    return 1;
}

uint64_t connection_silence(const struct connection *c)
{
    return c->silence;
}

bool connection_busy(const struct connection *c)
{
    return c->busy;
}

bool outlet_room(const struct outlet *outlet)
{
    return outlet->room > 0;
}

void outlet_put(struct outlet *outlet, const void *at, size_t len)
{
    struct connection *c = outlet->connection;

    if (len > FAKE_OUT - c->len)
        abort();
    if (len)
        memcpy(c->out + c->len, at, len);
    c->len += len;
    outlet->room -= len < outlet->room ? len : outlet->room;
}

unsigned loop_index(const struct loop *loop)
{
    (void)loop;
    return 0;
}

uint64_t loop_now(const struct loop *loop)
{
    return loop->now;
}

void loop_post(struct loop *loop, struct parcel *parcel)
{
    (void)loop;
    parcel->deliver(parcel);
}

bool loop_memory_take(struct loop *loop, size_t bytes)
{
    loop->memory += bytes;
    return loop->memory <= loop->limit;
}

void loop_memory_give(struct loop *loop, size_t bytes)
{
    loop->memory -= bytes;
}

bool loop_memory_short(const struct loop *loop)
{
    return loop->memory > loop->limit;
}

static void fake_submit(struct store *store, struct job *job)
{
    if (store->count == FAKE_JOBS)
        abort();
    store->jobs[store->count++] = job;
}

void store_read(struct store *store, struct job *job)
{
    fake_submit(store, job);
}

void store_write(struct store *store, struct job *job)
{
    fake_submit(store, job);
}

bool store_hash(struct store *store, struct job *job)
{
    if (store->hash_full)
        return false;
    job->prepared = true;
    fake_submit(store, job);
    return true;
}

const uint8_t *store_epoch(const struct store *store)
{
    static const uint8_t epoch[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    (void)store;
    return epoch;
}

/* The oldest job, taken from the store. */
static inline struct job *fake_take(void)
{
    struct job *job = fake_store.count ? fake_store.jobs[0] : NULL;

    if (!job)
        abort();
    fake_store.count--;
    memmove(fake_store.jobs, fake_store.jobs + 1, fake_store.count * sizeof fake_store.jobs[0]);
    return job;
}

#endif
