/*
 * The topic of a queue: that something changed among what waits for a decision, be it made, claimed, given back, mended, moved or decided.
 *
 * A change of this topic is bare: it names no item. Whoever is told asks for the queue again, where it is decided what each person may see;
 * and who may not decide on the item, because it is their own or they decided before, is not told at all. Sequences are times, and a head is
 * that of who asks, so that neither betrays what was left out. Topic 0 is all that one may decide on, the site's own queue included.
 *
 * Straight-line code inside a transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_QUEUE_TOPIC_H
#define LUNTAN_SERVER_FORUM_QUEUE_TOPIC_H

#include "server/request.h"

/* The last change of topic `id` that the actor may learn of, who may follow it (policy_may_follow_queue); 0: none. */
uint64_t queue_topic_head(struct db *db, struct arena *arena, const struct actor *actor, uint64_t id);

/* At the end of a write: gives what it changed in queues its sequence, and tells. */
void queue_topic_tell(struct request *r);

#endif
