/*
 * The store's engine: one writer with group commit, readers on snapshots, threads for slow hashing.
 *
 * Owns the database file, its connections and its threads. Knows no forum: it runs jobs. Any thread may
 * submit; `run` and the hooks are called on store threads.
 *
 * The writer takes up to 256 jobs, or what arrives within 10 ms of the first while work keeps coming, runs
 * each in a savepoint of one transaction, commits once (synchronous=FULL), and only then hands the whole
 * group to `committed`, in order. A job whose `run` returns false is rolled back alone. If the group's
 * commit fails, each job runs once more alone; a job whose own commit fails is handed over with
 * `durable` false. `run` may therefore be called twice, and has no effect outside the store and its own
 * memory. No job is dropped: each is handed over exactly once.
 */
#ifndef LUNTAN_SERVER_STORE_STORE_H
#define LUNTAN_SERVER_STORE_STORE_H

#include "protocol/status.h"
#include "server/util/inbox.h"

struct db;
struct store;

enum { STORE_EPOCH = 8 }; /* bytes */

struct job {
    struct inbox_item item; /* first */
    /*
     * Does the job's work in a transaction. On the writer, false undoes what it wrote; a reader's snapshot
     * ends when it returns. On the threads for hashing it prepares: true sends the job on to the writer,
     * where `run` is called again with `prepared` set; false hands it over at once.
     */
    bool (*run)(struct job *job, struct db *db);
    bool prepared;
    bool durable; /* set before it is handed over: what `run` did is on disk, or nothing was to be written */
    /* The job is done, on the store's thread that did it, after the hooks, and may be freed: for jobs that come from no loop. NULL: the hooks take it. */
    void (*settled)(struct job *job);
};

struct store_options {
    const char *directory;    /* created with mode 0700 if it is missing; holds forum.db */
    const char *vfs;          /* a SQLite VFS of the tests, or NULL */
    unsigned readers;         /* threads, at least 1 */
    unsigned hashers;         /* threads, at least 1 */
    unsigned group_ms;        /* until the writer closes a group that still fills; 0: 10, as everywhere but in tests */
    /* A group of jobs, linked by item.next, oldest first, is settled. Called on the writer, in commit order. */
    void (*committed)(void *context, struct job *jobs);
    /* One reader's or hasher's job is done. Called on that thread. */
    void (*answered)(void *context, struct job *job);
    void *context;
};

/* Why a store cannot be opened, for a person; `text` is a sentence without a newline. */
struct store_refusal {
    char text[512];
};

/*
 * Opens or creates the database: applies missing migrations in order after a backup, refuses a database
 * newer than this program, and gives it an epoch (a new one if it was copied back: see epoch.c).
 * `*created` says whether it is new. NULL with `refusal` filled if it cannot be.
 */
struct store *store_open(const struct store_options *options, bool *created, struct store_refusal *refusal);

/* Starts the threads. Until then store_run_now is the way in. */
bool store_start(struct store *store);

/*
 * Runs one job as a transaction of its own on the calling thread, before store_start: for first set-up. No
 * hook is called. Whether `run` returned true and what it did is on disk.
 */
MUST_USE bool store_run_now(struct store *store, struct job *job);

void store_write(struct store *store, struct job *job);
void store_read(struct store *store, struct job *job);
/* False where the queue of 64 is full; the job stays the caller's. */
MUST_USE bool store_hash(struct store *store, struct job *job);

/* The store's epoch, 8 bytes; constant while it is open. */
const uint8_t *store_epoch(const struct store *store);

/*
 * Copies the database, as of one moment, to the new file `path` (mode 0600), complete and synced before it
 * gets that name. The copy carries no epoch: a store opened over it mints one. Any thread but a loop's and
 * the store's own; the store goes on meanwhile, but empties no log until the copy is done.
 */
MUST_USE bool store_backup(struct store *store, const char *path, struct store_refusal *refusal);

/* Figures for metrics and benchmarks. */
struct store_figures {
    uint64_t commits, jobs, largest_wal; /* bytes */
};
struct store_figures store_figures(const struct store *store);

/*
 * Settles everything submitted, ends the threads, checkpoints, closes, and frees. Nothing may be submitted
 * from here on, not even by the hooks. NULL is allowed.
 */
void store_close(struct store *store);

#endif
