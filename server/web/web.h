/*
 * The web face: the forum as pages, for any browser, over the exchanges of server/http.
 *
 * Owns the templates, the files, what is kept of posts as HTML, and on each loop the visitors' pages that are the same
 * for everybody. A page is a request to the core plus a view (page.h); addresses are in routes.def. Knows no SQL and decides
 * nothing about who may do what.
 *
 *     exchange ── guard ── route ── kept? ────────────────────────────────────────▶ answer
 *                                    │ no
 *                           GET: view on a reader            POST: plan on the loop
 *                           asks, renders, compresses        request on the writer (or a hasher first)
 *                                    │                        refused: the form once more, on a reader
 *                                    ▼                        done: where to go
 *                                  answer ◀───────────────────────┘
 */
#ifndef LUNTAN_SERVER_WEB_WEB_H
#define LUNTAN_SERVER_WEB_WEB_H

#include "server/generations.h"
#include "server/http/http.h"
#include "server/request.h"

struct push;
struct store;
struct web;

struct web_options {
    struct store *store;
    const struct site *site;               /* lives as long as the face */
    const struct generations *generations; /* the same */
    struct text url;                       /* of the site as people reach it, such as https://forum.example.cn; absent: as each browser calls it */
    struct push *push;                     /* the hub behind /hub, or NULL */
    struct text hub;                       /* where feeds are pushed from (WebSub); absent: they are not */
    unsigned streams;                      /* of events, open at once in all; 0: as many as connections */
    size_t kept;                           /* bytes of visitors' pages that a loop keeps; 0: WEB_KEPT */
};

enum { WEB_KEPT = 32 * 1024 * 1024 };

/* NULL with `why` filled, a line for a developer, where a template is wrong or there is no memory. */
struct web *web_new(const struct web_options *options, char *why, size_t size);
/* After server_free. NULL is nothing. */
void web_free(struct web *web);

/* The application of http_new; its context is the `struct web`. */
const struct http_app *web_app(void);

#endif
