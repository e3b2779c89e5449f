/*
 * Deciding on what waits in the queue, and on posts as they stand.
 *
 * Handler decide (request.h), and the same for whoever decides on several items at once. Straight-line code inside a request's transaction,
 * on the writer.
 */
#ifndef LUNTAN_SERVER_FORUM_DECISIONS_H
#define LUNTAN_SERVER_FORUM_DECISIONS_H

#include "server/request.h"

/* Decides, by the actor, and tells whom it concerns. Refuses as `decide` does: whoever calls it undoes what a refused one has written. */
MUST_USE enum status decision_make(struct request *r, const struct decide_request *in, struct decide_reply *out);

#endif
