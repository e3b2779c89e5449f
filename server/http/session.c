/* See http.h: the face. */
#include <assert.h>
#include <stdlib.h>

#include "server/http/http_private.h"

enum { TICK_MS = 1000 };

/* ---- phases ---- */

#define TO(phase) (1u << SESSION_##phase)
static const uint8_t moves[SESSION_PHASES] = {
    [SESSION_IDLE] = TO(READING),
    [SESSION_READING] = TO(WORKING) | TO(SAYING), /* a refusal is said at once */
    [SESSION_WORKING] = TO(SAYING) | TO(STREAMING),
    [SESSION_SAYING] = TO(IDLE) | TO(LEAVING),
    [SESSION_STREAMING] = 0,
    [SESSION_LEAVING] = 0,
};
#undef TO

void session_move(struct http_session *s, enum session_phase phase)
{
    assert(moves[s->phase] & 1u << phase);
    s->phase = (uint8_t)phase;
}

static uint64_t elapsed(const struct http_session *s, uint64_t since)
{
    return loop_now(s->local->loop) - since;
}

/* ---- the face and its loops ---- */

struct http *http_new(const struct http_options *options)
{
    struct http *http = malloc(sizeof *http);

    if (http)
        *http = (struct http){.options = *options};
    return http;
}

void http_free(struct http *http)
{
    free(http);
}

static void *face_start(void *context, struct loop *loop, void *commons)
{
    const struct http *http = context;
    struct http_loop *local = calloc(1, sizeof *local);

    if (!local)
        return NULL;
    *local = (struct http_loop){.http = http, .app = http->options.app, .loop = loop};
    local->application = local->app->start(http->options.context, loop, commons);
    if (local->application)
        return local;
    free(local);
    return NULL;
}

static void face_stop(void *context)
{
    struct http_loop *local = context;

    local->app->stop(local->application);
    while (local->spare) {
        struct exchange *x = local->spare;
        local->spare = x->next;
        exchange_free(x);
    }
    free(local);
}

static bool face_settled(void *context)
{
    const struct http_loop *local = context;

    return local->orphans == 0 && local->app->settled(local->application);
}

static void *face_open(void *context, struct connection *connection)
{
    struct http_loop *local = context;
    struct http_session *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->local = local;
    s->connection = connection;
    s->since = loop_now(local->loop);
    return s;
}

static void face_closed(void *session)
{
    struct http_session *s = session;

    if (s->phase == SESSION_STREAMING)
        s->kind->closed(s->stream);
    if (s->phase == SESSION_WORKING) {
        s->exchange->session = NULL;
        s->local->orphans++;
    } else if (s->exchange) {
        exchange_end(s->exchange);
    }
    free(s);
}

/* ---- input ---- */

/* The first byte of a request. False: not now. */
static bool begin(struct http_session *s)
{
    s->held = loop_memory_short(s->local->loop);
    if (s->held)
        return false;
    s->exchange = exchange_begin(s);
    if (!s->exchange) {
        connection_abort(s->connection);
        return false;
    }
    s->since = loop_now(s->local->loop);
    session_move(s, SESSION_READING);
    return true;
}

/* The last address in the proxy's field: the one that it saw itself; what stands before is the browser's word. */
static struct text named_peer(const struct http_request *request, struct text name)
{
    struct text value = {NULL, 0};

    for (uint32_t i = 0; name.at && i < request->field_count; i++)
        if (text_equal(request->fields[i].name, name))
            value = request->fields[i].value;
    const char *comma = value.len ? memrchr(value.at, ',', value.len) : NULL;
    if (comma)
        value = (struct text){comma + 1, value.len - (size_t)(comma + 1 - value.at)};
    while (value.len && (value.at[0] == ' ' || value.at[0] == '\t'))
        value.at++, value.len--;
    return value;
}

/* Who asks, once the head is there. */
static void introduce(struct exchange *x)
{
    const struct connection *c = x->session->connection;
    struct http_request *request = &x->parser.request;
    bool trusted = connection_trusted(c);
    struct text name = x->local->http->options.proxy_field;

    if (x->introduced)
        return;
    x->introduced = true;
    request->secure = trusted || connection_secure(c);
    request->peer = trusted ? connection_peer_named(c, named_peer(request, name)) : 0;
    if (!request->peer)
        request->peer = connection_peer(c);
}

static void admit(struct http_session *s, size_t bytes_there)
{
    struct exchange *x = s->exchange;

    introduce(x);
    x->parser.limit = s->local->app->admit(s->local->application, &x->parser.request);
    x->body_began = loop_now(s->local->loop);
    s->proceed = x->parser.expects && bytes_there == 0;
}

static void run(struct http_session *s)
{
    s->proceed = false;
    introduce(s->exchange);
    session_move(s, SESSION_WORKING);
    s->local->app->run(s->local->application, s->exchange);
}

static void receive(struct http_session *s, const uint8_t **at, size_t *len)
{
    struct exchange *x = s->exchange;
    enum parser_event event = http_parser_next(&x->parser, at, len);

    if (event == PARSER_HEAD) {
        admit(s, *len);
        event = http_parser_next(&x->parser, at, len);
    }
    exchange_account(x);
    s->proceed = s->proceed && x->parser.expects; /* whose body has begun needs no encouragement */
    if (event == PARSER_REFUSED) {
        s->proceed = false;
        exchange_refuse(x, x->parser.refused);
    } else if (event == PARSER_END) {
        run(s);
    } else if (s->proceed) {
        connection_wants(s->connection);
    }
}

