/*
 * Refusals as data and as words: the payload of an error frame.
 *
 * Pure but for the arena; any thread.
 */
#ifndef LUNTAN_SERVER_REFUSAL_H
#define LUNTAN_SERVER_REFUSAL_H

#include "protocol/messages.h"
#include "server/util/arena.h"

/* The payload of an error frame, encoded into the arena; absent without memory. `retry_after` in ms, 0 for none. */
struct text refusal_payload(struct arena *arena, const struct fault *fault, uint64_t retry_after, enum lang lang);

#endif
