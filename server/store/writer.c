/*
 * The writer's thread: group commit, as store.h tells it.
 *
 * A group is begun when there is a first job and closed as soon as nothing more waits, at GROUP_JOBS jobs
 * or after `group_ms`, so that a lone client never waits for company and groups grow by themselves under
 * load: what arrives during a commit is the next group. Job by job:
 *
 *     what happened                      in the group          handed over
 *     `run` says true                    savepoint kept        durable, once the group is committed
 *     `run` says false                   savepoint undone      durable, once the group is committed
 *     a statement failed                 savepoint undone      not durable
 *     the transaction itself was lost    every job of it is run once more, in a transaction of its own
 */
#include "server/store/engine.h"

enum { GROUP_JOBS = 256 };

struct group {
    struct inbox_item *first, **end;
    unsigned jobs;
    bool wrote;    /* there is something to commit */
    bool broken;   /* the transaction is lost */
    bool stopping; /* the last job of all was seen */
};

void writer_prepare(struct store *store)
{
    inbox_init(&store->inbox, NULL, NULL);
    checkpoint_prepare(store);
}

static bool more_waits(struct store *store)
{
    if (!store->taken)
        store->taken = inbox_take(&store->inbox);
    return store->taken;
}

static struct job *next_job(struct store *store)
{
    struct inbox_item *item = store->taken;

    store->taken = item->next;
    item->next = NULL;
    return (struct job *)item;
}

/* Runs the job inside the transaction that is open: whether there is anything to keep. */
static bool run(struct store *store, struct job *job, bool *wrote)
{
    struct db *db = store->writer;
    int64_t now = store_utc(), before = sqlite3_total_changes64(db->handle);

    if (store->stamp < now)
        store->stamp = now;
    db->stamp = store->stamp;
    bool keep = db_run_job(db, job);
    *wrote = *wrote || (keep && sqlite3_total_changes64(db->handle) != before);
    job->durable = !db->failed;
    return keep;
}

/* Commits the open transaction, with the counter and the stamp in it where something was written. */
static bool commit(struct store *store, bool wrote)
{
    struct db *db = store->writer;

    if (!wrote) {
        db_rollback(db);
        return true;
    }
    db->failed = false;
    struct query q = db_query(db, SQL_ENGINE_COUNT);
    query_int(&q, ":commits", store->commits + 1);
    query_time(&q, ":stamp", store->stamp);
    query_run(&q);
    if (db->failed || !db_commit(db))
        return false;
    store->commits++;
    epoch_follow(store);
    atomic_fetch_add_explicit(&store->figure_commits, 1, memory_order_relaxed);
    return true;
}

/* One job as a transaction of its own. False where none could be begun; `*kept`: what it wrote is on disk. */
static bool run_alone(struct store *store, struct job *job, bool *kept)
{
    bool wrote = false;

    *kept = false;
    job->durable = false;
    if (!db_begin_write(store->writer))
        return false;
    if (run(store, job, &wrote)) {
        *kept = commit(store, wrote);
        job->durable = *kept;
    }
    db_rollback(store->writer);
    return true;
}

static void run_in_savepoint(struct store *store, struct group *group, struct job *job)
{
    struct db *db = store->writer;

    if (!db_savepoint(db)) {
        group->broken = true;
        return;
    }
    bool keep = run(store, job, &group->wrote);
    if (!db_savepoint_end(db, keep))
        group->broken = true;
}

/* Takes jobs until the group closes, and runs them in the transaction, where one could be begun. */
static void gather(struct store *store, struct group *group, bool begun)
{
    int64_t until = store_monotonic() + store->options.group_ms;

    while (!group->broken && group->jobs < GROUP_JOBS && more_waits(store)) {
        struct job *job = next_job(store);
        if (job == &store->stop) {
            group->stopping = true;
            return;
        }
        *group->end = &job->item;
        group->end = &job->item.next;
        group->jobs++;
        job->durable = false;
        if (begun)
            run_in_savepoint(store, group, job);
        if (store_monotonic() >= until)
            return;
    }
}

static void run_each_alone(struct store *store, struct group *group)
{
    bool usable = true, kept;

    for (struct inbox_item *item = group->first; item; item = item->next) {
        struct job *job = (struct job *)item;
        job->durable = false;
        usable = usable && run_alone(store, job, &kept);
    }
}

/* To the hook what is its, as one group; then to the others. */
static void hand_over(struct store *store, struct inbox_item *first)
{
    struct inbox_item *hooked = NULL, **hooked_end = &hooked, *own = NULL, **own_end = &own, *next;

    for (struct inbox_item *item = first; item; item = next) {
        struct inbox_item ***end = ((struct job *)item)->settled ? &own_end : &hooked_end;
        next = item->next;
        item->next = NULL;
        **end = item;
        *end = &item->next;
    }
    if (hooked)
        store->options.committed(store->options.context, (struct job *)hooked);
    for (struct inbox_item *item = own; item; item = next) {
        next = item->next;
        ((struct job *)item)->settled((struct job *)item);
    }
}

/* Runs one group and hands it over: whether the thread goes on. */
static bool serve_group(struct store *store)
{
    struct group group = {.end = &group.first};

    bool begun = db_begin_write(store->writer);

    gather(store, &group, begun);
    if (begun && (group.broken || !commit(store, group.wrote))) {
        db_rollback(store->writer);
        run_each_alone(store, &group);
    }
    atomic_fetch_add_explicit(&store->figure_jobs, group.jobs, memory_order_relaxed);
    hand_over(store, group.first);
    checkpoint_if_due(store);
    return !group.stopping;
}

static void *writer_main(void *context)
{
    struct store *store = context;
    bool running = true;

    while (running)
        if (more_waits(store))
            running = serve_group(store);
        else
            inbox_wait(&store->inbox, -1);
    return NULL;
}

bool writer_start(struct store *store)
{
    store->started = store_thread_start(&store->thread, "writer", writer_main, store);
    return store->started;
}

void writer_stop(struct store *store)
{
    if (!store->started)
        return;
    inbox_put(&store->inbox, &store->stop.item);
    pthread_join(store->thread, NULL);
    store->started = false;
}

void store_write(struct store *store, struct job *job)
{
    inbox_put(&store->inbox, &job->item);
}

bool store_run_now(struct store *store, struct job *job)
{
    bool kept;

    return run_alone(store, job, &kept) && kept;
}
