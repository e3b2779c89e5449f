/*
 * See decisions.h. Handler decide (request.h).
 *
 * A decision is about a text that somebody has seen: it carries that text's hash (content.h), and where anything has changed since it
 * decides nothing. What steps there are stands in a table (verdict.def). The decision, its effect and the audit log's entry are one
 * transaction; whom it concerns is told what and why, never by whom.
 */
#include "server/forum/decisions.h"

#include "moderation/verdict.h"
#include "server/forum/arranging.h"
#include "server/forum/appeals.h"
#include "server/forum/audit.h"
#include "server/forum/earlier.h"
#include "server/forum/edits.h"
#include "server/forum/flags.h"
#include "server/forum/guests.h"
#include "server/forum/notices.h"
#include "server/forum/oversight.h"
#include "server/forum/placing.h"
#include "server/forum/proposing.h"
#include "server/forum/queue.h"
#include "server/forum/sanctions.h"
#include "server/forum/submissions.h"
#include "server/forum/verdicts.h"
#include "server/store/accounts.h"
#include "server/store/audience.h"
#include "server/util/words.h"

/* A decision under way. */
struct deciding {
    struct request *r;
    const struct decide_request *in;
    struct matter *m;
    struct decision_row row;
    struct decide_reply out;
    enum notice_kind notice; /* what the person concerned is told; OTHER: nothing */
};

/* ---- what every decision asks ---- */

/* Whether it is about what was on the screen, and nobody else is at it. */
static enum status check_matter(struct request *r, const struct decide_request *in, const struct matter *m)
{
    if (m->item.claimant && m->item.claimant != r->actor.account && m->item.lease > r->now)
        return refuse(r, STATUS_CLAIMED);
    if (in->hash.len != CONTENT_HASH)
        return refuse_field(r, STATUS_BAD_FIELD, "hash");
    if (memcmp(in->hash.at, m->hash, CONTENT_HASH) != 0)
        return refuse_field(r, STATUS_STALE, "hash");
    return STATUS_OK;
}

static bool reads(struct request *r, uint64_t account, uint64_t id)
{
    struct board_row board;
    struct person person;

    return store_board_row(r->db, id, r->arena, &board) && store_person(r->db, account, id, r->now, &person) &&
           policy_may_read(&person.actor, &board.policy);
}

/* A thread that was taken where the person concerned cannot read is not named; what goes into the bin by this is what they could read. */
static bool may_name(const struct deciding *d)
{
    return !d->row.thread || reads(d->r, d->row.account, d->row.board) || reads(d->r, d->row.account, d->m->thread.record.board);
}

static void close_item(struct deciding *d)
{
    struct request *r = d->r;
    struct matter *m = d->m;

    if (m->item.id)
        store_item_close(r->db, m->item.id, d->row.id);
    if (m->item.id && m->item.kind == ITEM_KIND_FLAGGED)
        flags_told(r, m->item.id, &(struct notice_record){
            .thread = m->thread.record.id, .post = m->post.record.id, .floor = m->post.record.floor, .decision = d->row.id,
        });
}

/* Closes the decision's item, and tells. */
static void settle(struct deciding *d)
{
    struct request *r = d->r;
    bool named = d->row.account && may_name(d);

    close_item(d);
    audit_decision(r, &d->row);
    if (d->notice != NOTICE_KIND_OTHER)
        notice_decided(r, d->row.account, &(struct notice_record){
            .kind = d->notice, .board = named ? d->row.board : 0, .thread = d->row.thread, .post = d->row.post, .floor = d->out.floor,
            .title = named ? d->row.title : (struct text){NULL, 0}, .decision = d->row.id, .held = d->row.held,
        });
    d->out.decision = d->row.id;
}

/* The row as it will stand, whose number effects refer to. */
static void record(struct deciding *d)
{
    const struct matter *m = d->m;

    d->row = (struct decision_row){
        .time = d->r->now, .actor = d->r->actor.account, .act = d->in->act, .reason = d->in->reason, .words = d->in->words, .board = m->item.board,
        .thread = m->thread.record.id, .post = m->post.record.id, .held = m->held.record.id, .item = m->item.id,
        .title = m->held.record.title.at ? m->held.record.title : m->thread.record.title,
        .account = m->decision.id ? m->item.author : m->held.record.id.at ? m->held.account : m->post.author,
        .sanction = m->decision.sanction, .hash = {(const char *)m->hash, CONTENT_HASH},
    };
    d->row.id = store_decision_insert(d->r->db, &d->row);
}

