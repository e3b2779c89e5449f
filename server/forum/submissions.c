/* See submissions.h. */
#include "server/forum/submissions.h"

#include <sodium.h>

#include "moderation/verdict.h"
#include "server/forum/earlier.h"
#include "server/forum/pages.h"
#include "server/forum/placing.h"
#include "server/store/accounts.h"
#include "server/store/filters.h"
#include "server/store/posts.h"
#include "server/store/queue_items.h"
#include "server/store/threads.h"
#include "server/util/words.h"

/* ---- keeping ---- */

/* The board on which it would stand now: of what goes into a thread, that one's. And the thread, where there is one. False: there is no such board. */
static bool find_standing(struct request *r, const struct held_row *held, struct board_row *board, struct thread_row *thread)
{
    bool threaded = held->record.thread && store_thread_row(r->db, held->record.thread, r->arena, thread);

    if (!threaded)
        *thread = (struct thread_row){.record.id = 0};
    return store_board_row(r->db, threaded ? thread->record.board : held->board, r->arena, board);
}

/* With the rule that hit it last, for whoever decides. */
static void enqueue(struct request *r, const struct held_row *held, uint64_t board)
{
    struct text rule = store_held_rule(r->db, held->record.id, r->arena);
    uint64_t item = store_item_insert(r->db, &(struct item_row){
        .kind = ITEM_KIND_HELD, .gravity = GRAVITY_HELD, .created = r->now, .board = board, .thread = held->record.thread,
        .held = held->record.id, .author = held->account, .cause = held->record.cause,
    });
    if (rule.at)
        store_item_rule_set(r->db, item, rule);
}

enum status submission_keep(struct request *r, const struct board_row *board, const struct sifted *sifted, struct held_record *held)
{
    char *id = arena_alloc(r->arena, HELD_ID);

    if (!id)
        return refuse(r, STATUS_BUSY);
    if (r->actor.account && store_held_open(r->db, r->actor.account) >= LIMIT_HELD)
        return refuse_limit(r, STATUS_TOO_MANY, "held", LIMIT_HELD);
    randombytes_buf(id, HELD_ID);
    held->id = (struct text){id, HELD_ID};
    held->version = 1;
    held->cause = sifted->cause;
    held->sent = (uint64_t)r->now;
    const struct held_row row = {.record = *held, .account = r->actor.account, .board = board->record.id};
    store_held_insert(r->db, &row, r->arena);
    if (sifted->rule.at)
        store_held_rule_set(r->db, held->id, sifted->rule);
    enqueue(r, &row, board->record.id);
    queue_withhold(r, store_item_of_held(r->db, held->id));
    return STATUS_OK;
}

void submission_close(struct request *r, struct text id)
{
    uint64_t item = store_item_of_held(r->db, id);

    if (item)
        store_item_close(r->db, item, 0);
}

struct content submission_content(const struct held_row *held, uint64_t board)
{
    return (struct content){
        .board = board, .thread = held->record.thread, .post = held->record.post, .reply_to = held->record.reply_to,
        .revision = held->record.revision, .title = held->record.title, .body = held->record.body, .tags = held->record.tags,
    };
}

/* ---- showing ---- */

void submission_describe(struct request *r, struct held_row *held)
{
    struct decision_row decision;
    struct thread_row thread;
    struct board_row board;

    held->record.decides = ROLE_MODERATOR;
    /* Where its thread was taken meanwhile is told only to who may read there. */
    if (find_standing(r, held, &board, &thread) && policy_may_read(&r->actor, &board.policy)) {
        if (held->record.kind == HELD_KIND_REPLY)
            held->record.title = thread.record.title;
        held->record.board_slug = board.record.slug;
        held->record.board_name = board.record.name;
        held->record.board_name_en = board.record.name_en;
    }
    if (held->account) {
        held->record.author = store_handle_of(r->db, held->account, r->arena);
        held->record.author_name = store_name_of(r->db, held->account, r->arena);
    }
    if (held->record.decision && store_decision(r->db, held->record.decision, r->arena, &decision)) {
        held->record.reason = decision.reason;
        held->record.words = decision.words;
        held->record.decided = (uint64_t)decision.time;
    }
}

/* One of the actor's own. */
static enum status find_own(struct request *r, struct text id, bool body, struct held_row *held)
{
    if (id.len != HELD_ID || !store_held(r->db, id, body, r->arena, held) || held->account != r->actor.account)
        return refuse_field(r, STATUS_NOT_FOUND, "held");
    return STATUS_OK;
}

