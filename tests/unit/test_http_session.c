/* The HTTP face on a connection: order, keep-alive, deadlines, memory, streams, and what remains when a peer goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "tests/unit/fake_http.h"

#include "server/http/http_private.h"

#define H "Host: a.example\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" H "\r\n"

static void give(const char *bytes)
{
    stage_give(bytes, strlen(bytes));
}

static bool said_has(const char *what)
{
    return memmem(stage.connection.out, stage.connection.len, what, strlen(what)) != NULL;
}

static unsigned said_times(const char *what)
{
    const uint8_t *at = stage.connection.out, *end = at + stage.connection.len;
    unsigned times = 0;

    while ((at = memmem(at, (size_t)(end - at), what, strlen(what)))) {
        times++;
        at += strlen(what);
    }
    return times;
}

static void ends_with(const char *body)
{
    size_t len = strlen(body);

    assert_true(stage.connection.len >= len);
    assert_memory_equal(stage.connection.out + stage.connection.len - len, body, len);
}

static void a_request_is_answered(void **state)
{
    (void)state;
    stage_open();
    give(GET("/now/hello"));
    assert_true(stage.connection.wants);
    stage_turn();
    assert_memory_equal(stage.connection.out, "HTTP/1.1 200 OK\r\nDate: ", 23);
    assert_true(said_has("\r\nContent-Length: 5\r\n"));
    ends_with("\r\n\r\nhello");
    assert_false(said_has("Connection:"));
    assert_false(stage.connection.finished);
    assert_int_equal(stage.peer, 1);
    assert_true(stage.request_secure);
    assert_int_equal(fake_loop.memory, 0);
    give("HEAD /now/hello HTTP/1.1\r\n" H "\r\n");
    stage_turn();
    assert_int_equal(said_times("Content-Length: 5\r\n"), 2);
    ends_with("\r\n\r\n");
    stage_close();
}

/* One by one, in order, however slow the first is. */
static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    stage_open();
    give(GET("/later") GET("/now/two") "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nthree" GET("/later") GET("/now/"));
    stage_turn();
    assert_int_equal(stage.connection.len, 0);
    assert_int_equal(stage.runs, 1);
    give(GET("/now/end"));
    assert_int_equal(stage.runs, 1);
    stage_answer(TEXT("one"));
    stage_turn();
    assert_int_equal(stage.runs, 4);
    assert_int_equal(said_times("HTTP/1.1 200 OK"), 3);
    ends_with("\r\n\r\nthree");
    stage_answer(TEXT("four"));
    stage_turn();
    assert_int_equal(said_times("HTTP/1.1 200 OK"), 6);
    ends_with("\r\n\r\nend");
    assert_true(said_has("\r\n\r\noneHTTP/1.1 200 OK"));
    assert_true(said_has("\r\n\r\ntwoHTTP/1.1 200 OK"));
    assert_true(said_has("\r\n\r\nfourHTTP/1.1 200 OK"));
    assert_int_equal(stage.releases, 2);
    stage_close();
}

static void a_connection_ends_when_it_is_asked_to(void **state)
{
    static const char *const requests[] = {
        "GET /now/x HTTP/1.1\r\n" H "Connection: close\r\n\r\n" GET("/now/y"),
        "GET /now/x HTTP/1.0\r\n" H "\r\n" GET("/now/y"),
    };

    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        stage_open();
        give(requests[i]);
        stage_turn();
        assert_true(said_has("\r\nConnection: close\r\n"));
        ends_with("\r\n\r\nx");
        assert_true(stage.connection.finished && stage.face->idle(stage.session));
        assert_int_equal(stage.runs, 1);
        stage_close();
    }
    stage_open();
    give("GET /now/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    stage_turn();
    assert_true(said_has("\r\nConnection: keep-alive\r\n"));
    assert_false(stage.connection.finished);
    stage_close();
}

static void long_bodies_wait_for_room(void **state)
{
    (void)state;
    stage_open();
    give(GET("/long") GET("/now/next"));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(stage.releases, 0);
        stage_output(65536);
        assert_true(stage.connection.len <= (i + 1) * (65536 + HTTP_MAX_PIECE));
        assert_false(stage.face->idle(stage.session));
    }
    stage_output(65536);
    assert_int_equal(stage.releases, 1);
    assert_true(stage.connection.len > LONG);
    stage_turn();
    ends_with("\r\n\r\nnext");
    stage_close();
    /* A peer that goes in the middle leaves nothing behind. */
    stage_open();
    give(GET("/long"));
    stage_output(1);
    stage_close();
    assert_int_equal(stage.releases, 1);
}

