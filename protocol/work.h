/*
 * Proof of work: a nonce that is tedious to find and easy to check, so that what costs a person nothing costs a robot something.
 *
 * It pays for a token where SHA-256 (FIPS 180-4) over the token's characters and the nonce's after them begins with so many zero bits.
 * The server checks, clients look. Pure; any thread.
 */
#ifndef LUNTAN_PROTOCOL_WORK_H
#define LUNTAN_PROTOCOL_WORK_H

#include <stdint.h>

#include "protocol/status.h"
#include "protocol/text.h"

enum { WORK_NONCE = 20 }; /* characters of one that work_find returns, at most */

bool work_pays(struct text token, struct text nonce, unsigned bits);

/*
 * Looks for one among the decimal numbers from `from` on, `tries` of them. True: it stands in `nonce`, which ends with a NUL. About
 * 2^bits tries are needed on average.
 */
MUST_USE bool work_find(struct text token, unsigned bits, uint64_t from, uint64_t tries, char nonce[WORK_NONCE + 1]);

#endif
