/* Feeds: what is published, changed, moved and withdrawn, once each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/generations.h"
#include "tests/unit/feed_fixture.h"

enum { ITEMS = LIMIT_FEED_ITEMS };

static void assert_title(const struct feed_entry_record *entry, const char *title)
{
    assert_non_null(entry);
    assert_true(text_equal(entry->title, text_of(title)));
}

static void assert_body(const struct feed_entry_record *entry, const char *body)
{
    assert_non_null(entry);
    assert_false(entry->gone);
    assert_true(text_equal(entry->body, text_of(body)));
}

/* That it was there, and nothing more. */
static void assert_tombstone(const struct feed_entry_record *entry)
{
    assert_non_null(entry);
    assert_true(entry->gone);
    assert_int_equal(entry->thread, 0);
    assert_null(entry->title.at);
    assert_null(entry->body.at);
    assert_null(entry->author.at);
    assert_null(entry->author_name.at);
    assert_null(entry->board_slug.at);
    assert_int_equal(entry->tags.count, 0);
    assert_int_equal(entry->reply_to, 0);
}

/* A thread with `count` posts in all. */
static struct post_reply fill(struct town *t, const char *board, int count)
{
    struct post_reply post = forum_post(&t->forum, t->author, board, "旧题目", TEXT("一楼"));

    for (int i = 2; i <= count; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, TEXT("回复"));
    return post;
}

/* ---- the newest entries ---- */

static void entries_are_numbered_as_they_were_published(void **state)
{
    struct town *t = *state;
    struct post_reply post = feed_post_tagged(t, t->author, "essays", "组织", "一楼");
    struct reply_reply second = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("二楼"));
    struct reply_reply third = forum_answer(&t->forum, t->author, post.thread, 2, TEXT("三楼 <3 ]]> 𠮷"));
    static const struct {
        enum feed_kind kind;
        const char *name;
        uint32_t count;
    } feeds[] = {
        {FEED_KIND_SITE, "", 3}, {FEED_KIND_BOARD, "essays", 3}, {FEED_KIND_THREAD, "1", 3}, {FEED_KIND_THREAD, "01", 3},
        {FEED_KIND_TAG, "组织", 1}, {FEED_KIND_AUTHOR, "zhang", 2}, {FEED_KIND_AUTHOR, "ZHANG", 2}, {FEED_KIND_AUTHOR, "li", 1},
        {FEED_KIND_AUTHOR, "wang", 0},
    };

    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        struct fetched f = feed_get(t, feeds[i].kind, feeds[i].name);
        assert_int_equal(f.count, feeds[i].count);
        assert_int_equal(f.feed.head, f.count);
        assert_int_equal(f.feed.archives, 0);
        assert_true(f.reply.public);
        for (uint32_t k = 0; k < f.count; k++)
            assert_int_equal(f.entries[k].no, f.count - k);
    }
    struct fetched f = feed_get(t, FEED_KIND_BOARD, "essays");
    const struct feed_entry_record *entry = f.entries;
    assert_int_equal(entry[0].post, third.post);
    assert_body(&entry[0], "三楼 <3 ]]> 𠮷");
    assert_int_equal(entry[0].reply_to, second.post);
    assert_int_equal(entry[0].reply_floor, 2);
    assert_int_equal(entry[0].reply_published, entry[1].published);
    assert_int_equal(entry[1].reply_to, post.post);
    assert_int_equal(entry[2].reply_to, 0);
    assert_int_equal(entry[2].replies, 2);
    assert_int_equal(entry[2].tags.count, 1);
    assert_title(&entry[2], "题目");
    assert_true(text_equal(entry[2].author, TEXT("zhang")));
    assert_true(text_equal(entry[2].board_slug, TEXT("essays")));
    assert_int_equal(f.feed.updated, entry[0].updated);
    assert_int_equal(entry[0].updated, entry[0].published);
}

