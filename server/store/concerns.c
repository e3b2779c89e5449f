/* See concerns.h. */
#include "server/store/concerns.h"

void store_concern_set(struct db *db, uint64_t post, enum concern_kind kind, uint64_t actor, int64_t time, struct text words)
{
    struct query q = db_query(db, SQL_CONCERN_SET);

    query_int(&q, ":post", post);
    query_int(&q, ":kind", kind);
    query_int(&q, ":actor", actor);
    query_time(&q, ":time", time);
    query_text(&q, ":words", words);
    query_run(&q);
}

bool store_concern_drop(struct db *db, uint64_t post)
{
    struct query q = db_query(db, SQL_CONCERN_DROP);

    query_int(&q, ":post", post);
    return query_run(&q) > 0;
}

enum concern_kind store_concern_of(struct db *db, uint64_t post, struct arena *arena, struct text *words)
{
    struct query q = db_query(db, SQL_CONCERN_OF);
    enum concern_kind kind = CONCERN_KIND_NONE;

    query_int(&q, ":post", post);
    if (query_row(&q)) {
        kind = (enum concern_kind)query_int_at(&q, 0);
        if (words)
            *words = query_text_at(&q, 1, arena);
    }
    query_end(&q);
    return kind;
}

struct query store_concerns(struct db *db, int64_t from, int64_t to, uint64_t count)
{
    struct query q = db_query(db, SQL_CONCERNS_IN);

    query_time(&q, ":from", from);
    query_time(&q, ":to", to);
    query_int(&q, ":count", count);
    return q;
}

struct query store_concerns_back(struct db *db, int64_t from, int64_t time, uint64_t post, uint64_t count)
{
    struct query q = db_query(db, SQL_CONCERNS_BACK);

    query_time(&q, ":from", from);
    query_time(&q, ":time", time);
    query_int(&q, ":post", post);
    query_int(&q, ":count", count);
    return q;
}

bool store_concern_next(struct query *q, struct concern_mark *out)
{
    if (!query_row(q))
        return false;
    *out = (struct concern_mark){
        .post = query_int_at(q, 0), .kind = (enum concern_kind)query_int_at(q, 1), .time = (int64_t)query_int_at(q, 2),
        .thread = query_int_at(q, 3), .floor = query_int_at(q, 4), .board = query_int_at(q, 5),
    };
    return true;
}

void store_concern_whole(struct db *db, uint64_t post, struct arena *arena, struct concern_record *out)
{
    struct query q = db_query(db, SQL_CONCERN_WHOLE);

    query_int(&q, ":post", post);
    if (query_row(&q)) {
        out->words = query_text_at(&q, 0, arena);
        out->by = query_text_at(&q, 1, arena);
        out->title = query_text_at(&q, 2, arena);
        out->posted = query_int_at(&q, 3);
    }
    query_end(&q);
}

/* ---- what went on in threads ---- */

/* The first post from a number on; 0: there is none. */
static uint64_t post_from(struct db *db, uint64_t id, int64_t *created)
{
    struct query q = db_query(db, SQL_POST_CREATED_FROM);
    uint64_t found = 0;

    query_int(&q, ":id", id);
    if (query_row(&q)) {
        found = query_int_at(&q, 0);
        *created = (int64_t)query_int_at(&q, 1);
    }
    query_end(&q);
    return found;
}

/* By halving: numbers are given in the order of stamps, which never go back. */
uint64_t store_post_since(struct db *db, int64_t time)
{
    struct query q = db_query(db, SQL_POST_MAX);
    uint64_t low = 1, high = query_only_int(&q) + 1; /* all below `low` are older; all from `high` on are not */

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        int64_t created = 0;
        uint64_t found = post_from(db, middle, &created);
        if (!found)
            high = middle; /* the last posts are numbered below */
        else if (created < time)
            low = found + 1;
        else
            high = middle;
    }
    return low;
}

void store_thread_activity(struct db *db, uint64_t thread, uint64_t first, uint64_t end, uint64_t most, uint64_t *posts, uint64_t *people)
{
    struct query q = db_query(db, SQL_THREAD_ACTIVITY);

    query_int(&q, ":thread", thread);
    query_int(&q, ":first", first);
    query_int(&q, ":end", end);
    query_int(&q, ":most", most);
    *posts = *people = 0;
    if (query_row(&q)) {
        *posts = query_int_at(&q, 0);
        *people = query_int_at(&q, 1);
    }
    query_end(&q);
}
