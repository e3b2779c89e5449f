/*
 * Stubs: floors of which the posts stand in another thread now (store/moved.h), for whoever comes to them.
 *
 * A floor never shifts. Who reads it is told where its post is, if they may read it there; who answers it answers the post where it is.
 * Straight-line code inside a transaction, on any store thread.
 */
#ifndef LUNTAN_SERVER_FORUM_STUBS_H
#define LUNTAN_SERVER_FORUM_STUBS_H

#include "moderation/policy.h"
#include "server/store/threads.h"

/* Says of a stub where its post stands now, in the record's to_thread, to_floor and to_title, if the actor may read it there. Of others nothing. */
void stub_fill(struct db *db, struct arena *arena, const struct actor *actor, struct post_record *post);

/* The same of a thread that was merged into another: its `into`. */
void stub_fill_thread(struct db *db, struct arena *arena, const struct actor *actor, struct thread_row *thread);

/* Where an answer to this floor (0: to the thread) belongs now: both are changed where the post, or the thread as a whole, stands elsewhere. */
void stub_follow(struct db *db, struct arena *arena, uint64_t *thread, uint64_t *floor);

#endif
