/* See appeals.h. */
#include "server/forum/appeals.h"

#include "moderation/verdict.h"
#include "server/forum/oversight.h"
#include "server/forum/queue.h"
#include "server/forum/sanctions.h"
#include "server/store/accounts.h"
#include "server/store/held.h"
#include "server/store/posts.h"
#include "server/store/sanctions.h"
#include "server/util/words.h"

/* ---- decisions ---- */

/* Until when one may appeal; 0: never. */
static int64_t appeal_end(const struct decision_row *row)
{
    return verdict_may_appeal(row->act) && row->actor != row->account ? row->time + (int64_t)LIMIT_APPEAL_DAYS * 24 * 3600 * 1000 : 0;
}

uint64_t appeal_until(const struct request *r, const struct decision_row *row)
{
    int64_t end = row->appeal == APPEAL_STATE_NONE ? appeal_end(row) : 0;

    return end > r->now ? (uint64_t)end : 0;
}

struct decision_record decision_describe(struct request *r, const struct decision_row *row, const struct board_row *board)
{
    bool own = row->account == r->actor.account;
    /* Where one cannot read, neither board nor thread is named; whose opening post is in the bin knows the thread. */
    bool named = !own || !row->thread || board->record.kind == BOARD_KIND_BIN || policy_may_read(&r->actor, &board->policy);
    struct decision_record record = {
        .id = row->id, .time = (uint64_t)row->time, .act = row->act, .reason = row->reason, .words = row->words,
        .board_slug = named ? board->record.slug : (struct text){NULL, 0}, .thread = row->thread, .post = row->post, .held = row->held,
        .title = named ? row->title : (struct text){NULL, 0},
        .account = store_handle_of(r->db, row->account, r->arena), .appeal = row->appeal, .appeal_by = appeal_until(r, row),
        .edited = row->edited,
    };
    struct sanction_row sanction;
    struct post_row post;

    if (!own)
        record.by = store_handle_of(r->db, row->actor, r->arena);
    if (row->post && store_post_header(r->db, row->post, r->arena, &post))
        record.floor = post.record.floor;
    if (row->sanction && store_sanction(r->db, row->sanction, r->arena, &sanction))
        record.until = (uint64_t)sanction.until;
    return record;
}

/*
 * To oneself whatever was done: that a flagged post was kept betrays only that somebody flagged it. To others what they could have
 * decided.
 */
static bool may_see(struct request *r, const struct decision_row *row, struct board_row *board)
{
    if (row->account != r->actor.account)
        return oversight_board(r, row->board, board);
    if (row->act == DECISION_ACT_KEEP)
        return false;
    if (!row->board || !store_board_row(r->db, row->board, r->arena, board))
        *board = (struct board_row){0};
    return true;
}

enum status handle_decisions(struct request *r, const struct decisions_request *in)
{
    enum { EXAMINED = 200 }; /* for one page, which may so be shorter than it could */
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * DECISION_BYTES);
    struct decisions_reply out = {.decisions = items_begin(&w)};
    struct decision_row row;
    struct board_row board;
    uint64_t account, examined = 0, last = 0;
    enum status status = oversight_whom(r, in->handle, &account);

    if (status)
        return status;
    struct query q = store_decisions(r->db, account, in->before ? in->before : INT64_MAX, EXAMINED + 1);
    while (store_decision_next(&q, r->arena, &row)) {
        if (out.decisions.count == LIMIT_PAGE_ITEMS || examined == EXAMINED) {
            out.next = last;
            break;
        }
        examined++;
        last = row.id;
        if (!may_see(r, &row, &board))
            continue;
        const struct decision_record record = decision_describe(r, &row, &board);
        items_add(&w, &out.decisions, &shape_decision_record, &record);
    }
    query_end(&q);
    return reply_decisions(r, &out);
}

/* ---- appeals ---- */

/* The decision, if it can be appealed from now by the actor. */
static enum status find_appealable(struct request *r, uint64_t id, struct decision_row *row)
{
    if (!store_decision(r->db, id, r->arena, row) || row->account != r->actor.account)
        return refuse_field(r, STATUS_NOT_FOUND, "decision");
    if (!appeal_end(row))
        return refuse_field(r, STATUS_BAD_FIELD, "decision");
    if (row->appeal != APPEAL_STATE_NONE)
        return refuse_field(r, STATUS_EXISTS, "decision");
    if (appeal_end(row) <= r->now)
        return refuse_limit(r, STATUS_TOO_LATE, "decision", LIMIT_APPEAL_DAYS);
    return STATUS_OK;
}

/* The thread in which it stands now: what was decided on may have been split off or merged since. */
static uint64_t present_thread(struct request *r, const struct decision_row *row)
{
    struct post_row post;
    struct held_row held;

    if (row->post && store_post_header(r->db, row->post, r->arena, &post))
        return post.record.thread;
    if (row->held.at && store_held(r->db, row->held, false, r->arena, &held))
        return held.record.thread;
    return row->thread;
}

enum status handle_appeal(struct request *r, const struct appeal_request *in)
{
    struct appeal_reply out = {.topic = TOPIC_NONE};
    struct decision_row row;
    enum status status = find_appealable(r, in->decision, &row);

    if (status)
        return status;
    if (!words_is_body(in->words))
        return refuse_field(r, STATUS_BAD_FIELD, "words");
    uint64_t item = store_item_insert(r->db, &(struct item_row){
        .kind = ITEM_KIND_APPEAL, .gravity = GRAVITY_APPEAL, .created = r->now, .board = row.board, .thread = present_thread(r, &row), .post = row.post,
        .held = row.held, .appealed = row.id, .author = r->actor.account, .barred = row.actor, .reason = row.reason,
    });
    queue_withhold(r, item);
    store_appeal_insert(r->db, row.id, item, r->now, in->words);
    store_decision_appealed(r->db, row.id, APPEAL_STATE_WAITING);
    return reply_appeal(r, &out);
}

void appeal_settled(struct request *r, const struct decision_row *appealed, bool overturned)
{
    store_decision_appealed(r->db, appealed->id, overturned ? APPEAL_STATE_OVERTURNED : APPEAL_STATE_UPHELD);
    if (overturned && appealed->sanction)
        sanction_end(r, appealed->sanction);
}
