/* Searching: handlers search, reindex and index_state (request.h). */
#include "server/forum/search.h"

enum status handle_search(struct request *r, const struct search_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status handle_reindex(struct request *r, const struct reindex_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status handle_index_state(struct request *r, const struct index_state_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status search_newest(struct request *r, struct text query, uint64_t *posts, uint32_t room, uint32_t *count)
{
    (void)query, (void)posts, (void)room;
    *count = 0;
    return refuse(r, STATUS_INTERNAL);
}
