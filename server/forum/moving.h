/*
 * Moving a thread from one board to another: its place in both, the counts, who can read it, and what the topics are told.
 *
 * What feeds and searches make of it is the caller's. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_MOVING_H
#define LUNTAN_SERVER_FORUM_MOVING_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/threads.h"

/* So many threads a board keeps at its top. */
enum { THREADS_PINNED = 20 };

/* Moves it; both rows and the thread's are brought up to date. `reason`: what the old board's topic is told. */
void moving_thread(struct request *r, struct thread_row *thread, struct board_row *from, struct board_row *to, enum gone reason);

#endif
