/*
 * Changing a post's text, for its author's edit and for decisions that let one through.
 *
 * Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_EDITS_H
#define LUNTAN_SERVER_FORUM_EDITS_H

#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* A change that was checked. Title: absent leaves it. The rows are brought up to date. */
struct edit {
    struct board_row *board;
    struct thread_row *thread;
    struct post_row *post;
    struct text title, body;
    bool minor;     /* feeds do not show the post anew */
    bool moderated; /* a moderator changed the text */
};

/* Gives the post its new text; the old one stays as a revision; topics, index and feeds follow. */
void edit_apply(struct request *r, const struct edit *edit);

#endif