static void ids_begin_with_the_same_for_ever(void **state)
{
    struct town *t = *state;
    struct arena *arena = arena_new(1 << 20);
    struct fetched f = feed_get(t, FEED_KIND_SITE, "");
    struct text tag = arena_text(arena, f.reply.tag);

    assert_true(tag.len > 10);
    assert_memory_equal(tag.at, "tag:", 4);
    assert_int_equal(tag.at[tag.len - 1], ':');
    t->forum.site.name = TEXT("another");
    t->forum.site.url = TEXT("https://elsewhere.example");
    feed_set_board(t, (struct board_set_request){.board = TEXT("essays"), .name = TEXT("另一个")});
    f = feed_get(t, FEED_KIND_BOARD, "essays");
    assert_true(text_equal(f.reply.tag, tag));
    assert_int_equal(f.feed.object, t->essays);
    arena_free(arena);
}

static void a_visible_edit_is_published_anew_and_a_minor_one_is_not(void **state)
{
    struct town *t = *state;
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("初稿"));
    feed_later();
    struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("回复"));
    struct fetched f = feed_get(t, FEED_KIND_SITE, "");
    const uint64_t published = feed_find_entry(&f, post.post)->published;

    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 1, .body = TEXT("小改"), .minor = true});
    f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.entries[0].post, reply.post);
    assert_int_equal(f.feed.head, 2);
    const struct feed_entry_record *entry = feed_find_entry(&f, post.post);
    assert_body(entry, "小改");
    assert_int_equal(entry->updated, published);
    assert_int_equal(f.feed.updated, f.entries[0].published);

    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 2, .title = TEXT("新题目"), .body = TEXT("大改")});
    f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.count, 2);
    assert_int_equal(f.feed.head, 3);
    assert_int_equal(f.entries[0].post, post.post);
    assert_body(f.entries, "大改");
    assert_int_equal(f.entries[0].revision, 3);
    assert_int_equal(f.entries[0].published, published);
    assert_true(f.entries[0].updated > published);
    assert_int_equal(f.feed.updated, f.entries[0].updated);
    assert_title(feed_find_entry(&f, reply.post), "新题目");
    const uint64_t updated = f.entries[0].updated;

    /* A later minor edit, a reply, a pin and a move leave that time as it is. */
    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 3, .body = TEXT("又小改"), .minor = true});
    forum_answer(&t->forum, t->other, post.thread, 1, TEXT("又一条"));
    struct thread_set_request pin = {.thread = post.thread, .pinned = CHANGE_ON};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &pin), STATUS_OK);
    forum_board(&t->forum, "notes", ROLE_VISITOR, ROLE_MEMBER);
    feed_move(t, post.thread, "notes");
    f = feed_get(t, FEED_KIND_AUTHOR, "zhang");
    assert_body(f.entries, "又小改");
    assert_int_equal(f.entries[0].updated, updated);
    assert_int_equal(f.entries[0].published, published);
    assert_true(text_equal(f.entries[0].board_slug, TEXT("notes")));
}

static void a_post_is_there_once_however_often_it_was_changed(void **state)
{
    struct town *t = *state;
    struct post_reply post = fill(t, "essays", 3);

    for (uint64_t i = 1; i <= ITEMS + 5; i++) {
        struct edit_request in = {.post = post.post, .revision = i, .body = TEXT("改")};
        assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &in), STATUS_OK);
    }
    struct fetched f = feed_get(t, FEED_KIND_THREAD, "1");
    assert_int_equal(f.count, 3);
    assert_int_equal(f.entries[0].post, post.post);
    assert_int_equal(f.feed.head, ITEMS + 8);
}

