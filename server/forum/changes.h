/*
 * The changes of a topic above a sequence, in order: objects in their present state, and tombstones.
 *
 * A topic's changes stand in several tables (a board's: thread headers and threads moved away; a thread's: posts
 * and its header; an account's: notices, drafts and drafts gone; a queue's is bare); here they are merged by sequence as they
 * are read. One after the other, inside one snapshot; each change's composite is encoded into the arena.
 *
 *     struct changes *c = changes_open(db, arena, actor, TOPIC_BOARD, board, since, 50);
 *     while (changes_next(c, &change)) ...
 *     changes_close(c);
 */
#ifndef LUNTAN_SERVER_FORUM_CHANGES_H
#define LUNTAN_SERVER_FORUM_CHANGES_H

#include "moderation/policy.h"
#include "server/store/db.h"

struct changes;

/* `actor` decides which notices show a title. At most `most` changes will be given. NULL: no memory. Lives in the arena. */
struct changes *changes_open(struct db *db, struct arena *arena, const struct actor *actor, enum topic topic, uint64_t id,
                             uint64_t since, uint64_t most);

/* The next change, but for its cursor. False: there is none, or `most` were given. */
MUST_USE bool changes_next(struct changes *changes, struct change_record *out);

/* Whether there is another change in this snapshot, be it beyond `most`. */
MUST_USE bool changes_more(const struct changes *changes);

/* Must follow changes_open; accepts NULL. */
void changes_close(struct changes *changes);

#endif
