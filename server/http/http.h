/*
 * HTTP/1.1 (RFC 9110, RFC 9112) on connections: bytes to exchanges and answers back to bytes.
 *
 * An exchange is one request and its answer. Bytes pass a guard (guard.h) and then llhttp; what either refuses gets
 * a short error and the end of the connection. Exchanges of a connection are worked on one by one: while one is
 * being answered nothing more is parsed, so that pipelined requests are answered in order and bounded. What an
 * answer says is the application's business; this module adds what HTTP itself demands: framing, dates, HEAD,
 * conditional and range requests, keep-alive, limits and deadlines (limits.def).
 *
 * Everything but http_new and http_free runs on the connection's loop. An exchange stays until it was answered,
 * also when its connection has gone: then the answer is thrown away.
 */
#ifndef LUNTAN_SERVER_HTTP_HTTP_H
#define LUNTAN_SERVER_HTTP_HTTP_H

#include "protocol/text.h"
#include "server/net/face.h"
#include "server/util/arena.h"

struct exchange;
struct http;

/* Others are answered here with 501, or 405 where the application does not want them. */
enum http_method { METHOD_GET, METHOD_POST, METHODS };

struct http_field {
    struct text name, value; /* of a request: the name in lower case, the value without blanks around it */
};

/* What was asked. Borrowed from the exchange, until it is answered. */
struct http_request {
    enum http_method method;         /* HEAD is GET; what is not to be said is left out here */
    struct text path;                /* from the slash to the question mark, as sent; dots and escapes untouched */
    struct text query;               /* after the question mark, as sent; absent without one */
    struct text host;                /* of Host, lower case, without port */
    struct text authority;           /* of Host, as sent */
    const struct http_field *fields; /* in order; Cookie lines too */
    uint32_t field_count;
    struct text body;                /* whole */
    uint64_t peer;                   /* keyed hash of the address prefix; behind a trusted proxy, of what it names */
    bool secure;                     /* TLS reaches the browser: ours or a trusted proxy's */
    struct arena *arena;             /* of the exchange, HTTP_ARENA at most; goes with the work from thread to thread */
};

enum { HTTP_ARENA = 16 * 1024 * 1024 };

/* What is answered. Copied where it must outlive the call, but for the body. */
struct http_answer {
    unsigned status;                 /* 200, 303, ... */
    struct text type;                /* Content-Type; absent without a body */
    const struct http_field *fields; /* further ones, complete */
    uint32_t field_count;
    struct text body;                /* must live until `release` is called, or is in the exchange's arena */
    void (*release)(void *owner);    /* on the loop, once the body is said or thrown away; NULL: nothing to do */
    void *owner;
    struct text etag;                /* with its quotes (and W/); then If-None-Match is honoured. Absent: none */
    int64_t modified;                /* Last-Modified, seconds after 1970; then If-Modified-Since is honoured. 0: none */
    bool undated;                    /* it changed more than once within that second: dates alone prove nothing */
    struct text encoding;            /* Content-Encoding of the body; absent: none */
    bool ranges;                     /* Range is honoured; for files */
    bool close;                      /* the connection ends after this answer */
};

/* The application behind the exchanges. `local` is what start returned. */
struct http_app {
    void *(*start)(void *context, struct loop *loop, void *commons);
    void (*stop)(void *local);
    bool (*settled)(void *local);
    /* Every second, for the loop. May be NULL. */
    void (*tick)(void *local);
    /* The head of a request with a body is there: how many bytes of that are wanted at most. Longer ones are answered 413 unread. */
    size_t (*admit)(void *local, const struct http_request *request);
    /* The request is there. Leads to exactly one exchange_answer or exchange_stream, now or later. */
    void (*run)(void *local, struct exchange *x);
    /*
     * A refusal by HTTP itself (400, 405, 408, 413, 414, 417, 431, 501, 503, 505): fills the answer's type and body, if it
     * can, and `fields`. May be NULL.
     */
    void (*refusal)(void *local, unsigned status, struct arena *arena, struct http_answer *answer);
};

struct http_options {
    const struct http_app *app;
    void *context;                   /* given to app->start */
    struct text proxy_field;         /* lower case; by which a proxy on the plain listener names its peer; absent: none */
};

/* NULL: no memory. */
struct http *http_new(const struct http_options *options);
/* After server_free. NULL is nothing. */
void http_free(struct http *http);
/* What server_start wants to know; its context is the `struct http`. */
const struct face *http_face(void);

/* ---- for the application ---- */

const struct http_request *exchange_request(const struct exchange *x);
/* The value of the request's first header field with this lower-case name, or absent. */
struct text exchange_field(const struct exchange *x, struct text name);
/* Answers. The exchange must not be touched afterwards. */
void exchange_answer(struct exchange *x, const struct http_answer *answer);
/* Whether the connection is still there; work for one that has gone need not be begun. */
bool exchange_alive(const struct exchange *x);

/*
 * An answer without end, such as text/event-stream: `head` is said without Content-Length (its body is ignored) and
 * the connection is the stream's from now on; it ends with the connection (Connection: close is said).
 */
struct http_stream {
    void (*output)(void *stream, struct outlet *outlet); /* as a face's */
    void (*tick)(void *stream);
    void (*drain)(void *stream);                         /* the server is stopping */
    bool (*idle)(void *stream);
    void (*closed)(void *stream);                        /* the connection is gone; `stream` is the application's to free */
};
/* The connection is returned, for connection_wants and hub_enter; NULL: it has gone, and `closed` will not be called. */
struct connection *exchange_stream(struct exchange *x, const struct http_answer *head, const struct http_stream *kind, void *stream);

#endif
