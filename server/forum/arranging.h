/*
 * What moderators set on a thread: its place on a board; pinned, locked, featured; whether what is written in it waits.
 *
 * Handlers thread_set and move (request.h), and the same acts as decisions on what waits in the queue. Each is a decision: its author is told
 * what and why, never by whom, and from a lock, a hold and a move may appeal. One's own thread one arranges without giving reasons, but for what others decided on it. Straight-line
 * code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_ARRANGING_H
#define LUNTAN_SERVER_FORUM_ARRANGING_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/queue_items.h"
#include "server/store/threads.h"

/* A thread and where it stands; both rows are brought up to date. */
struct arranging {
    struct thread_row *thread;
    struct board_row *board;
    struct board_row *to; /* of a move, and of one that is undone: the other board */
};

/* Whether the act is one of these. */
bool arranging_is(enum decision_act act);

/* The board to which a thread goes: one that the actor moderates too, another one, and not the bin's. Refuses with NOT_FOUND, BAD_FIELD and as the policy does. */
MUST_USE enum status arranging_target(struct request *r, const struct board_row *from, struct text name, struct board_row *to);

/*
 * Decides: `row` gives act, reason, words, and of an item item and hash; all else of it is filled in, and it is stored. Where the thread is so
 * already only an item makes a decision of it: `row->id` stays 0. Refuses with BAD_FIELD for a reason that is owed, TOO_MANY for pins.
 */
MUST_USE enum status arranging_decide(struct request *r, const struct arranging *a, struct decision_row *row);

/* Undoes the decision where the thread still stands as it left it; what somebody decided since stays. `a->to` is filled in. */
void arranging_undo(struct request *r, struct arranging *a, const struct decision_row *decision);

#endif
