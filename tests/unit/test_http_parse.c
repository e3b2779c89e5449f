/* Requests out of bytes: the same ones come out however the bytes are cut, and what must be refused is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/http/parser.h"

enum { LIMIT = 40 };

/* What was understood of a stream, in words. */
struct transcript {
    char words[65536];
    size_t len;
};

static void tell(struct transcript *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct transcript *t, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int len = vsnprintf(t->words + t->len, sizeof t->words - t->len, format, arguments);
    va_end(arguments);
    assert_true(len >= 0 && (size_t)len < sizeof t->words - t->len);
    t->len += (size_t)len;
}

#define SHOWN(text) (int)(text).len, (text).at ? (text).at : ""

static void tell_request(struct transcript *t, const struct http_parser *p)
{
    const struct http_request *r = &p->request;

    tell(t, "%s%s %.*s", r->method == METHOD_POST ? "POST" : "GET", p->head_only ? "(HEAD)" : "", SHOWN(r->path));
    if (r->query.at)
        tell(t, "?%.*s", SHOWN(r->query));
    tell(t, " @%.*s(%.*s)", SHOWN(r->host), SHOWN(r->authority));
    for (uint32_t i = 0; i < r->field_count; i++)
        if (!text_equal(r->fields[i].name, TEXT("host")))
            tell(t, " %.*s=%.*s", SHOWN(r->fields[i].name), SHOWN(r->fields[i].value));
    if (r->body.len)
        tell(t, " [%.*s]", SHOWN(r->body));
    tell(t, p->keep_alive ? "\n" : " close\n");
}

/* One piece of input, in memory as large as it is. False: the stream has ended. */
static bool feed(struct transcript *t, struct http_parser *p, struct arena *arena, const uint8_t *at, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    const uint8_t *rest = copy;
    bool on = true;

    assert_non_null(copy);
    memcpy(copy, at, len);
    while (on && len) {
        enum parser_event event = http_parser_next(p, &rest, &len);
        if (event == PARSER_HEAD) {
            p->limit = LIMIT;
            event = http_parser_next(p, &rest, &len);
        }
        if (event == PARSER_REFUSED) {
            tell(t, "%u\n", p->refused);
            on = false;
        } else if (event == PARSER_END) {
            tell_request(t, p);
            on = p->keep_alive;
            http_parser_fini(p, on ? 4096 : 0);
            arena_reset(arena);
            http_parser_init(p, arena);
        }
    }
    free(copy);
    return on;
}

static void understand(struct transcript *t, struct text stream, size_t cut)
{
    struct arena *arena = arena_new(1 << 20);
    struct http_parser p = {.stage = 0};

    assert_non_null(arena);
    t->len = 0;
    t->words[0] = 0;
    http_parser_init(&p, arena);
    for (size_t at = 0; at < stream.len; at += cut) {
        size_t piece = stream.len - at < cut ? stream.len - at : cut;
        if (!feed(t, &p, arena, (const uint8_t *)stream.at + at, piece))
            break;
    }
    http_parser_fini(&p, 0);
    assert_int_equal(http_parser_memory(&p), 0);
    arena_free(arena);
}

static void expect(struct text stream, const char *words)
{
    static struct transcript t;

    for (size_t cut = 1; cut <= stream.len; cut = cut < 80 ? cut + 1 : cut * 3) {
        understand(&t, stream, cut);
        if (strcmp(t.words, words) != 0)
            fail_msg("in pieces of %zu, of\n%.*s\n%s\ninstead of\n%s", cut, SHOWN(stream), t.words, words);
    }
    understand(&t, stream, stream.len);
    assert_string_equal(t.words, words);
}

struct row {
    struct text stream;
    const char *words;
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(rows[i].stream, rows[i].words);
}

#define ROW(stream, words) {TEXT_INIT(stream), words}
#define H "Host: a.example\r\n"

