/* See operations.h. */
#include "server/store/operations.h"

bool store_operation_get(struct db *db, struct text id, uint64_t account, struct arena *arena, struct operation *out)
{
    struct query q = db_query(db, SQL_OPERATION_GET);
    query_blob(&q, ":id", id);
    query_int(&q, ":account", account);
    bool found = query_row(&q);
    if (found)
        *out = (struct operation){
            .id = id,
            .account = account,
            .op = query_int_at(&q, 0),
            .hash = query_blob_at(&q, 1, arena),
            .answer = query_blob_at(&q, 2, arena),
        };
    query_end(&q);
    return found;
}

void store_operation_insert(struct db *db, const struct operation *operation)
{
    struct query q = db_query(db, SQL_OPERATION_INSERT);
    query_blob(&q, ":id", operation->id);
    query_int(&q, ":account", operation->account);
    query_int(&q, ":op", operation->op);
    query_blob(&q, ":hash", operation->hash);
    query_blob(&q, ":answer", operation->answer);
    query_run(&q);
}

void store_operation_prune(struct db *db, int64_t before, uint64_t count)
{
    uint8_t below[6];
    struct query q = db_query(db, SQL_OPERATION_PRUNE);

    for (unsigned i = 0; i < sizeof below; i++)
        below[i] = (uint8_t)((uint64_t)before >> (8 * (sizeof below - 1 - i)));
    query_blob(&q, ":below", (struct text){(const char *)below, sizeof below});
    query_int(&q, ":count", count);
    query_run(&q);
}
