/* See flags.h. */
#include "server/forum/flags.h"

#include "moderation/verdict.h"
#include "server/forum/find.h"
#include "server/forum/notices.h"
#include "server/forum/oversight.h"
#include "server/forum/queue.h"
#include "server/store/flags.h"
#include "server/store/queue_items.h"

/* ---- flagging ---- */

static enum gravity gravity_of(uint64_t flags, enum reason reason)
{
    return verdict_is_grave(flags, reason) ? GRAVITY_MANY_FLAGS : GRAVITY_FLAGGED;
}

static enum status check(struct request *r, const struct flag_request *in, struct post_row *post, struct thread_row *thread)
{
    const int64_t day = 24 * 3600 * (int64_t)1000;
    struct board_row board;
    enum status status = find_post(r, in->post, post, thread, &board);

    if (status)
        return status;
    if (post->record.state != POST_STATE_VISIBLE)
        return refuse_field(r, STATUS_GONE, "post");
    status = policy_decide(ACT_FLAG, &r->actor, &(struct subject){.board = &board.policy});
    if (status)
        return refuse_act(r, status, board.record.id);
    if (post->author == r->actor.account)
        return refuse_field(r, STATUS_FORBIDDEN, "post");
    status = oversight_reason(r, in->reason, in->words);
    if (status)
        return status;
    if (store_flags_since(r->db, r->actor.account, r->now - day, LIMIT_FLAGS_DAY) >= LIMIT_FLAGS_DAY)
        return refuse_limit(r, STATUS_TOO_MANY, "flags", LIMIT_FLAGS_DAY);
    return STATUS_OK;
}

/* The item that the flag belongs to, which counts it already. */
static enum status join_item(struct request *r, const struct flag_request *in, const struct post_row *post, const struct thread_row *thread,
                             uint64_t *item)
{
    struct item_row row;

    *item = store_item_of_post(r->db, in->post);
    if (!*item) {
        *item = store_item_insert(r->db, &(struct item_row){
            .kind = ITEM_KIND_FLAGGED, .gravity = gravity_of(1, in->reason), .created = r->now, .board = thread->record.board,
            .thread = thread->record.id, .post = in->post, .author = post->author, .flags = 1, .reason = in->reason,
        });
        queue_withhold(r, *item);
        return STATUS_OK;
    }
    if (store_flag_of(r->db, *item, r->actor.account))
        return refuse_field(r, STATUS_EXISTS, "post");
    if (!store_item(r->db, *item, r->arena, &row))
        return refuse_field(r, STATUS_NOT_FOUND, "post");
    if (row.flags >= FLAGS_ITEM)
        return refuse_field(r, STATUS_EXISTS, "post"); /* moderators know by now, and the flagger is not to learn how many told them */
    store_item_flagged(r->db, *item, gravity_of(row.flags + 1, in->reason));
    return STATUS_OK;
}

enum status handle_flag(struct request *r, const struct flag_request *in)
{
    struct flag_reply out = {.topic = TOPIC_NONE};
    struct flag_row flag = {.post = in->post, .account = r->actor.account, .reason = in->reason, .words = in->words, .time = r->now};
    struct thread_row thread;
    struct post_row post;
    enum status status = check(r, in, &post, &thread);

    if (!status)
        status = join_item(r, in, &post, &thread, &flag.item);
    if (status)
        return status;
    out.flag = store_flag_insert(r->db, &flag);
    return reply_flag(r, &out);
}

/* ---- what came of them ---- */

/* The bytes that one takes on the wire, at most. */
enum { FLAG_BYTES = 4 * (LIMIT_TITLE + LIMIT_WORDS) + 128 };

/* Where the post stands, for who may still read it. */
static void describe_post(struct request *r, uint64_t id, struct flag_record *out)
{
    struct thread_row thread;
    struct board_row board;
    struct post_row post;

    if (!store_post_header(r->db, id, r->arena, &post) || !store_thread_row(r->db, post.record.thread, r->arena, &thread) ||
        !store_board_row(r->db, thread.record.board, r->arena, &board) || !policy_may_read(&r->actor, &board.policy))
        return;
    out->thread = thread.record.id;
    out->floor = post.record.floor;
    out->title = thread.record.title;
}

static struct flag_record describe(const struct flag_row *row)
{
    return (struct flag_record){
        .id = row->id, .post = row->post, .reason = row->reason, .words = row->words, .time = (uint64_t)row->time,
    };
}

static void describe_outcome(struct request *r, uint64_t item, struct flag_record *out)
{
    struct decision_row decision;
    struct item_row row;

    if (!store_item(r->db, item, r->arena, &row) || !row.decision || !store_decision(r->db, row.decision, r->arena, &decision))
        return;
    out->outcome = decision.act;
    out->decided = (uint64_t)decision.time;
}

enum status handle_flags(struct request *r, const struct flags_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * FLAG_BYTES);
    struct flags_reply out = {.flags = items_begin(&w)};
    uint64_t last = 0;
    struct flag_row row;
    struct query q = store_flags(r->db, r->actor.account, in->before ? in->before : INT64_MAX, LIMIT_PAGE_ITEMS + 1);

    while (store_flag_next(&q, r->arena, &row)) {
        if (out.flags.count == LIMIT_PAGE_ITEMS) {
            out.next = last;
            break;
        }
        struct flag_record record = describe(&row);
        describe_post(r, row.post, &record);
        describe_outcome(r, row.item, &record);
        items_add(&w, &out.flags, &shape_flag_record, &record);
        last = row.id;
    }
    query_end(&q);
    return reply_flags(r, &out);
}

struct items flags_on(struct request *r, uint64_t item)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * FLAG_BYTES);
    struct items list = items_begin(&w);
    struct query q = store_flags_on(r->db, item, LIMIT_PAGE_ITEMS);
    struct flag_row row;

    while (store_flag_next(&q, r->arena, &row)) {
        struct flag_record record = describe(&row);
        items_add(&w, &list, &shape_flag_record, &record);
    }
    query_end(&q);
    return list;
}

void flags_told(struct request *r, uint64_t item, const struct notice_record *about)
{
    struct query q = store_flags_on(r->db, item, FLAGS_ITEM);
    struct notice_record notice = *about;
    struct flag_row row;

    notice.kind = NOTICE_KIND_FLAG;
    notice.title = (struct text){NULL, 0}; /* not every flagger may still read it */
    while (store_flag_next(&q, r->arena, &row))
        notice_decided(r, row.account, &notice);
    query_end(&q);
}
