/* Boards, threads and posts: what handlers store, tell, and refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/forum_fixture.h"

static uint64_t notices_of(const struct town *t, struct member member, enum notice_kind kind)
{
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM notice WHERE account = %llu AND kind = %d", (unsigned long long)member.account, (int)kind);
    return forum_number(&t->forum, sql);
}

#define assert_text(text, literal) assert_true(text_equal(text, TEXT(literal)))
#define assert_refused(t, expected, name) \
    do { \
        assert_int_equal((t)->forum.r.status, expected); \
        assert_string_equal((t)->forum.r.fault.field, name); \
    } while (0)

/* ---- boards ---- */

static void boards_are_listed_as_each_may_see_them(void **state)
{
    struct town *t = *state;
    struct boards_reply out;
    struct board_record board;

    assert_int_equal(forum_ask(&t->forum, 0, MSG_BOARDS, &(struct boards_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.boards.count, 1);
    assert_true(items_next(&out.boards, &shape_board_record, &board));
    assert_text(board.slug, "essays");
    assert_false(board.may_start);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_BOARDS, &(struct boards_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.boards.count, 2);
    assert_true(items_next(&out.boards, &shape_board_record, &board));
    assert_true(board.may_start && board.may_reply && !board.may_moderate);
}

static void boards_are_made_and_changed_by_administrators(void **state)
{
    struct town *t = *state;
    struct board_create_request in = {.slug = TEXT("faq"), .name = TEXT("问答")};
    struct board_set_request set = {.board = TEXT("faq"), .read = TEXT("member"), .closed = CHANGE_ON};
    struct threads_request list = {.board = TEXT("faq")};
    struct post_request post = {.board = TEXT("faq"), .title = TEXT("x"), .body = TEXT("y")};

    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_BOARD_CREATE, &in), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_CREATE, &in), STATUS_OK);
    assert_true(t->forum.r.renames);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_CREATE, &in), STATUS_EXISTS);
    assert_false(t->forum.r.renames);
    in.slug = TEXT("123");
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_CREATE, &in), STATUS_BAD_FIELD);
    assert_refused(t, STATUS_BAD_FIELD, "slug");
    assert_int_equal(forum_ask(&t->forum, 0, MSG_THREADS, &list), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    assert_non_null(t->forum.r.access);
    assert_int_equal(t->forum.r.access->kind, ACCESS_BOARD);
    assert_int_equal(t->forum.r.access->board.read, ROLE_MEMBER);
    assert_true(t->forum.r.renames);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_THREADS, &list), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &post), STATUS_CLOSED);
    set.read = TEXT("nobody");
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_BAD_FIELD);
}

/* ---- writing ---- */

static void a_post_is_stored_told_and_counted(void **state)
{
    struct town *t = *state;
    struct post_reply out = forum_post(&t->forum, t->author, "essays", "学习笔记", TEXT("第一段\x1b[31m\r\n"));
    struct change_record change;
    struct post_record post;
    struct thread_record thread;
    const struct event *event;

    assert_int_equal(out.floor, 1);
    assert_int_equal(out.topic, TOPIC_THREAD);
    assert_int_equal(out.topic_id, out.thread);
    assert_int_equal(out.seq, 1);
    assert_int_equal(forum_events(&t->forum), 2);
    event = forum_event(&t->forum, 0, &change);
    assert_int_equal(event->topic, TOPIC_THREAD);
    assert_true(items_next(&change.post, &shape_post_record, &post));
    assert_int_equal(post.id, out.post);
    assert_text(post.body, "第一段\x1b[31m\r\n");
    event = forum_event(&t->forum, 1, &change);
    assert_int_equal(event->topic, TOPIC_BOARD);
    assert_int_equal(event->id, t->essays);
    assert_int_equal(event->seq, 1);
    assert_true(items_next(&change.thread, &shape_thread_record, &thread));
    assert_int_equal(thread.activity, out.post);
    assert_int_equal(thread.floors, 1);
    assert_text(thread.author, "zhang");

    struct reply_reply answer = forum_answer(&t->forum, t->other, out.thread, 1, TEXT("好"));
    assert_int_equal(answer.floor, 2);
    assert_int_equal(answer.seq, 2);
    assert_int_equal(notices_of(t, t->author, NOTICE_KIND_REPLY), 1);
    assert_int_equal(forum_number(&t->forum, "SELECT threads * 100 + posts * 10 + head FROM board WHERE slug = 'essays'"), 122);
    assert_int_equal(forum_number(&t->forum, "SELECT last_post FROM thread"), answer.post);
    assert_int_equal(forum_number(&t->forum, "SELECT last_post FROM board WHERE slug = 'essays'"), answer.post);
}

