/* See connection.h: opening a connection, its pragmas, its statements. */
#include "server/store/connection.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "server/store/tokenizer.h"
#include "server/util/log.h"

static const struct {
    const char *name, *sql;
} table[] = {
#define STATEMENT(NAME, sql) {#NAME, sql},
#include "server/store/statements.def"
#undef STATEMENT
};

enum {
    BUSY_MS = 1000,               /* for another process that looks into the file, and for log recovery */
    LONGEST_VALUE = 16 << 20,     /* bytes of a row; a body has 800,000 at most, an answer 1 MiB */
};

/*
 * Why these. WAL with FULL: a commit is one sync, and what was acknowledged survives a loss of power. No
 * mmap: a bad sector would be a SIGBUS, which kills the forum instead of failing a request. Checkpoints are
 * the writer's (checkpoint.c). Secure deletion stays on: deleted drafts and sessions are people's own, and
 * it costs only where whole pages are freed.
 */
static const char common_pragmas[] =
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA mmap_size = 0;"
    "PRAGMA wal_autocheckpoint = 0;"
    "PRAGMA secure_delete = ON;";

/*
 * Foreign keys are enforced: the parents are hot pages already in the writer's cache, which makes the check
 * cheap, and no mistake in a handler may leave an orphan in what people wrote.
 */
static const char *const role_pragmas[] = {
    [DB_WRITER] = "PRAGMA synchronous = FULL;"
                  "PRAGMA foreign_keys = ON;"
                  "PRAGMA cache_size = -65536;",
    [DB_READER] = "PRAGMA query_only = ON;"
                  "PRAGMA cache_size = -16384;",
};

static const struct {
    int option, value;
} switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
};

bool store_refuse(struct store_refusal *refusal, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(refusal->text, sizeof refusal->text, format, arguments);
    va_end(arguments);
    return false;
}

static int64_t clock_read(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t store_utc(void)
{
    return clock_read(CLOCK_REALTIME);
}

int64_t store_monotonic(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

int db_execute(struct db *db, const char *sql)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

static int settle(struct db *db)
{
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        int code = sqlite3_db_config(db->handle, switches[i].option, switches[i].value, NULL);
        if (code)
            return code;
    }
    int code = tokenizer_register(db->handle);
    if (code)
        return code;
    sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_limit(db->handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    code = db_execute(db, common_pragmas);
    return code ? code : db_execute(db, role_pragmas[db->role]);
}

struct db *db_open(const char *path, const char *vfs, enum db_role role, struct store_refusal *refusal)
{
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (role == DB_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    struct db *db = calloc(1, sizeof *db);
    if (!db) {
        store_refuse(refusal, "not enough memory to open the database");
        return NULL;
    }
    db->role = role;
    int code = sqlite3_open_v2(path, &db->handle, flags, vfs);
    if (!code)
        code = settle(db);
    if (!code)
        return db;
    store_refuse(refusal, "the database %s cannot be opened: %s", path,
                 db->handle ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code));
    db_close(db);
    return NULL;
}

/* Of the answer to PRAGMA journal_mode: the mode there is now. */
static int keep_mode(void *is_wal, int columns, char **values, char **names)
{
    (void)names;
    *(bool *)is_wal = columns == 1 && values[0] && !strcmp(values[0], "wal");
    return 0;
}

bool db_use_log(struct db *db, struct store_refusal *refusal)
{
    bool is_wal = false;
    int code = sqlite3_exec(db->handle, "PRAGMA journal_mode = WAL", keep_mode, &is_wal, NULL);

    if (code || !is_wal)
        return store_refuse(refusal, "the database cannot have a write-ahead log: %s",
                            code ? sqlite3_errmsg(db->handle) : "not on this file system");
    return true;
}

bool db_prepare(struct db *db, struct store_refusal *refusal)
{
    for (size_t i = 0; i < STATEMENTS; i++) {
        sqlite3_stmt *statement = NULL;
        const char *rest = NULL;
        int code = sqlite3_prepare_v3(db->handle, table[i].sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, &rest);
        if (code)
            return store_refuse(refusal, "the statement %s does not prepare: %s", table[i].name,
                                sqlite3_errmsg(db->handle));
        if (!statement || *rest) {
            sqlite3_finalize(statement);
            return store_refuse(refusal, "the statement %s is not exactly one statement", table[i].name);
        }
        if (db->role == DB_READER && !sqlite3_stmt_readonly(statement)) {
            sqlite3_finalize(statement);
            continue;
        }
        db->statements[i] = statement;
    }
    return true;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(db->statements[i]);
    sqlite3_close(db->handle);
    free(db);
}

enum statement db_statement(const struct db *db, const sqlite3_stmt *statement)
{
    size_t i = 0;

    while (i < STATEMENTS && (!statement || db->statements[i] != statement))
        i++;
    return (enum statement)i;
}

void db_fail(struct db *db, enum statement name, int code)
{
    int64_t now = store_monotonic();

    db->failed = true;
    if (db->complained && now - db->complained < 1000)
        return;
    db->complained = now;
    log_error("store_statement_failed", LOG_TEXT("statement", text_of(name < STATEMENTS ? table[name].name : "none")),
              LOG_NUMBER("code", code), LOG_TEXT("reason", text_of(sqlite3_errstr(code))));
}
