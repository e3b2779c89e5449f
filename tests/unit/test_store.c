/* The store's engine: order, savepoints, stamps, epochs, snapshots, queues, locks, migrations, backups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <semaphore.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/engine.h"
#include "tests/unit/store_fixture.h"

static int set_up(void **state)
{
    struct fixture *fixture = malloc(sizeof *fixture);
    if (!fixture)
        return -1;
    fixture_init(fixture);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    fixture_fini(*state);
    free(*state);
    return 0;
}

static void name_file(const struct fixture *fixture, const char *name, char path[static 256])
{
    snprintf(path, 256, "%s/%s", fixture->directory.path, name);
}

static void put_file(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static size_t get_file(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, size, file);
    fclose(file);
    return len;
}

/* ---- opening ---- */

static void a_new_store_is_private_and_complete(void **state)
{
    struct fixture *fixture = *state;
    static const char *const names[] = {"forum.db", "forum.db-wal", "forum.db-shm", "commits", "lock"};
    char inner[96], path[256];
    struct stat status;
    bool created = false;

    umask(0);
    snprintf(inner, sizeof inner, "%s/data", fixture->directory.path);
    const struct store_options options = {.directory = inner, .readers = 1, .hashers = 1};
    struct store *store = store_open(&options, &created, &fixture->refusal);
    umask(022);
    assert_non_null(store);
    assert_true(created);
    assert_int_equal(stat(inner, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", inner, names[i]);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0600);
    }
    store_close(store);
    snprintf(path, sizeof path, "%s/forum.db-wal", inner);
    assert_int_not_equal(stat(path, &status), 0);
}

static void a_store_opens_again_and_is_not_new(void **state)
{
    struct fixture *fixture = *state;

    assert_true(fixture_open(fixture, NULL));
    assert_true(fixture->created);
    struct trace trace = trace_of(fixture, 1, TRACE_KEEP);
    fixture_write(fixture, &trace, 1);
    fixture_close(fixture);
    assert_true(fixture_open(fixture, NULL));
    assert_false(fixture->created);
    assert_int_equal(fixture_count(fixture, 1), 1);
    assert_int_equal(fixture_sql(fixture, "PRAGMA application_id"), 0x6c756e74);
}

static void a_second_store_over_one_directory_is_refused(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options options = {.directory = fixture->directory.path, .readers = 1, .hashers = 1};
    struct store_refusal refusal;
    bool created;

    assert_true(fixture_open(fixture, NULL));
    assert_null(store_open(&options, &created, &refusal));
    assert_non_null(strstr(refusal.text, "another luntand"));
}

static void a_newer_schema_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_true(fixture_open(fixture, NULL));
    fixture_close(fixture);
    fixture_sql(fixture, "PRAGMA user_version = 9000");
    assert_false(fixture_open(fixture, NULL));
    assert_non_null(strstr(fixture->refusal.text, "schema 9000"));
}

static void a_foreign_file_is_refused_and_left_alone(void **state)
{
    struct fixture *fixture = *state;
    static char before[65536], after[65536], text[] = "this is not a database, but it is long enough to be read as one.....";
    char path[256];

    assert_int_equal(fixture_sql(fixture, "SELECT 1"), -1);
    name_file(fixture, "forum.db", path);
    put_file(path, "", 0);
    assert_int_equal(fixture_sql(fixture, "CREATE TABLE recipes (id INTEGER PRIMARY KEY)"), 0);
    size_t len = get_file(path, before, sizeof before);
    assert_false(fixture_open(fixture, NULL));
    assert_non_null(strstr(fixture->refusal.text, "another program"));
    assert_int_equal(get_file(path, after, sizeof after), len);
    assert_memory_equal(before, after, len);

    put_file(path, text, sizeof text);
    assert_false(fixture_open(fixture, NULL));
    assert_non_null(strstr(fixture->refusal.text, "not a database"));
}

/* ---- the writer ---- */

enum { GROUP = 40 };

static void a_group_is_settled_in_order_with_one_commit(void **state)
{
    struct fixture *fixture = *state;
    struct trace traces[GROUP];

    assert_true(fixture_open(fixture, NULL));
    uint64_t commits = store_figures(fixture->store).commits;
    for (unsigned i = 0; i < GROUP; i++)
        traces[i] = trace_of(fixture, i, TRACE_KEEP);
    fixture_write(fixture, traces, GROUP);
    assert_int_equal(store_figures(fixture->store).commits, commits + 1);
    for (unsigned i = 0; i < GROUP; i++) {
        assert_true(traces[i].job.durable);
        assert_int_equal(traces[i].place, i + 1);
        assert_int_equal(traces[i].group, 1);
        assert_int_equal(traces[i].runs, 1);
        assert_int_equal(fixture_count(fixture, i), 1);
    }
}

