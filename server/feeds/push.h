/*
 * A WebSub hub (W3C Recommendation, 23 January 2018) for our own public feeds: who subscribed is sent a feed's newest document
 * as soon as its bytes change.
 *
 *     POST /hub ── push_ask ──▶ queue ── the feed is fetched ── the subscriber confirms (GET) ──▶ book
 *                                                                                                  │
 *     a commit ── generations ──▶ stale ── the feed is fetched ── other bytes? ── POST, signed, to each of them, retried
 *
 * Works on a thread of its own, which makes all calls (push_call.h) and keeps the book (push_book.h); it waits for nothing but
 * sockets. Once a second it looks whether the generations of the feeds in the book still hold: no query, no work for a loop.
 * What changed is fetched from our own listening socket, so that what is sent is byte for byte what a visitor gets, with
 * whatever the web face decides about who may see what: a feed that visitors cannot have any more ends its subscriptions. A
 * subscriber that is not there is tried again at growing distances, always with the newest document. No address that is not
 * public is ever connected to (push_address.h).
 *
 *     push = push_new(&(struct push_options){.store = store, .generations = g, .hub = "https://.../hub", .networks = &networks});
 *     ... server_start ...; push_start(push, "127.0.0.1:7100"); ... push_stop(push); ... store_close(store); push_free(push);
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_H
#define LUNTAN_SERVER_FEEDS_PUSH_H

#include "server/feeds/push_address.h"
#include "server/generations.h"

struct push;
struct store;

struct push_options {
    struct store *store;                   /* its threads do not run yet */
    const struct generations *generations; /* lives as long */
    struct text hub;                       /* the hub's own address */
    const struct push_networks *networks;  /* that may be called although they are not public; live as long */
};

/* What is there of the hub in the store is read. NULL: no memory, or that failed. */
struct push *push_new(const struct push_options *options);
/* `here`: ADDRESS:PORT at which this server can be reached from itself, an IPv6 address in brackets. False: no thread. */
MUST_USE bool push_start(struct push *push, const char *here);
/* Ends what is under way, writes down where everything stands, and waits for that. The store still runs. NULL is nothing. */
void push_stop(struct push *push);
/* After push_stop, when nobody asks any more. NULL is nothing. */
void push_free(struct push *push);

/* ---- for the web face, any thread ---- */

/* What somebody asks of the hub (WebSub section 5.1); borrowed during the call. */
struct push_ask {
    bool subscribe;         /* or unsubscribe */
    struct text topic;      /* the feed's own address, checked by the caller, and what it follows: */
    enum feed_kind kind;
    uint64_t ref;           /* board, thread or account; 0: the site, or by name */
    struct text name;       /* a tag's, or a search's question; may be absent */
    struct text callback;
    struct text secret;     /* absent: none */
    uint64_t lease_seconds; /* 0: not named */
};

enum push_verdict {
    PUSH_TAKEN,        /* the subscriber will be asked whether it meant that */
    PUSH_BAD_CALLBACK, /* not an address that may be called */
    PUSH_BAD_SECRET,   /* too long */
    PUSH_FULL,         /* no more subscriptions */
    PUSH_HURRIED,      /* too many wait */
};

/* Takes the request, or says why not; what it leads to happens later. */
MUST_USE enum push_verdict push_ask(struct push *push, const struct push_ask *ask);

/* The address of the hub, for feeds to name. */
struct text push_hub(const struct push *push);

#endif
