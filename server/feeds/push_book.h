/*
 * The hub's book: every topic and subscription, in memory. Private to the hub, on its thread only.
 *
 * A topic is one of our public feeds that somebody subscribed to or asks to; it leaves the book when nobody does any more. What
 * changes is given to the rows (push_rows.h), which write it down.
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_BOOK_H
#define LUNTAN_SERVER_FEEDS_PUSH_BOOK_H

#include <stdbool.h>

#include "server/feeds/push_rows.h"

enum { PUSH_DIGEST = 32 };

/* A feed's bytes as they were fetched, in use by deliveries. */
struct push_document {
    unsigned uses;
    uint8_t digest[PUSH_DIGEST];
    char *bytes, *type;
    size_t len;
};

struct push_topic {
    uint64_t id;
    char *url, *name;
    enum feed_kind kind;
    uint64_t ref;
    uint8_t digest[PUSH_DIGEST];    /* of what subscribers have or are to get */
    bool known;                     /* the digest is there */
    bool saved;                     /* its row was written */
    bool stamped;                   /* `stamp` is there: its generation when it was fetched last (generations.h) */
    uint64_t stamp;
    int64_t fetch_at;               /* not before; monotonic ms */
    bool fetching;
    bool gone;                      /* there is no such feed any more: who subscribed is told */
    bool wanted, awaited;           /* in this pass: somebody could be sent the document; or could, were the host not busy */
    unsigned subscribers, askers;
    struct push_document *document; /* while somebody is to get it, or NULL */
};

enum push_state {
    PUSH_IDLE,
    PUSH_BUSY,    /* a call is under way */
    PUSH_LEAVING, /* a call is under way, after which it goes */
};

struct push_subscription {
    uint64_t id;
    struct push_topic *topic;
    char *callback, *host;
    char *secret;                   /* NULL: none */
    size_t secret_len;
    int64_t expires, due;           /* UTC ms */
    uint8_t got[PUSH_DIGEST];
    bool has;                       /* `got` is there */
    unsigned tries;                 /* that failed since it got something */
    enum push_state state;
};

struct push_book {
    struct push_rows *rows;
    struct push_topic **topics;
    struct push_subscription **subscriptions;
    size_t topic_count, count, topic_room, room;
    uint64_t last_topic, last_subscription; /* numbers given */
};

/* NULL: no memory. `rows` must live as long. */
struct push_book *push_book_new(struct push_rows *rows);
/* NULL is nothing. */
void push_book_free(struct push_book *book);

/* Takes what is in the store, as rows. False: no memory. */
MUST_USE bool push_book_take_topic(struct push_book *book, const struct push_topic_row *row);
MUST_USE bool push_book_take(struct push_book *book, const struct push_subscription_row *row);

/* The topic with this address; made where it is missing. NULL: no memory. */
struct push_topic *push_book_topic(struct push_book *book, const struct push_topic_row *row);
/* The subscription, or NULL. */
struct push_subscription *push_book_find(const struct push_book *book, struct text topic, struct text callback);
/* How many subscriptions have callbacks at the host. */
size_t push_book_at_host(const struct push_book *book, const char *host);

/* A confirmed subscription: a new one, or the same with another secret and lease. False: no memory. */
MUST_USE bool push_book_subscribe(struct push_book *book, struct push_topic *topic, struct text callback, struct text secret,
                                  int64_t expires);
/* Writes down what changed of it: lease, secret, what it got, tries. Likewise the topic's digest. */
void push_book_save(struct push_book *book, const struct push_subscription *subscription);
void push_book_save_topic(struct push_book *book, struct push_topic *topic);
/* It goes; at once, or when its call has ended. */
void push_book_drop(struct push_book *book, struct push_subscription *subscription);
/* Its call has ended. False: it was to go, and is gone. */
MUST_USE bool push_book_release(struct push_book *book, struct push_subscription *subscription);
/* Topics that nobody wants go. */
void push_book_tidy(struct push_book *book);

/* NULL: no memory. The bytes are copied. */
struct push_document *push_document_new(struct text bytes, const char *type);
/* NULL is nothing. */
void push_document_drop(struct push_document *document);

#endif
