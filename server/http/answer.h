/*
 * From what the application answers to what is said: conditions, ranges, HEAD, framing, and the head's bytes
 * (RFC 9110 sections 8.6, 9.3.2, 13, 14, 15; RFC 9112 sections 4, 6, 9). Bytes out; no socket, no clock. Private to http/.
 */
#ifndef LUNTAN_SERVER_HTTP_ANSWER_H
#define LUNTAN_SERVER_HTTP_ANSWER_H

#include "protocol/status.h"
#include "server/http/http.h"

/* How it must be said. */
struct manner {
    struct text date;     /* as in Date */
    bool head_only;       /* the request was HEAD */
    bool old;             /* HTTP/1.0, which must be told that the connection stays */
    bool close;           /* the connection ends with it */
    bool endless;         /* a stream: no length, and the body is ignored */
};

struct said {
    struct text head;     /* in the arena, with the empty line at its end */
    struct text body;     /* what is said of the answer's body */
    unsigned status;      /* which came of it */
};

/*
 * Makes `said` of `answer` in the request's arena; a request that was refused may have no fields. False: no memory,
 * or a header field that would break the head (controls); then `said` is as it was.
 */
MUST_USE bool answer_compose(const struct http_request *request, const struct http_answer *answer, const struct manner *manner,
                             struct said *said);

/* A head without body for where there is no memory for another; it ends the connection. */
struct text answer_last_resort(void);

/* The value of the first field with this lower-case name, or absent. */
struct text request_field(const struct http_request *request, struct text name);

#endif
