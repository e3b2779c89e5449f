/* Records as JSON and back: what an export writes, an import reads as the same bytes of the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "terminal/diagnostic.h"
#include "terminal/json.h"

/* The record as JSON; the caller frees it. */
static char *json_of(const struct shape *shape, const void *record)
{
    char *out = NULL;
    size_t len = 0;
    FILE *into = open_memstream(&out, &len);

    assert_non_null(into);
    json_put(into, shape, record);
    fclose(into);
    return out;
}

/* Reads JSON back into the wire's encoding. */
static enum status wire_of(const struct shape *shape, const char *json, struct wire_writer *w, struct fault *fault)
{
    json_t *object = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    enum status status;

    assert_non_null(object);
    status = json_get(shape, object, w, fault);
    json_decref(object);
    return status;
}

/* Shape to JSON to shape: the same bytes as encoding the record at once. */
static void expect_round_trip(const struct shape *shape, const void *record)
{
    uint8_t direct[4096], back[4096];
    struct wire_writer a = wire_writer_over(direct, sizeof direct), b = wire_writer_over(back, sizeof back);
    struct fault fault;
    char *json = json_of(shape, record);

    shape_encode(shape, record, &a);
    assert_int_equal(a.error, WIRE_OK);
    assert_int_equal(wire_of(shape, json, &b, &fault), STATUS_OK);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(direct, back, a.len);
    free(json);
}

static void test_names_and_kinds(void **state)
{
    struct board_record board = {.id = 6, .slug = TEXT_INIT("essays"), .name = TEXT_INIT("学习论文"), .kind = BOARD_KIND_COLUMN, .feed = true};
    char *json = json_of(&shape_board_record, &board);

    (void)state;
    assert_string_equal(json, "{\"id\":6,\"slug\":\"essays\",\"name\":\"学习论文\",\"kind\":\"column\",\"feed\":true}");
    free(json);
}

static void test_needed_fields_are_always_there(void **state)
{
    struct change_record change = {.seq = 0};
    char *json = json_of(&shape_change_record, &change);

    (void)state;
    assert_string_equal(json, "{\"seq\":0,\"cursor\":\"\"}");
    free(json);
}

static void test_control_characters_are_escaped(void **state)
{
    struct post_record post = {.id = 1, .thread = 2, .floor = 3, .body = TEXT_INIT("\x1b[1m\"\\\n\t\xe2\x80\xae\xc2\x9b\x7f" "党")};
    char *json = json_of(&shape_post_record, &post);

    (void)state;
    assert_non_null(strstr(json, "\"body\":\"\\u001b[1m\\\"\\\\\\n\\t\\u202e\\u009b\\u007f党\""));
    free(json);
    expect_round_trip(&shape_post_record, &post);
}

static void test_round_trip_of_lists_and_composites(void **state)
{
    uint8_t room[1024], tags[128];
    struct wire_writer w = wire_writer_over(room, sizeof room), v = wire_writer_over(tags, sizeof tags);
    struct items grants = items_begin(&w), list = items_begin(&v);
    struct grant_record grant = {.role = ROLE_MODERATOR, .scope = SCOPE_BOARD, .board = 6, .board_slug = TEXT_INIT("essays"), .since = 1};
    struct account_record account = {.id = 1, .handle = TEXT_INIT("党员一"), .name = TEXT_INIT("")};
    struct thread_record thread = {.id = 9, .board = 6, .title = TEXT_INIT("心得"), .author = TEXT_INIT("a"), .created = 5, .floors = 1};
    struct export_row_record row = {.account = {NULL, 0, 0}};

    (void)state;
    items_add(&w, &grants, &shape_grant_record, &grant);
    items_add(&w, &grants, &shape_grant_record, &grant);
    account.grants = grants;
    expect_round_trip(&shape_account_record, &account);
    items_add_text(&v, &list, TEXT("学习"));
    items_add_text(&v, &list, TEXT("b"));
    thread.tags = list;
    expect_round_trip(&shape_thread_record, &thread);
    row.thread = items_begin(&w);
    items_add(&w, &row.thread, &shape_thread_record, &thread);
    expect_round_trip(&shape_export_row_record, &row);
}

