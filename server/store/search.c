/* See search.h. */
#include "server/store/search.h"

#include <stdio.h>

#include "server/store/lists.h"
#include "server/store/tokenizer.h"

enum {
    RECENT = 64,              /* posts that the index does not hold yet, and that searches look through: one segment for so many, not one for each */
    RECENT_BODY = 4 * 1024,   /* bytes of those that may wait */
    DOCUMENT = 4 * 1024 * 1024,
};

/* ---- documents ---- */

static void put(char **at, struct text text)
{
    if (text.len)
        memcpy(*at, text.at, text.len);
    *at += text.len;
}

/* Title, body, and a marked line for the author and each tag, in memory that `room` stands for. */
static struct text text_of_document(const struct search_document *d, struct arena *arena, struct wire_writer *room)
{
    enum { LINE = 32 };
    struct items tags = d->tags;
    struct text tag;
    char author[LINE];
    int author_len = snprintf(author, sizeof author, "\n" TOKENIZER_MARK "a%llu", (unsigned long long)d->author);

    *room = arena_writer(arena, d->title.len + d->body.len + 1 + (size_t)author_len + tags.len + tags.count * LINE);
    char *bytes = (char *)room->at, *at = bytes;

    if (!bytes)
        return (struct text){NULL, 0};
    put(&at, d->title);
    put(&at, TEXT("\n"));
    put(&at, d->body);
    put(&at, (struct text){author, (size_t)author_len});
    while (items_next_text(&tags, &tag)) {
        put(&at, TEXT("\n" TOKENIZER_MARK "t"));
        put(&at, tag);
    }
    return (struct text){bytes, (size_t)(at - bytes)};
}

static void run_on(struct db *db, enum statement statement, const struct search_document *document, struct arena *arena)
{
    struct wire_writer room;
    struct text text = text_of_document(document, arena, &room);
    struct query q = db_query(db, statement);

    query_int(&q, ":id", document->post);
    query_text(&q, ":text", text);
    query_run(&q);
    arena_trim(arena, &room); /* all of it, so that a request may index many */
}

static uint64_t read_setting(struct db *db, const char *name)
{
    struct query q = db_query(db, SQL_SETTING_READ);

    query_text(&q, ":name", text_of(name));
    return query_only_int(&q);
}

static void write_setting(struct db *db, const char *name, uint64_t value)
{
    struct query q = db_query(db, SQL_SETTING_WRITE);

    query_text(&q, ":name", text_of(name));
    query_int(&q, ":value", value);
    query_run(&q);
}

static uint64_t newest_post(struct db *db)
{
    struct query q = db_query(db, SQL_POST_NEWEST);
    return query_only_int(&q);
}

/* Between which numbers the index holds posts: from `floor` to `top`. */
struct reach {
    uint64_t floor, top;
};

static struct reach read_reach(struct db *db)
{
    return (struct reach){.floor = read_setting(db, "search_floor"), .top = read_setting(db, "search_top")};
}

/* Indexes what stands from one number to below another, as it is now. */
static void index_range(struct db *db, uint64_t from, uint64_t to, struct arena *arena)
{
    struct query q = db_query(db, SQL_SEARCH_SOURCE);

    query_int(&q, ":from", from);
    query_int(&q, ":to", to);
    while (query_row(&q)) {
        bool opens = query_int_at(&q, 2) == 1;
        run_on(db, SQL_SEARCH_ADD, &(struct search_document){
            .post = query_int_at(&q, 0), .author = query_int_at(&q, 1),
            .title = opens ? query_borrow_at(&q, 3) : (struct text){NULL, 0},
            .tags = lists_unpack(query_borrow_at(&q, 4)), .body = query_borrow_at(&q, 5),
        }, arena);
        arena_reset(arena);
    }
    query_end(&q);
}

/* Lets the index reach up to a post. Without memory that waits for the next one. */
static void raise_top(struct db *db, uint64_t top, uint64_t post)
{
    struct arena *arena = arena_new(DOCUMENT);

    if (!arena)
        return;
    index_range(db, top + 1, post + 1, arena);
    write_setting(db, "search_top", post);
    arena_free(arena);
}

void store_search_add(struct db *db, const struct search_document *document, struct arena *arena)
{
    struct reach reach = read_reach(db);

    if (document->post < reach.floor)
        return;
    if (document->post <= reach.top)
        run_on(db, SQL_SEARCH_ADD, document, arena);
    else if (document->post - reach.top >= RECENT || document->body.len > RECENT_BODY)
        raise_top(db, reach.top, document->post);
}

void store_search_drop(struct db *db, const struct search_document *document, struct arena *arena)
{
    struct reach reach = read_reach(db);

    if (document->post < reach.floor || document->post > reach.top)
        return;
    run_on(db, SQL_SEARCH_DROP, document, arena);
    write_setting(db, "search_withdrawn", (uint64_t)db_now(db));
    if (!read_setting(db, "search_dirty"))
        write_setting(db, "search_dirty", (uint64_t)db_now(db));
}

/* ---- finding ---- */

struct text search_term(struct text term, bool prefix, struct arena *arena)
{
    char *quoted = arena_alloc(arena, 2 * term.len + 4);
    size_t len = 0;

    if (!quoted)
        return (struct text){NULL, 0};
    quoted[len++] = '"';
    for (size_t i = 0; i < term.len; i++) {
        if (term.at[i] == '"')
            quoted[len++] = '"';
        quoted[len++] = term.at[i];
    }
    quoted[len++] = '"';
    if (prefix)
        quoted[len++] = '*';
    return (struct text){quoted, len};
}

