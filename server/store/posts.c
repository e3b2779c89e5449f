/* See posts.h. */
#include "server/store/posts.h"

/* The columns of POST_COLUMNS (posts.def), in order, and the body after them. */
enum post_column { ID, THREAD, FLOOR, AUTHOR_HANDLE, AUTHOR_NAME, CREATED, EDITED, REVISION, REPLY_TO, STATE, SEQ, AUTHOR, REASON, MODERATED, BODY };

enum revision_column { REVISION_POST, REVISION_NUMBER, REVISION_AUTHOR, REVISION_TIME, REVISION_TITLE, REVISION_SIZE, REVISION_BODY };

static void read_row(struct query *q, struct arena *arena, struct post_row *out)
{
    struct post_record *post = &out->record;

    *out = (struct post_row){.author = query_int_at(q, AUTHOR)};
    post->id = query_int_at(q, ID);
    post->thread = query_int_at(q, THREAD);
    post->floor = query_int_at(q, FLOOR);
    post->author = query_text_at(q, AUTHOR_HANDLE, arena);
    post->author_name = query_text_at(q, AUTHOR_NAME, arena);
    post->created = query_int_at(q, CREATED);
    post->edited = query_int_at(q, EDITED);
    post->revision = query_int_at(q, REVISION);
    post->reply_to = query_int_at(q, REPLY_TO);
    post->state = (enum post_state)enumeration_by_number(&enumeration_post_state, query_int_at(q, STATE))->number;
    post->reason = (enum reason)query_int_at(q, REASON);
    post->moderated = query_int_at(q, MODERATED);
    post->seq = query_int_at(q, SEQ);
    if (!out->author && post->state != POST_STATE_VISIBLE)
        post->author_name = (struct text){NULL, 0}; /* what a guest was called is part of what they wrote */
}

bool store_post_header(struct db *db, uint64_t id, struct arena *arena, struct post_row *out)
{
    struct query q = db_query(db, SQL_POST_HEADER);

    query_int(&q, ":id", id);
    bool found = query_row(&q);
    if (found)
        read_row(&q, arena, out);
    query_end(&q);
    return found;
}

struct query store_post(struct db *db, uint64_t id)
{
    struct query q = db_query(db, SQL_POST_BY_ID);

    query_int(&q, ":id", id);
    return q;
}

struct query store_posts_from(struct db *db, uint64_t thread, uint64_t floor, uint64_t count)
{
    struct query q = db_query(db, SQL_POSTS_FROM);

    query_int(&q, ":thread", thread);
    query_int(&q, ":from", floor);
    query_int(&q, ":count", count);
    return q;
}

struct query store_posts_since(struct db *db, uint64_t thread, uint64_t since, uint64_t count)
{
    struct query q = db_query(db, SQL_POSTS_SINCE);

    query_int(&q, ":thread", thread);
    query_int(&q, ":since", since);
    query_int(&q, ":count", count);
    return q;
}

bool store_post_next(struct query *q, struct arena *arena, struct post_row *out)
{
    if (!query_row(q))
        return false;
    read_row(q, arena, out);
    if (out->record.state != POST_STATE_DELETED) {
        out->record.body = query_borrow_at(q, BODY);
        out->record.size = out->record.body.len;
    }
    return true;
}

uint64_t store_posts_back(struct db *db, uint64_t thread, uint64_t last, uint64_t count, uint64_t bytes)
{
    struct query q = db_query(db, SQL_POSTS_BACK);
    uint64_t first = 0, sum = 0;

    query_int(&q, ":thread", thread);
    query_int(&q, ":from", last);
    query_int(&q, ":count", count);
    while (query_row(&q)) {
        sum += query_int_at(&q, 1);
        if (first && sum > bytes)
            break;
        first = query_int_at(&q, 0);
    }
    query_end(&q);
    return first;
}

struct text store_post_beginning(struct db *db, uint64_t id, uint64_t characters, struct arena *arena)
{
    struct query q = db_query(db, SQL_POST_BEGINNING);
    struct text text = {NULL, 0};

