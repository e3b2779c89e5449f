/* Lists as a face takes them without frames: the same records as in the answer's parts, whole, and pages that end where they should. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/forum_fixture.h"

/* Asks once more, for records as they are; they last until the next request. */
static struct records ask_records(struct forum *forum, enum op op, const void *in, void *reply)
{
    struct records records = {NULL, 0, 0};

    forum->records = &records;
    assert_int_equal(forum_ask(forum, 0, op, in), STATUS_OK);
    forum->records = NULL;
    forum_reply(forum, reply);
    assert_ptr_equal(forum->r.answer, forum->r.answer_last);
    return records;
}

static void assert_same_bytes(struct text a, struct text b)
{
    assert_int_equal(a.at == NULL, b.at == NULL);
    assert_true(text_equal(a, b));
}

static void assert_same_post(const struct post_record *a, const struct post_record *b)
{
    uint8_t bytes[2][2048];
    struct wire_writer first = wire_writer_over(bytes[0], sizeof bytes[0]), second = wire_writer_over(bytes[1], sizeof bytes[1]);

    shape_encode(&shape_post_record, a, &first);
    shape_encode(&shape_post_record, b, &second);
    assert_int_equal(first.error, WIRE_OK);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.at, second.at, first.len);
    assert_same_bytes(a->body, b->body);
}

static void records_are_those_of_the_answer(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", TEXT("一楼"));
    const struct read_request in = {.thread = post.thread};
    static uint8_t kept[1 << 16];
    struct read_reply framed, reply;
    struct post_record record;

    for (int i = 2; i <= 60; i++)
        forum_answer(&t->forum, t->other, post.thread, (uint64_t)i / 2, TEXT("回复"));
    struct delete_request gone = {.post = post.post};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &in), STATUS_OK);
    forum_reply(&t->forum, &framed);
    struct items list = framed.posts;
    assert_true(list.len <= sizeof kept);
    memcpy(kept, list.at, list.len);
    list.at = kept;

    struct records records = ask_records(&t->forum, MSG_READ, &in, &reply);
    assert_int_equal(records.count, LIMIT_PAGE_ITEMS);
    assert_int_equal(records.count, list.count);
    assert_int_equal(reply.posts.count, 0);
    assert_int_equal(reply.next, framed.next);
    for (uint32_t i = 0; items_next(&list, &shape_post_record, &record); i++)
        assert_same_post(&record, (const struct post_record *)(void *)records.at + i);
}

static void bodies_are_whole(void **state)
{
    struct town *t = *state;
    const size_t size = 600000;
    char *body = malloc(size);
    struct post_get_reply one;
    struct read_reply page;

    assert_non_null(body);
    for (size_t i = 0; i < size; i += 3)
        memcpy(body + i, "城", 3);
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", (struct text){body, size});
    forum_answer(&t->forum, t->other, post.thread, 0, TEXT("on the next page"));
    struct records records = ask_records(&t->forum, MSG_POST_GET, &(struct post_get_request){.post = post.post}, &one);
    const struct post_record *record = (const struct post_record *)(void *)records.at;
    assert_int_equal(records.count, 1);
    assert_int_equal(record->size, size);
    assert_int_equal(record->offset, 0);
    assert_true(text_equal(record->body, (struct text){body, size}));
    /* The page ends behind so long a post. */
    records = ask_records(&t->forum, MSG_READ, &(struct read_request){.thread = post.thread}, &page);
    assert_int_equal(records.count, 1);
    assert_int_equal(page.next, 2);
    free(body);
}

static void pages_go_back_too(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", TEXT("1"));
    struct read_reply page;

    for (int i = 2; i <= 70; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, TEXT("reply"));
    struct records records = ask_records(&t->forum, MSG_READ, &(struct read_request){.thread = post.thread, .back = true}, &page);
    assert_int_equal(records.count, 50);
    assert_int_equal(((const struct post_record *)(void *)records.at)->floor, 21);
    assert_int_equal(page.next, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_are_those_of_the_answer, town_make, town_end),
        cmocka_unit_test_setup_teardown(bodies_are_whole, town_make, town_end),
        cmocka_unit_test_setup_teardown(pages_go_back_too, town_make, town_end),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
