/*
 * Submissions as they are stored: what was sent and waits for a moderator. Typed functions over db.h; call them inside a transaction, on
 * the thread that owns the db.
 *
 * A submission is no post: it has no number, no floor, no sequence, and nothing that lists, counts, finds or publishes posts ever sees it.
 */
#ifndef LUNTAN_SERVER_STORE_HELD_H
#define LUNTAN_SERVER_STORE_HELD_H

#include "protocol/messages.h"
#include "server/store/db.h"

enum { HELD_ID = 16 }; /* bytes */

struct held_row {
    uint64_t no;               /* the order in which they were sent */
    struct held_record record; /* without names of board and author, and what the last decision said; body as the function says */
    uint64_t account;          /* 0: written without one */
    uint64_t board;
};

/* Stores a new one, with its body. */
void store_held_insert(struct db *db, const struct held_row *held, struct arena *arena);
/* One by its id, with or without its body; the texts are in the arena. */
MUST_USE bool store_held(struct db *db, struct text id, bool body, struct arena *arena, struct held_row *out);
/* How its body begins: so many characters, in the arena. */
struct text store_held_beginning(struct db *db, struct text id, uint64_t characters, struct arena *arena);
/* How many of the account wait or were returned. */
uint64_t store_held_open(struct db *db, uint64_t account);
/* How many threads and answers of an account were let through, counted up to `most`. */
uint64_t store_held_passed(struct db *db, uint64_t account, uint64_t most);
/* The edit of a post that waits or was returned, without its body; false: there is none. */
MUST_USE bool store_held_edit_of(struct db *db, uint64_t post, struct arena *arena, struct held_row *out);

/* An account's below a number, newest first, without bodies: query, then next until false, then query_end. `open`: only what waits or was returned. */
struct query store_held_list(struct db *db, uint64_t account, uint64_t before, bool open, uint64_t count);
MUST_USE bool store_held_next(struct query *q, struct arena *arena, struct held_row *out);

/* Its author changed it: title, tags, body, version, state and sent are stored anew. */
void store_held_mend(struct db *db, const struct held_row *held, struct arena *arena);
/* After a decision: state, decision and post. */
void store_held_settle(struct db *db, const struct held_row *held);

/* Keeps what it says now, by the hash that a decision on it would carry; the oldest beyond a few go. `returned`: a moderator returned it so. */
void store_held_version_keep(struct db *db, const struct held_record *held, struct text hash, bool returned);
/* The version with this hash; absent: the last that was returned. In the arena. False: there is none. */
MUST_USE bool store_held_version(struct db *db, struct text held, struct text hash, struct arena *arena, struct text *title, struct text *body);
void store_held_versions_drop(struct db *db, struct text held);

#endif
