/*
 * The threads that read, each job on a snapshot, and those for slow hashing, whose jobs then go to the writer.
 *
 * Each has a connection of its own that cannot write. The two kinds differ in the queue they take from:
 * a hashing job that says true in its first part is put to the writer instead of being handed over.
 */
#include "server/store/engine.h"

#include <signal.h>
#include <stdlib.h>

enum { HASHES_WAITING = 64 };

bool store_thread_start(pthread_t *thread, const char *name, void *(*main)(void *), void *context)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int code = pthread_create(thread, NULL, main, context);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!code)
        pthread_setname_np(*thread, name);
    return !code;
}

/* Runs the job on a snapshot: whether `run` said true and no statement failed. */
static bool run_on_snapshot(struct db *db, struct job *job)
{
    job->durable = false;
    if (!db_begin_read(db))
        return false;
    bool well = db_run_job(db, job);
    job->durable = !db->failed;
    db_end_read(db);
    return well;
}

static void *worker_main(void *context)
{
    struct worker *worker = context;
    struct store *store = worker->store;
    struct job *job;

    while ((job = job_queue_take(worker->queue))) {
        bool well = run_on_snapshot(worker->db, job);
        if (well && worker->queue == &store->hashes) {
            job->prepared = true;
            store_write(store, job);
        } else if (job->settled) {
            job->settled(job);
        } else {
            store->options.answered(store->options.context, job);
        }
    }
    return NULL;
}

bool workers_open(struct store *store, struct store_refusal *refusal)
{
    unsigned readers = store->options.readers;
    unsigned count = readers + store->options.hashers;

    job_queue_init(&store->reads, 0);
    job_queue_init(&store->hashes, HASHES_WAITING);
    store->workers = calloc(count, sizeof *store->workers);
    if (!store->workers)
        return store_refuse(refusal, "not enough memory for %u database threads", count);
    for (; store->worker_count < count; store->worker_count++) {
        struct worker *worker = &store->workers[store->worker_count];
        worker->store = store;
        worker->queue = store->worker_count < readers ? &store->reads : &store->hashes;
        worker->db = db_open(store->path, store->vfs, DB_READER, refusal);
        if (!worker->db)
            return false;
        worker->db->epoch = store->epoch;
        if (!db_prepare(worker->db, refusal)) {
            db_close(worker->db);
            return false;
        }
    }
    return true;
}

bool workers_start(struct store *store)
{
    for (unsigned i = 0; i < store->worker_count; i++) {
        struct worker *worker = &store->workers[i];
        const char *name = worker->queue == &store->reads ? "reader" : "hasher";
        worker->started = store_thread_start(&worker->thread, name, worker_main, worker);
        if (!worker->started)
            return false;
    }
    return true;
}

void workers_stop(struct store *store)
{
    if (!store->workers)
        return;
    job_queue_close(&store->reads);
    job_queue_close(&store->hashes);
    for (unsigned i = 0; i < store->worker_count; i++) {
        if (store->workers[i].started)
            pthread_join(store->workers[i].thread, NULL);
        store->workers[i].started = false;
    }
}

void workers_close(struct store *store)
{
    if (!store->workers)
        return;
    for (unsigned i = 0; i < store->worker_count; i++)
        db_close(store->workers[i].db);
    free(store->workers);
    job_queue_fini(&store->reads);
    job_queue_fini(&store->hashes);
}

void store_read(struct store *store, struct job *job)
{
    job_queue_put(&store->reads, job); /* has no limit */
}

bool store_hash(struct store *store, struct job *job)
{
    job->prepared = false;
    return job_queue_put(&store->hashes, job);
}
