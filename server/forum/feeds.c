/* Feeds: handlers feeds, feed, feed_key_make, feed_keys and feed_key_revoke (request.h). */
#include "server/request.h"

enum status handle_feeds(struct request *r, const struct feeds_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status handle_feed(struct request *r, const struct feed_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status handle_feed_key_make(struct request *r, const struct feed_key_make_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status handle_feed_keys(struct request *r, const struct feed_keys_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}

enum status handle_feed_key_revoke(struct request *r, const struct feed_key_revoke_request *in)
{
    (void)in;
    return refuse(r, STATUS_INTERNAL);
}
