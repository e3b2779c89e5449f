/*
 * Emptying the write-ahead log: the writer's, between groups.
 *
 * From DUE bytes the log is copied into the database and started over, from LONG ones its file is also cut.
 * Both have to wait until no reader looks at the log. Whoever holds a snapshot longer than PATIENCE is
 * evicted: its job fails, and its caller answers `busy`. A checkpoint that still does not come through is
 * tried again after LATER more bytes; it loses nothing.
 */
#include "server/store/engine.h"
#include "server/util/log.h"

#include <time.h>

enum {
    FRAME = 4096 + 24, /* bytes of a page in the log */
    DUE = 16 << 20,
    LONG = 64 << 20,
    LATER = 4 << 20,
    PATIENCE = 250,    /* ms a snapshot may be in the way */
    GIVE_UP = 1000,    /* ms of waiting for a lock */
};

static int after_commit(void *context, sqlite3 *handle, const char *name, int frames)
{
    struct store *store = context;

    (void)handle;
    (void)name;
    store->wal = (uint64_t)frames * FRAME;
    if (atomic_load_explicit(&store->figure_wal, memory_order_relaxed) < store->wal)
        atomic_store_explicit(&store->figure_wal, store->wal, memory_order_relaxed);
    return SQLITE_OK;
}

/* SQLite asks whether to try for a lock again: of a checkpoint, or one that another process holds. */
static int wait_for_lock(void *context, int asked)
{
    const struct timespec pause = {0, 1000000};
    struct store *store = context;
    int64_t now = store_monotonic();

    if (!asked)
        store->wait_began = now;
    if (now - store->wait_began > GIVE_UP)
        return 0;
    if (store->checkpointing)
        for (unsigned i = 0; i < store->worker_count; i++)
            db_evict(store->workers[i].db, now - PATIENCE);
    nanosleep(&pause, NULL);
    return 1;
}

void checkpoint_prepare(struct store *store)
{
    store->wal_due = DUE;
    sqlite3_wal_hook(store->writer->handle, after_commit, store);
    sqlite3_busy_handler(store->writer->handle, wait_for_lock, store);
}

static void checkpoint(struct store *store, int mode)
{
    store->checkpointing = true;
    int code = sqlite3_wal_checkpoint_v2(store->writer->handle, NULL, mode, NULL, NULL);
    store->checkpointing = false;
    if (code == SQLITE_OK) {
        store->wal = 0;
        store->wal_due = DUE;
        return;
    }
    store->wal_due = store->wal + LATER;
    log_warning("store_checkpoint_failed", LOG_NUMBER("code", code), LOG_NUMBER("wal_bytes", store->wal));
}

void checkpoint_if_due(struct store *store)
{
    if ((store->wal < store->wal_due && !store->writer->empty_log) || atomic_load(&store->backups))
        return;
    bool cut = store->writer->empty_log;
    store->writer->empty_log = false;
    checkpoint(store, store->wal < LONG && !cut ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_TRUNCATE);
}

void checkpoint_final(struct store *store)
{
    checkpoint(store, SQLITE_CHECKPOINT_TRUNCATE);
}