static void an_event_holds_a_cut_body_and_nothing_personal(void **state)
{
    struct town *t = *state;
    char *body = malloc(9001);
    struct change_record change;
    struct post_record post;
    struct thread_record thread;

    for (size_t i = 0; i < 9000; i += 3)
        memcpy(body + i, "党", 3);
    forum_post(&t->forum, t->author, "essays", "长文", (struct text){body, 9000});
    forum_event(&t->forum, 0, &change);
    assert_true(items_next(&change.post, &shape_post_record, &post));
    assert_true(post.truncated);
    assert_int_equal(post.body.len, 4095);
    assert_int_equal(post.size, 9000);
    forum_event(&t->forum, 1, &change);
    assert_true(items_next(&change.thread, &shape_thread_record, &thread));
    assert_false(thread.unread || thread.watched);
    assert_int_equal(thread.read_floor, 0);
    free(body);
}

static void bad_posts_name_their_field_and_change_nothing(void **state)
{
    struct town *t = *state;
    char tags_bytes[64];
    struct wire_writer w = wire_writer_over(tags_bytes, sizeof tags_bytes);
    struct items tags = items_begin(&w);
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("  "), .body = TEXT("x")};
    struct post_request ok = {.board = TEXT("essays"), .title = TEXT("t"), .body = TEXT("x")};

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_BAD_FIELD);
    assert_refused(t, STATUS_BAD_FIELD, "title");
    in = ok;
    in.title = TEXT("a\nb");
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_BAD_FIELD);
    in = ok;
    in.body = TEXT(" \n\t");
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_BAD_FIELD);
    assert_refused(t, STATUS_BAD_FIELD, "body");
    in = ok;
    items_add_text(&w, &tags, TEXT("a\nb"));
    in.tags = tags;
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_BAD_FIELD);
    assert_refused(t, STATUS_BAD_FIELD, "tags");
    in = ok;
    in.draft = TEXT("0123456789abcdef");
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_NOT_FOUND);
    assert_refused(t, STATUS_NOT_FOUND, "draft");
    in = ok;
    in.board = TEXT("nowhere");
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_NOT_FOUND);
    in.board = TEXT("inner");
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_POST, &in), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, 0, MSG_POST, &ok), STATUS_LOGIN_NEEDED);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM thread"), 0);
    assert_int_equal(forum_number(&t->forum, "SELECT sum(head) FROM board"), 0);
}

static void tags_are_normalized_and_kept_once(void **state)
{
    struct town *t = *state;
    char bytes[128];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    struct items tags = items_begin(&w);
    struct threads_reply page;
    struct thread_record thread;
    struct text tag;

    items_add_text(&w, &tags, TEXT("Party"));
    items_add_text(&w, &tags, TEXT("党建"));
    items_add_text(&w, &tags, TEXT("party"));
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("t"), .body = TEXT("x"), .tags = tags};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_THREADS, &(struct threads_request){.board = TEXT("essays")}), STATUS_OK);
    forum_reply(&t->forum, &page);
    assert_true(items_next(&page.threads, &shape_thread_record, &thread));
    assert_int_equal(thread.tags.count, 2);
    assert_true(items_next_text(&thread.tags, &tag));
    assert_text(tag, "party");
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM thread_tag"), 2);
}

