/*
 * Private to the engine: the store whole, and what its files do for one another.
 *
 *     store.c       opening and closing, the directory and its lock
 *     connection.c  a connection: pragmas and statements        transaction.c  what surrounds a job
 *     db.c          queries, for typed store functions          queue.c        jobs waiting for several threads
 *     writer.c      group commit, on the writer's thread        workers.c      readers and hashing threads
 *     checkpoint.c  emptying the write-ahead log                epoch.c        epoch, commit counter, side file
 *     migrate.c     bringing the schema up to date              schema.c       the schema files, embedded
 *     backup.c      copies of the database
 */
#ifndef LUNTAN_SERVER_STORE_ENGINE_H
#define LUNTAN_SERVER_STORE_ENGINE_H

#include <pthread.h>

#include "server/store/connection.h"
#include "server/store/queue.h"

/* One of the threads that read or hash. */
struct worker {
    struct store *store;
    struct job_queue *queue;
    struct db *db;
    pthread_t thread;
    bool started;
};

struct store {
    struct store_options options; /* strings are not to be used after store_open */
    char *path, *vfs;             /* the database file; the VFS or NULL */
    int directory, lock;          /* file descriptors, or -1 */
    uint8_t epoch[STORE_EPOCH];

    /* the writer's */
    struct db *writer;
    struct inbox inbox;
    struct inbox_item *taken;     /* of the inbox, not yet run */
    struct job stop;              /* the last job, which only ends the thread */
    pthread_t thread;
    bool started;
    uint64_t commits;             /* number of the last group that wrote */
    int64_t stamp;                /* the last one given */
    int side;                     /* the side file, or -1 */
    uint64_t wal, wal_due;        /* bytes in the log, and from how many it is to be emptied */
    bool checkpointing;
    int64_t wait_began;           /* of the busy handler; monotonic ms */

    /* the workers': readers first, then hashers */
    struct worker *workers;
    unsigned worker_count;
    struct job_queue reads, hashes;

    atomic_uint backups;          /* copies being made: the log stays as it is meanwhile */
    _Atomic uint64_t figure_commits, figure_jobs, figure_wal;
};

/* writer.c */
/* Settles the writer's hooks on its connection. Before anything is written. */
void writer_prepare(struct store *store);
MUST_USE bool writer_start(struct store *store);
void writer_stop(struct store *store);

/* checkpoint.c */
/* The log after each commit; a writer's busy handler, which evicts old snapshots during a checkpoint. */
void checkpoint_prepare(struct store *store);
/* Empties the log where it is long enough. Between groups, on the writer. */
void checkpoint_if_due(struct store *store);
/* Empties and truncates it whatever its length. */
void checkpoint_final(struct store *store);

/* workers.c */
MUST_USE bool workers_open(struct store *store, struct store_refusal *refusal);
MUST_USE bool workers_start(struct store *store);
void workers_stop(struct store *store);
void workers_close(struct store *store);
/* Starts a thread that takes no signals. */
MUST_USE bool store_thread_start(pthread_t *thread, const char *name, void *(*main)(void *), void *context);

/* epoch.c */
/*
 * Reads epoch, counter and stamp, mints an epoch where one is due, and opens the side file. `*created` becomes
 * true also where the database was made before, but no store came so far as to have an epoch in it.
 */
MUST_USE bool epoch_open(struct store *store, bool *created, struct store_refusal *refusal);
/* The side file follows the counter, after a commit. */
void epoch_follow(struct store *store);

/* migrate.c, schema.c */
struct migration {
    unsigned number;
    const char *sql;
};
extern const struct migration schema_migrations[];
extern const size_t schema_migration_count;
/*
 * Applies what is missing, each migration in a transaction of its own; first, if the database is not new,
 * copies it to `path`.before-NNNN, the number of the first one missing. `*created`: it was empty.
 */
MUST_USE bool migrate_run(struct db *db, const char *path, const char *vfs, const struct migration *migrations,
                          size_t count, bool *created, struct store_refusal *refusal);

/* backup.c */
/* Copies the database of the connection to a new file, through a neighbour of it that is renamed at last. */
MUST_USE bool backup_copy(struct db *from, const char *path, const char *vfs, bool keep_epoch,
                          struct store_refusal *refusal);
/* Syncs the directory that holds `path`, so that a name given there lasts. */
MUST_USE bool sync_parent_of(const char *path);

#endif
