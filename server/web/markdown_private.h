/*
 * What the files behind markdown.h share: a document being parsed and written.
 *
 *     markdown.c          as plain prose, from the cache, or parsed and written; summaries
 *     markdown_plain.c    a text without any mark, which needs no parser
 *     markdown_parse.c    the text made safe for the parser, and the parser's memory
 *     markdown_html.c     the tree as HTML
 *     markdown_text.c     inside a run of words: addresses, mentions, floors, strikethrough
 *     markdown_links.c    which addresses may be followed
 *     markdown_cache.c    what was rendered, kept
 */
#ifndef LUNTAN_SERVER_WEB_MARKDOWN_PRIVATE_H
#define LUNTAN_SERVER_WEB_MARKDOWN_PRIVATE_H

#include <cmark-gfm.h>

#include "server/web/markdown.h"
#include "server/web/markup.h"

/*
 * A character (U+10A7F, punctuation of a script that nobody writes here) which tells the parser where a mark may open or close.
 * It is left out of everything that is written.
 */
#define MARKDOWN_MARKER "\xf0\x90\xa9\xbf"

/* ---- markdown.c ---- */

/* What markdown_render gives for a text that is not plain and was not kept. */
struct markdown markdown_read(const struct markdown_source *source, struct arena *arena);

/* ---- markdown_plain.c ---- */

/* Writes a text without any mark into the arena: the same bytes that markdown_read would give. False: leave it to the parser. */
bool markdown_plain(struct text body, struct arena *arena, struct html *out);

/* ---- markdown_parse.c ---- */

/* What is done with a tree; all memory that it takes from the parser is the scratch arena's too. */
typedef void markdown_use(cmark_node *root, void *data);

/*
 * Parses `body` into `scratch` and calls `use`. False, and `use` not called or not finished: the text is nested or ruled so
 * that parsing it would take too long, or the arena is full; it is then shown as it was typed.
 */
bool markdown_parse(struct text body, struct arena *scratch, markdown_use *use, void *data);

/* ---- markdown_html.c ---- */

struct writing {
    const struct markdown_source *source;
    struct arena *arena;      /* of the headings */
    struct markup out;
    struct heading *headings; /* room for MARKDOWN_HEADINGS, or NULL */
    uint32_t heading_count;
};

/* A `markdown_use`: writes the tree; `data` is a struct writing. */
void markdown_write(cmark_node *root, void *data);

/* The first `most` bytes of the words under a node, cut between characters, as one line without double blanks. */
struct text markdown_words(cmark_node *root, size_t most, struct arena *arena);

/* ---- markdown_text.c ---- */

/* Strikethrough among the children of one node: how many of the marks are left to use, and whether one is open. */
struct strikes {
    unsigned left;
    bool open;
};

/* NULL: there are none. */
struct strikes *markdown_strikes(cmark_node *parent, struct arena *scratch);
/* At the end of the parent: closes what a mark inside an address was counted for. */
void markdown_end_strikes(struct markup *m, const struct strikes *strikes);

struct text_place {
    uint64_t thread; /* for floors; 0: none */
    bool linked;     /* inside a link already */
};

void markdown_write_text(struct markup *m, struct text text, struct strikes *strikes, const struct text_place *place);

/* ---- markdown_links.c ---- */

enum link_kind { LINK_REFUSED, LINK_FOREIGN, LINK_LOCAL };

/* `url` as the parser decoded it; `clean` becomes what may be written with markup_url, in the arena. */
enum link_kind markdown_link(struct text url, struct arena *arena, struct text *clean);

/* What a link to elsewhere says about itself. */
#define MARKDOWN_REL " rel=\"nofollow ugc noopener noreferrer\""

/* ---- markdown_cache.c ---- */

struct cache_key {
    uint64_t post, revision, thread, lang, hash, base; /* hashes of the body and of what stands before addresses */
};

uint64_t markdown_hash(struct text body);
/* A copy in the arena. False: not there, or no memory. */
bool markdown_cache_take(struct markdown_cache *cache, const struct cache_key *key, struct arena *arena, struct markdown *out);
void markdown_cache_keep(struct markdown_cache *cache, const struct cache_key *key, const struct markdown *markdown);

#endif
