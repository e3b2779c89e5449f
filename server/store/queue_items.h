/*
 * The queue of moderation as it is stored: items, claims, and the decisions made. Typed functions over db.h; call them inside a
 * transaction, on the thread that owns the db.
 *
 * The queue is read by index, board by board, whatever its length. Rows stay: what was decided can be asked for.
 */
#ifndef LUNTAN_SERVER_STORE_QUEUE_ITEMS_H
#define LUNTAN_SERVER_STORE_QUEUE_ITEMS_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* How grave an item is; the higher come first. */
enum gravity {
    GRAVITY_HELD = 10,
    GRAVITY_FLAGGED = 20,
    GRAVITY_MANY_FLAGS = 30, /* several people flagged it, or for a grave reason */
    GRAVITY_APPEAL = 40,
    GRAVITY_MOST = 255,
};

struct item_row {
    uint64_t id, board, thread, post, author, barred, flags, appealed, claimant, decision, gravity;
    enum item_kind kind;
    enum reason reason;
    enum hold_cause cause;   /* of what is held: for store_item_insert alone */
    int64_t created, lease;  /* UTC ms; until when the claim holds */
    struct text held;        /* 16 bytes, or absent; in the arena */
    bool open;
};

/* Makes an open item; returns its number. */
uint64_t store_item_insert(struct db *db, const struct item_row *item);
MUST_USE bool store_item(struct db *db, uint64_t id, struct arena *arena, struct item_row *out);
/* The open item of a post's flags; 0: none. And of a submission. */
uint64_t store_item_of_post(struct db *db, uint64_t post);
uint64_t store_item_of_held(struct db *db, struct text held);
/* One more flag; its gravity is at least that. */
void store_item_flagged(struct db *db, uint64_t item, enum gravity gravity);
/* What somebody is shown of a board's queue. */
struct item_filter {
    uint64_t board;
    uint64_t gravity, after; /* after this item of that gravity; GRAVITY_MOST and 0: from the beginning */
    uint64_t self;           /* whose queue it is: nothing of that account's own, nor what it decided before */
    bool unclaimed;          /* without what others have claimed as of `now` */
    int64_t now;
    uint64_t count;
    const enum item_kind *kind; /* these alone; NULL: all */
    uint64_t author;            /* what this account wrote; 0: all */
    enum hold_cause cause;      /* what is held for this cause; NONE: all */
    struct text rule;           /* what this filter's rule hit; absent: all */
};

/* Open items, the gravest first, of equal ones the oldest: query, then next until false, then query_end. */
struct query store_items(struct db *db, const struct item_filter *filter);
MUST_USE bool store_item_next(struct query *q, struct arena *arena, struct item_row *out);

/* The thread stands on another board: what waits about it is that board's. */
void store_items_moved(struct db *db, uint64_t thread, uint64_t board);

/* Sets the claim; claimant 0 takes it away. */
void store_item_claim(struct db *db, uint64_t item, uint64_t claimant, int64_t lease);
/* It is open no longer. `decision` 0: withdrawn or settled otherwise. */
void store_item_close(struct db *db, uint64_t item, uint64_t decision);

/* Not to this account again, and nobody's claim. */
void store_item_bar(struct db *db, uint64_t item, uint64_t account);
/* The next open item about something in the thread, above a number; 0: none. */
uint64_t store_item_of_thread(struct db *db, uint64_t thread, uint64_t after);
/* Who never gets the item: one more; nobody; whether this account does not. */
void store_item_withhold(struct db *db, uint64_t item, uint64_t account);
void store_item_withheld_none(struct db *db, uint64_t item);
MUST_USE bool store_item_withheld(struct db *db, uint64_t item, uint64_t account);

/* What a first moderator proposed, where a second has to agree. */
struct proposal_row {
    uint64_t item, account;
    enum decision_act act;
    enum reason reason;
    int64_t time;
    struct text words, hash;
};

/* In place of an earlier one on the item. */
void store_proposal_put(struct db *db, const struct proposal_row *proposal);
MUST_USE bool store_proposal(struct db *db, uint64_t item, struct arena *arena, struct proposal_row *out);

struct decision_row {
    uint64_t id, actor, board, thread, post, account, item, sanction;
    uint64_t target;         /* of a move: the board to which the thread went */
    enum decision_act act;
    enum reason reason;
    enum appeal_state appeal;
    int64_t time;
    struct text words, held, title, hash;
    bool edited;
    bool pinned;             /* of a move: that the thread was pinned where it stood before */
};

uint64_t store_decision_insert(struct db *db, const struct decision_row *decision);
/* Who last decided to lock, hold or move (`act`) the thread, and was not overturned; 0: nobody. */
uint64_t store_decision_arranged(struct db *db, uint64_t thread, enum decision_act act);
/* After what was held became a post: thread, post and edited are stored anew. */
void store_decision_placed(struct db *db, const struct decision_row *decision);
MUST_USE bool store_decision(struct db *db, uint64_t id, struct arena *arena, struct decision_row *out);
/* About an account, below a number, newest first: query, then next until false, then query_end. */
struct query store_decisions(struct db *db, uint64_t account, uint64_t before, uint64_t count);
MUST_USE bool store_decision_next(struct query *q, struct arena *arena, struct decision_row *out);
void store_decision_appealed(struct db *db, uint64_t decision, enum appeal_state state);

#endif
