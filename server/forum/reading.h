/*
 * Read state: up to where an account has read, what it watches, and what is therefore unread.
 *
 * Handlers mark, mark_board, watch_set, watches, notices and notices_mark (request.h), and what lists of
 * boards and threads show of it. One high-water mark per account and thread; one baseline per account and
 * board, a post's number up to which everything counts as read. A thread is unread where its newest post
 * is above the baseline, its highest floor above the mark, and somebody else wrote last.
 */
#ifndef LUNTAN_SERVER_FORUM_READING_H
#define LUNTAN_SERVER_FORUM_READING_H

#include "server/request.h"

/* Sets `unread` and `unread_more` of a board as the actor sees it; examines at most LIMIT_UNREAD_EXAMINED threads. */
void reading_fill_board(struct request *r, struct board_record *board);

/*
 * Sets `read_floor`, `unread` and `watched` of a thread as the actor sees it; `floors`, `activity`, `board` and
 * `id` are set. `last_author` is the account that wrote last.
 */
void reading_fill_thread(struct request *r, uint64_t last_author, struct thread_record *thread);

#endif
