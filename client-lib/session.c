/* See session.h. */
#include "client-lib/session.h"

#include <stdlib.h>

enum { VERSION_MIN = 1, VERSION_MAX = 1, UNKNOWN_KEY = 63 };

enum state {
    SILENT = 1,   /* nothing was said yet */
    GREETING = 2, /* hello waits for its answer */
    OPEN = 4,
    LEAVING = 8,  /* the server said goaway */
    BROKEN = 16,
};

struct bytes {
    uint8_t *at;
    size_t len, cap;
};

/* A request without a final answer. */
struct asked {
    const struct message *message;
    uint32_t subscription; /* what an unsubscribe ends */
};

struct session {
    const struct session_listener *listener;
    void *context;
    enum state state;
    enum session_error error;
    struct bytes in;  /* the beginning of a frame whose end has not come */
    struct bytes out;
    size_t sent;      /* bytes of `out` that were sent */
    uint32_t last_id, last_ping;
    unsigned in_flight;
    uint32_t ids[LIMIT_IN_FLIGHT]; /* 0: free */
    struct asked asked[LIMIT_IN_FLIGHT];
    uint32_t *following; /* ids of live subscriptions */
    unsigned following_count;
    const struct message *last_event; /* most events are like the one before */
};

struct session *session_new(const struct session_listener *listener, void *context)
{
    struct session *s = calloc(1, sizeof *s);
    if (s)
        *s = (struct session){.listener = listener, .context = context, .state = SILENT};
    return s;
}

void session_free(struct session *s)
{
    if (!s)
        return;
    free(s->in.at);
    free(s->out.at);
    free(s->following);
    free(s);
}

static enum session_error broken(struct session *s, enum session_error error)
{
    s->state = BROKEN;
    s->error = error;
    return error;
}

/* ---- bytes ---- */

/* Makes room for `more` bytes; at least doubles, so that growing costs little. */
static bool bytes_reserve(struct bytes *b, size_t more)
{
    size_t cap = b->cap ? b->cap : 256;

    if (more <= b->cap - b->len)
        return true;
    while (cap - b->len < more)
        cap *= 2;
    uint8_t *at = realloc(b->at, cap);
    if (!at)
        return false;
    b->at = at;
    b->cap = cap;
    return true;
}

/* Forgets the content; keeps a little room, gives back a lot. */
static void bytes_clear(struct bytes *b)
{
    b->len = 0;
    if (b->cap > 65536) {
        free(b->at);
        *b = (struct bytes){0};
    }
}

struct text session_output(const struct session *s)
{
    return (struct text){(const char *)s->out.at + s->sent, s->out.len - s->sent};
}

void session_sent(struct session *s, size_t len)
{
    s->sent += len;
    if (s->sent == s->out.len) {
        bytes_clear(&s->out);
        s->sent = 0;
    }
}

/* Moves what is unsent to the front once most of the buffer is behind it. */
static void output_compact(struct session *s)
{
    if (s->sent < 65536 || s->sent < s->out.len / 2)
        return;
    memmove(s->out.at, s->out.at + s->sent, s->out.len - s->sent);
    s->out.len -= s->sent;
    s->sent = 0;
}

/* Starts a frame in the output with room for `room` bytes of payload. NULL without memory. */
static uint8_t *frame_begin(struct session *s, size_t room)
{
    output_compact(s);
    if (!bytes_reserve(&s->out, FRAME_HEADER + room))
        return NULL;
    return s->out.at + s->out.len + FRAME_HEADER;
}

static void frame_end(struct session *s, struct frame frame)
{
    uint8_t *start = s->out.at + s->out.len;

    frame_put(start, &frame);
    s->out.len += FRAME_HEADER + frame.len;
    if (s->listener->trace)
        s->listener->trace(s->context, true, start, FRAME_HEADER + frame.len);
}

/* ---- requests ---- */

/* More than the encoding of `in` can take: each key and head is at most 9 bytes. */
static size_t encoding_bound(const struct shape *shape, const void *in)
{
    size_t bound = 9;

    for (uint32_t i = 0; i < shape->count; i++) {
        struct field_value m = shape_value(&shape->fields[i], in);
        bound += 18 + m.text.len + m.items.len;
    }
    return bound;
}

static int slot_of(const struct session *s, uint32_t id)
{
    for (int i = 0; i < LIMIT_IN_FLIGHT; i++)
        if (s->ids[i] == id)
            return i;
    return -1;
}

