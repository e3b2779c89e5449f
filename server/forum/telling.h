/*
 * Telling the topics of a board and a thread what changed.
 *
 * An event is the same for every subscriber: it holds nothing that depends on who reads it. Straight-line
 * code inside a request's transaction; the rows have been stored with the sequences told here.
 */
#ifndef LUNTAN_SERVER_FORUM_TELLING_H
#define LUNTAN_SERVER_FORUM_TELLING_H

#include "server/request.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/*
 * Tells the thread's topic about a post in its present state, its body cut to LIMIT_EVENT_BODY. `blanks`: the
 * post's earlier text is to be forgotten.
 */
void tell_post(struct request *r, const struct post_record *post, bool blanks);

/* The same of a post that came from another thread among many, with at most `most` bytes of its body. */
void tell_arrival(struct request *r, const struct post_record *post, size_t most);

/* Tells the board's topic about a thread's header, at the sequence that it holds. */
void tell_board(struct request *r, const struct thread_record *thread);

/* Tells the thread's own topic about its header, at `seq`. */
void tell_thread(struct request *r, const struct thread_record *thread, uint64_t seq);

/* Tells a board's topic that a thread stands there no longer. */
void tell_gone(struct request *r, uint64_t board, uint64_t seq, const struct gone_record *gone);

/* Cuts a post's body for an event. */
void tell_cut(struct post_record *post);

#endif