static void a_draft_goes_with_its_post(void **state)
{
    struct town *t = *state;
    struct draft_save_request save = {.board = TEXT("essays"), .title = TEXT("t"), .body = TEXT("x")};
    struct draft_save_reply saved;
    char id[16];

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DRAFT_SAVE, &save), STATUS_OK);
    forum_reply(&t->forum, &saved);
    memcpy(id, saved.draft.at, sizeof id);
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("t"), .body = TEXT("x"), .draft = {id, sizeof id}};
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_POST, &in), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_OK);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM draft"), 0);
    assert_int_equal(forum_events(&t->forum), 3);
}

static void a_retry_posts_once(void **state)
{
    struct town *t = *state;
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("t"), .body = TEXT("x")};
    struct post_reply first, second;

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_OK);
    forum_reply(&t->forum, &first);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_POST, &in), STATUS_OK);
    forum_reply(&t->forum, &second);
    assert_true(second.dup);
    assert_int_equal(second.post, first.post);
    assert_int_equal(forum_events(&t->forum), 0);
    in.body = TEXT("y");
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_POST, &in), STATUS_CONFLICT);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM post"), 1);
}

static void replies_need_an_open_thread_and_an_existing_floor(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", TEXT("x"));
    struct reply_request in = {.thread = post.thread, .to = 2, .body = TEXT("y")};
    struct thread_set_request lock = {.thread = post.thread, .locked = CHANGE_ON, .reason = REASON_OFF_TOPIC};

    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_REPLY, &in), STATUS_BAD_FIELD);
    assert_refused(t, STATUS_BAD_FIELD, "to");
    in.to = 0;
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_THREAD_SET, &lock), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &lock), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_REPLY, &in), STATUS_LOCKED);
    in.thread = 999;
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_REPLY, &in), STATUS_NOT_FOUND);
    in.thread = UINT64_MAX;
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_REPLY, &in), STATUS_NOT_FOUND);
}

static void each_person_is_told_once(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "inner", "t", TEXT("x"));
    struct watch_set_request watch = {.kind = TOPIC_THREAD, .id = post.thread};

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_WATCH_SET, &watch), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_WATCH_SET, &watch), STATUS_OK);
    forum_answer(&t->forum, t->other, post.thread, 0, TEXT("@zhang @li @wang 请看 @editor你好 `@admin`"));
    assert_int_equal(notices_of(t, t->author, NOTICE_KIND_REPLY), 1);
    assert_int_equal(notices_of(t, t->author, NOTICE_KIND_MENTION), 0);
    assert_int_equal(notices_of(t, t->author, NOTICE_KIND_WATCHED), 0);
    assert_int_equal(notices_of(t, t->editor, NOTICE_KIND_MENTION), 1);
    assert_int_equal(notices_of(t, t->editor, NOTICE_KIND_WATCHED), 0);
    assert_int_equal(notices_of(t, t->citizen, NOTICE_KIND_MENTION), 0); /* may not read the board */
    assert_int_equal(notices_of(t, t->other, NOTICE_KIND_MENTION), 0);
    assert_int_equal(notices_of(t, t->admin, NOTICE_KIND_MENTION), 0);
    forum_answer(&t->forum, t->other, post.thread, 0, TEXT("again"));
    assert_int_equal(notices_of(t, t->editor, NOTICE_KIND_WATCHED), 1);
}

/* ---- changing ---- */

