/*
 * What is sent, before it is shown: filters look at it, and it is decided whether it has to wait.
 *
 * The one way in for threads, replies, edits and mended submissions. Straight-line code inside a request's transaction, on the writer.
 */
#ifndef LUNTAN_SERVER_FORUM_SIFTING_H
#define LUNTAN_SERVER_FORUM_SIFTING_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* What the actor sends. */
struct sending {
    const struct board_row *board;
    const struct thread_row *thread; /* to which it is sent, or NULL: a thread of its own */
    struct text title; /* absent where it has none */
    struct text body;
    struct items tags;
    bool fresh;        /* a thread or a reply: it counts for repeats and rates, as a change does not */
};

/* What comes of it. */
struct sifted {
    enum hold_cause cause; /* why it has to wait; NONE: it need not */
    struct text rule;      /* the filter's rule that hit, for moderators only; absent: none did */
    enum reason reason;    /* that rule's */
};

/* Refuses with REFUSED what a filter does not let pass at all, and with BUSY without memory for the rules. */
MUST_USE enum status sift(struct request *r, const struct sending *sending, struct sifted *out);

/* After it became visible: where a rule hit, moderators are asked to look at the post. */
void sift_flag(struct request *r, const struct sifted *sifted, const struct thread_row *thread, const struct post_record *post, uint64_t author);

#endif
