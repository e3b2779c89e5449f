/*
 * Delivery to many listeners: one speaks, CONNECTIONS hear. RUNS floods, as fast as it goes but at most WINDOW
 * messages ahead of what was heard on average, then as many paced runs of RATE messages a second, each
 * carrying the time at which it was sent. One line for each run. The same loop drives luntan (a thread's topic,
 * durable posts) and IRC servers (a channel).
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

enum { WINDOW = 128, WARM_MS = 1000, MARK = 2, DIGITS = 16 };

/* One measurement, whoever is measured. */
static struct fan {
    void (*say)(const char *text);
    bool (*may_say)(void);
    uint64_t listeners, window;
    uint64_t interval; /* ns between messages; 0: a flood */
    uint64_t said, heard, gaps;
    uint64_t next, warm, until;
    bool measuring;
    uint64_t heard_before, started;
    double cpu_before;
    long pid;
    struct latencies latencies;
} fan;

/* Notes a message that was heard; in it is the time at which it was said. */
static void hear(const char *at, size_t len)
{
    fan.heard++;
    if (!fan.interval || !fan.measuring)
        return;
    const char *mark = memmem(at, len, "@@", MARK);
    if (!mark || (size_t)(at + len - mark) < MARK + DIGITS)
        bench_die("a message without its time");
    char digits[DIGITS + 1] = {0};
    memcpy(digits, mark + MARK, DIGITS);
    latencies_add(&fan.latencies, bench_clock() - strtoull(digits, NULL, 16));
}

static void say_one(void)
{
    char text[128];
    snprintf(text, sizeof text, "@@%016llx 学习贯彻党的创新理论,推动基层党建高质量发展。", (unsigned long long)bench_clock());
    fan.said++;
    fan.say(text);
}

/* Says what is due; the measurement begins after a while and ends at its time. */
static bool turn(void *context)
{
    uint64_t now = bench_clock();

    (void)context;
    if (!fan.measuring && now >= fan.warm) {
        fan.measuring = true;
        fan.heard_before = fan.heard;
        fan.started = now;
        fan.cpu_before = bench_cpu(fan.pid);
    }
    if (now >= fan.until)
        return true;
    if (fan.interval) {
        for (; now >= fan.next && fan.may_say(); fan.next += fan.interval)
            say_one();
        return false;
    }
    while (fan.may_say() && fan.said * fan.listeners < fan.heard + fan.window * fan.listeners)
        say_one();
    return false;
}

static bool all_heard(void *context)
{
    (void)context;
    return fan.heard >= fan.said * fan.listeners || fan.gaps;
}

static void print_run(double seconds, double heard, double cpu)
{
    printf("{\"kind\": \"%s\", \"rate\": %.1f, \"cpu_per_million\": %.3f, \"gaps\": %llu", fan.interval ? "paced" : "flood",
           heard / seconds, heard > 0 ? cpu * 1e6 / heard : 0, (unsigned long long)fan.gaps);
    if (fan.interval)
        printf(", \"p50\": %.3f, \"p99\": %.3f", latencies_at(&fan.latencies, 0.5), latencies_at(&fan.latencies, 0.99));
    printf("}\n");
}

/* One run with `rate` messages a second; 0: a flood. Ends when everything that was said was heard. */
static void measure_once(uint64_t rate)
{
    uint64_t now = bench_clock();

    latencies_begin(&fan.latencies);
    fan.said = fan.heard = fan.gaps = 0;
    fan.measuring = false;
    fan.interval = rate ? 1000000000 / rate : 0;
    fan.next = now;
    fan.warm = now + WARM_MS * UINT64_C(1000000);
    fan.until = fan.warm + bench_option("seconds", 3) * 1000000000;
    flows_run(turn, NULL, 0);
    double seconds = (double)(bench_clock() - fan.started) / 1e9, heard = (double)(fan.heard - fan.heard_before);
    print_run(seconds, heard, bench_cpu(fan.pid) - fan.cpu_before);
    fan.measuring = false;
    if (!flows_run(all_heard, NULL, bench_clock() + UINT64_C(30000000000)))
        bench_die("%llu deliveries of %llu were lost", (unsigned long long)(fan.said * fan.listeners - fan.heard),
                  (unsigned long long)(fan.said * fan.listeners));
    latencies_end(&fan.latencies);
}

static void measure(void)
{
    uint64_t runs = bench_option("runs", 1);

    fan.pid = (long)bench_option("pid", 0);
    fan.window = bench_option("window", WINDOW);
    for (uint64_t i = 0; i < runs; i++)
        measure_once(0);
    for (uint64_t i = 0; i < runs; i++)
        measure_once(bench_option("rate", 50));
}

/* ---- luntan ---- */

static struct member *speaker;
static unsigned subscribed;

static void on_answer(struct member *m, const struct message *message, enum frame_kind kind, uint64_t asked, struct text payload)
{
    (void)m, (void)kind, (void)asked, (void)payload;
    subscribed += message->op == MSG_SUBSCRIBE;
}

static void on_event(struct member *m, const struct message *message, struct text payload)
{
    (void)m;
    if (message->op == EVENT_CHANGE)
        hear(payload.at, payload.len);
    else if (message->op != EVENT_LIVE)
        fan.gaps++;
}

static const struct member_events events = {on_answer, on_event};

static void say_in_thread(const char *text)
{
    const struct reply_request in = {.op_id = member_operation_id(), .thread = speaker->thread, .body = text_of(text)};
    member_ask(speaker, INDEX_REPLY, &in);
}

static bool may_post(void)
{
    return session_in_flight(speaker->session) < LIMIT_IN_FLIGHT;
}

static bool all_subscribed(void *context)
{
    (void)context;
    return subscribed == fan.listeners;
}

void bench_fanout(void)
{
    uint16_t port = (uint16_t)bench_option("port", 0);

    fan.listeners = bench_option("connections", 1000);
    speaker = members_open(1, port, true, &events);
    speaker->thread = member_start_thread(speaker);
    struct member *listeners = members_open((unsigned)fan.listeners, port, false, &events);
    const struct subscribe_request in = {.topic = TOPIC_THREAD, .id = speaker->thread};
    for (uint64_t i = 0; i < fan.listeners; i++)
        member_ask(&listeners[i], INDEX_SUBSCRIBE, &in);
    if (!flows_run(all_subscribed, NULL, bench_clock() + UINT64_C(60000000000)))
        bench_die("not all could subscribe");
    fan.say = say_in_thread;
    fan.may_say = may_post;
    measure();
    members_close(listeners, (unsigned)fan.listeners);
    members_close(speaker, 1);
}

/* ---- IRC ---- */

static struct chatter *chatters;

static void on_message(struct chatter *c, const char *line, size_t len)
{
    if (c != chatters)
        hear(line, len);
}

static void say_in_channel(const char *text)
{
    chatter_say(chatters, text);
}

static bool may_chat(void)
{
    return chatters->out_len < 65536;
}

void bench_irc(void)
{
    fan.listeners = bench_option("connections", 1000);
    chatters = chatters_open((unsigned)fan.listeners + 1, (uint16_t)bench_option("port", 0), on_message);
    fan.say = say_in_channel;
    fan.may_say = may_chat;
    measure();
}
