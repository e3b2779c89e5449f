/*
 * Following the queue from a verb: the list, then what is new, has another state or is gone, each on a line as it happens.
 *
 * An event of the queue's topic says only that something changed; the list is asked for again, and what differs from what was shown is
 * shown. One thread; no memory is kept.
 */
#ifndef LUNTAN_TERMINAL_QUEUE_FOLLOW_H
#define LUNTAN_TERMINAL_QUEUE_FOLLOW_H

#include "terminal/terminal.h"

/* Shows the list that `in` asks for, its first page, and then its changes until the link is refused. `in.after` is absent. */
MUST_USE enum outcome queue_follow(struct terminal *t, struct queue_request *in);

#endif
