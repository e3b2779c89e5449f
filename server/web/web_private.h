/*
 * The web face from the inside: one exchange's work and its way through the store. Private to web.c, page.c, ask.c, submit.c,
 * answer.c, guard.c and visit.c.
 *
 *     web.c       the application: start, routes, files, pages that are kept
 *     visit.c     who comes: cookies, language, theme
 *     guard.c     what a POST must show: where it comes from, and its token
 *     submit.c    a POST's way: plan, request, done, or the form once more
 *     ask.c       the core's requests in views
 *     page.c      what views say, and forms
 *     answer.c    what was said as an HTTP answer
 */
#ifndef LUNTAN_SERVER_WEB_WEB_PRIVATE_H
#define LUNTAN_SERVER_WEB_WEB_PRIVATE_H

#include "server/dispatch.h"
#include "server/http/encoding.h"
#include "server/web/assets.h"
#include "server/web/cache.h"
#include "server/web/page.h"
#include "server/web/web.h"

enum { LEADING = 256 };
enum { WEB_KEY = 32, WORK_FIELDS = 12, WORK_COOKIES = 4, ANSWER_SECURITY = 8 };

struct live;
struct live_loop;
struct feed_dates;

struct web {
    struct web_options options;
    struct templates *templates;
    struct assets *assets;
    struct markdown_cache *markdown;
    struct live *live;
    struct feed_dates *dates;
    uint8_t key[WEB_KEY]; /* of visitors' forms and of ETags; another one after each start */
};

/* One loop's share of the face. */
struct web_loop {
    const struct web *web;
    struct loop *loop;
    struct live_loop *live;
    struct page_cache *cache;
    struct work *leading[LEADING]; /* that make a page for others too (leading.h) */
    uint32_t away;                 /* works at the store */
};

enum outcome {
    OUTCOME_NONE,     /* nothing was said yet */
    OUTCOME_BODY,     /* status, type and body */
    OUTCOME_REDIRECT, /* status and location */
    OUTCOME_REFUSED,  /* p->refusal, to be shown as a page */
};

/* Where the work is. */
enum step {
    STEP_VIEW,  /* a view runs on a reader */
    STEP_RENEW, /* the session gets a new token first */
    STEP_ACT,   /* the form's request is at the store */
};

struct work {
    struct task task;                     /* first */
    struct page page;
    struct web_loop *local;
    struct exchange *exchange;
    enum step step;
    void (*view)(struct page *p);         /* what STEP_VIEW runs */
    struct submission submission;
    struct request request;               /* of STEP_ACT and STEP_RENEW */
    struct refusal refused;               /* of the act, while its form is shown again */
    struct db *db;                        /* during STEP_VIEW */

    /* what was said */
    enum outcome outcome;
    unsigned status;
    struct text type, body, location, etag;
    struct text cookies[WORK_COOKIES];    /* complete Set-Cookie values */
    uint32_t cookie_count;
    enum encoding takes, encoded;         /* what the browser takes; what the body is in */
    enum words notice;                    /* told by this page */

    struct feed_said *feed;               /* a feed was said; NULL: something else */

    /* of pages that are kept */
    struct text key;                      /* in the cache; absent: not to be kept */
    struct page_source source;
    struct text lead_key;                 /* under which others wait for it (leading.h); absent: none can */
    struct work *leads, *waiting;         /* the next that leads in its bucket; the next that waits */

    bool renew;                           /* the session's token is to be replaced before the view runs */
    bool renewed;                         /* that was asked for; once is enough */
    bool stale_token;                     /* the cookie names no session any more */
    bool carried;                         /* what the sign-in page carried is being done */
};

/* ---- web.c ---- */

/* The route for a path, with its variable pieces in `params`; NULL: none. `allowed` says whether another method has one. */
const struct route *web_route(enum http_method method, struct text path, struct arena *arena,
                              struct text params[PAGE_PARAMS], bool *allowed);
/* Gives the view to a reader. */
void web_view(struct work *w, void (*view)(struct page *p));
/* Shows p->refusal as a page, with the way back. */
void view_error(struct page *p);

