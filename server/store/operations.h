/*
 * Executed operations, kept for seven days so that a retry gets the answer that the first try got.
 *
 * Typed statements inside a writer's transaction.
 */
#ifndef LUNTAN_SERVER_STORE_OPERATIONS_H
#define LUNTAN_SERVER_STORE_OPERATIONS_H

#include "server/store/db.h"

enum { OPERATION_HASH = 16 };

struct operation {
    struct text id;      /* 16 bytes */
    uint64_t account;    /* 0 before authentication */
    uint64_t op;
    struct text hash;    /* of the request's payload, OPERATION_HASH bytes */
    struct text answer;  /* the reply's payload; absent for a secret one */
};

/* Whether `id` was executed for `account`; fills the rest of `out`. */
bool store_operation_get(struct db *db, struct text id, uint64_t account, struct arena *arena, struct operation *out);
void store_operation_insert(struct db *db, const struct operation *operation);

/* Deletes up to `count` operations dated before `before` (UTC ms); the oldest first. */
void store_operation_prune(struct db *db, int64_t before, uint64_t count);

#endif
