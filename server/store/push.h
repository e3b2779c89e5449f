/*
 * The hub's topics and subscriptions in the store. Typed functions over db.h; call them inside a transaction, on the thread that
 * owns the db.
 *
 * The hub (server/feeds/push.c) keeps all of them in memory, gives the numbers, and writes here what changed.
 */
#ifndef LUNTAN_SERVER_STORE_PUSH_H
#define LUNTAN_SERVER_STORE_PUSH_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* A feed that somebody subscribed to. */
struct push_topic_row {
    uint64_t id;
    struct text url;
    enum feed_kind kind;
    uint64_t ref;
    struct text name;
    struct text digest;  /* absent: not fetched yet */
};

struct push_subscription_row {
    uint64_t id, topic;
    struct text callback;
    struct text secret;  /* absent: none */
    int64_t expires;     /* UTC ms */
    struct text got;     /* digest of the document that it has; absent: none */
    uint64_t tries;
    int64_t due;         /* UTC ms */
};

/* All, by number: query, then next until false, then query_end. Texts are in the arena. */
struct query store_push_topics(struct db *db);
MUST_USE bool store_push_topic_next(struct query *q, struct arena *arena, struct push_topic_row *out);
struct query store_push_subscriptions(struct db *db);
MUST_USE bool store_push_subscription_next(struct query *q, struct arena *arena, struct push_subscription_row *out);

/* Makes the row with this number; of one that is there what may change is set. */
void store_push_topic_save(struct db *db, const struct push_topic_row *row);
void store_push_subscription_save(struct db *db, const struct push_subscription_row *row);

/* A topic goes after its subscriptions. */
void store_push_topic_drop(struct db *db, uint64_t id);
void store_push_subscription_drop(struct db *db, uint64_t id);

#endif
