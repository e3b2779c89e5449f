/*
 * Posts and their revisions in the store. Typed functions over db.h; call them inside a transaction, on the
 * thread that owns the db.
 *
 * Lists lend each body where it lies in the database, until the next step: nothing is copied that is not
 * sent. A deleted post has no body here; its last text stands among its revisions, which nobody reads then.
 */
#ifndef LUNTAN_SERVER_STORE_POSTS_H
#define LUNTAN_SERVER_STORE_POSTS_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* A post as it is stored. Texts but the body are in the arena that was given. */
struct post_row {
    struct post_record record;
    uint64_t author; /* account */
};

/* One post without its body. */
MUST_USE bool store_post_header(struct db *db, uint64_t id, struct arena *arena, struct post_row *out);

/* How its body begins: so many characters, in the arena. */
struct text store_post_beginning(struct db *db, uint64_t id, uint64_t characters, struct arena *arena);

/*
 * Posts with their bodies, which are lent until the next step: query, then next until false, then query_end. Of a floor whose post stands
 * elsewhere now (moved.h) they give its stub.
 */
struct query store_post(struct db *db, uint64_t id);
struct query store_posts_from(struct db *db, uint64_t thread, uint64_t floor, uint64_t count);
struct query store_posts_since(struct db *db, uint64_t thread, uint64_t since, uint64_t count);
MUST_USE bool store_post_next(struct query *q, struct arena *arena, struct post_row *out);

/*
 * Where a page of at most `count` posts and about `bytes` bytes of bodies must begin so that it ends at the floor
 * `last`: the lowest such floor; 0 where there is no post up to `last`.
 */
uint64_t store_posts_back(struct db *db, uint64_t thread, uint64_t last, uint64_t count, uint64_t bytes);

/* The account that wrote a floor of the thread; false where there is no such floor. */
MUST_USE bool store_floor_author(struct db *db, uint64_t thread, uint64_t floor, uint64_t *author);

/* In which logs of feeds (feeds.h) a post stands beside its thread's. */
struct feed_standing {
    uint64_t board; /* 0: in none */
    bool public;    /* in those of what everybody may read */
};

/* Makes a post of the record's thread, floor, created, reply_to, seq, moderated and body. Returns its number. */
uint64_t store_post_insert(struct db *db, uint64_t author, const struct post_record *post, struct feed_standing standing);

/* Keeps the present text as a revision, with the thread's title then (absent but on a first post). */
void store_revision_keep(struct db *db, uint64_t post, struct text title);

/* Gives a post the record's body, edited, moderated and seq, and its next revision. */
void store_post_edit(struct db *db, const struct post_record *post);

/* Leaves a tombstone in that state, after store_revision_keep. `reason`: of a removed one, the rule that it broke. */
void store_post_take(struct db *db, uint64_t post, enum post_state state, enum reason reason, uint64_t seq);
/* Makes it visible again as it was: its text comes back from the revision that was kept then. */
void store_post_restore(struct db *db, uint64_t post, uint64_t seq);

/* Revisions below a number, newest first, without their texts; and one with its text, lent until query_end. */
struct query store_revisions(struct db *db, uint64_t post, uint64_t before, uint64_t count);
struct query store_revision(struct db *db, uint64_t post, uint64_t number);
MUST_USE bool store_revision_next(struct query *q, struct arena *arena, struct revision_record *out);
/* The text of the revision on which the query of store_revision stands. */
struct text store_revision_body(struct query *q);

#endif