static enum status propose(struct deciding *d)
{
    proposing_make(d->r, d->m, d->in->act, d->in->reason, d->in->words);
    d->out = (struct decide_reply){.topic = TOPIC_NONE, .second = true, .post = d->m->post.record.id};
    return STATUS_OK;
}

/* ---- submissions ---- */

/* The text that is let through: the author's, or as the moderator changed it. */
static enum status take_edits(struct request *r, const struct decide_request *in, struct held_record *held)
{
    bool titled = held->kind != HELD_KIND_REPLY && held->title.at;

    if (in->title.at && (!titled || !words_is_line(in->title)))
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    if (in->body.at && !words_is_body(in->body))
        return refuse_field(r, STATUS_BAD_FIELD, "body");
    if (in->title.at)
        held->title = in->title;
    if (in->body.at)
        held->body = in->body;
    return STATUS_OK;
}

/* As its author: whoever is told of the post is told of that person. */
static enum status place_held(struct request *r, struct matter *m, const struct held_record *text, bool moderated, struct decide_reply *out)
{
    const struct actor moderator = r->actor;
    struct placing placing = {
        .board = text->kind == HELD_KIND_THREAD ? &m->board : &m->standing, .title = text->title, .tags = text->tags, .body = text->body,
        .reply_to = text->reply_to, .moderated = moderated,
    };
    struct post_record post;

    if (text->kind == HELD_KIND_REPLY && !placing_answered(r, &m->thread, text->reply_to, &placing.answered))
        return refuse_field(r, STATUS_GONE, "item");
    if (!m->held.account) {
        r->actor = guest_actor(m->held.record.author_name);
    } else if (!store_actor_of(r->db, m->held.account, r->arena, r->now, &r->actor)) {
        r->actor = moderator;
        return refuse_field(r, STATUS_GONE, "item");
    }
    post = text->kind == HELD_KIND_THREAD ? placing_start(r, &placing, &m->thread) : placing_reply(r, &placing, &m->thread);
    r->actor = moderator;
    m->held.record.thread = post.thread;
    m->held.record.post = post.id;
    *out = (struct decide_reply){.topic = TOPIC_THREAD, .topic_id = post.thread, .seq = post.seq, .thread = post.thread, .post = post.id, .floor = post.floor};
    return STATUS_OK;
}

static enum status apply_held_edit(struct request *r, struct matter *m, const struct held_record *text, bool moderated, struct decide_reply *out)
{
    if (m->post.record.state != POST_STATE_VISIBLE)
        return refuse_field(r, STATUS_GONE, "post");
    if (m->post.record.revision != text->revision)
        return refuse_limit(r, STATUS_STALE, "revision", m->post.record.revision);
    edit_apply(r, &(struct edit){
        .board = &m->standing, .thread = &m->thread, .post = &m->post, .title = m->post.record.floor == 1 ? text->title : (struct text){NULL, 0},
        .body = text->body, .minor = text->minor, .moderated = moderated,
    });
    *out = (struct decide_reply){
        .topic = TOPIC_THREAD, .topic_id = m->thread.record.id, .seq = m->post.record.seq, .thread = m->thread.record.id, .post = m->post.record.id,
        .floor = m->post.record.floor,
    };
    return STATUS_OK;
}

static enum status let_through(struct deciding *d)
{
    struct held_record text = d->m->held.record;
    bool moderated = d->in->body.at || d->in->title.at;
    enum status status = take_edits(d->r, d->in, &text);

    if (status)
        return status;
    if (text.kind == HELD_KIND_EDIT)
        status = apply_held_edit(d->r, d->m, &text, moderated, &d->out);
    else
        status = place_held(d->r, d->m, &text, moderated, &d->out);
    if (status)
        return status;
    d->row.edited = moderated;
    d->row.thread = d->out.thread;
    d->row.post = d->out.post;
    store_decision_placed(d->r->db, &d->row);
    return STATUS_OK;
}

static enum status decide_held(struct deciding *d)
{
    static const enum notice_kind notices[] = {
        [HELD_STATE_APPROVED] = NOTICE_KIND_APPROVED, [HELD_STATE_RETURNED] = NOTICE_KIND_RETURNED, [HELD_STATE_REFUSED] = NOTICE_KIND_REFUSED,
    };
    struct held_row *held = &d->m->held;
    enum held_step step = verdict_step(d->in->act);
    enum status status = STATUS_OK;

