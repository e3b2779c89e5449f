/* Connections that do nothing: opens CONNECTIONS visitors, prints `ready`, and keeps them until its input ends. */
#include "tests/bench/bench.h"

#include <poll.h>
#include <stdio.h>

static void on_answer(struct member *m, const struct message *message, enum frame_kind kind, uint64_t asked, struct text payload)
{
    (void)m, (void)message, (void)kind, (void)asked, (void)payload;
}

static void on_event(struct member *m, const struct message *message, struct text payload)
{
    (void)m, (void)message, (void)payload;
}

static const struct member_events events = {on_answer, on_event};

static bool input_ended(void *context)
{
    struct pollfd input = {.fd = 0, .events = POLLIN};
    (void)context;
    return poll(&input, 1, 0) > 0;
}

void bench_idle(void)
{
    unsigned count = (unsigned)bench_option("connections", 2000);
    struct member *members = members_open(count, (uint16_t)bench_option("port", 0), false, &events);

    printf("ready\n");
    fflush(stdout);
    flows_run(input_ended, NULL, 0);
    members_close(members, count);
}
