/*
 * The HTTP face on a connection made of memory, before an application that does what the path says:
 *
 *     /now/TEXT     answers TEXT at once
 *     /later        keeps the exchange until stage_answer
 *     /long         answers LONG bytes, with a release
 *     /stream       becomes a stream
 *     POST          answers with the body it was given; 1000 bytes are wanted, or 100000 under /much
 *
 * Included by one program each.
 */
#ifndef LUNTAN_TESTS_UNIT_FAKE_HTTP_H
#define LUNTAN_TESTS_UNIT_FAKE_HTTP_H

#include "tests/unit/fake_loop.h"

#include "server/http/http.h"

enum { LONG = 200000, LATER = 64, SPILL = 1 << 18 };

struct stage {
    struct http *http;
    const struct face *face;
    void *local, *session;
    struct connection connection;
    struct exchange *later[LATER];
    unsigned later_count;
    unsigned runs, admits, releases, ticks, stops, refusals;
    unsigned stream_output, stream_ticks, stream_drains, stream_closed;
    bool settled, stream_idle, trusted, secure;
    uint64_t peer;           /* of the newest request */
    bool request_secure;
    uint8_t spill[SPILL];    /* what the session left */
    size_t spilled;
};

static struct stage stage;
/* Called after each output, if there is such a function. */
static void (*stage_heard)(void);
static char long_body[LONG];

uint64_t connection_peer_named(const struct connection *c, struct text address)
{
    (void)c;
    return text_equal(address, TEXT("192.0.2.7")) ? 7 : 0;
}

bool connection_secure(const struct connection *c)
{
    (void)c;
    return stage.secure;
}

bool connection_trusted(const struct connection *c)
{
    (void)c;
    return stage.trusted;
}

/* ---- the application ---- */

static void *app_start(void *context, struct loop *loop, void *commons)
{
    (void)context, (void)loop;
    return commons;
}

static void app_stop(void *local)
{
    (void)local;
    stage.stops++;
}

static bool app_settled(void *local)
{
    (void)local;
    return stage.settled;
}

static void app_tick(void *local)
{
    (void)local;
    stage.ticks++;
}

static size_t app_admit(void *local, const struct http_request *request)
{
    (void)local;
    stage.admits++;
    return text_equal(request->path, TEXT("/much")) ? 100000 : 1000;
}

static void on_release(void *owner)
{
    struct stage *s = owner;
    s->releases++;
}

static void stream_output(void *stream, struct outlet *outlet)
{
    struct stage *s = stream;
    s->stream_output++;
    outlet_put(outlet, "data", 4);
}

static void stream_tick(void *stream)
{
    struct stage *s = stream;
    s->stream_ticks++;
}

static void stream_drain(void *stream)
{
    struct stage *s = stream;
    s->stream_drains++;
}

static bool stream_is_idle(void *stream)
{
    const struct stage *s = stream;
    return s->stream_idle;
}

static void stream_closed(void *stream)
{
    struct stage *s = stream;
    s->stream_closed++;
}

static const struct http_stream stream_kind = {stream_output, stream_tick, stream_drain, stream_is_idle, stream_closed};

static void app_run(void *local, struct exchange *x)
{
    const struct http_request *request = exchange_request(x);
    const struct text now = TEXT("/now/"), path = request->path;
    struct http_answer answer = {.status = 200, .type = TEXT("text/plain"), .etag = TEXT("\"e\"")};

    (void)local;
    stage.runs++;
    stage.peer = request->peer;
    stage.request_secure = request->secure;
    if (request->method == METHOD_POST) {
        answer.body = request->body;
    } else if (path.len >= now.len && memcmp(path.at, now.at, now.len) == 0) {
        answer.body = (struct text){path.at + now.len, path.len - now.len};
    } else if (text_equal(path, TEXT("/long"))) {
        answer.body = (struct text){long_body, LONG};
        answer.release = on_release;
        answer.owner = &stage;
    } else if (text_equal(path, TEXT("/stream"))) {
        exchange_stream(x, &answer, &stream_kind, &stage);
        return;
    } else if (stage.later_count < LATER) {
        stage.later[stage.later_count++] = x;
        return;
    }
    exchange_answer(x, &answer);
}

