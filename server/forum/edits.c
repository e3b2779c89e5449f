/*
 * Changing what was written: handlers edit, delete, history and revision (request.h).
 *
 * Every text stays as a revision, except to the eye: once its author deletes a post, none of its texts can be
 * read by anybody, and rings forget them.
 */
#include "server/forum/edits.h"

#include "moderation/verdict.h"
#include "server/forum/drafts.h"
#include "server/forum/find.h"
#include "server/forum/indexing.h"
#include "server/forum/pages.h"
#include "server/forum/publication.h"
#include "server/forum/queue.h"
#include "server/forum/submissions.h"
#include "server/forum/telling.h"
#include "server/util/words.h"

/* The title that a revision keeps: a thread's first post alone has one. */
static struct text title_of(const struct post_row *post, const struct thread_row *thread)
{
    return post->record.floor == 1 ? thread->record.title : (struct text){NULL, 0};
}

/* The post, if the actor may do this to it. */
static enum status find_own(struct request *r, enum act act, uint64_t id, struct post_row *post, struct thread_row *thread,
                            struct board_row *board)
{
    enum status status = find_post(r, id, post, thread, board);

    if (status)
        return status;
    if (post->record.state != POST_STATE_VISIBLE)
        return refuse_field(r, STATUS_GONE, "post");
    status = policy_decide(act, &r->actor, &(struct subject){
        .board = &board->policy, .author = post->author, .locked = thread->record.locked,
    });
    return status ? refuse_act(r, status, board->record.id) : STATUS_OK;
}

/* Keeps the new text until a moderator has looked at it; the old one stays visible. */
static enum status hold_edit(struct request *r, const struct edit_request *in, const struct post_row *post, const struct thread_row *thread,
                             const struct board_row *board, const struct sifted *sifted, struct text *id)
{
    struct held_record held = {
        .kind = HELD_KIND_EDIT, .thread = thread->record.id, .post = post->record.id, .revision = post->record.revision,
        .reply_to = post->record.reply_to, .minor = in->minor, .title = in->title.at ? in->title : title_of(post, thread), .body = in->body,
    };
    struct held_row waiting;
    if (store_held_edit_of(r->db, post->record.id, r->arena, &waiting))
        return refuse_field(r, STATUS_EXISTS, "post"); /* the one that waits can be changed itself */
    enum status status = submission_keep(r, board, sifted, &held);
    *id = held.id;
    return status;
}

static enum status check_edit(struct request *r, const struct edit_request *in, const struct post_row *post)
{
    if (in->revision != post->record.revision)
        return refuse_limit(r, STATUS_STALE, "revision", post->record.revision);
    if (in->title.at && (post->record.floor != 1 || !words_is_line(in->title)))
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    if (!words_is_body(in->body))
        return refuse_field(r, STATUS_BAD_FIELD, "body");
    if (!draft_take(r, in->draft))
        return refuse_field(r, STATUS_NOT_FOUND, "draft");
    return STATUS_OK;
}

/* A new title changes the header, in the board's topic and in the thread's own. */
static void retitle(struct request *r, struct text title, struct thread_row *thread, const struct board_row *board)
{
    thread->record.title = title;
    thread->record.seq = board->head + 1;
    thread->head++;
    store_thread_header(r->db, thread);
    store_board_told(r->db, board->record.id, thread->record.seq);
    tell_board(r, &thread->record);
    tell_thread(r, &thread->record, thread->head);
}

void edit_apply(struct request *r, const struct edit *edit)
{
    struct post_row *post = edit->post;
    struct thread_row *thread = edit->thread;

    indexing_drop(r, thread, post);
    post->record.seq = ++thread->head;
    post->record.revision++;
    post->record.edited = (uint64_t)r->now;
    post->record.body = edit->body;
    post->record.moderated = edit->moderated;
    store_revision_keep(r->db, post->record.id, title_of(post, thread));
    store_post_edit(r->db, &post->record);
    tell_post(r, &post->record, false);
    if (edit->title.at && !text_equal(edit->title, thread->record.title))
        retitle(r, edit->title, thread, edit->board);
    else
        store_thread_told(r->db, thread->record.id, thread->head);
    indexing_add(r, thread, post);
    if (edit->minor)
        publication_touch(r, edit->board, thread, post);
    else
        publication_change(r, edit->board, thread, post);
    const uint64_t item = store_item_of_post(r->db, post->record.id);
    if (item)
        queue_withhold(r, item);
}

enum status handle_edit(struct request *r, const struct edit_request *in)
{
    struct edit_reply out = {.topic = TOPIC_THREAD};
    struct post_row post;
    struct thread_row thread;
    struct board_row board;
    struct sifted sifted;
    enum status status = find_own(r, ACT_EDIT, in->post, &post, &thread, &board);

    if (!status)
        status = check_edit(r, in, &post);
    if (!status)
        status = sift(r, &(struct sending){.board = &board, .thread = &thread, .title = in->title, .body = in->body}, &sifted);
    if (status)
        return status;
    if (sifted.cause) {
        out = (struct edit_reply){.thread = thread.record.id, .post = post.record.id, .floor = post.record.floor};
        status = hold_edit(r, in, &post, &thread, &board, &sifted, &out.held);
        return status ? status : reply_edit(r, &out);
    }
    edit_apply(r, &(struct edit){.board = &board, .thread = &thread, .post = &post, .title = in->title, .body = in->body, .minor = in->minor});
    sift_flag(r, &sifted, &thread, &post.record, post.author);
    out.topic_id = out.thread = post.record.thread;
    out.seq = post.record.seq;
    out.post = post.record.id;
    out.floor = post.record.floor;
    out.revision = post.record.revision;
    return reply_edit(r, &out);
}