/* Notes the request under the next id and finishes its frame, of `len` payload bytes. */
static uint32_t request_end(struct session *s, const struct message *message, const void *in, size_t len)
{
    uint32_t id = ++s->last_id;
    int slot = slot_of(s, 0);
    struct asked *asked = &s->asked[slot];

    s->ids[slot] = id;
    *asked = (struct asked){.message = message};
    if (message->op == MSG_UNSUBSCRIBE)
        asked->subscription = (uint32_t)((const struct unsubscribe_request *)in)->subscription;
    s->in_flight++;
    frame_end(s, (struct frame){.len = (uint32_t)len, .kind = FRAME_REQUEST, .op = message->op, .id = id});
    return id;
}

enum session_error session_request(struct session *s, const struct message *message, const void *in, uint32_t *id)
{
    size_t bound = encoding_bound(message->request, in);

    *id = 0;
    if (!(s->state & (GREETING | OPEN)) || s->in_flight == LIMIT_IN_FLIGHT || s->out.len - s->sent > SESSION_UNSENT ||
        s->last_id == UINT32_MAX)
        return SESSION_BUSY;
    if (bound > LIMIT_FRAME + 1024)
        return SESSION_TOO_LARGE;
    uint8_t *payload = frame_begin(s, bound);
    if (!payload)
        return SESSION_MEMORY;
    struct wire_writer w = wire_writer_over(payload, bound);
    shape_encode(message->request, in, &w);
    if (w.error || w.len > LIMIT_FRAME)
        return SESSION_TOO_LARGE;
    *id = request_end(s, message, in, w.len);
    return SESSION_OK;
}

enum session_error session_hello(struct session *s, enum lang lang, const char *client)
{
    const struct message *message = message_by_op(MSG_HELLO);
    uint8_t names[64];
    struct wire_writer n = wire_writer_over(names, sizeof names);
    struct hello_request hello = {.min = VERSION_MIN, .max = VERSION_MAX, .lang = lang, .client = text_of(client)};
    size_t room = 256 + hello.client.len;

    if (s->state != SILENT)
        return SESSION_BUSY;
    hello.capabilities = items_begin(&n);
    items_add_text(&n, &hello.capabilities, TEXT("unknown-to-everybody"));
    uint8_t *payload = frame_begin(s, room);
    if (!payload)
        return SESSION_MEMORY;
    struct wire_writer w = wire_writer_over(payload, room);
    shape_encode(message->request, &hello, &w);
    payload[0]++; /* the map's head: one more key, above all others */
    wire_put_uint(&w, UNKNOWN_KEY);
    wire_put_text(&w, TEXT("unknown"));
    s->state = GREETING;
    request_end(s, message, &hello, w.len);
    return SESSION_OK;
}

/* A frame without payload. Left out where the peer takes nothing: it would only pile up. */
static void put_bare(struct session *s, enum frame_kind kind, uint16_t op, uint32_t id)
{
    if (s->state == BROKEN || s->out.len - s->sent > SESSION_UNSENT || !frame_begin(s, 0))
        return;
    frame_end(s, (struct frame){.kind = (uint8_t)kind, .op = op, .id = id});
}

void session_cancel(struct session *s, uint32_t id)
{
    int slot = id ? slot_of(s, id) : -1;
    if (slot >= 0)
        put_bare(s, FRAME_CANCEL, s->asked[slot].message->op, id);
}

void session_ping(struct session *s)
{
    put_bare(s, FRAME_PING, 0, ++s->last_ping);
}

/* ---- subscriptions ---- */

static int following_find(const struct session *s, uint32_t id)
{
    for (unsigned i = 0; i < s->following_count; i++)
        if (s->following[i] == id)
            return (int)i;
    return -1;
}

static enum session_error following_add(struct session *s, uint32_t id)
{
    if (s->following_count >= LIMIT_SUBSCRIPTIONS)
        return SESSION_UNASKED;
    if (s->following_count % 16 == 0) {
        uint32_t *grown = realloc(s->following, (s->following_count + 16) * sizeof *grown);
        if (!grown)
            return SESSION_MEMORY;
        s->following = grown;
    }
    s->following[s->following_count++] = id;
    return SESSION_OK;
}

