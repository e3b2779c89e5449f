/*
 * Where one moderator is not enough: what names a moderator is taken away by two. The first decision is a proposal and changes nothing but
 * that whoever made it does not get the item again; the second confirms it by the same act, or decides otherwise.
 *
 * Straight-line code inside a request's transaction, on the writer.
 */
#ifndef LUNTAN_SERVER_FORUM_PROPOSING_H
#define LUNTAN_SERVER_FORUM_PROPOSING_H

#include "server/forum/queue.h"

/* Whether the act on this, by the actor, is but a proposal. */
bool proposing_needed(struct request *r, const struct matter *m, enum decision_act act);

/* Proposes it: the item stays open, for others. A post without an item gets one. */
void proposing_make(struct request *r, struct matter *m, enum decision_act act, enum reason reason, struct text words);

#endif
