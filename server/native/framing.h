/*
 * Bytes to frames, however they are cut.
 *
 * A state machine without memory: it keeps a header of 12 bytes and counts what is left of a payload, which it
 * passes on piece by piece as it comes. What to do with a payload is decided when the header is there, before any
 * memory is taken for it. Pure; any thread.
 *
 *     while ((step = framing_next(&f, &at, &len, &piece)) != FRAMING_MORE) switch (step) ...
 */
#ifndef LUNTAN_SERVER_NATIVE_FRAMING_H
#define LUNTAN_SERVER_NATIVE_FRAMING_H

#include "protocol/frame.h"
#include "protocol/text.h"

enum framing_step {
    FRAMING_MORE,   /* the bytes given are used up */
    FRAMING_HEADER, /* `frame` says what comes */
    FRAMING_PIECE,  /* some bytes of the payload */
    FRAMING_END,    /* the payload is complete */
    FRAMING_ALIEN,  /* not a frame: the peer speaks something else. For ever after. */
};

struct framing {
    struct frame frame;            /* from HEADER to END */
    uint32_t left;                 /* bytes of the payload not passed on yet */
    uint8_t header[FRAME_HEADER];
    uint8_t have;                  /* bytes of the header */
    bool inside;                   /* a payload */
};

/* Takes bytes off `*at`, `*len` and says what they gave; `piece` borrows from them. */
enum framing_step framing_next(struct framing *f, const uint8_t **at, size_t *len, struct text *piece);

#endif
