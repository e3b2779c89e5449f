/*
 * Topics: what changed in a board, a thread or an account above a sequence.
 *
 * No event is stored: a backlog is the objects of a topic whose last change is above `since`, in the order
 * of those changes, in their present state or as tombstones. Runs on a reader thread, inside its snapshot.
 */
#ifndef LUNTAN_SERVER_FORUM_TOPICS_H
#define LUNTAN_SERVER_FORUM_TOPICS_H

#include "server/request.h"

/* A backlog ends, before its end, at this many changes or after this many bytes of payload. */
enum { BACKLOG_CHANGES = 200, BACKLOG_BYTES = 262144 };

struct backlog {
    /* given */
    enum topic topic;
    uint64_t id;
    uint64_t since;             /* changes above this sequence are wanted */
    uint64_t session;           /* of the connection; 0: a visitor's */
    struct arena *arena;
    /* found */
    enum status status;         /* OK; NOT_FOUND: may not be read (any more); RESYNC: `since` is beyond the head */
    struct event *events;       /* in order; topic, id, seq and payload (an encoded `change`) are set */
    uint64_t upto;              /* the sequence after them: the head of this snapshot when `done` */
    bool done;                  /* nothing above `upto` is left in this snapshot */
    struct board_policy board;  /* of a board's, thread's or queue's topic: what rights depend on now */
};

/*
 * Fills what is found. The actor of `session` is loaded and asked for anew, so that no chunk is given to who may
 * not read any more. True always: nothing is written.
 */
MUST_USE bool topics_backlog(struct backlog *backlog, struct db *db);

#endif
