/* See totp.h. */
#include "server/accounts/totp.h"

#include <openssl/hmac.h>
#include <sodium.h>

void totp_secret(uint8_t out[TOTP_SECRET])
{
    randombytes_buf(out, TOTP_SECRET);
}

uint32_t totp_value(struct text secret, uint64_t step)
{
    uint8_t message[8], mac[EVP_MAX_MD_SIZE] = {0};
    unsigned len = 0;

    for (unsigned i = 0; i < sizeof message; i++)
        message[i] = (uint8_t)(step >> (8 * (sizeof message - 1 - i)));
    if (!HMAC(EVP_sha1(), secret.at, (int)secret.len, message, sizeof message, mac, &len) || len < 20)
        return UINT32_MAX; /* no code has this value: bit 31 is set */
    unsigned at = mac[19] & 15U;
    return (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
}

/* The digits as a number; -1 where it is not TOTP_DIGITS digits. */
static int64_t parse(struct text code)
{
    int64_t value = 0;
    unsigned digits = 0;

    for (size_t i = 0; i < code.len; i++) {
        char c = code.at[i];
        if (c == ' ')
            continue;
        if (c < '0' || c > '9' || ++digits > TOTP_DIGITS)
            return -1;
        value = value * 10 + (c - '0');
    }
    return digits == TOTP_DIGITS ? value : -1;
}

bool totp_is_code(struct text code)
{
    return parse(code) >= 0;
}

uint64_t totp_match(struct text secret, struct text code, int64_t now, uint64_t last)
{
    int64_t typed = parse(code);
    uint64_t present = now > TOTP_STEP_MS ? (uint64_t)(now / TOTP_STEP_MS) : 1;

    if (typed < 0)
        return 0;
    for (uint64_t step = present - 1; step <= present + 1; step++) {
        uint32_t value = totp_value(secret, step);
        if (step > last && value != UINT32_MAX && value % 1000000 == (uint64_t)typed)
            return step;
    }
    return 0;
}

struct text totp_base32(struct text secret, struct arena *arena)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    size_t len = (secret.len * 8 + 4) / 5;
    char *out = arena_alloc(arena, len + 1);
    unsigned bits = 0, held = 0;
    size_t at = 0;

    if (!out)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < secret.len; i++) {
        held = held << 8 | (uint8_t)secret.at[i];
        for (bits += 8; bits >= 5; bits -= 5)
            out[at++] = alphabet[held >> (bits - 5) & 31];
        held &= (1U << bits) - 1;
    }
    if (bits)
        out[at++] = alphabet[held << (5 - bits) & 31];
    return (struct text){out, at};
}

/* Percent-encodes as many whole characters as fit into `most` bytes; everything but RFC 3986's unreserved is encoded. */
static struct text percent(struct text text, size_t most, struct arena *arena)
{
    static const char hex[] = "0123456789ABCDEF";
    char *out = arena_alloc(arena, most + 1);
    size_t len = 0, whole = 0;

    if (!out)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = (uint8_t)text.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                     c == '.' || c == '_' || c == '~';
        if ((c & 0xc0) != 0x80)
            whole = len; /* a character starts here */
        if (len + (plain ? 1 : 3) > most)
            return (struct text){out, whole};
        if (plain) {
            out[len++] = (char)c;
        } else {
            out[len++] = '%';
            out[len++] = hex[c >> 4];
            out[len++] = hex[c & 15];
        }
    }
    return (struct text){out, len};
}

struct text totp_uri(struct text site, struct text handle, struct text base32, struct arena *arena)
{
    /* The site stands in it twice. With 64 bytes around and in the secret, everything comes to TOTP_URI at most. */
    enum { SITE = 72, HANDLE = TOTP_URI - 64 - 2 * SITE };
    struct text issuer = percent(site, SITE, arena), label = percent(handle, HANDLE, arena);

    return arena_format(arena, "otpauth://totp/%.*s:%.*s?secret=%.*s&issuer=%.*s", (int)issuer.len, issuer.at,
                        (int)label.len, label.at, (int)base32.len, base32.at, (int)issuer.len, issuer.at);
}
