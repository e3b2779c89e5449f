/*
 * Flags: what members tell moderators about posts.
 *
 * Handlers flag and flags (request.h), and what the queue needs of them. Several flags on a post while it waits are one item; whoever
 * flagged hears what came of it, and nobody but moderators how many others did. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_FLAGS_H
#define LUNTAN_SERVER_FORUM_FLAGS_H

#include "server/request.h"

enum { FLAGS_ITEM = 200 }; /* on one item; all of them are told of its decision in one transaction */

/* Tells everybody who flagged what this item is about that it was decided. */
void flags_told(struct request *r, uint64_t item, const struct notice_record *about);

/* The flags on an item without their makers, for who decides on it; a page of them at most, encoded in the arena. */
struct items flags_on(struct request *r, uint64_t item);

#endif