    if (step == HELD_STEP_RETURN && !held->account)
        return refuse_field(d->r, STATUS_NO_AUTHOR, "act");
    if (step == HELD_STEPS || !verdict_held(&held->record.state, step))
        return refuse_field(d->r, STATUS_BAD_FIELD, "act");
    if (proposing_needed(d->r, d->m, d->in->act))
        return propose(d);
    record(d);
    if (step == HELD_STEP_APPROVE)
        status = let_through(d);
    if (status)
        return status;
    held->record.decision = d->row.id;
    store_held_settle(d->r->db, held);
    if (held->record.state != HELD_STATE_RETURNED)
        earlier_drop(d->r, held->record.id);
    d->notice = notices[held->record.state];
    settle(d);
    return STATUS_OK;
}

/* ---- posts ---- */

/* An opening post takes its thread with it. */
static enum status move_thread(struct deciding *d, bool away)
{
    struct matter *m = d->m;
    enum status status = away ? verdict_bin(d->r, &m->standing, &m->thread) : verdict_unbin(d->r, &m->standing, &m->thread);

    d->out.topic = TOPIC_BOARD;
    d->out.topic_id = m->thread.record.board;
    d->out.seq = m->thread.record.seq;
    return status;
}

static enum status change_post(struct deciding *d, enum post_state state)
{
    struct matter *m = d->m;
    bool opens = m->post.record.floor == 1;

    d->out.thread = m->thread.record.id;
    d->out.post = m->post.record.id;
    d->out.floor = m->post.record.floor;
    if (opens)
        return move_thread(d, state != POST_STATE_VISIBLE);
    if (state == POST_STATE_VISIBLE)
        verdict_give_back(d->r, &m->standing, &m->thread, &m->post);
    else
        verdict_take(d->r, &m->standing, &m->thread, &m->post, state, state == POST_STATE_REMOVED ? d->in->reason : REASON_NONE);
    d->out.topic = TOPIC_THREAD;
    d->out.topic_id = m->thread.record.id;
    d->out.seq = m->post.record.seq;
    return STATUS_OK;
}

static enum status decide_post(struct deciding *d)
{
    static const enum notice_kind notices[] = {
        [POST_STATE_VISIBLE] = NOTICE_KIND_RESTORED, [POST_STATE_HIDDEN] = NOTICE_KIND_HIDDEN, [POST_STATE_REMOVED] = NOTICE_KIND_REMOVED,
    };
    enum post_state before = queue_state(d->m), after = before;
    enum status status = STATUS_OK;

    if (before == POST_STATE_DELETED && d->in->act == DECISION_ACT_KEEP)
        ; /* its author was quicker: the flags are settled */
    else if (!verdict_post(&after, d->in->act))
        return refuse_field(d->r, before == POST_STATE_DELETED ? STATUS_GONE : STATUS_BAD_FIELD, before == POST_STATE_DELETED ? "post" : "act");
    if (after != before && proposing_needed(d->r, d->m, d->in->act))
        return propose(d);
    record(d);
    if (after != before) {
        status = change_post(d, after);
        d->notice = notices[after];
    }
    if (!status)
        settle(d);
    return status;
}

/* ---- threads ---- */

/* The thread of a post that was flagged, or of one as it stands, is arranged; the post stays as it is. */
static enum status decide_thread(struct deciding *d)
{
    struct matter *m = d->m;
    struct board_row to;
    struct arranging a = {.thread = &m->thread, .board = &m->standing};
    enum status status = m->thread.merged ? refuse_field(d->r, STATUS_GONE, "post") : STATUS_OK;

    if (!status && d->in->act == DECISION_ACT_MOVE) {
        a.to = &to;
        status = arranging_target(d->r, &m->standing, d->in->board, &to);
    }
    if (status)
        return status;
    d->row = (struct decision_row){
        .act = d->in->act, .reason = d->in->reason, .words = d->in->words, .item = m->item.id, .hash = {(const char *)m->hash, CONTENT_HASH},
    };
    status = arranging_decide(d->r, &a, &d->row);
    if (status)
        return status;
    if (!d->row.id)
        return refuse_field(d->r, STATUS_BAD_FIELD, "act"); /* it is so already */
    close_item(d);
    d->out = (struct decide_reply){
        .topic = TOPIC_BOARD, .topic_id = m->thread.record.board, .seq = m->thread.record.seq, .decision = d->row.id,
        .thread = m->thread.record.id, .post = m->post.record.id, .floor = m->post.record.floor,
    };
    return STATUS_OK;
}

