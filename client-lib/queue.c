/* See queue.h. */
#include "client-lib/queue.h"

#include <stdlib.h>

struct queued {
    struct queued *next;
    const struct message *message;
    size_t len;
    uint32_t subscription;
    uint8_t payload[];
};

void queue_reset(struct queue *queue)
{
    for (struct queued *event = queue->first, *next; event; event = next) {
        next = event->next;
        free(event);
    }
    free(queue->taken);
    *queue = (struct queue){0};
}

bool queue_put(struct queue *queue, uint32_t subscription, const struct message *message, struct text payload)
{
    size_t size = sizeof(struct queued) + payload.len;
    struct queued *event;

    if (size > QUEUE_MAX - queue->len || !(event = malloc(size)))
        return false;
    event->next = NULL;
    event->message = message;
    event->len = payload.len;
    event->subscription = subscription;
    if (payload.len)
        memcpy(event->payload, payload.at, payload.len);
    if (queue->last)
        queue->last->next = event;
    else
        queue->first = event;
    queue->last = event;
    queue->len += size;
    return true;
}

bool queue_take(struct queue *queue, uint32_t *subscription, const struct message **message, struct text *payload)
{
    struct queued *event = queue->first;

    free(queue->taken);
    queue->taken = event;
    if (!event)
        return false;
    queue->first = event->next;
    if (!queue->first)
        queue->last = NULL;
    queue->len -= sizeof *event + event->len;
    *subscription = event->subscription;
    *message = event->message;
    *payload = (struct text){(const char *)event->payload, event->len};
    return true;
}
