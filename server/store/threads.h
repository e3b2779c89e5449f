/*
 * Threads in the store: their headers, tags, and the tombstones of those that were moved. Typed functions
 * over db.h; call them inside a transaction, on the thread that owns the db.
 *
 * Lists go by the number of a thread's newest post, changes by sequence; both by index, whatever the board's size.
 */
#ifndef LUNTAN_SERVER_STORE_THREADS_H
#define LUNTAN_SERVER_STORE_THREADS_H

#include "protocol/messages.h"
#include "server/store/db.h"

/* A thread as it is stored. Texts and tags are in the arena that was given. */
struct thread_row {
    struct thread_record record; /* without what depends on the asker: read_floor, unread, watched, into */
    uint64_t author, last_author; /* accounts */
    uint64_t head;               /* the sequence of its own topic */
    uint64_t header_seq;         /* of the header's last change there, or 0 */
    uint64_t merged;             /* the thread into which it was merged, or 0 */
};

MUST_USE bool store_thread_row(struct db *db, uint64_t id, struct arena *arena, struct thread_row *out);

/* Lists, newest post first, below the post number `before`: query, then next until false, then query_end. */
enum thread_list { THREAD_LIST_PINNED, THREAD_LIST_OTHERS, THREAD_LIST_FEATURED };
struct query store_threads(struct db *db, enum thread_list list, uint64_t board, uint64_t before, uint64_t count);
/* Headers changed in the board's topic above `since`, in order. */
struct query store_threads_since(struct db *db, uint64_t board, uint64_t since, uint64_t count);
MUST_USE bool store_thread_next(struct query *q, struct arena *arena, struct thread_row *out);

/* Threads pinned on the board. */
uint64_t store_threads_pinned(struct db *db, uint64_t board);

/*
 * Makes a thread of the record's board, title, tags, created and seq, whose first post is the next one to be
 * inserted. Returns its number. Its own topic's head is 1: that post.
 */
uint64_t store_thread_insert(struct db *db, uint64_t author, const struct thread_record *thread, struct arena *arena);

/* Files a thread under its tags. */
void store_thread_tags(struct db *db, uint64_t thread, struct items tags);

/* After a reply: stores the row's floors, activity, last_time, last_author, head and seq. */
void store_thread_replied(struct db *db, const struct thread_row *thread);

/* After a change of the header: stores the row's title, flags, board, seq, and head as that of the change. */
void store_thread_header(struct db *db, const struct thread_row *thread);

/* Sets the head of the thread's own topic after a change of one of its posts. */
void store_thread_told(struct db *db, uint64_t thread, uint64_t head);

/* Of a thread in the bin: the board from which it was removed; 0 for others. */
uint64_t store_thread_origin(struct db *db, uint64_t thread);
void store_thread_origin_set(struct db *db, uint64_t thread, uint64_t board);

/* Leaves a tombstone at `seq` of the topic of the board that the thread leaves; takes away the one where it arrives. */
void store_thread_leave(struct db *db, uint64_t thread, uint64_t board, uint64_t seq);
void store_thread_arrive(struct db *db, uint64_t thread, uint64_t board);

/* Tombstones of the board's topic above `since`, in order. */
struct query store_threads_gone(struct db *db, uint64_t board, uint64_t since, uint64_t count);
MUST_USE bool store_thread_gone_next(struct query *q, uint64_t *seq, struct gone_record *out);

#endif
