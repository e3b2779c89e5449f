/* See forum.h: luntan_NAME for each request, over luntan_call. */
#include "client-lib/forum.h"

#include <poll.h>
#include <stdio.h>

enum { TRIES = 6, BUSY_WAIT_MS = 250 };

/* Any request, so that one with an operation id filled in can be made from the program's. */
union request {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) struct name##_request in_##name;
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
};

/* A call under way. */
struct call {
    const struct message *message;
    union request request;
    const struct field *op_id_field;
    uint8_t op_id[LIMIT_OP_ID]; /* made here, where the program gave none */
    bool op_id_ours, repeated;
    uint64_t number;       /* the program's, of the subscription to be made or ended */
    void *out;
    int64_t deadline;
};

/* ---- operation ids ---- */

static const struct field *op_id_of(const struct shape *shape)
{
    if (shape->count && shape->fields[0].kind == KIND_BYTES && strcmp(shape->fields[0].name, "op_id") == 0)
        return &shape->fields[0];
    return NULL;
}

static void give_op_id(struct luntan *forum, struct call *call)
{
    struct text made = {(const char *)call->op_id, sizeof call->op_id};

    luntan_operation_id(forum, call->op_id);
    call->op_id_ours = true;
    memcpy((uint8_t *)&call->request + call->op_id_field->offset, &made, sizeof made);
}

static bool lacks_op_id(const struct call *call)
{
    struct text given;

    if (!call->op_id_field || call->op_id_ours)
        return false;
    memcpy(&given, (const uint8_t *)&call->request + call->op_id_field->offset, sizeof given);
    return !given.at;
}

/* ---- what is remembered of an answer ---- */

static void remember(struct luntan *forum, enum identity identity, struct text token)
{
    if (token.len > sizeof forum->token)
        return;
    forum->identity = identity;
    forum->token_len = token.len;
    if (token.len)
        memcpy(forum->token, token.at, token.len);
}

/* An answer's token, if it brought one. That of a repetition does not: then all stays as it was. */
static void remember_new(struct luntan *forum, struct text token)
{
    if (token.len)
        remember(forum, IDENTITY_ACCOUNT, token);
}

static void after_visit(struct luntan *forum, const struct call *call)
{
    (void)call;
    remember(forum, IDENTITY_VISITOR, (struct text){NULL, 0});
}

static void after_resume(struct luntan *forum, const struct call *call)
{
    remember_new(forum, call->request.in_resume.token);
}

static void after_login(struct luntan *forum, const struct call *call)
{
    remember_new(forum, ((const struct login_reply *)call->out)->token);
}

static void after_register(struct luntan *forum, const struct call *call)
{
    remember_new(forum, ((const struct register_reply *)call->out)->token);
}

static void after_session_renew(struct luntan *forum, const struct call *call)
{
    remember_new(forum, ((const struct session_renew_reply *)call->out)->token);
}

static void after_unsubscribe(struct luntan *forum, const struct call *call)
{
    follow_remove(forum, follow_by_number(forum, call->number));
}

static void (*const after[MESSAGES])(struct luntan *forum, const struct call *call) = {
    [INDEX_VISIT] = after_visit,       [INDEX_RESUME] = after_resume, [INDEX_LOGIN] = after_login,
    [INDEX_REGISTER] = after_register, [INDEX_LOGOUT] = after_visit,  [INDEX_UNSUBSCRIBE] = after_unsubscribe,
    [INDEX_SESSION_RENEW] = after_session_renew,
};

/* ---- one try ---- */

static enum luntan_result ask(struct luntan *forum, struct call *call)
{
    struct follow *follow = follow_by_number(forum, call->number);

    if (lacks_op_id(call))
        give_op_id(forum, call);
    if (call->message->op == MSG_UNSUBSCRIBE) {
        if (!follow)
            return forum_refuse(forum, STATUS_NOT_FOUND, 0);
        call->request.in_unsubscribe.subscription = follow->wire;
    }
    if (call->message->op == MSG_SUBSCRIBE)
        forum->subscribing = follow;
    enum luntan_result result = link_ask(forum, call->message, &call->request, &forum->answer, call->out, call->deadline);
    forum->subscribing = NULL;
    return result;
}

