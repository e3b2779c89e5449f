/* See drafts.h. */
#include "server/store/drafts.h"

#include "server/store/lists.h"

static void read_header(struct query *q, struct arena *arena, struct draft_record *out)
{
    *out = (struct draft_record){
        .id = query_blob_at(q, 0, arena),
        .version = query_int_at(q, 1),
        .board = query_int_at(q, 2),
        .thread = query_int_at(q, 3),
        .post = query_int_at(q, 4),
        .reply_to = query_int_at(q, 5),
        .title = query_text_at(q, 6, arena),
        .tags = lists_unpack(query_blob_at(q, 7, arena)),
        .size = query_int_at(q, 8),
        .updated = query_int_at(q, 9),
        .seq = query_int_at(q, 10),
    };
}

bool store_draft_header(struct db *db, uint64_t account, struct text id, struct arena *arena, struct draft_record *out)
{
    struct query q = db_query(db, SQL_DRAFT_HEADER);
    query_blob(&q, ":id", id);
    query_int(&q, ":account", account);
    bool found = query_row(&q);
    if (found)
        read_header(&q, arena, out);
    query_end(&q);
    return found;
}

struct text store_draft_body(struct db *db, uint64_t account, struct text id, struct arena *arena)
{
    struct text body = {NULL, 0};
    struct query q = db_query(db, SQL_DRAFT_BODY);
    query_blob(&q, ":id", id);
    query_int(&q, ":account", account);
    if (query_row(&q))
        body = query_text_at(&q, 0, arena);
    query_end(&q);
    return body;
}

uint64_t store_draft_count(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_DRAFT_COUNT);
    query_int(&q, ":account", account);
    return query_only_int(&q);
}

static uint64_t read_headers(struct query *q, struct arena *arena, struct draft_record *out, uint64_t room)
{
    uint64_t count = 0;
    query_int(q, ":count", room);
    while (count < room && query_row(q))
        read_header(q, arena, &out[count++]);
    query_end(q);
    return count;
}

uint64_t store_draft_headers(struct db *db, uint64_t account, struct arena *arena, struct draft_record *out, uint64_t room)
{
    struct query q = db_query(db, SQL_DRAFT_HEADERS);
    query_int(&q, ":account", account);
    return read_headers(&q, arena, out, room);
}

uint64_t store_draft_since(struct db *db, uint64_t account, uint64_t since, struct arena *arena,
                           struct draft_record *out, uint64_t room)
{
    struct query q = db_query(db, SQL_DRAFT_SINCE);
    query_int(&q, ":account", account);
    query_int(&q, ":since", since);
    return read_headers(&q, arena, out, room);
}

static void write_draft(struct db *db, enum statement statement, uint64_t account, const struct draft_record *draft,
                        struct arena *arena)
{
    struct query q = db_query(db, statement);
    query_blob(&q, ":id", draft->id);
    query_int(&q, ":account", account);
    query_int(&q, ":version", draft->version);
    query_int(&q, ":board", draft->board);
    query_int(&q, ":thread", draft->thread);
    query_int(&q, ":post", draft->post);
    query_int(&q, ":reply_to", draft->reply_to);
    query_text(&q, ":title", draft->title);
    query_blob(&q, ":tags", lists_pack(arena, draft->tags));
    query_int(&q, ":size", draft->body.len);
    query_int(&q, ":updated", draft->updated);
    query_int(&q, ":seq", draft->seq);
    query_text(&q, ":body", draft->body.at ? draft->body : TEXT(""));
    query_run(&q);
}

void store_draft_insert(struct db *db, uint64_t account, const struct draft_record *draft, struct arena *arena)
{
    write_draft(db, SQL_DRAFT_INSERT, account, draft, arena);
}

void store_draft_update(struct db *db, uint64_t account, const struct draft_record *draft, struct arena *arena)
{
    write_draft(db, SQL_DRAFT_UPDATE, account, draft, arena);
}

bool store_draft_delete(struct db *db, uint64_t account, struct text id, uint64_t seq)
{
    struct query q = db_query(db, SQL_DRAFT_DELETE);
    query_blob(&q, ":id", id);
    query_int(&q, ":account", account);
    if (query_run(&q) == 0)
        return false;
    q = db_query(db, SQL_DRAFT_GONE_INSERT);
    query_int(&q, ":account", account);
    query_int(&q, ":seq", seq);
    query_blob(&q, ":draft", id);
    query_run(&q);
    return true;
}

uint64_t store_draft_gone_since(struct db *db, uint64_t account, uint64_t since, struct arena *arena,
                                struct draft_record *out, uint64_t room)
{
    uint64_t count = 0;
    struct query q = db_query(db, SQL_DRAFT_GONE_SINCE);
    query_int(&q, ":account", account);
    query_int(&q, ":since", since);
    query_int(&q, ":count", room);
    while (count < room && query_row(&q))
        out[count++] = (struct draft_record){
            .seq = query_int_at(&q, 0),
            .id = query_blob_at(&q, 1, arena),
            .discarded = true,
        };
    query_end(&q);
    return count;
}
