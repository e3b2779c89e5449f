/* A session of the native face: bytes in, bytes out, with a made-up connection and store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/unit/fake_loop.h"

#include "tests/unit/fake_requests.h"

#include "server/hub/commons.h"
#include "server/native/native.h"

enum { PLENTY = 1 << 20, BODY = FAKE_BODY };

/* ---- the stage ---- */

struct stage {
    struct site site;
    struct native *native;
    struct dispatch *dispatch;
    struct hub_source hubs;
    void *hub;
    const struct face *face;
    void *local, *session;
    struct connection *connection;
    size_t read; /* of what was said */
    uint32_t id;
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);

    fake_loop = (struct loop){.limit = SIZE_MAX, .now = 1000};
    fake_store = (struct store){.count = 0};
    s->dispatch = dispatch_new(NULL);
    s->hubs = (struct hub_source){&fake_store, s->dispatch};
    s->hub = hub_commons()->start(&s->hubs, &fake_loop);
    s->native = native_new(&(struct native_options){&fake_store, &s->site});
    s->face = native_face();
    s->local = s->face->start(s->native, &fake_loop, s->hub);
    s->connection = calloc(1, sizeof *s->connection);
    s->session = s->face->open(s->local, s->connection);
    assert_non_null(s->session);
    *state = s;
    return 0;
}

static void store_turn(void)
{
    struct task *task = (struct task *)fake_take();

    (void)task->job.run(&task->job, NULL);
    task->job.durable = true;
    task->settle(task);
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    s->face->closed(s->session);
    while (fake_store.count)
        store_turn();
    assert_true(s->face->settled(s->local) && hub_commons()->settled(s->hub));
    assert_int_equal(fake_loop.memory, 0);
    s->face->stop(s->local);
    hub_commons()->stop(s->hub);
    native_free(s->native);
    dispatch_free(s->dispatch);
    free(s->connection);
    free(s);
    return 0;
}

static size_t put_frame(uint8_t *out, const struct frame *frame, const void *payload)
{
    frame_put(out, frame);
    if (payload)
        memcpy(out + FRAME_HEADER, payload, frame->len);
    return FRAME_HEADER + frame->len;
}

static size_t give(struct stage *s, const struct frame *frame, const void *payload)
{
    static uint8_t bytes[LIMIT_FRAME + FRAME_HEADER];
    return s->face->input(s->session, bytes, put_frame(bytes, frame, payload));
}

static void ask(struct stage *s, enum op op, struct text payload)
{
    const struct frame frame = {.len = (uint32_t)payload.len, .kind = FRAME_REQUEST, .op = (uint16_t)op, .id = ++s->id};
    assert_int_equal(give(s, &frame, payload.at), FRAME_HEADER + payload.len);
}

static void output(struct stage *s, size_t room)
{
    struct outlet outlet = {s->connection, room};

    s->connection->wants = false;
    s->face->output(s->session, &outlet);
}

/* The next frame said; kind 0 where there is none. `byte` is the first of its payload. */
static struct frame said(struct stage *s, uint8_t *byte)
{
    struct frame frame = {.kind = 0};

    *byte = 0;
    if (s->read == s->connection->len)
        return frame;
    assert_true(frame_get(s->connection->out + s->read, &frame));
    if (frame.len)
        *byte = s->connection->out[s->read + FRAME_HEADER];
    s->read += FRAME_HEADER + frame.len;
    assert_true(s->read <= s->connection->len);
    return frame;
}

static void assert_said(struct stage *s, enum frame_kind kind, uint32_t id)
{
    uint8_t byte;
    struct frame frame = said(s, &byte);

    assert_int_equal(frame.kind, kind);
    assert_int_equal(frame.id, id);
}

static void assert_refused(struct stage *s, uint32_t id, enum status status)
{
    uint8_t byte;
    struct frame frame;

    output(s, PLENTY);
    frame = said(s, &byte);
    assert_int_equal(frame.kind, FRAME_ERROR);
    assert_int_equal(frame.id, id);
    assert_int_equal(byte, status);
}

