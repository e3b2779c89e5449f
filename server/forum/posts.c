/*
 * Writing: handlers post and reply (request.h).
 *
 * What is sent is checked, filtered (sifting.h), and then placed (placing.h), or kept where it has to wait for a moderator first (submissions.h).
 */
#include "server/forum/drafts.h"
#include "server/forum/find.h"
#include "server/forum/placing.h"
#include "server/forum/stubs.h"
#include "server/forum/submissions.h"
#include "server/util/words.h"

/* What both kinds of writing ask before anything is stored. */
static enum status check_text(struct request *r, struct text body, struct text draft)
{
    if (!words_is_body(body))
        return refuse_field(r, STATUS_BAD_FIELD, "body");
    if (!draft_take(r, draft))
        return refuse_field(r, STATUS_NOT_FOUND, "draft");
    return STATUS_OK;
}

enum status handle_post(struct request *r, const struct post_request *in)
{
    struct post_reply out = {.topic = TOPIC_THREAD};
    struct thread_row thread;
    struct board_row board;
    struct sifted sifted;
    struct placing placing = {.board = &board, .title = in->title, .body = in->body};
    enum status status = find_board(r, in->board, &board);

    if (status)
        return status;
    status = policy_decide(ACT_START, &r->actor, &(struct subject){.board = &board.policy});
    if (status)
        return refuse_act(r, status, board.record.id);
    if (!words_is_line(in->title))
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    if (!placing_tags(r, in->tags, &placing.tags))
        return refuse_field(r, STATUS_BAD_FIELD, "tags");
    status = check_text(r, in->body, in->draft);
    if (status)
        return status;
    status = sift(r, &(struct sending){.board = &board, .title = in->title, .body = in->body, .tags = placing.tags, .fresh = true}, &sifted);
    if (status)
        return status;
    if (sifted.cause) {
        struct held_record held = {.kind = HELD_KIND_THREAD, .title = in->title, .tags = placing.tags, .body = in->body};
        status = submission_keep(r, &board, &sifted, &held);
        out = (struct post_reply){.held = held.id};
        return status ? status : reply_post(r, &out);
    }
    struct post_record post = placing_start(r, &placing, &thread);
    sift_flag(r, &sifted, &thread, &post, r->actor.account);
    out.topic_id = out.thread = post.thread;
    out.seq = post.seq;
    out.post = post.id;
    out.floor = post.floor;
    return reply_post(r, &out);
}

enum status handle_reply(struct request *r, const struct reply_request *in)
{
    struct reply_reply out = {.topic = TOPIC_THREAD};
    struct thread_row thread;
    struct board_row board;
    struct sifted sifted;
    struct placing placing = {.board = &board, .body = in->body, .reply_to = in->to};
    uint64_t answered = in->thread;

    stub_follow(r->db, r->arena, &answered, &placing.reply_to);
    enum status status = find_thread(r, answered, &thread, &board);
    if (status)
        return status;
    status = policy_decide(ACT_REPLY, &r->actor, &(struct subject){.board = &board.policy, .locked = thread.record.locked});
    if (status)
        return refuse_act(r, status, board.record.id);
    if (!placing_answered(r, &thread, placing.reply_to, &placing.answered))
        return refuse_limit(r, STATUS_BAD_FIELD, "to", thread.record.floors);
    status = check_text(r, in->body, in->draft);
    if (status)
        return status;
    status = sift(r, &(struct sending){.board = &board, .thread = &thread, .body = in->body, .fresh = true}, &sifted);
    if (status)
        return status;
    if (sifted.cause) {
        struct held_record held = {
            .kind = HELD_KIND_REPLY, .thread = thread.record.id, .reply_to = placing.reply_to, .body = in->body,
        };
        status = submission_keep(r, &board, &sifted, &held);
        out = (struct reply_reply){.thread = thread.record.id, .held = held.id};
        return status ? status : reply_reply(r, &out);
    }
    struct post_record post = placing_reply(r, &placing, &thread);
    sift_flag(r, &sifted, &thread, &post, r->actor.account);
    out.topic_id = out.thread = post.thread;
    out.seq = post.seq;
    out.post = post.id;
    out.floor = post.floor;
    return reply_reply(r, &out);
}
