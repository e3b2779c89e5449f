/*
 * Printable single-use codes: invitations, password resets, recovery codes.
 *
 * Twenty characters of Crockford's base 32, a hundred random bits, in groups of five: `7K3QX-...`. It has no
 * letters that look alike; what is typed is compared without regard to case, hyphens and spaces, with O read
 * as 0 and I and L as 1. Only hashes are stored: a hundred random bits need no slow one. No state; any thread.
 */
#ifndef LUNTAN_SERVER_ACCOUNTS_CODES_H
#define LUNTAN_SERVER_ACCOUNTS_CODES_H

#include <stdint.h>

#include "protocol/text.h"

enum { CODES_GROUPS = 4, CODES_GROUP = 5, CODES_CHARS = CODES_GROUPS * (CODES_GROUP + 1) - 1, CODES_HASH = 32 };

/* A new code, with a NUL. libsodium must have been initialized. */
void codes_make(char out[CODES_CHARS + 1]);

/* The hash (BLAKE2b) of a code as somebody typed it; of any text at all, so that a wrong one is simply not found. */
void codes_hash(struct text code, uint8_t out[CODES_HASH]);

#endif
