/* What is asked without TLS: only what can be said again safely is sent elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "server/net/plain_request.h"

static enum plain_outcome read_text(struct text text, struct plain_request *out)
{
    return plain_request_read((const uint8_t *)text.at, text.len, out);
}

static void requests_are_taken_apart(void **state)
{
    struct plain_request out;

    (void)state;
    assert_int_equal(read_text(TEXT("GET /t/1?a=b HTTP/1.1\r\nHOST: \tforum.example:7100 \r\n"), &out), PLAIN_REQUEST);
    assert_true(text_equal(out.host, TEXT("forum.example:7100")));
    assert_true(text_equal(out.target, TEXT("/t/1?a=b")));
    assert_false(out.head);
    assert_int_equal(read_text(TEXT("HEAD / HTTP/1.0\r\nA: b\r\nHost: [::1]:7100\r\n\r\n"), &out), PLAIN_REQUEST);
    assert_true(text_equal(out.host, TEXT("[::1]:7100")) && out.head);
}

/* However it is cut, it is waited for, and only that long. */
static void pieces_are_waited_for(void **state)
{
    const struct text whole = TEXT("GET /t/1 HTTP/1.1\r\nAccept: x\r\nHost: a\r\n");
    struct plain_request out;

    (void)state;
    for (size_t len = 1; len < whole.len; len++)
        assert_int_equal(read_text((struct text){whole.at, len}, &out), PLAIN_MORE);
    assert_int_equal(read_text(whole, &out), PLAIN_REQUEST);
}

static void what_cannot_be_said_again_is_refused(void **state)
{
    static const struct text refused[] = {
        TEXT_INIT("POST / HTTP/1.1\r\nHost: a\r\n"),
        TEXT_INIT("GET / HTTP/2.0\r\nHost: a\r\n"),
        TEXT_INIT("GET http://a/ HTTP/1.1\r\nHost: a\r\n"),
        TEXT_INIT("GET  / HTTP/1.1\r\nHost: a\r\n"),
        TEXT_INIT("GET /\xe4 HTTP/1.1\r\nHost: a\r\n"),
        TEXT_INIT("GET /a\rb HTTP/1.1\r\nHost: a\r\n"),
        TEXT_INIT("GET /a\0b HTTP/1.1\r\nHost: a\r\n"),
        TEXT_INIT("GET / HTTP/1.1\nHost: a\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost: a\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost: a\rSet-Cookie: b\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost: a/b\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost: a@b\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost: a b\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost:\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\nAccept: x\r\n\r\n"),
        TEXT_INIT("GET / HTTP/1.1\r\n\r\nHost: a\r\n"),
    };
    struct plain_request out;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_int_equal(read_text(refused[i], &out), PLAIN_REFUSED);
}

static void what_is_too_long_is_refused(void **state)
{
    static char bytes[PLAIN_REQUEST_MOST];
    struct plain_request out;

    (void)state;
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes, "GET /", 5);
    assert_int_equal(read_text((struct text){bytes, sizeof bytes - 1}, &out), PLAIN_MORE);
    assert_int_equal(read_text((struct text){bytes, sizeof bytes}, &out), PLAIN_REFUSED);
}

static void other_words_are_no_http(void **state)
{
    static const struct text words[] = {
        TEXT_INIT("hello\r\n"), TEXT_INIT("\r\n"), TEXT_INIT("\0"), TEXT_INIT("GO /\r\n"), TEXT_INIT("QUIT\r\n"),
        TEXT_INIT("AAAAAAAAAAAAAAAAAAAAAAAAA"), TEXT_INIT("Get / HTTP/1.1\r\n"),
    };
    struct plain_request out;

    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_int_equal(read_text(words[i], &out), PLAIN_WORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_taken_apart),
        cmocka_unit_test(pieces_are_waited_for),
        cmocka_unit_test(what_cannot_be_said_again_is_refused),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(other_words_are_no_http),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
