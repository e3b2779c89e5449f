/*
 * Posts' text as HTML. cmark-gfm reads it, with tables and footnotes; the HTML is written here from its tree, so that nothing of a post
 * reaches a page but through our escaping. Strikethrough, bare addresses, mentions (@handle) and floors (#56) are looked for here too.
 *
 * Raw HTML in a post is shown as text. Of links only https, http, mailto and paths of this site stay (the scheme is looked at after
 * controls and blanks are taken out); foreign ones get rel="nofollow ugc noopener noreferrer". An image becomes a link that loads it on a
 * click, so that nobody learns a reader's address by posting one. Headings get ids unique on the page, by the post's number, and are
 * lowered below the page's own. Controls other than tab and line end are shown as U+FFFD. What would cost too much is shown as typed.
 *
 * Runs on store threads and is pure but for its cache (markdown_cache), which has locks of its own: never on a loop.
 */
#ifndef LUNTAN_SERVER_WEB_MARKDOWN_H
#define LUNTAN_SERVER_WEB_MARKDOWN_H

#include "server/web/value.h"

struct heading {
    struct text id, text; /* the id as in href="#..."; the words */
    unsigned level;       /* 1 to 6, as written */
};

struct markdown {
    struct html html;
    const struct heading *headings; /* in order, at most MARKDOWN_HEADINGS */
    uint32_t heading_count;
};

enum { MARKDOWN_HEADINGS = 200 };

struct markdown_cache;
/* Keeps up to `bytes` of what the parser was needed for, by post, revision, thread and language. NULL: no memory. */
struct markdown_cache *markdown_cache_new(size_t bytes);
void markdown_cache_free(struct markdown_cache *cache);

struct markdown_source {
    uint64_t thread;        /* for links to floors; 0: none */
    uint64_t post, revision; /* the cache's key; post 0: not kept (previews) */
    struct text body;
    enum lang lang;         /* of the words on image links */
    struct text base;       /* stands before addresses of this site, as where the text is read elsewhere; absent: nothing */
};

/* Renders into the arena, or takes it from the cache (NULL: none). Plain prose is quicker to write than to find, and is not kept. */
struct markdown markdown_render(struct markdown_cache *cache, const struct markdown_source *source, struct arena *arena);

/* The first `characters` of the text as plain words on one line, for descriptions. */
struct text markdown_summary(struct text body, size_t characters, struct arena *arena);

#endif
