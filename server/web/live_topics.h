/*
 * The topics of a stream and where they stand, as text: EPOCH~t12.56~b3.99~a17.7. Pure.
 *
 * The epoch is sixteen hexadecimal digits: sequences mean nothing in another history of the forum. A topic is a letter (t: thread,
 * b: board, q: a board's queue, a: account), its number (may be left out for one's own account and for all queues of one's own), and after a full stop the sequence after which
 * changes are wanted, or nothing where they are wanted from now on.
 */
#ifndef LUNTAN_SERVER_WEB_LIVE_TOPICS_H
#define LUNTAN_SERVER_WEB_LIVE_TOPICS_H

#include "protocol/messages.h"

enum { LIVE_TOPICS = 8, LIVE_EPOCH = 8, LIVE_LABEL = 24, LIVE_WRITTEN = 512 };

enum live_state {
    LIVE_ASKED,   /* not granted yet, or asked for once more */
    LIVE_GRANTED,
    LIVE_REFUSED, /* its end is to be said */
    LIVE_OVER,
};

struct live_topic {
    uint64_t id, seq;
    uint8_t topic;  /* enum topic */
    uint8_t state;  /* enum live_state */
    bool placed;    /* `seq` is known */
    bool gap;       /* what came before it is lost, which is to be said once it is granted */
};

/* False where it cannot be read, is of too many topics or of one twice. None at all is right. */
MUST_USE bool live_topics_read(struct text written, uint8_t epoch[LIVE_EPOCH], struct live_topic topics[LIVE_TOPICS],
                               uint32_t *count);
/* What is not over; LIVE_WRITTEN bytes are always enough. Returns the length. */
size_t live_topics_write(char out[LIVE_WRITTEN], const uint8_t epoch[LIVE_EPOCH], const struct live_topic *topics, uint32_t count);
/* A topic without its sequence; with a NUL. */
void live_topic_label(char out[LIVE_LABEL], const struct live_topic *topic);
/* The value of `topics` in a query, which needs no escapes; absent where it is missing. */
struct text live_topics_of_query(struct text query);

#endif
