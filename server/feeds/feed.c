/* See feed.h: which writer a format has, and what is said of formats. */
#include "server/feeds/feed.h"

#include "server/feeds/formats.h"

static const struct {
    struct text type, suffix;
    struct text (*write)(const struct feed_document *document, struct arena *arena);
} formats[FEED_FORMATS] = {
    [FEED_ATOM] = {TEXT_INIT("application/atom+xml; charset=utf-8"), TEXT_INIT("atom"), atom_write},
    [FEED_RSS] = {TEXT_INIT("application/rss+xml; charset=utf-8"), TEXT_INIT("rss"), rss_write},
    [FEED_JSON] = {TEXT_INIT("application/feed+json; charset=utf-8"), TEXT_INIT("json"), json_write},
};

struct text feed_write(const struct feed_document *document, struct arena *arena)
{
    return formats[document->format].write(document, arena);
}

struct text feed_type(enum feed_format format)
{
    return formats[format].type;
}

struct text feed_suffix(enum feed_format format)
{
    return formats[format].suffix;
}