static void edits_keep_every_text(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "old title", TEXT("first"));
    struct edit_request in = {.post = post.post, .revision = 1, .body = TEXT("second"), .title = TEXT("new title")};
    struct edit_reply out;
    struct history_reply history;
    struct revision_reply one;
    struct revision_record revision;

    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_EDIT, &in), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.revision, 2);
    assert_int_equal(out.seq, 2);
    assert_int_equal(forum_events(&t->forum), 3);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &in), STATUS_STALE);
    assert_int_equal(t->forum.r.fault.limit, 2);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_HISTORY, &(struct history_request){.post = post.post}), STATUS_OK);
    forum_reply(&t->forum, &history);
    assert_int_equal(history.revisions.count, 2);
    assert_true(items_next(&history.revisions, &shape_revision_record, &revision));
    assert_int_equal(revision.number, 2);
    assert_int_equal(revision.size, 6);
    assert_text(revision.title, "new title");
    assert_true(items_next(&history.revisions, &shape_revision_record, &revision));
    assert_int_equal(revision.number, 1);
    assert_text(revision.title, "old title");
    assert_int_equal(forum_ask(&t->forum, 0, MSG_REVISION, &(struct revision_request){.post = post.post, .number = 1}), STATUS_OK);
    forum_reply(&t->forum, &one);
    assert_true(items_next(&one.revisions, &shape_revision_record, &revision));
    assert_text(revision.body, "first");
    assert_int_equal(forum_ask(&t->forum, 0, MSG_REVISION, &(struct revision_request){.post = post.post, .number = 2}), STATUS_OK);
    forum_reply(&t->forum, &one);
    assert_true(items_next(&one.revisions, &shape_revision_record, &revision));
    assert_text(revision.body, "second");
    assert_int_equal(forum_ask(&t->forum, 0, MSG_REVISION, &(struct revision_request){.post = post.post, .number = 3}), STATUS_NOT_FOUND);
}

static void a_deleted_post_leaves_a_tombstone_and_no_text(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", TEXT("secret words"));
    struct edit_request edit = {.post = post.post, .revision = 1, .body = TEXT("more words")};
    struct delete_request in = {.post = post.post};
    struct read_reply page;
    struct post_record tombstone;
    struct change_record change;

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_DELETE, &in), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &in), STATUS_OK);
    assert_int_equal(forum_event(&t->forum, 0, &change)->blanks, post.post);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &in), STATUS_GONE);
    edit.revision = 2;
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_GONE);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_HISTORY, &(struct history_request){.post = post.post}), STATUS_GONE);
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_REVISION, &(struct revision_request){.post = post.post, .number = 1}), STATUS_GONE);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &(struct read_request){.thread = post.thread}), STATUS_OK);
    forum_reply(&t->forum, &page);
    assert_true(items_next(&page.posts, &shape_post_record, &tombstone));
    assert_int_equal(tombstone.state, POST_STATE_DELETED);
    assert_null(tombstone.body.at);
    assert_int_equal(tombstone.floor, 1);
    forum_answer(&t->forum, t->other, post.thread, 1, TEXT("still here"));
}

/* ---- reading ---- */

/* Reads a page and checks that its floors are from `first` to `last`; returns next. */
static uint64_t read_page(struct town *t, const struct read_request *in, uint64_t first, uint64_t last)
{
    struct read_reply frames[FORUM_FRAMES];
    struct post_record post;
    uint64_t floor = first;
    size_t n;

    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, in), STATUS_OK);
    n = forum_frames(&t->forum, frames, sizeof frames[0], FORUM_FRAMES);
    for (size_t i = 0; i < n; i++)
        while (items_next(&frames[i].posts, &shape_post_record, &post))
            assert_int_equal(post.floor, floor++);
    assert_int_equal(floor, last + 1);
    assert_non_null(frames[n - 1].thread.at);
    assert_non_null(frames[n - 1].cursor.at);
    return frames[n - 1].next;
}

