/*
 * The queue of moderation, as one moderator may act on it.
 *
 * Handlers queue, item_get, claim and post_hash (request.h), and finding an item for a decision. What is not in somebody's queue does not
 * exist for that person: other boards' items, one's own words, what one has decided before. Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_QUEUE_H
#define LUNTAN_SERVER_FORUM_QUEUE_H

#include "moderation/content.h"
#include "server/forum/naming.h"
#include "server/request.h"
#include "server/store/boards.h"
#include "server/store/held.h"
#include "server/store/posts.h"
#include "server/store/queue_items.h"
#include "server/store/threads.h"

enum { QUEUE_ITEM = 4 * (LIMIT_SLUG + 3 * LIMIT_NAME + LIMIT_TITLE + LIMIT_EXCERPT + LIMIT_RULE + 2 * LIMIT_HANDLE) + 256 }; /* bytes of an item on the wire, at most */

/* An item as it is listed. */
void queue_describe(struct request *r, const struct item_row *row, struct item_record *out);

/* How a post's text begins, on one line: limit excerpt. In the arena. */
struct text queue_excerpt(struct request *r, uint64_t post);

/* What an item is about, as it stands in this transaction. */
struct matter {
    struct item_row item;
    struct board_row board;   /* whose moderators decide; zero for the site's */
    struct board_row standing; /* on which the thread stands now, where there is one */
    struct thread_row thread; /* where there is one */
    struct post_row post;     /* of a flagged post, an edit, a post appealed for; id 0: none */
    struct held_row held;     /* of a submission; with its body */
    struct decision_row decision; /* of an appeal */
    struct text body;         /* what is to be decided on, in the arena */
    uint8_t hash[CONTENT_HASH];
    struct named named;       /* moderators whom the text names */
};

/* Finds an open item that the actor may decide on, with all that it is about. Refuses with NOT_FOUND, TOTP_NEEDED, DECIDED. */
MUST_USE enum status queue_find(struct request *r, uint64_t item, struct matter *out);

/* Keeps the item from the moderators whom its text names now, and an appeal from whoever proposed what was decided. */
void queue_withhold(struct request *r, uint64_t item);

/* The same of what waits in a thread that stands on another board now: of so many items as one request can take. */
void queue_withhold_thread(struct request *r, uint64_t thread);

/* The state in which a decision finds the post: that of a thread in the bin is its opening post's. */
enum post_state queue_state(const struct matter *m);

/* The same for a post as it stands, of somebody else's, by a moderator of its board; `item` is the open one about it, if there is any. */
MUST_USE enum status queue_find_post(struct request *r, uint64_t post, struct matter *out);

#endif