static void what_is_deleted_leaves_a_tombstone(void **state)
{
    struct town *t = *state;
    struct post_reply post = feed_post_tagged(t, t->author, "essays", "组织", "秘密");
    struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("回复"));
    struct fetched f = feed_get(t, FEED_KIND_SITE, "");
    const uint64_t published = f.entries[1].published;
    static const struct {
        enum feed_kind kind;
        const char *name;
    } feeds[] = {
        {FEED_KIND_SITE, ""}, {FEED_KIND_BOARD, "essays"}, {FEED_KIND_THREAD, "1"}, {FEED_KIND_TAG, "组织"}, {FEED_KIND_AUTHOR, "zhang"},
    };

    feed_delete(t, t->author, post.post);
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        f = feed_get(t, feeds[i].kind, feeds[i].name);
        assert_int_equal(f.entries[0].post, post.post);
        assert_int_equal(f.entries[0].no, f.feed.head);
        assert_tombstone(f.entries);
        assert_int_equal(f.entries[0].published, published);
        assert_true(f.entries[0].updated > published);
        assert_int_equal(f.feed.updated, f.entries[0].updated);
    }
    f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.count, 2);
    assert_body(feed_find_entry(&f, reply.post), "回复");
    assert_int_equal(feed_find_entry(&f, reply.post)->reply_to, post.post);
}

static void newer_entries_alone_come_by_since(void **state)
{
    struct town *t = *state;
    struct post_reply post = fill(t, "essays", 5);
    struct fetched f;
    struct feed_request in = {.kind = FEED_KIND_BOARD, .name = TEXT("essays"), .since = 3};

    assert_int_equal(feed_ask(t, &in, &f), STATUS_OK);
    assert_int_equal(f.count, 2);
    assert_int_equal(f.entries[1].no, 4);
    const uint64_t updated = f.feed.updated;
    in.since = 5;
    assert_int_equal(feed_ask(t, &in, &f), STATUS_OK);
    assert_int_equal(f.count, 0);
    assert_int_equal(f.feed.updated, updated);
    assert_int_equal(f.feed.head, 5);
    feed_delete(t, t->author, post.post);
    assert_int_equal(feed_ask(t, &in, &f), STATUS_OK);
    assert_int_equal(f.count, 1);
    assert_tombstone(f.entries);
    in.since = UINT64_MAX;
    assert_int_equal(feed_ask(t, &in, &f), STATUS_OK);
    assert_int_equal(f.count, 0);
}

/* ---- archives ---- */

static void archives_stay_as_they_are_but_for_what_is_withdrawn(void **state)
{
    struct town *t = *state;
    struct arena *arena = arena_new(16 << 20);
    struct post_reply post = fill(t, "essays", ITEMS - 1);
    static const char *const names[] = {"", "essays", "1"};
    struct text kept[3];

    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 1, .body = TEXT("改过的一楼")});
    for (int kind = FEED_KIND_SITE; kind <= FEED_KIND_THREAD; kind++) {
        struct fetched f = feed_archive(t, (enum feed_kind)kind, names[kind], 1);
        assert_int_equal(f.feed.archives, 1);
        assert_int_equal(f.count, ITEMS - 1);
        assert_body(f.entries, "改过的一楼"); /* once, as it was in the newest row */
        assert_int_equal(f.entries[0].no, ITEMS);
        kept[kind] = feed_keep(&f, arena);
    }

    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 2, .body = TEXT("又改"), .title = TEXT("新题目")});
    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 3, .body = TEXT("小改"), .minor = true});
    feed_edit(t, t->other, (struct edit_request){.post = post.post + 1, .revision = 1, .body = TEXT("小改二楼"), .minor = true});
    feed_edit(t, t->other, (struct edit_request){.post = post.post + 2, .revision = 1, .body = TEXT("改三楼")});
    struct account_set_request rename = {.name = TEXT("新名字")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_ACCOUNT_SET, &rename), STATUS_OK);
    feed_set_board(t, (struct board_set_request){.board = TEXT("essays"), .name = TEXT("新版块")});
    forum_board(&t->forum, "notes", ROLE_VISITOR, ROLE_MEMBER);
    feed_move(t, post.thread, "notes");
    for (int i = 0; i < 3; i++)
        forum_answer(&t->forum, t->author, post.thread, 2, TEXT("后来的"));
    for (int kind = FEED_KIND_SITE; kind <= FEED_KIND_THREAD; kind++) {
        struct fetched f = feed_archive(t, (enum feed_kind)kind, names[kind], 1);
        feed_assert_kept(kept[kind], &f);
    }

    feed_delete(t, t->other, post.post + 1);
    for (int kind = FEED_KIND_SITE; kind <= FEED_KIND_THREAD; kind++) {
        struct fetched f = feed_archive(t, (enum feed_kind)kind, names[kind], 1);
        assert_int_equal(f.count, ITEMS - 1);
        assert_tombstone(feed_find_entry(&f, post.post + 1));
        assert_int_equal(f.feed.updated, feed_find_entry(&f, post.post + 1)->updated);
        assert_title(feed_find_entry(&f, post.post + 2), "旧题目");
        assert_body(feed_find_entry(&f, post.post), "改过的一楼");
    }
    arena_free(arena);
}

