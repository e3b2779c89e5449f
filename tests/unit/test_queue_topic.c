/* The topic of a queue: what is news for whom, and that nothing is betrayed by it; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/cursor.h"
#include "tests/unit/queue_fixture.h"

/* The head of a queue as somebody's subscription is told it. */
static uint64_t head_for(struct town *t, struct member who, uint64_t id)
{
    struct subscribe_request in = {.topic = TOPIC_QUEUE, .id = id};
    struct subscribe_reply out;

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_SUBSCRIBE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out.head;
}

static uint64_t flag(struct town *t, struct member by, uint64_t post)
{
    struct flag_request in = {.post = post, .reason = REASON_SPAM};

    assert_int_equal(forum_do(&t->forum, by.session, MSG_FLAG, &in), STATUS_OK);
    return queue_first(&t->forum, t->admin, NULL).item;
}

static void claim(struct town *t, struct member by, uint64_t item, bool release)
{
    struct claim_request in = {.item = item, .release = release};

    assert_int_equal(forum_do(&t->forum, by.session, MSG_CLAIM, &in), STATUS_OK);
}

/* The only event of the last request, of this board's queue. */
static const struct event *told(struct town *t, uint64_t board)
{
    struct change_record change;
    const struct event *event = forum_event(&t->forum, 0, &change);

    assert_int_equal(forum_events(&t->forum), 1);
    assert_int_equal(event->topic, TOPIC_QUEUE);
    assert_int_equal(event->id, board);
    assert_true(change.seq > 0);
    assert_int_equal(change.post.count + change.thread.count + change.gone.count + change.notice.count + change.draft.count, 0);
    return event;
}

/* ---- tests ---- */

static void whatever_changes_an_item_is_told_once(void **state)
{
    struct town *t = *state;
    uint64_t post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("广告")).post;
    struct flag_request first = {.post = post, .reason = REASON_SPAM}, second = {.post = post, .reason = REASON_ABUSE};
    struct claim_request taking = {0}, giving = {.release = true};

    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &first), STATUS_OK);
    const struct event *event = told(t, t->essays);
    assert_memory_equal(event->spared.at, &t->author.account, sizeof t->author.account);
    assert_int_equal(event->board.board, t->essays);
    uint64_t seq = event->seq;
    assert_int_equal(head_for(t, t->editor, t->essays), seq);
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_FLAG, &second), STATUS_OK);
    assert_true(told(t, t->essays)->seq > seq);
    taking.item = giving.item = queue_first(&t->forum, t->editor, NULL).item;
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_CLAIM, &taking), STATUS_OK);
    (void)told(t, t->essays);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_CLAIM, &taking), STATUS_OK);
    assert_int_equal(forum_events(&t->forum), 0); /* only renewed */
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_CLAIM, &giving), STATUS_OK);
    (void)told(t, t->essays);
    struct decide_request decide = {.item = taking.item, .act = DECISION_ACT_KEEP};
    decide.hash = queue_keep_hash(queue_open(&t->forum, t->editor, taking.item).hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &decide), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM queue_mark WHERE seq = 0"), 0);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM queue_mark"), 1);
}

static void what_is_ones_own_is_no_news_to_one(void **state)
{
    struct town *t = *state;
    uint64_t before = head_for(t, t->editor, t->essays);
    uint64_t post = forum_post(&t->forum, t->editor, "essays", "题目", TEXT("我的话")).post;
    uint64_t item = flag(t, t->other, post);

    claim(t, t->admin, item, false);
    assert_int_equal(head_for(t, t->editor, t->essays), before);
    assert_int_equal(head_for(t, t->editor, 0), before);
    assert_true(head_for(t, t->admin, t->essays) > before);
    struct backlog log = forum_backlog(&t->forum, t->editor.session, TOPIC_QUEUE, t->essays, 0);
    assert_int_equal(log.status, STATUS_OK);
    assert_null(log.events);
    log = forum_backlog(&t->forum, t->admin.session, TOPIC_QUEUE, t->essays, 0);
    assert_int_equal(log.status, STATUS_OK);
    assert_non_null(log.events);
    assert_null(log.events->next);
    assert_true(log.done);
}

