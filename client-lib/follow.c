/* See forum.h: subscriptions, their events, and getting back what a broken link took away. */
#include "client-lib/forum.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum { BACKOFF_MS = 100, BACKOFF_MAX_MS = 5000 };

/* ---- the list ---- */

struct follow *follow_new(struct luntan *forum, const struct subscribe_request *in)
{
    struct follow *follow = calloc(1, sizeof *follow), **end = &forum->follows;

    if (!follow)
        return NULL;
    follow->number = ++forum->last_number;
    follow->topic = in->topic;
    follow->id = in->id;
    while (*end)
        end = &(*end)->next;
    *end = follow;
    return follow;
}

struct follow *follow_by_number(const struct luntan *forum, uint64_t number)
{
    for (struct follow *follow = forum->follows; follow; follow = follow->next)
        if (follow->number == number)
            return follow;
    return NULL;
}

static struct follow *follow_by_wire(const struct luntan *forum, uint32_t wire)
{
    for (struct follow *follow = forum->follows; follow; follow = follow->next)
        if (follow->wire == wire)
            return follow;
    return NULL;
}

void follow_remove(struct luntan *forum, struct follow *gone)
{
    for (struct follow **at = &forum->follows; *at; at = &(*at)->next) {
        if (*at != gone)
            continue;
        *at = gone->next;
        free(gone);
        return;
    }
}

static void keep_cursor(struct follow *follow, struct text cursor)
{
    if (!cursor.len || cursor.len > sizeof follow->cursor)
        return;
    memcpy(follow->cursor, cursor.at, cursor.len);
    follow->cursor_len = cursor.len;
}

/* Tells the program that a subscription is over, as if the server had said so, and forgets it. */
static enum luntan_result end_locally(struct luntan *forum, struct follow *follow, uint64_t code)
{
    uint8_t payload[16];
    struct wire_writer w = wire_writer_over(payload, sizeof payload);
    const struct end_event end = {.code = code};

    shape_encode(&shape_end_event, &end, &w);
    if (!queue_put(&forum->queue, follow->number, message_by_op(EVENT_END), (struct text){(const char *)payload, w.len})) {
        link_drop(forum);
        return forum_fail(forum, LUNTAN_MEMORY, WORDS_MEMORY, NULL);
    }
    follow_remove(forum, follow);
    return LUNTAN_OK;
}

/* ---- what the session tells ---- */

/* subscribe was answered: its events may follow in the same bytes. */
static void note_subscribed(struct luntan *forum, uint32_t id, struct text payload)
{
    struct follow *follow = forum->subscribing;
    struct subscribe_reply reply;
    struct fault fault;

    if (!follow || shape_decode(&shape_subscribe_reply, payload.at, payload.len, &reply, &fault))
        return; /* a bad payload is noticed where the answer is put together */
    follow->wire = id;
    follow->made = true;
    keep_cursor(follow, reply.cursor);
}

static void note_refusal(struct luntan *forum, struct text payload)
{
    bool memory;

    parts_reset(&forum->refused);
    if (!parts_add(&forum->refused, payload, &memory)) {
        forum->outcome = memory ? OUTCOME_MEMORY : OUTCOME_BAD;
        return;
    }
    if (parts_finish(&forum->refused, &shape_error, &forum->refusal)) {
        forum->outcome = OUTCOME_BAD;
        return;
    }
    forum->outcome = OUTCOME_REFUSED;
    forum->has_refusal = true;
    snprintf(forum->words, sizeof forum->words, "%.*s", (int)forum->refusal.text.len, forum->refusal.text.at);
}

static void on_answer(void *context, uint32_t id, const struct message *message, enum frame_kind kind, struct text payload)
{
    struct luntan *forum = context;
    bool memory;

    if (id != forum->awaited || forum->outcome != OUTCOME_WAITING)
        return;
    if (kind == FRAME_ERROR) {
        note_refusal(forum, payload);
        return;
    }
    if (!parts_add(forum->collected, payload, &memory)) {
        forum->outcome = memory ? OUTCOME_MEMORY : OUTCOME_BAD;
        return;
    }
    if (kind == FRAME_PART)
        return;
    forum->outcome = OUTCOME_ANSWERED;
    if (message->op == MSG_SUBSCRIBE)
        note_subscribed(forum, id, payload);
}

/* The cursor that an event leaves its subscription with; absent for those without one. */
static struct text event_cursor(const struct luntan_event *event)
{
    switch (event->message->op) {
    case EVENT_CHANGE:
        return event->change.cursor;
    case EVENT_LIVE:
        return event->live.cursor;
    default:
        return (struct text){NULL, 0};
    }
}

/* Decodes an event's payload into the member of its kind. */
static bool decode_event(struct luntan_event *event)
{
    struct fault fault;
    return shape_decode(event->message->reply, event->payload.at, event->payload.len, &event->change, &fault) == STATUS_OK;
}

