/*
 * What the files behind luntan.h share: the struct, and its layers, each using only those before it.
 *
 *   luntan.c   the struct, options, words, small questions
 *   link.c     one connection: open, step (send, receive), ask (one request, its answer)
 *   follow.c   subscriptions, their events, and getting back what a broken link took away
 *   calls.c    a call: retries, operation ids, what is remembered of an answer
 *
 * All of it runs on the thread that owns the struct.
 */
#ifndef LUNTAN_CLIENT_FORUM_H
#define LUNTAN_CLIENT_FORUM_H

#include "client-lib/luntan.h"
#include "client-lib/parts.h"
#include "client-lib/queue.h"
#include "client-lib/session.h"
#include "client-lib/socket.h"

/* How to authenticate again after a reconnection. */
enum identity { IDENTITY_NONE, IDENTITY_VISITOR, IDENTITY_ACCOUNT };

/* Where the request that is being waited for has got to. */
enum outcome { OUTCOME_WAITING, OUTCOME_ANSWERED, OUTCOME_REFUSED, OUTCOME_BAD, OUTCOME_MEMORY };

/* A subscription as the program knows it. */
struct follow {
    struct follow *next;
    uint32_t number; /* the program's */
    uint32_t wire;   /* this connection's; 0: not subscribed now */
    bool made;       /* the server agreed once: it is subscribed again after a reconnection */
    bool lagging;    /* events were dropped for want of room: it starts again from its cursor */
    enum topic topic;
    uint64_t id;
    uint8_t cursor[LIMIT_CURSOR]; /* of the last event that was kept */
    size_t cursor_len;
};

struct luntan {
    char *host, *ca_file, *pins_file, *client; /* copies of the options' */
    uint16_t port;
    bool english;
    int timeout_ms;
    void (*trace)(void *context, bool sent, const uint8_t *frame, size_t len);
    void *context;

    /* the connection; both NULL without one */
    struct socket *socket;
    struct session *session;
    int64_t heard;         /* when the server was last heard, by socket_clock */
    bool leaving;          /* it said goaway: */
    uint64_t leaving_last; /* requests above this id were not looked at */
    unsigned failures;     /* attempts to connect that failed in a row */
    int64_t retry_at;      /* when to try again */
    char fingerprint[FINGERPRINT_HEX + 1];

    /* hello's answer */
    struct parts hello_parts;
    struct hello_reply hello;
    bool greeted;
    int64_t offset; /* the server's clock less ours, ms */

    enum identity identity;
    uint8_t token[LIMIT_TOKEN];
    size_t token_len;

    /* the request that is being waited for */
    uint32_t awaited;
    enum outcome outcome;
    struct parts *collected;
    struct follow *subscribing; /* what its answer, if it is subscribe's, settles */

    struct follow *follows;
    uint32_t last_number;
    struct queue queue;
    enum luntan_result event_fault; /* what a listener's function found */

    struct parts answer;  /* what the program's last reply borrows from */
    struct parts refused; /* what the refusal borrows from */
    struct error_payload refusal;
    bool has_refusal;
    char words[4 * 1000 + 1]; /* the longest text of a refusal */
};

/* ---- luntan.c ---- */

/* Notes why a call fails and returns `result`. `detail` may be NULL. */
enum luntan_result forum_fail(struct luntan *forum, enum luntan_result result, enum words words, const char *detail);

/* Notes a refusal that the library itself pronounces. */
enum luntan_result forum_refuse(struct luntan *forum, enum status status, uint64_t limit);

/* ---- link.c ---- */

/* Connects and says hello, until `deadline`. */
enum luntan_result link_open(struct luntan *forum, int64_t deadline);

/* Closes the connection; every subscription waits for the next. */
void link_drop(struct luntan *forum);

/*
 * Sends what waits and takes what has come, or waits for it until `deadline` (negative: for ever). OK: something
 * happened; TIMEOUT: nothing did, and the link stays; anything else: the link was dropped.
 */
enum luntan_result link_step(struct luntan *forum, int64_t deadline);

/* One request and its answer, kept in `parts`. UNREACHABLE: the link broke, was dropped, and the request may be sent again. */
enum luntan_result link_ask(struct luntan *forum, const struct message *message, const void *in, struct parts *parts, void *out,
                            int64_t deadline);

/* ---- follow.c ---- */

extern const struct session_listener forum_listener;

/* A connection that is greeted, authenticated as before, and subscribed as before; waits for retry_at, until `deadline`. */
enum luntan_result forum_ensure(struct luntan *forum, int64_t deadline, bool authenticating);

struct follow *follow_new(struct luntan *forum, const struct subscribe_request *in);
struct follow *follow_by_number(const struct luntan *forum, uint64_t number);
void follow_remove(struct luntan *forum, struct follow *follow);

#endif
