/*
 * Time-based one-time passwords (RFC 6238 over RFC 4226): HMAC-SHA-1, six digits, steps of 30 seconds.
 *
 * A code counts within one step before and after the present one, for clocks that differ, and never twice: the
 * caller keeps the last step accepted. Pure but for totp_secret's randomness; any thread.
 */
#ifndef LUNTAN_SERVER_ACCOUNTS_TOTP_H
#define LUNTAN_SERVER_ACCOUNTS_TOTP_H

#include <stdint.h>

#include "protocol/text.h"
#include "server/util/arena.h"

enum { TOTP_SECRET = 20, TOTP_STEP_MS = 30000, TOTP_DIGITS = 6, TOTP_URI = 300 };

/* A new secret. libsodium must have been initialized. */
void totp_secret(uint8_t out[TOTP_SECRET]);

/* RFC 4226, section 5.3: the 31 bits of which the last decimal digits are the code of this step. */
uint32_t totp_value(struct text secret, uint64_t step);

/*
 * The step whose code was typed (spaces do not count), if it is near `now` (UTC, milliseconds) and later than
 * `last`; 0 if there is none.
 */
uint64_t totp_match(struct text secret, struct text code, int64_t now, uint64_t last);

/* Whether what was typed has the form of such a code, rather than of a recovery code. */
bool totp_is_code(struct text code);

/* The secret in base 32 (RFC 4648, without padding), in the arena. */
struct text totp_base32(struct text secret, struct arena *arena);

/*
 * The otpauth URI that authenticators read, in the arena, of at most TOTP_URI bytes: site and handle are cut
 * between characters where they would not fit. `base32` is totp_base32's.
 */
struct text totp_uri(struct text site, struct text handle, struct text base32, struct arena *arena);

#endif
