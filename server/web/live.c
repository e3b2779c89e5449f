/* See live.h and live_private.h: streams, from their beginning to their end. */
#include "server/web/live.h"

#include <stdlib.h>

#include "server/store/store.h"
#include "server/web/live_private.h"

/* ---- the server's, and each loop's ---- */

struct live *live_new(const struct live_options *options)
{
    struct live *live = calloc(1, sizeof *live);

    if (!live)
        return NULL;
    live->options = *options;
    live->sessions = prefix_table_new();
    live->peers = prefix_table_new();
    if (live->sessions && live->peers)
        return live;
    live_free(live);
    return NULL;
}

void live_free(struct live *live)
{
    if (!live)
        return;
    prefix_table_free(live->sessions);
    prefix_table_free(live->peers);
    free(live);
}

struct live_loop *live_start(struct live *live, struct loop *loop, struct hub *hub)
{
    struct live_loop *local = calloc(1, sizeof *local);

    if (local) {
        local->live = live;
        local->loop = loop;
        local->hub = hub;
    }
    return local;
}

void live_stop(struct live_loop *local)
{
    free(local);
}

bool live_settled(const struct live_loop *local)
{
    return local->away == 0;
}

/* ---- how many there may be ---- */

/* Numbers of sessions follow each other; places in the table go by scattered ones. */
static uint64_t scattered(uint64_t session)
{
    session = (session ^ session >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    session = (session ^ session >> 27) * UINT64_C(0x94d049bb133111eb);
    return session ^ session >> 31;
}

static void leave(struct live *live, uint64_t session, uint64_t peer)
{
    if (session)
        prefix_leave(live->sessions, scattered(session));
    prefix_leave(live->peers, peer);
    atomic_fetch_sub(&live->streams, 1);
}

static bool enter(struct live *live, uint64_t session, uint64_t peer)
{
    bool few = atomic_fetch_add(&live->streams, 1) < (live->options.streams ? live->options.streams : UINT32_MAX);

    if (few && prefix_enter(live->peers, peer, LIVE_OF_PREFIX)) {
        if (!session || prefix_enter(live->sessions, scattered(session), LIVE_OF_SESSION))
            return true;
        prefix_leave(live->peers, peer);
    }
    atomic_fetch_sub(&live->streams, 1);
    return false;
}

/* ---- a stream ---- */

static void stream_output(void *stream, struct outlet *outlet)
{
    struct stream *s = stream;

    if (live_say(s, outlet))
        hub_output(&s->follower, outlet);
}

static void stream_tick(void *stream)
{
    struct stream *s = stream;

    if (s->quiet < LIVE_BEAT_S)
        s->quiet++;
    if (s->quiet == LIVE_BEAT_S)
        connection_wants(s->follower.connection);
    if (s->wait && --s->wait == 0)
        live_ask(s);
}

void stream_end(struct stream *s, uint32_t retry_ms)
{
    if (s->bye)
        return;
    s->bye = true;
    s->bye_ms = retry_ms;
    connection_wants(s->follower.connection);
    connection_finish(s->follower.connection);
}

/* Those who are told at once would come again at once: each has its own time. */
static void stream_drain(void *stream)
{
    struct stream *s = stream;

    stream_end(s, LIVE_RETRY_MS + s->local->drained++ * 37 % LIVE_SPREAD_MS);
}

static bool stream_idle(void *stream)
{
    const struct stream *s = stream;
    return !s->bye || s->bye_said; /* a reader who is gone is owed nothing */
}

static void stream_closed(void *stream)
{
    struct stream *s = stream;

    live_forget(s->asking);
    hub_leave(&s->follower);
    leave(s->local->live, s->session, s->peer);
    free(s);
}

static const struct http_stream kind = {
    .output = stream_output,
    .tick = stream_tick,
    .drain = stream_drain,
    .idle = stream_idle,
    .closed = stream_closed,
};

/* ---- its beginning ---- */

void stream_refuse(struct exchange *x, unsigned status)
{
    const struct http_field fields[] = {{TEXT("Cache-Control"), TEXT("no-store")}};

    exchange_answer(x, &(struct http_answer){.status = status, .fields = fields, .field_count = 1});
}

/* 200, with what the application says to everything, and what keeps proxies from holding events back. */
static struct connection *begin(struct live_loop *local, struct exchange *x, struct stream *s)
{
    enum { OWN = 2, MOST = 16 };
    const struct live_options *options = &local->live->options;
    struct http_field fields[OWN + MOST] = {
        {TEXT("Cache-Control"), TEXT("no-store")},
        {TEXT("X-Accel-Buffering"), TEXT("no")},
    };
    uint32_t more = options->field_count < MOST ? options->field_count : MOST;

    if (more)
        memcpy(fields + OWN, options->fields, more * sizeof fields[0]);
    return exchange_stream(x, &(struct http_answer){
        .status = 200, .type = TEXT("text/event-stream"), .fields = fields, .field_count = OWN + more,
    }, &kind, s);
}

void stream_open(struct live_loop *local, struct exchange *x, const struct actor *actor, const struct live_topic *topics,
                 uint32_t count)
{
    const uint64_t session = actor->session, peer = exchange_request(x)->peer;
    struct stream *s = calloc(1, sizeof *s + count * sizeof *topics);

    if (!s || !enter(local->live, session, peer)) {
        stream_refuse(x, s ? 429 : 503);
        free(s);
        return;
    }
    s->local = local;
    s->session = session;
    s->peer = peer;
    s->count = (uint8_t)count;
    memcpy(s->topics, topics, count * sizeof *topics);
    struct connection *connection = begin(local, x, s);
    if (!connection) {
        leave(local->live, session, peer);
        free(s);
        return;
    }
    hub_enter(local->hub, &s->follower, connection);
    s->follower.voice = &live_voice;
    if (!hub_become(&s->follower, actor)) {
        connection_abort(connection);
        return;
    }
    connection_wants(connection);
    live_ask(s);
}

/* ---- what is asked ---- */

/* Where the browser was when it was cut off; in another history it means nothing. */
static void go_on(const struct live_loop *local, struct text last, struct live_topic *topics, uint32_t count)
{
    struct live_topic seen[LIVE_TOPICS];
    uint8_t epoch[LIVE_EPOCH];
    uint32_t seen_count;

    if (!live_topics_read(last, epoch, seen, &seen_count) ||
        memcmp(epoch, store_epoch(local->live->options.store), LIVE_EPOCH) != 0)
        return;
    for (uint32_t i = 0; i < seen_count; i++)
        for (uint32_t j = 0; j < count; j++)
            if (topics[j].topic == seen[i].topic && topics[j].id == seen[i].id && seen[i].placed)
                topics[j] = seen[i];
}

void live_open(struct live_loop *local, struct exchange *x, struct text token)
{
    const struct http_request *http = exchange_request(x);
    const struct actor visitor = {.role = ROLE_VISITOR};
    struct live_topic topics[LIVE_TOPICS];
    uint8_t epoch[LIVE_EPOCH];
    uint32_t count;

    if (http->method != METHOD_GET) {
        stream_refuse(x, 405);
        return;
    }
    if (!live_topics_read(live_topics_of_query(http->query), epoch, topics, &count) || count == 0) {
        stream_refuse(x, 400);
        return;
    }
    /* Of another history: what is asked for starts now, behind a gap. */
    if (memcmp(epoch, store_epoch(local->live->options.store), LIVE_EPOCH) != 0)
        for (uint32_t i = 0; i < count; i++) {
            topics[i].placed = false;
            topics[i].gap = true;
        }
    go_on(local, exchange_field(x, TEXT("last-event-id")), topics, count);
    if (token.at)
        live_enter(local, x, token, topics, count);
    else
        stream_open(local, x, &visitor, topics, count);
}
