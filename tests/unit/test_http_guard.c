/* The guard: whatever two parsers could read in two ways is refused, whole and byte by byte alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/http/guard.h"

/* What comes of a head that is given in pieces of `cut` bytes: the status, or 0 where it passes. */
static unsigned judge(struct http_guard *g, struct text head, size_t cut)
{
    size_t given = 0, taken = 0;

    *g = (struct http_guard){0};
    while (given < head.len && !g->refused && !g->done) {
        size_t piece = head.len - given < cut ? head.len - given : cut;
        /* In memory as large as it is, so that reading past it is noticed. */
        uint8_t *copy = malloc(piece);
        assert_non_null(copy);
        memcpy(copy, head.at + given, piece);
        taken += http_guard_head(g, copy, piece);
        free(copy);
        given += piece;
    }
    if (!g->refused && !g->done)
        return 1; /* it waits for more */
    if (!g->refused)
        http_guard_fields(g, (struct text){head.at, taken});
    return g->refused;
}

static void expect_status(struct text head, unsigned status)
{
    struct http_guard g;

    for (size_t cut = 1; cut <= head.len; cut = cut < 3 ? cut + 1 : cut * 7) {
        unsigned found = judge(&g, head, cut);
        if (found != status)
            fail_msg("%u instead of %u in pieces of %zu: %.*s", found, status, cut, (int)head.len, head.at);
    }
    assert_int_equal(judge(&g, head, head.len), status);
}

#define H "Host: a.example\r\n"
#define HEAD(status, bytes) {TEXT_INIT(bytes), status}
struct row {
    struct text head;
    unsigned status;
};

