/* See audit.h. Also the log as it is read: handlers modlog, heads and audit (request.h). */
#include "server/forum/audit.h"

#include <inttypes.h>
#include <sodium.h>

#include "moderation/verdict.h"
#include "server/forum/find.h"
#include "server/store/accounts.h"
#include "server/store/audit.h"
#include "server/store/feeds.h"
#include "server/store/held.h"
#include "server/store/sanctions.h"
#include "server/store/threads.h"

/* ---- writing ---- */

uint64_t audit_act_of(struct request *r, uint64_t account, struct text handle, uint64_t target, struct text detail)
{
    return store_audit_append(r->db, &(struct audit_record){
        .time = (uint64_t)r->now, .actor = account, .by = handle, .act = text_of(r->message->name), .target = target, .detail = detail,
    }, NULL);
}

uint64_t audit_act(struct request *r, uint64_t target, struct text detail)
{
    return audit_act_of(r, r->actor.account, r->actor.handle, target, detail);
}

/* What else a decision's row says, so that none of it can be changed unnoticed. */
static struct text detail_of(struct request *r, const struct decision_row *d)
{
    char held[2 * HELD_ID + 1] = "none";

    if (d->held.len == HELD_ID)
        sodium_bin2hex(held, sizeof held, (const uint8_t *)d->held.at, HELD_ID);
    struct text detail = arena_format(r->arena, "board %" PRIu64 " thread %" PRIu64 " post %" PRIu64 " account %" PRIu64 " item %" PRIu64 " sanction %" PRIu64
                        " held %s%s", d->board, d->thread, d->post, d->account, d->item, d->sanction, held,
                        d->edited ? " edited" : "");

    if (d->target)
        detail = arena_format(r->arena, "%.*s to %" PRIu64 "%s", (int)detail.len, detail.at ? detail.at : "", d->target, d->pinned ? " pinned" : "");
    return detail;
}

static struct audit_record entry_of(struct request *r, const struct decision_row *d)
{
    return (struct audit_record){
        .time = (uint64_t)d->time, .actor = d->actor, .act = enumeration_by_number(&enumeration_decision_act, d->act)->name,
        .target = d->post ? d->post : d->account, .detail = detail_of(r, d), .decision = d->id, .reason = (uint64_t)d->reason, .words = d->words,
        .content = d->hash,
    };
}

static bool everybody_reads(struct request *r, uint64_t board)
{
    struct board_row row;

    return store_board_row(r->db, board, r->arena, &row) && row.policy.read == ROLE_VISITOR;
}

/* What comes out of the bin was seen where it goes back to, which is then its board. What was held nobody hears of. */
static bool concerns_everybody(struct request *r, const struct decision_row *d, uint64_t *board)
{
    struct sanction_row sanction;
    struct thread_row thread;

    if (d->held.len)
        return false;
    if (d->sanction && store_sanction(r->db, d->sanction, r->arena, &sanction) && sanction.kind == SANCTION_KIND_HOLD)
        return false; /* also where it is overturned */
    *board = d->board;
    if (!d->board || everybody_reads(r, d->board))
        return true;
    if (!d->thread || !store_thread_row(r->db, d->thread, r->arena, &thread))
        return false;
    *board = thread.record.board;
    return everybody_reads(r, *board);
}

void audit_decision(struct request *r, const struct decision_row *decision)
{
    struct audit_shown shown = {.board = 0};
    struct audit_record entry = entry_of(r, decision);

    entry.by = r->actor.handle;
    store_audit_append(r->db, &entry, verdict_is_public(decision->act) && concerns_everybody(r, decision, &shown.board) ? &shown : NULL);
}

/* ---- reading: what everybody may know ---- */

/* The bytes that one takes on the wire, at most. */
enum {
    MODLOG_BYTES = 4 * (LIMIT_SLUG + 2 * LIMIT_NAME + LIMIT_TITLE) + 128,
    HEAD_BYTES = 64,
    AUDIT_BYTES = 4 * (LIMIT_NAME + LIMIT_ABOUT + LIMIT_WORDS + LIMIT_HANDLE) + 256,
};

static const struct actor visitor = {.role = ROLE_VISITOR};

