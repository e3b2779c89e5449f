/* Subscribing, syncing and backlogs: nothing is lost, nothing twice, and nothing to who may not read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/cursor.h"
#include "tests/unit/forum_fixture.h"

static enum status subscribe(struct town *t, uint64_t session, enum topic topic, uint64_t id, struct text since, struct subscribe_reply *out)
{
    enum status status = forum_ask(&t->forum, session, MSG_SUBSCRIBE, &(struct subscribe_request){.topic = topic, .id = id, .since = since});
    if (!status)
        forum_reply(&t->forum, out);
    return status;
}

/* Keeps a cursor beyond the answer it came in. */
static struct text keep(struct text cursor, char room[LIMIT_CURSOR])
{
    memcpy(room, cursor.at, cursor.len);
    return (struct text){room, cursor.len};
}

static void subscribing_starts_at_the_head_or_at_the_cursor(void **state)
{
    struct town *t = *state;
    struct subscribe_reply out;
    char room[LIMIT_CURSOR];

    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->essays, (struct text){NULL, 0}, &out), STATUS_OK);
    assert_int_equal(out.head, 0);
    struct text cursor = keep(out.cursor, room);
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", TEXT("x"));
    forum_answer(&t->forum, t->other, post.thread, 0, TEXT("y"));
    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->essays, cursor, &out), STATUS_OK);
    assert_int_equal(out.head, 2);
    assert_non_null(t->forum.r.grants);
    assert_int_equal(t->forum.r.grants->since, 0);
    assert_int_equal(t->forum.r.grants->board.board, t->essays);
    assert_int_equal(subscribe(t, 0, TOPIC_THREAD, post.thread, (struct text){NULL, 0}, &out), STATUS_OK);
    assert_int_equal(t->forum.r.grants->since, 2);
    assert_int_equal(subscribe(t, t->author.session, TOPIC_ACCOUNT, 0, (struct text){NULL, 0}, &out), STATUS_OK);
    assert_int_equal(t->forum.r.grants->id, t->author.account);
}

static void bad_cursors_are_told_apart_from_old_ones(void **state)
{
    struct town *t = *state;
    struct cursor cursor = {.topic = TOPIC_BOARD, .id = t->essays, .seq = 0};
    struct subscribe_reply out;
    uint8_t bytes[CURSOR_BYTES];
    struct text text = {(const char *)bytes, sizeof bytes};

    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->essays, TEXT("nonsense"), &out), STATUS_BAD_FIELD);
    cursor_encode(&cursor, bytes);
    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->essays, text, &out), STATUS_RESYNC); /* another epoch */
    memcpy(cursor.epoch, store_epoch(t->forum.store), sizeof cursor.epoch);
    cursor_encode(&cursor, bytes);
    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->essays, text, &out), STATUS_OK);
    assert_int_equal(subscribe(t, t->author.session, TOPIC_BOARD, t->inner, text, &out), STATUS_RESYNC); /* another topic */
    cursor.seq = 1;
    cursor_encode(&cursor, bytes);
    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->essays, text, &out), STATUS_RESYNC); /* beyond the head */
}

static void hidden_topics_do_not_exist(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "inner", "t", TEXT("x"));
    struct text none = {NULL, 0};
    struct subscribe_reply out;

    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, t->inner, none, &out), STATUS_NOT_FOUND);
    assert_int_equal(subscribe(t, t->citizen.session, TOPIC_THREAD, post.thread, none, &out), STATUS_NOT_FOUND);
    assert_int_equal(subscribe(t, 0, TOPIC_BOARD, 99, none, &out), STATUS_NOT_FOUND);
    assert_int_equal(subscribe(t, 0, TOPIC_ROOM, 1, none, &out), STATUS_NOT_FOUND);
    assert_int_equal(subscribe(t, t->citizen.session, TOPIC_ACCOUNT, t->author.account, none, &out), STATUS_NOT_FOUND);
    assert_int_equal(subscribe(t, 0, TOPIC_ACCOUNT, 0, none, &out), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_backlog(&t->forum, t->citizen.session, TOPIC_THREAD, post.thread, 0).status, STATUS_NOT_FOUND);
    assert_int_equal(forum_backlog(&t->forum, t->author.session, TOPIC_THREAD, post.thread, 5).status, STATUS_RESYNC);
}

/* Checks that the backlog's sequences are these, in order. */
static void assert_sequences(const struct backlog *b, const uint64_t *expected, size_t count)
{
    const struct event *event = b->events;

    assert_int_equal(b->status, STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        if (!event) {
            fail_msg("the backlog ends early");
            return;
        }
        assert_int_equal(event->seq, expected[i]);
        event = event->next;
    }
    assert_null(event);
}

static struct change_record change_in(const struct event *event)
{
    struct change_record change = {0};
    struct fault fault;

    assert_int_equal(shape_decode(&shape_change_record, event->payload.at, event->payload.len, &change, &fault), STATUS_OK);
    return change;
}

