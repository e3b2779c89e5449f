/*
 * Refusals as data and as words: the payload of an error frame.
 *
 * Pure but for the arena; any thread.
 */
#ifndef LUNTAN_SERVER_REFUSAL_H
#define LUNTAN_SERVER_REFUSAL_H

#include "protocol/messages.h"
#include "server/util/arena.h"

/* What more a refusal says, where one word for its status is not enough. */
struct refusal_detail {
    struct text words;     /* for people, in their language; absent: none */
    uint64_t line, column; /* of a text read line by line, from 1; 0: no line */
    enum reason reason;    /* why a text is not accepted; NONE: does not apply */
    const struct sanction_record *sanction; /* for which an act is refused, with its words; NULL: for none */
};

/* The payload of an error frame, encoded into the arena; absent without memory. `retry_after` in ms, 0 for none; `detail` may be NULL. */
struct text refusal_payload(struct arena *arena, const struct fault *fault, uint64_t retry_after, const struct refusal_detail *detail, enum lang lang);

#endif
