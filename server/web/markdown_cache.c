/*
 * Texts that were rendered, kept by what they were made from: post, revision, thread, language and the text itself (by a hash), so that
 * nothing can be out of date and nothing is ever dropped for another reason than room.
 *
 * Sixteen shards, each with a lock of its own, a table, and a list from the one used last to the one unused for longest. An entry does not
 * change; who copies it holds a reference rather than the lock.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/web/markdown_private.h"

enum { SHARDS = 16, SHARD_BITS = 4, BUCKETS = 1024 };

struct entry {
    struct cache_key key;
    struct entry *chain;        /* in its bucket */
    struct entry *newer, *older; /* in the list of its shard */
    atomic_uint references;
    size_t size;
    struct markdown markdown;   /* its parts lie behind the entry */
};

struct shard {
    pthread_mutex_t lock;
    struct entry *buckets[BUCKETS], *newest, *oldest;
    size_t used;
};

struct markdown_cache {
    size_t room; /* bytes of each shard */
    struct shard shards[SHARDS];
};

/* ---- keys ---- */

static uint64_t mix(uint64_t a, uint64_t b)
{
    a = (a ^ b) * 0x9e3779b97f4a7c15u;
    return a ^ (a >> 32);
}

uint64_t markdown_hash(struct text body)
{
    uint64_t hash = body.len, word;
    size_t at = 0;

    for (; body.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, body.at + at, sizeof word);
        hash = mix(hash, word);
    }
    for (word = 0; at < body.len; at++)
        word = word << 8 | (uint8_t)body.at[at];
    return mix(hash, word);
}

static uint64_t hash_of(const struct cache_key *key)
{
    return mix(mix(mix(mix(mix(mix(0, key->post), key->revision), key->thread), key->lang), key->hash), key->base);
}

static bool same_key(const struct cache_key *a, const struct cache_key *b)
{
    return a->post == b->post && a->revision == b->revision && a->thread == b->thread && a->lang == b->lang && a->hash == b->hash &&
           a->base == b->base;
}

/* ---- copies ---- */

static size_t packed_size(const struct markdown *m)
{
    size_t size = m->heading_count * sizeof *m->headings + m->html.text.len + 1;
    for (uint32_t i = 0; i < m->heading_count; i++)
        size += m->headings[i].id.len + m->headings[i].text.len;
    return size;
}

static struct text pack_text(char **at, struct text text)
{
    struct text copy = {*at, text.len};
    if (text.len)
        memcpy(*at, text.at, text.len);
    *at += text.len;
    return copy;
}

/* A copy whose parts lie in `block`, which has packed_size bytes and is aligned for anything. */
static struct markdown pack(const struct markdown *m, void *block)
{
    struct heading *headings = block;
    char *at = (char *)(headings + m->heading_count);

    for (uint32_t i = 0; i < m->heading_count; i++) {
        const struct heading *from = &m->headings[i];
        headings[i] = (struct heading){pack_text(&at, from->id), pack_text(&at, from->text), from->level};
    }
    return (struct markdown){{pack_text(&at, m->html.text)}, headings, m->heading_count};
}

static void release(struct entry *entry)
{
    if (entry && atomic_fetch_sub_explicit(&entry->references, 1, memory_order_acq_rel) == 1)
        free(entry);
}

/* ---- a shard; its lock is held ---- */

static void unlist(struct shard *shard, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &shard->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &shard->oldest) = entry->newer;
}

static void list_first(struct shard *shard, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = shard->newest;
    *(shard->newest ? &shard->newest->newer : &shard->oldest) = entry;
    shard->newest = entry;
}

static struct entry **bucket_of(struct shard *shard, const struct cache_key *key)
{
    return &shard->buckets[(hash_of(key) >> SHARD_BITS) % BUCKETS];
}

static struct entry **find(struct shard *shard, const struct cache_key *key)
{
    struct entry **at = bucket_of(shard, key);
    while (*at && !same_key(&(*at)->key, key))
        at = &(*at)->chain;
    return at;
}

/* Takes the entry unused for longest out. */
static void drop_oldest(struct shard *shard)
{
    struct entry *entry = shard->oldest;
    struct entry **at = find(shard, &entry->key);

    *at = entry->chain;
    unlist(shard, entry);
    shard->used -= entry->size;
    release(entry);
}

static struct shard *shard_of(struct markdown_cache *cache, const struct cache_key *key)
{
    return &cache->shards[hash_of(key) % SHARDS];
}

/* ---- from outside ---- */

struct markdown_cache *markdown_cache_new(size_t bytes)
{
    struct markdown_cache *cache = calloc(1, sizeof *cache);

    if (!cache)
        return NULL;
    cache->room = bytes / SHARDS;
    for (unsigned i = 0; i < SHARDS; i++)
        pthread_mutex_init(&cache->shards[i].lock, NULL);
    return cache;
}

void markdown_cache_free(struct markdown_cache *cache)
{
    if (!cache)
        return;
    for (unsigned i = 0; i < SHARDS; i++) {
        while (cache->shards[i].oldest)
            drop_oldest(&cache->shards[i]);
        pthread_mutex_destroy(&cache->shards[i].lock);
    }
    free(cache);
}

bool markdown_cache_take(struct markdown_cache *cache, const struct cache_key *key, struct arena *arena, struct markdown *out)
{
    struct shard *shard = shard_of(cache, key);

    pthread_mutex_lock(&shard->lock);
    struct entry *entry = *find(shard, key);
    if (entry) {
        atomic_fetch_add_explicit(&entry->references, 1, memory_order_relaxed);
        unlist(shard, entry);
        list_first(shard, entry);
    }
    pthread_mutex_unlock(&shard->lock);
    if (!entry)
        return false;
    void *block = arena_alloc(arena, packed_size(&entry->markdown));
    if (block)
        *out = pack(&entry->markdown, block);
    release(entry);
    return block != NULL;
}

void markdown_cache_keep(struct markdown_cache *cache, const struct cache_key *key, const struct markdown *markdown)
{
    const size_t size = sizeof(struct entry) + packed_size(markdown);
    struct shard *shard = shard_of(cache, key);

    if (size > cache->room)
        return;
    struct entry *entry = malloc(size);
    if (!entry)
        return;
    *entry = (struct entry){.key = *key, .references = 1, .size = size};
    entry->markdown = pack(markdown, entry + 1);

    pthread_mutex_lock(&shard->lock);
    struct entry **at = find(shard, key);
    if (*at) { /* another thread was first */
        release(entry);
    } else {
        *at = entry;
        list_first(shard, entry);
        shard->used += size;
        while (shard->used > cache->room)
            drop_oldest(shard);
    }
    pthread_mutex_unlock(&shard->lock);
}
