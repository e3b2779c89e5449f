/* See feed_fixture.h. */
#include "tests/unit/feed_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <time.h>

enum status feed_ask(struct town *t, const struct feed_request *in, struct fetched *out)
{
    struct records records = {NULL, 0, 0};

    *out = (struct fetched){0};
    t->forum.records = &records;
    enum status status = forum_ask(&t->forum, 0, MSG_FEED, in);
    t->forum.records = NULL;
    if (status)
        return status;
    forum_reply(&t->forum, &out->reply);
    struct items record = out->reply.feed;
    assert_true(items_next(&record, &shape_feed_record, &out->feed));
    out->entries = (const struct feed_entry_record *)(const void *)records.at;
    out->count = records.count;
    assert_true(out->count <= LIMIT_FEED_ITEMS);
    return status;
}

enum status feed_status(struct town *t, enum feed_kind kind, const char *name)
{
    struct fetched f;
    return feed_ask(t, &(struct feed_request){.kind = kind, .name = text_of(name)}, &f);
}

struct fetched feed_archive(struct town *t, enum feed_kind kind, const char *name, uint64_t archive)
{
    struct fetched f;

    assert_int_equal(feed_ask(t, &(struct feed_request){.kind = kind, .name = text_of(name), .archive = archive}, &f), STATUS_OK);
    for (uint32_t i = 1; kind != FEED_KIND_SEARCH && i < f.count; i++)
        assert_true(f.entries[i].no < f.entries[i - 1].no);
    return f;
}

struct fetched feed_get(struct town *t, enum feed_kind kind, const char *name)
{
    return feed_archive(t, kind, name, 0);
}

const struct feed_entry_record *feed_find_entry(const struct fetched *f, uint64_t post)
{
    const struct feed_entry_record *found = NULL;

    for (uint32_t i = 0; i < f->count; i++) {
        if (f->entries[i].post != post)
            continue;
        assert_null(found);
        found = &f->entries[i];
    }
    return found;
}

struct text feed_keep(const struct fetched *f, struct arena *arena)
{
    struct wire_writer w = arena_writer(arena, 4 << 20);

    for (uint32_t i = 0; i < f->count; i++)
        shape_encode(&shape_feed_entry_record, &f->entries[i], &w);
    shape_encode(&shape_feed_record, &(struct feed_record){.updated = f->feed.updated}, &w);
    assert_int_equal(w.error, WIRE_OK);
    arena_trim(arena, &w);
    return (struct text){(const char *)w.at, w.len};
}

void feed_assert_kept(struct text kept, const struct fetched *f)
{
    struct arena *arena = arena_new(8 << 20);
    struct text now = feed_keep(f, arena);

    assert_int_equal(now.len, kept.len);
    assert_memory_equal(now.at, kept.at, kept.len);
    arena_free(arena);
}

static int64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void feed_later(void)
{
    for (int64_t now = milliseconds(); milliseconds() == now;)
        ;
}

void feed_edit(struct town *t, struct member by, struct edit_request in)
{
    feed_later();
    assert_int_equal(forum_do(&t->forum, by.session, MSG_EDIT, &in), STATUS_OK);
    feed_later();
}

void feed_delete(struct town *t, struct member by, uint64_t post)
{
    feed_later();
    assert_int_equal(forum_do(&t->forum, by.session, MSG_DELETE, &(struct delete_request){.post = post}), STATUS_OK);
}

void feed_move(struct town *t, uint64_t thread, const char *board)
{
    struct move_request in = {.thread = thread, .board = text_of(board), .reason = REASON_OFF_TOPIC};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_MOVE, &in), STATUS_OK);
}

void feed_set_board(struct town *t, struct board_set_request in)
{
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &in), STATUS_OK);
}

struct post_reply feed_post_tagged(struct town *t, struct member by, const char *board, const char *tag, const char *body)
{
    uint8_t bytes[256];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    struct items tags = items_begin(&w);
    struct post_request in = {.board = text_of(board), .title = TEXT("题目"), .body = text_of(body)};
    struct post_reply out;

    items_add_text(&w, &tags, text_of(tag));
    in.tags = tags;
    assert_int_equal(forum_do(&t->forum, by.session, MSG_POST, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out;
}
