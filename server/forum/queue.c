/* See queue.h. */
#include "server/forum/queue.h"

#include <stdlib.h>

#include "server/forum/appeals.h"
#include "server/forum/earlier.h"
#include "server/forum/find.h"
#include "server/forum/flags.h"
#include "server/forum/oversight.h"
#include "server/forum/pages.h"
#include "server/forum/queue_topic.h"
#include "server/forum/submissions.h"
#include "server/forum/telling.h"
#include "server/forum/verdicts.h"
#include "server/store/accounts.h"
#include "server/store/concerns.h"
#include "server/store/feeds.h"
#include "server/store/filters.h"
#include "server/store/sanctions.h"

/* ---- what it is about ---- */

static struct text hash_text(const struct matter *m)
{
    return (struct text){(const char *)m->hash, CONTENT_HASH};
}

/* A post as it stands, tombstones with the text that was kept. */
static void hash_post(struct request *r, struct matter *m)
{
    m->body = verdict_text(r, &m->post);
    const struct content content = verdict_content(&m->post, &m->thread, m->body);
    content_hash(&content, m->hash);
}

static bool load_post(struct request *r, struct matter *m, uint64_t post)
{
    return store_post_header(r->db, post, r->arena, &m->post) && store_thread_row(r->db, m->post.record.thread, r->arena, &m->thread);
}

/* The board that counts is the one on which it would stand now. */
static bool load_held(struct request *r, struct matter *m)
{
    if (!store_held(r->db, m->item.held, true, r->arena, &m->held))
        return false;
    if (m->held.record.thread && store_thread_row(r->db, m->held.record.thread, r->arena, &m->thread))
        m->item.board = m->thread.record.board;
    if (m->held.record.post && !store_post_header(r->db, m->held.record.post, r->arena, &m->post))
        return false;
    m->body = m->held.record.body;
    const struct content content = submission_content(&m->held, m->item.board);
    content_hash(&content, m->hash);
    return true;
}

/* An appeal is about a decision, and through it about a post or a submission, or about a sanction alone. */
static bool load_appeal(struct request *r, struct matter *m)
{
    if (!store_decision(r->db, m->item.appealed, r->arena, &m->decision))
        return false;
    if (m->decision.post && load_post(r, m, m->decision.post)) {
        hash_post(r, m);
    } else if (m->decision.held.len == HELD_ID) {
        m->item.held = m->decision.held;
        return load_held(r, m);
    } else {
        content_hash(&(struct content){.revision = m->decision.id}, m->hash);
    }
    return true;
}

static bool load(struct request *r, struct matter *m)
{
    switch (m->item.kind) {
    case ITEM_KIND_HELD:
        return load_held(r, m);
    case ITEM_KIND_FLAGGED:
        if (!load_post(r, m, m->item.post))
            return false;
        m->item.board = m->thread.record.board;
        hash_post(r, m);
        return true;
    case ITEM_KIND_APPEAL:
        return load_appeal(r, m);
    }
    return false;
}

static void find_named(struct request *r, struct matter *m)
{
    const struct text title = m->held.record.title.at ? m->held.record.title : m->post.record.floor == 1 ? m->thread.record.title : (struct text){NULL, 0};

    if (m->body.at)
        naming_find(r, m->item.board, title, m->body, m->held.record.id.at ? m->held.account : m->post.author, &m->named);
}

void queue_withhold(struct request *r, uint64_t item)
{
    struct matter *m = arena_alloc(r->arena, sizeof *m);
    struct proposal_row first;

    if (!m || !store_item(r->db, item, r->arena, &m->item) || !load(r, m))
        return;
    find_named(r, m);
    store_item_withheld_none(r->db, item);
    for (size_t i = 0; i < m->named.count; i++)
        store_item_withhold(r->db, item, m->named.account[i]);
    if (m->decision.item && store_proposal(r->db, m->decision.item, r->arena, &first))
        store_item_withhold(r->db, item, first.account);
}

void queue_withhold_thread(struct request *r, uint64_t thread)
{
    enum { AT_ONCE = 50 };
    uint64_t item = 0;

    for (int i = 0; i < AT_ONCE && (item = store_item_of_thread(r->db, thread, item)) != 0; i++)
        queue_withhold(r, item);
}

