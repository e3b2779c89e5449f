/* See indexing.h. */
#include "server/forum/indexing.h"

#include "server/store/search.h"

static struct search_document document_of(const struct thread_row *thread, const struct post_row *post, struct text body)
{
    return (struct search_document){
        .post = post->record.id,
        .author = post->author,
        .title = post->record.floor == 1 ? thread->record.title : (struct text){NULL, 0},
        .body = body,
        .tags = thread->record.tags,
    };
}

void indexing_add(struct request *r, const struct thread_row *thread, const struct post_row *post)
{
    const struct search_document document = document_of(thread, post, post->record.body);

    store_search_add(r->db, &document, r->arena);
}

void indexing_drop(struct request *r, const struct thread_row *thread, const struct post_row *post)
{
    struct query q = store_post(r->db, post->record.id);
    struct post_row stored;

    if (store_post_next(&q, r->arena, &stored)) {
        const struct search_document document = document_of(thread, post, stored.record.body);
        store_search_drop(r->db, &document, r->arena);
    }
    query_end(&q);
}