static void app_refusal(void *local, unsigned status, struct arena *arena, struct http_answer *answer)
{
    static const struct http_field field = {TEXT_INIT("X-Refused"), TEXT_INIT("yes")};

    (void)local;
    stage.refusals++;
    answer->type = TEXT("text/plain");
    answer->body = arena_format(arena, "no: %u", status);
    answer->fields = &field;
    answer->field_count = 1;
}

static const struct http_app app = {app_start, app_stop, app_settled, app_tick, app_admit, app_run, app_refusal};

/* ---- the stage ---- */

static inline void stage_connect(void)
{
    memset(&stage.connection, 0, offsetof(struct connection, out));
    stage.connection.len = 0;
    stage.spilled = 0;
    stage.session = stage.face->open(stage.local, &stage.connection);
    if (!stage.session)
        abort();
}

static inline void stage_open(void)
{
    static int commons;

    fake_loop = (struct loop){.limit = SIZE_MAX, .now = 100000};
    memset(&stage, 0, offsetof(struct stage, connection));
    memset(&stage.later, 0, offsetof(struct stage, spill) - offsetof(struct stage, later));
    stage.settled = stage.secure = true;
    stage.http = http_new(&(struct http_options){.app = &app, .proxy_field = TEXT("x-forwarded-for")});
    stage.face = http_face();
    stage.local = stage.http ? stage.face->start(stage.http, &fake_loop, &commons) : NULL;
    if (!stage.local)
        abort();
    stage_connect();
}

/* Answers the exchange that was kept first. */
static inline void stage_answer(struct text body)
{
    struct exchange *x = stage.later[0];

    if (stage.later_count == 0)
        abort();
    stage.later_count--;
    memmove(stage.later, stage.later + 1, stage.later_count * sizeof stage.later[0]);
    exchange_answer(x, &(struct http_answer){.status = 200, .type = TEXT("text/plain"), .body = body, .release = on_release, .owner = &stage});
}

static inline void stage_close(void)
{
    stage.face->closed(stage.session);
    while (stage.later_count)
        stage_answer(TEXT("late"));
    if (!stage.face->settled(stage.local) || fake_loop.memory != 0)
        abort();
    stage.face->stop(stage.local);
    http_free(stage.http);
}

static inline void stage_output(size_t room)
{
    struct outlet outlet = {&stage.connection, room};

    stage.connection.wants = false;
    stage.face->output(stage.session, &outlet);
    if (outlet.room == 0)
        stage.connection.wants = true; /* there will be room again */
    if (stage_heard)
        stage_heard();
}

/* Bytes from the peer, after what was left. As net/ does, nothing is given to who has left something, until it resumes. */
static inline void stage_give(const void *at, size_t len)
{
    if (len > SPILL - stage.spilled)
        abort();
    if (stage.spilled) {
        memcpy(stage.spill + stage.spilled, at, len);
        stage.spilled += len;
        return;
    }
    uint8_t *copy = malloc(len ? len : 1);
    if (!copy)
        abort();
    memcpy(copy, at, len);
    size_t taken = stage.face->input(stage.session, copy, len);
    if (taken > len)
        abort();
    memcpy(stage.spill, copy + taken, len - taken);
    stage.spilled = len - taken;
    free(copy);
}

static inline void stage_resume(void)
{
    if (!stage.connection.resumed)
        return;
    stage.connection.resumed = false;
    if (stage.connection.finished || stage.connection.aborted)
        return;
    size_t len = stage.spilled;
    uint8_t *left = malloc(len ? len : 1);
    if (!left)
        abort();
    memcpy(left, stage.spill, len);
    stage.spilled = 0;
    if (len)
        stage_give(left, len);
    free(left);
}

/* Iterations of the loop until nothing more happens. */
static inline void stage_turn(void)
{
    while (stage.connection.wants || (stage.connection.resumed && !stage.connection.finished)) {
        if (stage.connection.wants) {
            stage_output(65536);
            if (stage.connection.finished && stage.face->idle(stage.session))
                break;
        }
        stage_resume();
    }
}

static inline void stage_second(unsigned seconds)
{
    while (seconds--) {
        fake_loop.now += 1000;
        stage.face->tick(stage.session);
    }
}

#endif
