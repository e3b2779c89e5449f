/* The client's session against a peer that is played here: no socket, no server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>

#include "client-lib/session.h"

/* ---- what the session told ---- */

struct heard {
    unsigned answers, parts, errors, events, goaways, sent, received;
    uint32_t id;
    uint16_t op;
    size_t len;
    uint64_t code;
};

static void on_answer(void *context, uint32_t id, const struct message *message, enum frame_kind kind, struct text payload)
{
    struct heard *heard = context;
    heard->answers += kind == FRAME_RESPONSE;
    heard->parts += kind == FRAME_PART;
    heard->errors += kind == FRAME_ERROR;
    heard->id = id;
    heard->op = message->op;
    heard->len = payload.len;
}

static void on_event(void *context, uint32_t subscription, const struct message *message, struct text payload)
{
    struct heard *heard = context;
    heard->events++;
    heard->id = subscription;
    heard->op = message->op;
    heard->len = payload.len;
}

static void on_goaway(void *context, const struct goaway_payload *goaway)
{
    struct heard *heard = context;
    heard->goaways++;
    heard->code = goaway->code;
}

static void on_trace(void *context, bool sent, const uint8_t *frame, size_t len)
{
    struct heard *heard = context;
    struct frame header;

    assert_true(len >= FRAME_HEADER && frame_get(frame, &header));
    assert_int_equal(len, FRAME_HEADER + header.len);
    heard->sent += sent;
    heard->received += !sent;
}

static const struct session_listener listener = {on_answer, on_event, on_goaway, on_trace};

/* ---- the peer ---- */

struct scene {
    struct session *session;
    struct heard heard;
};

/* A frame from the server with these payload bytes. */
static enum session_error say(struct scene *scene, struct frame frame, const void *payload)
{
    static uint8_t bytes[FRAME_HEADER + LIMIT_PART];

    frame_put(bytes, &frame);
    if (frame.len)
        memcpy(bytes + FRAME_HEADER, payload, frame.len);
    return session_input(scene->session, bytes, FRAME_HEADER + frame.len);
}

static enum session_error say_empty_map(struct scene *scene, enum frame_kind kind, uint16_t op, uint32_t id)
{
    return say(scene, (struct frame){.len = 1, .kind = (uint8_t)kind, .op = op, .id = id}, "\xa0");
}

/* Takes the oldest frame of the session's output. */
static struct frame take(struct scene *scene, struct text *payload)
{
    static uint8_t bytes[FRAME_HEADER + 4096];
    struct text out = session_output(scene->session);
    struct frame frame = {0};

    assert_true(out.len >= FRAME_HEADER && frame_get((const uint8_t *)out.at, &frame));
    assert_true(out.len >= FRAME_HEADER + frame.len && frame.len <= sizeof bytes - FRAME_HEADER);
    memcpy(bytes, out.at, FRAME_HEADER + frame.len);
    *payload = (struct text){(const char *)bytes + FRAME_HEADER, frame.len};
    session_sent(scene->session, FRAME_HEADER + frame.len);
    return frame;
}

static uint32_t ask(struct scene *scene, enum op op, const void *in)
{
    uint32_t id;
    assert_int_equal(session_request(scene->session, message_by_op((uint16_t)op), in, &id), SESSION_OK);
    return id;
}

static uint32_t ask_whoami(struct scene *scene)
{
    const struct whoami_request in = {0};
    return ask(scene, MSG_WHOAMI, &in);
}

static enum session_error answer_hello(struct scene *scene, uint64_t version)
{
    uint8_t payload[128];
    struct wire_writer w = wire_writer_over(payload, sizeof payload);
    const struct hello_reply reply = {.version = version, .epoch = TEXT("epochepo"), .time = 1700000000000};

    shape_encode(&shape_hello_reply, &reply, &w);
    return say(scene, (struct frame){.len = (uint32_t)w.len, .kind = FRAME_RESPONSE, .op = MSG_HELLO, .id = 1}, payload);
}

static int begin(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);

    scene->session = session_new(&listener, &scene->heard);
    *state = scene;
    return scene->session ? 0 : -1;
}

/* The same, with hello said and answered. */
static int begin_open(void **state)
{
    struct text payload;

    if (begin(state))
        return -1;
    struct scene *scene = *state;
    assert_int_equal(session_hello(scene->session, LANG_ZH, "test/1"), SESSION_OK);
    take(scene, &payload);
    assert_int_equal(answer_hello(scene, 1), SESSION_OK);
    scene->heard = (struct heard){0};
    return 0;
}

static int end(void **state)
{
    struct scene *scene = *state;
    session_free(scene->session);
    free(scene);
    return 0;
}

