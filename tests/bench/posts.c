/*
 * Durable posts: CONNECTIONS members, each with FLIGHT replies unanswered at any time, each in a thread of
 * its own. An answered reply is on disk. Half a second goes by before counting begins.
 */
#include "tests/bench/bench.h"

#include <stdio.h>

enum { WARM_MS = 500 };

static const char body[] =
    "通过系统学习,我对基层党建工作有了更深的认识。群众的事没有小事,要把工作做到田间地头,做到群众心坎上。"
    "下一步,我将结合本单位实际,把学到的落实到行动中,多走访、多倾听、多办实事,让党员身份在岗位上亮起来。";

static struct posts {
    bool measuring, ending;
    uint64_t counted, started, warm, until, unanswered;
    struct latencies latencies;
} posts;

static void post_one(struct member *m)
{
    const struct reply_request in = {.op_id = member_operation_id(), .thread = m->thread, .body = {body, sizeof body - 1}};
    posts.unanswered++;
    member_ask(m, INDEX_REPLY, &in);
}

static void on_answer(struct member *m, const struct message *message, enum frame_kind kind, uint64_t asked, struct text payload)
{
    (void)message, (void)kind, (void)payload;
    posts.unanswered--;
    if (posts.measuring) {
        posts.counted++;
        latencies_add(&posts.latencies, bench_clock() - asked);
    }
    if (!posts.ending)
        post_one(m);
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
    if (!posts.measuring && now >= posts.warm) {
        posts.measuring = true;
        posts.started = now;
    }
    return now >= posts.until;
}

static bool all_answered(void *context)
{
    (void)context;
    return posts.unanswered == 0;
}

void bench_posts(void)
{
    unsigned count = (unsigned)bench_option("connections", 64), flight = (unsigned)bench_option("flight", 8);
    long pid = (long)bench_option("pid", 0);
    struct member *members = members_open(count, (uint16_t)bench_option("port", 0), true, &events);

    latencies_begin(&posts.latencies);
    for (unsigned i = 0; i < count; i++)
        members[i].thread = member_start_thread(&members[i]);
    posts.warm = bench_clock() + WARM_MS * UINT64_C(1000000);
    posts.until = posts.warm + bench_option("seconds", 3) * 1000000000;
    double cpu = bench_cpu(pid);
    for (unsigned i = 0; i < count; i++)
        for (unsigned n = 0; n < flight; n++)
            post_one(&members[i]);
    flows_run(over, NULL, 0);
    posts.measuring = false;
    posts.ending = true;
    double seconds = (double)(bench_clock() - posts.started) / 1e9;
    cpu = bench_cpu(pid) - cpu;
    if (!flows_run(all_answered, NULL, bench_clock() + UINT64_C(30000000000)))
        bench_die("some posts were never answered");
    printf("{\"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"p999\": %.3f, \"cpu\": %.2f}\n", (double)posts.counted / seconds,
           latencies_at(&posts.latencies, 0.5), latencies_at(&posts.latencies, 0.99), latencies_at(&posts.latencies, 0.999), cpu);
    latencies_end(&posts.latencies);
    members_close(members, count);
}
