/*
 * Feeds: handlers feeds and feed (request.h).
 *
 * The newest document holds each post once, in its present state; an archive holds what was published under its numbers, and of that only
 * what lasts: no name, title or count that may be another tomorrow. Who asks does not matter without a key: a feed is the same for everybody.
 */
#include "server/forum/digest_feed.h"
#include "server/forum/feed_find.h"
#include "server/forum/find.h"
#include "server/forum/pages.h"
#include "server/forum/publication.h"
#include "server/forum/search.h"

enum {
    EXAMINED = 500, /* rows looked at for one document */
    BOARDS = 64,    /* kept at hand while one is made */
};

/* A document being made. */
struct making {
    struct request *r;
    const struct feed_source *source;
    struct page page;
    bool archive;
    uint64_t since;
    uint64_t updated;                        /* of what was seen */
    uint64_t bytes;                          /* of bodies */
    uint64_t posts[LIMIT_FEED_ITEMS];        /* that were seen */
    uint32_t count;
    struct board_row *boards[BOARDS];
    uint32_t board_count;
};

static void part_of_feed(struct request *r, struct items list)
{
    part_feed(r, &(struct feed_reply){.entries = list});
}

static bool was_seen(const struct making *m, uint64_t post)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (m->posts[i] == post)
            return true;
    return false;
}

/* ---- what may be shown ---- */

/* The board as it is now, or NULL. */
static const struct board_row *board_of(struct making *m, uint64_t id)
{
    for (uint32_t i = 0; i < m->board_count; i++)
        if (m->boards[i]->record.id == id)
            return m->boards[i];
    struct board_row *board = arena_alloc(m->r->arena, sizeof *board);
    if (!board || m->board_count == BOARDS || !store_board_row(m->r->db, id, m->r->arena, board))
        return NULL;
    m->boards[m->board_count++] = board;
    return board;
}

/* What stands where not everybody reads (or not the key's owner) leaves no trace; what was removed leaves a tombstone. */
static const struct board_row *readable(struct making *m, uint64_t id)
{
    const struct board_row *board = board_of(m, id);

    if (board && board->record.kind == BOARD_KIND_BIN)
        return board;
    if (!board || !policy_may_read(&m->r->actor, &board->policy))
        return NULL;
    return m->source->keyed || publication_is_public(board) ? board : NULL;
}

/* ---- entries ---- */

static void add_gone(struct making *m, const struct feed_entry_record *entry)
{
    page_add(&m->page, &(struct feed_entry_record){
        .no = entry->no, .post = entry->post, .published = entry->published, .updated = entry->updated, .gone = true,
    });
}

/* Adds the entry with this text, which is lent until the query ends. */
static void add_text(struct making *m, struct feed_entry_record *entry, struct text body)
{
    entry->left_out = m->bytes && m->bytes + body.len > LIMIT_FEED_BYTES;
    if (!entry->left_out) {
        entry->body = body;
        m->bytes += body.len;
    }
    page_add(&m->page, entry);
}

static void add_present(struct making *m, struct feed_entry_record *entry)
{
    struct query q = store_post(m->r->db, entry->post);
    struct post_row post;

    if (store_post_next(&q, m->r->arena, &post))
        add_text(m, entry, post.record.body);
    query_end(&q);
}

/* The text of an earlier revision, with its time and, on an opening post, its title. */
static void add_earlier(struct making *m, struct feed_entry_record *entry)
{
    struct query q = store_revision(m->r->db, entry->post, entry->revision);
    struct revision_record revision;

    if (store_revision_next(&q, m->r->arena, &revision)) {
        entry->updated = revision.time;
        if (revision.title.at)
            entry->title = revision.title;
        else
            entry->title = store_thread_title_at(m->r->db, entry->thread, entry->updated, m->r->arena);
        add_text(m, entry, store_revision_body(&q));
    }
    query_end(&q);
}

/* As it was published under its number. */
static void add_archived(struct making *m, const struct feed_row *row, struct feed_entry_record *entry)
{
    entry->author_name = (struct text){NULL, 0};
    entry->replies = 0;
    if (row->entry.revision != row->present) {
        add_earlier(m, entry);
        return;
    }
    entry->updated = row->edited ? row->edited : entry->published;
    entry->title = store_thread_title_at(m->r->db, entry->thread, entry->updated, m->r->arena);
    add_present(m, entry);
}

static void add_newest(struct making *m, const struct feed_row *row, const struct board_row *board, struct feed_entry_record *entry)
{
    entry->revision = row->present;
    entry->board_slug = board->record.slug;
    entry->board_name = board->record.name;
    entry->board_name_en = board->record.name_en;
    add_present(m, entry);
}

/* Of a thread's feed: a post that was moved into another thread has its place in that one's. */
static bool stands_elsewhere(const struct making *m, const struct feed_entry_record *entry)
{
    return m->source->feed.kind == FEED_KIND_THREAD && entry->thread != m->source->feed.object;
}

