/*
 * libluntan: the C interface to a luntan forum.
 *
 * A `struct luntan` is one connection to one server, with its session, its subscriptions and what it takes
 * to get them back: when the link breaks, the next call connects again, resumes the session by its token
 * and every subscription from its last cursor, and a write that was not answered is sent again under its
 * operation id, so that it happens once. It is used by one thread at a time. The library takes memory and
 * gives it back, opens one socket, and never exits, prints, aborts, raises a signal, or keeps anything
 * outside the struct, but for the file of pins that the options name.
 *
 * Calls wait for their answer. What a reply holds (texts, items) lives until the next call on the same
 * struct; long answers that came in parts are put together. Events that arrive meanwhile are kept in
 * order (up to 8 MiB; past that they are dropped and the subscription starts again from its cursor, so
 * that nothing is lost) and handed out by luntan_next_event. The library hands out every event; which of them
 * a program knows already (those up to a read's as_of, and those of its own writes, by topic and seq) the
 * program drops. A `gap` is handed out too: luntan_sync from its cursor brings what was skipped.
 *
 * Trying again. A link that breaks is made anew a few times, with growing pauses; a server never reached before
 * is tried once. `busy` and `shutting_down` are waited out as long as the time-out allows; every other refusal
 * is told at once. Where a subscription cannot go on from its cursor, or its session is over, an `end` event
 * with the server's code says so.
 *
 *     struct luntan_options options = {.host = "forum.example", .port = 7100, .client = "example/1"};
 *     struct luntan *forum = luntan_new(&options);
 *     struct visit_reply visited;
 *     if (luntan_connect(forum) || luntan_visit(forum, &(struct visit_request){0}, &visited))
 *         fprintf(stderr, "%s\n", luntan_words(forum));
 *     luntan_free(forum);
 */
#ifndef LUNTAN_H
#define LUNTAN_H

#include "protocol/messages.h"

struct luntan;

struct luntan_options {
    const char *host;      /* name or address; copied, as all of these */
    uint16_t port;
    const char *ca_file;   /* certificates to trust, PEM; NULL: the pin alone decides */
    const char *pins_file; /* known servers' fingerprints, a line each; NULL: none is kept. Without ca_file
                              the first contact with a server pins its certificate, as ssh does */
    const char *client;    /* this program's name and version */
    bool english;          /* the language of words meant for people; Chinese otherwise */
    int timeout_ms;        /* for connecting and for each answer; 0: 30 s */
    /* Sees every frame, header and payload, as it is sent or after it was received; or NULL. */
    void (*trace)(void *context, bool sent, const uint8_t *frame, size_t len);
    void *context;
};

enum luntan_result {
    LUNTAN_OK = 0,
    LUNTAN_REFUSED,     /* the server said no: see luntan_refusal */
    LUNTAN_UNREACHABLE, /* no connection, and trying again did not help */
    LUNTAN_UNTRUSTED,   /* the certificate is not the one expected */
    LUNTAN_PROTOCOL,    /* the peer does not keep to luntan/1 */
    LUNTAN_TIMEOUT,     /* no answer in time, and the connection was closed; a write may or may not have happened: call again
                           with the same op_id */
    LUNTAN_MEMORY,
};

/* A new connection, not yet made; NULL without memory. */
struct luntan *luntan_new(const struct luntan_options *options);

/* Closes and frees. NULL is fine. */
void luntan_free(struct luntan *forum);

/* Connects and says hello. Also done by the first call. */
enum luntan_result luntan_connect(struct luntan *forum);

/* Closes the connection but keeps session and subscriptions, as if the link had broken. */
void luntan_disconnect(struct luntan *forum);

/* What went wrong in the last call that failed: the server's words, or the library's, in the language chosen. */
const char *luntan_words(const struct luntan *forum);

/* The server's refusal in the last call that gave LUNTAN_REFUSED; otherwise NULL. */
const struct error_payload *luntan_refusal(const struct luntan *forum);

/* The server's hello: limits, epoch, site. NULL before it. */
const struct hello_reply *luntan_hello_reply(const struct luntan *forum);

/* The SHA-256 fingerprint of the server's certificate, 64 hex digits; empty before a connection. */
const char *luntan_fingerprint(const struct luntan *forum);

/* The session's token, for keeping: 32 bytes, absent for a visitor. Lives as long as the struct or until it changes. */
struct text luntan_token(const struct luntan *forum);

/* A fresh operation id: the server's time as hello told it, then random bits. */
void luntan_operation_id(struct luntan *forum, uint8_t out[LIMIT_OP_ID]);

/*
 * One call for each request of messages.def: luntan_NAME. A write whose op_id is absent gets a fresh one.
 * luntan_login, luntan_register and luntan_resume remember the token and, like luntan_visit, how to
 * authenticate after a reconnection; luntan_logout forgets. luntan_subscribe's events carry the number that
 * luntan_last_subscription gives.
 */
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) \
    enum luntan_result luntan_##name(struct luntan *forum, const struct name##_request *in, struct name##_reply *out);
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

/* The same for any message of the table: `in` and `out` are the structs of its row. */
enum luntan_result luntan_call(struct luntan *forum, const struct message *message, const void *in, void *out);

/* The number by which this program knows the subscription made last; it stays the same across reconnections. */
uint32_t luntan_last_subscription(const struct luntan *forum);

struct luntan_event {
    uint32_t subscription;
    const struct message *message; /* change, live, gap, end */
    union {
        struct change_record change;
        struct live_event live;
        struct gap_event gap;
        struct end_event end;
    };
    struct text payload; /* the event's bytes */
};

/*
 * The next event. Waits up to `timeout_ms` (0: not at all; negative: for ever), reconnecting when the link
 * breaks; making a connection may take longer than that, up to the options' time-out. LUNTAN_TIMEOUT where none came.
 * What it holds lives until the next call of this function.
 */
enum luntan_result luntan_next_event(struct luntan *forum, int timeout_ms, struct luntan_event *out);

/* The socket, for a program's own poll loop: call luntan_next_event with 0 when it can be read. -1: not connected. */
int luntan_fd(const struct luntan *forum);

#endif