/* ---- hello ---- */

static void hello_carries_what_nobody_knows(void **state)
{
    struct scene *scene = *state;
    struct hello_request hello;
    struct fault fault;
    struct text payload, name = {NULL, 0};
    uint64_t last = 0;

    assert_int_equal(session_hello(scene->session, LANG_EN, "test/1"), SESSION_OK);
    struct frame frame = take(scene, &payload);
    assert_int_equal(frame.kind, FRAME_REQUEST);
    assert_int_equal(frame.op, MSG_HELLO);
    assert_int_equal(frame.id, 1);
    assert_int_equal(shape_decode(&shape_hello_request, payload.at, payload.len, &hello, &fault), STATUS_OK);
    assert_int_equal(hello.lang, LANG_EN);
    assert_int_equal(hello.capabilities.count, 1);
    assert_true(items_next_text(&hello.capabilities, &name));
    assert_true(text_equal(name, TEXT("unknown-to-everybody")));
    struct wire_reader r = wire_reader_over(payload.at, payload.len);
    for (uint64_t count = wire_get_map(&r); count; count--) {
        last = wire_get_uint(&r);
        wire_skip(&r, 2);
    }
    assert_int_equal(wire_finish(&r), WIRE_OK);
    assert_true(last > shape_hello_request.fields[shape_hello_request.count - 1].key);
}

static void nothing_but_hello_opens(void **state)
{
    struct scene *scene = *state;
    const struct whoami_request in = {0};
    uint32_t id;

    assert_int_equal(session_request(scene->session, message_by_op(MSG_WHOAMI), &in, &id), SESSION_BUSY);
    assert_int_equal(say_empty_map(scene, FRAME_EVENT, EVENT_CHANGE, 1), SESSION_BAD_FRAME);
}

static void another_version_is_refused(void **state)
{
    struct scene *scene = *state;

    assert_int_equal(session_hello(scene->session, LANG_ZH, NULL), SESSION_OK);
    assert_int_equal(answer_hello(scene, 2), SESSION_VERSION);
    assert_false(session_open(scene->session));
    assert_int_equal(answer_hello(scene, 1), SESSION_VERSION);
}

static void a_second_hello_is_not_said(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(session_hello(scene->session, LANG_ZH, NULL), SESSION_BUSY);
}

/* ---- answers ---- */

static void answers_find_their_requests_in_any_order(void **state)
{
    struct scene *scene = *state;
    uint32_t first = ask_whoami(scene), second = ask_whoami(scene);

    assert_true(second > first);
    assert_int_equal(session_in_flight(scene->session), 2);
    assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_WHOAMI, second), SESSION_OK);
    assert_int_equal(scene->heard.id, second);
    assert_int_equal(say_empty_map(scene, FRAME_ERROR, MSG_WHOAMI, first), SESSION_OK);
    assert_int_equal(scene->heard.errors, 1);
    assert_int_equal(session_in_flight(scene->session), 0);
}

static void parts_come_before_the_final_frame(void **state)
{
    struct scene *scene = *state;
    const struct read_request in = {.thread = 1};
    uint32_t id = ask(scene, MSG_READ, &in);

    assert_int_equal(say_empty_map(scene, FRAME_PART, MSG_READ, id), SESSION_OK);
    assert_int_equal(say_empty_map(scene, FRAME_PART, MSG_READ, id), SESSION_OK);
    assert_int_equal(session_in_flight(scene->session), 1);
    assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_READ, id), SESSION_OK);
    assert_int_equal(scene->heard.parts, 2);
    assert_int_equal(scene->heard.answers, 1);
    assert_int_equal(say_empty_map(scene, FRAME_PART, MSG_READ, id), SESSION_UNASKED);
}

static void an_answer_to_nothing_ends_the_session(void **state)
{
    assert_int_equal(say_empty_map(*state, FRAME_RESPONSE, MSG_WHOAMI, 7), SESSION_UNASKED);
    assert_int_equal(say_empty_map(*state, FRAME_PING, 0, 1), SESSION_UNASKED);
}

static void an_answer_of_another_op_ends_the_session(void **state)
{
    uint32_t id = ask_whoami(*state);
    assert_int_equal(say_empty_map(*state, FRAME_RESPONSE, MSG_BOARDS, id), SESSION_UNASKED);
}

static void id_zero_answers_nothing(void **state)
{
    assert_int_equal(say_empty_map(*state, FRAME_ERROR, 0, 0), SESSION_UNASKED);
}

