/* See queue.h. */
#include "server/store/queue.h"

#include <stddef.h>

void job_queue_init(struct job_queue *queue, unsigned limit)
{
    *queue = (struct job_queue){.limit = limit};
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
}

void job_queue_fini(struct job_queue *queue)
{
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
}

bool job_queue_put(struct job_queue *queue, struct job *job)
{
    pthread_mutex_lock(&queue->lock);
    bool room = !queue->limit || queue->waiting < queue->limit;
    if (room) {
        job->item.next = NULL;
        if (queue->newest)
            queue->newest->next = &job->item;
        else
            queue->oldest = &job->item;
        queue->newest = &job->item;
        queue->waiting++;
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return room;
}

struct job *job_queue_take(struct job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->oldest && !queue->closed)
        pthread_cond_wait(&queue->filled, &queue->lock);
    struct inbox_item *item = queue->oldest;
    if (item) {
        queue->oldest = item->next;
        if (!queue->oldest)
            queue->newest = NULL;
        queue->waiting--;
        item->next = NULL;
    }
    pthread_mutex_unlock(&queue->lock);
    return (struct job *)item;
}

void job_queue_close(struct job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}
