/*
 * Figures of moderation as they are stored: sums by day, board and moderator. Typed functions over db.h; call them inside a transaction, on
 * the thread that owns the db.
 *
 * They are counted in the transaction of every decision, by the functions that store it, so that no handler can forget to; what is asked
 * costs as many rows as days and moderators, whatever was ever decided.
 */
#ifndef LUNTAN_SERVER_STORE_FIGURES_H
#define LUNTAN_SERVER_STORE_FIGURES_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* What is counted; the values are stored. */
enum figure_what {
    FIGURE_ACT = 0,        /* a decision: its act */
    FIGURE_WAIT = 1,       /* how long its item had waited: the number of an edge, or how many there are: longer than the last */
    FIGURE_CAUSE = 2,      /* why that was in the queue: FIGURE_KIND * item_kind + hold_cause */
    FIGURE_APPEALED = 3,   /* appealed from */
    FIGURE_OVERTURNED = 4, /* and overturned */
    FIGURE_CONCERNING = 5, /* a decision about somebody else who has an account: its act */
};
enum { FIGURE_KIND = 256 };

/* Counts a decision that was just stored. */
void store_figure_decided(struct db *db, uint64_t decision);
/* Counts that it was appealed from, or overturned. */
void store_figure_appealed(struct db *db, uint64_t decision, enum figure_what what);

/* One sum. */
struct figure_row {
    enum figure_what what;
    uint64_t value, count;
};

/* Sums over the days from `day` (period_day) on, of a moderator or a board: query, then next until false, then query_end. */
struct query store_figures_of_actor(struct db *db, uint64_t actor, int64_t day);
struct query store_figures_of_board(struct db *db, uint64_t board, int64_t day);
MUST_USE bool store_figure_next(struct query *q, struct figure_row *out);

/* The lowest account above `after` that ever decided; 0: there is none. */
uint64_t store_figure_next_actor(struct db *db, uint64_t after);

/* The edges of waiting times, rising, in ms; returns how many, at most `room`. */
size_t store_figure_waits(struct db *db, uint64_t *edges, size_t room);

/* How many items of a board wait now, `most` at most; and since when the oldest does, 0: none. */
uint64_t store_items_waiting(struct db *db, uint64_t board, uint64_t most);
int64_t store_items_oldest(struct db *db, uint64_t board);

#endif
