/* See guest_form.h. */
#include "server/forum/guest_form.h"

#include <sodium.h>
#include <string.h>

/* What a token is made of: how much work, when, at random, and the signature over these. */
enum {
    TIME = 1,
    RANDOM = TIME + 6,
    SIGNATURE = GUEST_FORM_ID,
    TOKEN = SIGNATURE + crypto_auth_BYTES,
};
_Static_assert(LIMIT_FORM == (TOKEN * 8 + 5) / 6, "characters of base64 without padding");
_Static_assert(GUEST_FORM_KEY == crypto_auth_KEYBYTES, "the key's length");

void guest_form_make(const uint8_t key[GUEST_FORM_KEY], int64_t now, char token[LIMIT_FORM + 1])
{
    uint8_t bytes[TOKEN] = {LIMIT_GUEST_WORK};

    for (unsigned i = 0; i < RANDOM - TIME; i++)
        bytes[TIME + i] = (uint8_t)((uint64_t)now >> (8 * (RANDOM - TIME - 1 - i)));
    randombytes_buf(bytes + RANDOM, SIGNATURE - RANDOM);
    crypto_auth(bytes + SIGNATURE, bytes, SIGNATURE, key);
    sodium_bin2base64(token, LIMIT_FORM + 1, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

enum status guest_form_read(const uint8_t key[GUEST_FORM_KEY], struct text token, int64_t now, struct guest_form *out)
{
    uint8_t bytes[TOKEN];
    size_t len = 0;

    *out = (struct guest_form){.made = 0};
    if (token.len != LIMIT_FORM ||
        sodium_base642bin(bytes, sizeof bytes, token.at, token.len, NULL, &len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        len != TOKEN || crypto_auth_verify(bytes + SIGNATURE, bytes, SIGNATURE, key) != 0)
        return STATUS_FORM_FORGED;
    memcpy(out->id, bytes, GUEST_FORM_ID);
    out->bits = bytes[0];
    for (unsigned i = TIME; i < RANDOM; i++)
        out->made = out->made << 8 | bytes[i];
    return now - out->made > LIMIT_FORM_MS ? STATUS_FORM_LATE : STATUS_OK;
}
