/*
 * Posts that were put into other threads, as they are stored: the stubs that they left, and what follows them. Typed functions over db.h;
 * call them inside a transaction, on the thread that owns the db.
 *
 * A stub keeps a floor of which the post stands elsewhere. Lists of posts (posts.h) give it in its place, in the state MOVED, with the
 * post's number and no text. Marks, watches and what waits for a moderator follow by index, however large the forum is.
 */
#ifndef LUNTAN_SERVER_STORE_MOVED_H
#define LUNTAN_SERVER_STORE_MOVED_H

#include "server/store/posts.h"
#include "server/store/threads.h"

/* Leaves a stub at the record's thread, floor, reply_to and seq. */
void store_stub_insert(struct db *db, const struct post_record *stub);
/* The floor that a post left in a thread, and what it answered there; false: it left none. */
MUST_USE bool store_stub_of(struct db *db, uint64_t post, uint64_t thread, uint64_t *floor, uint64_t *reply_to);
void store_stub_delete(struct db *db, uint64_t thread, uint64_t floor);
/* The post that left this floor; 0: the floor is no stub. */
uint64_t store_stub_post(struct db *db, uint64_t thread, uint64_t floor);

/* Gives a post the record's thread, floor, reply_to and seq. */
void store_post_resettle(struct db *db, const struct post_record *post);

/* The thread into which this one was merged; 0: none. */
uint64_t store_thread_merged(struct db *db, uint64_t thread);
/* Finds the newest post of the thread anew, for the row's activity, last_time and last_author (the account); 0 where it has none. */
void store_thread_newest(struct db *db, struct thread_row *thread);
/* Stores what a move of posts changes: floors, moved, merged, pinned, featured, the newest post, seq, and head as that of the change. */
void store_thread_resettle(struct db *db, const struct thread_row *thread);

/* From one thread to another. */
struct moved_path {
    uint64_t from, to;
    uint64_t board; /* on which the second stands */
};

/* Posts that came to the end of a thread: behind `before` floors, `count` of them, whose old floors begin and end with these. */
struct moved_floors {
    uint64_t before, count, first, last;
};
void store_marks_follow(struct db *db, const struct moved_path *path, const struct moved_floors *floors);
/* Who watched the first watches the second. */
void store_watches_follow(struct db *db, const struct moved_path *path);

/* What waits about a post that stood on `floor` and now stands on `now` follows it. */
void store_waiting_follow(struct db *db, const struct moved_path *path, uint64_t post, uint64_t floor, uint64_t now);
/* After these: the items of what followed; or everything that is left in the first. */
void store_items_follow(struct db *db, const struct moved_path *path);
void store_waiting_follow_all(struct db *db, const struct moved_path *path);

#endif