static void each_job_of_a_group_is_undone_alone(void **state)
{
    struct fixture *fixture = *state;
    struct trace traces[4];

    assert_true(fixture_open(fixture, NULL));
    traces[0] = trace_of(fixture, 0, TRACE_KEEP);
    traces[1] = trace_of(fixture, 1, TRACE_REFUSE);
    traces[2] = trace_of(fixture, 2, TRACE_FAIL);
    traces[3] = trace_of(fixture, 3, TRACE_KEEP);
    fixture_write(fixture, traces, 4);
    assert_true(traces[0].job.durable);
    assert_true(traces[1].job.durable);
    assert_false(traces[2].job.durable);
    assert_true(traces[3].job.durable);
    assert_int_equal(fixture_count(fixture, 0), 1);
    assert_int_equal(fixture_count(fixture, 1), 0);
    assert_int_equal(fixture_count(fixture, 2), 0);
    assert_int_equal(fixture_count(fixture, 3), 1);
}

static void what_writes_nothing_costs_no_commit(void **state)
{
    struct fixture *fixture = *state;
    struct trace traces[2];

    assert_true(fixture_open(fixture, NULL));
    uint64_t commits = store_figures(fixture->store).commits;
    traces[0] = trace_of(fixture, 0, TRACE_READ);
    traces[1] = trace_of(fixture, 1, TRACE_REFUSE);
    fixture_write(fixture, traces, 2);
    assert_true(traces[0].job.durable);
    assert_true(traces[1].job.durable);
    assert_int_equal(store_figures(fixture->store).commits, commits);
}

static void a_group_has_a_largest_size(void **state)
{
    struct fixture *fixture = *state;
    static struct trace traces[600];

    assert_true(fixture_open(fixture, NULL));
    for (unsigned i = 0; i < 600; i++)
        traces[i] = trace_of(fixture, i, TRACE_KEEP);
    fixture_write(fixture, traces, 600);
    assert_true(fixture->groups >= 3);
    for (unsigned i = 0, in_group = 0; i < 600; i++) {
        in_group = i && traces[i].group == traces[i - 1].group ? in_group + 1 : 1;
        assert_true(in_group <= 256);
        assert_int_equal(traces[i].place, i + 1);
    }
    assert_int_equal(fixture_count(fixture, -1), 600);
}

/* Takes the whole transaction away, as SQLite does itself when a disk is full. */
static void lose_transaction(void *context)
{
    struct fixture *fixture = context;

    if (sqlite3_get_autocommit(fixture->store->writer->handle))
        return;
    db_rollback(fixture->store->writer);
}

static void a_lost_transaction_runs_each_job_once_more_alone(void **state)
{
    struct fixture *fixture = *state;
    struct trace traces[3];

    assert_true(fixture_open(fixture, NULL));
    for (unsigned i = 0; i < 3; i++)
        traces[i] = trace_of(fixture, i, TRACE_KEEP);
    traces[1].meanwhile = lose_transaction;
    traces[1].context = fixture;
    fixture_write(fixture, traces, 3);
    assert_int_equal(traces[0].runs, 2);
    assert_int_equal(traces[1].runs, 2);
    assert_true(traces[0].job.durable);
    assert_false(traces[1].job.durable); /* it lost its own transaction, too */
    assert_true(traces[2].job.durable);
    assert_int_equal(fixture_count(fixture, 0), 1);
    assert_int_equal(fixture_count(fixture, 1), 0);
    assert_int_equal(fixture_count(fixture, 2), 1);
}

static void first_set_up_runs_before_the_threads(void **state)
{
    struct fixture *fixture = *state;
    const struct store_options options = {.directory = fixture->directory.path, .readers = 1, .hashers = 1};
    struct trace keep = trace_of(fixture, 1, TRACE_KEEP), refuse = trace_of(fixture, 2, TRACE_REFUSE);

    fixture->store = store_open(&options, &fixture->created, &fixture->refusal);
    assert_non_null(fixture->store);
    assert_true(store_run_now(fixture->store, &keep.job));
    assert_false(store_run_now(fixture->store, &refuse.job));
    assert_true(keep.job.durable);
    assert_int_equal(fixture_count(fixture, 1), 1);
    assert_int_equal(fixture_count(fixture, 2), 0);
}