static const struct row request_lines[] = {
    HEAD(0, "GET / HTTP/1.1\r\n" H "\r\n"),
    HEAD(0, "\r\nGET / HTTP/1.1\r\n" H "\r\n"), /* RFC 9112 section 2.2 */
    HEAD(0, "GET / HTTP/1.0\r\n\r\n"),
    HEAD(0, "GET /a?b=c&d={|}~[]\\^` HTTP/1.1\r\n" H "\r\n"),
    HEAD(0, "OPTIONS * HTTP/1.1\r\n" H "\r\n"),
    HEAD(0, "CONNECT a.example:443 HTTP/1.1\r\n" H "\r\n"),
    HEAD(0, "GET http://a.example/ HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "\nGET / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, " GET / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET  / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET\t/ HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET /  HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET / HTTP/1.1 \r\n" H "\r\n"),
    HEAD(400, "GET / HTTP/1.1\n" H "\r\n"),
    HEAD(400, "GET / HTTP/1.1\r" H "\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\r\n" H "\r\n"),
    HEAD(400, "GET /\r\n"), /* HTTP/0.9 */
    HEAD(400, "GET / \r\n" H "\r\n"),
    HEAD(400, "GET / http/1.1\r\n" H "\r\n"),
    HEAD(400, "GET / HTTP/1.\r\n" H "\r\n"),
    HEAD(400, "GET / HTTP/1.11\r\n" H "\r\n"),
    HEAD(400, "GET / HTTP/11\r\n" H "\r\n"),
    HEAD(400, "GET / HTTPS/1.1\r\n" H "\r\n"),
    HEAD(505, "GET / HTTP/1.2\r\n" H "\r\n"),
    HEAD(505, "GET / HTTP/2.0\r\n" H "\r\n"),
    HEAD(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    HEAD(400, "GET /\xe4\xbd\xa0 HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET /a#b HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET /a\"b HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET /<b> HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET /a\0b HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "GET /a\x7f HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "G\x80T / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "{} / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, ":authority / HTTP/1.1\r\n" H "\r\n"),
    HEAD(400, "\x16\x03\x01\x02"), /* TLS within TLS */
    HEAD(1, "GET / HTTP/1.1\r\n" H),
};

static const struct row fields[] = {
    HEAD(0, "GET / HTTP/1.1\r\n" H "X-Empty:\r\nX-Tab:\ta\tb\t\r\nX-High: \xe4\xbd\xa0\r\n#name: 1\r\n\r\n"),
    HEAD(0, "GET / HTTP/1.1\r\nhOsT:a.example:7100\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: 1\r\n folded\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: 1\r\n\tfolded\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n Host: a.example\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\nHost : a.example\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "Transfer-Encoding : chunked\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "Transfer-Encoding\t: chunked\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X-Abc:\rTransfer-Encoding: chunked\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X-Abc:\rxTransfer-Encoding: chunked\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: 1\rY: 2\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: 1\nY: 2\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: 1\r\n\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: 1\r\n\rX"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "X: a\x0b\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H ": empty\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "no colon\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "nocolon\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "n\xc3\xa4me: 1\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "na(me: 1\r\n\r\n"),
    /* Host */
    HEAD(400, "GET / HTTP/1.1\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H H "\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\n" H "host: b.example\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\nHost: a.example, b.example\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.1\r\nHost: me@a.example\r\n\r\n"),
    HEAD(400, "GET / HTTP/1.0\r\n" H H "\r\n"),
};

static const struct row framings[] = {
    HEAD(0, "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\n"),
    HEAD(0, "POST / HTTP/1.1\r\n" H "Content-Length:  \t005 \t\r\n\r\n"),
    HEAD(0, "POST / HTTP/1.1\r\n" H "transfer-encoding: Chunked\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 5, 5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\ncontent-length: 6\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: +5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: -5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 0x5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 5 5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 5\x0b\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551621\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
    HEAD(400, "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, identity\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked;q=1\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: \"chunked\"\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n"),
    HEAD(501, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n"),
};

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_status(rows[i].head, rows[i].status);
}

static void request_lines_of_one_form_pass(void **state)
{
    (void)state;
    expect_rows(request_lines, sizeof request_lines / sizeof *request_lines);
}

static void fields_of_one_form_pass(void **state)
{
    (void)state;
    expect_rows(fields, sizeof fields / sizeof *fields);
}

static void a_body_has_one_length(void **state)
{
    struct http_guard g;

    (void)state;
    expect_rows(framings, sizeof framings / sizeof *framings);
    assert_int_equal(judge(&g, framings[1].head, SIZE_MAX / 2), 0);
    assert_true(g.done && g.has_length && g.length == 5 && !g.chunked);
    assert_int_equal(judge(&g, framings[2].head, SIZE_MAX / 2), 0);
    assert_true(!g.done && !g.has_length && g.chunked);
}

/* ---- limits ---- */

struct made {
    char at[64 * 1024];
    size_t len;
};

static void add(struct made *made, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        size_t len = strlen(text);
        assert_true(made->len + len <= sizeof made->at);
        memcpy(made->at + made->len, text, len);
        made->len += len;
    }
}

static unsigned judge_made(const struct made *made)
{
    struct http_guard g;
    unsigned whole = judge(&g, (struct text){made->at, made->len}, made->len);

    assert_int_equal(judge(&g, (struct text){made->at, made->len}, 1), whole);
    return whole;
}

static void what_is_too_much_is_refused_at_its_limit(void **state)
{
    static struct made made;

    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        made.len = 0;
        add(&made, "GET /", 1);
        add(&made, "a", HTTP_MAX_TARGET - 1 + more);
        add(&made, " HTTP/1.1\r\n" H "\r\n", 1);
        assert_int_equal(judge_made(&made), more ? 414 : 0);

        made.len = 0;
        add(&made, "GET / HTTP/1.1\r\n" H, 1);
        add(&made, "a:\r\n", HTTP_MAX_FIELDS - 1 + more);
        add(&made, "\r\n", 1);
        assert_int_equal(judge_made(&made), more ? 431 : 0);

        made.len = 0;
        add(&made, "GET / HTTP/1.1\r\n" H "a:", 1);
        add(&made, "b", HTTP_MAX_HEAD - 4 - made.len + more);
        add(&made, "\r\n\r\n", 1);
        assert_int_equal(judge_made(&made), more ? 431 : 0);
    }
}

static void hosts_are_names_or_addresses(void **state)
{
    static const char *const good[] = {"a", "a.example", "a.example:7100", "127.0.0.1:1", "[::1]", "[::1]:7100", "xn--a_b", "a:"};
    static const char *const bad[] = {"", ":1", "a:b", "a:1:1", "[::1", "[]", "[::1]x", "[::1]:x", "a/b", "a%20b", "a:123456", "\xe4\xbd\xa0"};
    static char longest[HTTP_MAX_HOST + 2];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(http_guard_host(text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(http_guard_host(text_of(bad[i])));
    memset(longest, 'a', sizeof longest);
    assert_true(http_guard_host((struct text){longest, HTTP_MAX_HOST}));
    assert_false(http_guard_host((struct text){longest, HTTP_MAX_HOST + 1}));
}

/* ---- chunks ---- */

static unsigned judge_chunks(struct text body, size_t cut, size_t *taken)
{
    struct http_guard g = {.chunked = true};

    *taken = 0;
    for (size_t given = 0; given < body.len && !g.refused && !g.done;) {
        size_t piece = body.len - given < cut ? body.len - given : cut;
        uint8_t *copy = malloc(piece);
        assert_non_null(copy);
        memcpy(copy, body.at + given, piece);
        *taken += http_guard_chunks(&g, copy, piece);
        free(copy);
        given += piece;
    }
    return g.refused ? g.refused : g.done ? 0 : 1;
}

static void chunks_of_one_form_pass(void **state)
{
    static const struct row rows[] = {
        HEAD(0, "0\r\n\r\n"),
        HEAD(0, "5\r\nhello\r\n0\r\n\r\n"),
        HEAD(0, "0000000A\r\n0123456789\r\na\r\n0123456789\r\n00\r\n\r\n"),
        HEAD(0, "2;a=b;c=\"d\"\r\nhi\r\n0;last\r\n\r\n"),
        HEAD(1, "5\r\nhello\r\n0\r\n\r"),
        HEAD(1, "ffffffff\r\nhello"),
        HEAD(400, "\r\n"),
        HEAD(400, "g\r\n"),
        HEAD(400, "-1\r\n"),
        HEAD(400, "+5\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "0x5\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, " 5\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "5 \r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "5 ;a\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "5\nhello\r\n0\r\n\r\n"),
        HEAD(400, "5\rhello\r\n0\r\n\r\n"),
        HEAD(400, "5;a\nhello\r\n0\r\n\r\n"),
        HEAD(400, "5;\0\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "5\r\nhello0\r\n\r\n"),
        HEAD(400, "5\r\nhello\n0\r\n\r\n"),
        HEAD(400, "5\r\nhello\r\r\n0\r\n\r\n"),
        HEAD(400, "5\r\nhello!\r\n0\r\n\r\n"),
        HEAD(400, "000000005\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        HEAD(400, "0\r\nTrailer: 1\r\n\r\n"),
        HEAD(400, "0\r\n\n"),
        HEAD(400, "0\r\n\rX"),
    };
    size_t taken;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t cut = 1; cut <= rows[i].head.len; cut++) {
            unsigned found = judge_chunks(rows[i].head, cut, &taken);
            if (found != rows[i].status)
                fail_msg("%u instead of %u: %s", found, rows[i].status, rows[i].head.at);
        }
    /* What follows belongs to the next request. */
    assert_int_equal(judge_chunks(TEXT("0\r\n\r\nGET / HTTP/1.1\r\n"), 100, &taken), 0);
    assert_int_equal(taken, 5);
}

static void extensions_are_bounded(void **state)
{
    static struct made made;
    size_t taken;

    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        made.len = 0;
        for (size_t left = HTTP_MAX_EXTENSIONS + more; left;) {
            size_t here = left < 100 ? left : 100;
            add(&made, "1;", 1);
            add(&made, "x", here);
            add(&made, "\r\na\r\n", 1);
            left -= here;
        }
        add(&made, "0\r\n\r\n", 1);
        assert_int_equal(judge_chunks((struct text){made.at, made.len}, made.len, &taken), more ? 400 : 0);
        assert_int_equal(judge_chunks((struct text){made.at, made.len}, 1, &taken), more ? 400 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_lines_of_one_form_pass),
        cmocka_unit_test(fields_of_one_form_pass),
        cmocka_unit_test(a_body_has_one_length),
        cmocka_unit_test(what_is_too_much_is_refused_at_its_limit),
        cmocka_unit_test(hosts_are_names_or_addresses),
        cmocka_unit_test(chunks_of_one_form_pass),
        cmocka_unit_test(extensions_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