static void assert_silent(struct stage *s)
{
    output(s, PLENTY);
    assert_int_equal(s->read, s->connection->len);
}

#define HELLO TEXT("\xa2\x01\x01\x02\x01")
#define EMPTY TEXT("\xa0")
#define LOGIN TEXT("\xa3\x01\x50" "0123456789abcdef" "\x02\x61h\x03\x61p")
#define ONE TEXT("\xa1\x01\x01")

static void greet(struct stage *s)
{
    ask(s, MSG_HELLO, HELLO);
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, s->id);
}

static void visit(struct stage *s)
{
    greet(s);
    ask(s, MSG_VISIT, EMPTY);
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, s->id);
}

static void log_in(struct stage *s)
{
    greet(s);
    ask(s, MSG_LOGIN, LOGIN);
    store_turn();
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, s->id);
}

/* ---- who, what, how large ---- */

static void hello_comes_first_and_once(void **state)
{
    struct stage *s = *state;

    ask(s, MSG_VISIT, EMPTY);
    assert_refused(s, 1, STATUS_HELLO_FIRST);
    greet(s);
    ask(s, MSG_HELLO, HELLO);
    assert_refused(s, 3, STATUS_BAD_MESSAGE);
}

static void a_version_of_the_future_is_refused(void **state)
{
    struct stage *s = *state;

    ask(s, MSG_HELLO, TEXT("\xa2\x01\x02\x02\x05"));
    assert_refused(s, 1, STATUS_VERSION);
    greet(s);
}

/* The client's name is shown in the list of sessions: one line that can be seen. */
static void a_client_without_a_decent_name_is_refused(void **state)
{
    struct stage *s = *state;

    ask(s, MSG_HELLO, TEXT("\xa3\x01\x01\x02\x01\x05\x62" "a\x1b"));
    assert_refused(s, 1, STATUS_BAD_FIELD);
    greet(s);
}

static void standing_decides_what_may_be_asked(void **state)
{
    struct stage *s = *state;

    greet(s);
    ask(s, MSG_BOARDS, EMPTY);
    assert_refused(s, 2, STATUS_LOGIN_NEEDED);
    ask(s, MSG_VISIT, EMPTY);
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, 3);
    ask(s, MSG_BOARDS, EMPTY);
    store_turn();
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, 4);
    ask(s, MSG_SESSIONS, EMPTY);
    assert_refused(s, 5, STATUS_LOGIN_NEEDED);
}

static void what_nobody_knows_is_refused_or_passed_over(void **state)
{
    struct stage *s = *state;

    visit(s);
    ask(s, (enum op)0x7777, TEXT("whatever it is"));
    assert_refused(s, 3, STATUS_UNKNOWN_OP);
    ask(s, EVENT_CHANGE, EMPTY);
    assert_refused(s, 4, STATUS_UNKNOWN_OP);
    assert_int_equal(give(s, &(struct frame){.len = 3, .kind = 77, .id = 1}, "abc"), FRAME_HEADER + 3);
    assert_silent(s);
    (void)give(s, &(struct frame){.len = 3, .kind = 77, .flags = FRAME_CRITICAL, .id = 1}, "abc");
    assert_refused(s, 1, STATUS_BAD_FRAME);
    assert_true(s->connection->finished);
}

static void sizes_depend_on_standing(void **state)
{
    static uint8_t large[LIMIT_FRAME_VISITOR + 1];
    struct stage *s = *state;

    ask(s, MSG_HELLO, (struct text){(const char *)large, LIMIT_FRAME_PREAUTH + 1});
    assert_refused(s, 1, STATUS_TOO_LARGE);
    visit(s);
    ask(s, MSG_BOARDS, (struct text){(const char *)large, LIMIT_FRAME_VISITOR + 1});
    assert_refused(s, 4, STATUS_TOO_LARGE);
    ask(s, MSG_BOARDS, EMPTY);
    assert_int_equal(fake_store.count, 1);
}

