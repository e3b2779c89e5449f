/*
 * The hub from the inside, on its thread only, but for push_ask.
 *
 *     push.c          the thread and its pass, errands, what others call
 *     push_verify.c   what was asked: is it meant? and telling subscribers that it is over
 *     push_deliver.c  fetching feeds that changed, and sending them
 *     push_book.c     topics and subscriptions             push_rows.c     writing them down
 *     push_call.c     HTTP                                 push_callback.c, push_address.c  who may be called
 *
 * Everything that takes time is an errand: one call, with what it is about. A pass starts what can be started: of each kind up
 * to its limit, and one at a time for each host of subscribers.
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_PRIVATE_H
#define LUNTAN_SERVER_FEEDS_PUSH_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/feeds/push.h"
#include "server/feeds/push_book.h"
#include "server/feeds/push_call.h"
#include "server/feeds/push_limits.h"
#include "server/util/inbox.h"

enum { PUSH_HERE = 80, PUSH_CHALLENGE = 32 };

/* Something asked, on its way; its texts stand behind it. */
struct asked {
    struct inbox_item item;   /* first */
    struct asked *next;
    struct push_ask ask;
    int64_t since;            /* monotonic ms, when it was taken */
    char *host;               /* of the callback */
    struct push_topic *topic; /* NULL: it is not in the book, and need not be */
    char bytes[];
};

enum errand_kind {
    ERRAND_FETCH,   /* a feed of ours */
    ERRAND_VERIFY,  /* is it meant? */
    ERRAND_DENY,    /* it will not be, or is over */
    ERRAND_DELIVER, /* a document to a subscriber */
    ERRANDS,
};

struct errand {
    struct errand *next;
    enum errand_kind kind;
    struct push_topic *topic;       /* FETCH */
    struct asked *asked;            /* VERIFY, and DENY of something asked; owned */
    struct push_subscription *to;   /* DELIVER, and DENY of a subscription; busy */
    struct push_document *document; /* DELIVER; in use */
    struct push_posting posting;    /* DELIVER */
    const char *host;               /* of the subscriber; NULL: our own */
    uint64_t stamp;                 /* FETCH: the generation before it */
    char challenge[PUSH_CHALLENGE + 1];
};

struct push {
    struct push_options options;
    char hub[PUSH_MAX_ADDRESS + 1], here[PUSH_HERE];
    struct push_caller *caller;
    struct push_rows *rows;
    struct push_book *book;
    struct errand *errands;         /* under way */
    unsigned under_way[ERRANDS];
    struct asked *asked, **asked_end; /* that wait, oldest first */
    size_t turn;                    /* the subscription with which the next pass begins */
    pthread_t thread;
    bool started;

    /* of any thread */
    struct inbox inbox;             /* struct asked */
    atomic_uint waiting;            /* asked and not settled */
    atomic_uint subscriptions;      /* in the book, as the thread saw it last */
    atomic_bool stopping;
};

/* ---- push.c ---- */

int64_t push_utc(void);       /* ms */
int64_t push_monotonic(void); /* ms */

/* A new errand, which the caller fills. NULL: its kind is at its limit, a call to the host is under way, or there is no memory. */
struct errand *errand_new(struct push *push, enum errand_kind kind, const char *host);
/* Frees it, with what it holds. */
void errand_free(struct push *push, struct errand *errand);
/* Whether a call to the host is under way. */
bool host_is_busy(const struct push *push, const char *host);
/* Makes its call. Where that is not possible the errand is freed, with what it holds, and false is given. */
MUST_USE bool errand_begin(struct push *push, struct errand *errand, const struct push_call_spec *spec);

/* ---- push_verify.c ---- */

/* Takes what was asked since into the queue. */
void verify_take(struct push *push);
/* Starts verifications; marks topics of which the document is missing for that. */
void verify_pass(struct push *push);
void verify_done(struct push *push, struct errand *errand, const struct push_answer *answer);
/* Tells a subscriber that its subscription is over, unless that must wait. */
void deny_begin(struct push *push, struct push_subscription *to);
void deny_done(struct push *push, struct errand *errand, const struct push_answer *answer);
void asked_free(struct push *push, struct asked *asked);

/* ---- push_deliver.c ---- */

/* Ends leases, starts deliveries, marks topics whose document is missing for that. */
void deliver_pass(struct push *push);
void deliver_done(struct push *push, struct errand *errand, const struct push_answer *answer);
/* Starts fetching of what is marked or stale; lets documents go that nobody waits for. */
void fetch_pass(struct push *push);
void fetch_done(struct push *push, struct errand *errand, const struct push_answer *answer);

#endif