/* One row of the log, or one post that a search found. */
static void add_row(struct making *m, const struct feed_row *row)
{
    const struct board_row *board = readable(m, row->board);
    struct feed_entry_record entry = row->entry;
    bool withdrawn = row->entry.revision == 0;

    if (was_seen(m, entry.post) || !board || stands_elsewhere(m, &entry))
        return;
    entry.gone = entry.gone || board->record.kind == BOARD_KIND_BIN;
    m->posts[m->count++] = entry.post;
    if (m->since && entry.no <= m->since)
        ; /* known, but its time counts */
    else if (entry.gone)
        add_gone(m, &entry);
    else if (m->archive && !withdrawn)
        add_archived(m, row, &entry); /* which finds the time of then */
    else if (!m->archive)
        add_newest(m, row, board, &entry);
    if (entry.updated > m->updated)
        m->updated = entry.updated;
}

/* ---- documents ---- */

static void add_log(struct making *m, uint64_t from, uint64_t to)
{
    struct query q = store_feed_rows(m->r->db, m->source->log, from, to, EXAMINED);
    struct feed_row row;

    while (m->count < LIMIT_FEED_ITEMS && store_feed_next(&q, m->r->arena, &row))
        add_row(m, &row);
    query_end(&q);
}

static enum status add_found(struct making *m)
{
    uint64_t posts[LIMIT_FEED_ITEMS];
    uint32_t count;
    struct feed_row row;
    enum status status = search_newest(m->r, m->source->feed.name, posts, LIMIT_FEED_ITEMS, &count);

    for (uint32_t i = 0; !status && i < count; i++) {
        struct query q = store_feed_post(m->r->db, posts[i]);
        bool found = store_feed_next(&q, m->r->arena, &row);
        query_end(&q);
        if (found)
            add_row(m, &row);
    }
    return status;
}

static enum status add_entries(struct making *m, uint64_t archive)
{
    if (m->source->feed.kind == FEED_KIND_SEARCH)
        return archive ? refuse_field(m->r, STATUS_NOT_FOUND, "archive") : add_found(m);
    if (m->source->feed.kind == FEED_KIND_DIGEST && !archive)
        return digest_feed_add(m->r, m->source, &m->page, &m->updated);
    if (archive > m->source->feed.archives)
        return refuse_limit(m->r, STATUS_NOT_FOUND, "archive", m->source->feed.archives);
    if (archive)
        add_log(m, (archive - 1) * LIMIT_FEED_ITEMS + 1, archive * LIMIT_FEED_ITEMS);
    else
        add_log(m, 1, UINT64_MAX);
    return STATUS_OK;
}

static enum status find_source(struct request *r, const struct feed_request *in, struct feed_source *source)
{
    if (in->key.at)
        return feed_find_by_key(r, in->key, source);
    r->actor = (struct actor){.role = ROLE_VISITOR};
    return feed_find(r, in->kind, in->name, false, source);
}

enum status handle_feed(struct request *r, const struct feed_request *in)
{
    struct feed_source source;
    struct feed_reply out = {0};
    enum status status = find_source(r, in, &source);
    struct making *m = arena_alloc(r->arena, sizeof *m);

    if (status)
        return status;
    if (!m)
        return refuse(r, STATUS_BUSY);
    *m = (struct making){.r = r, .source = &source, .archive = in->archive != 0, .since = in->since};
    m->page = page_begin(r, &shape_feed_entry_record, part_of_feed);
    status = add_entries(m, in->archive);
    if (status)
        return status;
    out.entries = page_end(&m->page);
    if (m->updated)
        source.feed.updated = m->updated;
    out.feed = request_record(r, &shape_feed_record, &source.feed);
    out.tag = store_feed_tag(r->db, r->arena);
    out.public = !source.keyed;
    return reply_feed(r, &out);
}

/* ---- the list ---- */

static void part_of_feeds(struct request *r, struct items list)
{
    part_feeds(r, &(struct feeds_reply){.feeds = list});
}

/* When something was last posted counts here: the exact date stands in the feed. */
static void list_boards(struct request *r, struct page *page)
{
    struct query q = store_boards(r->db);
    struct board_row board;

    while (store_board_next(&q, r->arena, &board)) {
        if (!publication_is_public(&board))
            continue;
        uint64_t head = store_feed_head(r->db, (struct feed_log){FEED_KIND_BOARD, board.record.id});
        page_add(page, &(struct feed_record){
            .kind = FEED_KIND_BOARD, .name = board.record.slug, .title = board.record.name, .title_en = board.record.name_en,
            .about = board.record.about, .about_en = board.record.about_en, .object = board.record.id, .board = board.record.id,
            .updated = board.record.last_time ? board.record.last_time : board.record.created,
            .head = head, .archives = head / LIMIT_FEED_ITEMS,
        });
    }
    query_end(&q);
}

enum status handle_feeds(struct request *r, const struct feeds_request *in)
{
    struct page page = page_begin(r, &shape_feed_record, part_of_feeds);
    struct feeds_reply out = {.url = r->site->url};
    struct feed_source site;
    enum status status;

    (void)in;
    r->actor = (struct actor){.role = ROLE_VISITOR};
    status = feed_find(r, FEED_KIND_SITE, (struct text){NULL, 0}, false, &site);
    if (status)
        return status;
    page_add(&page, &site.feed);
    list_boards(r, &page);
    out.feeds = page_end(&page);
    return reply_feeds(r, &out);
}