/* An edit that waits has nothing left to change. */
static void settle_edit(struct request *r, uint64_t post)
{
    struct held_row held;

    if (!store_held_edit_of(r->db, post, r->arena, &held) || !verdict_held(&held.record.state, HELD_STEP_WITHDRAW))
        return;
    submission_close(r, held.record.id);
    store_held_settle(r->db, &held);
}

enum status handle_delete(struct request *r, const struct delete_request *in)
{
    struct delete_reply out = {.topic = TOPIC_THREAD};
    struct post_row post;
    struct thread_row thread;
    struct board_row board;
    enum status status = find_own(r, ACT_DELETE, in->post, &post, &thread, &board);

    if (status)
        return status;
    indexing_drop(r, &thread, &post);
    post.record.seq = thread.head + 1;
    post.record.state = POST_STATE_DELETED;
    store_revision_keep(r->db, post.record.id, title_of(&post, &thread));
    settle_edit(r, post.record.id);
    store_post_take(r->db, post.record.id, POST_STATE_DELETED, REASON_NONE, post.record.seq);
    store_thread_told(r->db, thread.record.id, post.record.seq);
    publication_withdraw(r, &board, &thread, &post);
    tell_post(r, &post.record, true);
    out.topic_id = post.record.thread;
    out.seq = post.record.seq;
    return reply_delete(r, &out);
}

/* ---- what was written before ---- */

/* The post whose revisions may be read. */
static enum status find_written(struct request *r, uint64_t id, struct post_row *post, struct thread_row *thread)
{
    struct board_row board;
    enum status status = find_post(r, id, post, thread, &board);

    if (status || post->record.state == POST_STATE_VISIBLE)
        return status;
    /* What a moderator took its author can still read, and moderators; what its author deleted nobody. */
    bool own = r->actor.account && post->author == r->actor.account;
    bool may = own || policy_decide(ACT_MODERATE, &r->actor, &(struct subject){.board = &board.policy}) == STATUS_OK;
    return post->record.state != POST_STATE_DELETED && may ? STATUS_OK : refuse_field(r, STATUS_GONE, "post");
}

/* The present text as the newest revision, without the text. */
static struct revision_record present(const struct post_row *post, const struct thread_row *thread)
{
    return (struct revision_record){
        .post = post->record.id,
        .number = post->record.revision,
        .author = post->record.author,
        .time = post->record.edited ? post->record.edited : post->record.created,
        .title = title_of(post, thread),
    };
}

/* The present text itself, lent by the query, which the caller ends. */
static struct text present_body(struct request *r, struct query *q, struct post_row *post)
{
    struct text none = {NULL, 0};
    return store_post_next(q, r->arena, post) ? post->record.body : none;
}

static void part_of_revision(struct request *r, struct items list)
{
    part_revision(r, &(struct revision_reply){.revisions = list});
}

enum status handle_revision(struct request *r, const struct revision_request *in)
{
    struct page page = page_begin(r, &shape_revision_record, part_of_revision);
    struct revision_reply out = {0};
    struct revision_record revision;
    struct post_row post;
    struct thread_row thread;
    struct query q;
    bool found;
    enum status status = find_written(r, in->post, &post, &thread);

    if (status)
        return status;
    /* The present text of what a moderator took stands among the earlier ones. */
    if (in->number == post.record.revision && post.record.state == POST_STATE_VISIBLE) {
        revision = present(&post, &thread);
        q = store_post(r->db, in->post);
        revision.body = present_body(r, &q, &post);
        found = true;
    } else {
        q = store_revision(r->db, in->post, in->number);
        found = store_revision_next(&q, r->arena, &revision);
        if (found)
            revision.body = store_revision_body(&q);
    }
    if (found)
        page_add(&page, &revision);
    query_end(&q);
    if (!found)
        return refuse_limit(r, STATUS_NOT_FOUND, "number", post.record.revision);
    out.revisions = page_end(&page);
    return reply_revision(r, &out);
}

/* The sizes of all but the present text are kept beside them; that one is measured where it lies. */
static void add_present(struct request *r, struct wire_writer *w, struct items *list, struct post_row *post,
                        const struct thread_row *thread)
{
    struct revision_record revision = present(post, thread);
    struct query q = store_post(r->db, post->record.id);

    revision.size = present_body(r, &q, post).len;
    items_add(w, list, &shape_revision_record, &revision);
    query_end(&q);
}

enum status handle_history(struct request *r, const struct history_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)(LIMIT_PAGE_ITEMS + 1) * (4 * (LIMIT_TITLE + LIMIT_HANDLE) + 64));
    struct history_reply out = {.revisions = items_begin(&w)};
    uint64_t before = in->before ? in->before : UINT64_MAX;
    struct revision_record revision;
    struct post_row post;
    struct thread_row thread;
    enum status status = find_written(r, in->post, &post, &thread);

    if (status)
        return status;
    if (before > post.record.revision && post.record.state == POST_STATE_VISIBLE)
        add_present(r, &w, &out.revisions, &post, &thread);
    struct query q = store_revisions(r->db, in->post, before, LIMIT_PAGE_ITEMS + 1);
    while (store_revision_next(&q, r->arena, &revision)) {
        if (out.revisions.count == LIMIT_PAGE_ITEMS) {
            out.next = revision.number + 1;
            break;
        }
        items_add(&w, &out.revisions, &shape_revision_record, &revision);
    }
    query_end(&q);
    return reply_history(r, &out);
}
