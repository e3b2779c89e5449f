/*
 * Cursors: positions in topics, opaque to clients. Pure.
 *
 * Layout: version 1, epoch (8 bytes), kind (1), id (8, big-endian), seq (8, big-endian).
 */
#ifndef LUNTAN_SERVER_CURSOR_H
#define LUNTAN_SERVER_CURSOR_H

#include "protocol/messages.h"

enum { CURSOR_BYTES = 26 };

struct cursor {
    uint8_t epoch[8];
    enum topic topic;
    uint64_t id, seq;
};

void cursor_encode(const struct cursor *cursor, uint8_t out[CURSOR_BYTES]);

/* False where the bytes are no cursor. */
bool cursor_decode(struct text bytes, struct cursor *out);

#endif
