/*
 * What has to be done though nobody asks for it: the search index is built, and forgets what was taken out; the audit log's days are
 * closed.
 *
 * A thread of its own that gives the writer small jobs, one after the other, and leaves it at least as much time for others; nothing else
 * waits for it. Looks every few seconds whether there is something to do. Terms of withdrawn texts stay in older segments of the index
 * until these are merged: that is begun once they have been there for `merge_after_ms`, at the latest within a day.
 */
#ifndef LUNTAN_SERVER_INDEXER_H
#define LUNTAN_SERVER_INDEXER_H

#include <stdint.h>

struct store;
struct indexer;

enum { INDEXER_MERGE_AFTER_MS = 6 * 60 * 60 * 1000 };

/* After store_start. NULL: no memory or no thread. */
struct indexer *indexer_start(struct store *store, int64_t merge_after_ms);
/* Before store_close: waits for the job under way. NULL is nothing. */
void indexer_stop(struct indexer *indexer);

#endif
