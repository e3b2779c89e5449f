/*
 * A page: straight-line code between a browser's request and what it is shown.
 *
 * A view (GET) runs on a reader thread in one snapshot. It asks the core by the same requests as every client (ask_NAME;
 * the handlers decide what may be seen), puts values together and shows a template:
 *
 *     void view_board(struct page *p)
 *     {
 *         struct threads_reply out;
 *         if (!ask_threads(p, &(struct threads_request){.board = p->params[0], .after = page_bytes(p, page_query(p, "after"))}, &out))
 *             return;                                  // the page has become the refusal, in words
 *         struct object *o = object_new(p->arena);
 *         ...
 *         page_depends(p, TOPIC_BOARD, board.id);
 *         page_show(p, &(struct shown){.template = TEMPLATE_board, .values = o, .title = board.name});
 *     }
 *
 * An act (POST) is one request of the core. Its plan runs on the loop, is pure, and makes the request from the form; the
 * store does it; `done` runs on the loop once that is durable and says where to go. Refused, the route's `again` view shows
 * the form once more, with what was typed and what was wrong (page_form does both).
 *
 *     bool plan_reply(struct page *p, struct submission *s)
 *     {
 *         struct reply_request *in = arena_alloc(p->arena, sizeof *in);
 *         ...
 *         *in = (struct reply_request){.op_id = page_op(p), .thread = page_number(p->params[0]), .body = page_typed(p, "body")};
 *         *s = (struct submission){.message = &messages[INDEX_REPLY], .in = in, .done = done_reply};
 *         return true;
 *     }
 *
 * Session, language, CSRF, cookies, caching, headers and errors are the web face's business (web.c, guard.c); views and plans
 * deal with none of them. All memory is the page's arena.
 */
#ifndef LUNTAN_SERVER_WEB_PAGE_H
#define LUNTAN_SERVER_WEB_PAGE_H

#include "server/feeds/feed.h"
#include "server/http/form.h"
#include "server/http/http.h"
#include "server/request.h"
#include "server/web/assets.h"
#include "server/web/markdown.h"
#include "server/web/template.h"

enum theme { THEME_AUTO, THEME_LIGHT, THEME_DARK };

struct route;
struct web;
struct work;

/* Why the core refused. */
struct refusal {
    enum status status;      /* OK: it did not */
    struct text words;       /* in the reader's language */
    struct text field;       /* the request's field that was wrong, or absent */
    uint64_t limit, retry_after; /* ms */
};

enum { PAGE_PARAMS = 2 };

struct page {
    /* what was asked; set before a view or plan runs */
    const struct web *web;
    const struct http_request *http;
    const struct route *route;
    struct arena *arena;
    struct text path;                /* as sent; of a form that the sign-in page carried, that form's */
    struct text params[PAGE_PARAMS]; /* the path's variable pieces, unescaped */
    struct form query;
    struct form form;                /* POST */
    struct reader reader;
    enum theme theme;
    struct text token;               /* of the session, as in the cookie; absent: a visitor */

    /* who asks, as this snapshot knows it; in views only */
    bool signed_in;
    struct account_record account;
    uint64_t session, unread;        /* unread notices */

    /* a view shown again */
    struct refusal refusal;
    const void *outcome;             /* what `done` leaves, in the arena, to the view that page_next names; NULL otherwise */

    struct work *work;               /* the face's own (web_private.h) */
};

/* ---- what was asked ---- */

/* A value of the query, and of the form that was posted (also while it is shown again); absent where there is none. */
struct text page_query(const struct page *p, const char *name);
struct text page_typed(const struct page *p, const char *name);
/* Decimal digits as a number; 0 where it is none. */
uint64_t page_number(struct text digits);
/* Bytes written as base64url (RFC 4648 section 5) in a query, path or form (page_base64), such as cursors and drafts' ids. Absent where broken. */
struct text page_bytes(struct page *p, struct text written);
struct text page_base64(struct page *p, struct text bytes);
/* The operation id that the form carries; absent where it is broken, which the core refuses. */
struct text page_op(const struct page *p);
/* A list of TEXTS from one line of them, parted by commas (，、 too) or blanks. */
struct items page_texts(struct page *p, struct text line);