static void following_remove(struct session *s, uint32_t id)
{
    int at = following_find(s, id);
    if (at >= 0)
        s->following[at] = s->following[--s->following_count];
}

/* ---- frames from the server ---- */

static enum session_error take_hello(struct session *s, struct text payload)
{
    struct hello_reply hello;
    struct fault fault;

    if (shape_decode(&shape_hello_reply, payload.at, payload.len, &hello, &fault))
        return SESSION_PAYLOAD_BAD;
    if (hello.version < VERSION_MIN || hello.version > VERSION_MAX)
        return SESSION_VERSION;
    s->state = OPEN;
    return SESSION_OK;
}

/* What a final answer other than an error changes here. */
static enum session_error apply_answer(struct session *s, uint32_t id, const struct asked *asked, struct text payload)
{
    switch (asked->message->op) {
    case MSG_HELLO:
        return take_hello(s, payload);
    case MSG_SUBSCRIBE:
        return following_add(s, id);
    case MSG_UNSUBSCRIBE:
        following_remove(s, asked->subscription);
        return SESSION_OK;
    default:
        return SESSION_OK;
    }
}

static enum session_error take_answer(struct session *s, const struct frame *frame, struct text payload)
{
    int slot = frame->id ? slot_of(s, frame->id) : -1;

    if (slot < 0 || s->asked[slot].message->op != frame->op)
        return SESSION_UNASKED;
    struct asked asked = s->asked[slot];
    if (s->state == GREETING && asked.message->op != MSG_HELLO && frame->kind != FRAME_ERROR)
        return SESSION_UNASKED;
    if (frame->kind == FRAME_RESPONSE) {
        enum session_error error = apply_answer(s, frame->id, &asked, payload);
        if (error)
            return error;
    }
    if (frame->kind != FRAME_PART) {
        s->ids[slot] = 0;
        s->in_flight--;
    }
    if (s->listener->answer)
        s->listener->answer(s->context, frame->id, asked.message, (enum frame_kind)frame->kind, payload);
    return SESSION_OK;
}

static enum session_error take_event(struct session *s, const struct frame *frame, struct text payload)
{
    if (following_find(s, frame->id) < 0)
        return SESSION_UNASKED;
    if (!s->last_event || s->last_event->op != frame->op) {
        const struct message *message = message_by_op(frame->op);
        if (!message || message->where != WHERE_EVENT)
            return frame->flags & FRAME_CRITICAL ? SESSION_CRITICAL : SESSION_OK;
        s->last_event = message;
    }
    if (frame->op == EVENT_END)
        following_remove(s, frame->id);
    if (s->listener->event)
        s->listener->event(s->context, frame->id, s->last_event, payload);
    return SESSION_OK;
}

static enum session_error take_ping(struct session *s, const struct frame *frame, struct text payload)
{
    (void)payload;
    put_bare(s, FRAME_PONG, frame->op, frame->id);
    return SESSION_OK;
}

static enum session_error take_pong(struct session *s, const struct frame *frame, struct text payload)
{
    (void)payload;
    return frame->id && frame->id <= s->last_ping ? SESSION_OK : SESSION_UNASKED;
}

static enum session_error take_goaway(struct session *s, const struct frame *frame, struct text payload)
{
    struct goaway_payload goaway;
    struct fault fault;

    (void)frame;
    if (shape_decode(&shape_goaway, payload.at, payload.len, &goaway, &fault))
        return SESSION_PAYLOAD_BAD;
    s->state = LEAVING;
    if (s->listener->goaway)
        s->listener->goaway(s->context, &goaway);
    return SESSION_OK;
}

/* Which kinds a server may send in which state, and what takes them. No row: only clients send it. */
static const struct rule {
    unsigned states;
    enum session_error (*take)(struct session *s, const struct frame *frame, struct text payload);
} rules[] = {
    [FRAME_RESPONSE] = {GREETING | OPEN | LEAVING, take_answer},
    [FRAME_PART] = {OPEN | LEAVING, take_answer},
    [FRAME_ERROR] = {GREETING | OPEN | LEAVING, take_answer},
    [FRAME_EVENT] = {OPEN | LEAVING, take_event},
    [FRAME_PING] = {GREETING | OPEN | LEAVING, take_ping},
    [FRAME_PONG] = {GREETING | OPEN | LEAVING, take_pong},
    [FRAME_GOAWAY] = {GREETING | OPEN | LEAVING, take_goaway},
};