static void only_who_decides_may_follow(void **state)
{
    struct town *t = *state;
    struct member local = forum_member(&t->forum, "local", ROLE_MEMBER);
    struct subscribe_request essays = {.topic = TOPIC_QUEUE, .id = t->essays}, inner = {.topic = TOPIC_QUEUE, .id = t->inner};
    struct subscribe_request nowhere = {.topic = TOPIC_QUEUE, .id = 999}, all = {.topic = TOPIC_QUEUE};

    forum_grant(&t->forum, local, ROLE_MODERATOR, t->inner);
    assert_int_equal(forum_ask(&t->forum, local.session, MSG_SUBSCRIBE, &inner), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, local.session, MSG_SUBSCRIBE, &all), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, local.session, MSG_SUBSCRIBE, &essays), STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, t->citizen.session, MSG_SUBSCRIBE, &essays), STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, t->citizen.session, MSG_SUBSCRIBE, &all), STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_SUBSCRIBE, &essays), STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, t->admin.session, MSG_SUBSCRIBE, &nowhere), STATUS_NOT_FOUND);
    uint64_t post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("广告")).post;
    (void)flag(t, t->other, post);
    assert_int_equal(head_for(t, local, 0), 0);
    assert_int_equal(forum_backlog(&t->forum, local.session, TOPIC_QUEUE, t->essays, 0).status, STATUS_NOT_FOUND);
}

static void what_is_moved_leaves_one_queue_for_another(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("广告"));
    struct move_request move = {.thread = post.thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    struct change_record change;
    unsigned boards = 0;

    (void)flag(t, t->other, post.post);
    uint64_t before = head_for(t, t->editor, t->essays);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &move), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        const struct event *event = forum_event(&t->forum, i, &change);
        if (event->topic == TOPIC_QUEUE)
            boards += event->id == t->essays ? 1 : event->id == t->inner ? 2 : 100;
    }
    assert_int_equal(boards, 3);
    assert_true(head_for(t, t->editor, t->essays) > before);
    assert_int_equal(head_for(t, t->editor, t->essays), head_for(t, t->editor, t->inner));
}

static void a_list_says_where_to_go_on(void **state)
{
    struct town *t = *state;
    uint64_t post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("广告")).post;
    uint64_t item = flag(t, t->other, post);
    struct sync_request sync = {.topic = TOPIC_QUEUE};
    struct queue_reply list;
    struct sync_reply out;
    char room[LIMIT_CURSOR];

    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_QUEUE, &(struct queue_request){0}), STATUS_OK);
    forum_reply(&t->forum, &list);
    memcpy(room, list.cursor.at, list.cursor.len);
    sync.since = (struct text){room, list.cursor.len};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_SYNC, &sync), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.changes.count, 0);
    claim(t, t->admin, item, false);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_SYNC, &sync), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.changes.count, 1);
    assert_false(out.more);
    struct item_get_reply opened = queue_open(&t->forum, t->editor, item);
    struct cursor cursor;
    assert_true(cursor_decode(opened.cursor, &cursor));
    assert_int_equal(cursor.topic, TOPIC_QUEUE);
    assert_int_equal(cursor.id, t->essays);
}

/* Whoever looks at a flagged post learns that its author changed it. */
static void a_flagged_post_that_is_edited_is_news(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("广告"));
    uint64_t item = flag(t, t->other, post.post), before = head_for(t, t->editor, t->essays);
    struct edit_request edit = {.post = post.post, .revision = 1, .title = TEXT("题目"), .body = TEXT("不是广告")};

    assert_true(item > 0);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_true(head_for(t, t->editor, t->essays) > before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whatever_changes_an_item_is_told_once),
        TEST(what_is_ones_own_is_no_news_to_one),
        TEST(only_who_decides_may_follow),
        TEST(what_is_moved_leaves_one_queue_for_another),
        TEST(a_list_says_where_to_go_on),
        TEST(a_flagged_post_that_is_edited_is_news),
    };
    return cmocka_run_group_tests_name("queue topic", tests, NULL, NULL);
}
