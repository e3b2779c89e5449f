/* See session.h: a request's way from its bytes to the store and back into frames. */
#include "server/native/session.h"

#include <stdlib.h>
#include <string.h>

/* What one request may cost in memory while it is worked on: a page, a body, and what is put together on the way. */
enum { ARENA = 8 * 1024 * 1024, BUSY_MS = 1000, SMALL = 256 };

/* ---- queues ---- */

static void enqueue(struct call_queue *queue, struct call *call)
{
    call->next_queued = NULL;
    if (queue->last)
        queue->last->next_queued = call;
    else
        queue->first = call;
    queue->last = call;
}

static struct call *dequeue(struct call_queue *queue)
{
    struct call *call = queue->first;

    if (!call)
        return NULL;
    queue->first = call->next_queued;
    if (!queue->first)
        queue->last = NULL;
    return call;
}

static void withdraw(struct call_queue *queue, const struct call *call)
{
    struct call_queue rest = {NULL, NULL};
    struct call *each;

    while ((each = dequeue(queue)))
        if (each != call)
            enqueue(&rest, each);
    *queue = rest;
}

/* ---- life ---- */

static void settle(struct task *task);

static bool run(struct job *job, struct db *db)
{
    struct call *call = (struct call *)job;

    if (call->request.message->where == WHERE_KDF && !job->prepared)
        return request_prepare(&call->request, db);
    return request_run(&call->request, db);
}

static void link_in(struct session *s, struct call *call)
{
    call->session = s;
    call->previous = s->calls_last;
    if (s->calls_last)
        s->calls_last->next = call;
    else
        s->calls = call;
    s->calls_last = call;
    s->in_flight++;
    s->unanswered += call->len;
}

static void link_out(struct call *call)
{
    struct session *s = call->session;

    if (call->previous)
        call->previous->next = call->next;
    else
        s->calls = call->next;
    if (call->next)
        call->next->previous = call->previous;
    else
        s->calls_last = call->previous;
    s->in_flight--;
    s->unanswered -= call->len;
}

struct call *call_new(struct session *s, uint32_t len)
{
    const struct frame *frame = &s->framing.frame;
    struct call *call = malloc(sizeof *call + len);
    struct arena *arena = arena_new(ARENA);

    if (!call || !arena) {
        free(call);
        arena_free(arena);
        return NULL;
    }
    memset(call, 0, sizeof *call);
    call->task = (struct task){.job.run = run, .loop = s->local->loop, .request = &call->request, .settle = settle};
    call->request = (struct request){
        .site = s->local->native->options.site,
        .message = message_by_op(frame->op),
        .arena = arena,
        .peer = connection_peer(s->connection),
        .lang = (enum lang)s->lang,
    };
    call->id = frame->id;
    call->op = frame->op;
    call->len = len;
    link_in(s, call);
    return call;
}

/* Whether passwords, tokens or codes have been in its memory. */
static bool holds_secrets(const struct call *call)
{
    const struct message *message = call->request.message;

    return message && (message->where == WHERE_KDF || message->where == WHERE_SECRET || message->op == MSG_RESUME);
}

static void call_free(struct call *call)
{
    struct session *s = call->session;

    if (holds_secrets(call)) {
        explicit_bzero(call->payload, call->len);
        arena_wipe(call->request.arena);
    }
    loop_memory_give(s->local->loop, call->held);
    if (s->bulk == call)
        s->bulk = NULL;
    link_out(call);
    arena_free(call->request.arena);
    free(call);
}

static void hold(struct call *call, size_t bytes)
{
    call->held += bytes;
    (void)loop_memory_take(call->session->local->loop, bytes);
}

/* ---- answers ---- */

static void answered(struct call *call)
{
    struct session *s = call->session;
    const struct request *r = &call->request;

    call->state = CALL_ANSWERED;
    call->unsaid = r->answer;
    call->answered = loop_now(s->local->loop);
    for (const struct answer_frame *frame = r->answer; frame; frame = frame->next)
        hold(call, frame->payload.len);
    enqueue(&s->answered, call);
    connection_wants(s->connection);
}

static void refuse_call(struct call *call, struct fault fault, uint64_t retry_after)
{
    call->request.fault = fault;
    call->request.retry_after = retry_after;
    request_refuse(&call->request, fault.status);
    answered(call);
}

void call_refuse_frame(struct session *s, struct fault fault, bool hang_up)
{
    struct call *call = call_new(s, 0);

    if (!call) {
        connection_abort(s->connection);
        return;
    }
    call->hangs_up = hang_up;
    refuse_call(call, fault, 0);
}

static void submit_read(struct call *call);

/* On the loop, when the store is done with it. */
static void settle(struct task *task)
{
    struct call *call = (struct call *)task;
    struct session *s = call->session;
    struct request *r = &call->request;
    bool read = r->message->where == WHERE_READ || r->message->where == WHERE_BULK;

    if (!s->connection) {
        call_free(call);
        session_let_go(s);
        return;
    }
    if (!task->job.durable && r->status == STATUS_OK)
        request_refuse(r, read ? STATUS_BUSY : STATUS_STORE_FAILED);
    if (call->cancelled && read && r->status == STATUS_OK)
        request_refuse(r, STATUS_CANCELLED);
    if (hub_overtaken(s->local->hub, r, call->access_changes)) {
        submit_read(call);
        return;
    }
    if (!hub_take_effect(&s->follower, call->id, r)) {
        call->state = CALL_ANSWERED;
        connection_abort(s->connection);
        return;
    }
    answered(call);
}

