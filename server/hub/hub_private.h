/* The hub from the inside, for hub.c (topics, access, events), followers.c and backlog.c and sweep.c. Private to hub/. */
#ifndef LUNTAN_SERVER_HUB_HUB_PRIVATE_H
#define LUNTAN_SERVER_HUB_HUB_PRIVATE_H

#include "server/forum/topics.h"
#include "server/hub/hub.h"
#include "server/hub/ring.h"

/* A topic's ring holds at most RING_BYTES of payload; a loop's rings keep at most HUB_BYTES of batches in memory. */
enum { RING_BYTES = 1024 * 1024, HUB_BYTES = 64 * 1024 * 1024 };

enum subscription_state {
    SUBSCRIPTION_PENDING, /* the answer to subscribe is awaited; the ring collects */
    SUBSCRIPTION_BACKLOG, /* pieces from the store, from `since` on */
    SUBSCRIPTION_LIVE,    /* has had everything up to `position` */
    SUBSCRIPTION_ENDING,  /* the end with `status` is to be said */
};

struct subscription {
    struct hub_topic *topic;
    struct follower *follower;
    struct subscription *next, *next_ready; /* of the follower */
    uint64_t position; /* LIVE: as above; before: what the ring need not keep for it */
    uint64_t since;
    uint64_t owed;     /* of a queue's topic, which has no ring: the last change that is to be told */
    uint32_t id;
    uint32_t slot;     /* in the topic's array */
    uint8_t state;
    uint8_t status;
    bool ready;        /* in the follower's list */
    bool hungry;       /* counted in the follower's `hungry` */
};

struct hub_topic {
    struct hub_topic *next;            /* of the same bucket */
    struct hub_topic *older, *newer;   /* by activity, for eviction */
    uint64_t id;
    enum topic kind;
    bool known;                    /* `board` is */
    struct board_policy board;     /* of a board's, thread's or queue's topic */
    struct ring ring;
    struct subscription **subscriptions;
    uint32_t count, room;
};

struct hub {
    struct loop *loop;
    struct store *store;
    struct follower *followers;
    struct hub_topic **buckets;
    uint32_t bucket_count, topic_count;
    struct hub_topic *oldest, *newest; /* by activity */
    size_t held;                   /* bytes of batches that rings refer to */
    uint64_t access_changes;       /* so far: a backlog read before one of them is read again */
    uint32_t backlogs;             /* at the store */
};

/* A piece of a backlog: at the store, or come and waiting to be said. */
struct backlog_task {
    struct task task; /* first */
    struct backlog backlog;
    struct hub *hub;
    struct follower *follower;         /* NULL: has left */
    struct subscription *subscription; /* NULL: is over */
    uint64_t access_changes;           /* the hub's when it was asked for */
    bool came;
};

/* ---- hub.c ---- */

struct hub_topic *hub_topic_find(const struct hub *hub, enum topic kind, uint64_t id);
/* Finds or makes it; NULL: no memory. */
struct hub_topic *hub_topic_get(struct hub *hub, enum topic kind, uint64_t id);
/* Frees it when nobody follows it. */
void hub_topic_let_go(struct hub *hub, struct hub_topic *topic);

/* ---- followers.c ---- */

/* Whether the follower may (still) follow the topic, as far as this loop knows. */
bool subscription_allowed(const struct subscription *s);
/* Puts it among those with something to say. */
void subscription_ready(struct subscription *s);
void subscription_set_hungry(struct subscription *s, bool hungry);
/* It is over: `end` will be said. */
void subscription_end(struct subscription *s, enum status status);
/* Takes it out everywhere and frees it. */
void subscription_free(struct subscription *s);
/* Ends those subscriptions of the follower that are no longer allowed. */
void follower_recheck(struct follower *f);

/* ---- backlog.c ---- */

/* Asks the store for the next piece of a hungry subscription, unless one is under way. */
void backlog_ask(struct follower *f);
/* Says the piece that has come, as far as there is room, and forgets it. */
void backlog_say(struct follower *f, struct outlet *outlet);
void backlog_forget(struct backlog_task *task);

/* ---- sweep.c ---- */

void sweep_say_change(struct outlet *outlet, const struct subscription *s, uint64_t seq, struct text payload);
void sweep_say_live(struct outlet *outlet, const struct subscription *s);

#endif
