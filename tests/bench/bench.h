/*
 * The load generator's parts. One thread, one epoll set, many TLS connections on loopback; it prints one line
 * of JSON about what it measured. tests/bench/run starts servers, calls it and makes the report.
 *
 *     stats.c    latencies and clocks, a process's CPU time
 *     flow.c     one nonblocking TLS connection, whatever is spoken over it
 *     member.c   a flow that speaks luntan/1, over the client library's session
 *     chatter.c  a flow that speaks IRC, for comparison
 *     posts.c reads.c fanout.c idle.c plain.c   what is measured
 *
 * Everything here ends the program when something is wrong: a figure that is not right must not be printed.
 */
#ifndef LUNTAN_TESTS_BENCH_BENCH_H
#define LUNTAN_TESTS_BENCH_BENCH_H

#include <stdint.h>

#include "client-lib/session.h"

/* Prints what is wrong and ends the program. */
_Noreturn void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- stats.c ---- */

/* Monotonic nanoseconds. */
uint64_t bench_clock(void);

/* A histogram of latencies, in steps of 5 µs up to 2 s; what is longer counts as 2 s. */
struct latencies {
    uint32_t *counts;
    uint64_t total;
};

void latencies_begin(struct latencies *l);
void latencies_add(struct latencies *l, uint64_t ns);
/* The latency, in ms, that the share `part` of all stays within. */
double latencies_at(const struct latencies *l, double part);
void latencies_end(struct latencies *l);

/* User and system time of a process so far, in seconds; 0 for pid 0. */
double bench_cpu(long pid);

/* ---- flow.c ---- */

struct flow;

/* What a flow is spoken by. `input` gets what came; `output` and `sent` hand over what is to go. */
struct speaker {
    void (*opened)(void *owner);
    void (*input)(void *owner, const uint8_t *at, size_t len);
    struct text (*output)(void *owner);
    void (*sent)(void *owner, size_t len);
};

/* Starts connecting to 127.0.0.1:port; `alpn` is a length byte and a name, or NULL. */
struct flow *flow_open(uint16_t port, const char *alpn, const struct speaker *speaker, void *owner);
/* Sends what the speaker has, as far as the socket takes it. */
void flow_flush(struct flow *flow);
void flow_close(struct flow *flow);

/* Serves all flows until `done` says so or `deadline` (bench_clock; 0: none) has passed. Whether `done` said so. */
bool flows_run(bool (*done)(void *context), void *context, uint64_t deadline);

/* ---- member.c ---- */

struct member;

struct member_events {
    /* A final answer, not to what the member asked by itself. `kind` RESPONSE or ERROR; `asked` is when, by bench_clock. */
    void (*answer)(struct member *m, const struct message *message, enum frame_kind kind, uint64_t asked, struct text payload);
    void (*event)(struct member *m, const struct message *message, struct text payload);
};

struct member {
    struct flow *flow;
    struct session *session;
    const struct member_events *events;
    char handle[32];     /* to register as; empty: a visitor */
    bool ready;
    uint32_t ids[LIMIT_IN_FLIGHT];
    uint64_t asked[LIMIT_IN_FLIGHT];
    uint64_t thread;     /* for the use of what is measured */
    uint64_t count;
};

/* Connects, says hello and authenticates; `ready` is set when done. */
void member_open(struct member *m, uint16_t port, const char *handle, const struct member_events *events);
/* The same for `count` members, a few at a time; members[i]'s handle is made from its number where `accounts`. */
struct member *members_open(unsigned count, uint16_t port, bool accounts, const struct member_events *events);
void members_close(struct member *members, unsigned count);
/* Asks; an operation id is filled in by the caller. Sends at once. */
void member_ask(struct member *m, enum message_index index, const void *in);
/* A fresh operation id, living until the next one is made. */
struct text member_operation_id(void);
/* Asks and waits for the answer, which is decoded into `out` and borrows from memory that the next call reuses. */
void member_call(struct member *m, enum message_index index, const void *in, void *out);
/* A new thread on the board `bench`, with one post. */
uint64_t member_start_thread(struct member *m);

/* ---- chatter.c ---- */

struct chatter {
    struct flow *flow;
    void (*message)(struct chatter *c, const char *line, size_t len); /* a PRIVMSG came */
    bool joined;
    char nick[16];
    char in[4096];
    size_t in_len;
    char *out;
    size_t out_len, out_cap;
};

/* Connects `count` chatters to one channel, a few at a time. */
struct chatter *chatters_open(unsigned count, uint16_t port, void (*message)(struct chatter *c, const char *line, size_t len));
void chatter_say(struct chatter *c, const char *text);

/* ---- what is measured; each reads its options by bench_option and prints its line ---- */

/* An option NAME=NUMBER of the command line; `otherwise` where it was not given. */
uint64_t bench_option(const char *name, uint64_t otherwise);
const char *bench_option_text(const char *name, const char *otherwise);

void bench_posts(void);
void bench_reads(void);
void bench_fanout(void);
void bench_irc(void);
void bench_idle(void);
void bench_plain(void);

#endif
