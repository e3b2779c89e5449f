/*
 * Rate limits per account (or address prefix) and kind of operation: token buckets, a table in memory.
 *
 * One table serves the whole process; any thread may ask. It has a fixed size, so that a flood of strangers
 * costs no memory: a new key takes the place of the bucket that has been full for longest. The kinds, their
 * bursts and their refill stand in rates.def.
 */
#ifndef LUNTAN_SERVER_RATE_H
#define LUNTAN_SERVER_RATE_H

#include "protocol/messages.h"

struct rate_table;

struct rate_table *rate_table_new(void);
void rate_table_free(struct rate_table *table);

/*
 * Takes one token for `message` from the bucket of `account`, or of `peer` (a keyed hash of an address prefix) for
 * a visitor. `now` in milliseconds, monotonic or not less than before. 0: go on; otherwise how long to wait,
 * in milliseconds. Messages without a row in rates.def are free.
 */
uint64_t rate_take(struct rate_table *table, const struct message *message, uint64_t account, uint64_t peer, int64_t now);

/*
 * The same for what the message is about, whoever asks: the handle that somebody logs in to, the account whose
 * code somebody types. `subject` is any number that stands for it. Only rows BY SUBJECT count here.
 */
uint64_t rate_take_subject(struct rate_table *table, const struct message *message, uint64_t subject, int64_t now);

#endif
