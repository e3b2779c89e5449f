/*
 * QR codes (ISO/IEC 18004) as a drawing for inline SVG, by libqrencode: what is shown on a screen to be read by a phone beside it.
 *
 * Pure; all memory is the arena's but for the library's own, which is given back before the call ends. Any thread but a loop's.
 */
#ifndef LUNTAN_SERVER_WEB_QR_H
#define LUNTAN_SERVER_WEB_QR_H

#include <stdint.h>

#include "server/util/arena.h"

struct qr {
    struct text path; /* of the dark modules, for the `d` of a path element; one unit a module; absent: it could not be made */
    uint32_t size;    /* of a side with its quiet zone, modules */
};

/* The code of `text` with error correction M. */
struct qr qr_draw(struct text text, struct arena *arena);

#endif
