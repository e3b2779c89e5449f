/*
 * One request out of bytes: guard.h, then llhttp. Bytes in, events out; no socket, no clock. Private to http/.
 *
 * A head is gathered whole before it is parsed, a body whole before it is handed on. Owns both, as blocks that grow by
 * doubling as bytes come and are erased when they are let go, since passwords and letters pass through. Fields are
 * borrowed from the head, tables of them from the arena. One parser serves one request; the caller begins another for the next.
 *
 *     while ((event = http_parser_next(&p, &at, &len)) != PARSER_MORE) {
 *         if (event == PARSER_HEAD)
 *             p.limit = ...; // of the body, by p.request
 *         else
 *             break;         // PARSER_END: p.request is whole. PARSER_REFUSED: p.refused is the status that says why
 *     }
 *
 * The loop's thread only, as long as PARSER_END has not come; what it holds stays as it is from then on until http_parser_fini.
 */
#ifndef LUNTAN_SERVER_HTTP_PARSER_H
#define LUNTAN_SERVER_HTTP_PARSER_H

#include <llhttp.h>

#include "server/http/guard.h"
#include "server/http/http.h"

struct block {
    char *at;
    size_t len, cap;
};

enum parser_event {
    PARSER_MORE,    /* every byte was taken, and more are needed */
    PARSER_HEAD,    /* the head is there, and the request has a body */
    PARSER_END,     /* all is there; what is left of the input belongs to the next request */
    PARSER_REFUSED, /* it must be answered with `refused`, and the connection ended */
};

struct http_parser {
    llhttp_t llhttp;
    struct http_guard guard;
    struct block head, body;
    struct http_request request;
    struct http_field *fields;  /* request.fields, while they are filled */
    size_t limit;               /* bytes of body; 0 until it is set */
    uint64_t received;          /* bytes of body, framing included */
    uint16_t refused;
    uint8_t stage;              /* parser.c's */
    bool head_only;             /* HEAD */
    bool keep_alive;            /* the peer would like to go on with this connection */
    bool expects;               /* 100-continue, and the body has not begun */
    bool parsed, whole;         /* as llhttp sees it: the head, the message */
};

/* `p` zeroed or after http_parser_fini. The arena takes tables and small copies, and is reset or freed after `p` is let go. */
void http_parser_init(struct http_parser *p, struct arena *arena);
/* Erases and frees. Blocks of up to `keep` bytes are kept for the next http_parser_init; at last `keep` is 0. */
void http_parser_fini(struct http_parser *p, size_t keep);
/* Takes from the input and moves `at` and `len` on. */
enum parser_event http_parser_next(struct http_parser *p, const uint8_t **at, size_t *len);
/* Bytes of memory that it holds now. */
size_t http_parser_memory(const struct http_parser *p);

#endif
