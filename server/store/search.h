/*
 * The search index in the store. Typed functions over db.h; call them inside a transaction, on the thread that owns the db.
 *
 * The index holds terms (tokenizer.h), not texts: what a post was indexed with must be given again to take it out. It is
 * built from the newest post down, in steps, while everything goes on; a new post is in it from its own transaction on. What was taken out
 * leaves its terms in the index's older segments until these are merged, which is done in steps too (server/indexer.h).
 */
#ifndef LUNTAN_SERVER_STORE_SEARCH_H
#define LUNTAN_SERVER_STORE_SEARCH_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* What a post is found by. */
struct search_document {
    uint64_t post, author;
    struct text title; /* the thread's, on an opening post; else absent */
    struct text body;
    struct items tags; /* the thread's */
};

void store_search_add(struct db *db, const struct search_document *document, struct arena *arena);
/* Takes it out: everything as it was added. A post that the index does not hold yet is left alone. */
void store_search_drop(struct db *db, const struct search_document *document, struct arena *arena);

/* ---- finding ---- */

struct search_filter {
    struct text match;       /* terms in FTS5's language, see search_term */
    uint64_t before, from;   /* numbers of posts: below, and not below */
    uint64_t count;          /* found and looked at, at most */
    struct text boards;      /* numbers of those that may be read, a JSON list */
    struct text tag;         /* absent: any */
    uint64_t author;         /* 0: any */
    int64_t since, until;    /* UTC ms: not before, before */
};

/* A term, quoted; `prefix`: words that begin with it. And the terms of an author and a tag. In the arena. */
struct text search_term(struct text term, bool prefix, struct arena *arena);
struct text search_term_author(uint64_t author, struct arena *arena);
struct text search_term_tag(struct text tag, struct arena *arena);

struct search_row {
    struct hit_record hit; /* without excerpt and marks; texts in the arena */
    struct text body;      /* lent until the next step */
};

/* Posts that have the terms, newest first: query, then next until false, then query_end. */
struct query store_search(struct db *db, const struct search_filter *filter);
MUST_USE bool store_search_next(struct query *q, struct arena *arena, struct search_row *out);
/* How many the index alone gave to that, whoever may see them, and the lowest number among them. */
uint64_t store_search_reach(struct db *db, const struct search_filter *filter, uint64_t *lowest);
/* The lowest number of a post that was made at `time` or later; one more than there are, where none was. */
uint64_t store_search_at(struct db *db, int64_t time);

/* ---- building ---- */

struct search_state {
    uint64_t newest;    /* post */
    uint64_t floor;     /* posts below are not in the index yet; 0: it is whole */
    int64_t built;      /* when it became whole; 0: never */
    int64_t withdrawn;  /* since when the terms of something taken out may be there still; 0: none are */
};

struct search_state store_search_state(struct db *db);
/* Empties the index; it is built from the newest post down. */
void store_search_restart(struct db *db);
/* Indexes up to `count` more posts. False: it is whole. */
MUST_USE bool store_search_build(struct db *db, uint64_t count, struct arena *arena);
/* Merges about `pages` pages, from the `first` step on. False: nothing of what was taken out before that is left in the database. */
MUST_USE bool store_search_merge(struct db *db, bool first, int64_t began, uint64_t pages);

#endif
