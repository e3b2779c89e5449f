/* See fault_work.h. */
#include "tests/fault/fault_work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LARGEST_BATCH = 8 };

static unsigned draw(struct work *work, unsigned below)
{
    work->chance = work->chance * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(work->chance >> 33) % below;
}

void work_init(struct work *work, uint64_t seed, size_t bytes)
{
    static const enum trace_way ways[] = {TRACE_KEEP, TRACE_KEEP, TRACE_KEEP, TRACE_KEEP,
                                          TRACE_KEEP, TRACE_READ, TRACE_REFUSE, TRACE_FAIL};

    *work = (struct work){.chance = seed};
    fixture_init(&work->fixture);
    for (int i = 0; i < WORK_JOBS; i++) {
        work->traces[i] = trace_of(&work->fixture, i, ways[draw(work, sizeof ways / sizeof *ways)]);
        work->traces[i].bytes = bytes ? bytes / 2 + draw(work, (unsigned)bytes) : 0;
        work->looks[i] = trace_of(&work->fixture, i, TRACE_READ);
    }
}

void work_fini(struct work *work)
{
    fixture_fini(&work->fixture);
}

static bool open_store(struct work *work)
{
    if (!fixture_open(&work->fixture, "fault"))
        return false;
    if (work->opened)
        assert_memory_equal(work->epoch, store_epoch(work->fixture.store), STORE_EPOCH);
    work->opened = true;
    memcpy(work->epoch, store_epoch(work->fixture.store), STORE_EPOCH);
    return true;
}

void work_do(struct work *work)
{
    struct fixture *fixture = &work->fixture;
    bool again = false;

    if (!open_store(work))
        return;
    for (unsigned i = 0, n; i < WORK_JOBS; i += n) {
        n = 1 + draw(work, LARGEST_BATCH);
        if (n > WORK_JOBS - i)
            n = WORK_JOBS - i;
        store_read(fixture->store, &work->looks[i].job);
        fixture_write(fixture, work->traces + i, n);
        uint64_t log = store_figures(fixture->store).largest_wal;
        if (work->longest_log < log)
            work->longest_log = log;
        if (again || i < WORK_JOBS * 3 / 4)
            continue;
        again = true;
        fixture_close(fixture);
        if (!open_store(work))
            return;
    }
    fixture_close(fixture);
}

static void check_rows(const struct work *work)
{
    int64_t counts[WORK_JOBS], there = 0;
    int64_t rows = fixture_census(&work->fixture, counts, WORK_JOBS);

    for (unsigned i = 0; i < WORK_JOBS; i++) {
        const struct trace *trace = &work->traces[i];
        bool kept = trace->way == TRACE_KEEP;
        if (trace->place && trace->job.durable && kept)
            assert_int_equal(counts[i], 1);
        if (!kept || !trace->runs)
            assert_int_equal(counts[i], 0);
        if (trace->way == TRACE_FAIL)
            assert_false(trace->job.durable);
        assert_in_range(counts[i], 0, 1);
        there += counts[i];
    }
    assert_int_equal(rows, there);
}

void work_check(struct work *work)
{
    struct fixture *fixture = &work->fixture;

    if (!fixture_open(fixture, NULL))
        fail_msg("the store does not open: %s", fixture->refusal.text);
    if (work->opened)
        assert_memory_equal(work->epoch, store_epoch(fixture->store), STORE_EPOCH);
    assert_int_equal(fixture_sql(fixture, "SELECT (SELECT count(*) FROM pragma_integrity_check"
                                          " WHERE integrity_check <> 'ok') + (SELECT count(*) FROM"
                                          " pragma_foreign_key_check)"),
                     0);
    check_rows(work);
    fixture_close(fixture);
}
