/*
 * Feeds in the store: what was published, in order, for each feed; and the keys of private ones. Typed functions over db.h;
 * call them inside a transaction, on the thread that owns the db.
 *
 * A feed is a log that only grows: each publication, each visible change and each withdrawal of a post is a row with the next
 * number. What is shown of a row is read from the posts as they are now, so that nothing withdrawn can be read here.
 */
#ifndef LUNTAN_SERVER_STORE_FEEDS_H
#define LUNTAN_SERVER_STORE_FEEDS_H

#include "protocol/messages.h"
#include "server/store/db.h"
#include "server/store/posts.h"

/* Which log: of a board, thread, tag or account by its number; ref 0 for the site. */
struct feed_log {
    enum feed_kind kind;
    uint64_t ref;
};

/* Appends: this revision of the post is published; 0: the post was withdrawn. */
void store_feed_add(struct db *db, struct feed_log log, uint64_t post, uint64_t revision);

/* The newest number; 0: there is nothing. */
uint64_t store_feed_head(struct db *db, struct feed_log log);

/* A row, with what is to be known of its post now. Texts are in the arena that was given; there is no body. */
struct feed_row {
    struct feed_entry_record entry; /* without board and body; revision is that of the row */
    uint64_t present;               /* the post's present revision */
    uint64_t edited;                /* when that was written; 0: when the post was made */
    uint64_t board;                 /* on which the thread stands now */
};

/* Rows with numbers from `from` to `to`, newest first, at most `count`: query, then next until false, then query_end. */
struct query store_feed_rows(struct db *db, struct feed_log log, uint64_t from, uint64_t to, uint64_t count);
/* The same of one post by its number, in its present state. */
struct query store_feed_post(struct db *db, uint64_t post);
MUST_USE bool store_feed_next(struct query *q, struct arena *arena, struct feed_row *out);

/* In which logs the post stands; and sets that. */
struct feed_standing store_feed_standing(struct db *db, uint64_t post);
void store_feed_stand(struct db *db, uint64_t post, struct feed_standing standing);
/* The post's text changed visibly, or it was withdrawn, at this time. */
void store_post_updated(struct db *db, uint64_t post, int64_t time);

/* The thread's title as it was at a time, in the arena. */
struct text store_thread_title_at(struct db *db, uint64_t thread, uint64_t time, struct arena *arena);

/* The number of a tag; 0: there is none. The second makes it. */
uint64_t store_tag_find(struct db *db, struct text name);
uint64_t store_tag(struct db *db, struct text name);

/*
 * What the lasting ids of this installation begin with, like `tag:a1b2.luntan.invalid,2026-11-25:` (RFC 4151), minted by
 * store_feed_mint once for ever; in the arena.
 */
struct text store_feed_tag(struct db *db, struct arena *arena);
/* Mints it where it is missing; on the writer. False: the system gives no random bytes. */
MUST_USE bool store_feed_mint(struct db *db);
/* Takes another installation's, whose posts are imported under their numbers. */
void store_feed_tag_set(struct db *db, struct text tag);

/* ---- keys ---- */

struct feed_key_row {
    struct feed_key_record record; /* without title */
    uint64_t account;
    uint64_t revoked;              /* when, or 0 */
};

/* Returns its number. */
uint64_t store_feed_key_add(struct db *db, uint64_t account, enum feed_kind kind, struct text name, struct text hash, int64_t now);
/* Good ones of an account. */
uint64_t store_feed_keys_count(struct db *db, uint64_t account);
MUST_USE bool store_feed_key_find(struct db *db, struct text hash, struct arena *arena, struct feed_key_row *out);
/* Good ones, newest first: query, then next until false, then query_end. */
struct query store_feed_keys(struct db *db, uint64_t account, uint64_t count);
MUST_USE bool store_feed_key_next(struct query *q, struct arena *arena, struct feed_key_row *out);
/* False: the account has no such good key. */
MUST_USE bool store_feed_key_revoke(struct db *db, uint64_t account, uint64_t id, int64_t now);

/* How many posts of the account were visible to everybody, counted up to `most`. */
uint64_t store_feed_posts_of(struct db *db, uint64_t account, uint64_t most);

#endif