static void requests_in_flight_are_bounded(void **state)
{
    struct scene *scene = *state;
    const struct whoami_request in = {0};
    uint32_t id, first = ask_whoami(scene);

    for (int i = 1; i < LIMIT_IN_FLIGHT; i++)
        ask_whoami(scene);
    assert_int_equal(session_request(scene->session, message_by_op(MSG_WHOAMI), &in, &id), SESSION_BUSY);
    assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_WHOAMI, first), SESSION_OK);
    assert_true(ask_whoami(scene) > first + LIMIT_IN_FLIGHT - 1);
}

static void a_request_too_large_is_not_sent(void **state)
{
    struct scene *scene = *state;
    char *body = calloc(1, LIMIT_FRAME + 1);
    const struct reply_request in = {.thread = 1, .body = {body, LIMIT_FRAME + 1}};
    uint32_t id;

    assert_int_equal(session_request(scene->session, message_by_op(MSG_REPLY), &in, &id), SESSION_TOO_LARGE);
    assert_int_equal(session_output(scene->session).len, 0);
    assert_int_equal(session_in_flight(scene->session), 0);
    ask_whoami(scene);
    free(body);
}

static void a_cancelled_request_still_ends(void **state)
{
    struct scene *scene = *state;
    struct text payload;
    uint32_t id = ask_whoami(scene);

    take(scene, &payload);
    session_cancel(scene->session, id + 1);
    assert_int_equal(session_output(scene->session).len, 0);
    session_cancel(scene->session, id);
    struct frame frame = take(scene, &payload);
    assert_int_equal(frame.kind, FRAME_CANCEL);
    assert_int_equal(frame.id, id);
    assert_int_equal(session_in_flight(scene->session), 1);
    assert_int_equal(say_empty_map(scene, FRAME_ERROR, MSG_WHOAMI, id), SESSION_OK);
    assert_int_equal(session_in_flight(scene->session), 0);
}

/* ---- events ---- */

static uint32_t subscribe(struct scene *scene)
{
    const struct subscribe_request in = {.topic = TOPIC_BOARD, .id = 1};
    uint32_t id = ask(scene, MSG_SUBSCRIBE, &in);

    assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_SUBSCRIBE, id), SESSION_OK);
    return id;
}

static void events_belong_to_subscriptions(void **state)
{
    struct scene *scene = *state;
    uint32_t first = subscribe(scene), second = subscribe(scene);

    assert_int_equal(say_empty_map(scene, FRAME_EVENT, EVENT_CHANGE, first), SESSION_OK);
    assert_int_equal(scene->heard.id, first);
    assert_int_equal(say_empty_map(scene, FRAME_EVENT, EVENT_LIVE, second), SESSION_OK);
    assert_int_equal(scene->heard.op, EVENT_LIVE);
    assert_int_equal(scene->heard.events, 2);
    assert_int_equal(say_empty_map(scene, FRAME_EVENT, EVENT_CHANGE, second + 1), SESSION_UNASKED);
}

static void no_event_comes_before_the_answer_to_subscribe(void **state)
{
    const struct subscribe_request in = {.topic = TOPIC_BOARD, .id = 1};
    uint32_t id = ask(*state, MSG_SUBSCRIBE, &in);
    assert_int_equal(say_empty_map(*state, FRAME_EVENT, EVENT_CHANGE, id), SESSION_UNASKED);
}

static void no_event_comes_after_the_answer_to_unsubscribe(void **state)
{
    uint32_t id = subscribe(*state);
    const struct unsubscribe_request in = {.subscription = id};
    uint32_t asked = ask(*state, MSG_UNSUBSCRIBE, &in);

    assert_int_equal(say_empty_map(*state, FRAME_EVENT, EVENT_CHANGE, id), SESSION_OK);
    assert_int_equal(say_empty_map(*state, FRAME_RESPONSE, MSG_UNSUBSCRIBE, asked), SESSION_OK);
    assert_int_equal(say_empty_map(*state, FRAME_EVENT, EVENT_CHANGE, id), SESSION_UNASKED);
}

static void no_event_comes_after_end(void **state)
{
    uint32_t id = subscribe(*state);

    assert_int_equal(say_empty_map(*state, FRAME_EVENT, EVENT_END, id), SESSION_OK);
    assert_int_equal(say_empty_map(*state, FRAME_EVENT, EVENT_CHANGE, id), SESSION_UNASKED);
}

static void an_unknown_event_is_passed_over_unless_critical(void **state)
{
    struct scene *scene = *state;
    uint32_t id = subscribe(scene);

    assert_int_equal(say_empty_map(scene, FRAME_EVENT, 0x1fff, id), SESSION_OK);
    assert_int_equal(scene->heard.events, 0);
    struct frame frame = {.len = 1, .kind = FRAME_EVENT, .flags = FRAME_CRITICAL, .op = 0x1fff, .id = id};
    assert_int_equal(say(scene, frame, "\xa0"), SESSION_CRITICAL);
}

