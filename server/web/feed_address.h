/*
 * The addresses of feeds, and of the pages that show the same. Pure; memory is the page's arena.
 */
#ifndef LUNTAN_SERVER_WEB_FEED_ADDRESS_H
#define LUNTAN_SERVER_WEB_FEED_ADDRESS_H

#include "server/web/page.h"

/* The path of a feed without its format, like /b/essays/feed; of one of its archives with `archive`. */
struct text feed_path(struct page *p, enum feed_kind kind, struct text name, uint64_t archive);
/* The same with scheme, host, format and, for a search, its question. */
struct text feed_address(struct page *p, enum feed_kind kind, struct text name, uint64_t archive, enum feed_format format);
/* The path of the page that shows what the feed follows. */
struct text feed_shown_at(struct page *p, enum feed_kind kind, struct text name);
/* The format that the end of a path names; FEED_FORMATS: none. `stem` becomes what stands before it and its dot. */
enum feed_format feed_format_of(struct text path, struct text *stem);

#endif