static void ids_rise(void **state)
{
    struct stage *s = *state;

    visit(s);
    s->id = 1;
    ask(s, MSG_BOARDS, EMPTY);
    assert_refused(s, 2, STATUS_BAD_MESSAGE);
    assert_true(s->connection->finished);
}

static void only_a_server_may_send_answers(void **state)
{
    struct stage *s = *state;

    visit(s);
    (void)give(s, &(struct frame){.kind = FRAME_RESPONSE, .id = 9}, NULL);
    assert_refused(s, 9, STATUS_BAD_FRAME);
    assert_true(s->connection->finished);
    ask(s, MSG_BOARDS, EMPTY);
    assert_int_equal(fake_store.count, 0);
}

static void something_else_is_told_so(void **state)
{
    struct stage *s = *state;

    (void)s->face->input(s->session, (const uint8_t *)"GET / HTTP/1.1\r\n", 16);
    assert_refused(s, 0, STATUS_BAD_FRAME);
    assert_true(s->connection->finished);
}

static void bad_encoding_never_reaches_the_store(void **state)
{
    struct stage *s = *state;

    visit(s);
    ask(s, MSG_READ, TEXT("\xa1\x01"));
    assert_refused(s, 3, STATUS_BAD_MESSAGE);
    ask(s, MSG_READ, TEXT(""));
    assert_refused(s, 4, STATUS_BAD_MESSAGE);
    assert_int_equal(fake_store.count, 0);
}

/* ---- how many ---- */

static void a_stranger_has_few_frames(void **state)
{
    struct stage *s = *state;

    for (uint32_t i = 1; i <= LIMIT_FRAMES_PREAUTH; i++) {
        assert_int_equal(give(s, &(struct frame){.kind = FRAME_PING, .id = i}, NULL), FRAME_HEADER);
        output(s, PLENTY);
        assert_said(s, FRAME_PONG, i);
    }
    (void)give(s, &(struct frame){.kind = FRAME_PING, .id = 99}, NULL);
    assert_refused(s, 99, STATUS_TOO_MANY);
    assert_true(s->connection->finished);
}

/* Hello, login and the first question in one piece: each waits for the one before, none is lost. */
static void a_stranger_may_send_ahead(void **state)
{
    static const struct {
        enum op op;
        struct text payload;
    } wanted[] = {{MSG_HELLO, TEXT_INIT("\xa2\x01\x01\x02\x01")}, {MSG_VISIT, TEXT_INIT("\xa0")}, {MSG_BOARDS, TEXT_INIT("\xa0")}};
    struct stage *s = *state;
    uint8_t bytes[256];
    size_t len = 0, at = 0;

    for (uint32_t i = 0; i < 3; i++) {
        const struct text payload = wanted[i].payload;
        const struct frame frame = {(uint32_t)payload.len, FRAME_REQUEST, 0, (uint16_t)wanted[i].op, i + 1};
        len += put_frame(bytes + len, &frame, payload.at);
    }
    for (int turn = 0; at < len && turn < 10; turn++) {
        at += s->face->input(s->session, bytes + at, len - at);
        output(s, PLENTY);
    }
    assert_int_equal(at, len);
    assert_int_equal(fake_store.count, 1);
    store_turn();
    output(s, PLENTY);
    for (uint32_t i = 1; i <= 3; i++)
        assert_said(s, FRAME_RESPONSE, i);
}

static void past_the_limit_reading_stops_and_goes_on(void **state)
{
    struct stage *s = *state;
    uint8_t bytes[64];
    size_t len, taken;

    visit(s);
    for (uint32_t i = 0; i < LIMIT_IN_FLIGHT_VISITOR; i++)
        ask(s, MSG_WHOAMI, EMPTY);
    len = put_frame(bytes, &(struct frame){1, FRAME_REQUEST, 0, MSG_WHOAMI, ++s->id}, "\xa0");
    taken = s->face->input(s->session, bytes, len);
    assert_int_equal(taken, FRAME_HEADER);
    assert_int_equal(s->face->input(s->session, bytes + taken, len - taken), 0);
    assert_int_equal(fake_store.count, LIMIT_IN_FLIGHT_VISITOR);
    store_turn();
    output(s, PLENTY);
    assert_true(s->connection->resumed);
    assert_int_equal(s->face->input(s->session, bytes + taken, len - taken), len - taken);
    assert_int_equal(fake_store.count, LIMIT_IN_FLIGHT_VISITOR);
}

