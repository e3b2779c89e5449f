/*
 * Passwords: what may be one, and their Argon2id hashes.
 *
 * Hashing takes about 75 ms of a core and 32 MiB and runs on the store's hashing threads only. The figures: OWASP
 * asks for 19 MiB and two passes at least; this is three passes over 32 MiB, about twice that work, while
 * two threads at it take no more than 64 MiB of a small office machine and the queue of 64 is through in some
 * seconds. Hashes carry their parameters, so that these can be raised: the next login hashes anew.
 */
#ifndef LUNTAN_SERVER_ACCOUNTS_PASSWORDS_H
#define LUNTAN_SERVER_ACCOUNTS_PASSWORDS_H

#include "protocol/text.h"
#include "server/util/arena.h"

enum { PASSWORDS_PASSES = 3, PASSWORDS_MEMORY = 32 << 20 /* bytes */ };

/* The hash as a text in the arena; absent without memory. Slow. */
struct text passwords_hash(struct text password, struct arena *arena);

/* Whether it is the password. An absent hash (no such account, none set) costs the same and is never right. Slow. */
bool passwords_verify(struct text hash, struct text password);

/* Whether the hash was made with other parameters than today's. */
bool passwords_outdated(struct text hash);

/*
 * Whether somebody with this handle key may use it: not their handle, not one of the first that everybody would
 * try, not a few characters over and over. Its length is the caller's to check.
 */
bool passwords_acceptable(struct text password, struct text handle_key, struct arena *arena);

#endif
