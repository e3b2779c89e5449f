/* See filters_cache.h. */
#include "server/forum/filters_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "server/forum/filtering.h"
#include "server/store/filters.h"
#include "server/util/log.h"

enum {
    NOTES = 64,         /* rules whose refusals are counted at a time; what comes after is counted with the last */
    SCRATCH = 24 << 20, /* the longest body, about eight bytes for each of its bytes, and rules while they are compiled */
};

struct note {
    uint64_t rule, hits;
    int64_t last;
};

struct filter_cache {
    struct filter *filter;
    uint64_t version;
    struct arena *scratch;
    pthread_mutex_t lock; /* of what follows */
    struct note notes[NOTES];
    size_t count;
};

struct filter_cache *filter_cache_new(void)
{
    struct filter_cache *cache = calloc(1, sizeof *cache);

    if (!cache)
        return NULL;
    cache->scratch = arena_new(SCRATCH);
    if (!cache->scratch || pthread_mutex_init(&cache->lock, NULL)) {
        arena_free(cache->scratch);
        free(cache);
        return NULL;
    }
    return cache;
}

void filter_cache_free(struct filter_cache *cache)
{
    if (!cache)
        return;
    filter_free(cache->filter);
    arena_free(cache->scratch);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

struct arena *filter_cache_scratch(struct filter_cache *cache)
{
    arena_reset(cache->scratch);
    return cache->scratch;
}

/* ---- compiling ---- */

/* False: no memory. One that this program cannot read, though another could, is left out: the others stay in force. */
static bool add_filter(struct filter_cache *cache, struct request *r, const struct filter_row *row, struct filter *into)
{
    struct arena *scratch = cache->scratch;
    struct filter_file file;
    struct filter_fault fault;
    uint64_t *ids;

    if (!filtering_read(row->text, scratch, &file, &fault))
        goto broken;
    ids = arena_alloc(scratch, (file.rule_count + 1) * sizeof *ids);
    if (!ids)
        return false;
    for (size_t i = 0; i < file.rule_count; i++)
        ids[i] = store_filter_rule_id(r->db, row->id, file.rules[i].name);
    if (filtering_add(into, row->name, &file, ids, false, scratch, &fault))
        return true;
broken:
    if (fault.what == FILTER_COMPLAINT_MEMORY)
        return false;
    log_error("filter_left_out", LOG_NUMBER("filter", row->id), LOG_NUMBER("line", fault.line));
    return true;
}

static struct filter *compile(struct filter_cache *cache, struct request *r)
{
    struct filter *fresh = filter_new();
    bool good = fresh != NULL;
    uint64_t after = 0;

    for (bool more = true; good && more;) {
        struct filter_row row;
        struct query q = store_filters(r->db, after, 1);
        arena_reset(cache->scratch);
        more = store_filter_next(&q, cache->scratch, &row);
        query_end(&q);
        if (more) {
            after = row.id;
            good = add_filter(cache, r, &row, fresh);
        }
    }
    if (good)
        return fresh;
    filter_free(fresh);
    return NULL;
}

const struct filter *filter_cache_rules(struct filter_cache *cache, struct request *r)
{
    uint64_t version = store_filters_version(r->db);

    if (cache->filter && cache->version == version)
        return cache->filter;
    filter_free(cache->filter);
    cache->filter = compile(cache, r);
    cache->version = version;
    return cache->filter;
}

/* ---- hits of what is refused ---- */

void filter_cache_note(struct filter_cache *cache, uint64_t rule, int64_t time)
{
    size_t at = 0;

    pthread_mutex_lock(&cache->lock);
    while (at < cache->count && cache->notes[at].rule != rule)
        at++;
    if (at == cache->count && cache->count < NOTES)
        cache->notes[cache->count++] = (struct note){.rule = rule};
    if (at < cache->count) {
        cache->notes[at].hits++;
        cache->notes[at].last = time;
    }
    pthread_mutex_unlock(&cache->lock);
}

void filter_cache_settle(struct filter_cache *cache, struct request *r)
{
    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < cache->count; i++)
        store_filter_rule_hit(r->db, cache->notes[i].rule, cache->notes[i].hits, cache->notes[i].last);
    cache->count = 0;
    pthread_mutex_unlock(&cache->lock);
}

uint64_t filter_cache_noted(struct filter_cache *cache, uint64_t rule, uint64_t *last)
{
    uint64_t hits = 0;

    pthread_mutex_lock(&cache->lock);
    for (size_t i = 0; i < cache->count; i++)
        if (cache->notes[i].rule == rule) {
            hits = cache->notes[i].hits;
            *last = (uint64_t)cache->notes[i].last > *last ? (uint64_t)cache->notes[i].last : *last;
        }
    pthread_mutex_unlock(&cache->lock);
    return hits;
}
