/*
 * What SQLite alone can do on this disk: transactions of GROUP rows of some 300 bytes into one table without
 * an index, WAL, synchronous=FULL, one after the other, without checkpoints.
 */
#include "tests/bench/bench.h"

#include <sqlite3.h>
#include <stdio.h>

enum { ROW = 300 };

static void must(sqlite3 *db, int result)
{
    if (result != SQLITE_OK && result != SQLITE_DONE)
        bench_die("sqlite: %s", sqlite3_errmsg(db));
}

static void commit_group(sqlite3 *db, sqlite3_stmt *insert, uint64_t rows)
{
    must(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
    for (uint64_t i = 0; i < rows; i++) {
        must(db, sqlite3_step(insert));
        must(db, sqlite3_reset(insert));
    }
    must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
}

void bench_plain(void)
{
    const char *path = bench_option_text("file", NULL);
    uint64_t group = bench_option("group", 1), commits = 0;
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;

    must(db, sqlite3_open(path, &db));
    must(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
                              "CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, body BLOB)", NULL, NULL, NULL));
    must(db, sqlite3_prepare_v2(db, "INSERT INTO row (body) VALUES (randomblob(?1))", -1, &insert, NULL));
    must(db, sqlite3_bind_int(insert, 1, ROW));
    uint64_t started = bench_clock(), until = started + bench_option("seconds", 2) * 1000000000;
    for (; bench_clock() < until; commits++)
        commit_group(db, insert, group);
    double seconds = (double)(bench_clock() - started) / 1e9;
    printf("{\"rate\": %.1f, \"rows\": %.1f}\n", (double)commits / seconds, (double)(commits * group) / seconds);
    sqlite3_finalize(insert);
    sqlite3_close(db);
}