/* Whose item it cannot be: what is named now counts, too, whenever it came to be. */
static bool is_withheld(struct request *r, const struct matter *m)
{
    return naming_has(&m->named, r->actor.account) || (m->item.id && store_item_withheld(r->db, m->item.id, r->actor.account));
}

enum status queue_find(struct request *r, uint64_t item, struct matter *out)
{
    *out = (struct matter){0};
    if (!store_item(r->db, item, r->arena, &out->item) || out->item.author == r->actor.account || out->item.barred == r->actor.account ||
        !load(r, out))
        return refuse_field(r, STATUS_NOT_FOUND, "item");
    find_named(r, out);
    if (is_withheld(r, out))
        return refuse_field(r, STATUS_NOT_FOUND, "item");
    if ((out->item.board && !store_board_row(r->db, out->item.board, r->arena, &out->board)) ||
        (out->thread.record.id && !store_board_row(r->db, out->thread.record.board, r->arena, &out->standing)))
        return refuse_field(r, STATUS_NOT_FOUND, "item");
    enum status status = oversight_of(r, &out->board);
    if (status)
        return oversight_refuse(r, status, "item");
    return out->item.open ? STATUS_OK : refuse_field(r, STATUS_DECIDED, "item");
}

enum status queue_find_post(struct request *r, uint64_t post, struct matter *out)
{
    *out = (struct matter){0};
    enum status status = find_post(r, post, &out->post, &out->thread, &out->board);

    if (status)
        return status;
    status = oversight_of(r, &out->board);
    if (status)
        return refuse(r, status);
    if (out->post.author == r->actor.account)
        return refuse_field(r, STATUS_FORBIDDEN, "post");
    uint64_t item = store_item_of_post(r->db, post);
    if (item && !store_item(r->db, item, r->arena, &out->item))
        return refuse_field(r, STATUS_NOT_FOUND, "post");
    out->item.board = out->board.record.id;
    out->standing = out->board;
    hash_post(r, out);
    find_named(r, out);
    if (is_withheld(r, out))
        return refuse_field(r, STATUS_FORBIDDEN, "post");
    return out->item.id && out->item.barred == r->actor.account ? refuse_field(r, STATUS_DECIDED, "post") : STATUS_OK;
}

enum post_state queue_state(const struct matter *m)
{
    bool binned = m->standing.record.kind == BOARD_KIND_BIN && m->post.record.floor == 1;

    return binned ? POST_STATE_REMOVED : m->post.record.state;
}

enum status handle_post_hash(struct request *r, const struct post_hash_request *in)
{
    struct post_hash_reply out = {0};
    struct matter *m = arena_alloc(r->arena, sizeof *m);
    enum status status = m ? queue_find_post(r, in->post, m) : refuse(r, STATUS_BUSY);

    if (status)
        return status;
    out.hash = hash_text(m);
    out.state = queue_state(m);
    out.concern = store_concern_of(r->db, in->post, r->arena, &out.concern_words);
    return reply_post_hash(r, &out);
}

/* Where whoever is shown this goes on from. */
static struct text queue_cursor(struct request *r, uint64_t board)
{
    return request_cursor(r, TOPIC_QUEUE, board, queue_topic_head(r->db, r->arena, &r->actor, board));
}

/* ---- the list ---- */

/* Text on one line. */
static struct text one_line(struct request *r, struct text text)
{
    char *line = arena_alloc(r->arena, text.len + 1);