static void pings_wait_for_room_without_being_lost(void **state)
{
    struct stage *s = *state;
    uint8_t bytes[20 * FRAME_HEADER];
    size_t len = 0, at = 0;

    visit(s);
    for (uint32_t i = 1; i <= 20; i++)
        len += put_frame(bytes + len, &(struct frame){.kind = FRAME_PING, .id = i}, NULL);
    for (int turn = 0; turn < 20; turn++) {
        at += s->face->input(s->session, bytes + at, len - at);
        output(s, PLENTY);
    }
    assert_int_equal(at, len);
    for (uint32_t i = 1; i <= 20; i++)
        assert_said(s, FRAME_PONG, i);
}

static void memory_short_everywhere_makes_it_wait(void **state)
{
    struct stage *s = *state;
    uint8_t bytes[64];
    size_t len, taken;

    visit(s);
    ask(s, MSG_WHOAMI, EMPTY);
    fake_loop.limit = 0;
    len = put_frame(bytes, &(struct frame){1, FRAME_REQUEST, 0, MSG_WHOAMI, ++s->id}, "\xa0");
    taken = s->face->input(s->session, bytes, len);
    assert_int_equal(taken, FRAME_HEADER);
    fake_loop.limit = SIZE_MAX;
    s->face->tick(s->session);
    assert_true(s->connection->resumed);
    assert_int_equal(s->face->input(s->session, bytes + taken, len - taken), len - taken);
    assert_int_equal(fake_store.count, 2);
}

/* ---- answers ---- */

static void bulk_goes_one_by_one_while_there_is_room(void **state)
{
    struct stage *s = *state;

    log_in(s);
    ask(s, MSG_READ, ONE);
    ask(s, MSG_READ, ONE);
    assert_int_equal(fake_store.count, 0);
    output(s, 0);
    assert_int_equal(fake_store.count, 0);
    output(s, PLENTY);
    assert_int_equal(fake_store.count, 1);
    store_turn();
    output(s, BODY); /* room for the first part only */
    assert_said(s, FRAME_PART, 3);
    assert_int_equal(s->read, s->connection->len);
    assert_int_equal(fake_store.count, 0);
    output(s, PLENTY);
    assert_said(s, FRAME_PART, 3);
    assert_said(s, FRAME_PART, 3);
    assert_said(s, FRAME_RESPONSE, 3);
    output(s, PLENTY);
    assert_int_equal(fake_store.count, 1);
}

static void cancel_before_during_and_after(void **state)
{
    struct stage *s = *state;

    log_in(s);
    ask(s, MSG_READ, ONE);
    ask(s, MSG_READ, ONE);
    output(s, PLENTY);
    (void)give(s, &(struct frame){.kind = FRAME_CANCEL, .id = 4}, NULL); /* waits for the first */
    assert_refused(s, 4, STATUS_CANCELLED);
    (void)give(s, &(struct frame){.kind = FRAME_CANCEL, .id = 3}, NULL); /* at the store */
    assert_silent(s);
    store_turn();
    assert_refused(s, 3, STATUS_CANCELLED);
    (void)give(s, &(struct frame){.kind = FRAME_CANCEL, .id = 3}, NULL);
    assert_silent(s);
    ask(s, MSG_LOGOUT, TEXT("\xa1\x01\x50" "0123456789abcdef")); /* a write tells what came of it */
    (void)give(s, &(struct frame){.kind = FRAME_CANCEL, .id = 5}, NULL);
    store_turn();
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, 5);
}