/* A login repeated because its answer was lost has no token: it is done anew. True: again. */
static bool wants_anew(struct luntan *forum, struct call *call)
{
    if (call->message->op != MSG_LOGIN || !call->op_id_ours || call->repeated)
        return false;
    const struct login_reply *reply = call->out;
    if (!reply->dup || reply->token.at)
        return false;
    call->repeated = true;
    give_op_id(forum, call);
    return true;
}

/* ---- trying again ---- */

/* Waits before another try where one makes sense. False: `result` stands. */
static bool worth_another(struct luntan *forum, const struct call *call, enum luntan_result result, unsigned tries)
{
    int64_t now = socket_clock(), wait = BUSY_WAIT_MS;

    if (tries >= TRIES || now >= call->deadline)
        return false;
    if (result == LUNTAN_UNREACHABLE)
        return forum->greeted; /* a server never reached is a mistake to tell at once */
    if (result != LUNTAN_REFUSED || (forum->refusal.code != STATUS_BUSY && forum->refusal.code != STATUS_SHUTTING_DOWN))
        return false;
    if (forum->refusal.retry_after)
        wait = forum->refusal.retry_after < INT32_MAX ? (int64_t)forum->refusal.retry_after : INT32_MAX;
    if (now + wait >= call->deadline)
        return false;
    poll(NULL, 0, (int)wait);
    if (forum->refusal.code == STATUS_SHUTTING_DOWN)
        link_drop(forum);
    return true;
}

static enum luntan_result try_until_settled(struct luntan *forum, struct call *call)
{
    bool authenticating = call->message->who == WHO_ANYONE;

    for (unsigned tries = 1;; tries++) {
        forum->has_refusal = false;
        enum luntan_result result = forum_ensure(forum, call->deadline, authenticating);
        if (!result) {
            forum->has_refusal = false;
            result = ask(forum, call);
        }
        if (!result && wants_anew(forum, call))
            continue;
        if (!result || !worth_another(forum, call, result, tries))
            return result;
    }
}

/* hello is said by connecting; this hands out its answer. */
static enum luntan_result call_hello(struct luntan *forum, void *out)
{
    enum luntan_result result = luntan_connect(forum);
    if (!result)
        memcpy(out, &forum->hello, sizeof forum->hello);
    return result;
}

enum luntan_result luntan_call(struct luntan *forum, const struct message *message, const void *in, void *out)
{
    struct call call = {.message = message, .out = out, .deadline = socket_clock() + forum->timeout_ms};
    enum luntan_result result;

    parts_reset(&forum->answer);
    memset(out, 0, message->reply->size);
    if (message->op == MSG_HELLO)
        return call_hello(forum, out);
    memcpy(&call.request, in, message->request->size);
    call.op_id_field = op_id_of(message->request);
    if (message->op == MSG_UNSUBSCRIBE)
        call.number = call.request.in_unsubscribe.subscription;
    if (message->op == MSG_SUBSCRIBE) {
        const struct follow *follow = follow_new(forum, in);
        if (!follow)
            return forum_fail(forum, LUNTAN_MEMORY, WORDS_MEMORY, NULL);
        call.number = follow->number;
    }
    result = try_until_settled(forum, &call);
    if (!result && after[message->index])
        after[message->index](forum, &call);
    if (result && message->op == MSG_SUBSCRIBE)
        follow_remove(forum, follow_by_number(forum, call.number));
    explicit_bzero(&call.request, sizeof call.request);
    return result;
}

enum luntan_result luntan_connect(struct luntan *forum)
{
    forum->has_refusal = false;
    return forum_ensure(forum, socket_clock() + forum->timeout_ms, false);
}

#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) \
    enum luntan_result luntan_##name(struct luntan *forum, const struct name##_request *in, struct name##_reply *out) \
    { \
        return luntan_call(forum, &messages[INDEX_##NAME], in, out); \
    }
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
