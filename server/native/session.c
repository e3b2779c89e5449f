/* See native.h and session.h: the face itself. */
#include "server/native/session.h"

#include <stdlib.h>
#include <string.h>

/* Where memory is short, an answer that nobody takes for SLOW_MS makes room for others. */
enum { TICK_MS = 1000, SLOW_MS = 10000, SMALL = 512 };

/* ---- standing ---- */

enum standing session_standing(const struct session *s)
{
    if (!s->follower.actor)
        return STANDING_STRANGER;
    return s->follower.actor->account ? STANDING_ACCOUNT : STANDING_VISITOR;
}

const struct standing_limits *session_limits(const struct session *s)
{
    /* A stranger's requests go one by one, so that hello, login and what follows can be sent in one piece. */
    static const struct standing_limits limits[] = {
        [STANDING_STRANGER] = {LIMIT_FRAME_PREAUTH, 1},
        [STANDING_VISITOR] = {LIMIT_FRAME_VISITOR, LIMIT_IN_FLIGHT_VISITOR},
        [STANDING_ACCOUNT] = {LIMIT_FRAME, LIMIT_IN_FLIGHT},
    };
    return &limits[session_standing(s)];
}

/* ---- the face and its loops ---- */

struct native *native_new(const struct native_options *options)
{
    struct native *native = malloc(sizeof *native);
    if (native)
        native->options = *options;
    return native;
}

void native_free(struct native *native)
{
    free(native);
}

static void *face_start(void *context, struct loop *loop, void *commons)
{
    struct native_loop *local = malloc(sizeof *local);

    if (local)
        *local = (struct native_loop){.native = context, .loop = loop, .hub = commons};
    return local;
}

static bool face_settled(void *context)
{
    const struct native_loop *local = context;
    return local->orphans == 0;
}

/* ---- sessions ---- */

static void *face_open(void *context, struct connection *connection)
{
    struct native_loop *local = context;
    struct session *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    hub_enter(local->hub, &s->follower, connection);
    s->local = local;
    s->connection = connection;
    s->next = local->sessions;
    if (s->next)
        s->next->previous = s;
    local->sessions = s;
    return s;
}

void session_let_go(struct session *s)
{
    if (s->connection || s->calls)
        return;
    s->local->orphans--;
    free(s->client);
    free(s);
}

static void face_closed(void *session)
{
    struct session *s = session;

    hub_leave(&s->follower);
    calls_orphan(s);
    if (s->previous)
        s->previous->next = s->next;
    else
        s->local->sessions = s->next;
    if (s->next)
        s->next->previous = s->previous;
    s->connection = NULL;
    s->local->orphans++;
    session_let_go(s);
}

/* ---- input ---- */

static void leave(struct session *s)
{
    s->leaving = true;
}

/* A step of the framing. False: nothing more is taken now. */
static bool step(struct session *s, enum framing_step what, struct text piece)
{
    enum verdict verdict = VERDICT_GO_ON;

    if (what == FRAMING_HEADER)
        verdict = frames_header(s);
    else if (what == FRAMING_ALIEN)
        frames_alien(s);
    else if (what == FRAMING_PIECE && s->receiving)
        call_piece(s->receiving, piece);
    else if (what == FRAMING_END && s->receiving) {
        struct call *call = s->receiving;
        s->receiving = NULL;
        call_received(call);
    }
    if (verdict == VERDICT_LEAVE || what == FRAMING_ALIEN)
        leave(s);
    return verdict == VERDICT_GO_ON && what != FRAMING_ALIEN;
}

static size_t face_input(void *session, const uint8_t *at, size_t len)
{
    struct session *s = session;
    const size_t given = len;
    enum framing_step what;
    struct text piece;

    s->pinged = false;
    if (s->leaving)
        return given;
    if (s->held) {
        enum verdict verdict = frames_header(s);
        if (verdict == VERDICT_LEAVE)
            leave(s);
        if (verdict != VERDICT_GO_ON)
            return s->leaving ? given : 0;
    }
    while ((what = framing_next(&s->framing, &at, &len, &piece)) != FRAMING_MORE)
        if (!step(s, what, piece))
            return s->leaving ? given : given - len;
    return given;
}

