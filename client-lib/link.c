/* See forum.h: one connection, from the first byte to the last. */
#include "client-lib/forum.h"

#include <time.h>

enum { RECEIVE = 16384 }; /* bytes: one TLS record */

void link_drop(struct luntan *forum)
{
    session_free(forum->session);
    socket_close(forum->socket);
    forum->session = NULL;
    forum->socket = NULL;
    forum->leaving = false;
    for (struct follow *follow = forum->follows; follow; follow = follow->next) {
        follow->wire = 0;
        follow->lagging = false;
    }
}

/* The link is of no more use. */
static enum luntan_result lost(struct luntan *forum, enum luntan_result result, enum words words)
{
    link_drop(forum);
    return forum_fail(forum, result, words, NULL);
}

static enum luntan_result lost_session(struct luntan *forum, enum session_error error)
{
    if (error == SESSION_MEMORY)
        return lost(forum, LUNTAN_MEMORY, WORDS_MEMORY);
    return lost(forum, LUNTAN_PROTOCOL, error == SESSION_VERSION ? WORDS_VERSION : WORDS_PROTOCOL);
}

/* Sends until the socket takes no more. False: the link is broken. */
static bool flush(struct luntan *forum)
{
    for (;;) {
        struct text out = session_output(forum->session);
        if (!out.len)
            return true;
        long sent = socket_write(forum->socket, out.at, out.len);
        if (sent == SOCKET_ENDED)
            return false;
        if (sent == SOCKET_LATER)
            return true;
        session_sent(forum->session, (size_t)sent);
    }
}

enum luntan_result link_step(struct luntan *forum, int64_t deadline)
{
    uint8_t received[RECEIVE];

    bool sendable = flush(forum);
    long got = socket_read(forum->socket, received, sizeof received);
    if (got == SOCKET_LATER && sendable) {
        bool waits = session_output(forum->session).len > 0;
        return socket_wait(forum->socket, waits, deadline) ? LUNTAN_OK : LUNTAN_TIMEOUT;
    }
    if (got < 0)
        return lost(forum, LUNTAN_UNREACHABLE, WORDS_LINK_BROKEN);
    forum->heard = socket_clock();
    forum->event_fault = LUNTAN_OK;
    enum session_error error = session_input(forum->session, received, (size_t)got);
    if (error)
        return lost_session(forum, error);
    if (forum->event_fault)
        return lost(forum, forum->event_fault, forum->event_fault == LUNTAN_MEMORY ? WORDS_MEMORY : WORDS_PROTOCOL);
    return LUNTAN_OK;
}

/* Waits for the final answer to request `id`. OK: there is one. */
static enum luntan_result await(struct luntan *forum, uint32_t id, int64_t deadline)
{
    enum luntan_result result = LUNTAN_OK;

    while (!result && forum->outcome == OUTCOME_WAITING) {
        if (forum->leaving && id > forum->leaving_last)
            return lost(forum, LUNTAN_UNREACHABLE, WORDS_LINK_BROKEN);
        result = link_step(forum, deadline);
    }
    /* Nobody can tell a slow server from a dead link: the next call begins with a new one. */
    return result == LUNTAN_TIMEOUT ? lost(forum, LUNTAN_TIMEOUT, WORDS_TIMEOUT) : result;
}

/* What came of the request, once it is over. */
static enum luntan_result settle(struct luntan *forum, const struct message *message, struct parts *parts, void *out)
{
    enum parts_result joined = PARTS_BAD;

    if (forum->outcome == OUTCOME_REFUSED)
        return LUNTAN_REFUSED;
    if (forum->outcome == OUTCOME_ANSWERED)
        joined = parts_finish(parts, message->reply, out);
    if (joined == PARTS_OK)
        return LUNTAN_OK;
    if (forum->outcome == OUTCOME_MEMORY || joined == PARTS_MEMORY)
        return lost(forum, LUNTAN_MEMORY, WORDS_MEMORY);
    return lost(forum, LUNTAN_PROTOCOL, WORDS_PROTOCOL);
}

/* Waits for the answer to a request that was queued as `id`. */
static enum luntan_result finish(struct luntan *forum, uint32_t id, const struct message *message, struct parts *parts, void *out,
                                 int64_t deadline)
{
    parts_reset(parts);
    forum->awaited = id;
    forum->collected = parts;
    forum->outcome = OUTCOME_WAITING;
    enum luntan_result result = await(forum, id, deadline);
    forum->awaited = 0;
    return result ? result : settle(forum, message, parts, out);
}

enum luntan_result link_ask(struct luntan *forum, const struct message *message, const void *in, struct parts *parts, void *out,
                            int64_t deadline)
{
    uint32_t id;
    enum session_error error = session_request(forum->session, message, in, &id);

    if (error == SESSION_TOO_LARGE)
        return forum_refuse(forum, STATUS_TOO_LARGE, LIMIT_FRAME);
    if (error == SESSION_MEMORY)
        return lost(forum, LUNTAN_MEMORY, WORDS_MEMORY);
    if (error)
        return lost(forum, LUNTAN_UNREACHABLE, WORDS_LINK_BROKEN); /* it is going away */
    return finish(forum, id, message, parts, out, deadline);
}

/* ---- opening ---- */

static int64_t clock_utc(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum luntan_result greet(struct luntan *forum, int64_t deadline)
{
    struct parts parts = {0};
    struct hello_reply hello = {.none = 0};
    int64_t before = clock_utc();

    forum->session = session_new(&forum_listener, forum);
    if (!forum->session || session_hello(forum->session, forum->english ? LANG_EN : LANG_ZH, forum->client))
        return lost(forum, LUNTAN_MEMORY, WORDS_MEMORY);
    enum luntan_result result = finish(forum, 1, message_by_op(MSG_HELLO), &parts, &hello, deadline);
    if (result) {
        parts_reset(&parts);
        link_drop(forum);
        return result;
    }
    parts_reset(&forum->hello_parts);
    forum->hello_parts = parts;
    forum->hello = hello;
    forum->greeted = true;
    forum->offset = (int64_t)hello.time - (before + clock_utc()) / 2;
    return LUNTAN_OK;
}

enum luntan_result link_open(struct luntan *forum, int64_t deadline)
{
    struct socket_failure failure = {0};
    struct socket_options options = {forum->host, forum->port, forum->ca_file, forum->pins_file, forum->fingerprint};

    link_drop(forum);
    forum->socket = socket_open(&options, deadline, &failure);
    if (!forum->socket)
        return forum_fail(forum, failure.result, failure.words, failure.detail);
    memcpy(forum->fingerprint, socket_fingerprint(forum->socket), sizeof forum->fingerprint);
    forum->heard = socket_clock();
    return greet(forum, deadline);
}