enum status handle_held(struct request *r, const struct held_request *in)
{
    enum { HEADER = 4 * (LIMIT_TITLE + LIMIT_SLUG + 3 * LIMIT_NAME + LIMIT_HANDLE + LIMIT_WORDS) + 4 * LIMIT_TAGS * (LIMIT_TAG + 1) + 256 };
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * HEADER);
    struct held_reply out = {.held = items_begin(&w)};
    struct held_row held;
    uint64_t before = INT64_MAX;

    if (!page_place_read(in->after, &before, 1) || before == 0 || before > INT64_MAX)
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    struct query q = store_held_list(r->db, r->actor.account, before, in->open, LIMIT_PAGE_ITEMS + 1);
    while (store_held_next(&q, r->arena, &held)) {
        if (out.held.count == LIMIT_PAGE_ITEMS) {
            out.next = page_place_write(r, &before, 1);
            break;
        }
        before = held.no;
        submission_describe(r, &held);
        items_add(&w, &out.held, &shape_held_record, &held.record);
    }
    query_end(&q);
    return reply_held(r, &out);
}

static void part_of_held(struct request *r, struct items list)
{
    part_held_get(r, &(struct held_get_reply){.held = list});
}

enum status handle_held_get(struct request *r, const struct held_get_request *in)
{
    struct page page = page_begin(r, &shape_held_record, part_of_held);
    struct held_get_reply out = {0};
    struct held_row held;
    enum status status = find_own(r, in->held, true, &held);

    if (status)
        return status;
    submission_describe(r, &held);
    page_add(&page, &held.record);
    out.held = page_end(&page);
    return reply_held_get(r, &out);
}

/* ---- what its author does ---- */

/* Takes what was sent over into the submission. */
static enum status mend(struct request *r, const struct held_edit_request *in, struct held_record *held)
{
    bool titled = held->kind == HELD_KIND_THREAD || (held->kind == HELD_KIND_EDIT && held->title.at);

    if (titled ? in->title.at && !words_is_line(in->title) : in->title.at != NULL)
        return refuse_field(r, STATUS_BAD_FIELD, "title");
    if (!words_is_body(in->body))
        return refuse_field(r, STATUS_BAD_FIELD, "body");
    if (held->kind == HELD_KIND_THREAD ? !placing_tags(r, in->tags, &held->tags) : in->tags.count != 0)
        return refuse_field(r, STATUS_BAD_FIELD, "tags");
    if (held->kind == HELD_KIND_EDIT) {
        struct post_row post;
        if (!store_post_header(r->db, held->post, r->arena, &post) || post.record.state != POST_STATE_VISIBLE)
            return refuse_field(r, STATUS_GONE, "post");
        held->revision = post.record.revision; /* its author has seen what stands there now */
    }
    if (in->title.at)
        held->title = in->title;
    held->body = in->body;
    held->version++;
    return STATUS_OK;
}

/* A mended text waits whatever it says; but what nobody may send is refused here too, and whoever decides learns what hits it now. */
static enum status sift_again(struct request *r, const struct board_row *board, const struct held_record *held)
{
    struct sifted sifted;
    uint64_t item = store_item_of_held(r->db, held->id);
    enum status status = sift(r, &(struct sending){.board = board, .title = held->title, .body = held->body, .tags = held->tags}, &sifted);

    if (status)
        return status;
    store_held_rule_set(r->db, held->id, sifted.rule);
    if (item)
        store_item_rule_set(r->db, item, sifted.rule);
    return STATUS_OK;
}

enum status handle_held_edit(struct request *r, const struct held_edit_request *in)
{
    struct held_edit_reply out = {.topic = TOPIC_NONE};
    struct held_row held;
    struct thread_row thread;
    struct board_row board;
    enum status status = find_own(r, in->held, true, &held);

    if (status)
        return status;
    const struct held_row before = held;
    if (!verdict_held(&held.record.state, HELD_STEP_MEND))
        return refuse_field(r, STATUS_DECIDED, "held");
    if (!find_standing(r, &held, &board, &thread))
        return refuse_field(r, STATUS_NOT_FOUND, "held");
    status = policy_decide(ACT_MEND, &r->actor, &(struct subject){.board = &board.policy});
    if (status)
        return refuse_act(r, status, board.record.id);
    if (in->version != held.record.version)
        return refuse_limit(r, STATUS_STALE, "version", held.record.version);
    status = mend(r, in, &held.record);
    if (!status)
        status = sift_again(r, &board, &held.record);
    if (status)
        return status;
    earlier_keep(r, &before, board.record.id);
    if (before.record.state == HELD_STATE_RETURNED) {
        held.record.sent = (uint64_t)r->now;
        enqueue(r, &held, board.record.id);
    }
    store_held_mend(r->db, &held, r->arena);
    queue_withhold(r, store_item_of_held(r->db, held.record.id));
    out.version = held.record.version;
    return reply_held_edit(r, &out);
}

enum status handle_held_withdraw(struct request *r, const struct held_withdraw_request *in)
{
    struct held_withdraw_reply out = {.topic = TOPIC_NONE};
    struct held_row held;
    enum status status = find_own(r, in->held, false, &held);

    if (status)
        return status;
    if (!verdict_held(&held.record.state, HELD_STEP_WITHDRAW))
        return refuse_field(r, STATUS_DECIDED, "held");
    submission_close(r, held.record.id);
    earlier_drop(r, held.record.id);
    store_held_settle(r->db, &held);
    return reply_held_withdraw(r, &out);
}
