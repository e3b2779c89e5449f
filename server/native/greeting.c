/*
 * Requests that are answered on the loop, without the store: hello, visit, unsubscribe.
 *
 * Their handlers get a request as all handlers do; it is part of a call, from which they reach the session.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/native/session.h"
#include "server/util/words.h"

enum { VERSION = 1, CAPABILITY_BYTES = 256, LIMITS_BYTES = 4096 };

static struct session *session_of(struct request *r)
{
    struct call *call = (struct call *)(void *)((char *)r - offsetof(struct call, request));
    return call->session;
}

/* ---- hello ---- */

static struct items capabilities(struct request *r)
{
    static const struct text names[] = {
#define CAPABILITY(name, doc) TEXT_INIT(#name),
#include "server/native/capabilities.def"
#undef CAPABILITY
    };
    struct wire_writer w = arena_writer(r->arena, CAPABILITY_BYTES);
    struct items list = items_begin(&w);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        items_add_text(&w, &list, names[i]);
    return list;
}

static struct items limits(struct request *r)
{
    static const struct limit_record rows[] = {
#define LIMIT(NAME, name, value, unit, reason) {TEXT_INIT(#name), value},
#include "protocol/limits.def"
#undef LIMIT
    };
    struct wire_writer w = arena_writer(r->arena, LIMITS_BYTES);
    struct items list = items_begin(&w);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        items_add(&w, &list, &shape_limit_record, &rows[i]);
    return list;
}

static uint64_t wall_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

enum status handle_hello(struct request *r, const struct hello_request *in)
{
    struct session *s = session_of(r);

    s->lang = (uint8_t)in->lang;
    r->lang = in->lang;
    if (in->min > VERSION || in->max < VERSION)
        return refuse_limit(r, STATUS_VERSION, in->min > VERSION ? "min" : "max", VERSION);
    if (in->client.len && !words_is_line(in->client))
        return refuse_field(r, STATUS_BAD_FIELD, "client");
    if (in->client.len) {
        s->client = malloc(in->client.len + 1);
        if (!s->client)
            return refuse(r, STATUS_BUSY);
        memcpy(s->client, in->client.at, in->client.len);
        s->client[in->client.len] = '\0';
    }
    s->greeted = true;
    struct hello_reply out = {
        .version = VERSION,
        .capabilities = capabilities(r),
        .limits = limits(r),
        .epoch = {(const char *)store_epoch(s->local->native->options.store), 8},
        .time = wall_clock(),
        .site = r->site->name,
    };
    return reply_hello(r, &out);
}

/* ---- visit, unsubscribe ---- */

enum status handle_visit(struct request *r, const struct visit_request *in)
{
    const struct actor visitor = {.role = ROLE_VISITOR};
    const struct visit_reply out = {0};

    (void)in;
    if (!hub_become(&session_of(r)->follower, &visitor))
        return refuse(r, STATUS_BUSY);
    return reply_visit(r, &out);
}

enum status handle_unsubscribe(struct request *r, const struct unsubscribe_request *in)
{
    const struct unsubscribe_reply out = {0};

    if (in->subscription > UINT32_MAX || !hub_unsubscribe(&session_of(r)->follower, (uint32_t)in->subscription))
        return refuse_field(r, STATUS_NOT_FOUND, "subscription");
    return reply_unsubscribe(r, &out);
}

/* ---- the table of them ---- */

/* Their handlers take their own struct; the table passes what was decoded. */
#define ON_LOOP_LOOP(name) \
    static enum status loop_##name(struct request *r, const void *in) \
    { \
        return handle_##name(r, in); \
    }
#define ON_LOOP_READ(name)
#define ON_LOOP_BULK(name)
#define ON_LOOP_WRITE(name)
#define ON_LOOP_SECRET(name)
#define ON_LOOP_KDF(name)
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) ON_LOOP_##WHERE(name)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

#define ROW_LOOP(name, NAME) [INDEX_##NAME] = loop_##name,
#define ROW_READ(name, NAME)
#define ROW_BULK(name, NAME)
#define ROW_WRITE(name, NAME)
#define ROW_SECRET(name, NAME)
#define ROW_KDF(name, NAME)
static enum status (*const handlers[MESSAGES])(struct request *r, const void *in) = {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) ROW_##WHERE(name, NAME)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
};

enum status greeting_run(struct call *call)
{
    struct request *r = &call->request;
    return handlers[r->message->index](r, r->in);
}
