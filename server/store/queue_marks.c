/* See queue_marks.h. */
#include "server/store/queue_marks.h"

struct query store_marks_new(struct db *db)
{
    return db_query(db, SQL_MARKS_NEW);
}

bool store_mark_next(struct query *q, struct mark_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct mark_row){.board = query_int_at(q, 0), .item = query_int_at(q, 1), .author = query_int_at(q, 2), .barred = query_int_at(q, 3)};
    return true;
}

size_t store_mark_withheld(struct db *db, uint64_t item, uint64_t *accounts, size_t room)
{
    struct query q = db_query(db, SQL_MARK_WITHHELD);
    size_t count = 0;

    query_int(&q, ":item", item);
    query_int(&q, ":count", room);
    while (count < room && query_row(&q))
        accounts[count++] = query_int_at(&q, 0);
    query_end(&q);
    return count;
}

uint64_t store_marks_next(struct db *db, int64_t now)
{
    struct query q = db_query(db, SQL_MARKS_LAST);
    uint64_t next = query_only_int(&q) + 1;

    return next > (uint64_t)now ? next : (uint64_t)now;
}

void store_marks_stamp(struct db *db, uint64_t seq)
{
    struct query q = db_query(db, SQL_MARKS_STAMP);

    query_int(&q, ":seq", seq);
    query_run(&q);
}

uint64_t store_marks_head(struct db *db, uint64_t board, uint64_t self)
{
    struct query q = db_query(db, SQL_MARKS_HEAD);

    query_int(&q, ":board", board);
    query_int(&q, ":self", self);
    return query_only_int(&q);
}
