/*
 * Brings a database to the newest schema, or refuses it.
 *
 * What a file is stands in its header: `application_id` says that it is luntan's, `user_version` the number
 * of the last migration applied. Each migration, with its number, is one transaction: a crash between two
 * leaves the older one whole.
 */
#include "server/store/engine.h"
#include "server/util/log.h"

#include <stdio.h>

enum { APPLICATION = 0x6c756e74 }; /* "lunt" */

/* The first column of the first row as a number; 0 where there is none. SQLite's code in `*code`, unless set. */
static int64_t number_of(sqlite3 *handle, const char *sql, int *code)
{
    sqlite3_stmt *statement = NULL;
    int64_t number = 0;

    if (*code)
        return 0;
    *code = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
    if (*code)
        return 0;
    int step = sqlite3_step(statement);
    if (step == SQLITE_ROW)
        number = sqlite3_column_int64(statement, 0);
    else if (step != SQLITE_DONE)
        *code = step;
    sqlite3_finalize(statement);
    return number;
}

static bool refuse_error(struct db *db, const char *what, struct store_refusal *refusal)
{
    return store_refuse(refusal, "%s: %s", what, sqlite3_errmsg(db->handle));
}

/* What the header says: the version, and whether the file is ours or empty. */
static bool examine(struct db *db, const char *path, int64_t newest, int64_t *version, bool *empty,
                    struct store_refusal *refusal)
{
    int code = SQLITE_OK;
    int64_t application = number_of(db->handle, "PRAGMA application_id", &code);
    *version = number_of(db->handle, "PRAGMA user_version", &code);
    *empty = !number_of(db->handle, "SELECT count(*) FROM sqlite_schema", &code) && !*version && !application;

    if (code)
        return refuse_error(db, "the database cannot be read", refusal);
    if (!*empty && (application != APPLICATION || *version < 1))
        return store_refuse(refusal, "%s is a database of another program", path);
    if (*version > newest)
        return store_refuse(refusal,
                            "%s has schema %lld, made by a newer luntand; this one knows schemas up to %lld: "
                            "install the newer program, or restore a backup",
                            path, (long long)*version, (long long)newest);
    return true;
}

/* Whether every reference still has its target; a migration of a database that people wrote in may break it. */
static bool references_hold(struct db *db)
{
    int code = SQLITE_OK;
    int64_t broken = number_of(db->handle, "SELECT count(*) FROM pragma_foreign_key_check", &code);
    return !code && !broken;
}

static bool apply(struct db *db, const struct migration *migration, bool check, struct store_refusal *refusal)
{
    char header[96], what[64];

    snprintf(header, sizeof header, "PRAGMA application_id = %d; PRAGMA user_version = %u;", APPLICATION,
             migration->number);
    snprintf(what, sizeof what, "migration %04u failed, nothing was changed", migration->number);
    if (db_execute(db, "BEGIN IMMEDIATE"))
        return refuse_error(db, what, refusal);
    bool failed = db_execute(db, migration->sql) || db_execute(db, header);
    if (!failed && check && !references_hold(db)) {
        store_refuse(refusal, "%s: it would leave rows that refer to nothing", what);
    } else if (failed || db_execute(db, "COMMIT")) {
        refuse_error(db, what, refusal);
    } else {
        log_info("schema_applied", LOG_NUMBER("number", migration->number));
        return true;
    }
    if (!sqlite3_get_autocommit(db->handle))
        db_execute(db, "ROLLBACK");
    return false;
}

bool migrate_run(struct db *db, const char *path, const char *vfs, const struct migration *migrations,
                 size_t count, bool *created, struct store_refusal *refusal)
{
    int64_t version, newest = count ? migrations[count - 1].number : 0;
    bool empty, copied = false;
    char copy[4096];

    if (!examine(db, path, newest, &version, &empty, refusal))
        return false;
    *created = empty;
    if (!db_use_log(db, refusal))
        return false;
    /* Off while tables are rebuilt; a pragma inside the transaction would do nothing. */
    if (db_execute(db, "PRAGMA foreign_keys = OFF"))
        return refuse_error(db, "the database cannot be prepared", refusal);
    for (size_t i = 0; i < count; i++) {
        if (migrations[i].number <= version)
            continue;
        int len = snprintf(copy, sizeof copy, "%s.before-%04u", path, migrations[i].number);
        if (len < 0 || (size_t)len >= sizeof copy)
            return store_refuse(refusal, "the path of the database is too long");
        if (!empty && !copied && !backup_copy(db, copy, vfs, true, refusal))
            return false;
        copied = true;
        if (!apply(db, &migrations[i], !empty, refusal))
            return false;
    }
    if (db_execute(db, "PRAGMA foreign_keys = ON"))
        return refuse_error(db, "the database cannot be prepared", refusal);
    return true;
}
