/*
 * Opening and closing the store: the directory, its lock, the connections in their order.
 *
 * DIR/forum.db is the database (with forum.db-wal and forum.db-shm while it is open), DIR/commits the side file of
 * epoch.c, DIR/lock is held locked while a luntand serves the directory. All are for their owner only.
 */
#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/engine.h"

enum { GROUP_MS = 10 };

static const char database_name[] = "forum.db", lock_name[] = "lock";

/*
 * What holds for all of SQLite in this process. Without its memory statistics threads do not meet at every
 * allocation; what savepoints set aside stays in memory and never goes to a temporary file. Where SQLite
 * runs already, as in tests, it stays as it is.
 */
static void configure_sqlite(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
}

static bool refuse_system(struct store_refusal *refusal, const char *what, const char *path)
{
    return store_refuse(refusal, "%s %s: %s", what, path, strerror(errno));
}

static bool open_directory(struct store *store, struct store_refusal *refusal)
{
    const char *path = store->options.directory;
    bool made = !mkdir(path, 0700);

    if (!made && errno != EEXIST)
        return refuse_system(refusal, "cannot create the data directory", path);
    store->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (store->directory < 0 || (made && (fchmod(store->directory, 0700) || !sync_parent_of(path))))
        return refuse_system(refusal, "cannot open the data directory", path);
    return true;
}

/* Opens a file of the directory, for its owner only whatever the umask or an older mode; -1 if it cannot. */
static int open_private(const struct store *store, const char *name)
{
    int file = openat(store->directory, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file >= 0 && fchmod(file, 0600)) {
        close(file);
        return -1;
    }
    return file;
}

static bool take_lock(struct store *store, struct store_refusal *refusal)
{
    store->lock = open_private(store, lock_name);
    if (store->lock < 0)
        return refuse_system(refusal, "cannot open the lock file in", store->options.directory);
    if (flock(store->lock, LOCK_EX | LOCK_NB))
        return store_refuse(refusal, "another luntand serves the data directory %s", store->options.directory);
    return true;
}

/* SQLite gives its other files the database's mode, so the database is made here, before it looks. */
static bool make_database_file(struct store *store, struct store_refusal *refusal)
{
    int file = open_private(store, database_name);

    if (file < 0)
        return refuse_system(refusal, "cannot open the database in", store->options.directory);
    close(file);
    return !fsync(store->directory) || refuse_system(refusal, "cannot sync", store->options.directory);
}

static bool name_database(struct store *store, struct store_refusal *refusal)
{
    size_t size = strlen(store->options.directory) + 1 + sizeof database_name;

    store->path = malloc(size);
    store->vfs = store->options.vfs ? strdup(store->options.vfs) : NULL;
    if (!store->path || (store->options.vfs && !store->vfs))
        return store_refuse(refusal, "not enough memory to open the database");
    snprintf(store->path, size, "%s/%s", store->options.directory, database_name);
    return true;
}

static bool open_writer(struct store *store, bool *created, struct store_refusal *refusal)
{
    store->writer = db_open(store->path, store->vfs, DB_WRITER, refusal);
    if (!store->writer)
        return false;
    store->writer->epoch = store->epoch;
    writer_prepare(store);
    return migrate_run(store->writer, store->path, store->vfs, schema_migrations, schema_migration_count, created,
                       refusal) &&
           db_prepare(store->writer, refusal);
}

/* Gives back everything that is open, in the opposite order. */
static void release(struct store *store)
{
    workers_close(store);
    db_close(store->writer);
    if (store->side >= 0)
        close(store->side);
    if (store->lock >= 0)
        close(store->lock);
    if (store->directory >= 0)
        close(store->directory);
    free(store->path);
    free(store->vfs);
    free(store);
}

struct store *store_open(const struct store_options *options, bool *created, struct store_refusal *refusal)
{
    configure_sqlite();
    struct store *store = calloc(1, sizeof *store);
    if (!store) {
        store_refuse(refusal, "not enough memory to open the database");
        return NULL;
    }
    store->options = *options;
    if (!store->options.group_ms)
        store->options.group_ms = GROUP_MS;
    store->directory = store->lock = store->side = -1;
    if (open_directory(store, refusal) && take_lock(store, refusal) && name_database(store, refusal) &&
        make_database_file(store, refusal) && open_writer(store, created, refusal) &&
        epoch_open(store, created, refusal) && workers_open(store, refusal))
        return store;
    release(store);
    return NULL;
}

bool store_start(struct store *store)
{
    return writer_start(store) && workers_start(store);
}

const uint8_t *store_epoch(const struct store *store)
{
    return store->epoch;
}

struct store_figures store_figures(const struct store *store)
{
    return (struct store_figures){
        .commits = atomic_load_explicit(&store->figure_commits, memory_order_relaxed),
        .jobs = atomic_load_explicit(&store->figure_jobs, memory_order_relaxed),
        .largest_wal = atomic_load_explicit(&store->figure_wal, memory_order_relaxed),
    };
}

void store_close(struct store *store)
{
    if (!store)
        return;
    workers_stop(store); /* hashers first: what they prepared goes to the writer */
    writer_stop(store);
    workers_close(store);
    store->workers = NULL;
    store->worker_count = 0;
    checkpoint_final(store);
    release(store);
}
