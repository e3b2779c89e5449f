/*
 * Requests without a store: handlers and answers as small as can be, in place of server/request.c's. Login and resume
 * succeed, a read of a thread is long, all others answer an empty map. Included after fake_loop.h, by one test program each.
 */
#ifndef LUNTAN_TESTS_UNIT_FAKE_REQUESTS_H
#define LUNTAN_TESTS_UNIT_FAKE_REQUESTS_H

#include "server/forum/topics.h"
#include "server/request.h"

enum { FAKE_BODY = 40000 };

static enum status fake_answer(struct request *r, enum frame_kind kind, struct text payload)
{
    struct answer_frame *frame = arena_alloc(r->arena, sizeof *frame);

    *frame = (struct answer_frame){.kind = kind, .payload = arena_text(r->arena, payload)};
    if (r->answer_last)
        r->answer_last->next = frame;
    else
        r->answer = frame;
    r->answer_last = frame;
    return r->status = STATUS_OK;
}

#define FAKE_REPLY(name) \
    enum status reply_##name(struct request *r, const struct name##_reply *out) \
    { \
        uint8_t bytes[8192]; \
        struct wire_writer w = wire_writer_over(bytes, sizeof bytes); \
        shape_encode(&shape_##name##_reply, out, &w); \
        if (w.error) \
            abort(); \
        return fake_answer(r, FRAME_RESPONSE, (struct text){(const char *)bytes, w.len}); \
    }
FAKE_REPLY(hello)
FAKE_REPLY(visit)
FAKE_REPLY(unsubscribe)

enum status refuse_limit(struct request *r, enum status status, const char *field, uint64_t limit)
{
    r->fault = (struct fault){status, field, limit};
    return r->status = status;
}

enum status refuse_field(struct request *r, enum status status, const char *field)
{
    return refuse_limit(r, status, field, 0);
}

enum status refuse(struct request *r, enum status status)
{
    return refuse_limit(r, status, NULL, 0);
}

/* The payload of an error is one byte here: its status. */
void request_refuse(struct request *r, enum status status)
{
    const char byte = (char)status;

    r->answer = r->answer_last = NULL;
    (void)fake_answer(r, FRAME_ERROR, (struct text){&byte, 1});
    r->status = status;
}

bool request_prepare(struct request *r, struct db *db)
{
    (void)r;
    (void)db;
    return true;
}

bool request_run(struct request *r, struct db *db)
{
    static const struct actor member = {.account = 8, .session = 80, .role = ROLE_MEMBER};
    static char body[FAKE_BODY];

    (void)db;
    r->answer = r->answer_last = NULL;
    if (r->message->op == MSG_LOGIN || r->message->op == MSG_RESUME)
        r->becomes = &member;
    if (r->message->op == MSG_READ)
        for (int i = 0; i < 3; i++)
            (void)fake_answer(r, FRAME_PART, (struct text){body, FAKE_BODY});
    (void)fake_answer(r, FRAME_RESPONSE, TEXT("\xa0"));
    return true;
}

bool topics_backlog(struct backlog *b, struct db *db)
{
    (void)db;
    b->done = true;
    return true;
}

#endif
