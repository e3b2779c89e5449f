/* See web.h: the application, from an exchange to its answer. */
#include "server/web/web.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/http/limits.h"
#include "server/store/store.h"
#include "server/web/feed_dates.h"
#include "server/web/leading.h"
#include "server/web/live.h"
#include "server/web/web_private.h"

/* What is kept of posts as HTML; and the longest query of a page that is kept. */
enum { MARKDOWN_BYTES = 64 * 1024 * 1024, QUERY = 1024 };

/* ---- the face ---- */

struct web *web_new(const struct web_options *options, char *why, size_t size)
{
    struct web *web = calloc(1, sizeof *web);

    if (!web)
        return NULL;
    snprintf(why, size, "no memory");
    web->options = *options;
    if (!web->options.kept)
        web->options.kept = WEB_KEPT;
    randombytes_buf(web->key, sizeof web->key);
    web->templates = templates_load(why, size);
    web->assets = assets_new();
    web->markdown = markdown_cache_new(MARKDOWN_BYTES);
    web->dates = feed_dates_new();
    web->live = live_new(&(struct live_options){
        .store = options->store, .site = options->site, .streams = options->streams, .fields = answer_security, .field_count = ANSWER_SECURITY,
    });
    if (web->templates && web->assets && web->markdown && web->dates && web->live)
        return web;
    web_free(web);
    return NULL;
}

void web_free(struct web *web)
{
    if (!web)
        return;
    live_free(web->live);
    templates_free(web->templates);
    assets_free(web->assets);
    markdown_cache_free(web->markdown);
    feed_dates_free(web->dates);
    sodium_memzero(web->key, sizeof web->key);
    free(web);
}

static void app_stop(void *context)
{
    struct web_loop *local = context;

    if (local->live)
        live_stop(local->live);
    page_cache_free(local->cache);
    free(local);
}

static void *app_start(void *context, struct loop *loop, void *commons)
{
    const struct web *web = context;
    struct web_loop *local = calloc(1, sizeof *local);

    if (!local)
        return NULL;
    local->web = web;
    local->loop = loop;
    local->live = live_start(web->live, loop, commons);
    local->cache = page_cache_new(web->options.generations, web->options.kept);
    if (local->live && local->cache)
        return local;
    app_stop(local);
    return NULL;
}

static bool app_settled(void *context)
{
    const struct web_loop *local = context;
    return local->away == 0 && live_settled(local->live);
}

/* ---- views ---- */

static void view_run(struct work *w, struct db *db)
{
    struct page *p = &w->page;

    w->db = db;
    ask_who(w);
    if (w->renew) {
        w->db = NULL;
        return;
    }
    if (p->route->who == ROUTE_ACCOUNT && !p->signed_in && w->view != view_login && w->view != view_error) {
        struct text to = url_escape(p->arena, p->path);
        page_redirect(p, page_path(p, "/login?to=%.*s", (int)to.len, to.at));
    } else {
        w->view(p);
    }
    if (w->outcome == OUTCOME_NONE && p->refusal.status == STATUS_OK)
        ask_refuse(p, STATUS_INTERNAL);
    if (w->outcome == OUTCOME_NONE || w->outcome == OUTCOME_REFUSED)
        view_error(p);
    w->db = NULL;
    answer_prepare(w);
}

static bool run(struct job *job, struct db *db)
{
    struct work *w = (struct work *)job;

    if (w->step != STEP_VIEW)
        return submit_run(w, db);
    view_run(w, db);
    return true;
}

static void get_kept(struct work *w);

/* Says the page, and sees to those who waited for it. */
static void settle_view(struct work *w)
{
    struct work *waiting = leading_end(w->local, w), *next;

    answer_send(w);
    for (; waiting; waiting = next) {
        next = waiting->waiting;
        waiting->waiting = NULL;
        get_kept(waiting);
    }
}

static void settle(struct task *task)
{
    struct work *w = (struct work *)task;

    w->local->away--;
    if (w->step != STEP_VIEW)
        submit_settled(w);
    else if (w->renew)
        submit_renew(w);
    else
        settle_view(w);
}

void web_view(struct work *w, void (*view)(struct page *p))
{
    w->step = STEP_VIEW;
    w->view = view;
    w->outcome = OUTCOME_NONE;
    w->task.request = NULL;
    w->source = (struct page_source){.stamp = generations_stamp(w->page.web->options.generations)};
    w->local->away++;
    store_read(w->page.web->options.store, &w->task.job);
}

void view_error(struct page *p)
{
    struct object *o = object_new(p->arena);
    bool missing = p->refusal.status == STATUS_NOT_FOUND;
    unsigned status = answer_status(p->refusal.status);

    p->work->key = (struct text){NULL, 0};
    if (!p->work->refused.retry_after)
        p->work->refused.retry_after = p->refusal.retry_after;
    object_number(o, "code", status);
    object_flag(o, "missing", missing);
    object_text(o, "words", missing ? words_text(WORDS_error_not_found, p->reader.lang) : p->refusal.words);
    object_number(o, "retry_after", (p->refusal.retry_after + 999) / 1000);
    page_show(p, &(struct shown){
        .template = TEMPLATE_error, .values = o, .status = status, .unlisted = true,
        .title = words_text(missing ? WORDS_error_not_found_title : WORDS_error_title, p->reader.lang),
    });
}

/* ---- an exchange ---- */

/* What no address is; shown in the frame of every page. */
static const struct route nowhere = {.pattern = "", .view = view_error};

static struct work *work_new(struct web_loop *local, struct exchange *x)
{
    const struct http_request *http = exchange_request(x);
    struct work *w = arena_alloc(http->arena, sizeof *w);

