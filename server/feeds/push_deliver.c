/*
 * See push_private.h: fetching feeds that changed, and sending them (WebSub section 7).
 *
 * A subscription is to get something where the digest of what it got differs from its topic's: so nothing is queued, nobody is
 * sent what is no longer the newest, and a restart forgets nothing. A document stays in memory only while somebody can be sent
 * it.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/feeds/push_private.h"
#include "server/util/log.h"

/* How long to wait after each failed try, a quarter more or less; after the last one that content is given up. Six hours in all. */
static const unsigned backoff_s[] = {5, 20, 80, 320, 1200, 4800, 14400};
enum { TRIES = sizeof backoff_s / sizeof *backoff_s + 1 };

static const struct text nothing = {NULL, 0};

/* ---- feeds ---- */

static bool is_stale(const struct push *push, const struct push_topic *topic)
{
    bool site = topic->kind == FEED_KIND_SITE || topic->kind == FEED_KIND_SEARCH; /* a search finds what any feed has */
    struct text name = topic->kind == FEED_KIND_TAG ? text_of(topic->name) : nothing;
    uint64_t number = generations_feed(site ? FEED_KIND_SITE : topic->kind, site ? 0 : topic->ref, name);

    return !topic->stamped || !generations_hold(push->options.generations, TOPIC_NONE, number, topic->stamp) ||
           !generations_hold(push->options.generations, TOPIC_NONE, generations_growth(number), topic->stamp);
}

static void begin_fetch(struct push *push, struct push_topic *topic)
{
    struct errand *errand = errand_new(push, ERRAND_FETCH, NULL);

    if (!errand)
        return;
    errand->topic = topic;
    errand->stamp = generations_stamp(push->options.generations);
    topic->fetching = true;
    topic->fetch_at = push_monotonic() + PUSH_MAX_FETCH_AGAIN_MS;
    if (!errand_begin(push, errand, &(struct push_call_spec){
            .url = topic->url, .here = push->here, .ms = PUSH_MAX_DELIVER_MS, .keep = PUSH_MAX_DOCUMENT}))
        topic->fetching = false;
}

/* Where there are too many, those go, too, for which all hosts are busy. Returns how many stay. */
static size_t let_go(struct push *push)
{
    size_t kept = 0;

    for (size_t i = 0; i < push->book->topic_count; i++)
        kept += push->book->topics[i]->document != NULL;
    for (size_t i = 0; i < push->book->topic_count; i++) {
        struct push_topic *topic = push->book->topics[i];
        bool useful = topic->wanted || (topic->awaited && kept <= PUSH_MAX_DOCUMENTS);
        if (!topic->document || useful)
            continue;
        push_document_drop(topic->document);
        topic->document = NULL;
        kept--;
    }
    return kept;
}

void fetch_pass(struct push *push)
{
    size_t kept = let_go(push);
    int64_t now = push_monotonic();

    for (size_t i = 0; i < push->book->topic_count; i++) {
        struct push_topic *topic = push->book->topics[i];
        bool missing = topic->wanted && !topic->document && kept < PUSH_MAX_DOCUMENTS;
        if (!topic->gone && !topic->fetching && now >= topic->fetch_at && (missing || is_stale(push, topic)))
            begin_fetch(push, topic);
    }
}

/* Who waits for nothing has what there is; who comes with the first document has it, too. */
static void begin_with(struct push *push, struct push_topic *topic)
{
    for (size_t i = 0; i < push->book->count; i++) {
        struct push_subscription *s = push->book->subscriptions[i];
        if (s->topic != topic || s->has)
            continue;
        memcpy(s->got, topic->digest, PUSH_DIGEST);
        s->has = true;
        push_book_save(push->book, s);
    }
}

/* Whether subscribers are to get another document than they had. */
static bool take_document(struct push *push, struct push_topic *topic, struct push_document *document)
{
    bool first = !topic->known, changed = first || memcmp(topic->digest, document->digest, PUSH_DIGEST) != 0;

    push_document_drop(topic->document);
    topic->document = document;
    if (!changed)
        return false;
    memcpy(topic->digest, document->digest, PUSH_DIGEST);
    topic->known = true;
    if (topic->subscribers)
        push_book_save_topic(push->book, topic);
    if (first)
        begin_with(push, topic);
    else
        log_info("push_changed", LOG_NUMBER("subscribers", topic->subscribers));
    return !first;
}

/* What visitors are told where there is no such feed for them: it moved, is forbidden, is not there, is gone. */
static bool is_over(unsigned status)
{
    return status == 301 || status == 308 || status == 401 || status == 403 || status == 404 || status == 410;
}

