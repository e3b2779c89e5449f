/*
 * A store in a directory of its own, and jobs that leave countable traces in it.
 *
 * A trace is a row of `audit` whose target is the job's number, so that a job done twice is seen, and so is
 * one that should have been undone. Several jobs submitted together are kept behind a gate until the last
 * is queued, so that they make one group.
 */
#ifndef LUNTAN_TESTS_UNIT_STORE_FIXTURE_H
#define LUNTAN_TESTS_UNIT_STORE_FIXTURE_H

#include <pthread.h>

#include "server/store/store.h"
#include "tests/unit/temporary.h"

enum trace_way {
    TRACE_KEEP,   /* says true */
    TRACE_REFUSE, /* leaves its trace and says false */
    TRACE_FAIL,   /* leaves its trace, then a statement fails */
    TRACE_READ,   /* writes nothing and says true */
};

struct trace {
    struct job job;
    int64_t number;
    enum trace_way way;
    size_t bytes;     /* of the row's text */
    unsigned runs;    /* how often `run` was called */
    int64_t stamp;    /* db_now of the last run */
    unsigned place;   /* in the order of handing over, from 1 */
    unsigned group;   /* the number of the group it was handed over in, from 1 */
    void (*meanwhile)(void *context); /* called in `run` after the trace was left; may be NULL */
    void *context;
    struct fixture *fixture;
};

struct fixture {
    struct temporary directory;
    struct store *store;
    struct store_refusal refusal;
    bool created;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned settled, groups; /* jobs and groups handed over so far */
    bool gate_open;
};

void fixture_init(struct fixture *fixture);
void fixture_fini(struct fixture *fixture); /* closes the store if it is open, and removes the directory */

/* Opens the store of the directory, `vfs` may be NULL; its threads run. */
bool fixture_open(struct fixture *fixture, const char *vfs);
void fixture_close(struct fixture *fixture);

/* Submits jobs to the writer as one group, and waits until all are handed over. */
void fixture_write(struct fixture *fixture, struct trace *traces, unsigned count);

/* Waits until `count` jobs in all, since the fixture was made, have been handed over by any thread. */
void fixture_wait(struct fixture *fixture, unsigned count);

/* A trace job, ready to submit. */
struct trace trace_of(struct fixture *fixture, int64_t number, enum trace_way way);

/* How often the number is there; -1 for all rows; read by a connection of its own from the real file. */
int64_t fixture_count(const struct fixture *fixture, int64_t number);

/* Into `counts`, how often each number from 0 to `count` - 1 is there; returns the number of rows, or -1. */
int64_t fixture_census(const struct fixture *fixture, int64_t *counts, unsigned count);

/* The first column of the first row of any SQL, over a connection of its own that may write; -1 if it fails. */
int64_t fixture_sql(const struct fixture *fixture, const char *sql);

#endif
