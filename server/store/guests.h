/*
 * What the store keeps for people without an account: the key that signs their forms, and which forms were used. Nothing of the people.
 *
 * Typed functions over db.h; call them inside a transaction, on the thread that owns the db.
 */
#ifndef LUNTAN_SERVER_STORE_GUESTS_H
#define LUNTAN_SERVER_STORE_GUESTS_H

#include "protocol/text.h"
#include "server/store/db.h"

enum { GUEST_KEY = 32 }; /* bytes */

/* Makes the key where there is none, once for ever. */
void store_guest_key_mint(struct db *db);
/* The key, in the arena; absent before it was made. */
struct text store_guest_key(struct db *db, struct arena *arena);

/* Uses a form up, which would run out after `until`; false: it was used before. Forgets some of those that have run out. */
MUST_USE bool store_guest_form_use(struct db *db, struct text id, int64_t until, int64_t now);

#endif
