/*
 * Carrying decisions out on what is visible: a post becomes a tombstone or comes back, a thread goes to the bin or returns from it.
 *
 * Everything that shows a post follows in the same transaction: its thread's topic, the search index, the feeds. What comes back stands
 * where it stood, with its floor, its number and its place in every list. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_VERDICTS_H
#define LUNTAN_SERVER_FORUM_VERDICTS_H

#include "moderation/content.h"
#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* Leaves a tombstone in place of a post that is visible or hidden; its text is kept. `state`: HIDDEN or REMOVED, with the rule that it broke. */
void verdict_take(struct request *r, struct board_row *board, struct thread_row *thread, struct post_row *post, enum post_state state,
                  enum reason reason);
/* Brings back a hidden or removed post. */
void verdict_give_back(struct request *r, struct board_row *board, struct thread_row *thread, struct post_row *post);

/* Moves the thread to the bin, which is made when it is first needed. Refuses with TOO_MANY where it has more than LIMIT_REMOVED_FLOORS floors. */
MUST_USE enum status verdict_bin(struct request *r, struct board_row *board, struct thread_row *thread);
/* Moves it back to where it was. Refuses with NOT_FOUND where that board is no more. */
MUST_USE enum status verdict_unbin(struct request *r, struct board_row *bin, struct thread_row *thread);

/* The text of a post as a moderator sees it: of what was hidden or removed the one that was kept; absent once its author deleted it. In the arena. */
struct text verdict_text(struct request *r, const struct post_row *post);

/* What a decision on a post is about: its place, its text, and of an opening one the title and tags. */
struct content verdict_content(const struct post_row *post, const struct thread_row *thread, struct text body);

#endif
