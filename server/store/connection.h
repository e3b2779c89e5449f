/*
 * Private to the engine: what a `struct db` is, how it is opened, and the transactions around a job.
 *
 * A connection is used by one thread at a time: SQLite runs in multi-thread mode, without a mutex per
 * connection. Two things may be done to it from elsewhere: the writer may evict a reader's snapshot that
 * keeps the write-ahead log from being emptied, and it reads how old that snapshot is. Transactions and
 * savepoints are the engine's, never a job's; they work whether or not a statement of the job has failed.
 */
#ifndef LUNTAN_SERVER_STORE_CONNECTION_H
#define LUNTAN_SERVER_STORE_CONNECTION_H

#include <sqlite3.h>
#include <stdatomic.h>

#include "server/store/db.h"
#include "server/store/store.h"

enum db_role { DB_WRITER, DB_READER };

struct db {
    sqlite3 *handle;
    sqlite3_stmt *statements[STATEMENTS]; /* NULL where a reader has no business with it */
    enum db_role role;
    const uint8_t *epoch;       /* the store's */
    int64_t stamp;              /* of the present job, on the writer; UTC ms */
    uint64_t changes;           /* of the statement that ended last */
    unsigned unended;           /* queries that the present job has not ended */
    bool failed;                /* a statement of the present job has failed */
    bool released;              /* the present job has given up its snapshot */
    bool empty_log;             /* the log is to be emptied after this commit */
    int64_t complained;         /* when a failure was last logged: one line a second is enough; monotonic ms */
    _Atomic int64_t since;      /* when the present snapshot began, monotonic ms; 0: there is none */
    atomic_bool evicted;        /* the present snapshot has to go */
};

/*
 * Opens `path` and settles what concerns the connection alone; nothing is written. Readers open read-only.
 * `vfs` may be NULL. NULL with `refusal` filled if it cannot be opened.
 */
struct db *db_open(const char *path, const char *vfs, enum db_role role, struct store_refusal *refusal);

/* Gives a database that is known to be ours its write-ahead log, and the writer its ways of writing. */
MUST_USE bool db_use_log(struct db *db, struct store_refusal *refusal);

/* Prepares every statement of the table; on a reader those that only read. Needs the newest schema. */
MUST_USE bool db_prepare(struct db *db, struct store_refusal *refusal);

void db_close(struct db *db);

/* Runs SQL of the engine's own (pragmas, migrations). SQLite's result code. */
int db_execute(struct db *db, const char *sql);

/* Marks the present job's work as failed, and logs why: SQLite's code, and which statement it was. */
void db_fail(struct db *db, enum statement name, int code);

/* Which statement of the connection this is; STATEMENTS if none. */
enum statement db_statement(const struct db *db, const sqlite3_stmt *statement);

/* Calls the job's `run`: whether what it did is to be kept. False when it says so or a statement failed. */
MUST_USE bool db_run_job(struct db *db, struct job *job);

/* Transactions. Each says whether it worked; db_rollback always leaves the connection outside of one. */
MUST_USE bool db_begin_write(struct db *db);
MUST_USE bool db_begin_read(struct db *db);
MUST_USE bool db_commit(struct db *db);
void db_rollback(struct db *db);
void db_end_read(struct db *db);
MUST_USE bool db_savepoint(struct db *db);
/* Ends the savepoint, keeping or undoing what was done since. False: the whole transaction is lost. */
MUST_USE bool db_savepoint_end(struct db *db, bool keep);

/* Any thread: makes the reader give up its snapshot if that began at or before `before` (monotonic ms). */
void db_evict(struct db *db, int64_t before);

/* Puts a sentence for a person into `refusal`; always false. */
bool store_refuse(struct store_refusal *refusal, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Milliseconds since 1970 (UTC), and since some fixed moment. */
int64_t store_utc(void);
int64_t store_monotonic(void);

#endif
