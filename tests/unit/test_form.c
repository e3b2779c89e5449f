/* Forms and queries: what browsers send is read, what they never send is refused whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/http/form.h"

static struct arena *arena;
static struct form form;

/* Reads from memory as large as the body. */
static bool read_form(struct text type, struct text body)
{
    static char *copy; /* fields may borrow from it until the next one is read */

    arena_reset(arena);
    free(copy);
    copy = malloc(body.len ? body.len : 1);
    assert_non_null(copy);
    memcpy(copy, body.at, body.len);
    bool fine = form_read(&form, type, (struct text){copy, body.len}, arena);
    if (!fine)
        assert_int_equal(form.count, 0);
    return fine;
}

static void has(const char *name, struct text value)
{
    struct text found = form_get(&form, name);

    if (!found.at || !text_equal(found, value))
        fail_msg("%s is %.*s", name, (int)found.len, found.at ? found.at : "absent");
}

static const struct text urlencoded = TEXT_INIT("application/x-www-form-urlencoded");

static void urlencoded_forms_are_read(void **state)
{
    (void)state;
    assert_true(read_form(urlencoded, TEXT("a=1&b=%E4%BD%A0+%2B%26%3d&c=&d&=e&a=2&&f=1=2")));
    assert_int_equal(form.count, 7);
    has("a", TEXT("1"));
    has("b", TEXT("你 +&="));
    has("c", TEXT(""));
    has("d", TEXT(""));
    has("", TEXT("e"));
    has("f", TEXT("1=2"));
    assert_null(form_get(&form, "g").at);
    assert_null(form_get(&form, "A").at);
    assert_true(read_form(TEXT("Application/X-WWW-Form-URLencoded ; charset=UTF-8"), TEXT("a=1")));
    has("a", TEXT("1"));
    assert_true(read_form(urlencoded, TEXT("")));
    assert_int_equal(form.count, 0);
    /* A broken escape stays as it is (the URL standard). */
    assert_true(read_form(urlencoded, TEXT("a=%&b=%4&c=%zz&d=100%")));
    has("a", TEXT("%"));
    has("b", TEXT("%4"));
    has("c", TEXT("%zz"));
    has("d", TEXT("100%"));
}

static void line_ends_become_one(void **state)
{
    (void)state;
    assert_true(read_form(urlencoded, TEXT("a=1%0D%0A%0D%0A2%0D3%0A4%0D")));
    has("a", TEXT("1\n\n2\n3\n4\n"));
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    assert_false(read_form(urlencoded, TEXT("a=%00")));
    assert_false(read_form(urlencoded, TEXT("a=b\0c")));
    assert_false(read_form(urlencoded, TEXT("a=1&b=%ff")));
    assert_false(read_form(urlencoded, TEXT("a=%C0%AF")));
    assert_false(read_form(urlencoded, TEXT("a=%ED%A0%80")));
    assert_false(read_form(urlencoded, TEXT("%FE=a")));
    assert_false(read_form(TEXT("text/plain"), TEXT("a=1")));
    assert_false(read_form((struct text){NULL, 0}, TEXT("a=1")));
}

static void fields_are_bounded(void **state)
{
    char body[4 * (FORM_FIELDS + 1)];

    (void)state;
    for (size_t i = 0; i <= FORM_FIELDS; i++)
        memcpy(body + 4 * i, "a=1&", 4);
    assert_true(read_form(urlencoded, (struct text){body, 4 * FORM_FIELDS}));
    assert_int_equal(form.count, FORM_FIELDS);
    assert_false(read_form(urlencoded, (struct text){body, sizeof body}));
}

static void queries_are_read(void **state)
{
    (void)state;
    assert_true(form_read_query(&form, TEXT("a=1&b=%e4%bd%a0"), arena));
    has("b", TEXT("你"));
    assert_true(form_read_query(&form, (struct text){NULL, 0}, arena));
    assert_int_equal(form.count, 0);
    assert_true(form_read_query(&form, TEXT(""), arena));
    assert_false(form_read_query(&form, TEXT("a=%00"), arena));
    assert_int_equal(form.count, 0);
}

