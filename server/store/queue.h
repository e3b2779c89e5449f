/*
 * Jobs that wait for any one of several threads, oldest first.
 *
 * Private to the engine. Unlike an inbox, which has one owner, several threads take from it one job each, so
 * that a slow job delays no other. A lock is held for the few instructions of putting and taking.
 */
#ifndef LUNTAN_SERVER_STORE_QUEUE_H
#define LUNTAN_SERVER_STORE_QUEUE_H

#include <pthread.h>

#include "server/store/store.h"

struct job_queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct inbox_item *oldest, *newest;
    unsigned waiting; /* jobs */
    unsigned limit;   /* most that may wait; 0: no limit */
    bool closed;
};

void job_queue_init(struct job_queue *queue, unsigned limit);
void job_queue_fini(struct job_queue *queue);

/* Any thread. False where the limit is reached; the job stays the caller's. */
bool job_queue_put(struct job_queue *queue, struct job *job);

/* The oldest job, waiting until there is one; NULL once the queue is closed and empty. */
struct job *job_queue_take(struct job_queue *queue);

/* Lets the takers finish what waits, and then go. */
void job_queue_close(struct job_queue *queue);

#endif
