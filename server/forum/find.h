/*
 * Finding boards, threads and posts as the actor may see them.
 *
 * What may not be read is not found: one answer for what never existed and for what is hidden. Every handler
 * comes by its objects here, so that none forgets to ask. Straight-line code inside a request; rows are in
 * the request's arena.
 */
#ifndef LUNTAN_SERVER_FORUM_FIND_H
#define LUNTAN_SERVER_FORUM_FIND_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* The board with this slug or number, or with this number. Refuses with NOT_FOUND. */
MUST_USE enum status find_board(struct request *r, struct text slug_or_number, struct board_row *board);
MUST_USE enum status find_board_by_id(struct request *r, uint64_t id, const char *field, struct board_row *board);

/* The thread and the board it stands on. Refuses with GONE where it was removed, and could be read before. */
MUST_USE enum status find_thread(struct request *r, uint64_t id, struct thread_row *thread, struct board_row *board);

/* The account with this handle as somebody typed it; 0: there is none. */
uint64_t find_account(struct request *r, struct text handle);

/* The post without its body, its thread and the board. A deleted one is found: its tombstone can be seen. */
MUST_USE enum status find_post(struct request *r, uint64_t id, struct post_row *post, struct thread_row *thread,
                               struct board_row *board);

#endif
