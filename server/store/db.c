/* See db.h: what typed store functions do with statements. */
#include "server/store/connection.h"

int64_t db_now(const struct db *db)
{
    return db->role == DB_WRITER ? db->stamp : store_utc();
}

struct text db_epoch(const struct db *db)
{
    return (struct text){(const char *)db->epoch, STORE_EPOCH};
}

bool db_failed(const struct db *db)
{
    return db->failed;
}

uint64_t db_last_id(const struct db *db)
{
    return (uint64_t)sqlite3_last_insert_rowid(db->handle);
}

uint64_t db_changes(const struct db *db)
{
    return db->changes;
}

uint64_t db_total_changes(const struct db *db)
{
    return (uint64_t)sqlite3_total_changes64(db->handle);
}

void db_empty_log(struct db *db)
{
    db->empty_log = true;
}

struct query db_query(struct db *db, enum statement name)
{
    struct query none = {db, NULL};
    sqlite3_stmt *statement = db->statements[name];

    if (db->failed)
        return none;
    /* Mistakes of the caller: a statement that writes on a reader, one in use already, a snapshot given up. */
    if (!statement || db->released || sqlite3_stmt_busy(statement)) {
        db_fail(db, name, SQLITE_MISUSE);
        return none;
    }
    db->unended++;
    return (struct query){db, statement};
}

static void fail(struct query *q, int code)
{
    db_fail(q->db, db_statement(q->db, q->statement), code);
}

/* The parameter's number; 0 if the query is not to be used. */
static int parameter(struct query *q, const char *name)
{
    if (!q->statement)
        return 0;
    int index = sqlite3_bind_parameter_index(q->statement, name);
    if (!index)
        fail(q, SQLITE_RANGE);
    return index;
}

static void check(struct query *q, int code)
{
    if (code)
        fail(q, code);
}

void query_time(struct query *q, const char *name, int64_t value)
{
    int index = parameter(q, name);
    if (index)
        check(q, sqlite3_bind_int64(q->statement, index, value));
}

void query_int(struct query *q, const char *name, uint64_t value)
{
    query_time(q, name, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void query_text(struct query *q, const char *name, struct text value)
{
    int index = parameter(q, name);
    if (index)
        check(q, sqlite3_bind_text64(q->statement, index, value.at, value.len, SQLITE_STATIC, SQLITE_UTF8));
}

void query_blob(struct query *q, const char *name, struct text value)
{
    int index = parameter(q, name);
    if (index)
        check(q, sqlite3_bind_blob64(q->statement, index, value.at, value.len, SQLITE_STATIC));
}

bool query_row(struct query *q)
{
    if (!q->statement || q->db->failed)
        return false;
    int code = atomic_load_explicit(&q->db->evicted, memory_order_relaxed) ? SQLITE_INTERRUPT
                                                                           : sqlite3_step(q->statement);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        fail(q, code);
    return false;
}

uint64_t query_int_at(struct query *q, int column)
{
    return q->statement ? (uint64_t)sqlite3_column_int64(q->statement, column) : 0;
}

struct text query_borrow_at(struct query *q, int column)
{
    if (!q->statement || sqlite3_column_type(q->statement, column) == SQLITE_NULL)
        return (struct text){NULL, 0};
    /* Of a text, this is its bytes; of an empty value of either kind it is NULL. */
    const char *at = sqlite3_column_blob(q->statement, column);
    size_t len = (size_t)sqlite3_column_bytes(q->statement, column);
    if (at)
        return (struct text){at, len};
    if (len)
        fail(q, SQLITE_NOMEM);
    return (struct text){"", 0};
}

struct text query_text_at(struct query *q, int column, struct arena *arena)
{
    return arena_text(arena, query_borrow_at(q, column));
}

struct text query_blob_at(struct query *q, int column, struct arena *arena)
{
    return arena_text(arena, query_borrow_at(q, column));
}

void query_end(struct query *q)
{
    if (!q->statement)
        return;
    /* The error, if there was one, was told when stepping. */
    sqlite3_reset(q->statement);
    sqlite3_clear_bindings(q->statement);
    q->db->changes = sqlite3_stmt_readonly(q->statement) ? 0 : (uint64_t)sqlite3_changes64(q->db->handle);
    q->db->unended--;
    q->statement = NULL;
}

uint64_t query_run(struct query *q)
{
    while (query_row(q))
        ;
    query_end(q);
    return q->db->failed ? 0 : q->db->changes;
}

uint64_t query_only_int(struct query *q)
{
    uint64_t number = query_row(q) ? query_int_at(q, 0) : 0;

    query_end(q);
    return number;
}
