/*
 * Writing: handlers post and reply (request.h).
 *
 * A new post gives one event to its thread's topic, and the thread's changed header to the board's topic. All
 * sequences follow from rows read in the same transaction, which the one writer runs alone.
 */
#include "server/forum/audience.h"
#include "server/forum/drafts.h"
#include "server/forum/find.h"
#include "server/forum/indexing.h"
#include "server/forum/publication.h"
#include "server/forum/telling.h"
#include "server/util/words.h"

/* The tags as they are stored: normalized, each once, in the author's order. False where one cannot be a tag. */
static bool normalize_tags(struct request *r, struct items given, struct items *out)
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

/* What both kinds of writing ask before anything is stored. */
static enum status check_text(struct request *r, struct text body, struct text draft)
{
    if (!words_is_body(body))
        return refuse_field(r, STATUS_BAD_FIELD, "body");
    if (!draft_take(r, draft))
        return refuse_field(r, STATUS_NOT_FOUND, "draft");
    return STATUS_OK;
}

/*
 * Stores the post at the thread's highest floor and head, counts it on the board, and tells everybody. `thread`
 * is as it stands with the post, but for its number.
 */
static struct post_record place(struct request *r, struct board_row *board, struct thread_row *thread, struct text body,
                                uint64_t reply_to, uint64_t answered)
{
    struct post_record post = {
        .thread = thread->record.id,
        .floor = thread->record.floors,
        .author = r->actor.handle,
        .author_name = r->actor.name,
        .created = (uint64_t)r->now,
        .revision = 1,
        .reply_to = reply_to,
        .state = POST_STATE_VISIBLE,
        .body = body,
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
    audience_tell(r, board, thread, &post, answered);
    return post;
}

enum status handle_post(struct request *r, const struct post_request *in)
{
    struct post_reply out = {.topic = TOPIC_THREAD};
    struct thread_row thread = {.author = r->actor.account, .last_author = r->actor.account, .head = 1};
    struct board_row board;
    enum status status = find_board(r, in->board, &board);

    if (!status) {
        status = policy_decide(ACT_START, &r->actor, &(struct subject){.board = &board.policy});
        if (status)
            return refuse(r, status);
    }
    if (status)
        return status;
    if (!words_is_line(in->title))
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    thread.record = (struct thread_record){
        .board = board.record.id,
        .board_slug = board.record.slug,
        .title = in->title,
        .author = r->actor.handle,
        .author_name = r->actor.name,
        .last_author = r->actor.handle,
        .created = (uint64_t)r->now,
        .last_time = (uint64_t)r->now,
        .floors = 1,
        .seq = board.head + 1,
    };
    if (!normalize_tags(r, in->tags, &thread.record.tags))
        return refuse_field(r, STATUS_BAD_FIELD, "tags");
    status = check_text(r, in->body, in->draft);
    if (status)
        return status;
    thread.record.id = store_thread_insert(r->db, r->actor.account, &thread.record, r->arena);
    struct post_record post = place(r, &board, &thread, in->body, 0, 0);
    out.topic_id = out.thread = post.thread;
    out.seq = post.seq;
    out.post = post.id;
    out.floor = post.floor;
    return reply_post(r, &out);
}

/* Whom a reply answers: the author of the floor, or of the thread. */
static enum status find_answered(struct request *r, const struct thread_row *thread, uint64_t floor, uint64_t *answered)
{
    *answered = thread->author;
    if (floor && !store_floor_author(r->db, thread->record.id, floor, answered))
        return refuse_limit(r, STATUS_BAD_FIELD, "to", thread->record.floors);
    return STATUS_OK;
}

enum status handle_reply(struct request *r, const struct reply_request *in)
{
    struct reply_reply out = {.topic = TOPIC_THREAD};
    struct thread_row thread;
    struct board_row board;
    uint64_t answered;
    enum status status = find_thread(r, in->thread, &thread, &board);

    if (status)
        return status;
    status = policy_decide(ACT_REPLY, &r->actor, &(struct subject){.board = &board.policy, .locked = thread.record.locked});
    if (status)
        return refuse(r, status);
    status = find_answered(r, &thread, in->to, &answered);
    if (!status)
        status = check_text(r, in->body, in->draft);
    if (status)
        return status;
    thread.record.floors++;
    thread.record.seq = board.head + 1;
    thread.record.last_time = (uint64_t)r->now;
    thread.record.last_author = r->actor.handle;
    thread.last_author = r->actor.account;
    thread.head++;
    struct post_record post = place(r, &board, &thread, in->body, in->to, answered);
    out.topic_id = out.thread = post.thread;
    out.seq = post.seq;
    out.post = post.id;
    out.floor = post.floor;
    return reply_reply(r, &out);
}