static void on_event(void *context, uint32_t wire, const struct message *message, struct text payload)
{
    struct luntan *forum = context;
    struct follow *follow = follow_by_wire(forum, wire);
    struct luntan_event event = {.message = message, .payload = payload};

    if (!follow || follow->lagging)
        return;
    if (!decode_event(&event)) {
        forum->event_fault = LUNTAN_PROTOCOL;
        return;
    }
    if (!queue_put(&forum->queue, follow->number, message, payload)) {
        follow->lagging = true;
        return;
    }
    keep_cursor(follow, event_cursor(&event));
    if (message->op == EVENT_END)
        follow_remove(forum, follow);
}

static void on_goaway(void *context, const struct goaway_payload *goaway)
{
    struct luntan *forum = context;
    forum->leaving = true;
    forum->leaving_last = goaway->last_id;
}

static void on_trace(void *context, bool sent, const uint8_t *frame, size_t len)
{
    const struct luntan *forum = context;
    if (forum->trace)
        forum->trace(forum->context, sent, frame, len);
}

const struct session_listener forum_listener = {on_answer, on_event, on_goaway, on_trace};

/* ---- getting back what a broken link took away ---- */

/* Subscribes again from where the program's knowledge ends. A refusal for good ends the subscription. */
static enum luntan_result follow_again(struct luntan *forum, struct follow *follow, int64_t deadline)
{
    struct parts parts = {0};
    struct subscribe_reply reply;
    struct subscribe_request in = {.topic = follow->topic, .id = follow->id};

    in.since = (struct text){follow->cursor_len ? (const char *)follow->cursor : NULL, follow->cursor_len};
    forum->subscribing = follow;
    enum luntan_result result = link_ask(forum, message_by_op(MSG_SUBSCRIBE), &in, &parts, &reply, deadline);
    forum->subscribing = NULL;
    parts_reset(&parts);
    if (result == LUNTAN_REFUSED && !forum->refusal.retryable)
        return end_locally(forum, follow, forum->refusal.code);
    return result;
}

/* Authenticates as before. A session that has ended takes its subscriptions with it. */
static enum luntan_result authenticate_again(struct luntan *forum, int64_t deadline)
{
    struct parts parts = {0};
    struct resume_reply resumed;
    struct visit_reply visited;
    const struct resume_request resume = {.token = luntan_token(forum)};
    const struct visit_request visit = {0};
    enum luntan_result result = LUNTAN_OK;

    if (forum->identity == IDENTITY_ACCOUNT)
        result = link_ask(forum, message_by_op(MSG_RESUME), &resume, &parts, &resumed, deadline);
    else if (forum->identity == IDENTITY_VISITOR)
        result = link_ask(forum, message_by_op(MSG_VISIT), &visit, &parts, &visited, deadline);
    parts_reset(&parts);
    if (result != LUNTAN_REFUSED || forum->refusal.retryable)
        return result;
    forum->identity = IDENTITY_NONE;
    forum->token_len = 0;
    for (struct follow *follow = forum->follows, *next; follow; follow = next) {
        next = follow->next;
        if (follow->made && end_locally(forum, follow, forum->refusal.code))
            return LUNTAN_MEMORY;
    }
    return LUNTAN_REFUSED;
}

static enum luntan_result subscribe_again(struct luntan *forum, int64_t deadline)
{
    enum luntan_result result = LUNTAN_OK;

    for (struct follow *follow = forum->follows, *next; follow && !result; follow = next) {
        next = follow->next;
        if (follow->made && !follow->wire)
            result = follow_again(forum, follow, deadline);
    }
    return result;
}

/* Waits for the moment at which to try again. False: it lies behind `deadline` (negative: never). */
static bool wait_for_retry(const struct luntan *forum, int64_t deadline)
{
    int64_t now = socket_clock();

    if (deadline >= 0 && forum->retry_at > deadline) {
        if (deadline > now)
            poll(NULL, 0, (int)(deadline - now));
        return false;
    }
    if (forum->retry_at > now)
        poll(NULL, 0, (int)(forum->retry_at - now));
    return true;
}

/* Puts the next attempt off, longer each time; the server may have named a time. */
static void back_off(struct luntan *forum, enum luntan_result result)
{
    int64_t wait = BACKOFF_MAX_MS;

    if (forum->failures < 6)
        wait = (int64_t)BACKOFF_MS << forum->failures;
    forum->failures++;
    if (result == LUNTAN_REFUSED && forum->refusal.retry_after)
        wait = forum->refusal.retry_after < 60000 ? (int64_t)forum->refusal.retry_after : 60000;
    uint8_t random[LIMIT_OP_ID];
    luntan_operation_id(forum, random);
    wait += wait * random[LIMIT_OP_ID - 1] / 512; /* so that a thousand clients do not come back at once */
    forum->retry_at = socket_clock() + wait;
}