static void threads_are_read_page_by_page_both_ways(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "t", TEXT("1"));
    struct read_request in = {.thread = post.thread};

    for (int i = 2; i <= 120; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, TEXT("reply"));
    in.from = read_page(t, &in, 1, 50);
    assert_int_equal(in.from, 51);
    in.from = read_page(t, &in, 51, 100);
    assert_int_equal(read_page(t, &in, 101, 120), 0);
    in = (struct read_request){.thread = post.thread, .back = true};
    in.from = read_page(t, &in, 71, 120);
    assert_int_equal(in.from, 70);
    in.from = read_page(t, &in, 21, 70);
    assert_int_equal(read_page(t, &in, 1, 20), 0);
    in = (struct read_request){.thread = post.thread, .from = 10, .count = 3};
    assert_int_equal(read_page(t, &in, 10, 12), 13);
    in = (struct read_request){.thread = post.thread, .from = 500};
    assert_int_equal(read_page(t, &in, 1, 0), 0);
}

static void long_bodies_come_in_parts(void **state)
{
    struct town *t = *state;
    const size_t size = 600000;
    char *body = malloc(size), *whole = calloc(1, size + 1);
    struct post_get_reply frames[FORUM_FRAMES];
    struct post_record post;
    uint64_t at = 0;

    for (size_t i = 0; i < size; i += 3)
        memcpy(body + i, i % 7 ? "麻" : "城", 3);
    struct post_reply out = forum_post(&t->forum, t->author, "essays", "t", (struct text){body, size});
    forum_answer(&t->forum, t->other, out.thread, 0, TEXT("next page"));
    assert_int_equal(forum_ask(&t->forum, 0, MSG_POST_GET, &(struct post_get_request){.post = out.post}), STATUS_OK);
    size_t n = forum_frames(&t->forum, frames, sizeof frames[0], FORUM_FRAMES);
    assert_true(n > 9);
    for (size_t i = 0; i < n; i++) {
        while (items_next(&frames[i].posts, &shape_post_record, &post)) {
            assert_int_equal(post.offset, at);
            assert_int_equal(post.size, size);
            memcpy(whole + at, post.body.at, post.body.len);
            at += post.body.len;
        }
    }
    assert_int_equal(at, size);
    assert_memory_equal(whole, body, size);
    free(body);
    free(whole);
    /* The page ends after the long post; there is always one. */
    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &(struct read_request){.thread = out.thread}), STATUS_OK);
    struct read_reply last;
    forum_reply(&t->forum, &last);
    assert_int_equal(last.next, 2);
}

static void list_page(struct town *t, struct threads_request *in, const uint64_t *expected, size_t count, bool more)
{
    static char place[LIMIT_CURSOR];
    struct threads_reply page;
    struct thread_record thread;

    assert_int_equal(forum_ask(&t->forum, 0, MSG_THREADS, in), STATUS_OK);
    forum_reply(&t->forum, &page);
    assert_int_equal(page.threads.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_true(items_next(&page.threads, &shape_thread_record, &thread));
        assert_int_equal(thread.id, expected[i]);
    }
    assert_int_equal(page.next.at != NULL, more);
    if (page.next.at) {
        memcpy(place, page.next.at, page.next.len);
        in->after = (struct text){place, page.next.len};
    }
}

static void lists_go_by_the_newest_post_with_pinned_ones_first(void **state)
{
    struct town *t = *state;
    uint64_t id[6];
    struct threads_request in = {.board = TEXT("essays"), .count = 3};
    struct thread_set_request pin = {.pinned = CHANGE_ON};
    struct thread_set_request feature = {.featured = CHANGE_ON};

    for (size_t i = 1; i < 6; i++)
        id[i] = forum_post(&t->forum, t->author, "essays", "t", TEXT("x")).thread;
    forum_answer(&t->forum, t->other, id[2], 0, TEXT("up"));
    pin.thread = feature.thread = id[1];
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &pin), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &feature), STATUS_OK);
    list_page(t, &in, (uint64_t[]){id[1], id[2], id[5]}, 3, true);
    list_page(t, &in, (uint64_t[]){id[4], id[3]}, 2, false);
    in = (struct threads_request){.board = TEXT("essays"), .featured = true};
    list_page(t, &in, (uint64_t[]){id[1]}, 1, false);
    in = (struct threads_request){.board = TEXT("essays"), .count = 1};
    list_page(t, &in, (uint64_t[]){id[1]}, 1, true);
    list_page(t, &in, (uint64_t[]){id[2]}, 1, true);
    in.after = TEXT("x");
    assert_int_equal(forum_ask(&t->forum, 0, MSG_THREADS, &in), STATUS_BAD_FIELD);
}

