/* See held.h. */
#include "server/store/held.h"

#include "server/store/lists.h"

/* The parts that its author can change. */
static void bind_text(struct query *q, const struct held_record *held, struct arena *arena)
{
    query_text(q, ":title", held->title);
    query_blob(q, ":tags", lists_pack(arena, held->tags));
    query_int(q, ":size", held->body.len);
    query_text(q, ":body", held->body);
    query_int(q, ":version", held->version);
    query_int(q, ":state", held->state);
    query_int(q, ":sent", held->sent);
    query_int(q, ":revision", held->revision);
}

void store_held_insert(struct db *db, const struct held_row *row, struct arena *arena)
{
    const struct held_record *held = &row->record;
    struct query q = db_query(db, SQL_HELD_INSERT);

    query_blob(&q, ":id", held->id);
    query_int(&q, ":account", row->account);
    query_text(&q, ":name", row->account ? (struct text){NULL, 0} : held->author_name);
    query_int(&q, ":kind", held->kind);
    query_int(&q, ":board", row->board);
    query_int(&q, ":thread", held->thread);
    query_int(&q, ":post", held->post);
    query_int(&q, ":reply_to", held->reply_to);
    query_int(&q, ":minor", held->minor);
    query_int(&q, ":cause", held->cause);
    bind_text(&q, held, arena);
    query_run(&q);
}

/* The columns of HELD_COLUMNS (held.def), in order. */
enum held_column {
    NO, ID, ACCOUNT, NAME, KIND, STATE, VERSION, BOARD, THREAD, POST, REPLY_TO, REVISION, MINOR, CAUSE, SENT, DECISION, TITLE, TAGS, SIZE, BODY,
};

bool store_held_next(struct query *q, struct arena *arena, struct held_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct held_row){
        .no = query_int_at(q, NO),
        .account = query_int_at(q, ACCOUNT),
        .board = query_int_at(q, BOARD),
        .record = {
            .id = query_blob_at(q, ID, arena), .author_name = query_text_at(q, NAME, arena), .kind = (enum held_kind)query_int_at(q, KIND),
            .state = (enum held_state)query_int_at(q, STATE), .version = query_int_at(q, VERSION), .thread = query_int_at(q, THREAD),
            .post = query_int_at(q, POST), .reply_to = query_int_at(q, REPLY_TO), .revision = query_int_at(q, REVISION),
            .minor = query_int_at(q, MINOR), .cause = (enum hold_cause)query_int_at(q, CAUSE), .sent = query_int_at(q, SENT),
            .decision = query_int_at(q, DECISION), .title = query_text_at(q, TITLE, arena),
            .tags = lists_unpack(query_blob_at(q, TAGS, arena)), .size = query_int_at(q, SIZE),
        },
    };
    return true;
}

bool store_held(struct db *db, struct text id, bool body, struct arena *arena, struct held_row *out)
{
    struct query q = db_query(db, body ? SQL_HELD_WHOLE : SQL_HELD_HEADER);

    query_blob(&q, ":id", id);
    bool found = store_held_next(&q, arena, out);
    if (found && body)
        out->record.body = query_text_at(&q, BODY, arena);
    query_end(&q);
    return found;
}

struct text store_held_beginning(struct db *db, struct text id, uint64_t characters, struct arena *arena)
{
    struct query q = db_query(db, SQL_HELD_BEGINNING);
    struct text text = {NULL, 0};

    query_blob(&q, ":id", id);
    query_int(&q, ":characters", characters);
    if (query_row(&q))
        text = query_text_at(&q, 0, arena);
    query_end(&q);
    return text;
}

uint64_t store_held_open(struct db *db, uint64_t account)
{
    struct query q = db_query(db, SQL_HELD_OPEN);

    query_int(&q, ":account", account);
    return query_only_int(&q);
}

uint64_t store_held_passed(struct db *db, uint64_t account, uint64_t most)
{
    struct query q = db_query(db, SQL_HELD_PASSED);

    query_int(&q, ":account", account);
    query_int(&q, ":most", most);
    return query_only_int(&q);
}

bool store_held_edit_of(struct db *db, uint64_t post, struct arena *arena, struct held_row *out)
{
    struct query q = db_query(db, SQL_HELD_EDIT_OF);

    query_int(&q, ":post", post);
    bool found = store_held_next(&q, arena, out);
    query_end(&q);
    return found;
}

struct query store_held_list(struct db *db, uint64_t account, uint64_t before, bool open, uint64_t count)
{
    struct query q = db_query(db, open ? SQL_HELD_LIST_OPEN : SQL_HELD_LIST);

    query_int(&q, ":account", account);
    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

void store_held_mend(struct db *db, const struct held_row *held, struct arena *arena)
{
    struct query q = db_query(db, SQL_HELD_MEND);

    query_blob(&q, ":id", held->record.id);
    bind_text(&q, &held->record, arena);
    query_run(&q);
}

void store_held_settle(struct db *db, const struct held_row *held)
{
    struct query q = db_query(db, SQL_HELD_SETTLE);

    query_blob(&q, ":id", held->record.id);
    query_int(&q, ":state", held->record.state);
    query_int(&q, ":decision", held->record.decision);
    query_int(&q, ":post", held->record.post);
    query_run(&q);
}

void store_held_version_keep(struct db *db, const struct held_record *held, struct text hash, bool returned)
{
    struct query q = db_query(db, SQL_HELD_VERSION_KEEP);

    query_blob(&q, ":held", held->id);
    query_blob(&q, ":hash", hash);
    query_int(&q, ":returned", returned);
    query_text(&q, ":title", held->title);
    query_text(&q, ":body", held->body);
    query_run(&q);
    q = db_query(db, SQL_HELD_VERSIONS_CUT);
    query_blob(&q, ":held", held->id);
    query_run(&q);
}

bool store_held_version(struct db *db, struct text held, struct text hash, struct arena *arena, struct text *title, struct text *body)
{
    struct query q = db_query(db, hash.at ? SQL_HELD_VERSION_BY_HASH : SQL_HELD_VERSION_RETURNED);

    query_blob(&q, ":held", held);
    if (hash.at)
        query_blob(&q, ":hash", hash);
    bool found = query_row(&q);
    if (found) {
        *title = query_text_at(&q, 0, arena);
        *body = query_text_at(&q, 1, arena);
    }
    query_end(&q);
    return found;
}

void store_held_versions_drop(struct db *db, struct text held)
{
    struct query q = db_query(db, SQL_HELD_VERSIONS_DROP);

    query_blob(&q, ":held", held);
    query_run(&q);
}