static size_t face_input(void *session, const uint8_t *at, size_t len)
{
    struct http_session *s = session;
    const size_t given = len;

    while (len > 0) {
        if (s->phase == SESSION_STREAMING || s->phase == SESSION_LEAVING)
            return given;
        if (s->phase == SESSION_IDLE && (s->last || !begin(s)))
            break;
        if (s->phase != SESSION_READING)
            break;
        receive(s, &at, &len);
    }
    return given - len;
}

/* ---- output ---- */

static void put(struct outlet *outlet, struct text text)
{
    if (text.len)
        outlet_put(outlet, text.at, text.len);
}

static void done(struct http_session *s)
{
    struct exchange *x = s->exchange;
    bool close = x->close;

    s->exchange = NULL;
    exchange_end(x);
    if (close) {
        session_move(s, SESSION_LEAVING);
        connection_finish(s->connection);
        return;
    }
    session_move(s, SESSION_IDLE);
    s->since = loop_now(s->local->loop);
    connection_resume(s->connection);
}

static void say(struct http_session *s, struct outlet *outlet)
{
    struct exchange *x = s->exchange;
    const struct text body = x->said.body;

    put(outlet, x->said.head);
    x->said.head.len = 0;
    while (x->at < body.len && outlet_room(outlet)) {
        size_t piece = body.len - x->at < HTTP_MAX_PIECE ? body.len - x->at : HTTP_MAX_PIECE;
        outlet_put(outlet, body.at + x->at, piece);
        x->at += piece;
    }
    if (x->at == body.len)
        done(s);
}

static void stream(struct http_session *s, struct outlet *outlet)
{
    if (s->exchange) {
        put(outlet, s->exchange->said.head);
        exchange_end(s->exchange);
        s->exchange = NULL;
    }
    s->kind->output(s->stream, outlet);
}

static void face_output(void *session, struct outlet *outlet)
{
    struct http_session *s = session;

    if (s->proceed)
        put(outlet, TEXT("HTTP/1.1 100 Continue\r\n\r\n"));
    s->proceed = false;
    if (s->phase == SESSION_SAYING)
        say(s, outlet);
    else if (s->phase == SESSION_STREAMING)
        stream(s, outlet);
}

static bool face_idle(void *session)
{
    const struct http_session *s = session;

    /* What has not come whole will never be asked. */
    if (s->phase == SESSION_STREAMING)
        return !s->exchange && s->kind->idle(s->stream);
    return s->phase != SESSION_WORKING && s->phase != SESSION_SAYING;
}

static void face_drain(void *session)
{
    struct http_session *s = session;

    s->last = true;
    if (s->phase == SESSION_STREAMING)
        s->kind->drain(s->stream);
    connection_finish(s->connection);
}

/* ---- time ---- */

/* Called for the first session of a second; there is nothing to do for a loop without sessions. */
static void tick_loop(struct http_loop *local)
{
    uint64_t now = loop_now(local->loop);

    if (now - local->ticked < TICK_MS / 2)
        return;
    local->ticked = now;
    if (local->app->tick)
        local->app->tick(local->application);
}

static void tick_idle(struct http_session *s)
{
    if (s->held) {
        s->since = loop_now(s->local->loop);
        if (!loop_memory_short(s->local->loop))
            connection_resume(s->connection);
    } else if (connection_busy(s->connection)) {
        s->since = loop_now(s->local->loop); /* the last answer has not left yet */
    } else if (elapsed(s, s->since) > HTTP_MAX_IDLE_MS) {
        connection_finish(s->connection);
    }
}

static bool late(const struct http_session *s)
{
    const struct exchange *x = s->exchange;

    if (!x->body_began)
        return elapsed(s, s->since) > HTTP_MAX_HEAD_MS;
    return elapsed(s, x->body_began) > HTTP_MAX_BODY_MS + x->parser.received * 1000 / HTTP_MAX_BODY_RATE;
}

/* Whether an exchange holds memory that others wait for, because its peer is slow. */
static bool hogs(const struct http_session *s)
{
    return loop_memory_short(s->local->loop) && elapsed(s, s->since) > HTTP_MAX_SHORT_MS;
}

static void face_tick(void *session)
{
    struct http_session *s = session;

    tick_loop(s->local);
    switch ((enum session_phase)s->phase) {
    case SESSION_IDLE:
        tick_idle(s);
        break;
    case SESSION_READING:
        if (hogs(s))
            connection_abort(s->connection);
        else if (late(s))
            exchange_refuse(s->exchange, 408);
        break;
    case SESSION_SAYING:
        if (hogs(s))
            connection_abort(s->connection);
        break;
    case SESSION_STREAMING:
        s->kind->tick(s->stream);
        break;
    case SESSION_WORKING:
    case SESSION_LEAVING:
    case SESSION_PHASES:
        break;
    }
}

const struct face *http_face(void)
{
    static const struct face face = {
        .start = face_start,
        .stop = face_stop,
        .settled = face_settled,
        .open = face_open,
        .input = face_input,
        .output = face_output,
        .tick = face_tick,
        .drain = face_drain,
        .idle = face_idle,
        .closed = face_closed,
    };
    return &face;
}
