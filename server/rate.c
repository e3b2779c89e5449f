/*
 * See rate.h. Each bucket is one number, the time at which it would be full again (the generic cell rate
 * algorithm): taking a token moves it on by one token's refill, and there is none left while it lies a burst
 * or more ahead of now. A bucket whose time has passed is full, and the one whose time is longest past has been
 * full for longest.
 */
#include "server/rate.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

enum rate_by { BY_ACTOR, BY_PEER, BY_VISITOR, BY_SUBJECT };

struct rate_row {
    enum message_index message;
    uint32_t burst;
    uint64_t token; /* one token's refill in microseconds */
    enum rate_by by;
};

/* The index of a message by the name that rates.def gives it. */
enum {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) RATE_INDEX_##name = INDEX_##NAME,
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
};

static const struct rate_row rows[] = {
#define RATE(message, burst, per, seconds, BY) \
    {(enum message_index)RATE_INDEX_##message, burst, (seconds) * UINT64_C(1000000) / (per), BY_##BY},
#include "server/rates.def"
#undef RATE
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* A key may lie in any bucket of its set; a set is searched whole, under its lock. */
enum { SETS = 8192, WAYS = 8 };

struct bucket {
    uint64_t key;     /* 0: never used */
    uint64_t full_at; /* microseconds */
};

struct rate_set {
    pthread_mutex_t lock;
    struct bucket buckets[WAYS];
};

struct rate_table {
    uint8_t secret[crypto_shorthash_KEYBYTES]; /* so that nobody can choose whose bucket to push out */
    struct rate_set sets[SETS];
};

struct rate_table *rate_table_new(void)
{
    struct rate_table *table = calloc(1, sizeof *table);
    if (!table)
        return NULL;
    randombytes_buf(table->secret, sizeof table->secret);
    for (unsigned i = 0; i < SETS; i++)
        pthread_mutex_init(&table->sets[i].lock, NULL);
    return table;
}

void rate_table_free(struct rate_table *table)
{
    if (!table)
        return;
    for (unsigned i = 0; i < SETS; i++)
        pthread_mutex_destroy(&table->sets[i].lock);
    free(table);
}

/* The bucket with this key, or the one that makes room for it. The set is locked. */
static struct bucket *find_bucket(struct rate_set *set, uint64_t key)
{
    struct bucket *oldest = &set->buckets[0];

    for (unsigned i = 0; i < WAYS; i++) {
        struct bucket *bucket = &set->buckets[i];
        if (bucket->key == key)
            return bucket;
        if (bucket->full_at < oldest->full_at)
            oldest = bucket;
    }
    *oldest = (struct bucket){.key = key};
    return oldest;
}

/* Whose bucket: `account` is told from `peer` and `subject`, so that equal numbers do not meet. */
struct owner {
    uint64_t row, is_account, number;
};

/* Takes a token; 0, or how long until there is one, in milliseconds. */
static uint64_t take(struct rate_table *table, const struct rate_row *row, struct owner owner, int64_t now)
{
    uint64_t key, wait = 0, moment = now > 0 ? (uint64_t)now * 1000 : 0;
    uint8_t hash[crypto_shorthash_BYTES];

    crypto_shorthash(hash, (const uint8_t *)&owner, sizeof owner, table->secret);
    memcpy(&key, hash, sizeof key);
    struct rate_set *set = &table->sets[key % SETS];
    key |= 1; /* never 0; the set has used up the lowest bits anyway */

    pthread_mutex_lock(&set->lock);
    struct bucket *bucket = find_bucket(set, key);
    uint64_t full_at = bucket->full_at > moment ? bucket->full_at : moment;
    uint64_t next = full_at + row->token;
    if (next - moment > row->burst * row->token)
        wait = (next - moment - row->burst * row->token + 999) / 1000;
    else
        bucket->full_at = next;
    pthread_mutex_unlock(&set->lock);
    return wait;
}

uint64_t rate_take(struct rate_table *table, const struct message *message, uint64_t account, uint64_t peer, int64_t now)
{
    uint64_t wait = 0;

    for (uint64_t i = 0; i < ROWS && !wait; i++) {
        const struct rate_row *row = &rows[i];
        bool by_account = row->by == BY_ACTOR && account;
        if (row->message != message->index || row->by == BY_SUBJECT || (row->by == BY_VISITOR && account))
            continue;
        wait = take(table, row, (struct owner){i, by_account, by_account ? account : peer}, now);
    }
    return wait;
}

uint64_t rate_take_subject(struct rate_table *table, const struct message *message, uint64_t subject, int64_t now)
{
    uint64_t wait = 0;

    for (uint64_t i = 0; i < ROWS && !wait; i++)
        if (rows[i].message == message->index && rows[i].by == BY_SUBJECT)
            wait = take(table, &rows[i], (struct owner){i, 0, subject}, now);
    return wait;
}