/* ---- stamps ---- */

static void stamps_never_go_back(void **state)
{
    struct fixture *fixture = *state;
    struct trace traces[2];

    assert_true(fixture_open(fixture, NULL));
    traces[0] = trace_of(fixture, 0, TRACE_KEEP);
    fixture_write(fixture, traces, 1);
    int64_t first = traces[0].stamp;
    assert_true(first > 1500000000000);
    fixture_close(fixture);

    /* As if the clock had been an hour ahead when the last group was committed. */
    assert_int_equal(fixture_sql(fixture, "UPDATE setting SET value = value + 3600000 WHERE name = 'stamp'"), 0);
    assert_true(fixture_open(fixture, NULL));
    traces[0] = trace_of(fixture, 1, TRACE_KEEP);
    traces[1] = trace_of(fixture, 2, TRACE_KEEP);
    fixture_write(fixture, traces, 2);
    assert_true(traces[0].stamp >= first + 3600000);
    assert_true(traces[1].stamp >= traces[0].stamp);
    assert_true(fixture_sql(fixture, "SELECT value FROM setting WHERE name = 'stamp'") >= traces[1].stamp);
}

/* ---- the epoch ---- */

/* Opens, writes one trace, closes; the epoch in `epoch`. */
static void visit(struct fixture *fixture, uint8_t epoch[static STORE_EPOCH])
{
    struct trace trace = trace_of(fixture, 1, TRACE_KEEP);

    assert_true(fixture_open(fixture, NULL));
    memcpy(epoch, store_epoch(fixture->store), STORE_EPOCH);
    fixture_write(fixture, &trace, 1);
    fixture_close(fixture);
}

static void the_epoch_lasts(void **state)
{
    struct fixture *fixture = *state;
    uint8_t first[STORE_EPOCH], second[STORE_EPOCH];

    visit(fixture, first);
    visit(fixture, second);
    assert_memory_equal(first, second, STORE_EPOCH);
}

static void a_database_copied_back_gets_another_epoch(void **state)
{
    struct fixture *fixture = *state;
    static char copy[1 << 20];
    char path[256];
    uint8_t first[STORE_EPOCH], second[STORE_EPOCH], third[STORE_EPOCH];

    visit(fixture, first);
    name_file(fixture, "forum.db", path);
    size_t len = get_file(path, copy, sizeof copy);
    visit(fixture, second);
    assert_memory_equal(first, second, STORE_EPOCH);
    put_file(path, copy, len);
    visit(fixture, second);
    assert_memory_not_equal(first, second, STORE_EPOCH);
    visit(fixture, third);
    assert_memory_equal(second, third, STORE_EPOCH);
}

static void a_missing_or_foreign_side_file_means_another_epoch(void **state)
{
    struct fixture *fixture = *state;
    char path[256], bytes[64];
    uint8_t first[STORE_EPOCH], second[STORE_EPOCH], third[STORE_EPOCH];

    visit(fixture, first);
    name_file(fixture, "commits", path);
    size_t len = get_file(path, bytes, sizeof bytes);
    unlink(path);
    visit(fixture, second);
    assert_memory_not_equal(first, second, STORE_EPOCH);
    put_file(path, bytes, len); /* the old epoch's */
    visit(fixture, third);
    assert_memory_not_equal(second, third, STORE_EPOCH);
}

/* ---- readers and hashers ---- */

/* Sees how many traces there are, waits to be told, looks again. Starts like a trace: see store_fixture.c. */
struct look {
    struct trace trace;
    sem_t seen, go_on;
    int64_t before, after;
    bool release;
};

static int64_t count_settings(struct db *db)
{
    struct query q = db_query(db, SQL_SETTING_READ);
    query_text(&q, ":name", TEXT("commits"));
    int64_t commits = query_row(&q) ? (int64_t)query_int_at(&q, 0) : -1;
    query_end(&q);
    return commits;
}

static bool look_twice(struct job *job, struct db *db)
{
    struct look *look = (struct look *)job;

    look->before = count_settings(db);
    if (look->release)
        db_release(db);
    sem_post(&look->seen);
    sem_wait(&look->go_on);
    look->after = count_settings(db);
    return true;
}

