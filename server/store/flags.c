/* See flags.h. */
#include "server/store/flags.h"

uint64_t store_flag_insert(struct db *db, const struct flag_row *flag)
{
    struct query q = db_query(db, SQL_FLAG_INSERT);

    query_int(&q, ":item", flag->item);
    query_int(&q, ":post", flag->post);
    query_int(&q, ":account", flag->account);
    query_int(&q, ":reason", flag->reason);
    query_text(&q, ":words", flag->words);
    query_time(&q, ":time", flag->time);
    query_run(&q);
    return db_last_id(db);
}

uint64_t store_flag_of(struct db *db, uint64_t item, uint64_t account)
{
    struct query q = db_query(db, SQL_FLAG_OF);

    query_int(&q, ":item", item);
    query_int(&q, ":account", account);
    return query_only_int(&q);
}

uint64_t store_flags_since(struct db *db, uint64_t account, int64_t since, uint64_t most)
{
    struct query q = db_query(db, SQL_FLAGS_SINCE);

    query_int(&q, ":account", account);
    query_time(&q, ":since", since);
    query_int(&q, ":most", most);
    return query_only_int(&q);
}

struct query store_flags(struct db *db, uint64_t account, uint64_t before, uint64_t count)
{
    struct query q = db_query(db, SQL_FLAGS_OF_ACCOUNT);

    query_int(&q, ":account", account);
    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

struct query store_flags_on(struct db *db, uint64_t item, uint64_t count)
{
    struct query q = db_query(db, SQL_FLAGS_ON_ITEM);

    query_int(&q, ":item", item);
    query_int(&q, ":count", count);
    return q;
}

/* The columns of FLAG_COLUMNS (flags.def), in order. */
enum flag_column { FLAG_ID, FLAG_ITEM, FLAG_POST, FLAG_ACCOUNT, FLAG_REASON, FLAG_WORDS, FLAG_TIME };

bool store_flag_next(struct query *q, struct arena *arena, struct flag_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct flag_row){
        .id = query_int_at(q, FLAG_ID), .item = query_int_at(q, FLAG_ITEM), .post = query_int_at(q, FLAG_POST),
        .account = query_int_at(q, FLAG_ACCOUNT), .reason = (enum reason)query_int_at(q, FLAG_REASON),
        .words = query_text_at(q, FLAG_WORDS, arena), .time = (int64_t)query_int_at(q, FLAG_TIME),
    };
    return true;
}
