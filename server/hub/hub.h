/*
 * The hub of one loop: which connections follow which topics, and what of it they have had.
 *
 * Topics exist here only while somebody on this loop follows them. A topic keeps its newest events in a ring; a
 * subscription is a position in it. Nothing is queued per subscriber: a follower is asked to output when its
 * connection has room, and is then given everything between its positions and the heads, so that under load many
 * events leave with one write. What a ring no longer holds is read from the store (topics_backlog), one piece at
 * a time per connection, or, for a subscription that was live, told as a gap.
 *
 * A queue's topic has no ring: its changes are bare and not for all who follow it (forum/queue_topic.h), so that a
 * subscription holds no more than the last sequence that it is owed.
 *
 * Who may read is decided again whenever access changes, and by every backlog. Everything here runs on the loop's
 * thread; there are no locks.
 *
 *     follow request sent to the store    hub_expect    PENDING   the ring collects from now on
 *     its answer came                     hub_grant     BACKLOG   pieces from the store, until its head
 *                                                       LIVE      from the ring
 *     access lost                                       ENDING    `end` is to be said
 */
#ifndef LUNTAN_SERVER_HUB_HUB_H
#define LUNTAN_SERVER_HUB_HUB_H

#include "server/hub/batch.h"
#include "server/net/face.h"
#include "server/request.h"

struct follower;
struct hub;
struct subscription;

/*
 * How a follower is told, in whatever its connection speaks; `id` is its subscription's. Called from hub_output, while there
 * is room, but for `changed`.
 */
struct voice {
    /* `payload`: an encoded change, which has this sequence in the topic. */
    void (*change)(struct follower *follower, uint32_t id, uint64_t seq, struct text payload, struct outlet *outlet);
    /* The backlog is over; what is above `seq` happens from now on. */
    void (*live)(struct follower *follower, uint32_t id, uint64_t seq, struct outlet *outlet);
    /* What is above the last told and up to `seq` will not be told. */
    void (*gap)(struct follower *follower, uint32_t id, uint64_t seq, struct outlet *outlet);
    /* The subscription is over, and gone after this. */
    void (*end)(struct follower *follower, uint32_t id, enum status status, struct outlet *outlet);
    /* Access changed, and the follower's actor is another now; before any event of the same commit. */
    void (*changed)(struct follower *follower);
};

/* One connection's place in the hub; embedded in its session. */
struct follower {
    struct hub *hub;
    struct connection *connection;
    const struct voice *voice;               /* NULL: frames of luntan/1; the session's to set after hub_enter */
    const struct actor *actor;               /* as whom it follows; NULL before authentication */
    struct follower *previous, *next;        /* of the hub */
    struct subscription *subscriptions;      /* its own */
    struct subscription *ready, *ready_last; /* those with something to say */
    struct backlog_task *backlog;            /* under way or come; one at a time */
    uint32_t count;                          /* of subscriptions */
    uint32_t hungry;                         /* of those, how many wait for a backlog */
};

/* NULL: no memory. `store` gives backlogs. */
struct hub *hub_new(struct loop *loop, struct store *store);
/* When no follower is left and hub_settled. */
void hub_free(struct hub *hub);
/* Whether no backlog is under way at the store. */
bool hub_settled(const struct hub *hub);
/* How many changes of access have come: what the store found before one of them may not hold any more. */
uint64_t hub_access_changes(const struct hub *hub);
/* Every second: gives back what everybody has had. */
void hub_tick(struct hub *hub);

/* ---- for sessions ---- */

void hub_enter(struct hub *hub, struct follower *follower, struct connection *connection);
void hub_leave(struct follower *follower);
/* The follower is `actor` from now on, of which what is needed is copied. False: no memory. */
MUST_USE bool hub_become(struct follower *follower, const struct actor *actor);
/* Before a subscribe request is given to the store. OK, TOO_MANY, BUSY (no memory). */
MUST_USE enum status hub_expect(struct follower *follower, uint32_t id, enum topic topic, uint64_t topic_id);
/* Its answer: granted, or NULL for not. */
void hub_answer(struct follower *follower, uint32_t id, const struct subscription_grant *grant);
/* False: there is no such subscription. */
bool hub_unsubscribe(struct follower *follower, uint32_t id);
/* Says what there is to say, while there is room. */
void hub_output(struct follower *follower, struct outlet *outlet);

/* ---- requests of sessions that have to do with following: resume, login, ..., subscribe ---- */

/* Before the request is given to the store, under the id of its subscription if it is one. OK, TOO_MANY, BUSY (no memory). */
MUST_USE enum status hub_ask(struct follower *follower, uint32_t id, const struct request *request);
/*
 * Whether access changed since `access_changes` and the request, which a reader answered, tells who the follower is: its session
 * may have ended, its roles be others. It must be read once more.
 */
bool hub_overtaken(const struct hub *hub, const struct request *request, uint64_t access_changes);
/* It was answered: what the follower becomes and follows by it. False: no memory; the connection must end. */
MUST_USE bool hub_take_effect(struct follower *follower, uint32_t id, const struct request *request);

/* ---- for dispatch, in this order for each commit ---- */

void hub_access(struct hub *hub, const struct access_change *change);
void hub_event(struct hub *hub, struct batch_part *part, const struct batch_event *event);
/* Events and access changes were lost for want of memory: everybody must connect anew. */
void hub_lost(struct hub *hub);

#endif