static void look_init(struct look *look, bool (*run)(struct job *, struct db *))
{
    *look = (struct look){.trace.job.run = run};
    sem_init(&look->seen, 0, 0);
    sem_init(&look->go_on, 0, 0);
}

static void a_reader_sees_one_moment(void **state)
{
    struct fixture *fixture = *state;
    struct trace trace = trace_of(fixture, 1, TRACE_KEEP);
    struct look look;

    assert_true(fixture_open(fixture, NULL));
    look_init(&look, look_twice);
    store_read(fixture->store, &look.trace.job);
    sem_wait(&look.seen);
    fixture_write(fixture, &trace, 1);
    sem_post(&look.go_on);
    fixture_wait(fixture, 2);
    assert_true(look.trace.job.durable);
    assert_true(look.before > 0);
    assert_int_equal(look.after, look.before);
    assert_int_equal(count_settings(fixture->store->workers[0].db), look.before + 1);
}

static void nothing_is_read_after_a_snapshot_was_given_up(void **state)
{
    struct fixture *fixture = *state;
    struct look look;

    assert_true(fixture_open(fixture, NULL));
    look_init(&look, look_twice);
    look.release = true;
    store_read(fixture->store, &look.trace.job);
    sem_post(&look.go_on);
    fixture_wait(fixture, 1);
    assert_false(look.trace.job.durable);
    assert_int_equal(look.after, -1);
}

static bool write_setting(struct job *job, struct db *db)
{
    (void)job;
    struct query q = db_query(db, SQL_SETTING_WRITE);
    query_text(&q, ":name", TEXT("stray"));
    query_run(&q);
    return true;
}

static bool forget_to_end(struct job *job, struct db *db)
{
    (void)job;
    struct query q = db_query(db, SQL_SETTING_READ);
    query_text(&q, ":name", TEXT("commits"));
    return query_row(&q);
}

static bool misname_parameter(struct job *job, struct db *db)
{
    (void)job;
    struct query q = db_query(db, SQL_SETTING_READ);
    query_text(&q, ":nome", TEXT("commits"));
    query_row(&q);
    query_end(&q);
    return true;
}

static void mistakes_of_a_job_fail_that_job_alone(void **state)
{
    struct fixture *fixture = *state;
    bool (*const mistakes[])(struct job *, struct db *) = {write_setting, forget_to_end, misname_parameter};

    assert_true(fixture_open(fixture, NULL));
    for (unsigned i = 0; i < 3; i++) {
        struct look look;
        look_init(&look, mistakes[i]);
        store_read(fixture->store, &look.trace.job);
        fixture_wait(fixture, 2 * i + 1);
        assert_false(look.trace.job.durable);
        look_init(&look, look_twice);
        sem_post(&look.go_on);
        store_read(fixture->store, &look.trace.job);
        fixture_wait(fixture, 2 * i + 2);
        assert_true(look.trace.job.durable);
    }
}

static bool hash_then_write(struct job *job, struct db *db)
{
    struct look *look = (struct look *)job;

    if (job->prepared)
        return write_setting(job, db);
    sem_post(&look->seen);
    sem_wait(&look->go_on);
    return look->before;
}

enum { WAITING = 64 };

static void hashing_goes_on_to_the_writer_and_its_queue_has_an_end(void **state)
{
    struct fixture *fixture = *state;
    static struct look looks[WAITING + 2];

    assert_true(fixture_open(fixture, NULL));
    for (unsigned i = 0; i < WAITING + 2; i++) {
        look_init(&looks[i], hash_then_write);
        looks[i].before = i % 2; /* every other one is refused in its first part */
        sem_post(&looks[i].go_on);
    }
    sem_wait(&looks[0].go_on); /* the first one waits */
    assert_true(store_hash(fixture->store, &looks[0].trace.job));
    sem_wait(&looks[0].seen);
    for (unsigned i = 1; i <= WAITING; i++)
        assert_true(store_hash(fixture->store, &looks[i].trace.job));
    assert_false(store_hash(fixture->store, &looks[WAITING + 1].trace.job));
    sem_post(&looks[0].go_on);
    fixture_wait(fixture, WAITING + 1);
    for (unsigned i = 0; i <= WAITING; i++) {
        assert_true(looks[i].trace.job.durable);
        assert_int_equal(looks[i].trace.job.prepared, i % 2);
    }
    assert_int_equal(fixture_sql(fixture, "SELECT count(*) FROM setting WHERE name = 'stray'"), 1);
}

