/*
 * An answer put together from the frames it came in.
 *
 * A long answer comes in parts and a final frame, all of the reply's shape. Put together, a list is the
 * parts' lists one after the other, and any other field is the last frame's that has it. A record too long
 * for one frame goes on in the next: the next list's first record then has an `offset` above 0, and its
 * `body` continues that of the last record so far; joined, it is one record again. This is done by
 * shape, for every message alike.
 *
 * Owns copies of the frames, PARTS_MAX bytes at most, and what they were put together to; both live until
 * the next parts_reset. No I/O; one thread at a time.
 */
#ifndef LUNTAN_CLIENT_PARTS_H
#define LUNTAN_CLIENT_PARTS_H

#include "protocol/messages.h"

enum { PARTS_MAX = 4 << 20 }; /* bytes of one answer */

struct part;
struct parts {
    struct part *first, *last;
    size_t len;      /* bytes of all frames */
    unsigned count;
    uint8_t *joined; /* what the fields of an answer in several frames borrow from */
};

/* Frees everything; `parts` is then empty and can be used again. An empty one is {0}. */
void parts_reset(struct parts *parts);

/* Keeps a copy of a frame's payload. False: past PARTS_MAX, or without memory (`*memory` tells which). */
MUST_USE bool parts_add(struct parts *parts, struct text payload, bool *memory);

enum parts_result { PARTS_OK, PARTS_BAD, PARTS_MEMORY };

/* Decodes what was added into `out`, the struct that `shape` describes. BAD: a frame is not of this shape, or a piece does not fit. */
MUST_USE enum parts_result parts_finish(struct parts *parts, const struct shape *shape, void *out);

#endif