static void requests_are_understood(void **state)
{
    static const struct row rows[] = {
        ROW("GET / HTTP/1.1\r\n" H "\r\n", "GET / @a.example(a.example)\n"),
        ROW("\r\nGET / HTTP/1.1\r\n" H "\r\n", "GET / @a.example(a.example)\n"),
        ROW("HEAD /a/../%2e?b?c= HTTP/1.1\r\nHost: A.Example:7100\r\n\r\n", "GET(HEAD) /a/../%2e?b?c= @a.example(A.Example:7100)\n"),
        ROW("GET /? HTTP/1.1\r\nHost: [::A]:7100\r\n\r\n", "GET /? @[::a]([::A]:7100)\n"),
        ROW("GET //x HTTP/1.1\r\n" H "\r\n", "GET //x @a.example(a.example)\n"),
        ROW("GET / HTTP/1.1\r\n" H "X-A:\r\nx-b: \t1 2\t \r\nCookie: a=1\r\nCookie: b=2\r\n\r\n",
            "GET / @a.example(a.example) x-a= x-b=1 2 cookie=a=1 cookie=b=2\n"),
        ROW("GET / HTTP/1.0\r\n\r\nGET /", "GET / @() close\n"),
        ROW("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET / @() connection=keep-alive\n"),
        ROW("GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\nGET /", "GET / @a.example(a.example) connection=close close\n"),
        ROW("GET / HTTP/1.1\r\n" H "Connection: te, Close\r\n\r\nGET /", "GET / @a.example(a.example) connection=te, Close close\n"),
        ROW("GET / HTTP/1.1\r\n" H "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\nGET /b HTTP/1.1\r\n" H "\r\n",
            "GET / @a.example(a.example) connection=Upgrade, HTTP2-Settings upgrade=h2c\nGET /b @a.example(a.example)\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: x\r\nContent-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n" H "\r\n",
            "POST /p @a.example(a.example) connection=upgrade upgrade=x content-length=2 [hi]\nGET /b @a.example(a.example)\n"),
        ROW("GET http://A.example/x?y HTTP/1.1\r\n" H "\r\n", "GET /x?y @a.example(a.example)\n"),
        ROW("GET HTTPS://a.example HTTP/1.1\r\n" H "\r\n", "GET / @a.example(a.example)\n"),
        ROW("GET http://a.example?y HTTP/1.1\r\n" H "\r\n", "GET /?y @a.example(a.example)\n"),
    };

    (void)state;
    expect_rows(rows, sizeof rows / sizeof *rows);
}

static void bodies_are_understood(void **state)
{
    static const struct row rows[] = {
        ROW("POST /p HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n" H "\r\n",
            "POST /p @a.example(a.example) content-length=5 [hello]\nGET / @a.example(a.example)\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n",
            "POST /p @a.example(a.example) content-length=0\nGET / @a.example(a.example)\n"),
        ROW("POST /p HTTP/1.1\r\n" H "\r\n", "POST /p @a.example(a.example)\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n",
            "POST /p @a.example(a.example) transfer-encoding=chunked [hello]\nGET / @a.example(a.example)\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST /p @a.example(a.example) transfer-encoding=chunked\n"),
        ROW("GET /p HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nhi", "GET /p @a.example(a.example) content-length=2 [hi]\n"),
        /* 40 bytes are the limit here. */
        ROW("POST /p HTTP/1.1\r\n" H "Content-Length: 40\r\n\r\n0123456789012345678901234567890123456789",
            "POST /p @a.example(a.example) content-length=40 [0123456789012345678901234567890123456789]\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Content-Length: 41\r\n\r\n0", "413\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Content-Length: 999999999999999999\r\n\r\n0", "413\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n28\r\n0123456789012345678901234567890123456789\r\n0\r\n\r\n",
            "POST /p @a.example(a.example) transfer-encoding=chunked [0123456789012345678901234567890123456789]\n"),
        ROW("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n28\r\n0123456789012345678901234567890123456789\r\n1\r\n0\r\n0\r\n\r\n", "413\n"),
    };

    (void)state;
    expect_rows(rows, sizeof rows / sizeof *rows);
}

