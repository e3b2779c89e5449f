/*
 * Boards in the store: their rows, policies and counts. Typed functions over db.h; call them inside a
 * transaction, on the thread that owns the db.
 *
 * A board's row also carries the head of its topic, its counts and its newest post, so that no list ever
 * counts anything.
 */
#ifndef LUNTAN_SERVER_STORE_BOARDS_H
#define LUNTAN_SERVER_STORE_BOARDS_H

#include "moderation/policy.h"
#include "server/store/db.h"

/* A board as it is stored. Texts are in the arena that was given. */
struct board_row {
    struct board_record record; /* without what depends on the asker: unread, may_ */
    struct board_policy policy; /* the same as the record says */
    uint64_t head;              /* the sequence of its topic */
    uint64_t last_post;         /* the number of the newest post that stands here, or 0 */
};

/*
 * Makes a board of the record's slug, names, kind, texts, policy and `created`; a record without a position
 * goes to the end, one with an id keeps it. Returns its number. The slug must be free.
 */
uint64_t store_board_insert(struct db *db, const struct board_record *board);

/* Replaces everything that board_insert stores, in the row with the record's id. */
void store_board_update(struct db *db, const struct board_record *board);

/* The board with this number. */
MUST_USE bool store_board_row(struct db *db, uint64_t id, struct arena *arena, struct board_row *out);

/* The board with this slug, or with this number where the text is digits only. */
MUST_USE bool store_board_resolve(struct db *db, struct text slug_or_number, struct arena *arena, struct board_row *out);

/* The board of a kind of which there is one; false: there is none yet. */
MUST_USE bool store_board_of_kind(struct db *db, enum board_kind kind, struct arena *arena, struct board_row *out);

/* All boards in their order: query, then next until false, then query_end. */
struct query store_boards(struct db *db);
MUST_USE bool store_board_next(struct query *q, struct arena *arena, struct board_row *out);

/* Counts one more post, and `threads` more threads, and sets the newest post and the topic's head. */
void store_board_posted(struct db *db, uint64_t board, uint64_t threads, uint64_t post, int64_t time, uint64_t head);

/* Sets the topic's head after a change of something on the board. */
void store_board_told(struct db *db, uint64_t board, uint64_t head);

/*
 * After threads came or went: adds `threads` and `posts` (negative where they went), finds the newest post anew by
 * the index, sets the head.
 */
void store_board_resettled(struct db *db, uint64_t board, int64_t threads, int64_t posts, uint64_t head);

#endif
