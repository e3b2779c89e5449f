/*
 * Frames in words, for people who look at the wire: header fields, then the payload in CBOR's diagnostic
 * notation (RFC 8949, section 8). What `--trace` prints, on standard error.
 *
 * Reads any bytes: where they leave the profile of luntan/1, the rest is shown as hex behind `malformed`. Secrets
 * are shown as they are, because that is what was sent. No state; any thread.
 */
#ifndef LUNTAN_TERMINAL_DIAGNOSTIC_H
#define LUNTAN_TERMINAL_DIAGNOSTIC_H

#include <stdio.h>

#include "protocol/wire.h"

/* Writes one CBOR item, and whatever follows it, to `out`. */
void diagnostic_item(FILE *out, const uint8_t *at, size_t len);

/* Writes one line for a whole frame, header included. `sent` tells its direction. */
void diagnostic_frame(FILE *out, bool sent, const uint8_t *frame, size_t len);

#endif
