/*
 * Flags as they are stored: who told moderators that a post breaks a rule, and why. Typed functions over db.h; call them inside a
 * transaction, on the thread that owns the db.
 *
 * All flags on a post while it waits belong to one item of the queue (queue_items.h), one of each account. Rows stay.
 */
#ifndef LUNTAN_SERVER_STORE_FLAGS_H
#define LUNTAN_SERVER_STORE_FLAGS_H

#include "protocol/messages.h"
#include "server/store/db.h"

struct flag_row {
    uint64_t id, item, post, account;
    enum reason reason;
    struct text words; /* in the arena */
    int64_t time;      /* UTC ms */
};

/* Returns the flag's number. */
uint64_t store_flag_insert(struct db *db, const struct flag_row *flag);
/* The account's flag on the item; 0: none. */
uint64_t store_flag_of(struct db *db, uint64_t item, uint64_t account);
/* How many the account has set after `since`, `most` for so many or more. */
uint64_t store_flags_since(struct db *db, uint64_t account, int64_t since, uint64_t most);

/* An account's below a number, newest first; or an item's, oldest first: query, then next until false, then query_end. */
struct query store_flags(struct db *db, uint64_t account, uint64_t before, uint64_t count);
struct query store_flags_on(struct db *db, uint64_t item, uint64_t count);
MUST_USE bool store_flag_next(struct query *q, struct arena *arena, struct flag_row *out);

#endif
