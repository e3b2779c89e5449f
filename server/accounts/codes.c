/* See codes.h. */
#include "server/accounts/codes.h"

#include <sodium.h>

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void codes_make(char out[CODES_CHARS + 1])
{
    uint8_t random[CODES_GROUPS * CODES_GROUP];

    randombytes_buf(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        char *group = out + i / CODES_GROUP * (CODES_GROUP + 1);
        group[i % CODES_GROUP] = alphabet[random[i] & 31];
        group[CODES_GROUP] = '-';
    }
    out[CODES_CHARS] = '\0';
    sodium_memzero(random, sizeof random);
}

/* The character that counts for what was typed; 0 for one that is passed over. */
static char fold(char c)
{
    if (c == '-' || c == ' ')
        return 0;
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    return c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
}

void codes_hash(struct text code, uint8_t out[CODES_HASH])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, CODES_HASH);
    for (size_t i = 0; i < code.len; i++) {
        char c = fold(code.at[i]);
        if (c)
            crypto_generichash_update(&state, (const uint8_t *)&c, 1);
    }
    crypto_generichash_final(&state, out, CODES_HASH);
    sodium_memzero(&state, sizeof state);
}
