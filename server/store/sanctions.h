/*
 * Sanctions and appeals as they are stored. Typed functions over db.h; call them inside a transaction, on the thread that owns the db.
 *
 * A sanction ends when its time has come, without anybody doing anything: whoever asks compares `until` with the clock. Rows stay.
 */
#ifndef LUNTAN_SERVER_STORE_SANCTIONS_H
#define LUNTAN_SERVER_STORE_SANCTIONS_H

#include "moderation/policy.h"
#include "server/store/db.h"

struct sanction_row {
    uint64_t id, account, decision;
    uint64_t board;                /* 0: the whole site */
    enum sanction_kind kind;
    enum reason reason;
    struct text words;             /* in the arena */
    int64_t since, until, lifted;  /* UTC ms; until 0: not by itself; lifted 0: it was not */
};

/* Stores a new one, but for its decision, which refers to it; returns its number. */
uint64_t store_sanction_insert(struct db *db, const struct sanction_row *sanction);
void store_sanction_decided(struct db *db, uint64_t sanction, uint64_t decision);

MUST_USE bool store_sanction(struct db *db, uint64_t id, struct arena *arena, struct sanction_row *out);
/* The number of one of this kind in this scope that holds as of `now`; 0: none. */
uint64_t store_sanction_like(struct db *db, uint64_t account, enum sanction_kind kind, uint64_t board, int64_t now);
/* Ends it; false: it had been lifted before, or is not there. */
MUST_USE bool store_sanction_lift(struct db *db, uint64_t id, int64_t now);

/* The newest of an account: query, then next until false, then query_end. */
struct query store_sanctions(struct db *db, uint64_t account, uint64_t count);
MUST_USE bool store_sanction_next(struct query *q, struct arena *arena, struct sanction_row *out);

/* Fills in what holds against an actor as of `now`: bans, mutes and holds, the latter two in the arena. */
void store_sanctions_weigh(struct db *db, struct arena *arena, int64_t now, struct actor *out);

/* An appeal from a decision, with the queue's item made for it; and its words, absent where there is none. */
void store_appeal_insert(struct db *db, uint64_t decision, uint64_t item, int64_t time, struct text words);
struct text store_appeal_words(struct db *db, uint64_t decision, struct arena *arena);

#endif
