/*
 * A feed as a document: what is to be said, written as Atom, RSS or JSON Feed.
 *
 *     struct feed_item items[] = {...};
 *     struct feed_document d = {.format = FEED_ATOM, .title = TEXT("学习论文"), .items = items, .item_count = 2, ...};
 *     struct text bytes = feed_write(&d, arena);
 *
 * Pure: no I/O, no clock, no store; any thread. The same document gives the same bytes, whenever it is written. Every text may hold
 * whatever people write: it is UTF-8, and what XML 1.0 cannot hold is written as U+FFFD (XML 1.0 section 2.2), also inside
 * `html`. Titles and names are plain text and are escaped once; `html` is HTML that is safe already, and is escaped as the format asks.
 * All addresses are absolute.
 *
 * Atom: RFC 4287, with threads (RFC 4685), tombstones (RFC 6721), paging and archives (RFC 5005). RSS: 2.0 with atom:link,
 * content:encoded, dc:creator, and thr: and fh: as in Atom. JSON Feed: version 1.1.
 */
#ifndef LUNTAN_SERVER_FEEDS_FEED_H
#define LUNTAN_SERVER_FEEDS_FEED_H

#include "protocol/text.h"
#include "server/util/arena.h"

enum feed_format { FEED_ATOM, FEED_RSS, FEED_JSON, FEED_FORMATS };

struct feed_item {
    struct text id;              /* a tag: URI (RFC 4151), the entry's for ever */
    bool gone;                   /* a tombstone: only id and updated count; written in Atom alone */
    struct text url;             /* where it is read */
    struct text title;
    struct text html;            /* absent: too large for the document; Atom refers to `url` by src, the others show `excerpt` */
    struct text excerpt;         /* its first words as plain text; where html is absent */
    struct text author, author_url; /* display name; profile */
    uint64_t published, updated; /* UTC in milliseconds; updated of a tombstone: when it went */
    const struct text *tags;
    uint32_t tag_count;
    struct text reply_id, reply_url; /* what it answers: the entry's id and page; absent: nothing */
    struct text replies_url;     /* the page of its answers, */
    struct text replies_feed[FEED_FORMATS]; /* and their feed; absent: it is not told of answers */
    uint64_t replies;            /* how many answers it has */
};

struct feed_document {
    enum feed_format format;
    struct text lang;            /* BCP 47, like zh-CN */
    struct text id;              /* a tag: URI, the feed's for ever */
    struct text title, subtitle; /* plain text; subtitle may be absent */
    struct text site;            /* the installation's name: author where an entry has none, of RSS and JSON the publisher */
    struct text self;            /* this document's own address */
    struct text page;            /* the page that shows the same */
    struct text icon;            /* a square picture; may be absent */
    struct text hub;             /* WebSub; absent: none */
    uint64_t updated;            /* UTC in milliseconds: of the newest change in it */
    struct text others[FEED_FORMATS]; /* the same feed in each format, for links; absent ones are left out; not of archives */
    bool archive;                /* it is an archive (fh:archive) */
    struct text current;         /* of an archive: the feed itself */
    struct text previous;        /* the archive before it (prev-archive); absent: none */
    const struct feed_item *items;
    uint32_t item_count;
};

/* The document's bytes, in the arena; absent where there is no memory. */
struct text feed_write(const struct feed_document *document, struct arena *arena);

/* Content-Type of a format, with its charset; and what its files' names end with, like "atom". Constants. */
struct text feed_type(enum feed_format format);
struct text feed_suffix(enum feed_format format);

/* ---- lists of feeds ---- */

struct opml_feed {
    struct text title, about, feed, page; /* of an Atom feed; about may be absent */
};

/* OPML 2.0, for readers that take many feeds at once. `updated` in UTC milliseconds, 0: not said. */
struct text opml_write(struct text title, uint64_t updated, const struct opml_feed *feeds, uint32_t count, struct arena *arena);

#endif
