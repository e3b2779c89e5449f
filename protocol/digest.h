/*
 * Numbers and texts into a hash under way, so that nothing can pass from one part to the next: numbers as eight bytes, the lowest first,
 * texts after a number that says how long they are.
 *
 * Pure; any thread.
 */
#ifndef LUNTAN_PROTOCOL_DIGEST_H
#define LUNTAN_PROTOCOL_DIGEST_H

#include <sodium.h>

#include "protocol/text.h"

static inline void digest_number(crypto_generichash_state *state, uint64_t number)
{
    uint8_t bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    crypto_generichash_update(state, bytes, sizeof bytes);
}

static inline void digest_bytes(crypto_generichash_state *state, struct text bytes)
{
    if (bytes.len)
        crypto_generichash_update(state, (const uint8_t *)bytes.at, bytes.len);
}

/* An absent text is an empty one. */
static inline void digest_text(crypto_generichash_state *state, struct text text)
{
    digest_number(state, text.len);
    digest_bytes(state, text);
}

#endif
