/*
 * Searching what waits for a moderator: for those who may decide on it, and nobody else.
 *
 * It stands in no index; the items of the asker's queue are few, and looked through. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_SEARCH_WAITING_H
#define LUNTAN_SERVER_FORUM_SEARCH_WAITING_H

#include "server/forum/search_query.h"
#include "server/request.h"
#include "server/store/search.h"

enum {
    WAITING_EXAMINED = 500,              /* items that are looked through */
    WAITING_READ = 4 * 1024 * 1024,      /* bytes of their texts */
};

/* What is wanted, as the search of posts has it: of its filter author, tag, times and what is not wanted count. `board`: 0 for all. */
struct waiting_wanted {
    const struct search_query *query;
    const struct search_filter *filter;
    uint64_t board;
};

/* Items of the actor's queue whose submissions hold what is wanted, a page of them at most, encoded in the arena. */
struct items search_waiting(struct request *r, const struct waiting_wanted *wanted);

#endif