/* The last resort where even the words of a refusal found no memory. */
static void say_bare(const struct call *call, struct outlet *outlet)
{
    uint8_t header[FRAME_HEADER], bytes[SMALL];
    enum status status = call->request.status ? call->request.status : STATUS_INTERNAL;
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    const struct error_payload error = {
        .code = status,
        .name = status_name(status),
        .text = status_words(status, call->request.lang == LANG_EN),
        .retryable = status_retryable(status),
    };

    shape_encode(&shape_error, &error, &w);
    frame_put(header, &(struct frame){.len = (uint32_t)w.len, .kind = FRAME_ERROR, .op = call->op, .id = call->id});
    outlet_put(outlet, header, sizeof header);
    outlet_put(outlet, bytes, w.len);
}

/* Whether all of it was said. */
static bool say(struct call *call, struct outlet *outlet)
{
    uint8_t header[FRAME_HEADER];

    if (!call->request.answer)
        say_bare(call, outlet);
    while (call->unsaid) {
        const struct answer_frame *part = call->unsaid;
        if (!outlet_room(outlet))
            return false;
        frame_put(header, &(struct frame){
            .len = (uint32_t)part->payload.len, .kind = (uint8_t)part->kind, .op = call->op, .id = call->id,
        });
        outlet_put(outlet, header, sizeof header);
        outlet_put(outlet, part->payload.at, part->payload.len);
        call->unsaid = part->next;
    }
    return true;
}

void calls_output(struct session *s, struct outlet *outlet)
{
    while (s->answered.first && outlet_room(outlet)) {
        struct call *call = s->answered.first;
        if (!say(call, outlet))
            return;
        dequeue(&s->answered);
        bool hangs_up = call->hangs_up;
        call_free(call);
        if (hangs_up)
            connection_finish(s->connection);
    }
}

/* ---- to the store ---- */

static void submit_read(struct call *call)
{
    call->state = CALL_AWAY;
    call->access_changes = hub_access_changes(call->session->local->hub);
    store_read(call->session->local->native->options.store, &call->task.job);
}

static void submit_write(struct call *call)
{
    call->state = CALL_AWAY;
    store_write(call->session->local->native->options.store, &call->task.job);
}

static void submit_hash(struct call *call)
{
    call->state = CALL_AWAY;
    if (!store_hash(call->session->local->native->options.store, &call->task.job))
        refuse_call(call, (struct fault){STATUS_BUSY, NULL, 0}, BUSY_MS);
}

static void submit_bulk(struct call *call)
{
    call->state = CALL_QUEUED;
    enqueue(&call->session->queued, call);
    connection_wants(call->session->connection);
}

static void run_here(struct call *call)
{
    call->request.status = greeting_run(call);
    if (call->request.status)
        request_refuse(&call->request, call->request.status);
    answered(call);
}

void calls_next_bulk(struct session *s)
{
    if (s->bulk || loop_memory_short(s->local->loop))
        return;
    s->bulk = dequeue(&s->queued);
    if (s->bulk)
        submit_read(s->bulk);
}

/* A subscription is expected at the loop before the store is asked, so that nothing falls between. */
static bool expect(struct call *call)
{
    struct session *s = call->session;
    enum status status = hub_ask(&s->follower, call->id, &call->request);

    if (status)
        refuse_call(call, (struct fault){status, NULL, status == STATUS_TOO_MANY ? LIMIT_SUBSCRIPTIONS : 0}, 0);
    return status == STATUS_OK;
}

/* ---- the payload ---- */

void call_piece(struct call *call, struct text piece)
{
    memcpy(call->payload + call->got, piece.at, piece.len);
    call->got += (uint32_t)piece.len;
    hold(call, piece.len);
}

static bool decode(struct call *call)
{
    struct request *r = &call->request;
    const struct shape *shape = r->message->request;
    struct fault fault = {STATUS_OK, NULL, 0};
    void *in = arena_alloc(r->arena, shape->size);

    r->raw = (struct text){(const char *)call->payload, call->len};
    r->in = in;
    if (!in)
        fault.status = STATUS_BUSY;
    else if (shape_decode(shape, call->payload, call->len, in, &fault) == STATUS_OK)
        return true;
    refuse_call(call, fault, 0);
    return false;
}

void call_received(struct call *call)
{
    static void (*const ways[])(struct call *call) = {
        [WHERE_LOOP] = run_here,
        [WHERE_READ] = submit_read,
        [WHERE_BULK] = submit_bulk,
        [WHERE_WRITE] = submit_write,
        [WHERE_SECRET] = submit_write,
        [WHERE_KDF] = submit_hash,
    };
    const struct session *s = call->session;
    struct request *r = &call->request;

    r->session = s->follower.actor ? s->follower.actor->session : 0;
    r->lang = (enum lang)s->lang;
    /* The name outlives the call only if it is copied: the session may be gone when the store reads it. */
    r->client = arena_text(r->arena, text_of(s->client));
    if (decode(call) && expect(call))
        ways[r->message->where](call);
}

/* ---- before their time ---- */

void call_cancel(struct session *s, uint32_t id)
{
    struct call *call = s->calls;

    while (call && call->id != id)
        call = call->next;
    if (!call)
        return;
    if (call->state == CALL_AWAY)
        call->cancelled = true;
    if (call->state != CALL_QUEUED)
        return;
    withdraw(&s->queued, call);
    refuse_call(call, (struct fault){STATUS_CANCELLED, NULL, 0}, 0);
}

void calls_orphan(struct session *s)
{
    struct call *call = s->calls;

    s->queued = s->answered = (struct call_queue){NULL, NULL};
    s->receiving = NULL;
    while (call) {
        struct call *next = call->next;
        if (call->state != CALL_AWAY)
            call_free(call);
        call = next;
    }
}