    query_int(&q, ":id", id);
    query_int(&q, ":characters", characters);
    if (query_row(&q))
        text = query_text_at(&q, 0, arena);
    query_end(&q);
    return text;
}

bool store_floor_author(struct db *db, uint64_t thread, uint64_t floor, uint64_t *author)
{
    struct query q = db_query(db, SQL_POST_FLOOR_AUTHOR);

    query_int(&q, ":thread", thread);
    query_int(&q, ":floor", floor);
    bool found = query_row(&q);
    if (found)
        *author = query_int_at(&q, 0);
    query_end(&q);
    return found;
}

uint64_t store_post_insert(struct db *db, uint64_t author, const struct post_record *post, struct feed_standing standing)
{
    struct query q = db_query(db, SQL_POST_INSERT);

    query_int(&q, ":thread", post->thread);
    query_int(&q, ":floor", post->floor);
    query_int(&q, ":author", author);
    query_text(&q, ":guest", author ? (struct text){NULL, 0} : post->author_name);
    query_int(&q, ":created", post->created);
    query_int(&q, ":reply_to", post->reply_to);
    query_int(&q, ":seq", post->seq);
    query_int(&q, ":feed_board", standing.board);
    query_int(&q, ":feed_public", standing.public);
    query_int(&q, ":moderated", post->moderated);
    query_text(&q, ":body", post->body);
    query_run(&q);
    return db_last_id(db);
}

void store_revision_keep(struct db *db, uint64_t post, struct text title)
{
    struct query q = db_query(db, SQL_REVISION_KEEP);

    query_int(&q, ":id", post);
    query_text(&q, ":title", title);
    query_run(&q);
}

void store_post_edit(struct db *db, const struct post_record *post)
{
    struct query q = db_query(db, SQL_POST_EDIT);

    query_int(&q, ":id", post->id);
    query_text(&q, ":body", post->body);
    query_int(&q, ":time", post->edited);
    query_int(&q, ":moderated", post->moderated);
    query_int(&q, ":seq", post->seq);
    query_run(&q);
}

void store_post_take(struct db *db, uint64_t post, enum post_state state, enum reason reason, uint64_t seq)
{
    struct query q = db_query(db, SQL_POST_TAKE);

    query_int(&q, ":id", post);
    query_int(&q, ":state", state);
    query_int(&q, ":reason", reason);
    query_int(&q, ":seq", seq);
    query_run(&q);
}

void store_post_restore(struct db *db, uint64_t post, uint64_t seq)
{
    struct query q = db_query(db, SQL_POST_RESTORE);

    query_int(&q, ":id", post);
    query_int(&q, ":seq", seq);
    query_run(&q);
    q = db_query(db, SQL_REVISION_FORGET);
    query_int(&q, ":id", post);
    query_run(&q);
}

struct query store_revisions(struct db *db, uint64_t post, uint64_t before, uint64_t count)
{
    struct query q = db_query(db, SQL_REVISIONS_BELOW);

    query_int(&q, ":post", post);
    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

struct query store_revision(struct db *db, uint64_t post, uint64_t number)
{
    struct query q = db_query(db, SQL_REVISION_BY_NUMBER);

    query_int(&q, ":post", post);
    query_int(&q, ":number", number);
    return q;
}

bool store_revision_next(struct query *q, struct arena *arena, struct revision_record *out)
{
    if (!query_row(q))
        return false;
    *out = (struct revision_record){
        .post = query_int_at(q, REVISION_POST),
        .number = query_int_at(q, REVISION_NUMBER),
        .author = query_text_at(q, REVISION_AUTHOR, arena),
        .time = query_int_at(q, REVISION_TIME),
        .title = query_text_at(q, REVISION_TITLE, arena),
        .size = query_int_at(q, REVISION_SIZE),
    };
    return true;
}

struct text store_revision_body(struct query *q)
{
    return query_borrow_at(q, REVISION_BODY);
}
