/*
 * The audit log as it is stored: a chain of entries (protocol/chain.h) that is only ever added to. Typed functions over db.h; call them
 * inside a transaction, on the thread that owns the db.
 *
 * The first entry says that the chain begins. Each day in China (UTC+8) ends with an entry of its own, whether or not anything happened,
 * so that a day's head tells nobody how much did.
 */
#ifndef LUNTAN_SERVER_STORE_AUDIT_H
#define LUNTAN_SERVER_STORE_AUDIT_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* An entry's place in the public log. */
struct audit_shown {
    uint64_t board; /* 0: the whole site's */
};

/*
 * Adds an entry: `entry` says time, actor, by, act, target, detail, decision, reason, words and content as far as they apply; `shown` where
 * the public log has it, NULL: it has not. Number, salt and hash are made here, and the days that ended before it are closed first.
 * Returns the number.
 */
uint64_t store_audit_append(struct db *db, const struct audit_record *entry, const struct audit_shown *shown);

/* Closes the days that are over. False: there was nothing to close. */
bool store_audit_close(struct db *db, int64_t now);

/* Entries from a number on, in their order: query, then next until false, then query_end. */
struct query store_audit_from(struct db *db, uint64_t from, uint64_t count);
/* Those in the public log, of one board or with 0 of all, below a number of that log, the newest first. */
struct query store_audit_public(struct db *db, uint64_t board, uint64_t before, uint64_t count);
MUST_USE bool store_audit_next(struct query *q, struct arena *arena, struct audit_record *out);

/* The heads of days before this one, the newest first; an absent day: all. Query, then next until false, then query_end. */
struct query store_audit_days(struct db *db, struct text before, uint64_t count);
MUST_USE bool store_audit_day_next(struct query *q, struct arena *arena, struct head_record *out);

#endif
