/*
 * What a text said before: for a moderator who has looked at it and finds it changed, or who once returned it to be mended.
 *
 * Of a submission the last versions are kept while it waits; of a post every revision is there anyway. Straight-line code inside a request's
 * transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_EARLIER_H
#define LUNTAN_SERVER_FORUM_EARLIER_H

#include "server/forum/queue.h"

/* Its author changes the submission: what it said until now is kept, with its body. `board`: where it would stand. */
void earlier_keep(struct request *r, const struct held_row *before, uint64_t board);
/* It is decided, or was taken back. */
void earlier_drop(struct request *r, struct text held);

/* Which text was found. */
enum earlier { EARLIER_NONE, EARLIER_LOOKED, EARLIER_RETURNED };

/*
 * The text that the item was about when it had the hash `since` (absent: not asked for); otherwise, of a submission, the one that was
 * returned. In the arena.
 */
enum earlier earlier_find(struct request *r, const struct matter *m, struct text since, struct text *title, struct text *body);

#endif