/* A header that had to wait, once something has changed; its payload may be what a pause left, or empty. */
static void ask_again(struct session *s)
{
    if (!s->held || s->leaving)
        return;
    (void)face_input(s, NULL, 0);
    if (!s->held)
        connection_resume(s->connection);
}

/* ---- output ---- */

static void say_frame(struct outlet *outlet, enum frame_kind kind, uint32_t id, struct text payload)
{
    uint8_t header[FRAME_HEADER];

    frame_put(header, &(struct frame){.len = (uint32_t)payload.len, .kind = (uint8_t)kind, .id = id});
    outlet_put(outlet, header, sizeof header);
    if (payload.len)
        outlet_put(outlet, payload.at, payload.len);
}

static void say_goaway(struct session *s, struct outlet *outlet)
{
    uint8_t bytes[SMALL];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    const struct goaway_payload goaway = {
        .code = STATUS_SHUTTING_DOWN,
        .text = status_words(STATUS_SHUTTING_DOWN, s->lang == LANG_EN),
        /* What has not come whole will not be looked at. */
        .last_id = s->receiving ? s->receiving->id - 1 : s->last_id,
    };

    shape_encode(&shape_goaway, &goaway, &w);
    say_frame(outlet, FRAME_GOAWAY, 0, (struct text){(const char *)bytes, w.len});
}

static void say_control(struct session *s, struct outlet *outlet)
{
    const struct text none = {NULL, 0};

    if (s->goaway_unsaid)
        say_goaway(s, outlet);
    if (s->ping_unsaid)
        say_frame(outlet, FRAME_PING, 0, none);
    for (uint8_t i = 0; i < s->pong_count; i++)
        say_frame(outlet, FRAME_PONG, s->pongs[i], none);
    s->goaway_unsaid = s->ping_unsaid = false;
    s->pong_count = 0;
}

static void face_output(void *session, struct outlet *outlet)
{
    struct session *s = session;

    say_control(s, outlet);
    calls_output(s, outlet);
    if (!s->answered.first && !s->leaving)
        hub_output(&s->follower, outlet);
    if (outlet_room(outlet))
        calls_next_bulk(s);
    ask_again(s);
}

static bool face_idle(void *session)
{
    const struct session *s = session;
    const struct call *call = s->calls;

    /* What has not come whole will never be asked. */
    return !s->goaway_unsaid && (!call || (call == s->receiving && !call->next));
}

/* ---- time ---- */

/* A frame that began must end: LIMIT_STALL_MS, and a second more for each KiB of it. */
static bool trickles(const struct session *s)
{
    if (!s->receiving)
        return false;
    return loop_now(s->local->loop) - s->frame_began > LIMIT_STALL_MS + (uint64_t)s->receiving->len;
}

static bool hogs(const struct session *s)
{
    const struct call *call = s->answered.first;

    return call && loop_memory_short(s->local->loop) && loop_now(s->local->loop) - call->answered > SLOW_MS;
}

static void tick_stranger(struct session *s)
{
    if (s->in_flight > (s->receiving ? 1u : 0u) || connection_busy(s->connection))
        return;
    s->waited += TICK_MS;
    if (s->waited > LIMIT_PREAUTH_MS)
        connection_abort(s->connection);
}

static void tick_silence(struct session *s)
{
    uint64_t silence = connection_silence(s->connection);

    if (s->held || silence < LIMIT_IDLE_PING_MS)
        return;
    if (s->pinged && silence > LIMIT_IDLE_PING_MS + LIMIT_STALL_MS) {
        connection_abort(s->connection);
        return;
    }
    if (s->pinged)
        return;
    s->pinged = s->ping_unsaid = true;
    connection_wants(s->connection);
}

static void face_tick(void *session)
{
    struct session *s = session;

    if (trickles(s) || hogs(s)) {
        connection_abort(s->connection);
        return;
    }
    /* What waits for memory in the whole server is asked about again. */
    ask_again(s);
    if (s->queued.first)
        connection_wants(s->connection);
    if (session_standing(s) == STANDING_STRANGER)
        tick_stranger(s);
    else
        tick_silence(s);
}

static void face_drain(void *session)
{
    struct session *s = session;

    if (s->leaving)
        return;
    s->leaving = true;
    s->goaway_unsaid = true;
    connection_finish(s->connection);
}

const struct face *native_face(void)
{
    static const struct face face = {
        .start = face_start,
        .stop = free,
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
