/* See cache.h: a hash table with a list by use. */
#include "server/web/cache.h"

#include <sodium.h>
#include <stdlib.h>
#include <time.h>

enum { BUCKETS = 4096, PART = 16 }; /* a page takes at most a PARTth of the room */

struct entry {
    struct page_kept kept;     /* first */
    struct page_source source;
    struct entry *next;        /* of its bucket */
    struct entry *newer, *older;
    struct text key;
    size_t size;
    uint32_t bucket, uses;     /* the cache's own use included */
    uint32_t times;            /* that the page was made since `since` */
    int64_t made, since;       /* ms on a clock that only goes forward; 0 where nothing in it grows */
    char bytes[];
};

struct page_cache {
    const struct generations *generations;
    size_t room, held;
    uint8_t secret[crypto_shorthash_KEYBYTES];
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
};

struct page_cache *page_cache_new(const struct generations *generations, size_t bytes)
{
    struct page_cache *cache = calloc(1, sizeof *cache);

    if (!cache)
        return NULL;
    cache->generations = generations;
    cache->room = bytes;
    randombytes_buf(cache->secret, sizeof cache->secret);
    return cache;
}

/* ---- the list by use ---- */

static void list_out(struct page_cache *cache, struct entry *e)
{
    if (e->newer)
        e->newer->older = e->older;
    else
        cache->newest = e->older;
    if (e->older)
        e->older->newer = e->newer;
    else
        cache->oldest = e->newer;
}

static void list_in(struct page_cache *cache, struct entry *e)
{
    e->newer = NULL;
    e->older = cache->newest;
    if (e->older)
        e->older->newer = e;
    else
        cache->oldest = e;
    cache->newest = e;
}

/* ---- entries ---- */

void page_kept_drop(struct page_kept *kept)
{
    struct entry *e = (struct entry *)kept;

    if (--e->uses == 0)
        free(e);
}

static void let_go(struct page_cache *cache, struct entry *e)
{
    struct entry **link = &cache->buckets[e->bucket];

    while (*link != e)
        link = &(*link)->next;
    *link = e->next;
    list_out(cache, e);
    cache->held -= e->size;
    page_kept_drop(&e->kept);
}

void page_cache_free(struct page_cache *cache)
{
    if (!cache)
        return;
    while (cache->oldest)
        let_go(cache, cache->oldest);
    free(cache);
}

static uint32_t bucket_of(const struct page_cache *cache, struct text key)
{
    uint8_t hash[crypto_shorthash_BYTES];
    uint64_t number;

    /* Keyed: strangers choose addresses. */
    crypto_shorthash(hash, (const uint8_t *)key.at, key.len, cache->secret);
    memcpy(&number, hash, sizeof number);
    return (uint32_t)(number % BUCKETS);
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How a page stands to what it was made of. */
enum truth { TRUE, GROWN, UNTRUE };

static enum truth truth_of(const struct page_cache *cache, const struct page_source *source)
{
    enum truth truth = TRUE;

    for (uint32_t i = 0; i < source->count; i++) {
        if (generations_hold(cache->generations, source->topics[i].topic, source->topics[i].id, source->stamp))
            continue;
        if (!source->topics[i].grows)
            return UNTRUE;
        truth = GROWN;
    }
    return truth;
}

static bool grows(const struct page_source *source)
{
    for (uint32_t i = 0; i < source->count; i++)
        if (source->topics[i].grows)
            return true;
    return false;
}

static struct entry *find(const struct page_cache *cache, struct text key)
{
    struct entry *e = cache->buckets[bucket_of(cache, key)];

    while (e && !text_equal(e->key, key))
        e = e->next;
    return e;
}

/* Whether a page that lacks what came last is good enough still. */
static bool may_lag(const struct entry *e)
{
    return e->times >= PAGE_BUSY && now_ms() - e->made < PAGE_LAG_MS;
}

struct page_kept *page_cache_find(struct page_cache *cache, struct text key, bool exact)
{
    struct entry *e = find(cache, key);

    if (!e)
        return NULL;
    enum truth truth = truth_of(cache, &e->source);
    if (truth == UNTRUE) {
        let_go(cache, e);
        return NULL;
    }
    if (truth == GROWN && (exact || !may_lag(e)))
        return NULL; /* it stays, for its count, until the next one takes its place */
    list_out(cache, e);
    list_in(cache, e);
    e->uses++;
    return &e->kept;
}

static struct text put(char **at, struct text text)
{
    struct text copy = {text.at ? *at : NULL, text.len};

    if (text.len)
        memcpy(*at, text.at, text.len);
    *at += text.len;
    return copy;
}

void page_cache_keep(struct page_cache *cache, struct text key, const struct page_source *source, const struct page_kept *page)
{
    size_t bytes = key.len + page->type.len + page->body.len + page->etag.len + page->encoding.len;
    size_t size = sizeof(struct entry) + bytes;
    int64_t made = grows(source) ? now_ms() : 0, since = made;
    uint32_t times = 1;
    struct entry *e;

    if (size > cache->room / PART || truth_of(cache, source) == UNTRUE)
        return;
    e = find(cache, key);
    if (e && made && made - e->since < PAGE_LAG_MS) {
        times = e->times + 1;
        since = e->since;
    }
    if (e)
        let_go(cache, e);
    while (cache->held + size > cache->room)
        let_go(cache, cache->oldest);
    e = malloc(size);
    if (!e)
        return;
    char *at = e->bytes;
    *e = (struct entry){.source = *source, .size = size, .bucket = bucket_of(cache, key), .uses = 1, .times = times, .made = made, .since = since};
    e->key = put(&at, key);
    e->kept = (struct page_kept){
        .type = put(&at, page->type), .body = put(&at, page->body), .etag = put(&at, page->etag),
        .encoding = put(&at, page->encoding), .status = page->status, .modified = page->modified, .undated = page->undated,
        .feed = page->feed,
    };
    e->next = cache->buckets[e->bucket];
    cache->buckets[e->bucket] = e;
    list_in(cache, e);
    cache->held += size;
}