static void a_board_keeps_few_threads_pinned(void **state)
{
    struct town *t = *state;
    struct thread_set_request pin = {.pinned = CHANGE_ON};

    for (int i = 0; i < 20; i++) {
        pin.thread = forum_post(&t->forum, t->author, "essays", "t", TEXT("x")).thread;
        assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &pin), STATUS_OK);
    }
    pin.thread = forum_post(&t->forum, t->author, "essays", "t", TEXT("x")).thread;
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &pin), STATUS_TOO_MANY);
}

static void what_may_not_be_read_is_not_found(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "inner", "t", TEXT("x"));
    const uint64_t sessions[] = {0, t->citizen.session};

    for (size_t i = 0; i < 2; i++) {
        uint64_t s = sessions[i];
        assert_int_equal(forum_ask(&t->forum, s, MSG_READ, &(struct read_request){.thread = post.thread}), STATUS_NOT_FOUND);
        assert_int_equal(forum_ask(&t->forum, s, MSG_POST_GET, &(struct post_get_request){.post = post.post}), STATUS_NOT_FOUND);
        assert_int_equal(forum_ask(&t->forum, s, MSG_HISTORY, &(struct history_request){.post = post.post}), STATUS_NOT_FOUND);
        assert_int_equal(forum_ask(&t->forum, s, MSG_REVISION, &(struct revision_request){.post = post.post, .number = 1}), STATUS_NOT_FOUND);
        assert_int_equal(forum_ask(&t->forum, s, MSG_THREADS, &(struct threads_request){.board = TEXT("inner")}), STATUS_NOT_FOUND);
    }
    assert_int_equal(forum_ask(&t->forum, 0, MSG_POST_GET, &(struct post_get_request){.post = 12345}), STATUS_NOT_FOUND);
}

/* ---- moving ---- */

static void a_moved_thread_leaves_a_tombstone(void **state)
{
    struct town *t = *state;
    struct post_reply stays = forum_post(&t->forum, t->other, "essays", "stays", TEXT("x"));
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "goes", TEXT("x"));
    struct move_request in = {.thread = post.thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    struct move_reply out;
    struct change_record change;
    struct gone_record gone;

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_MOVE, &in), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.topic_id, t->inner);
    assert_int_equal(out.seq, 1);
    assert_int_equal(t->forum.r.access->kind, ACCESS_THREAD);
    assert_int_equal(t->forum.r.access->board.board, t->inner);
    assert_int_equal(forum_event(&t->forum, 0, &change)->id, t->essays);
    assert_true(items_next(&change.gone, &shape_gone_record, &gone));
    assert_int_equal(gone.id, post.thread);
    assert_int_equal(gone.to, 0); /* fewer may read it there */
    assert_int_equal(notices_of(t, t->author, NOTICE_KIND_MOVED), 1);
    assert_int_equal(forum_number(&t->forum, "SELECT threads * 10 + posts FROM board WHERE slug = 'essays'"), 11);
    assert_int_equal(forum_number(&t->forum, "SELECT threads * 10 + posts FROM board WHERE slug = 'inner'"), 11);
    assert_int_equal(forum_number(&t->forum, "SELECT last_post FROM board WHERE slug = 'essays'"), stays.post);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &(struct read_request){.thread = post.thread}), STATUS_NOT_FOUND);

    in.board = TEXT("essays");
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &in), STATUS_OK);
    forum_event(&t->forum, 0, &change);
    assert_true(items_next(&change.gone, &shape_gone_record, &gone));
    assert_int_equal(gone.to, t->essays);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM thread_moved"), 1);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &in), STATUS_BAD_FIELD);
}