static void a_board_gives_headers_and_tombstones_in_order(void **state)
{
    struct town *t = *state;
    uint64_t a = forum_post(&t->forum, t->author, "essays", "a", TEXT("x")).thread; /* 1 */
    uint64_t b = forum_post(&t->forum, t->author, "essays", "b", TEXT("x")).thread; /* 2 */
    struct move_request move = {.thread = b, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    struct gone_record gone;

    forum_post(&t->forum, t->author, "essays", "c", TEXT("x")); /* 3 */
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &move), STATUS_OK); /* 4 */
    forum_answer(&t->forum, t->other, a, 0, TEXT("y")); /* 5 */
    struct backlog log = forum_backlog(&t->forum, 0, TOPIC_BOARD, t->essays, 0);
    assert_sequences(&log, (uint64_t[]){3, 4, 5}, 3);
    assert_true(log.done);
    assert_int_equal(log.upto, 5);
    struct change_record change = change_in(log.events->next);
    assert_true(items_next(&change.gone, &shape_gone_record, &gone));
    assert_int_equal(gone.id, b);
    assert_int_equal(gone.to, 0);
    log = forum_backlog(&t->forum, 0, TOPIC_BOARD, t->essays, 5);
    assert_sequences(&log, NULL, 0);
    assert_true(log.done);
}

static void a_thread_gives_posts_as_they_are_now(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "a", TEXT("first")); /* 1 */
    struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("words to forget")); /* 2 */
    struct edit_request edit = {.post = post.post, .revision = 1, .body = TEXT("second"), .title = TEXT("b")};
    struct delete_request delete = {.post = reply.post};
    struct post_record seen;

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK); /* 3 and, for the title, 4 */
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_DELETE, &delete), STATUS_OK); /* 5 */
    struct backlog log = forum_backlog(&t->forum, 0, TOPIC_THREAD, post.thread, 0);
    assert_sequences(&log, (uint64_t[]){3, 4, 5}, 3);
    struct change_record change = change_in(log.events);
    assert_true(items_next(&change.post, &shape_post_record, &seen));
    assert_true(text_equal(seen.body, TEXT("second")));
    assert_non_null(change_in(log.events->next).thread.at);
    change = change_in(log.events->next->next);
    assert_true(items_next(&change.post, &shape_post_record, &seen));
    assert_int_equal(seen.state, POST_STATE_DELETED);
    assert_null(seen.body.at);
}

static void an_account_gives_notices_and_drafts(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "a", TEXT("first"));
    struct draft_save_request save = {.board = TEXT("essays"), .body = TEXT("x")};
    struct draft_save_reply saved;
    char room[16];

    forum_answer(&t->forum, t->other, post.thread, 0, TEXT("y")); /* notice: 1 */
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DRAFT_SAVE, &save), STATUS_OK); /* 2 */
    forum_reply(&t->forum, &saved);
    memcpy(room, saved.draft.at, sizeof room);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DRAFT_SAVE, &save), STATUS_OK); /* 3 */
    struct draft_discard_request discard = {.draft = {room, sizeof room}};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DRAFT_DISCARD, &discard), STATUS_OK); /* 4 */
    struct backlog log = forum_backlog(&t->forum, t->author.session, TOPIC_ACCOUNT, t->author.account, 0);
    assert_sequences(&log, (uint64_t[]){1, 3, 4}, 3);
    assert_non_null(change_in(log.events).notice.at);
    assert_non_null(change_in(log.events->next).draft.at);
    assert_int_equal(forum_backlog(&t->forum, t->other.session, TOPIC_ACCOUNT, t->author.account, 0).status, STATUS_NOT_FOUND);
}

static void a_long_backlog_comes_in_chunks(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "a", TEXT("first"));
    uint64_t since = 0, expected = 1;
    unsigned chunks = 0;
    struct backlog log;

    for (int i = 0; i < 449; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, TEXT("y"));
    do {
        log = forum_backlog(&t->forum, 0, TOPIC_THREAD, post.thread, since);
        assert_int_equal(log.status, STATUS_OK);
        for (struct event *event = log.events; event; event = event->next)
            assert_int_equal(event->seq, expected++);
        since = log.upto;
        chunks++;
    } while (!log.done && chunks < 10);
    assert_int_equal(expected, 451);
    assert_int_equal(chunks, 3);
}

static void syncing_goes_page_by_page_to_the_head(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "a", TEXT("first"));
    struct sync_reply frames[FORUM_FRAMES];
    struct change_record change;
    struct subscribe_reply start;
    char room[LIMIT_CURSOR], body[4096];
    uint64_t expected = 2;
    bool more = true;

    memset(body, 'x', sizeof body);
    assert_int_equal(subscribe(t, 0, TOPIC_THREAD, post.thread, (struct text){NULL, 0}, &start), STATUS_OK);
    struct sync_request in = {.topic = TOPIC_THREAD, .id = post.thread, .since = keep(start.cursor, room)};
    for (int i = 0; i < 120; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, (struct text){body, sizeof body});
    for (unsigned pages = 0; more && pages < 9; pages++) {
        assert_int_equal(forum_ask(&t->forum, 0, MSG_SYNC, &in), STATUS_OK);
        size_t n = forum_frames(&t->forum, frames, sizeof frames[0], FORUM_FRAMES);
        for (size_t i = 0; i < n; i++)
            while (items_next(&frames[i].changes, &shape_change_record, &change))
                assert_int_equal(change.seq, expected++);
        more = frames[n - 1].more;
        in.since = keep(frames[n - 1].next, room);
    }
    assert_int_equal(expected, 122);
    assert_false(more);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(subscribing_starts_at_the_head_or_at_the_cursor),
        TEST(bad_cursors_are_told_apart_from_old_ones),
        TEST(hidden_topics_do_not_exist),
        TEST(a_board_gives_headers_and_tombstones_in_order),
        TEST(a_thread_gives_posts_as_they_are_now),
        TEST(an_account_gives_notices_and_drafts),
        TEST(a_long_backlog_comes_in_chunks),
        TEST(syncing_goes_page_by_page_to_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
