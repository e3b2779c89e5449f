/* See placing.h. */
#include "server/forum/placing.h"

#include "server/forum/audience.h"
#include "server/forum/indexing.h"
#include "server/forum/publication.h"
#include "server/forum/telling.h"
#include "server/util/words.h"

bool placing_tags(struct request *r, struct items given, struct items *out)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_TAGS * (4 * LIMIT_TAG + 4));
    struct text raw, kept[LIMIT_TAGS];
    size_t count = 0;

    *out = items_begin(&w);
    while (count < LIMIT_TAGS && items_next_text(&given, &raw)) {
        struct text tag = words_tag(raw, r->arena);
        bool repeated = false;
        if (!tag.at)
            return false;
        for (size_t i = 0; i < count; i++)
            repeated = repeated || text_equal(kept[i], tag);
        if (repeated)
            continue;
        kept[count++] = tag;
        items_add_text(&w, out, tag);
    }
    return true;
}

bool placing_answered(struct request *r, const struct thread_row *thread, uint64_t floor, uint64_t *answered)
{
    *answered = thread->author;
    return !floor || store_floor_author(r->db, thread->record.id, floor, answered);
}

/*
 * Stores the post at the thread's highest floor and head, counts it on the board, and tells everybody. `thread`
 * is as it stands with the post, but for its number.
 */
static struct post_record place(struct request *r, const struct placing *placing, struct thread_row *thread)
{
    struct board_row *board = placing->board;
    struct post_record post = {
        .thread = thread->record.id,
        .floor = thread->record.floors,
        .author = r->actor.handle,
        .author_name = r->actor.name,
        .created = (uint64_t)r->now,
        .revision = 1,
        .reply_to = placing->reply_to,
        .state = POST_STATE_VISIBLE,
        .body = placing->body,
        .moderated = placing->moderated,
        .seq = thread->head,
    };
    bool starts = post.floor == 1;

    post.id = store_post_insert(r->db, r->actor.account, &post, publication_standing(board));
    thread->record.activity = post.id;
    if (!starts)
        store_thread_replied(r->db, thread);
    store_board_posted(r->db, board->record.id, starts, post.id, r->now, thread->record.seq);
    const struct post_row row = {.record = post, .author = r->actor.account};
    publication_add(r, board, thread, &row);
    indexing_add(r, thread, &row);
    tell_post(r, &post, false);
    tell_board(r, &thread->record);
    audience_tell(r, board, thread, &post, placing->answered);
    return post;
}

struct post_record placing_start(struct request *r, const struct placing *placing, struct thread_row *thread)
{
    *thread = (struct thread_row){
        .author = r->actor.account,
        .last_author = r->actor.account,
        .head = 1,
        .record = {
            .board = placing->board->record.id,
            .board_slug = placing->board->record.slug,
            .title = placing->title,
            .tags = placing->tags,
            .author = r->actor.handle,
            .author_name = r->actor.name,
            .last_author = r->actor.handle,
            .created = (uint64_t)r->now,
            .last_time = (uint64_t)r->now,
            .floors = 1,
            .seq = placing->board->head + 1,
        },
    };
    thread->record.id = store_thread_insert(r->db, r->actor.account, &thread->record, r->arena);
    return place(r, placing, thread);
}

struct post_record placing_reply(struct request *r, const struct placing *placing, struct thread_row *thread)
{
    thread->record.floors++;
    thread->record.seq = placing->board->head + 1;
    thread->record.last_time = (uint64_t)r->now;
    thread->record.last_author = r->actor.handle;
    thread->last_author = r->actor.account;
    thread->head++;
    return place(r, placing, thread);
}
