/*
 * The guard before the parser: refuses whatever two parsers could read in two ways (RFC 9112 sections 2.2, 5.1, 5.2,
 * 6.1 to 6.3, 7.1, 11.2) before any of it is parsed.
 *
 * It reads byte by byte by tables, keeps nothing of what it has seen but counts, takes no memory and looks at no
 * clock. It knows where a head ends, which framing its body has and where that ends; the parser behind it must come
 * to the same result. One guard serves one request. Any thread.
 *
 *     size_t head = http_guard_head(&g, at, len);          // bytes of the head among them
 *     if (!g.refused && g.done && http_guard_fields(&g, whole_head) == 0 && g.chunked)
 *         size_t body = http_guard_chunks(&g, at, len);    // bytes of the chunked body among them
 *
 * What is refused, and how: anything but CR LF at a line's end, controls, a folded line, blanks before a colon, a
 * request line of another form, no Host or two, an ambiguous length, chunks of a careless form and trailers: 400. A
 * target too long: 414. Too many fields or bytes: 431. Another coding than chunked: 501. Another version: 505.
 */
#ifndef LUNTAN_SERVER_HTTP_GUARD_H
#define LUNTAN_SERVER_HTTP_GUARD_H

#include <stdint.h>

#include "protocol/text.h"
#include "server/http/limits.h"

/* A zeroed one is ready. */
struct http_guard {
    uint64_t length;      /* of Content-Length; 0 without one */
    uint64_t left;        /* of the present chunk */
    uint32_t bytes;       /* of the head */
    uint32_t target;      /* bytes of the target */
    uint32_t extensions;  /* bytes of chunk extensions */
    uint16_t lines;       /* header fields */
    uint16_t refused;     /* the status that says why, or 0 */
    uint8_t state;        /* of the head's machine */
    uint8_t chunk_state;  /* of the body's */
    uint8_t version;      /* how much of the version was seen */
    uint8_t digits;       /* of the present chunk's length */
    bool old;             /* HTTP/1.0 */
    bool done;            /* the head, or after that the chunked body, is whole */
    bool chunked;
    bool has_length;
};

/* Looks at bytes of the head. Returns how many belong to it: all, or those up to its end, when `done` is set. */
size_t http_guard_head(struct http_guard *g, const uint8_t *at, size_t len);

/* Looks at the whole head, which http_guard_head let pass: Host and framing. Returns g->refused. Takes `done` back if chunks follow. */
unsigned http_guard_fields(struct http_guard *g, struct text head);

/* Looks at bytes of a chunked body. Returns how many belong to it; `done` is set at its end. */
size_t http_guard_chunks(struct http_guard *g, const uint8_t *at, size_t len);

/* Whether it may stand in Host (RFC 9110 section 7.2): a name or address of usual characters, and a port or none. */
bool http_guard_host(struct text host);

#endif