static void what_two_could_read_in_two_ways_is_refused(void **state)
{
    static const struct row rows[] = {
        ROW("GET / HTTP/1.1\r\n" H "X: 1\r\n folded\r\n\r\n", "400\n"),
        ROW("GET / HTTP/1.1\r\n" H H "\r\n", "400\n"),
        ROW("GET / HTTP/1.1\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Content-Length: 5, 5\r\n\r\nhello", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Content-Length: +5\r\n\r\nhello", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Content-Length: 5\x0b\r\n\r\nhello", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "501\n"),
        ROW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "501\n"),
        ROW("POST / HTTP/1.1\r\n" H "X-Abc:\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "X-Abc:\rxTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\nX: 1\r\n\r\n", "400\n"),
        ROW("GET / HTTP/1.1\n" H "\n", "400\n"),
        ROW("GET /\r\n", "400\n"),
        ROW("GET  / HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET /\xe4\xbd\xa0 HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505\n"),
        ROW("get / HTTP/1.1\r\n" H "\r\n", "501\n"),
        ROW("GETS / HTTP/1.1\r\n" H "\r\n", "501\n"),
        ROW("BREW / HTTP/1.1\r\n" H "\r\n", "501\n"),
        ROW("M-SEARCH * HTTP/1.1\r\n" H "\r\n", "501\n"),
        ROW("CONNECT a.example:443 HTTP/1.1\r\n" H "\r\n", "405\n"),
        ROW("OPTIONS * HTTP/1.1\r\n" H "\r\n", "405\n"),
        ROW("PUT /x HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\n", "405\n"),
        ROW("TRACE / HTTP/1.1\r\n" H "\r\n", "405\n"),
        ROW("GET * HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET x HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET a.example:80 HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET ?x HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET \\x HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET http://b.example/ HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET http://me@a.example/ HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET http:// HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET ftp://a.example/ HTTP/1.1\r\n" H "\r\n", "400\n"),
        ROW("GET http://a.example/ HTTP/1.0\r\n\r\n", "400\n"),
        ROW("POST / HTTP/1.1\r\n" H "Expect: 200-ok\r\nContent-Length: 1\r\n\r\n", "417\n"),
        /* The next request after a good one is judged as strictly. */
        ROW("GET / HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H "X: 1\r\n 2\r\n\r\n", "GET / @a.example(a.example)\n400\n"),
    };

    (void)state;
    expect_rows(rows, sizeof rows / sizeof *rows);
}

static void an_expectation_stands_until_the_body_begins(void **state)
{
    const struct text head = TEXT("POST / HTTP/1.1\r\n" H "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n");
    struct arena *arena = arena_new(1 << 16);
    struct http_parser p = {.stage = 0};
    const uint8_t *at = (const uint8_t *)head.at, *body = (const uint8_t *)"hi";
    size_t len = head.len;

    (void)state;
    http_parser_init(&p, arena);
    assert_int_equal(http_parser_next(&p, &at, &len), PARSER_HEAD);
    assert_true(p.expects);
    p.limit = 2;
    assert_int_equal(http_parser_next(&p, &at, &len), PARSER_MORE);
    assert_true(p.expects);
    len = 1;
    assert_int_equal(http_parser_next(&p, &body, &len), PARSER_MORE);
    assert_false(p.expects);
    len = 1;
    assert_int_equal(http_parser_next(&p, &body, &len), PARSER_END);
    assert_memory_equal(p.request.body.at, "hi", 2);
    /* A refusal and an end stay what they are. */
    assert_int_equal(http_parser_next(&p, &body, &len), PARSER_END);
    http_parser_fini(&p, 0);
    arena_free(arena);
}

/* Memory is taken as bytes come, not as they are announced. */
static void memory_follows_what_came(void **state)
{
    const struct text head = TEXT("POST / HTTP/1.1\r\n" H "Content-Length: 800000\r\n\r\n");
    static uint8_t bytes[16384];
    struct arena *arena = arena_new(1 << 16);
    struct http_parser p = {.stage = 0};
    const uint8_t *at = (const uint8_t *)head.at;
    size_t len = head.len, sent = 0;
    enum parser_event event = PARSER_MORE;

    (void)state;
    http_parser_init(&p, arena);
    assert_int_equal(http_parser_next(&p, &at, &len), PARSER_HEAD);
    p.limit = 800000;
    while (event == PARSER_MORE) {
        assert_true(http_parser_memory(&p) <= 16384 + 2048 + 2 * sent);
        at = bytes;
        len = 800000 - sent < sizeof bytes ? 800000 - sent : sizeof bytes;
        sent += len;
        event = http_parser_next(&p, &at, &len);
    }
    assert_int_equal(event, PARSER_END);
    assert_int_equal(p.request.body.len, 800000);
    assert_int_equal(p.body.cap, 800000);
    http_parser_fini(&p, 4096);
    assert_int_equal(http_parser_memory(&p), 2048);
    http_parser_fini(&p, 0);
    arena_free(arena);
}

static void where_memory_ends_the_request_does(void **state)
{
    const struct text head = TEXT("GET / HTTP/1.1\r\n" H "\r\n");
    struct arena *arena = arena_new(1);
    struct http_parser p = {.stage = 0};
    const uint8_t *at = (const uint8_t *)head.at;
    size_t len = head.len;

    (void)state;
    http_parser_init(&p, arena);
    assert_int_equal(http_parser_next(&p, &at, &len), PARSER_REFUSED);
    assert_int_equal(p.refused, 503);
    assert_int_equal(http_parser_next(&p, &at, &len), PARSER_REFUSED);
    http_parser_fini(&p, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_understood),
        cmocka_unit_test(bodies_are_understood),
        cmocka_unit_test(what_two_could_read_in_two_ways_is_refused),
        cmocka_unit_test(an_expectation_stands_until_the_body_begins),
        cmocka_unit_test(memory_follows_what_came),
        cmocka_unit_test(where_memory_ends_the_request_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
