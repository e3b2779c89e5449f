/* See bench.h: somebody who speaks luntan/1. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum { AT_ONCE = 32, PATIENCE_S = 120 };

/* Where member_call's answer goes; nobody else is waited for then. */
static uint8_t called[1 << 20];
static size_t called_len;
static enum { CALL_NONE, CALL_WAITS, CALL_DONE } call_state;

/* ---- answers ---- */

static uint64_t asked_at(struct member *m, uint32_t id)
{
    for (int i = 0; i < LIMIT_IN_FLIGHT; i++) {
        if (m->ids[i] != id)
            continue;
        m->ids[i] = 0;
        return m->asked[i];
    }
    return bench_clock();
}

static void refused(const struct message *message, struct text payload)
{
    struct error_payload error = {0};
    struct fault fault;

    if (shape_decode(&shape_error, payload.at, payload.len, &error, &fault))
        bench_die("%s: an error that cannot be read", message->name);
    bench_die("%s: %.*s %.*s", message->name, (int)error.name.len, error.name.at, (int)error.field.len, error.field.at);
}

static void authenticate(struct member *m)
{
    const struct visit_request visit = {0};
    const struct register_request in = {
        .op_id = member_operation_id(),
        .handle = text_of(m->handle),
        .password = TEXT("a password for measuring"),
    };

    if (*m->handle)
        member_ask(m, INDEX_REGISTER, &in);
    else
        member_ask(m, INDEX_VISIT, &visit);
}

static void on_answer(void *context, uint32_t id, const struct message *message, enum frame_kind kind, struct text payload)
{
    struct member *m = context;

    if (kind == FRAME_PART) {
        m->count += payload.len;
        return;
    }
    uint64_t asked = asked_at(m, id);
    if (kind == FRAME_ERROR)
        refused(message, payload);
    if (message->op == MSG_HELLO) {
        authenticate(m);
    } else if (message->op == MSG_VISIT || message->op == MSG_REGISTER) {
        m->ready = true;
    } else if (call_state == CALL_WAITS) {
        if (payload.len > sizeof called)
            bench_die("%s: too long an answer", message->name);
        memcpy(called, payload.at, payload.len);
        called_len = payload.len;
        call_state = CALL_DONE;
    } else {
        m->events->answer(m, message, kind, asked, payload);
    }
}

static void on_event(void *context, uint32_t subscription, const struct message *message, struct text payload)
{
    struct member *m = context;
    (void)subscription;
    m->events->event(m, message, payload);
}

static void on_goaway(void *context, const struct goaway_payload *goaway)
{
    (void)context;
    bench_die("the server goes away (%u)", (unsigned)goaway->code);
}

static const struct session_listener listener = {on_answer, on_event, on_goaway, NULL};

/* ---- over a flow ---- */

static void opened(void *owner)
{
    struct member *m = owner;
    if (session_hello(m->session, LANG_ZH, "bench/1"))
        bench_die("hello");
}

static void input(void *owner, const uint8_t *at, size_t len)
{
    struct member *m = owner;
    enum session_error error = session_input(m->session, at, len);
    if (error)
        bench_die("the server breaks the protocol: session error %d", (int)error);
}

static struct text output(void *owner)
{
    return session_output(((struct member *)owner)->session);
}

static void sent(void *owner, size_t len)
{
    session_sent(((struct member *)owner)->session, len);
}

static const struct speaker speaker = {opened, input, output, sent};

void member_open(struct member *m, uint16_t port, const char *handle, const struct member_events *events)
{
    *m = (struct member){.events = events, .session = session_new(&listener, m)};
    snprintf(m->handle, sizeof m->handle, "%s", handle);
    if (!m->session)
        bench_die("no memory");
    m->flow = flow_open(port, "\x08luntan/1", &speaker, m);
}

static bool all_ready(void *context)
{
    const struct member *const *range = context;
    for (const struct member *m = range[0]; m < range[1]; m++)
        if (!m->ready)
            return false;
    return true;
}

struct member *members_open(unsigned count, uint16_t port, bool accounts, const struct member_events *events)
{
    struct member *members = calloc(count, sizeof *members);
    uint8_t random[4];

    if (!members || getrandom(random, sizeof random, 0) != sizeof random)
        bench_die("no memory");
    for (unsigned first = 0; first < count; first += AT_ONCE) {
        unsigned past = first + AT_ONCE < count ? first + AT_ONCE : count;
        for (unsigned i = first; i < past; i++) {
            char handle[32] = "";
            if (accounts)
                snprintf(handle, sizeof handle, "b%02x%02x%02x%02x-%u", random[0], random[1], random[2], random[3], i);
            member_open(&members[i], port, handle, events);
        }
        struct member *range[] = {members + first, members + past};
        if (!flows_run(all_ready, range, bench_clock() + PATIENCE_S * UINT64_C(1000000000)))
            bench_die("the members do not get in");
    }
    return members;
}

void members_close(struct member *members, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        flow_close(members[i].flow);
        session_free(members[i].session);
    }
    free(members);
}

/* ---- asking ---- */

struct text member_operation_id(void)
{
    static uint8_t id[LIMIT_OP_ID], random[LIMIT_OP_ID - 6];
    static uint64_t count;
    struct timespec now;

    if (!count && getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        bench_die("no randomness");
    count++;
    memcpy(random, &count, sizeof count);
    clock_gettime(CLOCK_REALTIME, &now);
    operation_id_make(id, (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000, random);
    return (struct text){(const char *)id, sizeof id};
}

void member_ask(struct member *m, enum message_index index, const void *in)
{
    uint32_t id;
    enum session_error error = session_request(m->session, &messages[index], in, &id);

    if (error)
        bench_die("%s: session error %d", messages[index].name, (int)error);
    for (int i = 0; i < LIMIT_IN_FLIGHT; i++) {
        if (m->ids[i])
            continue;
        m->ids[i] = id;
        m->asked[i] = bench_clock();
        break;
    }
    flow_flush(m->flow);
}

static bool call_done(void *context)
{
    (void)context;
    return call_state == CALL_DONE;
}

void member_call(struct member *m, enum message_index index, const void *in, void *out)
{
    struct fault fault;

    call_state = CALL_WAITS;
    member_ask(m, index, in);
    if (!flows_run(call_done, NULL, bench_clock() + PATIENCE_S * UINT64_C(1000000000)))
        bench_die("%s: no answer", messages[index].name);
    call_state = CALL_NONE;
    if (shape_decode(messages[index].reply, called, called_len, out, &fault))
        bench_die("%s: an answer that cannot be read", messages[index].name);
}

uint64_t member_start_thread(struct member *m)
{
    const struct post_request in = {
        .op_id = member_operation_id(),
        .board = text_of(bench_option_text("board", "bench")),
        .title = TEXT("测量用的主题"),
        .body = TEXT("一楼"),
    };
    struct post_reply reply;

    member_call(m, INDEX_POST, &in, &reply);
    return reply.thread;
}
