/* What is said of an answer: framing, HEAD, conditions, ranges, dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "server/http/answer.h"
#include "server/http/conditions.h"
#include "server/http/date.h"

#define DATE "Sun, 06 Nov 1994 08:49:37 GMT"
#define ETAG "\"e1\""

enum { FIELDS = 4 };

struct asked {
    enum http_method method;
    bool head_only;
    struct http_field fields[FIELDS];
};

static struct arena *arena;
static struct said said;

static bool compose(const struct asked *asked, const struct http_answer *answer, struct manner manner)
{
    struct http_request request = {.method = asked->method, .fields = asked->fields, .arena = arena};

    arena_reset(arena);
    while (request.field_count < FIELDS && asked->fields[request.field_count].name.at)
        request.field_count++;
    manner.date = TEXT(DATE);
    manner.head_only = asked->head_only;
    return answer_compose(&request, answer, &manner, &said);
}

static void expect(const char *head, const char *body)
{
    char text[1024];

    assert_true(said.head.len + said.body.len < sizeof text);
    snprintf(text, sizeof text, "%.*s", (int)said.head.len, said.head.at);
    assert_string_equal(text, head);
    snprintf(text, sizeof text, "%.*s", (int)said.body.len, said.body.at);
    assert_string_equal(text, body);
}

/* Only which status and body come of it. */
static void expect_short(unsigned status, const char *body)
{
    char line[32];

    snprintf(line, sizeof line, "HTTP/1.1 %u ", status);
    assert_int_equal(said.status, status);
    assert_memory_equal(said.head.at, line, strlen(line));
    assert_int_equal(said.body.len, strlen(body));
    assert_memory_equal(said.body.at, body, said.body.len);
}

static bool head_has(const char *line)
{
    return memmem(said.head.at, said.head.len, line, strlen(line)) != NULL;
}

static const struct asked get = {.method = METHOD_GET}, head = {.method = METHOD_GET, .head_only = true}, post = {.method = METHOD_POST};
static const struct http_answer page = {.status = 200, .type = TEXT_INIT("text/plain"), .body = TEXT_INIT("0123456789")};
static const struct manner plain = {.close = false};

static void an_answer_is_framed(void **state)
{
    static const struct http_field fields[] = {{TEXT_INIT("X-A"), TEXT_INIT("1")}, {TEXT_INIT("X-B"), TEXT_INIT("")}};
    struct http_answer more = page;

    (void)state;
    assert_true(compose(&get, &page, plain));
    expect("HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n", "0123456789");
    more.fields = fields;
    more.field_count = 2;
    more.encoding = TEXT("br");
    more.etag = TEXT(ETAG);
    more.ranges = true;
    assert_true(compose(&get, &more, (struct manner){.close = true}));
    expect("HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Type: text/plain\r\nContent-Encoding: br\r\nContent-Length: 10\r\nETag: " ETAG
           "\r\nAccept-Ranges: bytes\r\nConnection: close\r\nX-A: 1\r\nX-B: \r\n\r\n",
           "0123456789");
    assert_true(compose(&get, &page, (struct manner){.old = true}));
    assert_true(head_has("\r\nConnection: keep-alive\r\n"));
    assert_true(compose(&get, &(struct http_answer){.status = 303}, plain));
    expect("HTTP/1.1 303 See Other\r\nDate: " DATE "\r\nContent-Length: 0\r\n\r\n", "");
    assert_true(compose(&get, &(struct http_answer){.status = 299}, plain));
    assert_true(head_has("HTTP/1.1 299 \r\n"));
}

static void some_answers_have_no_body(void **state)
{
    struct http_answer answer = page;

    (void)state;
    assert_true(compose(&head, &page, plain));
    expect("HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n", "");
    answer.status = 204;
    assert_true(compose(&get, &answer, plain));
    expect("HTTP/1.1 204 No Content\r\nDate: " DATE "\r\n\r\n", "");
    assert_true(compose(&get, &page, (struct manner){.endless = true, .close = true}));
    expect("HTTP/1.1 200 OK\r\nDate: " DATE "\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n", "");
}

