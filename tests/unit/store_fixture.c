/* See store_fixture.h. */
#include "tests/unit/store_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/store/connection.h"

void fixture_init(struct fixture *fixture)
{
    *fixture = (struct fixture){.gate_open = true};
    pthread_mutex_init(&fixture->lock, NULL);
    pthread_cond_init(&fixture->changed, NULL);
    temporary_make(&fixture->directory);
}

void fixture_fini(struct fixture *fixture)
{
    fixture_close(fixture);
    temporary_remove(&fixture->directory);
    pthread_cond_destroy(&fixture->changed);
    pthread_mutex_destroy(&fixture->lock);
}

/* All jobs of these tests are traces, or start like one. */
static struct trace *trace_at(struct inbox_item *item)
{
    return (struct trace *)item;
}

static void committed(void *context, struct job *jobs)
{
    struct fixture *fixture = context;

    pthread_mutex_lock(&fixture->lock);
    fixture->groups++;
    for (struct inbox_item *item = &jobs->item, *next; item; item = next) {
        next = item->next;
        trace_at(item)->place = ++fixture->settled;
        trace_at(item)->group = fixture->groups;
    }
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
}

static void answered(void *context, struct job *job)
{
    struct fixture *fixture = context;

    pthread_mutex_lock(&fixture->lock);
    trace_at(&job->item)->place = ++fixture->settled;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
}

bool fixture_open(struct fixture *fixture, const char *vfs)
{
    const struct store_options options = {
        .directory = fixture->directory.path,
        .vfs = vfs,
        .readers = 1,
        .hashers = 1,
        .group_ms = 60000, /* a machine that is busy elsewhere closes no group */
        .committed = committed,
        .answered = answered,
        .context = fixture,
    };
    fixture->store = store_open(&options, &fixture->created, &fixture->refusal);
    return fixture->store && store_start(fixture->store);
}

void fixture_close(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

static void gate(struct fixture *fixture, bool open)
{
    pthread_mutex_lock(&fixture->lock);
    fixture->gate_open = open;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
}

static void pass_gate(struct fixture *fixture)
{
    pthread_mutex_lock(&fixture->lock);
    while (!fixture->gate_open)
        pthread_cond_wait(&fixture->changed, &fixture->lock);
    pthread_mutex_unlock(&fixture->lock);
}

void fixture_wait(struct fixture *fixture, unsigned count)
{
    pthread_mutex_lock(&fixture->lock);
    while (fixture->settled < count)
        pthread_cond_wait(&fixture->changed, &fixture->lock);
    pthread_mutex_unlock(&fixture->lock);
}

void fixture_write(struct fixture *fixture, struct trace *traces, unsigned count)
{
    gate(fixture, false);
    for (unsigned i = 0; i < count; i++)
        store_write(fixture->store, &traces[i].job);
    gate(fixture, true);
    pthread_mutex_lock(&fixture->lock);
    for (unsigned i = 0; i < count; i++)
        while (!traces[i].place)
            pthread_cond_wait(&fixture->changed, &fixture->lock);
    pthread_mutex_unlock(&fixture->lock);
}

/* Runs SQL of the tests on the job's connection; its failure is the job's, as with any statement. */
static void leave(struct db *db, const char *sql, const struct trace *trace, const char *text)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL);

    if (!code) {
        sqlite3_bind_int64(statement, 1, trace->number);
        sqlite3_bind_text(statement, 2, text, -1, SQLITE_STATIC);
        code = sqlite3_step(statement);
    }
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE)
        db_fail(db, STATEMENTS, code);
}

static bool trace_run(struct job *job, struct db *db)
{
    struct trace *trace = trace_at(&job->item);
    char *text = malloc(trace->bytes + 1);

    if (!text)
        return false;
    memset(text, 'a' + (int)(trace->number % 26), trace->bytes);
    text[trace->bytes] = 0;
    trace->runs++;
    trace->stamp = db_now(db);
    pass_gate(trace->fixture);
    if (trace->way != TRACE_READ)
        leave(db, "INSERT INTO audit_before (time, actor, act, target, detail) VALUES (0, 0, 'trace', ?1, ?2)", trace, text);
    if (trace->meanwhile)
        trace->meanwhile(trace->context);
    if (trace->way == TRACE_FAIL)
        leave(db, "INSERT INTO audit_before (time, actor, act, target, detail) VALUES (0, 0, 'trace', ?1, NULL)", trace, text);
    free(text);
    return trace->way != TRACE_REFUSE;
}

struct trace trace_of(struct fixture *fixture, int64_t number, enum trace_way way)
{
    return (struct trace){.job = {.run = trace_run}, .number = number, .way = way, .bytes = 40, .fixture = fixture};
}

/* Opens the real file and prepares; NULL if that fails. Ended by finish. */
static sqlite3_stmt *ask(const struct fixture *fixture, const char *sql)
{
    char path[128];
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;

    snprintf(path, sizeof path, "%s/forum.db", fixture->directory.path);
    if (!sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL) &&
        !sqlite3_prepare_v2(handle, sql, -1, &statement, NULL))
        return statement;
    sqlite3_close(handle);
    return NULL;
}

static void finish(sqlite3_stmt *statement)
{
    sqlite3 *handle = sqlite3_db_handle(statement);
    sqlite3_finalize(statement);
    sqlite3_close(handle);
}

int64_t fixture_sql(const struct fixture *fixture, const char *sql)
{
    sqlite3_stmt *statement = ask(fixture, sql);
    if (!statement)
        return -1;
    int code = sqlite3_step(statement);
    int64_t number = code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : code == SQLITE_DONE ? 0 : -1;
    finish(statement);
    return number;
}

int64_t fixture_census(const struct fixture *fixture, int64_t *counts, unsigned count)
{
    sqlite3_stmt *statement = ask(fixture, "SELECT target FROM audit_before WHERE act = 'trace'");
    int64_t rows = 0;
    int code;

    memset(counts, 0, count * sizeof *counts);
    if (!statement)
        return -1;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t number = sqlite3_column_int64(statement, 0);
        rows++;
        if (number >= 0 && number < count)
            counts[number]++;
    }
    finish(statement);
    return code == SQLITE_DONE ? rows : -1;
}

int64_t fixture_count(const struct fixture *fixture, int64_t number)
{
    char sql[96];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_before WHERE act = 'trace' AND %lld IN (-1, target)",
             (long long)number);
    return fixture_sql(fixture, sql);
}
