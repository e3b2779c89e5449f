/* See live_private.h: who asks for a stream, and its subscriptions, by the core's own requests on a reader. */
#include <stdlib.h>

#include "server/cursor.h"
#include "server/dispatch.h"
#include "server/store/store.h"
#include "server/web/live_private.h"

enum { ARENA = 64 * 1024, SECOND_MS = 1000 };

/* ---- who asks ---- */

struct live_entry {
    struct task task; /* first */
    struct request request;
    struct live_loop *local;
    struct exchange *exchange;
    uint64_t access_changes; /* the hub's, when the store was asked */
    uint32_t count;
    struct live_topic topics[LIVE_TOPICS];
};

static bool entry_run(struct job *job, struct db *db)
{
    return request_run(&((struct live_entry *)job)->request, db);
}

static void entry_submit(struct live_entry *e)
{
    e->access_changes = hub_access_changes(e->local->hub);
    e->local->away++;
    store_read(e->local->live->options.store, &e->task.job);
}

static unsigned refusal_of(enum status status)
{
    if (status == STATUS_LOGIN_NEEDED)
        return 401;
    if (status == STATUS_SUSPENDED)
        return 403;
    return status == STATUS_RATE_LIMITED ? 429 : 503;
}

static void entry_settle(struct task *task)
{
    struct live_entry *e = (struct live_entry *)task;
    const struct request *r = &e->request;

    e->local->away--;
    if (!task->job.durable && r->status == STATUS_OK)
        stream_refuse(e->exchange, 503);
    else if (r->status)
        stream_refuse(e->exchange, refusal_of(r->status));
    else if (hub_overtaken(e->local->hub, r, e->access_changes))
        entry_submit(e);
    else
        stream_open(e->local, e->exchange, r->becomes, e->topics, e->count);
}

void live_enter(struct live_loop *local, struct exchange *x, struct text token, const struct live_topic *topics, uint32_t count)
{
    const struct http_request *http = exchange_request(x);
    struct live_entry *e = arena_alloc(http->arena, sizeof *e);
    struct resume_request *in = arena_alloc(http->arena, sizeof *in);

    if (!e || !in) {
        stream_refuse(x, 503);
        return;
    }
    in->token = arena_text(http->arena, token);
    e->task = (struct task){.job.run = entry_run, .loop = local->loop, .request = &e->request, .settle = entry_settle};
    e->request = (struct request){
        .site = local->live->options.site,
        .message = &messages[INDEX_RESUME],
        .in = in,
        .arena = http->arena,
        .peer = http->peer,
    };
    e->local = local;
    e->exchange = x;
    e->count = count;
    memcpy(e->topics, topics, count * sizeof *topics);
    entry_submit(e);
}

/* ---- subscriptions ---- */

struct live_asking {
    struct task task; /* first */
    struct request request;
    struct subscribe_request in;
    uint8_t cursor[CURSOR_BYTES];
    struct live_loop *local;
    struct stream *stream; /* NULL: gone */
    uint32_t id;           /* of the subscription */
};

static bool asking_run(struct job *job, struct db *db)
{
    return request_run(&((struct live_asking *)job)->request, db);
}

static void asking_free(struct live_asking *a)
{
    arena_free(a->request.arena);
    free(a);
}

/* What was answered about a topic, for live_say to say and for the next question. */
static void take_answer(struct stream *s, struct live_topic *topic, const struct request *r)
{
    if (r->status == STATUS_OK) {
        topic->state = LIVE_GRANTED;
        topic->seq = r->grants->since;
        topic->placed = true;
    } else if (r->status == STATUS_RESYNC) {
        topic->placed = false; /* it starts now instead */
        topic->gap = true;
    } else if (status_retryable(r->status)) {
        s->wait = (uint32_t)((r->retry_after + SECOND_MS - 1) / SECOND_MS) + 1;
    } else {
        topic->state = LIVE_REFUSED;
    }
}

static void asking_settle(struct task *task)
{
    struct live_asking *a = (struct live_asking *)task;
    struct stream *s = a->stream;
    struct request *r = &a->request;

    a->local->away--;
    if (!task->job.durable && r->status == STATUS_OK)
        request_refuse(r, STATUS_BUSY);
    if (s) {
        s->asking = NULL;
        if (!hub_take_effect(&s->follower, a->id, r))
            connection_abort(s->follower.connection);
        take_answer(s, &s->topics[a->id - 1], r);
        connection_wants(s->follower.connection);
        live_ask(s);
    }
    asking_free(a);
}

static struct live_asking *asking_new(struct stream *s, uint32_t index)
{
    const struct live_options *options = &s->local->live->options;
    const struct live_topic *topic = &s->topics[index];
    struct live_asking *a = calloc(1, sizeof *a);
    struct arena *arena = a ? arena_new(ARENA) : NULL;

    if (!arena) {
        free(a);
        return NULL;
    }
    a->task = (struct task){.job.run = asking_run, .loop = s->local->loop, .request = &a->request, .settle = asking_settle};
    a->in = (struct subscribe_request){.topic = (enum topic)topic->topic, .id = topic->id};
    if (topic->placed) {
        struct cursor cursor = {.topic = (enum topic)topic->topic, .id = topic->id, .seq = topic->seq};
        if (cursor.topic == TOPIC_ACCOUNT)
            cursor.id = s->follower.actor->account;
        memcpy(cursor.epoch, store_epoch(options->store), sizeof cursor.epoch);
        cursor_encode(&cursor, a->cursor);
        a->in.since = (struct text){(const char *)a->cursor, CURSOR_BYTES};
    }
    a->request = (struct request){
        .site = options->site,
        .message = &messages[INDEX_SUBSCRIBE],
        .in = &a->in,
        .arena = arena,
        .session = s->follower.actor->session,
        .peer = s->peer,
    };
    a->local = s->local;
    a->stream = s;
    a->id = index + 1;
    return a;
}

void live_ask(struct stream *s)
{
    uint32_t i = 0;

    while (i < s->count && s->topics[i].state != LIVE_ASKED)
        i++;
    if (i == s->count || s->asking || s->wait || s->bye)
        return;
    struct live_asking *a = asking_new(s, i);
    if (!a || hub_ask(&s->follower, a->id, &a->request)) {
        s->wait = 1; /* no memory at present */
        if (a)
            asking_free(a);
        return;
    }
    s->asking = a;
    s->local->away++;
    store_read(s->local->live->options.store, &a->task.job);
}

void live_forget(struct live_asking *asking)
{
    if (asking)
        asking->stream = NULL;
}
