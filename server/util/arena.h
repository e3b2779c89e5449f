/*
 * Memory of one request: taken piece by piece, given back all at once.
 *
 * An arena belongs to one job and is used by one thread at a time; it goes with the job from thread to
 * thread. It has a cap, so that no request can cost more than that. Where the cap is reached or the system
 * has no memory, allocation returns NULL and `arena_failed` says so ever after; writers over such memory
 * have a capacity of 0 and keep their own sticky error.
 */
#ifndef LUNTAN_SERVER_UTIL_ARENA_H
#define LUNTAN_SERVER_UTIL_ARENA_H

#include "protocol/text.h"
#include "protocol/wire.h"

struct arena;

/* A new arena of at most `cap` bytes, or NULL. Takes its first piece when something is asked of it. */
struct arena *arena_new(size_t cap);
void arena_free(struct arena *arena);

/* Gives everything back but keeps the first piece for the next use. */
void arena_reset(struct arena *arena);

/* Overwrites everything with zeros, then resets: for arenas that held secrets. */
void arena_wipe(struct arena *arena);

/* `size` bytes of zeros, aligned for anything, or NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `text`, with a NUL after it; absent stays absent. */
struct text arena_text(struct arena *arena, struct text text);

/* A text made like printf does. */
struct text arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A writer over `cap` bytes of the arena. */
struct wire_writer arena_writer(struct arena *arena, size_t cap);

/* Gives back what the arena's newest allocation, a writer's bytes, did not use. */
void arena_trim(struct arena *arena, const struct wire_writer *w);

/* Bytes that may still be taken; one allocation of so many may not fit beside what pieces leave over. */
size_t arena_left(const struct arena *arena);

/* Whether an allocation has failed. */
bool arena_failed(const struct arena *arena);

#endif