static void titles_of_a_deleted_opening_post_are_not_kept_in_archives(void **state)
{
    struct town *t = *state;
    struct post_reply post = fill(t, "essays", ITEMS);

    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 1, .body = TEXT("改"), .title = TEXT("新题目")});
    struct fetched f = feed_archive(t, FEED_KIND_SITE, "", 1);
    assert_title(feed_find_entry(&f, post.post + 1), "旧题目");
    assert_title(feed_find_entry(&f, post.post), "旧题目");
    feed_delete(t, t->author, post.post);
    f = feed_archive(t, FEED_KIND_SITE, "", 1);
    assert_title(feed_find_entry(&f, post.post + 1), "新题目");
    assert_tombstone(feed_find_entry(&f, post.post));
}

static void everything_ever_published_is_in_an_archive_or_in_the_newest_entries(void **state)
{
    struct town *t = *state;
    struct post_reply post = fill(t, "essays", 2 * ITEMS + 7);
    struct fetched newest = feed_get(t, FEED_KIND_SITE, "");

    assert_int_equal(newest.feed.archives, 2);
    assert_int_equal(newest.count, ITEMS);
    for (uint64_t k = 1; k <= 2; k++) {
        struct fetched f = feed_archive(t, FEED_KIND_SITE, "", k);
        assert_int_equal(f.count, ITEMS);
        for (uint64_t i = 1; i <= ITEMS; i++)
            assert_int_equal(feed_find_entry(&f, post.post + (k - 1) * ITEMS + i - 1)->no, (k - 1) * ITEMS + i);
    }
    struct fetched f;
    assert_int_equal(feed_ask(t, &(struct feed_request){.archive = 3}, &f), STATUS_NOT_FOUND);
    assert_int_equal(feed_ask(t, &(struct feed_request){.archive = UINT64_MAX}, &f), STATUS_NOT_FOUND);
    assert_int_equal(feed_ask(t, &(struct feed_request){.kind = FEED_KIND_SEARCH, .name = TEXT("回复"), .archive = 1}, &f),
                     STATUS_NOT_FOUND);
}

/* ---- moving ---- */

static void a_moved_thread_arrives_once_and_nothing_old_changes(void **state)
{
    struct town *t = *state;
    struct arena *arena = arena_new(16 << 20);
    struct post_reply post = fill(t, "essays", ITEMS);
    struct fetched f = feed_archive(t, FEED_KIND_BOARD, "essays", 1);
    struct text kept = feed_keep(&f, arena);

    forum_board(&t->forum, "notes", ROLE_VISITOR, ROLE_MEMBER);
    feed_move(t, post.thread, "notes");
    f = feed_get(t, FEED_KIND_BOARD, "notes");
    assert_int_equal(f.count, 1);
    assert_int_equal(f.entries[0].post, post.post);
    assert_true(text_equal(f.entries[0].board_slug, TEXT("notes")));
    f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.feed.head, ITEMS);
    f = feed_archive(t, FEED_KIND_BOARD, "essays", 1);
    feed_assert_kept(kept, &f);

    /* There and back: once each. */
    feed_move(t, post.thread, "essays");
    feed_move(t, post.thread, "notes");
    f = feed_get(t, FEED_KIND_BOARD, "notes");
    assert_int_equal(f.count, 1);
    f = feed_get(t, FEED_KIND_BOARD, "essays");
    assert_int_equal(f.count, ITEMS);
    struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("在新版块"));
    f = feed_get(t, FEED_KIND_BOARD, "notes");
    assert_int_equal(f.count, 2);
    assert_int_equal(f.entries[0].post, reply.post);
    f = feed_archive(t, FEED_KIND_BOARD, "essays", 1);
    feed_assert_kept(kept, &f);

    feed_delete(t, t->author, post.post);
    f = feed_get(t, FEED_KIND_BOARD, "notes");
    assert_tombstone(feed_find_entry(&f, post.post));
    f = feed_archive(t, FEED_KIND_BOARD, "essays", 1);
    assert_tombstone(feed_find_entry(&f, post.post));
    arena_free(arena);
}