/* Keeps its snapshot until it is taken away. */
static bool hold_on(struct job *job, struct db *db)
{
    struct look *look = (struct look *)job;

    look->before = count_settings(db);
    sem_post(&look->seen);
    while (!db_failed(db)) {
        count_settings(db);
        usleep(1000);
    }
    return true;
}

static void a_snapshot_in_the_way_of_a_checkpoint_is_taken_away(void **state)
{
    struct fixture *fixture = *state;
    struct look look;

    assert_true(fixture_open(fixture, NULL));
    look_init(&look, hold_on);
    store_read(fixture->store, &look.trace.job);
    sem_wait(&look.seen);
    for (int i = 0; i < 20; i++) {
        struct trace trace = trace_of(fixture, i, TRACE_KEEP);
        trace.bytes = 1 << 20;
        fixture_write(fixture, &trace, 1);
        assert_true(trace.job.durable);
    }
    fixture_wait(fixture, 21);
    assert_false(look.trace.job.durable);
    assert_int_equal(fixture_count(fixture, -1), 20);
    /* The log was started over: it is not as long as what was written. */
    uint64_t largest = store_figures(fixture->store).largest_wal;
    assert_true(largest >= 16 << 20);
    assert_true(largest < 19 << 20);
}

/* ---- migrations and backups ---- */

static const struct migration old_schema[] = {{1, "CREATE TABLE setting (name TEXT, value ANY); CREATE TABLE a (x);"}};
static const struct migration new_schema[] = {
    {1, "CREATE TABLE setting (name TEXT, value ANY); CREATE TABLE a (x);"},
    {2, "CREATE TABLE b (y); INSERT INTO b SELECT x FROM a;"},
    {3, "CREATE TABLE c (z);"},
};
static const struct migration broken_schema[] = {
    {1, "CREATE TABLE setting (name TEXT, value ANY); CREATE TABLE a (x);"},
    {2, "CREATE TABLE b (y); INSERT INTO b SELECT x FROM a;"},
    {3, "CREATE TABLE c (z); INSERT INTO nowhere VALUES (1);"},
};

static bool migrate(const struct fixture *fixture, const struct migration *migrations, size_t count, bool *created,
                    struct store_refusal *refusal)
{
    char path[256];

    name_file(fixture, "forum.db", path);
    struct db *db = db_open(path, NULL, DB_WRITER, refusal);
    assert_non_null(db);
    bool done = migrate_run(db, path, NULL, migrations, count, created, refusal);
    db_close(db);
    return done;
}

static void migrations_run_in_order_after_a_backup(void **state)
{
    struct fixture *fixture = *state;
    char path[256];
    struct stat status;
    bool created;

    assert_true(migrate(fixture, old_schema, 1, &created, &fixture->refusal));
    assert_true(created);
    name_file(fixture, "forum.db.before-0001", path);
    assert_int_not_equal(stat(path, &status), 0);
    assert_int_equal(fixture_sql(fixture, "INSERT INTO a VALUES (77)"), 0);
    assert_true(migrate(fixture, new_schema, 3, &created, &fixture->refusal));
    assert_false(created);
    assert_int_equal(fixture_sql(fixture, "SELECT y FROM b"), 77);
    assert_int_equal(fixture_sql(fixture, "SELECT count(*) FROM c"), 0);
    assert_int_equal(fixture_sql(fixture, "PRAGMA user_version"), 3);

    name_file(fixture, "forum.db.before-0002", path);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    struct store_refusal refusal;
    struct db *db = db_open(path, NULL, DB_READER, &refusal);
    assert_non_null(db);
    assert_int_equal(db_execute(db, "SELECT x FROM a"), SQLITE_OK);
    assert_int_not_equal(db_execute(db, "SELECT y FROM b"), SQLITE_OK);
    db_close(db);
}

static void a_migration_that_fails_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    bool created;

    assert_true(migrate(fixture, old_schema, 1, &created, &fixture->refusal));
    assert_false(migrate(fixture, broken_schema, 3, &created, &fixture->refusal));
    assert_non_null(strstr(fixture->refusal.text, "migration 0003"));
    assert_non_null(strstr(fixture->refusal.text, "nowhere"));
    assert_int_equal(fixture_sql(fixture, "PRAGMA user_version"), 2);
    assert_int_equal(fixture_sql(fixture, "SELECT count(*) FROM sqlite_schema WHERE name = 'c'"), 0);
}