    if (!line)
        return (struct text){NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        line[i] = (unsigned char)text.at[i] < ' ' ? ' ' : text.at[i];
    return (struct text){line, text.len};
}

struct text queue_excerpt(struct request *r, uint64_t post)
{
    return one_line(r, store_post_beginning(r->db, post, LIMIT_EXCERPT, r->arena));
}

static void describe_text(struct request *r, const struct item_row *row, struct item_record *out)
{
    struct post_row post;
    struct thread_row thread;
    struct held_row held;

    if (row->held.at && store_held(r->db, row->held, false, r->arena, &held)) {
        out->held_kind = held.record.kind;
        out->cause = held.record.cause;
        out->title = held.record.title;
        out->excerpt = one_line(r, store_held_beginning(r->db, row->held, LIMIT_EXCERPT, r->arena));
        if (!row->author)
            out->author_name = held.record.author_name;
    } else if (row->post && store_post_header(r->db, row->post, r->arena, &post)) {
        out->floor = post.record.floor;
        out->excerpt = queue_excerpt(r, row->post);
        if (!row->author)
            out->author_name = post.record.author_name;
    }
    if (row->thread && !out->title.at && store_thread_row(r->db, row->thread, r->arena, &thread))
        out->title = thread.record.title;
}

void queue_describe(struct request *r, const struct item_row *row, struct item_record *out)
{
    struct proposal_row first;
    struct board_row board;

    *out = (struct item_record){
        .item = row->id, .kind = row->kind, .created = (uint64_t)row->created, .gravity = row->gravity, .thread = row->thread, .post = row->post,
        .held = row->held, .flags = row->flags, .reason = row->reason, .decision = row->appealed,
    };
    if (row->board && store_board_row(r->db, row->board, r->arena, &board)) {
        out->board_slug = board.record.slug;
        out->board_name = board.record.name;
        out->board_name_en = board.record.name_en;
    }
    out->author = store_handle_of(r->db, row->author, r->arena);
    out->author_name = store_name_of(r->db, row->author, r->arena);
    if (row->claimant && row->lease > r->now) {
        out->claimed_by = store_handle_of(r->db, row->claimant, r->arena);
        out->claimed_until = (uint64_t)row->lease;
        out->mine = row->claimant == r->actor.account;
    }
    out->rule = store_item_rule(r->db, row->id, r->arena);
    if (store_proposal(r->db, row->id, r->arena, &first))
        out->proposed = first.act;
    describe_text(r, row, out);
}

/* Rows of several boards, to be put in one order. */
struct gathered {
    struct item_row *rows;
    size_t count, room;
};

static int compare_items(const void *a, const void *b)
{
    const struct item_row *one = a, *other = b;

    if (one->gravity != other->gravity)
        return one->gravity > other->gravity ? -1 : 1;
    return one->id < other->id ? -1 : one->id > other->id;
}

/* Keeps the best `keep`, so that the room never runs out, however many boards there are. */
static void gather(struct request *r, struct gathered *g, const struct item_filter *filter, size_t keep)
{
    struct query q = store_items(r->db, filter);

    while (g->count < g->room && store_item_next(&q, r->arena, &g->rows[g->count]))
        g->count++;
    query_end(&q);
    qsort(g->rows, g->count, sizeof *g->rows, compare_items);
    if (g->count > keep)
        g->count = keep;
}

static enum status gather_boards(struct request *r, const struct queue_request *in, struct item_filter *filter, struct gathered *g, size_t keep)
{
    enum { BOARDS = 1000 };
    uint64_t *boards = arena_alloc(r->arena, BOARDS * sizeof *boards);
    struct board_row board = {0};
    size_t count = 0;

    if (!boards)
        return refuse(r, STATUS_BUSY);
    if (in->board.at) {
        enum status status = find_board(r, in->board, &board);
        enum status over = status ? status : oversight_of(r, &board);
        if (!status && over)
            status = oversight_refuse(r, over, "board");
        if (status)
            return status;
        boards[count++] = board.record.id;
    } else {
        struct query q = store_boards(r->db);
        while (count < BOARDS - 1 && store_board_next(&q, r->arena, &board))
            if (oversight_of(r, &board) == STATUS_OK)
                boards[count++] = board.record.id;
        query_end(&q);
        if (oversight_of(r, &(struct board_row){0}) == STATUS_OK)
            boards[count++] = 0;
        if (!count)
            return refuse(r, oversight_anywhere(r));
    }
    for (size_t i = 0; i < count; i++) {
        filter->board = boards[i];
        gather(r, g, filter, keep);
    }
    return STATUS_OK;
}

static bool read_place(struct text after, struct item_filter *filter)
{
    uint64_t numbers[] = {GRAVITY_MOST, 0};

    if (!page_place_read(after, numbers, 2))
        return false;
    filter->gravity = numbers[0];
    filter->after = numbers[1];
    return filter->gravity <= GRAVITY_MOST && filter->after <= INT64_MAX;
}

/* What somebody without power asks for by handle is not looked for: see gather_boards. */
static enum status read_filters(struct request *r, const struct queue_request *in, struct item_filter *filter)
{
    static const enum item_kind kinds[] = {ITEM_KIND_HELD, ITEM_KIND_FLAGGED, ITEM_KIND_APPEAL};
    const struct enumeration_value *kind = in->kind.at ? enumeration_by_name(&enumeration_item_kind, in->kind) : NULL;

