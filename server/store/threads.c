/* See threads.h. */
#include "server/store/threads.h"

#include "server/store/lists.h"

/* The columns of THREAD_COLUMNS (threads.def), in order. */
enum thread_column {
    ID, BOARD, TITLE, AUTHOR_HANDLE, AUTHOR_NAME, CREATED, TAGS, PINNED, LOCKED, FEATURED, FLOORS,
    LAST_TIME, LAST_HANDLE, BOARD_SEQ, LAST_POST, BOARD_SLUG, AUTHOR, LAST_AUTHOR, HEAD, HEADER_SEQ, MOVED, MERGED, HOLD,
};

static void read_row(struct query *q, struct arena *arena, struct thread_row *out)
{
    struct thread_record *thread = &out->record;

    *out = (struct thread_row){
        .author = query_int_at(q, AUTHOR),
        .last_author = query_int_at(q, LAST_AUTHOR),
        .head = query_int_at(q, HEAD),
        .header_seq = query_int_at(q, HEADER_SEQ),
        .merged = query_int_at(q, MERGED),
    };
    thread->id = query_int_at(q, ID);
    thread->board = query_int_at(q, BOARD);
    thread->title = query_text_at(q, TITLE, arena);
    thread->author = query_text_at(q, AUTHOR_HANDLE, arena);
    thread->author_name = query_text_at(q, AUTHOR_NAME, arena);
    thread->created = query_int_at(q, CREATED);
    thread->tags = lists_unpack(query_blob_at(q, TAGS, arena));
    thread->pinned = query_int_at(q, PINNED) != 0;
    thread->locked = query_int_at(q, LOCKED) != 0;
    thread->featured = query_int_at(q, FEATURED) != 0;
    thread->floors = query_int_at(q, FLOORS);
    thread->last_time = query_int_at(q, LAST_TIME);
    thread->last_author = query_text_at(q, LAST_HANDLE, arena);
    thread->seq = query_int_at(q, BOARD_SEQ);
    thread->activity = query_int_at(q, LAST_POST);
    thread->board_slug = query_text_at(q, BOARD_SLUG, arena);
    thread->moved = query_int_at(q, MOVED);
    thread->hold = query_int_at(q, HOLD) != 0;
}

bool store_thread_row(struct db *db, uint64_t id, struct arena *arena, struct thread_row *out)
{
    struct query q = db_query(db, SQL_THREAD_BY_ID);

    query_int(&q, ":id", id);
    bool found = query_row(&q);
    if (found)
        read_row(&q, arena, out);
    query_end(&q);
    return found;
}

struct query store_threads(struct db *db, enum thread_list list, uint64_t board, uint64_t before, uint64_t count)
{
    static const enum statement statements[] = {
        [THREAD_LIST_PINNED] = SQL_THREADS_PINNED,
        [THREAD_LIST_OTHERS] = SQL_THREADS_PAGE,
        [THREAD_LIST_FEATURED] = SQL_THREADS_FEATURED,
    };
    struct query q = db_query(db, statements[list]);

    query_int(&q, ":board", board);
    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

struct query store_threads_since(struct db *db, uint64_t board, uint64_t since, uint64_t count)
{
    struct query q = db_query(db, SQL_THREADS_SINCE);

