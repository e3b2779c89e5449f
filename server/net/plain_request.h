/*
 * What somebody asks who speaks HTTP/1 (RFC 9112) without TLS: only as much of it as a redirect takes. Pure.
 *
 * Nothing of it is trusted: what goes back into a header field is made of the characters of a host and of a target alone.
 */
#ifndef LUNTAN_SERVER_NET_PLAIN_REQUEST_H
#define LUNTAN_SERVER_NET_PLAIN_REQUEST_H

#include <stdint.h>

#include "protocol/text.h"

/* A request whose Host does not come within these bytes is not redirected. */
enum { PLAIN_REQUEST_MOST = 4096 };

enum plain_outcome {
    PLAIN_MORE,     /* it cannot be told yet */
    PLAIN_WORDS,    /* it is no HTTP */
    PLAIN_REQUEST,  /* GET or HEAD, with a target and a host that can be said again */
    PLAIN_REFUSED,  /* HTTP, but nothing that could be asked once more elsewhere */
};

struct plain_request {
    bool head;      /* HEAD: no body is wanted */
    struct text host, target; /* Host as sent, with its port; from the slash on. They point into what was read */
};

/* Looks at the first `len` bytes of a connection; `out` is filled for PLAIN_REQUEST. */
enum plain_outcome plain_request_read(const uint8_t *at, size_t len, struct plain_request *out);

#endif