static void what_moves_among_members_leaves_no_trace(void **state)
{
    struct town *t = *state;
    struct post_reply post = feed_post_tagged(t, t->author, "essays", "组织", "公开的");
    struct post_reply secret = forum_post(&t->forum, t->author, "inner", "内部", TEXT("内部的"));

    feed_move(t, post.thread, "inner");
    assert_int_equal(feed_get(t, FEED_KIND_SITE, "").count, 0);
    assert_int_equal(feed_get(t, FEED_KIND_BOARD, "essays").count, 0);
    assert_int_equal(feed_get(t, FEED_KIND_TAG, "组织").count, 0);
    assert_int_equal(feed_get(t, FEED_KIND_AUTHOR, "zhang").count, 0);
    assert_int_equal(feed_status(t, FEED_KIND_THREAD, "1"), STATUS_NOT_FOUND);
    /* Not even that it was deleted there. */
    feed_delete(t, t->author, post.post);
    struct fetched f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.count, 0);
    assert_int_equal(f.feed.updated, 0);

    /* What comes out is new to everybody. */
    feed_move(t, secret.thread, "essays");
    f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.entries[0].post, secret.post);
    assert_body(f.entries, "内部的");
}

/* ---- bounds ---- */

static void texts_that_are_too_much_are_left_out(void **state)
{
    struct town *t = *state;
    char *body = malloc(LIMIT_BODY);
    struct fetched f;
    uint64_t bytes = 0, left_out = 0;

    assert_non_null(body);
    memset(body, 'x', LIMIT_BODY);
    struct post_reply post = forum_post(&t->forum, t->author, "essays", "题目", TEXT("短"));
    for (int i = 0; i < 13; i++)
        forum_answer(&t->forum, t->other, post.thread, 0, (struct text){body, LIMIT_BODY});
    f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.count, 14);
    for (uint32_t i = 0; i < f.count; i++) {
        assert_int_equal(f.entries[i].left_out, f.entries[i].body.at == NULL);
        left_out += f.entries[i].left_out;
        bytes += f.entries[i].body.len;
    }
    assert_true(bytes <= LIMIT_FEED_BYTES);
    assert_int_equal(left_out, 13 - LIMIT_FEED_BYTES / LIMIT_BODY);
    assert_false(f.entries[0].left_out);
    free(body);
}

static void only_so_many_rows_are_looked_at(void **state)
{
    enum { EXAMINED = 500 };
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题目", TEXT("最早"));

    forum_board(&t->forum, "notes", ROLE_VISITOR, ROLE_MEMBER);
    struct post_reply other = forum_post(&t->forum, t->author, "notes", "题目", TEXT("记录"));
    for (int i = 2; i < EXAMINED; i++)
        forum_answer(&t->forum, t->other, other.thread, 0, TEXT("记录"));
    feed_set_board(t, (struct board_set_request){.board = TEXT("notes"), .read = TEXT("member")});
    struct fetched f = feed_get(t, FEED_KIND_SITE, "");
    assert_int_equal(f.feed.head, EXAMINED);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.entries[0].post, first.post);
    feed_set_board(t, (struct board_set_request){.board = TEXT("notes"), .read = TEXT("visitor")});
    forum_answer(&t->forum, t->other, other.thread, 0, TEXT("记录"));
    feed_set_board(t, (struct board_set_request){.board = TEXT("notes"), .read = TEXT("member")});
    assert_int_equal(feed_get(t, FEED_KIND_SITE, "").count, 0);
    assert_int_equal(feed_archive(t, FEED_KIND_SITE, "", 1).count, 1); /* nothing is lost */
}

