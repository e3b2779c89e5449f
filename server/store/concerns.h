/*
 * Posts that moderators marked as concerns, as they are stored. Typed functions over db.h; call them inside a transaction, on the thread
 * that owns the db.
 *
 * Periods are read by index. What does not stand (hidden, removed, deleted) is not listed.
 */
#ifndef LUNTAN_SERVER_STORE_CONCERNS_H
#define LUNTAN_SERVER_STORE_CONCERNS_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* Marks a post, or marks it otherwise: the time is then that of the first mark. */
void store_concern_set(struct db *db, uint64_t post, enum concern_kind kind, uint64_t actor, int64_t time, struct text words);
/* Takes the mark back. False: there was none. */
bool store_concern_drop(struct db *db, uint64_t post);
/* How a post is marked; NONE: it is not. `words` may be NULL; in the arena. */
enum concern_kind store_concern_of(struct db *db, uint64_t post, struct arena *arena, struct text *words);

/* Where a marked post stands. */
struct concern_mark {
    uint64_t post, thread, floor, board;
    enum concern_kind kind;
    int64_t time;
};

/* Those marked from a time on and before another, in order: query, then next until false, then query_end. */
struct query store_concerns(struct db *db, int64_t from, int64_t to, uint64_t count);
/* Those marked from a time on, backwards from before (time, post). */
struct query store_concerns_back(struct db *db, int64_t from, int64_t time, uint64_t post, uint64_t count);
MUST_USE bool store_concern_next(struct query *q, struct concern_mark *out);

/* The rest of what a mark says: words, by, title and posted are set. */
void store_concern_whole(struct db *db, uint64_t post, struct arena *arena, struct concern_record *out);

/* The lowest number of a post made at a time or later; above all numbers where there is none. */
uint64_t store_post_since(struct db *db, int64_t time);

/* How many answers from the post `first` on and before `end` stand in a thread, `most` at most, and how many people wrote these. */
void store_thread_activity(struct db *db, uint64_t thread, uint64_t first, uint64_t end, uint64_t most, uint64_t *posts, uint64_t *people);

#endif