static void nothing_breaks_out_of_its_line(void **state)
{
    static const char *const bad[] = {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\x01", "a\x7f"};

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct http_field field = {TEXT("Location"), text_of(bad[i])};
        assert_false(compose(&get, &(struct http_answer){.status = 303, .fields = &field, .field_count = 1}, plain));
        assert_false(compose(&get, &(struct http_answer){.status = 200, .type = text_of(bad[i])}, plain));
    }
    const struct http_field nul = {TEXT("Location"), TEXT("a\0b")};
    assert_false(compose(&get, &(struct http_answer){.status = 303, .fields = &nul, .field_count = 1}, plain));
    const struct http_field high = {TEXT("X"), TEXT("\xe4\xbd\xa0\t")};
    assert_true(compose(&get, &(struct http_answer){.status = 303, .fields = &high, .field_count = 1}, plain));
}

static void without_memory_there_is_a_last_resort(void **state)
{
    struct arena *little = arena_new(16);
    const struct http_request request = {.arena = little};

    (void)state;
    assert_false(answer_compose(&request, &page, &plain, &said));
    assert_true(answer_last_resort().len > 0);
    arena_free(little);
}

static unsigned with(struct text name, struct text value, const struct asked *asked, const struct http_answer *answer)
{
    struct asked more = *asked;

    more.fields[0] = (struct http_field){name, value};
    assert_true(compose(&more, answer, plain));
    return said.status;
}

static void conditions_are_honoured(void **state)
{
    struct http_answer answer = page;
    const struct text none_match = TEXT("if-none-match"), match = TEXT("if-match");
    const struct asked two = {.fields = {{none_match, TEXT("\"x\"")}, {none_match, TEXT(ETAG)}}};

    (void)state;
    answer.etag = TEXT(ETAG);
    assert_int_equal(with(none_match, TEXT(ETAG), &get, &answer), 304);
    expect("HTTP/1.1 304 Not Modified\r\nDate: " DATE "\r\nETag: " ETAG "\r\n\r\n", "");
    assert_int_equal(with(none_match, TEXT("W/" ETAG), &head, &answer), 304);
    assert_int_equal(with(none_match, TEXT("*"), &get, &answer), 304);
    assert_int_equal(with(none_match, TEXT("\"a,b\", , W/\"c\" ,\t" ETAG), &get, &answer), 304);
    assert_true(compose(&two, &answer, plain));
    expect_short(304, "");
    assert_int_equal(with(none_match, TEXT("\"other\""), &get, &answer), 200);
    assert_int_equal(with(none_match, TEXT("e1"), &get, &answer), 200);
    assert_int_equal(with(none_match, TEXT(""), &get, &answer), 200);
    assert_int_equal(with(none_match, TEXT("\"e1"), &get, &answer), 200);
    assert_int_equal(with(none_match, TEXT(ETAG), &post, &answer), 200);
    assert_int_equal(with(match, TEXT(ETAG), &get, &answer), 200);
    assert_int_equal(with(match, TEXT("W/" ETAG), &get, &answer), 412);
    assert_int_equal(with(match, TEXT("\"x\""), &get, &answer), 412);
    expect_short(412, "");
    answer.status = 404;
    assert_int_equal(with(none_match, TEXT(ETAG), &get, &answer), 404);
    answer.status = 200;
    answer.etag = TEXT("W/" ETAG);
    assert_int_equal(with(none_match, TEXT(ETAG), &get, &answer), 304);
    assert_int_equal(with(none_match, TEXT("*"), &get, &page), 200);
}

