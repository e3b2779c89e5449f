/* See indexer.h. */
#include "server/indexer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "server/store/audit.h"
#include "server/store/search.h"
#include "server/store/store.h"

enum {
    POSTS = 100,           /* indexed by one job */
    PAGES = 200,           /* merged by one job */
    PAUSE_MS = 5000,       /* between looks when there is nothing to do */
    SCRATCH = 16 * 1024 * 1024,
};

/* One job at the writer. */
struct step {
    struct job job;          /* first */
    struct indexer *indexer;
    bool merging, more;      /* what it found: a merge is under way; there is more to do */
    int64_t began;           /* of the merge */
};

struct indexer {
    struct store *store;
    int64_t merge_after_ms;
    struct arena *arena;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping, done;     /* to stop; the step under way is settled */
    struct step step;
    bool merging;            /* as of the last step that is on disk */
    int64_t merge_began;
};

/* ---- on the writer ---- */

static void merge(struct step *s, struct db *db, int64_t now)
{
    bool first = !s->indexer->merging;

    s->began = first ? now : s->indexer->merge_began;
    s->merging = s->more = store_search_merge(db, first, s->began, PAGES);
}

static bool run_step(struct job *job, struct db *db)
{
    struct step *s = (struct step *)job;
    struct search_state state = store_search_state(db);
    int64_t now = db_now(db);
    bool closed = store_audit_close(db, now);

    s->merging = s->more = false;
    if (state.floor)
        s->more = store_search_build(db, POSTS, s->indexer->arena);
    else if (s->indexer->merging || (state.withdrawn && now - state.withdrawn >= s->indexer->merge_after_ms))
        merge(s, db, now);
    else
        return closed; /* otherwise nothing was written */
    return true;
}

static void settle_step(struct job *job)
{
    struct indexer *indexer = ((struct step *)job)->indexer;

    pthread_mutex_lock(&indexer->lock);
    indexer->done = true;
    pthread_cond_signal(&indexer->changed);
    pthread_mutex_unlock(&indexer->lock);
}

/* ---- the thread; the lock is held but while it waits ---- */

static int64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Waits for `ms`, or until it is to stop. */
static void rest(struct indexer *indexer, int64_t ms)
{
    int64_t until = monotonic_ms() + ms;
    const struct timespec end = {until / 1000, until % 1000 * 1000000};

    while (!indexer->stopping && pthread_cond_timedwait(&indexer->changed, &indexer->lock, &end) != ETIMEDOUT)
        ;
}

/* One step at the writer. How long it took, in ms. */
static int64_t take_step(struct indexer *indexer)
{
    int64_t began = monotonic_ms();

    indexer->done = false;
    indexer->step = (struct step){.job = {.run = run_step, .settled = settle_step}, .indexer = indexer};
    store_write(indexer->store, &indexer->step.job);
    while (!indexer->done)
        pthread_cond_wait(&indexer->changed, &indexer->lock);
    if (indexer->step.job.durable) {
        indexer->merging = indexer->step.merging;
        indexer->merge_began = indexer->step.began;
    }
    return monotonic_ms() - began;
}

static void *indexer_main(void *context)
{
    struct indexer *indexer = context;

    pthread_mutex_lock(&indexer->lock);
    while (!indexer->stopping) {
        int64_t took = take_step(indexer);
        rest(indexer, indexer->step.more && indexer->step.job.durable ? took + 1 : PAUSE_MS);
    }
    pthread_mutex_unlock(&indexer->lock);
    return NULL;
}

/* ---- from outside ---- */

static bool start_thread(struct indexer *indexer)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int code = pthread_create(&indexer->thread, NULL, indexer_main, indexer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code == 0;
}

static void indexer_free(struct indexer *indexer)
{
    pthread_cond_destroy(&indexer->changed);
    pthread_mutex_destroy(&indexer->lock);
    arena_free(indexer->arena);
    free(indexer);
}

struct indexer *indexer_start(struct store *store, int64_t merge_after_ms)
{
    struct indexer *indexer = calloc(1, sizeof *indexer);
    pthread_condattr_t clock;

    if (!indexer)
        return NULL;
    indexer->store = store;
    indexer->merge_after_ms = merge_after_ms;
    pthread_mutex_init(&indexer->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&indexer->changed, &clock);
    pthread_condattr_destroy(&clock);
    indexer->arena = arena_new(SCRATCH);
    if (indexer->arena && start_thread(indexer))
        return indexer;
    indexer_free(indexer);
    return NULL;
}

void indexer_stop(struct indexer *indexer)
{
    if (!indexer)
        return;
    pthread_mutex_lock(&indexer->lock);
    indexer->stopping = true;
    pthread_cond_signal(&indexer->changed);
    pthread_mutex_unlock(&indexer->lock);
    pthread_join(indexer->thread, NULL);
    indexer_free(indexer);
}
