/*
 * Submissions: what was sent and has to wait for a moderator before others see it.
 *
 * Handlers held, held_get, held_edit and held_withdraw (request.h), and what posting and deciding need of them. A submission is its
 * author's and the moderators' alone. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_SUBMISSIONS_H
#define LUNTAN_SERVER_FORUM_SUBMISSIONS_H

#include "moderation/content.h"
#include "server/forum/sifting.h"
#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/held.h"

/*
 * Keeps a submission of the actor's for this board, of the record's kind and texts, with the cause that was found (sifting.h), and puts it
 * into the queue. Gives it its id. Refuses with TOO_MANY.
 */
MUST_USE enum status submission_keep(struct request *r, const struct board_row *board, const struct sifted *sifted, struct held_record *held);

/* It waits no longer because what it was about is gone, or its author took it back: out of the queue. */
void submission_close(struct request *r, struct text id);

/* What a decision on it is about. `board`: where it would stand now. With its body. */
struct content submission_content(const struct held_row *held, uint64_t board);

/* Fills in the names of board and author, who decides, and what the last decision on it said. */
void submission_describe(struct request *r, struct held_row *held);

#endif