static void test_round_trip_of_bytes(void **state)
{
    struct draft_record draft = {.id = {"\x00\x01\xfe\xff" "abcdefghijkl", 16}, .version = 1, .body = TEXT_INIT("x")};

    (void)state;
    expect_round_trip(&shape_draft_record, &draft);
}

static void expect_refused(const struct shape *shape, const char *json, const char *field)
{
    uint8_t room[512];
    struct wire_writer w = wire_writer_over(room, sizeof room);
    struct fault fault;

    assert_int_equal(wire_of(shape, json, &w, &fault), STATUS_BAD_FIELD);
    assert_string_equal(fault.field, field);
}

static void test_what_is_refused(void **state)
{
    (void)state;
    expect_refused(&shape_watch_record, "{\"kind\":\"thread\",\"id\":1,\"extra\":2}", "watch_record");
    expect_refused(&shape_watch_record, "{\"kind\":\"thread\"}", "id");
    expect_refused(&shape_watch_record, "{\"kind\":\"nothing\",\"id\":1}", "kind");
    expect_refused(&shape_watch_record, "{\"kind\":\"thread\",\"id\":-1}", "id");
    expect_refused(&shape_watch_record, "{\"kind\":\"thread\",\"id\":\"1\"}", "id");
    expect_refused(&shape_draft_record, "{\"id\":\"0g\",\"version\":1}", "id");
    expect_refused(&shape_export_row_record, "{\"thread\":{\"id\":1}}", "board");
    expect_refused(&shape_watch_record, "[]", "watch_record");
}

static void test_too_small_a_writer(void **state)
{
    uint8_t room[3];
    struct wire_writer w = wire_writer_over(room, sizeof room);
    struct fault fault;

    (void)state;
    assert_int_equal(wire_of(&shape_watch_record, "{\"kind\":\"thread\",\"id\":100000}", &w, &fault), STATUS_TOO_LARGE);
}

static void test_hex(void **state)
{
    uint8_t out[4];

    (void)state;
    assert_int_equal(json_hex(TEXT("00fFa0"), out, sizeof out), 3);
    assert_memory_equal(out, "\x00\xff\xa0", 3);
    assert_int_equal(json_hex(TEXT("0"), out, sizeof out), -1);
    assert_int_equal(json_hex(TEXT("0011223344"), out, sizeof out), -1);
    assert_int_equal(json_hex(TEXT("zz"), out, sizeof out), -1);
    assert_int_equal(json_hex(TEXT(""), out, sizeof out), 0);
}

static void expect_diagnostic(const char *bytes, size_t len, const char *expected)
{
    char *out = NULL;
    size_t size = 0;
    FILE *into = open_memstream(&out, &size);

    diagnostic_item(into, (const uint8_t *)bytes, len);
    fclose(into);
    assert_string_equal(out, expected);
    free(out);
}

static void test_diagnostic_notation(void **state)
{
    (void)state;
    expect_diagnostic("\xa3\x01\x18\x2a\x02\x42\x00\xff\x03\x82\x61" "a\xf5", 13, "{1: 42, 2: h'00ff', 3: [\"a\", true]}");
    expect_diagnostic("\xa1\x01\x63\x1b[m", 6, "{1: \"\\u001b[m\"}");
    expect_diagnostic("\xa1\x01\xf9\x00\x00", 5, "{1: malformed h'f90000'}");
    expect_diagnostic("\xa0\x00", 2, "{} trailing h'00'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_kinds),
        cmocka_unit_test(test_needed_fields_are_always_there),
        cmocka_unit_test(test_control_characters_are_escaped),
        cmocka_unit_test(test_round_trip_of_lists_and_composites),
        cmocka_unit_test(test_round_trip_of_bytes),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_too_small_a_writer),
        cmocka_unit_test(test_hex),
        cmocka_unit_test(test_diagnostic_notation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
