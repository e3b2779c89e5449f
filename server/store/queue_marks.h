/*
 * What changed in the queues of moderation, as it is stored: the sequence of each item's last change, board by board. Typed functions over
 * db.h; call them inside a transaction, on the thread that owns the db.
 *
 * Triggers mark an item whatever changes it; a mark has sequence 0 until store_marks_stamp, in the same transaction.
 */
#ifndef LUNTAN_SERVER_STORE_QUEUE_MARKS_H
#define LUNTAN_SERVER_STORE_QUEUE_MARKS_H

#include "server/store/db.h"

/* A board's queue in which items changed, and those who are not told of it. */
struct mark_row {
    uint64_t board; /* 0: the site's */
    uint64_t item;  /* from which some are kept, who are not told either; 0: none is */
    uint64_t author, barred;
};

/* What this transaction marked so far: query, then next until false, then query_end. */
struct query store_marks_new(struct db *db);
MUST_USE bool store_mark_next(struct query *q, struct mark_row *out);

/* The accounts that are kept from an item, at most `room`. Returns how many. */
size_t store_mark_withheld(struct db *db, uint64_t item, uint64_t *accounts, size_t room);

/* The sequence for new marks: `now`, UTC ms, or what is above all before. And gives it to them. */
uint64_t store_marks_next(struct db *db, int64_t now);
void store_marks_stamp(struct db *db, uint64_t seq);

/* The last change of a board's queue that `self` may learn of; 0: none. */
uint64_t store_marks_head(struct db *db, uint64_t board, uint64_t self);

#endif