/* Where it stands now, if everybody may read that. */
static void describe_place(struct request *r, const struct decision_row *d, struct modlog_record *out)
{
    struct thread_row thread;
    struct board_row board;
    struct post_row post;

    if (d->board && store_board_row(r->db, d->board, r->arena, &board) && policy_may_read(&visitor, &board.policy)) {
        out->board_slug = board.record.slug;
        out->board_name = board.record.name;
        out->board_name_en = board.record.name_en;
    }
    if (!d->thread || !store_thread_row(r->db, d->thread, r->arena, &thread) || !store_board_row(r->db, thread.record.board, r->arena, &board) ||
        !policy_may_read(&visitor, &board.policy))
        return;
    out->thread = thread.record.id;
    out->title = thread.record.title;
    if (d->post && store_post_header(r->db, d->post, r->arena, &post) && post.record.thread == thread.record.id) {
        out->post = d->post;
        out->floor = post.record.floor;
    }
}

static struct modlog_record describe(struct request *r, const struct audit_record *entry)
{
    struct modlog_record out = {.id = entry->public_id, .time = entry->time};
    struct sanction_row sanction;
    struct decision_row decision;

    if (!store_decision(r->db, entry->decision, r->arena, &decision))
        return out;
    out.act = decision.act;
    out.site = !decision.board;
    out.reason = decision.reason;
    describe_place(r, &decision, &out);
    if (decision.sanction && store_sanction(r->db, decision.sanction, r->arena, &sanction))
        out.until = (uint64_t)sanction.until;
    return out;
}

/* The log is the same for everybody: of boards that not everybody reads it tells nobody. */
static enum status find_public_board(struct request *r, struct text slug_or_number, uint64_t *id)
{
    struct board_row board;

    if (!store_board_resolve(r->db, slug_or_number, r->arena, &board) || !policy_may_read(&visitor, &board.policy))
        return refuse_field(r, STATUS_NOT_FOUND, "board");
    *id = board.record.id;
    return STATUS_OK;
}

enum status handle_modlog(struct request *r, const struct modlog_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * MODLOG_BYTES);
    struct modlog_reply out = {.acts = items_begin(&w), .tag = store_feed_tag(r->db, r->arena)};
    struct audit_record entry;
    uint64_t board = 0, last = 0;
    enum status status = in->board.len ? find_public_board(r, in->board, &board) : STATUS_OK;

    if (status)
        return status;
    struct query q = store_audit_public(r->db, board, in->before ? in->before : INT64_MAX, LIMIT_PAGE_ITEMS + 1);
    while (store_audit_next(&q, r->arena, &entry)) {
        if (out.acts.count == LIMIT_PAGE_ITEMS) {
            out.next = last;
            break;
        }
        const struct modlog_record record = describe(r, &entry);
        items_add(&w, &out.acts, &shape_modlog_record, &record);
        last = entry.public_id;
    }
    query_end(&q);
    return reply_modlog(r, &out);
}

enum status handle_heads(struct request *r, const struct heads_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * HEAD_BYTES);
    struct heads_reply out = {.heads = items_begin(&w)};
    struct query q = store_audit_days(r->db, in->before, LIMIT_PAGE_ITEMS + 1);
    struct text last = {NULL, 0};
    struct head_record head;

    while (store_audit_day_next(&q, r->arena, &head)) {
        if (out.heads.count == LIMIT_PAGE_ITEMS) {
            out.next = last;
            break;
        }
        items_add(&w, &out.heads, &shape_head_record, &head);
        last = head.day;
    }
    query_end(&q);
    return reply_heads(r, &out);
}

/* ---- reading: all of it ---- */

/* Whether the decision reads otherwise than when the entry was made. */
static bool has_changed(struct request *r, const struct audit_record *entry)
{
    struct decision_row decision;

    if (!entry->decision)
        return false;
    if (!store_decision(r->db, entry->decision, r->arena, &decision))
        return true;
    const struct audit_record now = entry_of(r, &decision);
    return now.time != entry->time || now.actor != entry->actor || !text_equal(now.act, entry->act) || now.target != entry->target ||
           !text_equal(now.detail, entry->detail) || now.reason != entry->reason || !text_equal(now.words, entry->words) ||
           !text_equal(now.content, entry->content);
}

enum status handle_audit(struct request *r, const struct audit_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * AUDIT_BYTES);
    struct audit_reply out = {.entries = items_begin(&w)};
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});
    struct audit_record entry;

    if (status)
        return refuse(r, status);
    struct query q = store_audit_from(r->db, in->from, LIMIT_PAGE_ITEMS + 1);
    while (store_audit_next(&q, r->arena, &entry)) {
        if (out.entries.count == LIMIT_PAGE_ITEMS) {
            out.next = entry.id;
            break;
        }
        entry.differs = has_changed(r, &entry);
        items_add(&w, &out.entries, &shape_audit_record, &entry);
    }
    query_end(&q);
    return reply_audit(r, &out);
}
