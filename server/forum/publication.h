/*
 * Publishing: what becomes visible, changes visibly or is withdrawn goes into the logs of the feeds that it belongs to.
 *
 * Called by every handler after it has stored the post; straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_PUBLICATION_H
#define LUNTAN_SERVER_FORUM_PUBLICATION_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* Whether feeds of everybody may hold what stands on the board. */
bool publication_is_public(const struct board_row *board);

/* Where a post that becomes visible on the board will stand; for store_post_insert, before publication_add. */
struct feed_standing publication_standing(const struct board_row *board);

/* The post is visible for the first time. */
void publication_add(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post);
/* The same for one that was stored without its standing. */
void publication_take(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post);
/* Its text has visibly changed; not for edits marked as minor. */
void publication_change(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post);
/* It is no longer visible: a tombstone goes wherever it stands. */
void publication_withdraw(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post);
/* Something that feeds show of the post is another, and none of them shows it anew: a minor edit. */
void publication_touch(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post);
/*
 * The post stands in another thread now, and perhaps on another board: their feeds get it, and those of what everybody reads where it was in
 * none of them. It is no news there: its text has not changed. The caller says that names changed (request_renames).
 */
void publication_resettle(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post);
/* The thread stands on another board now; that one's feed gets the opening post, and others too where it was not public before. */
void publication_move(struct request *r, const struct board_row *to, const struct thread_row *thread);

#endif
