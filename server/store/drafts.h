/*
 * Drafts as they are stored. Typed statements; writes inside a writer's transaction only.
 *
 * A draft's record comes without its body, whose size stands in the header, so that lists need not read it.
 */
#ifndef LUNTAN_SERVER_STORE_DRAFTS_H
#define LUNTAN_SERVER_STORE_DRAFTS_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* One header of the account's own draft. */
bool store_draft_header(struct db *db, uint64_t account, struct text id, struct arena *arena, struct draft_record *out);
/* Its body; absent where there is no such draft. */
struct text store_draft_body(struct db *db, uint64_t account, struct text id, struct arena *arena);
uint64_t store_draft_count(struct db *db, uint64_t account);

/* Headers one after the other: newest first, or those changed after `since` in order. Returns how many were given. */
uint64_t store_draft_headers(struct db *db, uint64_t account, struct arena *arena, struct draft_record *out, uint64_t room);
uint64_t store_draft_since(struct db *db, uint64_t account, uint64_t since, struct arena *arena,
                           struct draft_record *out, uint64_t room);

/* Stores a new draft, or all of an existing one anew; `draft` has its body. */
void store_draft_insert(struct db *db, uint64_t account, const struct draft_record *draft, struct arena *arena);
void store_draft_update(struct db *db, uint64_t account, const struct draft_record *draft, struct arena *arena);

/* Deletes a draft and leaves a tombstone at `seq` of the account's topic. False: there is none. */
bool store_draft_delete(struct db *db, uint64_t account, struct text id, uint64_t seq);

/* Tombstones after `since`, in order: id and seq of each. Returns how many were given. */
uint64_t store_draft_gone_since(struct db *db, uint64_t account, uint64_t since, struct arena *arena,
                                struct draft_record *out, uint64_t room);

#endif
