/*
 * What each kind of frame does when its header has come. Everything is bounded here, before a payload is stored:
 * who may send how much, how many at once, and in which order.
 */
#include "server/native/session.h"

#include "server/net/face.h"

/* ---- requests ---- */

static enum verdict refuse_and_leave(struct session *s, struct fault fault)
{
    call_refuse_frame(s, fault, true);
    return VERDICT_LEAVE;
}

/* The frame is answered with a refusal; its payload is passed over. */
static enum verdict refuse_only(struct session *s, struct fault fault)
{
    call_refuse_frame(s, fault, false);
    return VERDICT_GO_ON;
}

/* Whether the session may have another request now; past its limits reading stops. */
static bool has_capacity(const struct session *s)
{
    const struct frame *frame = &s->framing.frame;

    if (s->in_flight >= session_limits(s)->in_flight)
        return false;
    if (s->unanswered > 0 && s->unanswered + frame->len > LIMIT_UNANSWERED)
        return false;
    return !loop_memory_short(s->local->loop) || s->in_flight == 0;
}

/* Before hello nothing else, then hello no more. */
static bool out_of_turn(const struct session *s, struct fault *fault)
{
    bool hello = s->framing.frame.op == MSG_HELLO;

    if (s->greeted != hello)
        return false;
    *fault = (struct fault){hello ? STATUS_BAD_MESSAGE : STATUS_HELLO_FIRST, NULL, 0};
    return true;
}

static bool not_for_this_peer(const struct session *s, const struct message *message, struct fault *fault)
{
    enum standing standing = session_standing(s);

    if (message->who == WHO_ANYONE || standing == STANDING_ACCOUNT)
        return false;
    if (message->who == WHO_VISITOR && standing == STANDING_VISITOR)
        return false;
    *fault = (struct fault){STATUS_LOGIN_NEEDED, NULL, 0};
    return true;
}

static enum verdict on_request(struct session *s)
{
    const struct frame *frame = &s->framing.frame;
    const struct message *message = message_by_op(frame->op);
    uint32_t largest = session_limits(s)->frame;
    struct fault fault;

    if (!has_capacity(s))
        return VERDICT_HOLD;
    if (frame->id <= s->last_id)
        return refuse_and_leave(s, (struct fault){STATUS_BAD_MESSAGE, "id", 0});
    s->last_id = frame->id;
    if (frame->len > largest)
        return refuse_only(s, (struct fault){STATUS_TOO_LARGE, "frame", largest});
    if (!message || !message->request)
        return refuse_only(s, (struct fault){STATUS_UNKNOWN_OP, NULL, 0});
    if (out_of_turn(s, &fault) || not_for_this_peer(s, message, &fault))
        return refuse_only(s, fault);
    s->receiving = call_new(s, frame->len);
    if (!s->receiving) {
        connection_abort(s->connection);
        return VERDICT_LEAVE;
    }
    s->frame_began = loop_now(s->local->loop);
    return VERDICT_GO_ON;
}

/* ---- the others ---- */

static enum verdict on_ping(struct session *s)
{
    if (s->pong_count == PONGS)
        return VERDICT_HOLD;
    s->pongs[s->pong_count++] = s->framing.frame.id;
    connection_wants(s->connection);
    return VERDICT_GO_ON;
}

static enum verdict on_cancel(struct session *s)
{
    call_cancel(s, s->framing.frame.id);
    return VERDICT_GO_ON;
}

/* A pong is heard as any byte is; a goaway from a client tells nothing that its closing would not. */
static enum verdict on_nothing(struct session *s)
{
    (void)s;
    return VERDICT_GO_ON;
}

/* What only a server may send. */
static enum verdict on_wrong_way(struct session *s)
{
    return refuse_and_leave(s, (struct fault){STATUS_BAD_FRAME, "kind", 0});
}

static enum verdict on_unknown(struct session *s)
{
    return s->framing.frame.flags & FRAME_CRITICAL ? on_wrong_way(s) : VERDICT_GO_ON;
}

static enum verdict (*const kinds[])(struct session *s) = {
    [0] = on_unknown,
    [FRAME_REQUEST] = on_request,
    [FRAME_RESPONSE] = on_wrong_way,
    [FRAME_PART] = on_wrong_way,
    [FRAME_ERROR] = on_wrong_way,
    [FRAME_EVENT] = on_wrong_way,
    [FRAME_RESERVED] = on_unknown,
    [FRAME_PING] = on_ping,
    [FRAME_PONG] = on_nothing,
    [FRAME_CANCEL] = on_cancel,
    [FRAME_GOAWAY] = on_nothing,
};

/* A stranger has few frames, of any kind. Counted once per frame, also when it had to wait. */
static bool counts_too_many(struct session *s)
{
    if (session_standing(s) != STANDING_STRANGER || s->held)
        return false;
    if (s->frames == LIMIT_FRAMES_PREAUTH)
        return true;
    s->frames++;
    return false;
}

enum verdict frames_header(struct session *s)
{
    uint8_t kind = s->framing.frame.kind;
    enum verdict verdict;

    if (counts_too_many(s))
        verdict = refuse_and_leave(s, (struct fault){STATUS_TOO_MANY, "frames", LIMIT_FRAMES_PREAUTH});
    else
        verdict = kind < sizeof kinds / sizeof kinds[0] ? kinds[kind](s) : on_unknown(s);
    s->held = verdict == VERDICT_HOLD;
    return verdict;
}

void frames_alien(struct session *s)
{
    s->framing.frame = (struct frame){.kind = FRAME_REQUEST};
    call_refuse_frame(s, (struct fault){STATUS_BAD_FRAME, NULL, 0}, true);
}