static void a_store_that_fails_is_told(void **state)
{
    struct stage *s = *state;
    struct task *task;

    log_in(s);
    ask(s, MSG_WHOAMI, EMPTY);
    ask(s, MSG_LOGOUT, TEXT("\xa1\x01\x50" "0123456789abcdef"));
    for (int i = 0; i < 2; i++) {
        task = (struct task *)fake_take();
        (void)task->job.run(&task->job, NULL);
        task->job.durable = false;
        task->settle(task);
    }
    assert_refused(s, 3, STATUS_BUSY);
    assert_refused(s, 4, STATUS_STORE_FAILED);
}

static void keep(struct task *task)
{
    (void)task;
}

/* A session may have been ended after the store looked and before the loop hears of it: the store looks again. */
static void who_resumes_is_looked_up_after_the_last_change_of_access(void **state)
{
    struct stage *s = *state;
    struct access_change ended = {.kind = ACCESS_SESSION, .account = 8, .id = 80};
    struct request revoke = {.access = &ended};
    struct task other = {.job.durable = true, .loop = &fake_loop, .request = &revoke, .settle = keep};

    greet(s);
    ask(s, MSG_RESUME, TEXT("\xa1\x01\x58\x20" "0123456789abcdef0123456789abcdef"));
    dispatch_committed(s->dispatch, &other.job);
    store_turn();
    assert_silent(s);
    assert_int_equal(fake_store.count, 1);
    store_turn();
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, s->id);
}

static void a_full_queue_for_hashing_is_busy(void **state)
{
    struct stage *s = *state;

    greet(s);
    fake_store.hash_full = true;
    ask(s, MSG_LOGIN, LOGIN);
    assert_refused(s, 2, STATUS_BUSY);
}

/* ---- time, the end ---- */

static void a_stranger_who_waits_is_let_go(void **state)
{
    struct stage *s = *state;

    greet(s);
    ask(s, MSG_LOGIN, LOGIN);
    for (int i = 0; i < 20; i++)
        s->face->tick(s->session);
    assert_false(s->connection->aborted); /* the time is ours: the job runs */
    store_turn();
    output(s, PLENTY);
    for (int i = 0; i < 20; i++)
        s->face->tick(s->session);
    assert_false(s->connection->aborted); /* and now it is no stranger */
}

static void a_silent_stranger_is_let_go(void **state)
{
    struct stage *s = *state;

    greet(s);
    for (int i = 0; i < LIMIT_PREAUTH_MS / 1000; i++)
        s->face->tick(s->session);
    assert_false(s->connection->aborted);
    s->face->tick(s->session);
    assert_true(s->connection->aborted);
}

static void slow_takers_make_room_where_memory_is_short(void **state)
{
    struct stage *s = *state;

    log_in(s);
    ask(s, MSG_READ, ONE);
    output(s, PLENTY);
    store_turn();
    output(s, 1);
    fake_loop.now += 20000;
    s->face->tick(s->session);
    assert_false(s->connection->aborted);
    fake_loop.limit = 1;
    s->face->tick(s->session);
    assert_true(s->connection->aborted);
}

static void silence_is_asked_about_then_ended(void **state)
{
    struct stage *s = *state;

    visit(s);
    s->connection->silence = LIMIT_IDLE_PING_MS + 1;
    s->face->tick(s->session);
    output(s, PLENTY);
    assert_said(s, FRAME_PING, 0);
    s->connection->silence = LIMIT_IDLE_PING_MS + LIMIT_STALL_MS;
    s->face->tick(s->session);
    assert_false(s->connection->aborted);
    s->connection->silence += 2;
    s->face->tick(s->session);
    assert_true(s->connection->aborted);
}

static void a_frame_that_never_ends_is_given_up(void **state)
{
    struct stage *s = *state;
    uint8_t bytes[FRAME_HEADER];

    visit(s);
    frame_put(bytes, &(struct frame){100, FRAME_REQUEST, 0, MSG_WHOAMI, ++s->id});
    assert_int_equal(s->face->input(s->session, bytes, sizeof bytes), sizeof bytes);
    fake_loop.now += LIMIT_STALL_MS;
    s->face->tick(s->session);
    assert_false(s->connection->aborted);
    fake_loop.now += 1000;
    s->face->tick(s->session);
    assert_true(s->connection->aborted);
}

