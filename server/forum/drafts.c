/* See drafts.h. */
#include "server/forum/drafts.h"

#include <sodium.h>

#include "server/forum/pages.h"
#include "server/store/boards.h"
#include "server/store/drafts.h"
#include "server/store/reading.h"
#include "server/util/words.h"

enum { DRAFT_ID = 16 };

/* Tells the author's other devices about a draft; the text itself is read when it is wanted. */
static void tell(struct request *r, const struct draft_record *draft)
{
    struct draft_record header = *draft;
    header.body = (struct text){NULL, 0};
    struct change_record change = {
        .seq = draft->seq,
        .draft = request_record(r, &shape_draft_record, &header),
    };
    request_event(r, TOPIC_ACCOUNT, r->actor.account, &change, 0);
}

/* Deletes a draft of the actor's; the sequence of its tombstone, or 0 where there is none. */
static uint64_t discard(struct request *r, struct text id)
{
    struct draft_record gone = {.id = id, .discarded = true};

    if (id.len != DRAFT_ID || !store_draft_header(r->db, r->actor.account, id, r->arena, &gone))
        return 0;
    gone = (struct draft_record){.id = id, .version = gone.version, .discarded = true};
    gone.seq = store_account_bump(r->db, r->actor.account);
    if (!store_draft_delete(r->db, r->actor.account, id, gone.seq))
        return 0;
    tell(r, &gone);
    return gone.seq;
}

bool draft_take(struct request *r, struct text draft)
{
    return !draft.at || discard(r, draft) != 0;
}

enum status handle_draft_discard(struct request *r, const struct draft_discard_request *in)
{
    struct draft_discard_reply out = {.topic = TOPIC_ACCOUNT, .topic_id = r->actor.account};

    out.seq = discard(r, in->draft);
    if (!out.seq)
        return refuse_field(r, STATUS_NOT_FOUND, "draft");
    return reply_draft_discard(r, &out);
}

bool draft_tags_fit(struct items tags)
{
    struct text tag;

    while (items_next_text(&tags, &tag))
        if (words_count(tag) > LIMIT_TAG)
            return false;
    return true;
}

/* What a request says of a draft, but for its id and version. */
static enum status described(struct request *r, const struct draft_save_request *in, struct draft_record *draft)
{
    struct board_row board;

    *draft = (struct draft_record){
        .thread = in->thread,
        .post = in->post,
        .reply_to = in->reply_to,
        .title = in->title,
        .tags = in->tags,
        .body = in->body.at ? in->body : TEXT(""),
        .size = in->body.len,
        .updated = (uint64_t)r->now,
    };
    if (!draft_tags_fit(in->tags))
        return refuse_limit(r, STATUS_TOO_LONG, "tags", LIMIT_TAG);
    if (in->thread > INT64_MAX || in->post > INT64_MAX || in->reply_to > INT64_MAX)
        return refuse_field(r, STATUS_BAD_FIELD, "thread");
    if (in->board.at) {
        if (!store_board_resolve(r->db, in->board, r->arena, &board) || !policy_may_read(&r->actor, &board.policy))
            return refuse_field(r, STATUS_NOT_FOUND, "board");
        draft->board = board.record.id;
    }
    return STATUS_OK;
}

static void make_new(struct request *r, struct draft_record *draft)
{
    char *id = arena_alloc(r->arena, DRAFT_ID);
    if (!id)
        return;
    randombytes_buf(id, DRAFT_ID);
    draft->id = (struct text){id, DRAFT_ID};
    draft->version = 1;
    store_draft_insert(r->db, r->actor.account, draft, r->arena);
}

/*
 * Compare-and-set on the version. Where another version was saved meanwhile, or the draft is gone, nothing is
 * lost: the text becomes a draft of its own, and the answer says so.
 */
enum status handle_draft_save(struct request *r, const struct draft_save_request *in)
{
    struct draft_save_reply out = {.topic = TOPIC_ACCOUNT, .topic_id = r->actor.account};
    struct draft_record draft, present = {.version = 0};
    bool exists = false;
    enum status status;

    if (in->draft.at && in->draft.len != DRAFT_ID)
        return refuse_limit(r, STATUS_BAD_FIELD, "draft", DRAFT_ID);
    status = described(r, in, &draft);
    if (status)
        return status;
    if (in->draft.at)
        exists = store_draft_header(r->db, r->actor.account, in->draft, r->arena, &present);
    out.conflict = in->draft.at && (!exists || present.version != in->version);
    if ((!exists || out.conflict) && store_draft_count(r->db, r->actor.account) >= LIMIT_DRAFTS)
        return refuse_limit(r, STATUS_TOO_MANY, "drafts", LIMIT_DRAFTS);
    draft.seq = store_account_bump(r->db, r->actor.account);
    if (exists && !out.conflict) {
        draft.id = in->draft;
        draft.version = present.version + 1;
        store_draft_update(r->db, r->actor.account, &draft, r->arena);
    } else {
        make_new(r, &draft);
    }
    tell(r, &draft);
    out.seq = draft.seq;
    out.draft = draft.id;
    out.version = draft.version;
    return reply_draft_save(r, &out);
}

enum status handle_drafts(struct request *r, const struct drafts_request *in)
{
    struct drafts_reply out = {0};
    struct draft_record *rows = arena_alloc(r->arena, LIMIT_DRAFTS * sizeof *rows);
    struct wire_writer w;
    size_t bound = 0;
    uint64_t count;

    (void)in;
    if (!rows)
        return refuse(r, STATUS_INTERNAL);
    count = store_draft_headers(r->db, r->actor.account, r->arena, rows, LIMIT_DRAFTS);
    for (uint64_t i = 0; i < count; i++)
        bound += 160 + rows[i].title.len + rows[i].tags.len;
    w = arena_writer(r->arena, bound);
    out.drafts = items_begin(&w);
    for (uint64_t i = 0; i < count; i++)
        items_add(&w, &out.drafts, &shape_draft_record, &rows[i]);
    return reply_drafts(r, &out);
}

static void part(struct request *r, struct items list)
{
    part_draft_get(r, &(struct draft_get_reply){.drafts = list});
}

enum status handle_draft_get(struct request *r, const struct draft_get_request *in)
{
    struct draft_get_reply out = {0};
    struct draft_record draft;

    if (in->draft.len != DRAFT_ID || !store_draft_header(r->db, r->actor.account, in->draft, r->arena, &draft))
        return refuse_field(r, STATUS_NOT_FOUND, "draft");
    draft.body = store_draft_body(r->db, r->actor.account, in->draft, r->arena);

    struct page page = page_begin(r, &shape_draft_record, part);
    page_add(&page, &draft);
    out.drafts = page_end(&page);
    return reply_draft_get(r, &out);
}