static void pieces_of_paths_are_unescaped(void **state)
{
    static const char *const bad[] = {"a/b", "a%2Fb", "a%2fb", "%00", "%ff", "%", "a%1", "%zz"};
    struct text out;

    (void)state;
    assert_true(form_unescape(TEXT("%E4%BD%A0+a%20"), arena, &out));
    assert_true(text_equal(out, TEXT("你+a ")));
    assert_true(form_unescape(TEXT(""), arena, &out));
    assert_int_equal(out.len, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(form_unescape(text_of(bad[i]), arena, &out));
        assert_null(out.at);
    }
}

/* ---- multipart/form-data ---- */

static const struct text multipart = TEXT_INIT("multipart/form-data; boundary=x");

#define PART(name, value) "--x\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"

static void multipart_forms_are_read(void **state)
{
    (void)state;
    assert_true(read_form(multipart, TEXT(PART("a", "1") PART("b", "你\r\n好\r--y") PART("c", "") "--x--\r\n")));
    assert_int_equal(form.count, 3);
    has("a", TEXT("1"));
    has("b", TEXT("你\n好\n--y"));
    has("c", TEXT(""));
    assert_true(read_form(multipart, TEXT(PART("a%22b%0D%0A%", "1") "--x--")));
    has("a\"b\n%", TEXT("1"));
    assert_true(read_form(TEXT("Multipart/Form-Data; charset=utf-8; Boundary=\"x\""), TEXT(PART("a;b", "%41+") "--x--\r\n")));
    has("a;b", TEXT("%41+"));
    assert_true(read_form(multipart, TEXT("--x\r\nContent-Type: text/plain; charset=utf-8\r\ncontent-disposition:form-data;name=a\r\n\r\n1\r\n--x--\r\n")));
    has("a", TEXT("1"));
    assert_true(read_form(multipart, TEXT("--x--\r\n")));
    assert_int_equal(form.count, 0);
}

static void broken_multipart_forms_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "--x",
        "--x\r\n",
        "--x\r\n\r\n",
        "--y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--y--\r\n",
        "preamble\r\n" PART("a", "1") "--x--\r\n",
        PART("a", "1"),
        PART("a", "1") "--x",
        PART("a", "1") "--x-",
        PART("a", "1") "--x--\r\nepilogue",
        PART("a", "1") "--xx--\r\n",
        PART("a", "\xff") "--x--\r\n",
        PART("\xff", "1") "--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n1\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\r\n1\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename*=utf-8''a\r\n\r\n\r\n--x--\r\n",
        "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n",
        "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--x--\r\n",
        "--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n",
    };
    static const char *const types[] = {
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"", "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x", "multipart/form-data; boundary=\"",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (read_form(multipart, text_of(bad[i])))
            fail_msg("taken: %s", bad[i]);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        assert_false(read_form(text_of(types[i]), TEXT(PART("a", "1") "--x--\r\n")));
    assert_false(read_form(multipart, TEXT(PART("a", "1\0") "--x--\r\n")));
}

static void without_memory_there_is_no_form(void **state)
{
    struct arena *little = arena_new(1);
    struct text out;

    (void)state;
    assert_false(form_read(&form, urlencoded, TEXT("a=1"), little));
    assert_false(form_read(&form, multipart, TEXT(PART("a", "1") "--x--\r\n"), little));
    assert_false(form_unescape(TEXT("a"), little, &out));
    arena_free(little);
}

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
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
        cmocka_unit_test(urlencoded_forms_are_read),
        cmocka_unit_test(line_ends_become_one),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(fields_are_bounded),
        cmocka_unit_test(queries_are_read),
        cmocka_unit_test(pieces_of_paths_are_unescaped),
        cmocka_unit_test(multipart_forms_are_read),
        cmocka_unit_test(broken_multipart_forms_are_refused),
        cmocka_unit_test(without_memory_there_is_no_form),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