    if (in->kind.at && !kind)
        return refuse_field(r, STATUS_BAD_FIELD, "kind");
    if (in->handle.at) {
        enum status status = oversight_whom(r, in->handle, &filter->author);
        if (status)
            return status;
    }
    filter->kind = kind ? &kinds[kind->number] : NULL;
    filter->cause = in->cause;
    filter->rule = in->rule;
    return STATUS_OK;
}

enum status handle_queue(struct request *r, const struct queue_request *in)
{
    size_t count = in->count && in->count < LIMIT_PAGE_ITEMS ? (size_t)in->count : LIMIT_PAGE_ITEMS;
    struct item_filter filter = {.self = r->actor.account, .unclaimed = in->unclaimed, .now = r->now, .count = count + 1};
    struct gathered g = {.rows = arena_alloc(r->arena, 2 * (LIMIT_PAGE_ITEMS + 1) * sizeof *g.rows), .room = 2 * (LIMIT_PAGE_ITEMS + 1)};
    struct wire_writer w = arena_writer(r->arena, count * QUEUE_ITEM);
    struct queue_reply out = {.items = items_begin(&w)};
    struct item_record item;
    enum status status;

    if (!g.rows)
        return refuse(r, STATUS_BUSY);
    status = read_filters(r, in, &filter);
    if (status)
        return status;
    if (!read_place(in->after, &filter))
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    status = gather_boards(r, in, &filter, &g, count + 1);
    if (status)
        return status;
    for (size_t i = 0; i < g.count && i < count; i++) {
        queue_describe(r, &g.rows[i], &item);
        items_add(&w, &out.items, &shape_item_record, &item);
    }
    if (g.count > count)
        out.next = page_place_write(r, (const uint64_t[]){g.rows[count - 1].gravity, g.rows[count - 1].id}, 2);
    out.cursor = queue_cursor(r, in->board.at ? filter.board : 0);
    return reply_queue(r, &out);
}

/* ---- one item ---- */

static void part_of_item(struct request *r, struct items list)
{
    part_item_get(r, &(struct item_get_reply){.held = list});
}

/* The text to be decided on as a submission, whatever it is. */
static struct held_record text_of_matter(struct request *r, struct matter *m)
{
    static const char none[HELD_ID];

    if (m->held.record.id.at) {
        submission_describe(r, &m->held);
        return m->held.record;
    }
    return (struct held_record){
        .id = {none, HELD_ID}, .kind = m->post.record.floor == 1 ? HELD_KIND_THREAD : HELD_KIND_REPLY, .board_slug = m->board.record.slug,
        .board_name = m->board.record.name, .board_name_en = m->board.record.name_en, .thread = m->thread.record.id, .post = m->post.record.id,
        .reply_to = m->post.record.reply_to, .revision = m->post.record.revision, .title = m->thread.record.title, .tags = m->thread.record.tags,
        .body = m->body, .sent = m->post.record.created, .author = m->post.record.author, .author_name = m->post.record.author_name,
    };
}

/* Of an edit: the text that it changes. */
static void add_present(struct request *r, struct page *page, struct matter *m)
{
    struct matter present = {.board = m->board, .thread = m->thread, .post = m->post};

    present.body = verdict_text(r, &m->post);
    const struct held_record record = text_of_matter(r, &present);
    page_add(page, &record);
}

/* What it said before, where that is known. */
static enum earlier add_earlier(struct request *r, struct page *page, struct matter *m, struct text since)
{
    struct held_record record = text_of_matter(r, m);
    enum earlier earlier = earlier_find(r, m, since, &record.title, &record.body);

    record.size = record.body.len;
    if (earlier != EARLIER_NONE)
        page_add(page, &record);
    return earlier;
}

/* The posts before it in its thread. */
static struct items posts_before(struct request *r, const struct matter *m)
{
    uint64_t last = m->post.record.id ? m->post.record.floor - 1 : m->thread.record.floors;
    uint64_t first = last >= LIMIT_CONTEXT ? last - LIMIT_CONTEXT + 1 : 1;
    struct wire_writer w = arena_writer(r->arena, LIMIT_CONTEXT * (LIMIT_EVENT_BODY + 4 * (LIMIT_HANDLE + LIMIT_NAME) + 256));
    struct items list = items_begin(&w);
    struct post_row post;