static const struct rule *rule_of(uint8_t kind)
{
    return kind < sizeof rules / sizeof rules[0] && rules[kind].take ? &rules[kind] : NULL;
}

/* What can be said of a frame by its header alone. */
static enum session_error check_header(const struct session *s, const struct frame *frame)
{
    if (!frame_known(frame->kind))
        return frame->flags & FRAME_CRITICAL ? SESSION_CRITICAL : SESSION_OK;
    const struct rule *rule = rule_of(frame->kind);
    return rule && rule->states & s->state ? SESSION_OK : SESSION_BAD_FRAME;
}

static enum session_error take_frame(struct session *s, const struct frame *frame, const uint8_t *start)
{
    struct text payload = {(const char *)start + FRAME_HEADER, frame->len};

    if (s->listener->trace)
        s->listener->trace(s->context, false, start, FRAME_HEADER + frame->len);
    const struct rule *rule = frame_known(frame->kind) ? rule_of(frame->kind) : NULL;
    return rule ? rule->take(s, frame, payload) : SESSION_OK;
}

/*
 * Looks at the frame that `at` begins with. `need` receives how many bytes it has in all, as far as is
 * known: its header's at least.
 */
static enum session_error look(const struct session *s, const uint8_t *at, size_t len, struct frame *frame, size_t *need)
{
    *need = FRAME_HEADER;
    if (len && at[0])
        return SESSION_BAD_FRAME;
    if (len < FRAME_HEADER)
        return SESSION_OK;
    if (!frame_get(at, frame))
        return SESSION_BAD_FRAME;
    if (frame->len > SESSION_PAYLOAD)
        return SESSION_TOO_LARGE;
    *need += frame->len;
    return check_header(s, frame);
}

/* Takes whole frames from `*at` and moves it past them. */
static enum session_error take_whole(struct session *s, const uint8_t **at, size_t *len)
{
    struct frame frame = {0};
    size_t need;

    for (;;) {
        enum session_error error = look(s, *at, *len, &frame, &need);
        if (error || *len < need)
            return error;
        error = take_frame(s, &frame, *at);
        if (error)
            return error;
        *at += need;
        *len -= need;
    }
}

/* Moves up to `want` bytes of input behind what is held. */
static bool hold(struct session *s, size_t want, const uint8_t **at, size_t *len)
{
    size_t some = want < *len ? want : *len;

    if (!some)
        return true;
    if (!bytes_reserve(&s->in, some))
        return false;
    memcpy(s->in.at + s->in.len, *at, some);
    s->in.len += some;
    *at += some;
    *len -= some;
    return true;
}

/* Completes the frame held in part, taking no more than it lacks. */
static enum session_error complete(struct session *s, const uint8_t **at, size_t *len)
{
    struct frame frame = {0};
    size_t need;

    while (s->in.len) {
        enum session_error error = look(s, s->in.at, s->in.len, &frame, &need);
        if (error)
            return error;
        if (s->in.len == need && need >= FRAME_HEADER) {
            error = take_frame(s, &frame, s->in.at);
            bytes_clear(&s->in);
            return error;
        }
        if (!*len)
            return SESSION_OK;
        if (!hold(s, need - s->in.len, at, len))
            return SESSION_MEMORY;
    }
    return SESSION_OK;
}

enum session_error session_input(struct session *s, const uint8_t *at, size_t len)
{
    enum session_error error;

    if (s->error)
        return s->error;
    error = complete(s, &at, &len);
    if (!error && len)
        error = take_whole(s, &at, &len);
    if (!error && !hold(s, len, &at, &len))
        error = SESSION_MEMORY;
    return error ? broken(s, error) : SESSION_OK;
}

/* ---- questions ---- */

unsigned session_in_flight(const struct session *s)
{
    return s->in_flight;
}

bool session_open(const struct session *s)
{
    return s->state == OPEN;
}

bool session_going_away(const struct session *s)
{
    return s->state == LEAVING;
}

void operation_id_make(uint8_t out[LIMIT_OP_ID], uint64_t time_ms, const uint8_t random[LIMIT_OP_ID - 6])
{
    for (unsigned i = 0; i < 6; i++)
        out[i] = (uint8_t)(time_ms >> (8 * (5 - i)));
    memcpy(out + 6, random, LIMIT_OP_ID - 6);
}