static void ranges_are_honoured(void **state)
{
    static const struct {
        const char *range, *body, *content_range;
        unsigned status;
    } rows[] = {
        {"bytes=0-0", "0", "bytes 0-0/10", 206},
        {"bytes=2-4", "234", "bytes 2-4/10", 206},
        {"BYTES=2-", "23456789", "bytes 2-9/10", 206},
        {"bytes=8-99", "89", "bytes 8-9/10", 206},
        {"bytes=8-99999999999999999999999", "89", "bytes 8-9/10", 206},
        {"bytes=-3", "789", "bytes 7-9/10", 206},
        {"bytes=-30", "0123456789", "bytes 0-9/10", 206},
        {"bytes=10-", "", "bytes */10", 416},
        {"bytes=99999999999999999999999-", "", "bytes */10", 416},
        {"bytes=-0", "", "bytes */10", 416},
        {"bytes=4-2", "0123456789", NULL, 200},
        {"bytes=0-1,3-4", "0123456789", NULL, 200},
        {"bytes=", "0123456789", NULL, 200},
        {"bytes=-", "0123456789", NULL, 200},
        {"bytes=a-b", "0123456789", NULL, 200},
        {"bytes=1-2x", "0123456789", NULL, 200},
        {"bytes=1", "0123456789", NULL, 200},
        {"lines=1-2", "0123456789", NULL, 200},
    };
    struct http_answer answer = page;
    char line[64];

    (void)state;
    answer.ranges = true;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(with(TEXT("range"), text_of(rows[i].range), &get, &answer), rows[i].status);
        expect_short(rows[i].status, rows[i].body);
        snprintf(line, sizeof line, "\r\nContent-Range: %s\r\n", rows[i].content_range ? rows[i].content_range : "");
        assert_int_equal(head_has(rows[i].content_range ? line : "Content-Range"), rows[i].content_range != NULL);
        snprintf(line, sizeof line, "\r\nContent-Length: %zu\r\n", strlen(rows[i].body));
        assert_true(head_has(line));
    }
    assert_int_equal(with(TEXT("range"), TEXT("bytes=0-1"), &head, &answer), 200);
    assert_int_equal(with(TEXT("range"), TEXT("bytes=0-1"), &post, &answer), 200);
    assert_int_equal(with(TEXT("range"), TEXT("bytes=0-1"), &get, &page), 200);
    answer.body = TEXT("");
    assert_int_equal(with(TEXT("range"), TEXT("bytes=0-"), &get, &answer), 416);
    assert_int_equal(with(TEXT("range"), TEXT("bytes=-1"), &get, &answer), 416);
}

static void a_part_is_given_of_the_same_bytes_only(void **state)
{
    static const struct {
        const char *condition;
        unsigned status;
    } rows[] = {{ETAG, 206}, {"\"x\"", 200}, {"W/" ETAG, 200}, {"*", 200}, {"", 200}, {DATE, 200}};
    struct http_answer answer = page;
    struct asked asked = {.fields = {{TEXT("range"), TEXT("bytes=1-2")}, {TEXT("if-range"), TEXT("")}}};

    (void)state;
    answer.ranges = true;
    answer.etag = TEXT(ETAG);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        asked.fields[1].value = text_of(rows[i].condition);
        assert_true(compose(&asked, &answer, plain));
        expect_short(rows[i].status, rows[i].status == 206 ? "12" : "0123456789");
    }
    asked.fields[1].value = TEXT(ETAG);
    answer.etag = TEXT("W/" ETAG);
    assert_true(compose(&asked, &answer, plain));
    expect_short(200, "0123456789");
    asked.fields[1] = (struct http_field){TEXT("if-none-match"), TEXT(ETAG)}; /* comes before ranges */
    assert_true(compose(&asked, &answer, plain));
    expect_short(304, "");
}

static void dates_are_written_in_english(void **state)
{
    struct http_date date = {.second = 0};

    (void)state;
    assert_string_equal(http_date_text(&date, 784111777).at, DATE);
    assert_string_equal(http_date_text(&date, 784111777).at, DATE);
    assert_string_equal(http_date_text(&date, 784111778).at, "Sun, 06 Nov 1994 08:49:38 GMT");
    assert_string_equal(http_date_text(&date, 0).at, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_string_equal(http_date_text(&date, -1).at, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_string_equal(http_date_text(&date, 951782400).at, "Tue, 29 Feb 2000 00:00:00 GMT");
    assert_string_equal(http_date_text(&date, INT64_MAX).at, "Fri, 31 Dec 9999 23:59:59 GMT");
    assert_int_equal(http_date_text(&date, 5).len, strlen(DATE));
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 16);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_framed),
        cmocka_unit_test(some_answers_have_no_body),
        cmocka_unit_test(nothing_breaks_out_of_its_line),
        cmocka_unit_test(without_memory_there_is_a_last_resort),
        cmocka_unit_test(conditions_are_honoured),
        cmocka_unit_test(ranges_are_honoured),
        cmocka_unit_test(a_part_is_given_of_the_same_bytes_only),
        cmocka_unit_test(dates_are_written_in_english),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