    if (!m->thread.record.id || !last)
        return list;
    struct query q = store_posts_from(r->db, m->thread.record.id, first, last - first + 1);
    while (store_post_next(&q, r->arena, &post)) {
        if (post.record.state == POST_STATE_MOVED)
            continue; /* what stands elsewhere explains nothing here */
        tell_cut(&post.record);
        items_add(&w, &list, &shape_post_record, &post.record);
    }
    query_end(&q);
    return list;
}

/* Earlier decisions about the author, on boards where the actor decides too. */
static struct items decisions_before(struct request *r, const struct matter *m)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_EARLIER * DECISION_BYTES);
    struct items list = items_begin(&w);
    struct decision_row row;
    struct board_row board;

    if (!m->item.author)
        return list;
    struct query q = store_decisions(r->db, m->item.author, INT64_MAX, LIMIT_EARLIER);
    while (store_decision_next(&q, r->arena, &row)) {
        if (!oversight_board(r, row.board, &board))
            continue;
        const struct decision_record record = decision_describe(r, &row, &board);
        items_add(&w, &list, &shape_decision_record, &record);
    }
    query_end(&q);
    return list;
}

enum status handle_item_get(struct request *r, const struct item_get_request *in)
{
    struct page page = page_begin(r, &shape_held_record, part_of_item);
    struct item_get_reply out = {0};
    struct matter *m = arena_alloc(r->arena, sizeof *m);
    struct account_row author;
    struct item_record item;
    enum status status = m ? queue_find(r, in->item, m) : refuse(r, STATUS_BUSY);

    if (status)
        return status;
    if (m->body.at) {
        const struct held_record text = text_of_matter(r, m);
        page_add(&page, &text);
    }
    if (m->held.record.kind == HELD_KIND_EDIT && m->post.record.id)
        add_present(r, &page, m);
    const enum earlier earlier = m->body.at ? add_earlier(r, &page, m, in->since) : EARLIER_NONE;
    out.looked = earlier == EARLIER_LOOKED;
    out.returned = earlier == EARLIER_RETURNED;
    out.held = page_end(&page);
    queue_describe(r, &m->item, &item);
    out.item = request_record(r, &shape_item_record, &item);
    out.hash = hash_text(m);
    out.cursor = queue_cursor(r, m->item.board);
    out.before = posts_before(r, m);
    out.flags = flags_on(r, m->item.id);
    out.decisions = decisions_before(r, m);
    struct proposal_row first;
    if (store_proposal(r->db, m->item.id, r->arena, &first)) {
        out.proposed_reason = first.reason;
        out.proposed_words = first.words;
    }
    if (m->item.appealed)
        out.appeal = store_appeal_words(r->db, m->item.appealed, r->arena);
    if (m->item.author && store_account_row(r->db, m->item.author, r->arena, &author)) {
        out.author_since = (uint64_t)author.created;
        out.author_posts = store_feed_posts_of(r->db, m->item.author, LIMIT_UNREAD);
    }
    return reply_item_get(r, &out);
}

/* ---- claims ---- */

enum status handle_claim(struct request *r, const struct claim_request *in)
{
    struct claim_reply out = {.topic = TOPIC_NONE};
    struct matter *m = arena_alloc(r->arena, sizeof *m);
    enum status status = m ? queue_find(r, in->item, m) : refuse(r, STATUS_BUSY);

    if (status)
        return status;
    struct item_row *item = &m->item;
    bool taken = item->claimant && item->claimant != r->actor.account && item->lease > r->now;
    if (!taken) {
        if (item->claimant && item->lease <= r->now)
            store_item_claim(r->db, item->id, 0, 0); /* it had ended, so that a new one is news */
        item->claimant = in->release ? 0 : r->actor.account;
        item->lease = in->release ? 0 : r->now + LIMIT_LEASE_MS;
        store_item_claim(r->db, item->id, item->claimant, item->lease);
    }
    out.mine = item->claimant == r->actor.account;
    out.by = store_handle_of(r->db, item->claimant, r->arena);
    out.until = (uint64_t)item->lease;
    return reply_claim(r, &out);
}