static void subscriptions_are_bounded(void **state)
{
    const struct subscribe_request in = {.topic = TOPIC_BOARD, .id = 1};

    for (int i = 0; i < LIMIT_SUBSCRIPTIONS; i++)
        subscribe(*state);
    uint32_t id = ask(*state, MSG_SUBSCRIBE, &in);
    assert_int_equal(say_empty_map(*state, FRAME_RESPONSE, MSG_SUBSCRIBE, id), SESSION_UNASKED);
}

/* ---- the other kinds ---- */

static void a_ping_is_answered(void **state)
{
    struct scene *scene = *state;
    struct text payload;

    assert_int_equal(say(scene, (struct frame){.kind = FRAME_PING, .id = 77}, ""), SESSION_OK);
    struct frame frame = take(scene, &payload);
    assert_int_equal(frame.kind, FRAME_PONG);
    assert_int_equal(frame.id, 77);
}

static void a_pong_answers_a_ping(void **state)
{
    struct scene *scene = *state;
    struct text payload;

    session_ping(scene->session);
    struct frame frame = take(scene, &payload);
    assert_int_equal(frame.kind, FRAME_PING);
    assert_int_equal(say(scene, (struct frame){.kind = FRAME_PONG, .id = frame.id}, ""), SESSION_OK);
    assert_int_equal(say(scene, (struct frame){.kind = FRAME_PONG, .id = frame.id + 1}, ""), SESSION_UNASKED);
}

static void after_goaway_answers_come_but_requests_do_not_go(void **state)
{
    struct scene *scene = *state;
    const struct whoami_request in = {0};
    const struct goaway_payload goaway = {.code = STATUS_SHUTTING_DOWN, .last_id = 2};
    uint8_t payload[64];
    struct wire_writer w = wire_writer_over(payload, sizeof payload);
    uint32_t id = ask_whoami(scene), other;

    shape_encode(&shape_goaway, &goaway, &w);
    assert_int_equal(say(scene, (struct frame){.len = (uint32_t)w.len, .kind = FRAME_GOAWAY}, payload), SESSION_OK);
    assert_int_equal(scene->heard.code, STATUS_SHUTTING_DOWN);
    assert_true(session_going_away(scene->session));
    assert_int_equal(session_request(scene->session, message_by_op(MSG_WHOAMI), &in, &other), SESSION_BUSY);
    assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_WHOAMI, id), SESSION_OK);
    assert_int_equal(scene->heard.answers, 1);
}

static void a_goaway_that_cannot_be_read_ends_the_session(void **state)
{
    assert_int_equal(say(*state, (struct frame){.len = 1, .kind = FRAME_GOAWAY}, "\x00"), SESSION_PAYLOAD_BAD);
}

static void unknown_kinds_are_passed_over_unless_critical(void **state)
{
    struct scene *scene = *state;
    uint32_t id = ask_whoami(scene);

    assert_int_equal(say_empty_map(scene, FRAME_RESERVED, 0, 9), SESSION_OK);
    assert_int_equal(say_empty_map(scene, (enum frame_kind)200, 0, 9), SESSION_OK);
    assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_WHOAMI, id), SESSION_OK);
    assert_int_equal(scene->heard.answers, 1);
    assert_int_equal(say(scene, (struct frame){.len = 1, .kind = 200, .flags = FRAME_CRITICAL}, "\xa0"), SESSION_CRITICAL);
}

static void kinds_that_only_clients_send_end_the_session(void **state)
{
    assert_int_equal(say_empty_map(*state, FRAME_REQUEST, MSG_WHOAMI, 1), SESSION_BAD_FRAME);
}

static void bytes_of_another_protocol_end_the_session(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(session_input(scene->session, (const uint8_t *)"H", 1), SESSION_BAD_FRAME);
}

static void a_payload_too_large_is_refused_by_its_header(void **state)
{
    struct scene *scene = *state;
    uint32_t id = ask_whoami(scene);
    uint8_t header[FRAME_HEADER];

    frame_put(header, &(struct frame){.len = SESSION_PAYLOAD + 1, .kind = FRAME_RESPONSE, .op = MSG_WHOAMI, .id = id});
    assert_int_equal(session_input(scene->session, header, sizeof header), SESSION_TOO_LARGE);
}

/* ---- bytes in pieces ---- */

