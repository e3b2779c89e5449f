/*
 * People who may be told about something on a board: enough of each to ask the policy whether they may read it.
 * Typed functions over db.h; call them inside a transaction, on the thread that owns the db.
 */
#ifndef LUNTAN_SERVER_STORE_AUDIENCE_H
#define LUNTAN_SERVER_STORE_AUDIENCE_H

#include "moderation/policy.h"
#include "server/store/db.h"

/* Somebody as an actor on one board. `actor.boards` points to `on_board`: do not copy it without setting that anew. */
struct person {
    struct actor actor;
    struct board_role on_board;
};

MUST_USE bool store_person(struct db *db, uint64_t account, uint64_t board, int64_t now, struct person *out);
/* By the key of a handle (words_handle_key). */
MUST_USE bool store_person_by_handle(struct db *db, struct text handle_key, uint64_t board, int64_t now, struct person *out);

/* Who watches a board or thread, by number of the account: query, then next until false, then query_end. */
struct query store_watching(struct db *db, enum topic kind, uint64_t id, uint64_t board, int64_t now, uint64_t count);
MUST_USE bool store_person_next(struct query *q, uint64_t board, struct person *out);

#endif
