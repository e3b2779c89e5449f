/*
 * What one commit tells the loops: one immutable block of memory that all of them share.
 *
 * Made by dispatch.c on the writer; each loop has a part of it, in which its own counts and its own tasks stand.
 * A part is in use while it is delivered and while rings of that loop's hub refer to its events; the last part out
 * frees the batch.
 */
#ifndef LUNTAN_SERVER_HUB_BATCH_H
#define LUNTAN_SERVER_HUB_BATCH_H

#include <stdatomic.h>

#include "server/dispatch.h"

/* An event as rings hold it; `payload` lies in the batch. */
struct batch_event {
    enum topic topic;
    uint64_t id, seq, blanks;
    uint64_t object;      /* the post it is about, or 0 */
    struct text payload;
    struct board_policy board;     /* of a queue's event, as are those that are not told of it */
    struct text spared;
};

struct batch_part {
    struct parcel parcel; /* first */
    struct batch *batch;
    struct hub *hub;
    struct task *tasks, *tasks_last; /* linked by job.item.next */
    uint32_t uses, entries;          /* by delivery and rings; of those, by rings. The loop's thread only */
};

struct batch {
    atomic_uint parts_in_use;
    size_t size;                     /* bytes, for the hubs' accounts */
    struct access_change *access;    /* in order */
    const struct batch_event *events;
    uint32_t event_count;
    struct batch_part parts[];
};

/* One use more; one less, after which `part` may be gone. */
void batch_part_keep(struct batch_part *part);
void batch_part_drop(struct batch_part *part);

#endif
