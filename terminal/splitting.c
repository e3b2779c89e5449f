/* See splitting.h. */
#include "terminal/splitting.h"

#include <string.h>

/* Takes digits off the text's beginning; false where there are none. */
static bool take_number(struct text *rest, uint64_t *out)
{
    const char *begin = rest->at;

    for (*out = 0; rest->len && *rest->at >= '0' && *rest->at <= '9' && *out < UINT32_MAX; rest->at++, rest->len--)
        *out = *out * 10 + (uint64_t)(*rest->at - '0');
    return rest->at != begin;
}

static bool take_sign(struct text *rest, char sign)
{
    if (!rest->len || *rest->at != sign)
        return false;
    rest->at++;
    rest->len--;
    return true;
}

bool splitting_floors(struct splitting *s, struct text list)
{
    struct wire_writer w = wire_writer_over(s->bytes, sizeof s->bytes);

    s->floors = items_begin(&w);
    while (list.len) {
        struct floor_range_record range = {0};
        if (!take_number(&list, &range.first) || (take_sign(&list, '-') && !take_number(&list, &range.last)))
            return false;
        items_add(&w, &s->floors, &shape_floor_range_record, &range);
        if (list.len && (!take_sign(&list, ',') || !list.len))
            return false;
    }
    return !w.error && s->floors.count <= LIMIT_SPLIT_FLOORS;
}

enum luntan_result splitting_look(struct luntan *forum, struct splitting *s, uint64_t thread, uint64_t *posts)
{
    struct floors_hash_reply out;
    enum luntan_result result = luntan_floors_hash(forum, &(struct floors_hash_request){.thread = thread, .floors = s->floors}, &out);

    memset(s->hash, 0, sizeof s->hash);
    if (result)
        return result;
    if (out.hash.len == sizeof s->hash)
        memcpy(s->hash, out.hash.at, sizeof s->hash);
    if (posts)
        *posts = out.posts;
    return result;
}