/* A deputy's role is a unit's, and counts on every board that asks for it. */
static void deputies_are_told_where_deputies_may_read(void **state)
{
    struct town *t = *state;
    struct grant_request grant = {.handle = TEXT("wang"), .role = ROLE_DEPUTY, .unit = TEXT("南湖村")};

    forum_board(&t->forum, "units", ROLE_DEPUTY, ROLE_DEPUTY);
    forum_post(&t->forum, t->editor, "units", "before", TEXT("@wang"));
    assert_int_equal(notices_of(t, t->citizen, NOTICE_KIND_MENTION), 0);
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_GRANT, &grant), STATUS_OK);
    forum_post(&t->forum, t->editor, "units", "after", TEXT("@wang"));
    assert_int_equal(notices_of(t, t->citizen, NOTICE_KIND_MENTION), 1);
}

/* A draft's header goes into lists and events whole, so that each of its parts is bounded. */
static void a_draft_has_no_endless_tags(void **state)
{
    static char letters[LIMIT_TAG * 4 + 1];
    static uint8_t bytes[sizeof letters + 16];
    struct town *t = *state;
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    struct draft_save_request in = {.body = TEXT("x"), .tags = items_begin(&w)};

    memset(letters, 'a', sizeof letters);
    items_add_text(&w, &in.tags, (struct text){letters, LIMIT_TAG + 1});
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DRAFT_SAVE, &in), STATUS_TOO_LONG);
    assert_string_equal(t->forum.r.fault.field, "tags");
    assert_int_equal(t->forum.r.fault.limit, LIMIT_TAG);
    w.len = 0;
    in.tags = items_begin(&w);
    items_add_text(&w, &in.tags, (struct text){letters, LIMIT_TAG});
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DRAFT_SAVE, &in), STATUS_OK);
}

/* A board that somebody may not read does not exist for him: where his thread went is not told to him either. */
static void who_may_not_follow_a_thread_is_not_told_where_it_went(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->citizen, "essays", "goes", TEXT("x"));
    struct move_request in = {.thread = post.thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    struct change_record change;
    struct notice_record notice;

    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &in), STATUS_OK);
    assert_int_equal(forum_event(&t->forum, forum_events(&t->forum) - 1, &change)->topic, TOPIC_ACCOUNT);
    assert_true(items_next(&change.notice, &shape_notice_record, &notice));
    assert_int_equal(notice.kind, NOTICE_KIND_MOVED);
    assert_int_equal(notice.thread, post.thread);
    assert_int_equal(notice.board, 0);
    assert_null(notice.title.at);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(boards_are_listed_as_each_may_see_them),
        TEST(boards_are_made_and_changed_by_administrators),
        TEST(a_post_is_stored_told_and_counted),
        TEST(an_event_holds_a_cut_body_and_nothing_personal),
        TEST(bad_posts_name_their_field_and_change_nothing),
        TEST(tags_are_normalized_and_kept_once),
        TEST(a_draft_goes_with_its_post),
        TEST(a_retry_posts_once),
        TEST(replies_need_an_open_thread_and_an_existing_floor),
        TEST(each_person_is_told_once),
        TEST(edits_keep_every_text),
        TEST(a_deleted_post_leaves_a_tombstone_and_no_text),
        TEST(threads_are_read_page_by_page_both_ways),
        TEST(long_bodies_come_in_parts),
        TEST(lists_go_by_the_newest_post_with_pinned_ones_first),
        TEST(a_board_keeps_few_threads_pinned),
        TEST(what_may_not_be_read_is_not_found),
        TEST(a_moved_thread_leaves_a_tombstone),
        TEST(deputies_are_told_where_deputies_may_read),
        TEST(a_draft_has_no_endless_tags),
        TEST(who_may_not_follow_a_thread_is_not_told_where_it_went),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
