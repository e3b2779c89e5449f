/*
 * Reads: CONNECTIONS visitors, each with FLIGHT requests unanswered. kind=first: floors 1 to 50 of threads
 * THREAD to THREAD+SPREAD-1 in turn; kind=last: their newest 50; kind=threads: the first page of a board's threads;
 * kind=boards: the list of boards. Answers are followed to their final frame; their bytes are counted.
 */
#include "tests/bench/bench.h"

#include <stdio.h>

enum { WARM_MS = 300 };

static struct reads {
    enum { READ_FIRST, READ_LAST, READ_THREADS, READ_BOARDS } kind;
    bool measuring, ending;
    uint64_t thread, spread, turn, counted, bytes, started, warm, until, unanswered;
    struct latencies latencies;
} reads;

static void read_one(struct member *m)
{
    const struct read_request read = {.thread = reads.thread + reads.turn++ % reads.spread, .count = 50, .back = reads.kind == READ_LAST};
    const struct threads_request threads = {.board = text_of(bench_option_text("board", "bench")), .count = 50};
    const struct boards_request boards = {0};

    reads.unanswered++;
    if (reads.kind == READ_THREADS)
        member_ask(m, INDEX_THREADS, &threads);
    else if (reads.kind == READ_BOARDS)
        member_ask(m, INDEX_BOARDS, &boards);
    else
        member_ask(m, INDEX_READ, &read);
}

static void on_answer(struct member *m, const struct message *message, enum frame_kind kind, uint64_t asked, struct text payload)
{
    (void)message, (void)kind;
    reads.unanswered--;
    if (reads.measuring) {
        reads.counted++;
        reads.bytes += payload.len + m->count;
        latencies_add(&reads.latencies, bench_clock() - asked);
    }
    m->count = 0; /* bytes of parts */
    if (!reads.ending)
        read_one(m);
}

static void on_event(struct member *m, const struct message *message, struct text payload)
{
    (void)m, (void)message, (void)payload;
}

static const struct member_events events = {on_answer, on_event};

static bool over(void *context)
{
    uint64_t now = bench_clock();

    (void)context;
    if (!reads.measuring && now >= reads.warm) {
        reads.measuring = true;
        reads.started = now;
    }
    return now >= reads.until;
}

static bool all_answered(void *context)
{
    (void)context;
    return reads.unanswered == 0;
}

static void choose_kind(void)
{
    static const char *const kinds[] = {[READ_FIRST] = "first", [READ_LAST] = "last", [READ_THREADS] = "threads", [READ_BOARDS] = "boards"};
    const char *kind = bench_option_text("kind", "first");

    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], kind) == 0) {
            reads.kind = i;
            return;
        }
    bench_die("no such kind: %s", kind);
}

void bench_reads(void)
{
    unsigned count = (unsigned)bench_option("connections", 8), flight = (unsigned)bench_option("flight", 4);
    struct member *members = members_open(count, (uint16_t)bench_option("port", 0), false, &events);

    choose_kind();
    latencies_begin(&reads.latencies);
    reads.thread = bench_option("thread", 1);
    reads.spread = bench_option("spread", 1);
    reads.warm = bench_clock() + WARM_MS * UINT64_C(1000000);
    reads.until = reads.warm + bench_option("seconds", 2) * 1000000000;
    for (unsigned i = 0; i < count; i++)
        for (unsigned n = 0; n < flight; n++)
            read_one(&members[i]);
    flows_run(over, NULL, 0);
    reads.measuring = false;
    reads.ending = true;
    double seconds = (double)(bench_clock() - reads.started) / 1e9;
    if (!flows_run(all_answered, NULL, bench_clock() + UINT64_C(30000000000)))
        bench_die("some reads were never answered");
    printf("{\"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"bytes\": %.0f}\n", (double)reads.counted / seconds,
           latencies_at(&reads.latencies, 0.5), latencies_at(&reads.latencies, 0.99),
           reads.counted ? (double)reads.bytes / (double)reads.counted : 0);
    latencies_end(&reads.latencies);
    members_close(members, count);
}
