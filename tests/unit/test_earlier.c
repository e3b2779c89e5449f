/* What a text said before, for whoever decides on it now; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/queue_fixture.h"

static int make(void **state)
{
    assert_int_equal(town_make(state), 0);
    struct town *t = *state;
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_ON};
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    return 0;
}

/* The item as it is shown to somebody who saw it with that hash; its texts in order. */
static struct item_get_reply open_since(struct town *t, uint64_t item, struct text since, struct held_record texts[4], size_t *count)
{
    struct item_get_reply frames[FORUM_FRAMES];
    struct item_get_request in = {.item = item, .since = since};
    size_t last;

    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_ITEM_GET, &in), STATUS_OK);
    last = forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES) - 1;
    *count = 0;
    for (size_t i = 0; i <= last; i++)
        while (*count < 4 && items_next(&frames[i].held, &shape_held_record, &texts[*count]))
            ++*count;
    return frames[last];
}

static void mend(struct town *t, uint64_t version, const char *body)
{
    struct held_reply mine;
    struct held_record held;

    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_HELD, &(struct held_request){0}), STATUS_OK);
    forum_reply(&t->forum, &mine);
    assert_true(items_next(&mine.held, &shape_held_record, &held));
    struct held_edit_request in = {.held = held.id, .version = version, .body = text_of(body)};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &in), STATUS_OK);
}

static uint64_t send(struct town *t)
{
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("题目"), .body = TEXT("第一稿")};

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_OK);
    return queue_first(&t->forum, t->editor, NULL).item;
}

static void what_was_looked_at_is_known(void **state)
{
    struct town *t = *state;
    struct held_record texts[4];
    size_t count;
    uint64_t item = send(t);
    struct text looked = queue_keep_hash(queue_open(&t->forum, t->editor, item).hash);

    assert_false(open_since(t, item, looked, texts, &count).looked);
    assert_int_equal(count, 1);
    mend(t, 1, "第二稿");
    mend(t, 2, "第三稿");
    assert_true(open_since(t, item, looked, texts, &count).looked);
    assert_int_equal(count, 2);
    assert_true(text_equal(texts[0].body, TEXT("第三稿")));
    assert_true(text_equal(texts[1].body, TEXT("第一稿")));
    assert_false(open_since(t, item, (struct text){NULL, 0}, texts, &count).looked);
    assert_int_equal(count, 1);
    static const char other[32] = "something else";
    assert_false(open_since(t, item, (struct text){other, sizeof other}, texts, &count).looked);
    for (uint64_t version = 3; version < 9; version++)
        mend(t, version, "又一稿");
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM held_version"), 4);
    assert_false(open_since(t, item, looked, texts, &count).looked);
}

static void a_mended_one_shows_what_was_returned(void **state)
{
    struct town *t = *state;
    struct held_record texts[4];
    size_t count;
    uint64_t item = send(t);
    struct decide_request back = {.item = item, .act = DECISION_ACT_RETURN, .reason = REASON_UNCLEAR};

    back.hash = queue_keep_hash(queue_open(&t->forum, t->editor, item).hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &back), STATUS_OK);
    mend(t, 1, "第二稿");
    for (uint64_t version = 2; version < 8; version++)
        mend(t, version, "又一稿");
    item = queue_first(&t->forum, t->editor, NULL).item;
    struct item_get_reply opened = open_since(t, item, (struct text){NULL, 0}, texts, &count);
    assert_true(opened.returned);
    assert_int_equal(count, 2);
    assert_true(text_equal(texts[1].body, TEXT("第一稿")));
    assert_true(text_equal(texts[1].title, TEXT("题目")));
    assert_int_equal(texts[1].size, strlen("第一稿"));

    struct decide_request pass = {.item = item, .act = DECISION_ACT_APPROVE, .hash = queue_keep_hash(opened.hash)};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &pass), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM held_version"), 0);
}

static void a_flagged_post_shows_the_revision_that_was_looked_at(void **state)
{
    struct town *t = *state;
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_OFF};
    struct held_record texts[4];
    size_t count;

    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("原来的话"));
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &(struct flag_request){.post = post.post, .reason = REASON_SPAM}), STATUS_OK);
    uint64_t item = queue_first(&t->forum, t->editor, NULL).item;
    struct text looked = queue_keep_hash(queue_open(&t->forum, t->editor, item).hash);
    struct edit_request edit = {.post = post.post, .revision = 1, .body = TEXT("改过的话"), .title = TEXT("新题目")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_true(open_since(t, item, looked, texts, &count).looked);
    assert_int_equal(count, 2);
    assert_true(text_equal(texts[0].body, TEXT("改过的话")));
    assert_true(text_equal(texts[1].body, TEXT("原来的话")));
    assert_true(text_equal(texts[1].title, TEXT("题目")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_looked_at_is_known),
        TEST(a_mended_one_shows_what_was_returned),
        TEST(a_flagged_post_shows_the_revision_that_was_looked_at),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
