/* The writers of the formats, and what Atom and RSS share. Private to server/feeds/; pure, any thread. */
#ifndef LUNTAN_SERVER_FEEDS_FORMATS_H
#define LUNTAN_SERVER_FEEDS_FORMATS_H

#include "server/feeds/xml.h"

struct text atom_write(const struct feed_document *document, struct arena *arena);
struct text rss_write(const struct feed_document *document, struct arena *arena);
struct text json_write(const struct feed_document *document, struct arena *arena);

/* Namespaces: Atom's is the default one in Atom and has the prefix atom in RSS. */
#define NAMESPACE_ATOM "http://www.w3.org/2005/Atom"
#define NAMESPACE_THREADS "http://purl.org/syndication/thread/1.0"    /* RFC 4685 */
#define NAMESPACE_TOMBSTONES "http://purl.org/atompub/tombstones/1.0" /* RFC 6721 */
#define NAMESPACE_HISTORY "http://purl.org/syndication/history/1.0"   /* RFC 5005 */

/*
 * The links of a document, each an element of this name: self, the other formats, hub, and those of archives (RFC 5005 section 4).
 * An alternate page is Atom's alone: RSS has an element for it.
 */
void feed_write_links(struct xml *x, const char *element, const struct feed_document *document);
/* fh:archive. */
void feed_write_history(struct xml *x, const struct feed_document *document);
/* thr:in-reply-to. */
void feed_write_parent(struct xml *x, const struct feed_item *item);
/* A link to the answers with their number, an element of this name. */
void feed_write_replies(struct xml *x, const char *element, const struct feed_document *document, const struct feed_item *item);

#endif
