/*
 * Decisions as whom they concern sees them, and appeals from them.
 *
 * Handlers decisions and appeal (request.h), and what the deciding of an appeal needs. An appeal is an item of the queue for anybody who
 * decides on that board but its maker and the appellant. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_APPEALS_H
#define LUNTAN_SERVER_FORUM_APPEALS_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/queue_items.h"

enum { DECISION_BYTES = 4 * (LIMIT_WORDS + LIMIT_TITLE + LIMIT_SLUG + 2 * LIMIT_HANDLE) + 192 }; /* of one on the wire, at most */

/* A decision as it is listed; `by` to others than whom it concerns. `board`: a zero row where it is the site's. */
struct decision_record decision_describe(struct request *r, const struct decision_row *row, const struct board_row *board);

/* Until when whom it concerns can appeal from it, UTC ms; 0: not any more, or never. */
uint64_t appeal_until(const struct request *r, const struct decision_row *row);

/*
 * The appeal from `appealed` was decided on: notes it there, and ends the sanction where that was one and is overturned. What became of a
 * post or submission, and telling the appellant, is for whoever decided.
 */
void appeal_settled(struct request *r, const struct decision_row *appealed, bool overturned);

#endif
