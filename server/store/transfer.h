/*
 * Export and import as rows: every table from a key on, and rows put back under the numbers that they had.
 *
 * Export reads inside a snapshot and lends bodies until the next step. Import writes inside a writer's
 * transaction; it tells nobody and decides nothing: callers check first.
 */
#ifndef LUNTAN_SERVER_STORE_TRANSFER_H
#define LUNTAN_SERVER_STORE_TRANSFER_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* ---- export ---- */

enum transfer {
    TRANSFER_BOARDS, TRANSFER_ACCOUNTS, TRANSFER_THREADS, TRANSFER_POSTS, TRANSFER_REVISIONS, TRANSFER_DRAFTS,
    TRANSFER_MARKS, TRANSFER_BASELINES, TRANSFER_WATCHES, TRANSFER_STUBS, TRANSFER_NOTICES,
};

/* A row's place in its table; zeros come before the first. What each part means is the table's business. */
struct transfer_key {
    uint64_t a, b, c;
};

struct transfer_row {
    struct transfer_key key;
    union {
        struct board_record board;
        struct account_record account; /* its number alone: accounts.h has the rest */
        struct thread_record thread;
        struct post_record post;
        struct revision_record revision;
        struct draft_record draft;
        struct mark_record mark;
        struct watch_record watch;
        struct notice_record notice;
    } record;
};

/* Rows above a key: query, then next until false, then query_end. */
struct query store_transfer(struct db *db, enum transfer table, struct transfer_key after, uint64_t count);
MUST_USE bool store_transfer_next(struct query *q, enum transfer table, struct arena *arena, struct transfer_row *out);

/* ---- import ---- */

/* Whether an import may go on: nobody has posted but imports. `begun`: whether one has written anything before. */
MUST_USE bool store_import_open(struct db *db, bool *begun);
/* Notes how far imports have come. */
void store_import_note(struct db *db);
/* Forgets all boards and what refers to them, where nothing stands on any. */
void store_import_clear_boards(struct db *db);

void store_import_created(struct db *db, uint64_t account, uint64_t created);
/* Headers and posts as their records say; counts, floors, newest posts and heads follow from the posts. */
void store_import_thread(struct db *db, const struct thread_record *thread, uint64_t author, struct arena *arena);
void store_import_post(struct db *db, const struct post_record *post, uint64_t author);
/* A stub: a floor whose post, which is there already, stands in another thread. */
void store_import_stub(struct db *db, const struct post_record *stub);
void store_import_revision(struct db *db, const struct revision_record *revision, uint64_t author);
/* `by`: who did it, 0 for nobody. The account's counts and head follow. */
void store_import_notice(struct db *db, uint64_t account, const struct notice_record *notice, uint64_t by);
/* The account's topic has come at least as far as `seq`. */
void store_import_head(struct db *db, uint64_t account, uint64_t seq);

/* A number above those of all accounts. */
uint64_t store_account_free(struct db *db);
/* Gives an account another number, which must be free, wherever it is referred to. */
void store_account_renumber(struct db *db, uint64_t from, uint64_t to);

#endif