/* What a forum of the first release holds goes on being good: its sessions, with their tokens. */
static void an_older_forum_comes_to_the_newest_schema(void **state)
{
    struct fixture *fixture = *state;
    bool created;

    assert_true(migrate(fixture, schema_migrations, 1, &created, &fixture->refusal));
    fixture_sql(fixture, "INSERT INTO account (id, handle, handle_key, name, role, created) VALUES (5, 'li', 'li', 'Li', 1, 1)");
    fixture_sql(fixture, "INSERT INTO session (account, token_hash, created, used, client) VALUES (5, x'aa', 1, 1, 'test')");
    assert_true(fixture_open(fixture, NULL));
    assert_int_equal(fixture_sql(fixture, "PRAGMA user_version"), schema_migrations[schema_migration_count - 1].number);
    assert_int_equal(fixture_sql(fixture, "SELECT count(*) FROM session WHERE token_hash = x'aa' AND renew = 0 AND old_hash IS NULL"), 1);
    assert_int_equal(fixture_sql(fixture, "SELECT old_until FROM session"), 0);
}

static void a_backup_is_one_private_file_without_an_epoch(void **state)
{
    struct fixture *fixture = *state;
    struct trace trace = trace_of(fixture, 5, TRACE_KEEP);
    char copy[256], database[256];
    struct stat status;
    uint8_t epoch[STORE_EPOCH];

    assert_true(fixture_open(fixture, NULL));
    memcpy(epoch, store_epoch(fixture->store), STORE_EPOCH);
    fixture_write(fixture, &trace, 1);
    name_file(fixture, "copy.db", copy);
    assert_true(store_backup(fixture->store, copy, &fixture->refusal));
    assert_int_equal(stat(copy, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    fixture_close(fixture);

    name_file(fixture, "forum.db", database);
    assert_int_equal(rename(copy, database), 0);
    assert_int_equal(fixture_sql(fixture, "SELECT count(*) FROM setting WHERE name = 'epoch'"), 0);
    assert_int_equal(fixture_sql(fixture, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'delete'"), 1);
    assert_true(fixture_open(fixture, NULL));
    assert_false(fixture->created);
    assert_memory_not_equal(store_epoch(fixture->store), epoch, STORE_EPOCH);
    assert_int_equal(fixture_count(fixture, 5), 1);
}

static void a_backup_that_cannot_be_written_is_refused(void **state)
{
    struct fixture *fixture = *state;

    assert_true(fixture_open(fixture, NULL));
    assert_false(store_backup(fixture->store, "/nowhere/at/all.db", &fixture->refusal));
    assert_non_null(strstr(fixture->refusal.text, "/nowhere/at/all.db"));
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(a_new_store_is_private_and_complete),
        STORE_TEST(a_store_opens_again_and_is_not_new),
        STORE_TEST(a_second_store_over_one_directory_is_refused),
        STORE_TEST(a_newer_schema_is_refused),
        STORE_TEST(a_foreign_file_is_refused_and_left_alone),
        STORE_TEST(a_group_is_settled_in_order_with_one_commit),
        STORE_TEST(each_job_of_a_group_is_undone_alone),
        STORE_TEST(what_writes_nothing_costs_no_commit),
        STORE_TEST(a_group_has_a_largest_size),
        STORE_TEST(a_lost_transaction_runs_each_job_once_more_alone),
        STORE_TEST(first_set_up_runs_before_the_threads),
        STORE_TEST(stamps_never_go_back),
        STORE_TEST(the_epoch_lasts),
        STORE_TEST(a_database_copied_back_gets_another_epoch),
        STORE_TEST(a_missing_or_foreign_side_file_means_another_epoch),
        STORE_TEST(a_reader_sees_one_moment),
        STORE_TEST(nothing_is_read_after_a_snapshot_was_given_up),
        STORE_TEST(mistakes_of_a_job_fail_that_job_alone),
        STORE_TEST(hashing_goes_on_to_the_writer_and_its_queue_has_an_end),
        STORE_TEST(a_snapshot_in_the_way_of_a_checkpoint_is_taken_away),
        STORE_TEST(migrations_run_in_order_after_a_backup),
        STORE_TEST(a_migration_that_fails_changes_nothing),
        STORE_TEST(an_older_forum_comes_to_the_newest_schema),
        STORE_TEST(a_backup_is_one_private_file_without_an_epoch),
        STORE_TEST(a_backup_that_cannot_be_written_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
