/*
 * Moving posts from one thread to another: their new floors, the stubs that they leave, and everything that goes by thread and floor.
 *
 * A post keeps its number, its revisions and its state. It goes to the end of the other thread, or, where it has stood there before, back
 * to its old floor, so that putting posts back undoes a move. An answer to a floor that came along answers its new floor; one to a floor
 * that stayed answers none, and its text is as it was. What waits for a moderator, watches and read state follow; feeds, search, counts and
 * topics are brought up to date. Straight-line code inside a request's transaction; whether it may be done is the caller's.
 */
#ifndef LUNTAN_SERVER_FORUM_MOVING_POSTS_H
#define LUNTAN_SERVER_FORUM_MOVING_POSTS_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/moved.h"

struct moving_posts {
    struct board_row *from_board, *to_board; /* one row where it is one board */
    struct thread_row *from, *to;            /* brought up to date, like the boards */
    struct post_row *posts;                  /* in rising order of floors, without bodies; at the end as they stand then */
    size_t count;
    bool starts;                             /* `to` is new and has no floor yet */
};

/*
 * Moves them. Where none is left in `from`, that thread leaves its board and leads to the other one. OK, or BUSY without memory.
 */
MUST_USE enum status moving_posts(struct request *r, struct moving_posts *m);

#endif
