/*
 * The search index in the store. Typed functions over db.h; call them inside a transaction, on the thread that owns the db.
 *
 * The index holds terms (tokenizer.h), not texts: what a post was indexed with must be given again to take it out. It reaches from a
 * floor to a top. Below the floor it is being built, in steps, while everything goes on. Above the top are the few newest posts: a search
 * reads through them, so that they are found from their own transaction on, and they enter the index together, for a segment of its own
 * for each would cost more than all the rest of posting. What was taken out leaves its terms in the index's older segments until these are
 * merged, which is done in steps too (server/indexer.h).
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

/* After the post was stored: it is found from now on. */
void store_search_add(struct db *db, const struct search_document *document, struct arena *arena);
/* Takes it out: everything as it was added. A post that the index does not hold yet is left alone. */
void store_search_drop(struct db *db, const struct search_document *document, struct arena *arena);

/* ---- finding ---- */

struct search_filter {
    struct text match;       /* terms in FTS5's language, see search_term; absent: any post */
    uint64_t before, from;   /* numbers of posts: below, and not below */
    uint64_t count;          /* found and looked at, at most */
    struct text boards;      /* numbers of those that may be read, a JSON list */
    struct text tag;         /* absent: any */
    uint64_t author;         /* 0: any */
    uint64_t not_author, not_board; /* 0: none */
    struct text not_tag;     /* absent: none */
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

/*
 * Posts that may be meant, newest first: query, then next until false, then query_end. One query gives either the newest, which are
 * above the index and have the terms or not, or posts below that have them; the caller looks at each again, and asks store_search_below
 * where to go on.
 */
struct query store_search(struct db *db, const struct search_filter *filter);
MUST_USE bool store_search_next(struct query *q, struct arena *arena, struct search_row *out);
/* What `before` has to be for the posts that come after those of the same filter, whoever may see them; 0: there are none. */
uint64_t store_search_below(struct db *db, const struct search_filter *filter);
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
