/* See work.h. */
#include "protocol/work.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

static bool begins_with_zeros(const uint8_t hash[crypto_hash_sha256_BYTES], unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;

    if (bits >= 8 * crypto_hash_sha256_BYTES)
        return false;
    for (unsigned i = 0; i < whole; i++)
        if (hash[i])
            return false;
    return !rest || hash[whole] >> (8 - rest) == 0;
}

/* `state` has taken the token. */
static bool pays(const crypto_hash_sha256_state *state, struct text nonce, unsigned bits)
{
    crypto_hash_sha256_state copy = *state;
    uint8_t hash[crypto_hash_sha256_BYTES];

    if (nonce.len)
        crypto_hash_sha256_update(&copy, (const uint8_t *)nonce.at, nonce.len);
    crypto_hash_sha256_final(&copy, hash);
    return begins_with_zeros(hash, bits);
}

static void begin(crypto_hash_sha256_state *state, struct text token)
{
    crypto_hash_sha256_init(state);
    if (token.len)
        crypto_hash_sha256_update(state, (const uint8_t *)token.at, token.len);
}

bool work_pays(struct text token, struct text nonce, unsigned bits)
{
    crypto_hash_sha256_state state;

    begin(&state, token);
    return pays(&state, nonce, bits);
}

bool work_find(struct text token, unsigned bits, uint64_t from, uint64_t tries, char nonce[WORK_NONCE + 1])
{
    crypto_hash_sha256_state state;

    begin(&state, token);
    for (uint64_t i = 0; i < tries; i++) {
        int len = snprintf(nonce, WORK_NONCE + 1, "%" PRIu64, from + i);
        if (pays(&state, (struct text){nonce, (size_t)len}, bits))
            return true;
    }
    return false;
}
