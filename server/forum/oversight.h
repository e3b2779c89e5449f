/*
 * What the handlers of moderation have in common: whose boards they are, whom a handle means, whether a reason was given.
 *
 * Straight-line code inside a request's transaction, as any handler.
 */
#ifndef LUNTAN_SERVER_FORUM_OVERSIGHT_H
#define LUNTAN_SERVER_FORUM_OVERSIGHT_H

#include "server/request.h"
#include "server/store/boards.h"

/* Whether the actor moderates the board; a zero row: the site. OK, or why not. */
MUST_USE enum status oversight_of(struct request *r, const struct board_row *board);

/* Refuses with why not, in the words of somebody for whom what `field` names does not exist. */
MUST_USE enum status oversight_refuse(struct request *r, enum status status, const char *field);

/* The board with this number, for whoever moderates it; 0: the site, with a zero row. False: it is none of the actor's. */
bool oversight_board(struct request *r, uint64_t id, struct board_row *board);

/* Whether the actor moderates anything at all: OK, FORBIDDEN, TOTP_NEEDED. */
MUST_USE enum status oversight_anywhere(struct request *r);

/*
 * Whom a list is about: absent, oneself; another only for those who moderate something. Refuses with FORBIDDEN, TOTP_NEEDED before it
 * looks for the handle, and with NOT_FOUND.
 */
MUST_USE enum status oversight_whom(struct request *r, struct text handle, uint64_t *account);

/* A reason with its words: `reason` is needed, and words with the reason other. Refuses with BAD_FIELD. */
MUST_USE enum status oversight_reason(struct request *r, enum reason reason, struct text words);

/* The reason of a decision: as above where one is owed; where none is, words alone will do. */
MUST_USE enum status oversight_why(struct request *r, enum decision_act act, enum reason reason, struct text words);

#endif