static void bodies_come_as_they_like(void **state)
{
    (void)state;
    stage_open();
    give("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    stage_turn();
    assert_int_equal(stage.connection.len, strlen("HTTP/1.1 100 Continue\r\n\r\n"));
    assert_memory_equal(stage.connection.out, "HTTP/1.1 100 Continue\r\n\r\n", stage.connection.len);
    give("a");
    give("bc");
    stage_turn();
    ends_with("\r\n\r\nabc");
    /* What is there already needs no encouragement. */
    give("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
    stage_turn();
    assert_int_equal(said_times("100 Continue"), 1);
    ends_with("\r\n\r\nx");
    assert_int_equal(stage.admits, 2);
    assert_false(stage.connection.finished);
    give("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
    stage_turn();
    assert_int_equal(said_times("100 Continue"), 1);
    assert_true(said_has("HTTP/1.1 413 Content Too Large\r\n"));
    assert_true(stage.connection.finished);
    stage_close();
}

static void refusals_end_the_connection(void **state)
{
    static const struct {
        const char *request, *status;
    } rows[] = {
        {"GET / HTTP/1.1\r\n\r\n" GET("/now/"), "HTTP/1.1 400 Bad Request\r\n"},
        {"DELETE / HTTP/1.1\r\n" H "\r\n" GET("/now/"), "HTTP/1.1 405 Method Not Allowed\r\n"},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 501 Not Implemented\r\n"},
        {"POST / HTTP/1.1\r\n" H "Expect: x\r\n\r\n", "HTTP/1.1 417 Expectation Failed\r\n"},
        {"POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\nx", "HTTP/1.1 400 Bad Request\r\n"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage_open();
        give(rows[i].request);
        give("more");
        stage_turn();
        assert_memory_equal(stage.connection.out, rows[i].status, strlen(rows[i].status));
        assert_true(said_has("\r\nConnection: close\r\n"));
        assert_true(said_has("\r\nX-Refused: yes\r\n"));
        assert_true(said_has("\r\n\r\nno: "));
        assert_int_equal(said_has("\r\nAllow: GET, HEAD, POST\r\n"), i == 1);
        assert_int_equal(said_times("HTTP/1.1"), 1);
        assert_true(stage.connection.finished && stage.face->idle(stage.session));
        assert_int_equal(stage.runs, 0);
        assert_int_equal(stage.refusals, 1);
        stage_close();
    }
    stage_open();
    give("HEAD / HTTP/1.1\r\n" H "Expect: x\r\n\r\n");
    stage_turn();
    ends_with("\r\n\r\n");
    stage_close();
}

/* ---- time ---- */

static void slow_heads_are_given_up(void **state)
{
    (void)state;
    stage_open();
    stage_second(20);
    for (unsigned i = 0; i < 10; i++) {
        stage_give(&"GET / HTTP/1.1\r\n"[i], 1);
        stage_second(1);
    }
    assert_false(stage.connection.finished);
    stage_second(1);
    stage_turn();
    assert_true(said_has("HTTP/1.1 408 Request Timeout\r\n"));
    assert_true(stage.connection.finished);
    stage_close();
}

static void slow_bodies_are_given_up(void **state)
{
    static char bytes[HTTP_MAX_BODY_RATE];

    (void)state;
    stage_open();
    give("POST /much HTTP/1.1\r\n" H "Content-Length: 90000\r\n\r\n");
    for (unsigned i = 0; i < 100; i++) {
        stage_give(bytes, sizeof bytes);
        stage_second(1);
    }
    assert_false(stage.connection.finished || stage.connection.wants);
    stage_second(30);
    assert_false(stage.connection.finished || stage.connection.wants);
    stage_second(1);
    stage_turn();
    assert_true(said_has("HTTP/1.1 408 Request Timeout\r\n"));
    assert_true(stage.connection.finished);
    stage_close();
}

static void idle_connections_are_closed(void **state)
{
    (void)state;
    stage_open();
    stage_second(50);
    give(GET("/now/"));
    stage_turn();
    stage_second(60);
    assert_false(stage.connection.finished);
    stage_second(1);
    assert_true(stage.connection.finished && stage.face->idle(stage.session));
    stage_close();
    /* Not while its last answer is still on the way, or its request at work. */
    stage_open();
    give(GET("/later"));
    stage_second(1000);
    stage_answer(TEXT(""));
    stage_turn();
    stage.connection.busy = true;
    stage_second(1000);
    assert_false(stage.connection.finished || stage.connection.aborted);
    assert_int_equal(stage.ticks, 2000);
    stage_close();
}

/* ---- memory ---- */

static void requests_wait_for_memory(void **state)
{
    (void)state;
    stage_open();
    fake_loop.limit = 0;
    fake_loop.memory = 1;
    give(GET("/now/a"));
    assert_int_equal(stage.spilled, strlen(GET("/now/a")));
    stage_second(100);
    assert_false(stage.connection.resumed || stage.connection.finished);
    fake_loop.memory = 0;
    stage_second(1);
    assert_true(stage.connection.resumed);
    stage_turn();
    ends_with("\r\n\r\na");
    stage_close();
}

static void the_slow_make_room_where_memory_is_short(void **state)
{
    static const char *const requests[] = {"GET / HT", GET("/long")};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        stage_open();
        give(requests[i]);
        stage_second(5);
        fake_loop.limit = 0;
        stage_second(5);
        assert_false(stage.connection.aborted);
        stage_second(1);
        assert_true(stage.connection.aborted);
        stage_close();
    }
}

static void memory_is_counted(void **state)
{
    static char bytes[90000];

    (void)state;
    stage_open();
    give("POST /much HTTP/1.1\r\n" H "Content-Length: 90000\r\n\r\n");
    assert_true(fake_loop.memory > 0 && fake_loop.memory < 20000);
    stage_give(bytes, 50000);
    assert_true(fake_loop.memory >= 50000 && fake_loop.memory < 120000);
    stage_give(bytes, 40000);
    stage_turn();
    assert_int_equal(fake_loop.memory, 0);
    assert_true(sizeof(struct http_session) <= 96); /* what an idle connection holds of ours */
    stage_close();
}

/* ---- endings ---- */

static void who_has_gone_is_not_answered(void **state)
{
    (void)state;
    stage_open();
    give(GET("/later"));
    assert_true(exchange_alive(stage.later[0]));
    stage.face->closed(stage.session);
    assert_false(exchange_alive(stage.later[0]));
    assert_false(stage.face->settled(stage.local));
    stage_answer(TEXT("late"));
    assert_int_equal(stage.releases, 1);
    assert_true(stage.face->settled(stage.local));
    stage.settled = false;
    assert_false(stage.face->settled(stage.local));
    stage.settled = true;
    stage_connect();
    stage_close();
    assert_int_equal(stage.stops, 1);
}

static void a_draining_server_finishes_what_it_has(void **state)
{
    (void)state;
    stage_open();
    give(GET("/later") GET("/now/"));
    stage.face->drain(stage.session);
    assert_true(stage.connection.finished);
    assert_false(stage.face->idle(stage.session));
    stage_answer(TEXT("end"));
    stage_output(65536);
    assert_true(said_has("Connection: close"));
    ends_with("\r\n\r\nend");
    assert_true(stage.face->idle(stage.session));
    assert_int_equal(stage.runs, 1);
    stage_close();
    /* What has not come whole will not be done. */
    stage_open();
    give("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nab");
    stage.face->drain(stage.session);
    assert_true(stage.connection.finished && stage.face->idle(stage.session));
    stage_close();
}

static void exchanges_are_used_again_without_what_they_held(void **state)
{
    (void)state;
    stage_open();
    for (unsigned i = 0; i < 100; i++) {
        give("POST / HTTP/1.1\r\n" H "Content-Length: 6\r\n\r\nsecret" "POST / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n");
        stage_turn();
        ends_with("\r\n\r\n");
        give(GET("/now/a"));
        stage_turn();
        ends_with("\r\n\r\na");
    }
    assert_int_equal(said_times("secret"), 100);
    assert_int_equal(stage.runs, 300);
    stage_close();
}

/* ---- streams ---- */

static void a_stream_takes_the_connection(void **state)
{
    (void)state;
    stage_open();
    give(GET("/stream") GET("/now/never"));
    assert_true(stage.connection.resumed);
    stage_turn();
    assert_true(said_has("\r\nConnection: close\r\n"));
    assert_false(said_has("Content-Length"));
    ends_with("\r\n\r\ndata");
    assert_int_equal(fake_loop.memory, 0);
    assert_int_equal(stage.spilled, 0);
    assert_int_equal(stage.runs, 1);
    stage_second(100);
    assert_int_equal(stage.stream_ticks, 100);
    assert_false(stage.face->idle(stage.session));
    stage.stream_idle = true;
    assert_true(stage.face->idle(stage.session));
    stage.face->drain(stage.session);
    assert_int_equal(stage.stream_drains, 1);
    assert_true(stage.connection.finished);
    stage_close();
    assert_int_equal(stage.stream_closed, 1);
}

static void a_stream_asked_by_head_is_none(void **state)
{
    (void)state;
    stage_open();
    give("HEAD /stream HTTP/1.1\r\n" H "\r\n");
    stage_turn();
    ends_with("\r\n\r\n");
    assert_true(stage.connection.finished);
    stage_close();
    assert_int_equal(stage.stream_closed + stage.stream_output, 0);
}

static void a_stream_for_who_has_gone_is_none(void **state)
{
    (void)state;
    stage_open();
    give(GET("/later"));
    stage.face->closed(stage.session);
    assert_null(exchange_stream(stage.later[0], &(struct http_answer){.status = 200}, &stream_kind, &stage));
    stage.later_count = 0;
    stage_connect();
    stage_close();
    assert_int_equal(stage.stream_closed, 0);
    /* Gone before its head was said. */
    stage_open();
    give(GET("/stream"));
    stage_close();
    assert_int_equal(stage.stream_closed, 1);
}

/* ---- proxies ---- */

static void only_a_trusted_proxy_names_its_peer(void **state)
{
    static const struct {
        const char *field;
        bool trusted;
        uint64_t peer;
    } rows[] = {
        {"X-Forwarded-For: 192.0.2.7\r\n", true, 7},
        {"X-Forwarded-For: 192.0.2.7\r\n", false, 1},
        {"X-Forwarded-For: 198.51.100.1, 192.0.2.7\r\n", true, 7},
        {"X-Forwarded-For: 198.51.100.1\r\nX-Forwarded-For: 192.0.2.7\r\n", true, 7},
        {"X-Forwarded-For: 192.0.2.7, unknown\r\n", true, 1},
        {"X-Forwarded-For:\r\n", true, 1},
        {"", true, 1},
    };
    char request[256];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage_open();
        stage.trusted = rows[i].trusted;
        stage.secure = false;
        snprintf(request, sizeof request, "GET /now/ HTTP/1.1\r\n" H "%s\r\n", rows[i].field);
        give(request);
        assert_int_equal(stage.peer, rows[i].peer);
        assert_int_equal(stage.request_secure, rows[i].trusted);
        stage_turn();
        stage_close();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(a_connection_ends_when_it_is_asked_to),
        cmocka_unit_test(long_bodies_wait_for_room),
        cmocka_unit_test(bodies_come_as_they_like),
        cmocka_unit_test(refusals_end_the_connection),
        cmocka_unit_test(slow_heads_are_given_up),
        cmocka_unit_test(slow_bodies_are_given_up),
        cmocka_unit_test(idle_connections_are_closed),
        cmocka_unit_test(requests_wait_for_memory),
        cmocka_unit_test(the_slow_make_room_where_memory_is_short),
        cmocka_unit_test(memory_is_counted),
        cmocka_unit_test(who_has_gone_is_not_answered),
        cmocka_unit_test(a_draining_server_finishes_what_it_has),
        cmocka_unit_test(exchanges_are_used_again_without_what_they_held),
        cmocka_unit_test(a_stream_takes_the_connection),
        cmocka_unit_test(a_stream_asked_by_head_is_none),
        cmocka_unit_test(a_stream_for_who_has_gone_is_none),
        cmocka_unit_test(only_a_trusted_proxy_names_its_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
