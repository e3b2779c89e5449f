/*
 * One connection of the store and its prepared statements, as typed store functions see it.
 *
 * A `struct db` is used by one thread at a time, inside the transaction that the engine opened. Statements
 * are named in the .def files beside the functions that use them, prepared once when the connection is
 * opened, and bound by name. Errors are sticky on the db: after the first, queries yield no rows, and the
 * engine gives the job back as not durable; typed functions need not check, and say STATUS_NOT_FOUND for a
 * row that is not there. Only server/store/ includes <sqlite3.h>.
 *
 *     struct query q = db_query(db, SQL_THREAD_BY_ID);
 *     query_int(&q, ":thread", thread);
 *     if (query_row(&q)) { row->title = query_text_at(&q, 1, arena); found = true; }
 *     query_end(&q);
 */
#ifndef LUNTAN_SERVER_STORE_DB_H
#define LUNTAN_SERVER_STORE_DB_H

#include <stdint.h>

#include "protocol/status.h"
#include "protocol/text.h"
#include "server/util/arena.h"

struct db;
struct sqlite3_stmt;

/* STATEMENT(NAME, sql), in the .def file of each domain. */
enum statement {
#define STATEMENT(NAME, sql) SQL_##NAME,
#include "server/store/statements.def"
#undef STATEMENT
    STATEMENTS,
};

/* The writer's stamp for this job: UTC milliseconds, never less than the last one. On a reader, the present time. */
int64_t db_now(const struct db *db);
/* The store's epoch, 8 bytes. */
struct text db_epoch(const struct db *db);
/* Whether a statement has failed in this job. Using a statement that writes on a reader counts as a failure. */
bool db_failed(const struct db *db);
/*
 * Gives up the snapshot of a reading or hashing job before its end: to be called before slow work, such as
 * Argon2id, so that no old snapshot keeps the log from being emptied. No query may follow in this job;
 * one that does fails. Nothing on the writer.
 */
void db_release(struct db *db);
/*
 * On the writer: part of a job that may be undone without the rest. Every query of the part has ended before its end. Where a statement has
 * failed the whole job is undone, whatever is kept here.
 */
void db_part_begin(struct db *db);
void db_part_end(struct db *db, bool keep);
/* The rowid of the last insertion. */
uint64_t db_last_id(const struct db *db);
/* Rows changed by the statement that query_end or query_run finished last. */
uint64_t db_changes(const struct db *db);

/* Rows changed by this connection since it was opened, by virtual tables too. */
uint64_t db_total_changes(const struct db *db);
/* On the writer: the log is emptied and cut after this commit, so that nothing that was overwritten stays in it. */
void db_empty_log(struct db *db);

struct query {
    struct db *db;
    struct sqlite3_stmt *statement;
};

/* The statement, reset and with nothing bound (all parameters NULL). One use at a time per statement. */
struct query db_query(struct db *db, enum statement statement);

/* Values above INT64_MAX, which no row can hold, are bound as INT64_MAX. */
void query_int(struct query *q, const char *name, uint64_t value);
void query_time(struct query *q, const char *name, int64_t value);
void query_text(struct query *q, const char *name, struct text value); /* absent binds NULL; must live until the end */
void query_blob(struct query *q, const char *name, struct text value); /* the same */

/* Steps: whether there is a (next) row. */
bool query_row(struct query *q);
/* Columns from 0. Texts and blobs are copied into the arena; NULL is absent. */
uint64_t query_int_at(struct query *q, int column);
struct text query_text_at(struct query *q, int column, struct arena *arena);
struct text query_blob_at(struct query *q, int column, struct arena *arena);
/* Texts and blobs where they lie, valid until the next step or end. */
struct text query_borrow_at(struct query *q, int column);
/* Ends the use of the statement. Must be called after every db_query. */
void query_end(struct query *q);

/* Steps a statement that yields no rows, and ends it. Returns the rows changed. */
uint64_t query_run(struct query *q);
/* Steps a statement that yields one row at most, and ends it. Returns the number in its first column; 0 without a row. */
uint64_t query_only_int(struct query *q);

#endif
