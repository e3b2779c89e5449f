/*
 * The rules in force, compiled: made when they are first needed after a change, kept for whatever is sent after that.
 *
 * One for the process. The rules are the writer's alone, which compares their version with the store's; hits that a refusal would undo with
 * everything else that its request wrote are counted here until the next request that stays, and may be asked for on any thread.
 */
#ifndef LUNTAN_SERVER_FORUM_FILTERS_CACHE_H
#define LUNTAN_SERVER_FORUM_FILTERS_CACHE_H

#include "moderation/filter.h"
#include "server/request.h"

struct filter_cache;

/* NULL without memory. */
struct filter_cache *filter_cache_new(void);
void filter_cache_free(struct filter_cache *cache);

/* The rules as they stand in this transaction; the cache's until the next call. NULL: there is no memory for them. On the writer. */
const struct filter *filter_cache_rules(struct filter_cache *cache, struct request *r);

/* Memory for looking at one text, reset; the cache's. On the writer. */
struct arena *filter_cache_scratch(struct filter_cache *cache);

/* A rule hit what is refused. Any thread. */
void filter_cache_note(struct filter_cache *cache, uint64_t rule, int64_t time);
/* Stores what was noted. On the writer, in a request that goes on. */
void filter_cache_settle(struct filter_cache *cache, struct request *r);
/* What was noted of a rule and is not stored yet: how often, and when last, where that is later than `*last`. Any thread. */
uint64_t filter_cache_noted(struct filter_cache *cache, uint64_t rule, uint64_t *last);

#endif
