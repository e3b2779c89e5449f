/*
 * Who is told about a new post: whoever it answers, whom it mentions, and who watches.
 *
 * Each person gets one notice at most for one post, the first that applies in that order, and only where the
 * board can be read by that person. Straight-line code inside a request's transaction.
 *
 * Bounds: LIMIT_MENTIONS people by mention, and AUDIENCE_WATCHERS watchers, those who have been here longest.
 * Beyond that nobody is told by a notice, since it all happens in the post's own transaction; the unread state
 * of threads, which is exact for everybody, still shows the post.
 */
#ifndef LUNTAN_SERVER_FORUM_AUDIENCE_H
#define LUNTAN_SERVER_FORUM_AUDIENCE_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/threads.h"

enum {
    AUDIENCE_WATCHERS = 500,
    AUDIENCE_LOOKUPS = 64, /* of handles, for one post */
};

/* Tells people about a new post. `answered`: the account it answers, or 0. A thread's first post goes to the board's watchers. */
void audience_tell(struct request *r, const struct board_row *board, const struct thread_row *thread,
                   const struct post_record *post, uint64_t answered);

#endif
