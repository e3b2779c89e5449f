/*
 * Placing: a text becomes a post, with the number and the floor of this moment, and everybody is told.
 *
 * For handlers post and reply, and for decisions that let through what was held. The request's actor is the author. A new post gives one
 * event to its thread's topic, and the thread's changed header to the board's topic. All sequences follow from rows read in the same
 * transaction, which the one writer runs alone.
 */
#ifndef LUNTAN_SERVER_FORUM_PLACING_H
#define LUNTAN_SERVER_FORUM_PLACING_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* A text that was checked. `moderated`: a moderator changed it. */
struct placing {
    struct board_row *board;
    struct text title;      /* of a new thread */
    struct items tags;      /* of a new thread: normalized (placing_tags) */
    struct text body;
    uint64_t reply_to;      /* a floor, or 0 */
    uint64_t answered;      /* the account that a reply answers */
    bool moderated;
};

/* Tags as they are stored: normalized, each once, in the author's order. False where one cannot be a tag. */
MUST_USE bool placing_tags(struct request *r, struct items given, struct items *out);

/* Whom a reply answers: the author of the floor, or of the thread where `floor` is 0. False: there is no such floor. */
MUST_USE bool placing_answered(struct request *r, const struct thread_row *thread, uint64_t floor, uint64_t *answered);

/* Starts a thread on the board; `thread` becomes its row. Returns its first post. */
struct post_record placing_start(struct request *r, const struct placing *placing, struct thread_row *thread);
/* Adds a post to the thread, whose row is brought up to date. */
struct post_record placing_reply(struct request *r, const struct placing *placing, struct thread_row *thread);

#endif