void fetch_done(struct push *push, struct errand *errand, const struct push_answer *answer)
{
    struct push_topic *topic = errand->topic;
    struct push_document *document = NULL;

    if (answer->status == 200 && answer->body.at)
        document = push_document_new(answer->body, answer->type);
    topic->fetching = false;
    topic->gone = is_over(answer->status);
    if (topic->gone)
        log_info("push_feed_gone", LOG_NUMBER("status", answer->status), LOG_NUMBER("subscribers", topic->subscribers));
    if (!document) {
        if (!topic->gone)
            log_warning("push_feed_unread", LOG_NUMBER("status", answer->status));
        return;
    }
    topic->stamp = errand->stamp;
    topic->stamped = true;
    bool changed = take_document(push, topic, document);
    topic->fetch_at = push_monotonic() + (changed ? PUSH_MAX_FETCH_EVERY_MS : PUSH_MAX_FETCH_LEAST_MS);
}

/* ---- subscribers ---- */

static bool lacks(const struct push_subscription *s)
{
    return s->topic->known && (!s->has || memcmp(s->got, s->topic->digest, PUSH_DIGEST) != 0);
}

static void begin_delivery(struct push *push, struct push_subscription *s)
{
    struct push_document *document = s->topic->document;
    struct errand *errand = errand_new(push, ERRAND_DELIVER, s->host);

    if (!errand)
        return;
    document->uses++;
    errand->document = document;
    errand->to = s;
    errand->posting = (struct push_posting){
        .body = {document->bytes, document->len}, .type = document->type, .hub = push->hub, .self = s->topic->url,
        .secret = s->secret ? (struct text){s->secret, s->secret_len} : nothing,
    };
    s->state = PUSH_BUSY;
    if (!errand_begin(push, errand, &(struct push_call_spec){
            .url = s->callback, .posting = &errand->posting, .ms = PUSH_MAX_DELIVER_MS}))
        s->state = PUSH_IDLE;
}

static void look_at(struct push *push, struct push_subscription *s, int64_t now)
{
    if (s->state != PUSH_IDLE)
        return;
    if (s->topic->gone) {
        deny_begin(push, s);
        return;
    }
    if (!lacks(s) || s->due > now)
        return;
    if (s->topic->document)
        begin_delivery(push, s);
    if (s->state == PUSH_IDLE && host_is_busy(push, s->host))
        s->topic->awaited = true;
    else if (s->state == PUSH_IDLE)
        s->topic->wanted = true;
}

static void end_leases(struct push *push, int64_t now)
{
    for (size_t i = push->book->count; i-- > 0;) {
        struct push_subscription *s = push->book->subscriptions[i];
        if (s->expires > now || s->state == PUSH_LEAVING)
            continue;
        push_book_drop(push->book, s);
        log_info("push_lease_ended", LOG_NUMBER("subscriptions", push->book->count));
    }
}

void deliver_pass(struct push *push)
{
    int64_t now = push_utc();
    size_t count;

    end_leases(push, now);
    count = push->book->count;
    for (size_t i = 0; i < count; i++)
        look_at(push, push->book->subscriptions[(push->turn + i) % count], now);
    push->turn = count ? (push->turn + 1) % count : 0;
}

/* ---- afterwards ---- */

static void got_it(struct push_subscription *s, const uint8_t digest[PUSH_DIGEST])
{
    memcpy(s->got, digest, PUSH_DIGEST);
    s->has = true;
    s->tries = 0;
    s->due = 0;
}

static int64_t with_jitter(unsigned seconds)
{
    uint32_t ms = seconds * 1000, quarter = ms / 4;

    return (int64_t)(ms - quarter + randombytes_uniform(2 * quarter));
}

static void failed(struct push_subscription *s, unsigned status)
{
    s->tries++;
    if (s->tries >= TRIES) {
        got_it(s, s->topic->digest);
        log_info("push_given_up", LOG_NUMBER("status", status), LOG_NUMBER("tries", TRIES));
        return;
    }
    s->due = push_utc() + with_jitter(backoff_s[s->tries - 1]);
    log_info("push_failed", LOG_NUMBER("status", status), LOG_NUMBER("tries", s->tries),
             LOG_NUMBER("again_ms", s->due - push_utc()));
}

void deliver_done(struct push *push, struct errand *errand, const struct push_answer *answer)
{
    struct push_subscription *s = errand->to;

    if (!push_book_release(push->book, s))
        return;
    if (answer->status == 410) { /* section 7: the subscriber ends it */
        push_book_drop(push->book, s);
        log_info("push_ended", LOG_NUMBER("subscriptions", push->book->count));
        return;
    }
    if (answer->status >= 200 && answer->status < 300)
        got_it(s, errand->document->digest);
    else
        failed(s, answer->status);
    push_book_save(push->book, s);
}