    query_int(&q, ":board", board);
    query_int(&q, ":since", since);
    query_int(&q, ":count", count);
    return q;
}

bool store_thread_next(struct query *q, struct arena *arena, struct thread_row *out)
{
    if (!query_row(q))
        return false;
    read_row(q, arena, out);
    return true;
}

uint64_t store_threads_pinned(struct db *db, uint64_t board)
{
    struct query q = db_query(db, SQL_THREADS_PINNED_COUNT);

    query_int(&q, ":board", board);
    return query_only_int(&q);
}

void store_thread_tags(struct db *db, uint64_t thread, struct items tags)
{
    struct text tag;

    while (items_next_text(&tags, &tag)) {
        struct query q = db_query(db, SQL_THREAD_TAG_INSERT);
        query_text(&q, ":tag", tag);
        query_int(&q, ":thread", thread);
        query_run(&q);
    }
}

uint64_t store_thread_insert(struct db *db, uint64_t author, const struct thread_record *thread, struct arena *arena)
{
    struct text tags = lists_pack(arena, thread->tags);
    struct query q = db_query(db, SQL_THREAD_INSERT);

    query_int(&q, ":board", thread->board);
    query_text(&q, ":title", thread->title);
    query_int(&q, ":author", author);
    query_text(&q, ":guest", author ? (struct text){NULL, 0} : thread->author_name);
    query_int(&q, ":time", thread->created);
    query_int(&q, ":board_seq", thread->seq);
    query_blob(&q, ":tags", tags);
    query_run(&q);
    uint64_t id = db_last_id(db);
    store_thread_tags(db, id, thread->tags);
    return id;
}

void store_thread_replied(struct db *db, const struct thread_row *thread)
{
    struct query q = db_query(db, SQL_THREAD_REPLIED);

    query_int(&q, ":id", thread->record.id);
    query_int(&q, ":floor", thread->record.floors);
    query_int(&q, ":post", thread->record.activity);
    query_int(&q, ":time", thread->record.last_time);
    query_int(&q, ":author", thread->last_author);
    query_int(&q, ":head", thread->head);
    query_int(&q, ":board_seq", thread->record.seq);
    query_run(&q);
}

void store_thread_header(struct db *db, const struct thread_row *thread)
{
    struct query q = db_query(db, SQL_THREAD_HEADER);

    query_int(&q, ":id", thread->record.id);
    query_text(&q, ":title", thread->record.title);
    query_int(&q, ":pinned", thread->record.pinned);
    query_int(&q, ":locked", thread->record.locked);
    query_int(&q, ":featured", thread->record.featured);
    query_int(&q, ":hold", thread->record.hold);
    query_int(&q, ":board", thread->record.board);
    query_int(&q, ":board_seq", thread->record.seq);
    query_int(&q, ":head", thread->head);
    query_run(&q);
}

void store_thread_told(struct db *db, uint64_t thread, uint64_t head)
{
    struct query q = db_query(db, SQL_THREAD_TOLD);

    query_int(&q, ":id", thread);
    query_int(&q, ":head", head);
    query_run(&q);
}

void store_thread_leave(struct db *db, uint64_t thread, uint64_t board, uint64_t seq)
{
    struct query q = db_query(db, SQL_THREAD_MOVED_INSERT);

    query_int(&q, ":board", board);
    query_int(&q, ":seq", seq);
    query_int(&q, ":thread", thread);
    query_run(&q);
}

void store_thread_arrive(struct db *db, uint64_t thread, uint64_t board)
{
    struct query q = db_query(db, SQL_THREAD_MOVED_DELETE);

    query_int(&q, ":thread", thread);
    query_int(&q, ":board", board);
    query_run(&q);
}

struct query store_threads_gone(struct db *db, uint64_t board, uint64_t since, uint64_t count)
{
    struct query q = db_query(db, SQL_THREADS_GONE_SINCE);

    query_int(&q, ":board", board);
    query_int(&q, ":since", since);
    query_int(&q, ":count", count);
    return q;
}

bool store_thread_gone_next(struct query *q, uint64_t *seq, struct gone_record *out)
{
    if (!query_row(q))
        return false;
    *seq = query_int_at(q, 0);
    *out = (struct gone_record){.kind = TOPIC_THREAD, .id = query_int_at(q, 1), .reason = GONE_MOVED, .to = query_int_at(q, 2)};
    return true;
}

uint64_t store_thread_origin(struct db *db, uint64_t thread)
{
    struct query q = db_query(db, SQL_THREAD_ORIGIN);

    query_int(&q, ":id", thread);
    return query_only_int(&q);
}

void store_thread_origin_set(struct db *db, uint64_t thread, uint64_t board)
{
    struct query q = db_query(db, SQL_THREAD_ORIGIN_SET);

    query_int(&q, ":id", thread);
    query_int(&q, ":board", board);
    query_run(&q);
}
