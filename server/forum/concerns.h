/*
 * What people raise (热点难点): marks on posts, and who sees them.
 *
 * Handlers concern_mark and concerns (request.h), and what the digest shares with them. A mark is seen by moderators of the board on which
 * its post stands now, and only while that post stands. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_CONCERNS_H
#define LUNTAN_SERVER_FORUM_CONCERNS_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/concerns.h"

/* Boards whose concerns the actor sees, in the order in which boards are listed; in the arena. */
struct concern_boards {
    const struct board_row **rows;
    uint32_t count;
};

/* Refuses with FORBIDDEN, TOTP_NEEDED where the actor moderates nothing, BUSY. */
MUST_USE enum status concern_boards_find(struct request *r, struct concern_boards *out);

/* The place of a board among these; `count`: it is none of them. */
uint32_t concern_boards_place(const struct concern_boards *boards, uint64_t board);

/* A mark as it is answered. */
struct concern_record concern_describe(struct request *r, const struct concern_mark *mark, const struct board_row *board);

#endif