struct text search_term_author(uint64_t author, struct arena *arena)
{
    return search_term(arena_format(arena, TOKENIZER_MARK "a%llu", (unsigned long long)author), false, arena);
}

struct text search_term_tag(struct text tag, struct arena *arena)
{
    return search_term(arena_format(arena, TOKENIZER_MARK "t%.*s", (int)tag.len, tag.at), false, arena);
}

static struct query query_found(struct db *db, enum statement statement, const struct search_filter *filter)
{
    struct query q = db_query(db, statement);

    query_text(&q, ":match", filter->match);
    query_int(&q, ":before", filter->before);
    query_int(&q, ":from", filter->from);
    query_int(&q, ":count", filter->count);
    return q;
}

/*
 * Where a search reads through the posts themselves: down to this number, the lowest of them. Above the index's top all of them, they are
 * few; where nothing is looked up a stretch. 0: the index is asked.
 */
static uint64_t read_down_to(struct db *db, const struct search_filter *filter)
{
    uint64_t top = read_setting(db, "search_top"), from = 0;

    if (!filter->match.at)
        from = filter->before > filter->count ? filter->before - filter->count : 1;
    else if (filter->before > top + 1)
        from = top + 1;
    return from && from < filter->from ? filter->from : from;
}

static struct query query_posts(struct db *db, const struct search_filter *filter, uint64_t from)
{
    struct query q = db_query(db, SQL_SEARCH_POSTS);

    query_int(&q, ":before", filter->before);
    query_int(&q, ":from", from);
    return q;
}

struct query store_search(struct db *db, const struct search_filter *filter)
{
    uint64_t from = read_down_to(db, filter);
    struct query q = from ? query_posts(db, filter, from) : query_found(db, SQL_SEARCH_HITS, filter);

    query_text(&q, ":boards", filter->boards);
    query_text(&q, ":tag", filter->tag);
    query_text(&q, ":not_tag", filter->not_tag);
    query_int(&q, ":author", filter->author);
    query_int(&q, ":not_author", filter->not_author);
    query_int(&q, ":not_board", filter->not_board);
    query_time(&q, ":since", filter->since);
    query_time(&q, ":until", filter->until);
    return q;
}

bool store_search_next(struct query *q, struct arena *arena, struct search_row *out)
{
    struct hit_record *hit = &out->hit;

    if (!query_row(q))
        return false;
    *hit = (struct hit_record){
        .post = query_int_at(q, 0), .thread = query_int_at(q, 1), .floor = query_int_at(q, 2), .created = query_int_at(q, 3),
        .title = query_text_at(q, 4, arena), .author = query_text_at(q, 5, arena), .author_name = query_text_at(q, 6, arena),
        .board_slug = query_text_at(q, 7, arena), .board_name = query_text_at(q, 8, arena), .board_name_en = query_text_at(q, 9, arena),
    };
    out->body = query_borrow_at(q, 10);
    return true;
}

uint64_t store_search_below(struct db *db, const struct search_filter *filter)
{
    uint64_t from = read_down_to(db, filter), count = 0, lowest = 0;

    if (from)
        return from > filter->from ? from : 0;
    struct query q = query_found(db, SQL_SEARCH_REACH, filter);
    if (query_row(&q)) {
        count = query_int_at(&q, 0);
        lowest = query_int_at(&q, 1);
    }
    query_end(&q);
    return count < filter->count ? 0 : lowest;
}

uint64_t store_search_at(struct db *db, int64_t time)
{
    uint64_t low = 1, high = newest_post(db) + 1;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        struct query q = db_query(db, SQL_POST_TIME_AT);
        query_int(&q, ":id", middle);
        if ((int64_t)query_only_int(&q) >= time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* ---- building ---- */

struct search_state store_search_state(struct db *db)
{
    uint64_t floor = read_setting(db, "search_floor");

    return (struct search_state){
        .newest = newest_post(db), .floor = floor > 1 ? floor : 0, .built = (int64_t)read_setting(db, "search_built"),
        .withdrawn = (int64_t)read_setting(db, "search_dirty"),
    };
}

void store_search_restart(struct db *db)
{
    struct query q = db_query(db, SQL_SEARCH_CLEAR);
    uint64_t newest = newest_post(db);

    query_run(&q);
    write_setting(db, "search_floor", newest + 1);
    write_setting(db, "search_top", newest);
    write_setting(db, "search_dirty", 0);
}

bool store_search_build(struct db *db, uint64_t count, struct arena *arena)
{
    uint64_t floor = read_setting(db, "search_floor");
    uint64_t from = floor > count ? floor - count : 1;

    if (floor <= 1)
        return false;
    index_range(db, from, floor, arena);
    write_setting(db, "search_floor", from > 1 ? from : 0);
    if (from > 1)
        return true;
    write_setting(db, "search_built", (uint64_t)db_now(db));
    return false;
}

/* A negative number of pages begins to merge everything into one; see the manual of FTS5, section 6.7 (merge). */
bool store_search_merge(struct db *db, bool first, int64_t began, uint64_t pages)
{
    struct query q = db_query(db, SQL_SEARCH_MERGE);
    uint64_t before = db_total_changes(db), withdrawn;

    query_time(&q, ":pages", first ? -(int64_t)pages : (int64_t)pages);
    query_run(&q);
    if (db_total_changes(db) - before >= 2)
        return true;
    withdrawn = read_setting(db, "search_withdrawn");
    write_setting(db, "search_dirty", (int64_t)withdrawn >= began ? withdrawn : 0);
    db_empty_log(db);
    return false;
}
