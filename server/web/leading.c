/* See leading.h. */
#include "server/web/leading.h"

/* Where the works that lead and share a bucket begin. Only keeps chains short: keys are compared. */
static struct work **bucket_of(struct web_loop *local, struct text key)
{
    uint32_t hash = 0;

    for (size_t i = 0; i < key.len; i++)
        hash = hash * 31 + (uint8_t)key.at[i];
    return &local->leading[hash % LEADING];
}

bool leading_begin(struct web_loop *local, struct work *w)
{
    struct work **bucket = bucket_of(local, w->key);

    for (struct work *leader = *bucket; leader; leader = leader->leads) {
        if (!text_equal(leader->lead_key, w->key))
            continue;
        w->waiting = leader->waiting;
        leader->waiting = w;
        return false;
    }
    w->lead_key = w->key;
    w->waiting = NULL;
    w->leads = *bucket;
    *bucket = w;
    return true;
}

struct work *leading_end(struct web_loop *local, struct work *w)
{
    struct work **link = w->lead_key.at ? bucket_of(local, w->lead_key) : NULL, *waiting = w->waiting;

    if (!link)
        return NULL;
    while (*link != w)
        link = &(*link)->leads;
    *link = w->leads;
    w->lead_key = (struct text){NULL, 0};
    w->waiting = NULL;
    return waiting;
}