/* ---- asking the core, in views ---- */

/* Every request of WHERE READ or BULK, as ask_NAME. False: it refused, and p->refusal says why; the view returns, or shows something else and resets it. */
#define ASK_LOOP(name)
#define ASK_READ(name) MUST_USE bool ask_##name(struct page *p, const struct name##_request *in, struct name##_reply *out);
#define ASK_BULK(name) ASK_READ(name)
#define ASK_WRITE(name)
#define ASK_SECRET(name)
#define ASK_KDF(name)
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) ASK_##WHERE(name)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

/*
 * Those whose answer would come in parts give their records here as they are, bodies whole, and the answer's other fields; use these
 * rather than ask_read, ask_post_get, ask_revision, ask_draft_get, ask_held_get and ask_item_get.
 */
MUST_USE bool ask_posts(struct page *p, const struct read_request *in, struct read_reply *last, struct post_record **posts, uint32_t *count);
MUST_USE bool ask_entries(struct page *p, const struct feed_request *in, struct feed_reply *last, struct feed_entry_record **entries, uint32_t *count);
MUST_USE bool ask_one_post(struct page *p, uint64_t post, struct post_record *out, struct thread_record *thread);
MUST_USE bool ask_one_revision(struct page *p, uint64_t post, uint64_t number, struct revision_record *out);
MUST_USE bool ask_one_draft(struct page *p, struct text id, struct draft_record *out);
MUST_USE bool ask_one_held(struct page *p, struct text id, struct held_record *out);
MUST_USE bool ask_item(struct page *p, const struct item_get_request *in, struct item_get_reply *last, struct held_record **texts, uint32_t *count);
/* The one composite of a RECORD field. False: absent. */
MUST_USE bool page_record(struct items item, const struct shape *shape, void *out);

/* ---- what is shown ---- */

struct shown {
    enum template template;
    struct object *values;
    struct text title;              /* without the site's name */
    struct text description;        /* for search engines and previews, or absent */
    struct text canonical;          /* the page's lasting path; absent: this one without its query */
    const struct item_link *up;     /* the ways up, root first, the page itself not; the home page is left out */
    uint32_t up_count;
    struct text feed;               /* the path of the feed that follows the same, without what formats end with; absent: the site's */
    struct text live;               /* topics to follow, see page_live; absent: none */
    unsigned status;                /* 0: 200, or that of the refusal where a form is shown again */
    bool unlisted;                  /* search engines are asked not to list it */
    bool article;                   /* Open Graph type article */
    bool told;                      /* the page itself tells of the sanctions that the reader is under */
};

struct item_link {
    struct text path, title;
};

void page_show(struct page *p, const struct shown *shown);
/* The template alone, for the script to put into a page; no frame around it. */
void page_show_piece(struct page *p, enum template template, struct object *values);
/* Bytes of another type, such as a sitemap; in the arena. */
void page_say(struct page *p, struct text type, struct text body);
/* A feed, or what is newer in it (feed_answer.c). */
struct page_feed {
    enum feed_format format;
    struct text whole;     /* the whole document */
    struct text newer;     /* the one with only the entries that the reader lacks; absent: the whole is said */
    uint64_t head;         /* the number of its newest entry */
    bool private;          /* for one person */
};
void page_say_feed(struct page *p, const struct page_feed *feed);
/* Only entries above this number are wanted; 0: the whole. */
uint64_t page_feed_since(const struct page *p);