/* ---- appeals ---- */

/* Everything as it was. */
static enum status undo(struct deciding *d)
{
    struct matter *m = d->m;

    if (arranging_is(m->decision.act)) {
        struct board_row other;
        arranging_undo(d->r, &(struct arranging){.thread = &m->thread, .board = &m->standing, .to = &other}, &m->decision);
        return STATUS_OK;
    }
    if (m->held.record.id.at) {
        if (!verdict_held(&m->held.record.state, HELD_STEP_REOPEN) || !verdict_held(&m->held.record.state, HELD_STEP_APPROVE))
            return refuse_field(d->r, STATUS_GONE, "item");
        enum status status = let_through(d);
        if (!status) {
            m->held.record.decision = d->row.id;
            store_held_settle(d->r->db, &m->held);
        }
        return status;
    }
    if (!m->post.record.id)
        return STATUS_OK; /* a sanction: see appeal_settled */
    enum post_state state = queue_state(m);
    if (state == POST_STATE_VISIBLE)
        return STATUS_OK;
    return verdict_post(&state, DECISION_ACT_RESTORE) ? change_post(d, state) : refuse_field(d->r, STATUS_GONE, "post");
}

static enum status decide_appeal(struct deciding *d)
{
    bool overturned = d->in->act == DECISION_ACT_OVERTURN;
    enum status status = STATUS_OK;

    if (!overturned && d->in->act != DECISION_ACT_UPHOLD)
        return refuse_field(d->r, STATUS_BAD_FIELD, "act");
    record(d);
    if (overturned)
        status = undo(d);
    if (status)
        return status;
    appeal_settled(d->r, &d->m->decision, overturned);
    d->notice = NOTICE_KIND_APPEAL;
    settle(d);
    return STATUS_OK;
}

/* ---- a sanction with it ---- */

/* On the author of what was decided on; the reason is the decision's, and has to be given. */
static enum status impose(struct deciding *d)
{
    static const struct board_row site;
    const struct matter *m = d->m;
    const struct sanction_terms terms = {
        .account = m->held.record.id.at ? m->held.account : m->post.author, .kind = d->in->kind, .board = d->in->site ? &site : &m->board,
        .hours = d->in->hours, .reason = d->in->reason, .words = d->in->words,
    };
    uint64_t decision;

    if (m->item.kind == ITEM_KIND_APPEAL || !terms.account)
        return refuse_field(d->r, STATUS_BAD_FIELD, "sanction");
    enum status status = oversight_of(d->r, terms.board);
    return status ? refuse_field(d->r, status, "site") : sanction_impose(d->r, &terms, "sanction", &d->out.imposed, &decision);
}

/* ---- all of it ---- */

static enum status decide(struct deciding *d)
{
    const struct decide_request *in = d->in;

    if (arranging_is(in->act) && (in->post || d->m->item.kind == ITEM_KIND_FLAGGED))
        return decide_thread(d);
    enum status status = oversight_why(d->r, in->act, in->reason, in->words);
    if (status)
        return status;
    if (in->item && d->m->item.kind == ITEM_KIND_HELD)
        return decide_held(d);
    if (in->item && d->m->item.kind == ITEM_KIND_APPEAL)
        return decide_appeal(d);
    return decide_post(d);
}

enum status decision_make(struct request *r, const struct decide_request *in, struct decide_reply *out)
{
    struct deciding d = {.r = r, .in = in, .m = arena_alloc(r->arena, sizeof *d.m)};
    enum status status;

    if (!d.m)
        return refuse(r, STATUS_BUSY);
    if (!in->item == !in->post)
        return refuse_field(r, STATUS_BAD_FIELD, "item");
    status = in->item ? queue_find(r, in->item, d.m) : queue_find_post(r, in->post, d.m);
    if (!status)
        status = check_matter(r, in, d.m);
    if (!status)
        status = decide(&d);
    if (!status && in->sanction && !d.out.second)
        status = impose(&d);
    *out = d.out;
    return status;
}

enum status handle_decide(struct request *r, const struct decide_request *in)
{
    struct decide_reply out;
    enum status status = decision_make(r, in, &out);

    return status ? status : reply_decide(r, &out);
}