static void frames_may_come_in_any_pieces(void **state)
{
    struct scene *scene = *state;
    uint32_t id = subscribe(scene);
    uint8_t bytes[5 * (FRAME_HEADER + 40)];
    size_t len = 0;

    for (uint32_t i = 0; i < 5; i++) {
        frame_put(bytes + len, &(struct frame){.len = 8 * i, .kind = FRAME_EVENT, .op = EVENT_CHANGE, .id = id});
        memset(bytes + len + FRAME_HEADER, 0xa0, (size_t)8 * i);
        len += FRAME_HEADER + (size_t)8 * i;
    }
    for (size_t piece = 1; piece <= len; piece++) {
        scene->heard.events = 0;
        for (size_t at = 0; at < len; at += piece)
            assert_int_equal(session_input(scene->session, bytes + at, piece < len - at ? piece : len - at), SESSION_OK);
        assert_int_equal(scene->heard.events, 5);
        assert_int_equal(scene->heard.len, 32);
    }
}

static void output_may_be_taken_in_any_pieces(void **state)
{
    struct scene *scene = *state;
    size_t total = 0;

    for (int round = 0; round < 50; round++) {
        uint32_t id = ask_whoami(scene);
        assert_int_equal(say_empty_map(scene, FRAME_RESPONSE, MSG_WHOAMI, id), SESSION_OK);
    }
    while (session_output(scene->session).len) {
        if (total % (FRAME_HEADER + 1) == 4)
            assert_int_equal(session_output(scene->session).at[0], FRAME_REQUEST);
        session_sent(scene->session, 1);
        total++;
    }
    assert_int_equal(total, 50 * (FRAME_HEADER + 1));
    assert_int_equal(scene->heard.sent, 50);
    assert_int_equal(scene->heard.received, 50);
}

static void a_peer_that_pings_and_takes_nothing_is_not_answered_for_ever(void **state)
{
    struct scene *scene = *state;

    for (uint32_t i = 0; i < SESSION_UNSENT / FRAME_HEADER + 1000; i++)
        assert_int_equal(say(scene, (struct frame){.kind = FRAME_PING, .id = i}, ""), SESSION_OK);
    assert_true(session_output(scene->session).len <= SESSION_UNSENT + FRAME_HEADER);
}

static void operation_ids_begin_with_the_time(void **state)
{
    static const uint8_t want[LIMIT_OP_ID] = {0x01, 0x8b, 0xcf, 0xe5, 0x68, 0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    uint8_t id[LIMIT_OP_ID];

    (void)state;
    operation_id_make(id, 1700000000000, want + 6);
    assert_memory_equal(id, want, sizeof want);
}

#define FROM_START(test) cmocka_unit_test_setup_teardown(test, begin, end)
#define OPEN(test) cmocka_unit_test_setup_teardown(test, begin_open, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        FROM_START(hello_carries_what_nobody_knows),
        FROM_START(nothing_but_hello_opens),
        FROM_START(another_version_is_refused),
        OPEN(a_second_hello_is_not_said),
        OPEN(answers_find_their_requests_in_any_order),
        OPEN(parts_come_before_the_final_frame),
        OPEN(an_answer_to_nothing_ends_the_session),
        OPEN(an_answer_of_another_op_ends_the_session),
        OPEN(id_zero_answers_nothing),
        OPEN(requests_in_flight_are_bounded),
        OPEN(a_request_too_large_is_not_sent),
        OPEN(a_cancelled_request_still_ends),
        OPEN(events_belong_to_subscriptions),
        OPEN(no_event_comes_before_the_answer_to_subscribe),
        OPEN(no_event_comes_after_the_answer_to_unsubscribe),
        OPEN(no_event_comes_after_end),
        OPEN(an_unknown_event_is_passed_over_unless_critical),
        OPEN(subscriptions_are_bounded),
        OPEN(a_ping_is_answered),
        OPEN(a_pong_answers_a_ping),
        OPEN(after_goaway_answers_come_but_requests_do_not_go),
        OPEN(a_goaway_that_cannot_be_read_ends_the_session),
        OPEN(unknown_kinds_are_passed_over_unless_critical),
        OPEN(kinds_that_only_clients_send_end_the_session),
        OPEN(bytes_of_another_protocol_end_the_session),
        OPEN(a_payload_too_large_is_refused_by_its_header),
        OPEN(frames_may_come_in_any_pieces),
        OPEN(output_may_be_taken_in_any_pieces),
        OPEN(a_peer_that_pings_and_takes_nothing_is_not_answered_for_ever),
        cmocka_unit_test(operation_ids_begin_with_the_time),
    };
    return cmocka_run_group_tests_name("client session", tests, NULL, NULL);
}