/* A page of this site (303 after an act, 302 from a view); `path` made by page_path or constant. */
void page_redirect(struct page *p, struct text path);
/* For what has another lasting address (301). */
void page_moved(struct page *p, struct text path);
struct text page_path(struct page *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A path with scheme and host before it, as sitemaps need it. */
struct text page_absolute(struct page *p, struct text path);
/* A refusal of the view's own, such as NOT_FOUND. */
void page_refuse(struct page *p, enum status status);
/* This visitors' page is made of the topic: when that changes it is made anew. TOPIC_NONE 0: the list of boards. At most 4. */
void page_depends(struct page *p, enum topic topic, uint64_t id);
/* The same of a feed: see generations_feed. */
void page_depends_feed(struct page *p, enum feed_kind kind, uint64_t ref, struct text name);
/* The installation's name; and where its feeds are pushed from, absent where they are not. */
struct text page_site(const struct page *p);
struct text page_hub(const struct page *p);
/* The path of a script or style of a page's own, for its template. */
struct text page_asset(const struct page *p, enum asset asset);

/* For shown.live: adds a topic with the cursor from which events follow, as the reply that was shown gave it. */
void page_live(struct page *p, struct shown *shown, struct text cursor);
/* Markdown of a post, kept by the cache; of a preview, with post 0. */
struct markdown page_markdown(struct page *p, uint64_t thread, uint64_t post, uint64_t revision, struct text body);
/* The same for what is read elsewhere, with a base; the source's language and body too. */
struct markdown page_markdown_elsewhere(struct page *p, const struct markdown_source *source);
/* Words of the table with values for {1} and {2}, as plain text in the reader's language. */
struct text page_words(struct page *p, enum words words, struct text first, struct text second);
/* Of two texts the one in the reader's language; the Chinese one where there is no other. */
struct text page_either(const struct page *p, struct text zh, struct text en);
/* A board's name and description in the reader's language. */
struct text page_board_name(const struct page *p, const struct board_record *board);
struct text page_board_about(const struct page *p, const struct board_record *board);

/* Whether there is a board on which the reader decides, or the site. */
bool page_decides(const struct page *p);

/* ---- forms ---- */

/*
 * Adds the object `name` to `o`, for a form that posts to `action`. Members: action; token and op, which form_head.html writes as hidden inputs
 * for a form named `form`; and where the form is shown again refused (words), refused_field, and a flag wrong_FIELD. Returns the object. A
 * visitor's page that is kept (ROUTE_CACHED) must hold none.
 */
struct object *page_form(struct page *p, struct object *o, const char *name, struct text action);

/* ---- acts ---- */

struct submission {
    const struct message *message;  /* NULL: nothing is asked of the core; done is called at once with NULL */
    const void *in;                 /* a struct of message->request */
    void (*done)(struct page *p, const void *reply); /* struct of message->reply */
};

/* For done: goes on with a view, on a reader thread, whose page is the answer (status 200). */
void page_next(struct page *p, void (*view)(struct page *p));
/* For done: the browser has this session from now on; absent: none. */
void page_session(struct page *p, struct text token);
/* For done: remembers language and theme on this device. */
void page_remember(struct page *p, enum lang lang, enum theme theme);
/* For done of an act that the script asked for. */
void page_say_json(struct page *p, struct text json);
/* `text` as a JSON string, quotes included. */
struct text page_json(struct page *p, struct text text);
/* Something to tell on the next page, once: a row of words, kept in a short-lived cookie. */
void page_notice(struct page *p, enum words words);
/* A path that was given by the browser, if it is one of this site's; otherwise "/". */
struct text page_way_back(struct page *p, struct text path);

/* ---- routes ---- */

enum route_who { ROUTE_ANYONE, ROUTE_ACCOUNT };
enum route_flag {
    ROUTE_CACHED = 1,  /* the same for all visitors: kept, and holds no form */
    ROUTE_LONG = 2,    /* takes a body as long as an essay (HTTP_LIMIT ESSAY); otherwise FORM */
    ROUTE_CARRIES = 4, /* with the session gone, the sign-in page carries what was typed and does it afterwards */
    ROUTE_SCRIPT = 8,  /* the script asks; refusals are JSON */
    ROUTE_FEED = 16,   /* a feed: the same whoever asks, in the language that ?lang= names */
};

struct route {
    enum http_method method;
    const char *pattern;               /* /b/:board/new; a piece that starts with a colon is variable */
    enum route_who who;
    unsigned flags;
    void (*view)(struct page *p);      /* GET; of a POST the form, shown again where it was refused, or NULL */
    bool (*plan)(struct page *p, struct submission *s); /* POST; false: p->refusal is set (page_refuse) */
};

#define VIEW(pattern, name, WHO, flags) void view_##name(struct page *p);
#define ACT(pattern, name, again, WHO, flags) MUST_USE bool plan_##name(struct page *p, struct submission *s);
#include "server/web/routes.def"
#undef VIEW
#undef ACT

#endif
