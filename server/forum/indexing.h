/*
 * Keeping the search index in step with the posts: in the same transaction, before and after each change of a text.
 *
 * Straight-line code inside a request's transaction.
 */
#ifndef LUNTAN_SERVER_FORUM_INDEXING_H
#define LUNTAN_SERVER_FORUM_INDEXING_H

#include "server/request.h"
#include "server/store/posts.h"
#include "server/store/threads.h"

/* The post, with its body and the thread's title as they are now, can be found from now on. */
void indexing_add(struct request *r, const struct thread_row *thread, const struct post_row *post);
/* It cannot any more. Before its stored text, or the thread's title, is changed. */
void indexing_drop(struct request *r, const struct thread_row *thread, const struct post_row *post);

#endif