    if (!w)
        return NULL;
    w->task = (struct task){.job.run = run, .loop = local->loop, .settle = settle};
    w->local = local;
    w->exchange = x;
    w->page = (struct page){
        .web = local->web, .http = http, .route = &nowhere, .arena = http->arena, .work = w, .path = http->path,
    };
    visit_read(w);
    return w;
}

static void show_refusal(struct work *w, enum status status)
{
    ask_refuse(&w->page, status);
    web_view(w, view_error);
}

/* What a visitor's page depends on besides the forum: for the cache. */
static struct text key_of(const struct work *w)
{
    const struct page *p = &w->page;
    const struct http_request *http = p->http;

    return arena_format(p->arena, "%d%d%d %.*s %.*s?%.*s", (int)p->reader.lang, (int)p->theme, (int)w->takes,
                        (int)http->authority.len, http->authority.at, (int)http->path.len, http->path.at,
                        (int)http->query.len, http->query.at ? http->query.at : "");
}

/* Whether the reader of a feed wants nothing kept: Cache-Control: no-cache (RFC 9111 section 5.2.1.4). */
static bool wants_exact(const struct work *w)
{
    return (w->page.route->flags & ROUTE_FEED) && text_equal(exchange_field(w->exchange, TEXT("cache-control")), TEXT("no-cache"));
}

/* A visitor's page that may be kept: as it is, or made by one for all. A reader that is given only what is new waits for nobody. */
static void get_kept(struct work *w)
{
    struct page_kept *kept = page_cache_find(w->local->cache, w->key, wants_exact(w));
    bool feed = kept && kept->feed;

    if (feed && feed_answer_kept(w, kept))
        return;
    if (kept && !feed)
        answer_kept(w->exchange, kept, false);
    else if (feed || leading_begin(w->local, w))
        web_view(w, w->page.route->view);
}

static void get(struct work *w)
{
    struct page *p = &w->page;

    if (!form_read_query(&p->query, p->http->query, p->arena)) {
        show_refusal(w, STATUS_BAD_MESSAGE);
        return;
    }
    if (p->route->flags & ROUTE_FEED) {
        feed_begin(w);
        if (feed_refuse(w))
            return;
    }
    if (p->route->flags & ROUTE_CACHED && !visit_is_personal(w) && p->http->query.len <= QUERY) {
        w->key = key_of(w);
        if (w->key.at) {
            get_kept(w);
            return;
        }
    }
    web_view(w, p->route->view);
}

/* An address with one slash too many at its end: to where it was meant. */
static bool lead_home(struct work *w)
{
    struct page *p = &w->page;
    struct text path = p->path, params[PAGE_PARAMS];
    bool allowed;

    if (path.len < 2 || path.at[path.len - 1] != '/' || p->http->method != METHOD_GET)
        return false;
    path.len--;
    if (!web_route(METHOD_GET, path, p->arena, params, &allowed))
        return false;
    page_moved(p, path);
    answer_send(w);
    return true;
}

static void app_run(void *context, struct exchange *x)
{
    struct web_loop *local = context;
    const struct http_request *http = exchange_request(x);
    struct work *w;
    bool allowed;

    if (assets_answer(local->web->assets, x))
        return;
    w = work_new(local, x);
    if (!w) {
        answer_bare(x, 503);
        return;
    }
    if (text_equal(http->path, TEXT("/live"))) {
        live_open(local->live, x, w->page.token);
        return;
    }
    if (local->web->options.push && text_equal(http->path, TEXT("/hub"))) {
        hub_begin(w);
        return;
    }
    const struct route *route = web_route(http->method, http->path, http->arena, w->page.params, &allowed);
    /* Somebody loads the answer to a form once more: the page with that form. */
    if (!route && !allowed && http->method == METHOD_GET)
        route = web_route(METHOD_POST, http->path, http->arena, w->page.params, &allowed);
    if (route)
        w->page.route = route;
    if (!route && !allowed)
        answer_bare(x, 405);
    else if (!route && !lead_home(w))
        show_refusal(w, STATUS_NOT_FOUND);
    else if (route && http->method == METHOD_POST)
        submit_begin(w);
    else if (route)
        get(w);
}

static size_t app_admit(void *context, const struct http_request *http)
{
    struct text params[PAGE_PARAMS];
    bool allowed;

    (void)context;
    if (http->method != METHOD_POST)
        return 0;
    const struct route *route = web_route(METHOD_POST, http->path, http->arena, params, &allowed);
    return route && route->flags & ROUTE_LONG ? HTTP_MAX_ESSAY : HTTP_MAX_FORM;
}

/* A few words for what HTTP itself refuses; no page can be made before a request is understood. */
static void app_refusal(void *context, unsigned status, struct arena *arena, struct http_answer *answer)
{
    enum words words = status == 405 || status == 501 ? WORDS_error_method
                     : status == 413 || status == 414 || status == 431 ? WORDS_error_too_long
                     : status == 503 ? WORDS_error_busy : WORDS_error_bad_request;
    struct text zh = words_text(words, LANG_ZH), en = words_text(words, LANG_EN);

    (void)context;
    answer->type = TEXT("text/plain; charset=utf-8");
    answer->body = arena_format(arena, "%.*s\n%.*s\n", (int)zh.len, zh.at, (int)en.len, en.at);
}

const struct http_app *web_app(void)
{
    static const struct http_app app = {
        .start = app_start, .stop = app_stop, .settled = app_settled,
        .admit = app_admit, .run = app_run, .refusal = app_refusal,
    };
    return &app;
}
