/*
 * Notices: what happened that concerns one account, in that account's own topic.
 *
 * Straight-line code inside a request's transaction, as any handler.
 */
#ifndef LUNTAN_SERVER_FORUM_NOTICES_H
#define LUNTAN_SERVER_FORUM_NOTICES_H

#include "server/request.h"

/*
 * Stores a notice for `account` and names its event. `what` gives kind, board, thread, post, floor, title and
 * role; number, time, sequence and the actor's handle are filled in here. Nothing happens where the account
 * is the actor's own and `even_own` is false.
 */
void notice_add(struct request *r, uint64_t account, const struct notice_record *what, bool even_own);

/* The same for what moderation did: nobody is told who decided. `what` gives decision and held too. */
void notice_decided(struct request *r, uint64_t account, const struct notice_record *what);

#endif
