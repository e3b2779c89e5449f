/*
 * The hub's door: POST /hub (WebSub section 5.1), by which programs subscribe to feeds; what follows is the business of
 * server/feeds/push.h.
 *
 * No form of ours and no cookie leads here, so that there is nothing to be forged: who asks only brings the hub to ask the
 * callback. Whether there is such a feed for everybody is decided by the core, as for every reader.
 */
#include <time.h>

#include "server/feeds/push.h"
#include "server/rate.h"
#include "server/web/feed_address.h"
#include "server/web/web_private.h"

enum { AGAIN_MS = 60000, LEASE_DIGITS = 12 };

/* What is answered. */
static const struct verdict {
    unsigned status;
    enum words words;
} verdicts[] = {
    [PUSH_TAKEN] = {202, WORDS_hub_taken},
    [PUSH_BAD_CALLBACK] = {400, WORDS_hub_callback},
    [PUSH_BAD_SECRET] = {400, WORDS_hub_secret},
    [PUSH_FULL] = {503, WORDS_hub_full},
    [PUSH_HURRIED] = {503, WORDS_hub_hurried},
};

/* In both languages: who asks is a program. */
static void say(struct page *p, unsigned status, enum words words)
{
    struct text zh = words_text(words, LANG_ZH), en = words_text(words, LANG_EN);

    p->refusal = (struct refusal){.status = STATUS_OK};
    page_say(p, TEXT("text/plain; charset=utf-8"), arena_format(p->arena, "%.*s\n%.*s\n", (int)zh.len, zh.at, (int)en.len, en.at));
    p->work->status = status;
    if (status == 503)
        p->work->refused.retry_after = AGAIN_MS;
}

/* ---- the topic ---- */

/* A feed as its address names it. */
struct named {
    enum feed_kind kind;
    struct text name;
    enum feed_format format;
};

static bool kind_of(const struct route *route, enum feed_kind *out)
{
    static const struct {
        void (*view)(struct page *p);
        enum feed_kind kind;
    } kinds[] = {
        {view_feed_site, FEED_KIND_SITE}, {view_feed_board, FEED_KIND_BOARD}, {view_feed_thread, FEED_KIND_THREAD},
        {view_feed_tag, FEED_KIND_TAG}, {view_feed_author, FEED_KIND_AUTHOR}, {view_feed_search, FEED_KIND_SEARCH},
    };

    for (size_t i = 0; route && i < sizeof kinds / sizeof *kinds; i++) {
        *out = kinds[i].kind;
        if (route->view == kinds[i].view)
            return true;
    }
    return false;
}

/* Takes the address apart; false where it is none of our feeds'. */
static bool read_topic(struct page *p, struct text topic, struct named *out)
{
    struct text site = p->web->options.url, params[PAGE_PARAMS] = {{NULL, 0}}, path, query = {NULL, 0}, stem;
    struct form *form = arena_alloc(p->arena, sizeof *form);
    bool allowed;

    if (!form || topic.len <= site.len || memcmp(topic.at, site.at, site.len))
        return false;
    path = (struct text){topic.at + site.len, topic.len - site.len};
    const char *mark = memchr(path.at, '?', path.len);
    if (mark) {
        query = (struct text){mark + 1, path.len - (size_t)(mark - path.at) - 1};
        path.len = (size_t)(mark - path.at);
    }
    if (!kind_of(web_route(METHOD_GET, path, p->arena, params, &allowed), &out->kind) || !form_read_query(form, query, p->arena))
        return false;
    out->name = out->kind == FEED_KIND_SEARCH ? form_get(form, "q") : params[0];
    out->format = feed_format_of(path, &stem);
    p->reader.lang = text_equal(form_get(form, "lang"), TEXT("en")) ? LANG_EN : LANG_ZH;
    return out->format != FEED_FORMATS;
}

/* Whether everybody may read that feed, and this is its own address. */
static bool find_topic(struct page *p, struct text topic, struct feed_record *out)
{
    struct named named;
    struct feed_reply reply;
    struct feed_entry_record *entries;
    uint32_t count;

    if (!read_topic(p, topic, &named))
        return false;
    const struct feed_request in = {.kind = named.kind, .name = named.name, .since = INT64_MAX}; /* no entry is wanted */
    return ask_entries(p, &in, &reply, &entries, &count) && page_record(reply.feed, &shape_feed_record, out) &&
           text_equal(feed_address(p, out->kind, out->name, 0, named.format), topic);
}

/* ---- the form ---- */

static bool read_lease(struct text written, uint64_t *out)
{
    *out = 0;
    if (!written.at || !written.len)
        return true;
    *out = page_number(written);
    return *out != 0 && written.len <= LEASE_DIGITS;
}

static void refuse_topic(struct page *p)
{
    enum status status = p->refusal.status;
    uint64_t wait = p->refusal.retry_after;

    if (status == STATUS_RATE_LIMITED)
        say(p, 429, WORDS_hub_hurried);
    else if (status == STATUS_BUSY || status == STATUS_STORE_FAILED)
        say(p, 503, WORDS_hub_hurried);
    else
        say(p, 404, WORDS_hub_topic);
    if (wait)
        p->work->refused.retry_after = wait;
}

static void give(struct page *p, struct push_ask *ask)
{
    struct feed_record feed;

    if (!find_topic(p, ask->topic, &feed)) {
        refuse_topic(p);
        return;
    }
    ask->kind = feed.kind;
    ask->ref = feed.object;
    ask->name = feed.name;
    const struct verdict *verdict = &verdicts[push_ask(p->web->options.push, ask)];
    say(p, verdict->status, verdict->words);
}

static void view_hub(struct page *p)
{
    struct text mode = page_typed(p, "hub.mode");
    struct push_ask ask = {
        .subscribe = text_equal(mode, TEXT("subscribe")), .topic = page_typed(p, "hub.topic"),
        .callback = page_typed(p, "hub.callback"), .secret = page_typed(p, "hub.secret"),
    };

    if (!ask.secret.len)
        ask.secret = (struct text){NULL, 0};
    if (!mode.at || !ask.topic.at || !ask.callback.at)
        say(p, 400, WORDS_hub_form);
    else if (!ask.subscribe && !text_equal(mode, TEXT("unsubscribe")))
        say(p, 400, WORDS_hub_mode);
    else if (!read_lease(page_typed(p, "hub.lease_seconds"), &ask.lease_seconds))
        say(p, 400, WORDS_hub_lease);
    else
        give(p, &ask);
}

/* ---- on the loop ---- */

/* Counted like a feed that is asked for. 0: go on; otherwise how long to wait, in ms. */
static uint64_t count(const struct page *p)
{
    static const uint64_t hub = UINT64_C(0x68756200);
    struct rate_table *rates = p->web->options.site->rates;
    struct timespec now;

    if (!rates)
        return 0;
    clock_gettime(CLOCK_REALTIME, &now);
    return rate_take_subject(rates, &messages[INDEX_FEED], p->http->peer ^ hub, (int64_t)now.tv_sec * 1000);
}

void hub_begin(struct work *w)
{
    struct page *p = &w->page;
    uint64_t wait;

    feed_begin(w);
    w->takes = ENCODING_NONE;
    if (p->http->method != METHOD_POST) {
        answer_bare(w->exchange, 405);
        return;
    }
    wait = count(p);
    if (wait) {
        answer_wait(w->exchange, 429, wait);
        return;
    }
    if (!form_read(&p->form, exchange_field(w->exchange, TEXT("content-type")), p->http->body, p->arena))
        p->form.count = 0; /* said as a form that lacks everything */
    web_view(w, view_hub);
}
