/* See connection.h: transactions, savepoints and snapshots around jobs. */
#include "server/store/connection.h"

/* Steps one of the engine's own statements, whatever became of the job's. */
static bool step(struct db *db, enum statement name)
{
    sqlite3_stmt *statement = db->statements[name];
    int code = sqlite3_step(statement);

    sqlite3_reset(statement);
    if (code == SQLITE_DONE)
        return true;
    db_fail(db, name, code);
    return false;
}

static bool in_transaction(const struct db *db)
{
    return !sqlite3_get_autocommit(db->handle);
}

/* Ends queries that the job has left open, which is a mistake in it: nothing it did is kept. */
static void end_queries(struct db *db)
{
    enum statement guilty = STATEMENTS;

    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_stmt *statement = db->statements[i];
        if (!statement)
            continue;
        if (sqlite3_stmt_busy(statement))
            guilty = (enum statement)i;
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
    db_fail(db, guilty, SQLITE_MISUSE);
    db->unended = 0;
}

bool db_run_job(struct db *db, struct job *job)
{
    db->failed = false;
    db->released = false;
    db->changes = 0;
    db->unended = 0;
    bool keep = job->run(job, db);
    if (db->unended)
        end_queries(db);
    return keep && !db->failed;
}

bool db_begin_write(struct db *db)
{
    return step(db, SQL_ENGINE_BEGIN_WRITE);
}

bool db_commit(struct db *db)
{
    return step(db, SQL_ENGINE_COMMIT);
}

void db_rollback(struct db *db)
{
    /* Some errors (a full disk, no memory) have already ended the transaction. */
    if (in_transaction(db))
        step(db, SQL_ENGINE_ROLLBACK);
}

bool db_savepoint(struct db *db)
{
    return step(db, SQL_ENGINE_SAVEPOINT);
}

bool db_savepoint_end(struct db *db, bool keep)
{
    if (!in_transaction(db))
        return false;
    return (keep || step(db, SQL_ENGINE_SAVEPOINT_UNDO)) && step(db, SQL_ENGINE_SAVEPOINT_KEEP);
}

/* The same savepoint inside itself: SQLite ends the innermost of a name. A step that fails marks the job. */
void db_part_begin(struct db *db)
{
    step(db, SQL_ENGINE_SAVEPOINT);
}

void db_part_end(struct db *db, bool keep)
{
    if (!keep)
        step(db, SQL_ENGINE_SAVEPOINT_UNDO);
    step(db, SQL_ENGINE_SAVEPOINT_KEEP);
}

bool db_begin_read(struct db *db)
{
    atomic_store(&db->evicted, false);
    atomic_store(&db->since, store_monotonic());
    if (step(db, SQL_ENGINE_BEGIN_READ))
        return true;
    atomic_store(&db->since, 0);
    return false;
}

void db_end_read(struct db *db)
{
    if (in_transaction(db) && !step(db, SQL_ENGINE_COMMIT))
        db_rollback(db);
    atomic_store(&db->since, 0);
}

void db_release(struct db *db)
{
    if (db->role != DB_READER || db->released)
        return;
    db->released = true;
    db_end_read(db);
}

void db_evict(struct db *db, int64_t before)
{
    int64_t since = atomic_load(&db->since);

    if (!since || since > before)
        return;
    /* The flag reaches a job that is between statements, the interrupt one that is inside one. */
    atomic_store(&db->evicted, true);
    sqlite3_interrupt(db->handle);
}
