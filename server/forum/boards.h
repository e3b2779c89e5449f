/*
 * Boards: the list of them, and what administrators change about them.
 *
 * Handlers boards, board_create and board_set (request.h), and how a board is shown to whoever asks.
 */
#ifndef LUNTAN_SERVER_FORUM_BOARDS_H
#define LUNTAN_SERVER_FORUM_BOARDS_H

#include "server/request.h"
#include "server/store/boards.h"

/* Sets what the actor may do there now in a board's record. Unread counts stand in the list of boards alone: they cost more. */
void board_allow(const struct request *r, struct board_row *board);

#endif
