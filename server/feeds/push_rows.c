/* See push_rows.h. */
#include "server/feeds/push_rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/feeds/push_book.h"
#include "server/feeds/push_limits.h"
#include "server/store/store.h"
#include "server/util/log.h"

enum { LOAD_ARENA = 64 * 1024 * 1024 };

enum row_kind { SAVE_TOPIC, SAVE_SUBSCRIPTION, DROP_TOPIC, DROP_SUBSCRIPTION };

/* A change, with its texts behind it. */
struct row_change {
    struct row_change *next;
    enum row_kind kind;
    union {
        struct push_topic_row topic;
        struct push_subscription_row subscription;
        uint64_t id;
    };
    char bytes[];
};

struct push_rows {
    struct job job;              /* first */
    struct store *store;
    struct row_change *first, **end; /* queued; the first `taken` of them are in the job */
    unsigned taken, queued;
    pthread_mutex_t lock;        /* of what follows */
    pthread_cond_t changed;
    bool away;                   /* the job is at the store */
};

static bool run(struct job *job, struct db *db);
static void settled(struct job *job);

struct push_rows *push_rows_new(struct store *store)
{
    struct push_rows *rows = calloc(1, sizeof *rows);

    if (!rows)
        return NULL;
    rows->store = store;
    rows->job = (struct job){.run = run, .settled = settled};
    rows->end = &rows->first;
    pthread_mutex_init(&rows->lock, NULL);
    pthread_cond_init(&rows->changed, NULL);
    return rows;
}

static void forget(struct push_rows *rows, unsigned count)
{
    while (count-- && rows->first) {
        struct row_change *change = rows->first;
        rows->first = change->next;
        rows->queued--;
        free(change);
    }
    if (!rows->first)
        rows->end = &rows->first;
}

void push_rows_free(struct push_rows *rows)
{
    if (!rows)
        return;
    while (rows->first)
        forget(rows, 1);
    pthread_mutex_destroy(&rows->lock);
    pthread_cond_destroy(&rows->changed);
    free(rows);
}

/* ---- queueing ---- */

static struct row_change *add(struct push_rows *rows, enum row_kind kind, size_t room)
{
    struct row_change *change = rows->queued < PUSH_MAX_QUEUED ? malloc(sizeof *change + room) : NULL;

    if (!change) {
        log_error("push_row_lost", LOG_NUMBER("kind", kind));
        return NULL;
    }
    change->next = NULL;
    change->kind = kind;
    *rows->end = change;
    rows->end = &change->next;
    rows->queued++;
    return change;
}

/* Moves the text's bytes to where `at` is. */
static void carry(struct text *text, char **at)
{
    if (!text->at)
        return;
    memcpy(*at, text->at, text->len);
    text->at = *at;
    *at += text->len;
}

void push_rows_topic(struct push_rows *rows, const struct push_topic_row *row)
{
    struct row_change *change = add(rows, SAVE_TOPIC, row->url.len + row->name.len + row->digest.len);
    char *at;

    if (!change)
        return;
    change->topic = *row;
    at = change->bytes;
    carry(&change->topic.url, &at);
    carry(&change->topic.name, &at);
    carry(&change->topic.digest, &at);
}

void push_rows_subscription(struct push_rows *rows, const struct push_subscription_row *row)
{
    struct row_change *change = add(rows, SAVE_SUBSCRIPTION, row->callback.len + row->secret.len + row->got.len);
    char *at;

    if (!change)
        return;
    change->subscription = *row;
    at = change->bytes;
    carry(&change->subscription.callback, &at);
    carry(&change->subscription.secret, &at);
    carry(&change->subscription.got, &at);
}

void push_rows_drop_topic(struct push_rows *rows, uint64_t id)
{
    struct row_change *change = add(rows, DROP_TOPIC, 0);

    if (change)
        change->id = id;
}

void push_rows_drop_subscription(struct push_rows *rows, uint64_t id)
{
    struct row_change *change = add(rows, DROP_SUBSCRIPTION, 0);

    if (change)
        change->id = id;
}

/* ---- writing ---- */

static void apply(const struct row_change *change, struct db *db)
{
    switch (change->kind) {
    case SAVE_TOPIC:
        store_push_topic_save(db, &change->topic);
        break;
    case SAVE_SUBSCRIPTION:
        store_push_subscription_save(db, &change->subscription);
        break;
    case DROP_TOPIC:
        store_push_topic_drop(db, change->id);
        break;
    case DROP_SUBSCRIPTION:
        store_push_subscription_drop(db, change->id);
        break;
    }
}

/* On the writer. Of what was taken the hub's thread touches nothing meanwhile but where the last one leads. */
static bool run(struct job *job, struct db *db)
{
    const struct push_rows *rows = (const struct push_rows *)job;
    const struct row_change *change = rows->first;

    for (unsigned left = rows->taken; left; left--) {
        apply(change, db);
        if (left > 1)
            change = change->next;
    }
    return true;
}

static void settled(struct job *job)
{
    struct push_rows *rows = (struct push_rows *)job;

    pthread_mutex_lock(&rows->lock);
    rows->away = false;
    pthread_cond_signal(&rows->changed);
    pthread_mutex_unlock(&rows->lock);
}

static bool is_away(struct push_rows *rows)
{
    pthread_mutex_lock(&rows->lock);
    bool away = rows->away;
    pthread_mutex_unlock(&rows->lock);
    return away;
}

/* What the store is done with goes; where it failed it stays, to be tried again. */
static bool collect(struct push_rows *rows)
{
    bool written = !rows->taken || rows->job.durable;

    if (written)
        forget(rows, rows->taken);
    else
        log_error("push_rows_unwritten", LOG_NUMBER("rows", rows->taken));
    rows->taken = 0;
    return written;
}

static void give(struct push_rows *rows)
{
    for (const struct row_change *change = rows->first; change && rows->taken < PUSH_MAX_CHANGES; change = change->next)
        rows->taken++;
    if (!rows->taken)
        return;
    rows->away = true;
    store_write(rows->store, &rows->job);
}

void push_rows_write(struct push_rows *rows)
{
    if (is_away(rows))
        return;
    collect(rows);
    give(rows);
}

void push_rows_finish(struct push_rows *rows)
{
    bool well = true;

    do {
        pthread_mutex_lock(&rows->lock);
        while (rows->away)
            pthread_cond_wait(&rows->changed, &rows->lock);
        pthread_mutex_unlock(&rows->lock);
        well = collect(rows);
        if (well)
            give(rows);
    } while (well && rows->taken);
}

/* ---- loading ---- */

struct loading {
    struct job job; /* first */
    struct push_book *book;
    struct arena *arena;
};

static bool load(struct job *job, struct db *db)
{
    struct loading *loading = (struct loading *)job;
    struct push_topic_row topic;
    struct push_subscription_row subscription;
    bool well = true;

    struct query topics = store_push_topics(db);
    while (well && store_push_topic_next(&topics, loading->arena, &topic))
        well = push_book_take_topic(loading->book, &topic);
    query_end(&topics);
    struct query subscriptions = store_push_subscriptions(db);
    while (well && store_push_subscription_next(&subscriptions, loading->arena, &subscription))
        well = push_book_take(loading->book, &subscription);
    query_end(&subscriptions);
    return well && !arena_failed(loading->arena);
}

bool push_rows_load(struct store *store, struct push_book *book)
{
    struct loading loading = {.job.run = load, .book = book, .arena = arena_new(LOAD_ARENA)};
    bool well = loading.arena && store_run_now(store, &loading.job);

    arena_free(loading.arena);
    return well;
}