/* ---- visit.c ---- */

/* Fills the page's token, language, theme and pending notice from the request. */
void visit_read(struct work *w);
/* Whether the request brought anything that makes its answer its own: a session, or something to be told. */
bool visit_is_personal(const struct work *w);
/* What the browser calls itself, in a few words for the list of sessions. */
struct text visit_client(const struct work *w);
void visit_set_session(struct work *w, struct text token);
void visit_set_look(struct work *w, enum lang lang, enum theme theme);
void visit_set_notice(struct work *w, enum words words);

/* ---- guard.c ---- */

/* Whether a POST comes from a page of ours (Sec-Fetch-Site, Origin). */
bool guard_is_ours(const struct exchange *x, const struct web *web);
/* A token for a form that posts to `action` with this operation id, masked anew. */
struct text guard_token(const struct page *p, struct text action, struct text op);
/* Whether the form's token is right. */
bool guard_token_holds(const struct page *p);

/* ---- submit.c ---- */

/* A POST whose form is there: plans and submits it. */
void submit_begin(struct work *w);
/* The act on a hasher or the writer. True: commit, or go on. */
bool submit_run(struct work *w, struct db *db);
/* The store is done with it. */
void submit_settled(struct work *w);
/* It was carried out, with this reply (NULL where nothing was asked): what follows. */
void submit_done(struct work *w, const void *reply);
/* Asks for a new token of the session; the view runs afterwards. */
void submit_renew(struct work *w);

/* ---- ask.c ---- */

/* Who asks, by the token; tells p->signed_in and the rest. */
void ask_who(struct work *w);
/* One request in `db`; its frames are in `r`. False: refused, r->status says why. */
MUST_USE bool ask_run(const struct page *p, struct db *db, struct request *r, const struct message *message, const void *in);
/* The session's number by the page's token, in any transaction; 0: none. */
uint64_t ask_session(const struct page *p, struct db *db);
/* p->refusal from what a request answered. */
void ask_refused(struct page *p, const struct request *r);
void ask_refuse(struct page *p, enum status status);

/* ---- feed_answer.c ---- */

/* What is said of a feed beside its bytes. */
struct feed_said {
    struct text tag;         /* its entity tag, but for the coding and the quotes */
    struct text whole;       /* the document */
    int64_t modified;        /* seconds after 1970 */
    bool undated;            /* see http_answer */
    bool newer;              /* only entries that the reader lacks: 226 */
    bool private;
};

/* On the loop, before anything else: a feed is the same whoever asks. */
void feed_begin(struct work *w);
/* Whether the reader asks too often; then it was answered. */
bool feed_refuse(struct work *w);
/* Answers from the kept document where that is what the reader wants. False: a view must make what is newer; `kept` stays the caller's. */
bool feed_answer_kept(struct work *w, struct page_kept *kept);
/* The entity tag of a document in this coding, in the arena. */
struct text feed_etag(const struct work *w, enum encoding encoding);

/* ---- hub_page.c ---- */

/* A program asks the hub. */
void hub_begin(struct work *w);

/* ---- page.c ---- */

/* A fresh operation id (PROTOCOL.md). */
void page_new_op(uint8_t op[LIMIT_OP_ID]);

/* ---- answer.c ---- */

/* What every answer says for the browser's safety. */
extern const struct http_field answer_security[ANSWER_SECURITY];
/* After a view, on the reader: the body in the browser's encoding. */
void answer_prepare(struct work *w);
/* On the loop: answers the exchange with what was said; `w` is gone afterwards. */
void answer_send(struct work *w);
/* A kept page; `known`: the browser has it. */
void answer_kept(struct exchange *x, struct page_kept *kept, bool known);
/* A short answer that says when to come again, in ms. */
void answer_wait(struct exchange *x, unsigned status, uint64_t wait);
/* p->refusal for the script. */
void answer_refusal_json(struct work *w);
/* The HTTP status that goes with a refusal. */
unsigned answer_status(enum status status);
/* A short answer without a page, for what no page can be made for. */
void answer_bare(struct exchange *x, unsigned status);

#endif
