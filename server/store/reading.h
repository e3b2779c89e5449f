/*
 * Read state, watches and notices as they are stored. Typed statements; writes inside a writer's
 * transaction only.
 */
#ifndef LUNTAN_SERVER_STORE_READING_H
#define LUNTAN_SERVER_STORE_READING_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* One high-water mark, or a board's baseline; 0 where there is none. They only rise. */
uint64_t store_mark(struct db *db, uint64_t account, uint64_t thread);
void store_mark_raise(struct db *db, uint64_t account, uint64_t thread, uint64_t floor);
uint64_t store_baseline(struct db *db, uint64_t account, uint64_t board);
void store_baseline_raise(struct db *db, uint64_t account, uint64_t board, uint64_t post);

/*
 * Unread threads of a board above a baseline, newest first: examines `examine` threads at most and stops
 * counting at `most`; `more` says whether either bound was met.
 */
uint64_t store_unread(struct db *db, uint64_t account, uint64_t board, uint64_t baseline, uint64_t examine,
                      uint64_t most, bool *more);

bool store_watch(struct db *db, uint64_t account, enum topic kind, uint64_t id);
uint64_t store_watch_count(struct db *db, uint64_t account);
void store_watch_set(struct db *db, uint64_t account, enum topic kind, uint64_t id, bool on);
/* Watches after (kind, id), in that order; returns how many were given. */
uint64_t store_watch_page(struct db *db, uint64_t account, enum topic kind, uint64_t id, struct watch_record *out,
                          uint64_t room);

/* A notice with what decides whether its title may be shown. */
struct notice_row {
    struct notice_record notice;
    uint64_t stands_on; /* the board of its thread now; 0 for none */
};

/* Gives the account's next notice its number and sequence, and stores it. `actor` is who did it, 0 for nobody. */
void store_notice_insert(struct db *db, uint64_t account, uint64_t actor, struct notice_record *notice);
/* Notices below `before`, newest first; or changed after `since`, in order. `read` is set. Return how many were given. */
uint64_t store_notice_page(struct db *db, uint64_t account, uint64_t before, struct arena *arena,
                           struct notice_row *out, uint64_t room);
uint64_t store_notice_since(struct db *db, uint64_t account, uint64_t since, struct arena *arena,
                            struct notice_row *out, uint64_t room);

struct notice_state {
    uint64_t head;    /* of the account's topic */
    uint64_t last;    /* number of the last notice */
    uint64_t read;    /* up to which they were marked as read */
};
struct notice_state store_notice_state(struct db *db, uint64_t account);
/* Marks as read up to `id`, and moves that notice to `seq`. False: that far was read already. */
bool store_notice_read(struct db *db, uint64_t account, uint64_t id, uint64_t seq);

/* The next sequence of an account's topic. */
uint64_t store_account_bump(struct db *db, uint64_t account);

#endif
