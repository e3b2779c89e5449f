/* See push.h. */
#include "server/store/push.h"

struct query store_push_topics(struct db *db)
{
    return db_query(db, SQL_PUSH_TOPICS);
}

bool store_push_topic_next(struct query *q, struct arena *arena, struct push_topic_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct push_topic_row){
        .id = query_int_at(q, 0),
        .url = query_text_at(q, 1, arena),
        .kind = (enum feed_kind)query_int_at(q, 2),
        .ref = query_int_at(q, 3),
        .name = query_text_at(q, 4, arena),
        .digest = query_blob_at(q, 5, arena),
    };
    return true;
}

struct query store_push_subscriptions(struct db *db)
{
    return db_query(db, SQL_PUSH_SUBSCRIPTIONS);
}

bool store_push_subscription_next(struct query *q, struct arena *arena, struct push_subscription_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct push_subscription_row){
        .id = query_int_at(q, 0),
        .topic = query_int_at(q, 1),
        .callback = query_text_at(q, 2, arena),
        .secret = query_blob_at(q, 3, arena),
        .expires = (int64_t)query_int_at(q, 4),
        .got = query_blob_at(q, 5, arena),
        .tries = query_int_at(q, 6),
        .due = (int64_t)query_int_at(q, 7),
    };
    return true;
}

void store_push_topic_save(struct db *db, const struct push_topic_row *row)
{
    struct query q = db_query(db, SQL_PUSH_TOPIC_SAVE);
    query_int(&q, ":id", row->id);
    query_text(&q, ":url", row->url);
    query_int(&q, ":kind", row->kind);
    query_int(&q, ":ref", row->ref);
    query_text(&q, ":name", row->name);
    query_blob(&q, ":digest", row->digest);
    query_run(&q);
}

void store_push_subscription_save(struct db *db, const struct push_subscription_row *row)
{
    struct query q = db_query(db, SQL_PUSH_SUBSCRIPTION_SAVE);
    query_int(&q, ":id", row->id);
    query_int(&q, ":topic", row->topic);
    query_text(&q, ":callback", row->callback);
    query_blob(&q, ":secret", row->secret);
    query_time(&q, ":expires", row->expires);
    query_blob(&q, ":got", row->got);
    query_int(&q, ":tries", row->tries);
    query_time(&q, ":due", row->due);
    query_run(&q);
}

void store_push_topic_drop(struct db *db, uint64_t id)
{
    struct query q = db_query(db, SQL_PUSH_TOPIC_DROP);
    query_int(&q, ":id", id);
    query_run(&q);
}

void store_push_subscription_drop(struct db *db, uint64_t id)
{
    struct query q = db_query(db, SQL_PUSH_SUBSCRIPTION_DROP);
    query_int(&q, ":id", id);
    query_run(&q);
}