static enum luntan_result bring_back(struct luntan *forum, int64_t deadline, bool authenticating)
{
    enum luntan_result result = link_open(forum, deadline);

    if (!result)
        result = authenticate_again(forum, deadline);
    if (result == LUNTAN_REFUSED && authenticating && !forum->refusal.retryable)
        return LUNTAN_OK; /* the old session is over, and the program is about to begin another */
    if (result == LUNTAN_REFUSED && !forum->refusal.retryable)
        return result; /* the connection serves, as nobody's */
    if (!result)
        result = subscribe_again(forum, deadline);
    if (result)
        link_drop(forum);
    return result;
}

enum luntan_result forum_ensure(struct luntan *forum, int64_t deadline, bool authenticating)
{
    if (forum->session && (session_open(forum->session) || session_in_flight(forum->session)))
        return LUNTAN_OK;
    if (!wait_for_retry(forum, deadline))
        return forum_fail(forum, LUNTAN_UNREACHABLE, WORDS_UNREACHABLE, NULL);
    int64_t patience = socket_clock() + forum->timeout_ms;
    enum luntan_result result = bring_back(forum, patience, authenticating);
    if (result && !forum->session)
        back_off(forum, result);
    else
        forum->failures = 0;
    return result;
}

/* Ends a subscription on this connection and starts it again from its cursor. */
static enum luntan_result start_again(struct luntan *forum, struct follow *follow)
{
    int64_t deadline = socket_clock() + forum->timeout_ms;
    struct parts parts = {0};
    struct unsubscribe_reply reply;
    const struct unsubscribe_request in = {.subscription = follow->wire};

    enum luntan_result result = link_ask(forum, message_by_op(MSG_UNSUBSCRIBE), &in, &parts, &reply, deadline);
    parts_reset(&parts);
    if (result && result != LUNTAN_REFUSED)
        return result; /* the link is gone: it starts again with the next one */
    follow->lagging = false;
    follow->wire = 0;
    result = follow_again(forum, follow, deadline);
    if (result == LUNTAN_REFUSED)
        link_drop(forum); /* not now: with a new connection, then */
    return result;
}

/* Subscriptions whose events were dropped start again, now that there is room. */
static enum luntan_result catch_up(struct luntan *forum)
{
    struct follow *follow = forum->follows;
    enum luntan_result result = LUNTAN_OK;

    while (follow && !result && forum->session) {
        if (!follow->lagging) {
            follow = follow->next;
            continue;
        }
        result = start_again(forum, follow);
        follow = forum->follows; /* the list may have changed meanwhile */
    }
    return result;
}

/* ---- handing out ---- */

/* Waits for something to come; after a long silence asks for a sign of life, and gives the link up if none comes. */
static enum luntan_result listen_until(struct luntan *forum, int64_t deadline)
{
    int64_t ask = forum->heard + LIMIT_IDLE_PING_MS, give_up = ask + forum->timeout_ms, now = socket_clock();
    int64_t next = now < ask ? ask : give_up;

    if (deadline >= 0 && deadline < next)
        return link_step(forum, deadline);
    enum luntan_result result = link_step(forum, next);
    if (result != LUNTAN_TIMEOUT)
        return result;
    if (next == ask) {
        session_ping(forum->session);
        return LUNTAN_OK;
    }
    link_drop(forum);
    return LUNTAN_OK;
}

/* Whether a failure is one that time may heal. */
static bool passing(const struct luntan *forum, enum luntan_result result)
{
    return result == LUNTAN_UNREACHABLE || result == LUNTAN_TIMEOUT || (result == LUNTAN_REFUSED && forum->refusal.retryable);
}

enum luntan_result luntan_next_event(struct luntan *forum, int timeout_ms, struct luntan_event *out)
{
    int64_t deadline = timeout_ms < 0 ? -1 : socket_clock() + timeout_ms;

    forum->has_refusal = false;
    for (;;) {
        *out = (struct luntan_event){0};
        if (queue_take(&forum->queue, &out->subscription, &out->message, &out->payload))
            return decode_event(out) ? LUNTAN_OK : forum_fail(forum, LUNTAN_PROTOCOL, WORDS_PROTOCOL, NULL);
        enum luntan_result result = catch_up(forum);
        if (!result)
            result = forum_ensure(forum, deadline, false);
        if (!result && !forum->queue.first)
            result = listen_until(forum, deadline);
        if (result && !forum->queue.first && !passing(forum, result))
            return result;
        if (result && deadline >= 0 && socket_clock() >= deadline && !forum->queue.first)
            return forum_fail(forum, LUNTAN_TIMEOUT, WORDS_TIMEOUT, NULL);
    }
}
