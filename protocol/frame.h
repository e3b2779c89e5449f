/*
 * Frames of luntan/1: a 12-byte big-endian header, then one CBOR map.
 *
 *     0-3   payload length, below 2^24 (so that byte 0 is 0, and typed text or HTTP is recognized)
 *     4     kind
 *     5     flags; bit 0 "critical": a receiver that does not know the kind closes, otherwise it skips
 *     6-7   op
 *     8-11  id
 *
 * Pure: bytes in, fields out; no memory, any thread.
 */
#ifndef LUNTAN_PROTOCOL_FRAME_H
#define LUNTAN_PROTOCOL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAME_HEADER = 12, FRAME_CRITICAL = 1 };

enum frame_kind {
    FRAME_REQUEST = 1,
    FRAME_RESPONSE = 2, /* final */
    FRAME_PART = 3,
    FRAME_ERROR = 4,    /* final */
    FRAME_EVENT = 5,
    FRAME_RESERVED = 6,
    FRAME_PING = 7,
    FRAME_PONG = 8,
    FRAME_CANCEL = 9,
    FRAME_GOAWAY = 10,
};

struct frame {
    uint32_t len; /* of the payload, bytes */
    uint8_t kind, flags;
    uint16_t op;
    uint32_t id;
};

/* Writes the header of `frame` to `out`. */
void frame_put(uint8_t out[FRAME_HEADER], const struct frame *frame);

/* Reads a header. False where byte 0 is not 0: the peer speaks something else. */
bool frame_get(const uint8_t in[FRAME_HEADER], struct frame *frame);

/* Whether `kind` is one that this version knows. */
bool frame_known(uint8_t kind);

#endif