/* ---- kept documents ---- */

static bool touched(const struct town *t, enum feed_kind kind, uint64_t ref, const char *name)
{
    uint64_t feed = generations_feed(kind, ref, text_of(name));

    for (const struct touch *touch = t->forum.r.touches; touch; touch = touch->next)
        if (touch->feed == feed || touch->feed == generations_growth(feed))
            return true;
    return t->forum.r.renames;
}

static void assert_all_touched(const struct town *t, uint64_t board, uint64_t thread, uint64_t author)
{
    assert_true(touched(t, FEED_KIND_SITE, 0, ""));
    assert_true(touched(t, FEED_KIND_BOARD, board, ""));
    assert_true(touched(t, FEED_KIND_THREAD, thread, ""));
    assert_true(touched(t, FEED_KIND_AUTHOR, author, ""));
    assert_true(touched(t, FEED_KIND_TAG, 0, "组织"));
}

static void what_was_made_of_a_feed_holds_no_longer(void **state)
{
    struct town *t = *state;
    struct post_reply post = feed_post_tagged(t, t->author, "essays", "组织", "文");

    assert_all_touched(t, t->essays, post.thread, t->author.account);
    struct reply_reply reply = forum_answer(&t->forum, t->other, post.thread, 0, TEXT("回复"));
    assert_all_touched(t, t->essays, post.thread, t->other.account);
    assert_true(touched(t, FEED_KIND_AUTHOR, t->author.account, "")); /* it tells of the answer */
    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 1, .body = TEXT("改")});
    assert_all_touched(t, t->essays, post.thread, t->author.account);
    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 2, .body = TEXT("小改"), .minor = true});
    assert_all_touched(t, t->essays, post.thread, t->author.account);
    /* After a move, boards where it stood before show it too. */
    uint64_t notes = forum_board(&t->forum, "notes", ROLE_VISITOR, ROLE_MEMBER);
    feed_move(t, post.thread, "notes");
    feed_edit(t, t->author, (struct edit_request){.post = post.post, .revision = 3, .body = TEXT("小改"), .minor = true});
    assert_all_touched(t, t->essays, post.thread, t->author.account);
    assert_all_touched(t, notes, post.thread, t->author.account);
    feed_delete(t, t->other, reply.post);
    assert_all_touched(t, t->essays, post.thread, t->other.account);
    assert_all_touched(t, notes, post.thread, t->other.account);
}

#define TOWN_TEST(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOWN_TEST(entries_are_numbered_as_they_were_published),
        TOWN_TEST(ids_begin_with_the_same_for_ever),
        TOWN_TEST(a_visible_edit_is_published_anew_and_a_minor_one_is_not),
        TOWN_TEST(a_post_is_there_once_however_often_it_was_changed),
        TOWN_TEST(what_is_deleted_leaves_a_tombstone),
        TOWN_TEST(newer_entries_alone_come_by_since),
        TOWN_TEST(archives_stay_as_they_are_but_for_what_is_withdrawn),
        TOWN_TEST(titles_of_a_deleted_opening_post_are_not_kept_in_archives),
        TOWN_TEST(everything_ever_published_is_in_an_archive_or_in_the_newest_entries),
        TOWN_TEST(a_moved_thread_arrives_once_and_nothing_old_changes),
        TOWN_TEST(what_moves_among_members_leaves_no_trace),
        TOWN_TEST(texts_that_are_too_much_are_left_out),
        TOWN_TEST(only_so_many_rows_are_looked_at),
        TOWN_TEST(what_was_made_of_a_feed_holds_no_longer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
