/*
 * What the hub's book writes down: changes, queued in order and written once a second as one transaction. Private to the hub;
 * its thread only, but for push_rows_load.
 *
 * What is written is never waited for: after a crash subscribers may get once more what they had within the last second.
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_ROWS_H
#define LUNTAN_SERVER_FEEDS_PUSH_ROWS_H

#include <stdbool.h>

#include "server/store/push.h"

struct push_rows;
struct push_book;
struct store;

/* NULL: no memory. */
struct push_rows *push_rows_new(struct store *store);
/* NULL is nothing. */
void push_rows_free(struct push_rows *rows);

/* Fills the book, before the store's threads run. False: that failed. */
MUST_USE bool push_rows_load(struct store *store, struct push_book *book);

/* Each queues one change; the row's texts are copied. */
void push_rows_topic(struct push_rows *rows, const struct push_topic_row *row);
void push_rows_subscription(struct push_rows *rows, const struct push_subscription_row *row);
void push_rows_drop_topic(struct push_rows *rows, uint64_t id);
void push_rows_drop_subscription(struct push_rows *rows, uint64_t id);

/* Gives what is queued to the store, unless it still works on what it got last. */
void push_rows_write(struct push_rows *rows);
/* Writes everything and waits until that is done, or was tried and failed. */
void push_rows_finish(struct push_rows *rows);

#endif
