/*
 * What people with power do, on record: handlers say it here, in the transaction of what they did.
 *
 * An entry that is left out cannot be made up for: whoever adds an act of power calls one of these before the answer. Any store thread;
 * only on the writer.
 */
#ifndef LUNTAN_SERVER_FORUM_AUDIT_H
#define LUNTAN_SERVER_FORUM_AUDIT_H

#include "server/request.h"
#include "server/store/queue_items.h"

/* An act named by its message: on which account, thread or board (0: none), with the program's own words on it. No person's text. Returns the
 * entry's number. */
uint64_t audit_act(struct request *r, uint64_t target, struct text detail);

/* The same by somebody whom the request does not yet know as its actor. */
uint64_t audit_act_of(struct request *r, uint64_t account, struct text handle, uint64_t target, struct text detail);

/* A decision as it is stored, after it was given its place. It comes into the public log where everybody could see what it is about. */
void audit_decision(struct request *r, const struct decision_row *decision);

#endif
