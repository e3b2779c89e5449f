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
#include "server/store/boards.h"

/* On whom, what, where (a zero row: the site), for how long, and why. */
struct sanction_terms {
    uint64_t account;
    enum sanction_kind kind;
    const struct board_row *board;
    uint64_t hours; /* 0: until it is lifted */
    enum reason reason;
    struct text words;
};

/*
 * Imposes it, for an actor who moderates there, and tells the person. `field` names the person in a refusal: FORBIDDEN where that is beyond
 * the actor's reach; BAD_FIELD for the terms; EXISTS (field kind) where one like it holds. Gives its number and its decision's.
 */
MUST_USE enum status sanction_impose(struct request *r, const struct sanction_terms *terms, const char *field, uint64_t *sanction,
                                     uint64_t *decision);

/* The sanction with this number, as the person and moderators are told of it. False: there is none. */
MUST_USE bool sanction_find(struct request *r, uint64_t sanction, struct sanction_record *out);

/* Ends a sanction before its time, and lets the person's connections know. Nothing happens where it has been lifted already. */
void sanction_end(struct request *r, uint64_t sanction);

#endif
