/*
 * Sanctions: warnings, mutes, bans and holds.
 *
 * Handlers sanctions, sanction and sanction_lift (request.h). A sanction is a decision about a person, who is told why, where and until
 * when, and can appeal (appeals.h). What it keeps the person from is the policy's business (moderation/policy.h), which asks the clock: no
 * timer ends it. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_SANCTIONS_H
#define LUNTAN_SERVER_FORUM_SANCTIONS_H

#include "server/request.h"

/* Ends a sanction before its time, and lets the person's connections know. Nothing happens where it has been lifted already. */
void sanction_end(struct request *r, uint64_t sanction);

#endif