static void draining_finishes_what_is_in_flight(void **state)
{
    struct stage *s = *state;

    visit(s);
    ask(s, MSG_WHOAMI, EMPTY);
    s->face->drain(s->session);
    assert_true(s->connection->finished);
    output(s, PLENTY);
    assert_said(s, FRAME_GOAWAY, 0);
    assert_false(s->face->idle(s->session));
    ask(s, MSG_WHOAMI, EMPTY);
    assert_int_equal(fake_store.count, 1);
    store_turn();
    output(s, PLENTY);
    assert_said(s, FRAME_RESPONSE, 3);
    assert_true(s->face->idle(s->session));
}

/* A request of which only a part has come will get no answer, and goaway must not promise one. */
static void goaway_promises_only_what_has_come(void **state)
{
    struct stage *s = *state;
    const struct frame frame = {.len = 2, .kind = FRAME_REQUEST, .op = MSG_WHOAMI, .id = 3};
    struct goaway_payload goaway;
    struct frame got;
    struct fault fault;
    uint8_t header[FRAME_HEADER];

    visit(s);
    frame_put(header, &frame);
    assert_int_equal(s->face->input(s->session, header, sizeof header), sizeof header);
    s->face->drain(s->session);
    output(s, PLENTY);
    assert_true(frame_get(s->connection->out + s->read, &got));
    assert_int_equal(got.kind, FRAME_GOAWAY);
    assert_int_equal(shape_decode(&shape_goaway, s->connection->out + s->read + FRAME_HEADER, got.len, &goaway, &fault), STATUS_OK);
    assert_int_equal(goaway.last_id, 2);
    assert_true(s->face->idle(s->session));
}

/* The connection goes while jobs are at the store; tear_down brings them back. */
static void jobs_outlive_their_connection(void **state)
{
    struct stage *s = *state;

    log_in(s);
    ask(s, MSG_WHOAMI, EMPTY);
    ask(s, MSG_READ, ONE);
    ask(s, MSG_READ, ONE);
    output(s, PLENTY);
    ask(s, MSG_SUBSCRIBE, TEXT("\xa2\x01\x02\x02\x05"));
    assert_int_equal(fake_store.count, 3);
    assert_true(s->face->settled(s->local));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hello_comes_first_and_once),
        TEST(a_version_of_the_future_is_refused),
        TEST(a_client_without_a_decent_name_is_refused),
        TEST(standing_decides_what_may_be_asked),
        TEST(what_nobody_knows_is_refused_or_passed_over),
        TEST(sizes_depend_on_standing),
        TEST(ids_rise),
        TEST(only_a_server_may_send_answers),
        TEST(something_else_is_told_so),
        TEST(bad_encoding_never_reaches_the_store),
        TEST(a_stranger_has_few_frames),
        TEST(a_stranger_may_send_ahead),
        TEST(past_the_limit_reading_stops_and_goes_on),
        TEST(pings_wait_for_room_without_being_lost),
        TEST(memory_short_everywhere_makes_it_wait),
        TEST(bulk_goes_one_by_one_while_there_is_room),
        TEST(cancel_before_during_and_after),
        TEST(a_store_that_fails_is_told),
        TEST(who_resumes_is_looked_up_after_the_last_change_of_access),
        TEST(a_full_queue_for_hashing_is_busy),
        TEST(a_stranger_who_waits_is_let_go),
        TEST(a_silent_stranger_is_let_go),
        TEST(slow_takers_make_room_where_memory_is_short),
        TEST(silence_is_asked_about_then_ended),
        TEST(a_frame_that_never_ends_is_given_up),
        TEST(draining_finishes_what_is_in_flight),
        TEST(goaway_promises_only_what_has_come),
        TEST(jobs_outlive_their_connection),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
