/* Keys of private feeds: handlers feed_key_make, feed_keys and feed_key_revoke (request.h). */
#include <sodium.h>

#include "server/forum/feed_find.h"
#include "server/forum/pages.h"

enum status handle_feed_key_make(struct request *r, const struct feed_key_make_request *in)
{
    struct feed_key_make_reply out = {0};
    struct feed_source source;
    enum status status = policy_decide(ACT_OWN, &r->actor, &(struct subject){0});
    unsigned char *key = arena_alloc(r->arena, LIMIT_TOKEN);

    if (status)
        return refuse(r, status);
    if (!key)
        return refuse(r, STATUS_BUSY);
    status = feed_find(r, in->kind, in->name, true, &source);
    if (status)
        return status;
    if (store_feed_keys_count(r->db, r->actor.account) >= LIMIT_FEED_KEYS)
        return refuse_limit(r, STATUS_TOO_MANY, "key", LIMIT_FEED_KEYS);
    randombytes_buf(key, LIMIT_TOKEN);
    out.key = (struct text){(const char *)key, LIMIT_TOKEN};
    out.id = store_feed_key_add(r->db, r->actor.account, in->kind, source.feed.name, feed_key_hash(r, out.key), r->now);
    return reply_feed_key_make(r, &out);
}

static void part_of_keys(struct request *r, struct items list)
{
    part_feed_keys(r, &(struct feed_keys_reply){.keys = list});
}

enum status handle_feed_keys(struct request *r, const struct feed_keys_request *in)
{
    struct page page = page_begin(r, &shape_feed_key_record, part_of_keys);
    struct feed_keys_reply out = {0};
    struct feed_key_row rows[LIMIT_FEED_KEYS];
    struct feed_source source;
    uint32_t count = 0;
    struct query q = store_feed_keys(r->db, r->actor.account, LIMIT_FEED_KEYS);

    (void)in;
    while (count < LIMIT_FEED_KEYS && store_feed_key_next(&q, r->arena, &rows[count]))
        count++;
    query_end(&q);
    for (uint32_t i = 0; i < count; i++) {
        if (!feed_find(r, rows[i].record.kind, rows[i].record.name, true, &source))
            rows[i].record.title = source.feed.title;
        page_add(&page, &rows[i].record);
    }
    out.keys = page_end(&page);
    return reply_feed_keys(r, &out);
}

enum status handle_feed_key_revoke(struct request *r, const struct feed_key_revoke_request *in)
{
    struct feed_key_revoke_reply out = {0};

    if (!store_feed_key_revoke(r->db, r->actor.account, in->id, r->now))
        return refuse_field(r, STATUS_NOT_FOUND, "id");
    return reply_feed_key_revoke(r, &out);
}
