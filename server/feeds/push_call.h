/*
 * Calls by HTTP (RFC 9110) that the hub makes: libcurl, kept inside bounds. One thread, but for push_caller_wake.
 *
 * A call elsewhere connects only to addresses that push_address_may allows, each judged as it is connected to; follows no
 * redirect, uses no proxy and no kept connection, sends no cookie and no credentials, reads bounded bytes in bounded time. A
 * call to ourselves goes to our own listening socket, whatever the name in its address means to others, and so gets what every
 * visitor gets.
 *
 *     push_call(caller, &(struct push_call_spec){.url = url, .ms = 10000, .owner = errand});
 *     push_caller_run(caller, 1000);
 *     while (push_caller_take(caller, &answer)) { ... push_answer_end(&answer); }
 */
#ifndef LUNTAN_SERVER_FEEDS_PUSH_CALL_H
#define LUNTAN_SERVER_FEEDS_PUSH_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/status.h"
#include "protocol/text.h"
#include "server/feeds/push_address.h"

struct push_caller;
struct push_call;

/* A document to be posted. Must live until the call ended. */
struct push_posting {
    struct text body;
    const char *type;    /* Content-Type */
    const char *hub;     /* of the Link fields rel=hub, and */
    const char *self;    /* rel=self */
    struct text secret;  /* X-Hub-Signature is sent; absent: none */
};

struct push_call_spec {
    const char *url;
    const char *here;                   /* ADDRESS:PORT, where we listen: a call to ourselves; NULL: elsewhere */
    const struct push_posting *posting; /* NULL: GET */
    unsigned ms;                        /* for all of it */
    size_t keep;                        /* bytes of the answer's body that are wanted; 0: none. More end the call */
    void *owner;                        /* comes back with the answer */
};

struct push_answer {
    struct push_call *call;
    void *owner;
    unsigned status;     /* of HTTP; 0: there was no answer, or not all of it */
    struct text body;    /* what was kept; absent where it was longer */
    const char *type;    /* Content-Type, or NULL */
    bool refused;        /* some address was not to be called */
};

/* `networks` must live as long. NULL: no memory. */
struct push_caller *push_caller_new(const struct push_networks *networks);
/* Ends what is under way; its answers never come. */
void push_caller_stop(struct push_caller *caller);
/* After that, and when nobody wakes it any more. NULL is nothing. */
void push_caller_free(struct push_caller *caller);
/* Makes push_caller_run return. Any thread. */
void push_caller_wake(struct push_caller *caller);

/* False: no memory; nothing begins. */
MUST_USE bool push_call(struct push_caller *caller, const struct push_call_spec *spec);
/* Goes on with all calls, and waits for their sockets, `ms` at most. */
void push_caller_run(struct push_caller *caller, unsigned ms);
/* The next call that has ended; push_answer_end must follow. False: none. */
MUST_USE bool push_caller_take(struct push_caller *caller, struct push_answer *out);
void push_answer_end(const struct push_answer *answer);

#endif
