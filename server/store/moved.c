/* See moved.h. */
#include "server/store/moved.h"

/* ---- stubs ---- */

static struct query query_place(struct db *db, enum statement statement, uint64_t thread, uint64_t floor)
{
    struct query q = db_query(db, statement);

    query_int(&q, ":thread", thread);
    query_int(&q, ":floor", floor);
    return q;
}

void store_stub_insert(struct db *db, const struct post_record *stub)
{
    struct query q = query_place(db, SQL_STUB_INSERT, stub->thread, stub->floor);

    query_int(&q, ":post", stub->id);
    query_int(&q, ":reply_to", stub->reply_to);
    query_int(&q, ":seq", stub->seq);
    query_run(&q);
}

bool store_stub_of(struct db *db, uint64_t post, uint64_t thread, uint64_t *floor, uint64_t *reply_to)
{
    struct query q = db_query(db, SQL_STUB_OF);

    query_int(&q, ":post", post);
    query_int(&q, ":thread", thread);
    bool found = query_row(&q);
    if (found) {
        *floor = query_int_at(&q, 0);
        *reply_to = query_int_at(&q, 1);
    }
    query_end(&q);
    return found;
}

void store_stub_delete(struct db *db, uint64_t thread, uint64_t floor)
{
    struct query q = query_place(db, SQL_STUB_DELETE, thread, floor);

    query_run(&q);
}

uint64_t store_stub_post(struct db *db, uint64_t thread, uint64_t floor)
{
    struct query q = query_place(db, SQL_STUB_POST, thread, floor);

    return query_only_int(&q);
}

/* ---- posts and threads ---- */

void store_post_resettle(struct db *db, const struct post_record *post)
{
    struct query q = query_place(db, SQL_POST_RESETTLE, post->thread, post->floor);

    query_int(&q, ":id", post->id);
    query_int(&q, ":reply_to", post->reply_to);
    query_int(&q, ":seq", post->seq);
    query_run(&q);
}

uint64_t store_thread_merged(struct db *db, uint64_t thread)
{
    struct query q = db_query(db, SQL_THREAD_MERGED);

    query_int(&q, ":id", thread);
    return query_only_int(&q);
}

void store_thread_newest(struct db *db, struct thread_row *thread)
{
    struct query q = db_query(db, SQL_THREAD_NEWEST);

    query_int(&q, ":thread", thread->record.id);
    bool found = query_row(&q);
    thread->record.activity = found ? query_int_at(&q, 0) : 0;
    thread->record.last_time = found ? query_int_at(&q, 1) : 0;
    thread->last_author = found ? query_int_at(&q, 2) : 0;
    query_end(&q);
}

void store_thread_resettle(struct db *db, const struct thread_row *thread)
{
    struct query q = db_query(db, SQL_THREAD_RESETTLE);

    query_int(&q, ":id", thread->record.id);
    query_int(&q, ":floors", thread->record.floors);
    query_int(&q, ":moved", thread->record.moved);
    query_int(&q, ":merged", thread->merged);
    query_int(&q, ":pinned", thread->record.pinned);
    query_int(&q, ":featured", thread->record.featured);
    query_int(&q, ":post", thread->record.activity);
    query_int(&q, ":time", thread->record.last_time);
    query_int(&q, ":author", thread->last_author);
    query_int(&q, ":board_seq", thread->record.seq);
    query_int(&q, ":head", thread->head);
    query_run(&q);
}

/* ---- what follows ---- */

static struct query query_path(struct db *db, enum statement statement, const struct moved_path *path)
{
    struct query q = db_query(db, statement);

    query_int(&q, ":from", path->from);
    query_int(&q, ":to", path->to);
    return q;
}

void store_marks_follow(struct db *db, const struct moved_path *path, const struct moved_floors *floors)
{
    struct query q = query_path(db, SQL_MARKS_FOLLOW, path);

    query_int(&q, ":before", floors->before);
    query_int(&q, ":count", floors->count);
    query_int(&q, ":first", floors->first);
    query_int(&q, ":last", floors->last);
    query_run(&q);
}

void store_watches_follow(struct db *db, const struct moved_path *path)
{
    struct query q = query_path(db, SQL_WATCHES_FOLLOW, path);

    query_int(&q, ":kind", TOPIC_THREAD);
    query_run(&q);
}

static void follow_items(struct db *db, enum statement statement, const struct moved_path *path)
{
    struct query q = query_path(db, statement, path);

    query_int(&q, ":board", path->board);
    query_run(&q);
}

void store_waiting_follow(struct db *db, const struct moved_path *path, uint64_t post, uint64_t floor, uint64_t now)
{
    struct query q = query_path(db, SQL_HELD_FOLLOW, path);

    query_int(&q, ":post", post);
    query_int(&q, ":floor", floor);
    query_int(&q, ":new", now);
    query_run(&q);
    q = query_path(db, SQL_ITEMS_FOLLOW_POST, path);
    query_int(&q, ":post", post);
    query_int(&q, ":board", path->board);
    query_run(&q);
}

void store_items_follow(struct db *db, const struct moved_path *path)
{
    follow_items(db, SQL_ITEMS_FOLLOW_HELD, path);
}

void store_waiting_follow_all(struct db *db, const struct moved_path *path)
{
    struct query q = query_path(db, SQL_HELD_FOLLOW_ALL, path);

    query_run(&q);
    follow_items(db, SQL_ITEMS_FOLLOW_ALL, path);
}
