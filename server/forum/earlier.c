/* See earlier.h. */
#include "server/forum/earlier.h"

#include "server/forum/submissions.h"
#include "server/forum/verdicts.h"

void earlier_keep(struct request *r, const struct held_row *before, uint64_t board)
{
    const struct content content = submission_content(before, board);
    uint8_t hash[CONTENT_HASH];

    content_hash(&content, hash);
    store_held_version_keep(r->db, &before->record, (struct text){(const char *)hash, sizeof hash}, before->record.state == HELD_STATE_RETURNED);
}

void earlier_drop(struct request *r, struct text held)
{
    store_held_versions_drop(r->db, held);
}

/* Among the revisions of a post, the newest first: only those since somebody has looked can be meant. */
static bool find_revision(struct request *r, const struct matter *m, struct text since, struct text *title, struct text *body)
{
    enum { EXAMINED = 8 };
    struct post_row post = m->post;
    struct thread_row thread = m->thread;
    struct revision_record revision;
    uint8_t hash[CONTENT_HASH];

    for (uint64_t i = 0; i < EXAMINED && post.record.revision > 1; i++) {
        post.record.revision--;
        struct query q = store_revision(r->db, post.record.id, post.record.revision);
        bool found = store_revision_next(&q, r->arena, &revision);
        if (found && post.record.floor == 1)
            thread.record.title = revision.title;
        const struct content content = verdict_content(&post, &thread, found ? store_revision_body(&q) : (struct text){NULL, 0});
        content_hash(&content, hash);
        found = found && memcmp(hash, since.at, CONTENT_HASH) == 0;
        if (found) {
            *title = content.title;
            *body = arena_text(r->arena, content.body);
        }
        query_end(&q);
        if (found)
            return true;
    }
    return false;
}

enum earlier earlier_find(struct request *r, const struct matter *m, struct text since, struct text *title, struct text *body)
{
    const struct text held = m->held.record.id;
    bool asked = since.len == CONTENT_HASH && memcmp(since.at, m->hash, CONTENT_HASH) != 0;

    if (!held.at)
        return asked && m->post.record.id && find_revision(r, m, since, title, body) ? EARLIER_LOOKED : EARLIER_NONE;
    if (asked && store_held_version(r->db, held, since, r->arena, title, body))
        return EARLIER_LOOKED;
    return store_held_version(r->db, held, (struct text){NULL, 0}, r->arena, title, body) ? EARLIER_RETURNED : EARLIER_NONE;
}
