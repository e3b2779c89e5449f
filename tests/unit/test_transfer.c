/* Export and import: a round trip is exact, comes in batches, and only into an empty forum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/guest_fixture.h"
#include "tests/unit/split_fixture.h"

enum { ROWS = 400, KEEP = 8 << 20, BATCH = 7 };

/* Whole rows, bodies put together again, encoded one after the other. */
struct rows {
    struct arena *arena;
    struct text row[ROWS];
    size_t count;
};

/* The members with long bodies, by which a row is put together from its pieces. */
static const struct piece {
    size_t member;
    const struct shape *shape;
    size_t body, size, offset;
} pieces[] = {
#define PIECE(name) {offsetof(struct export_row_record, name), &shape_##name##_record, offsetof(struct name##_record, body), \
                     offsetof(struct name##_record, size), offsetof(struct name##_record, offset)}
    PIECE(post), PIECE(revision), PIECE(draft),
};

static void add_row(struct rows *rows, const struct export_row_record *row)
{
    struct wire_writer w = arena_writer(rows->arena, 1 << 20);

    shape_encode(&shape_export_row_record, row, &w);
    assert_int_equal(w.error, WIRE_OK);
    arena_trim(rows->arena, &w);
    assert_true(rows->count < ROWS);
    rows->row[rows->count++] = (struct text){(const char *)w.at, w.len};
}

/* A text that grows piece by piece, until its row is whole. */
struct growing {
    char *body;
    uint64_t len;
};

static void take_row(struct rows *rows, struct export_row_record *row, struct growing *growing)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];

    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct items composite;
        struct text body;
        uint64_t size, offset, zero = 0;
        memcpy(&composite, (uint8_t *)row + pieces[i].member, sizeof composite);
        if (!composite.at)
            continue;
        assert_true(items_next(&composite, pieces[i].shape, record));
        memcpy(&body, record + pieces[i].body, sizeof body);
        memcpy(&size, record + pieces[i].size, sizeof size);
        memcpy(&offset, record + pieces[i].offset, sizeof offset);
        assert_int_equal(offset, growing->len);
        if (body.len)
            memcpy(growing->body + growing->len, body.at, body.len);
        growing->len += body.len;
        if (growing->len < size)
            return;
        if (body.at)
            body = (struct text){growing->body, growing->len};
        memcpy(record + pieces[i].body, &body, sizeof body);
        memcpy(record + pieces[i].offset, &zero, sizeof zero);
        struct wire_writer w = arena_writer(rows->arena, 1 << 20);
        struct items whole = items_begin(&w);
        items_add(&w, &whole, pieces[i].shape, record);
        arena_trim(rows->arena, &w);
        memcpy((uint8_t *)row + pieces[i].member, &whole, sizeof whole);
        growing->len = 0;
    }
    add_row(rows, row);
}

static uint64_t begin_export(struct forum *forum, struct member admin)
{
    struct export_begin_request in = {.op_id = {NULL, 0}};
    struct export_begin_reply out;

    assert_int_equal(forum_do(forum, admin.session, MSG_EXPORT_BEGIN, &in), STATUS_OK);
    forum_reply(forum, &out);
    return out.entry;
}

static void export_section(struct forum *forum, struct member admin, enum export_section section, struct rows *rows)
{
    struct export_request in = {.section = section, .entry = begin_export(forum, admin)};
    struct export_reply frames[FORUM_FRAMES];
    struct growing growing = {malloc(1 << 20), 0};
    char place[LIMIT_CURSOR];

    do {
        assert_int_equal(forum_ask(forum, admin.session, MSG_EXPORT, &in), STATUS_OK);
        size_t n = forum_frames(forum, frames, sizeof frames[0], FORUM_FRAMES);
        struct export_row_record row;
        for (size_t i = 0; i < n; i++)
            while (items_next(&frames[i].rows, &shape_export_row_record, &row))
                take_row(rows, &row, &growing);
        assert_int_equal(growing.len, 0);
        in.after = frames[n - 1].next;
        if (in.after.at) {
            memcpy(place, in.after.at, in.after.len);
            in.after.at = place;
        }
    } while (in.after.at);
    free(growing.body);
}

static struct rows export_all(struct forum *forum, struct member admin)
{
    struct rows rows = {.arena = arena_new(64 << 20)};

    for (int section = EXPORT_SECTION_BOARDS; section <= EXPORT_SECTION_NOTICES; section++)
        export_section(forum, admin, (enum export_section)section, &rows);
    return rows;
}

static enum status import_some(struct forum *forum, struct member admin, const struct rows *rows, size_t from, size_t count)
{
    struct wire_writer w = wire_writer_over(malloc(KEEP), KEEP);
    struct import_request in = {.rows = items_begin(&w)};

    for (size_t i = from; i < from + count; i++) {
        wire_put_raw(&w, rows->row[i].at, rows->row[i].len);
        in.rows.count++;
    }
    in.rows.len = w.len;
    enum status status = forum_do(forum, admin.session, MSG_IMPORT, &in);
    assert_int_equal(forum->r.renames, status == STATUS_OK);
    free(w.at);
    return status;
}

/* A town with something of everything. Returns its administrator. */
static struct member fill(struct forum *forum)
{
    uint64_t essays = forum_board(forum, "essays", ROLE_VISITOR, ROLE_CITIZEN);
    struct member author = forum_member(forum, "zhang", ROLE_MEMBER), other = forum_member(forum, "li", ROLE_MEMBER);
    struct member admin = forum_member(forum, "admin", ROLE_ADMINISTRATOR);
    char tags_bytes[64];
    struct wire_writer w = wire_writer_over(tags_bytes, sizeof tags_bytes);
    struct items tags = items_begin(&w);
    const size_t size = 300000;
    char *body = malloc(size);

    forum_board(forum, "inner", ROLE_MEMBER, ROLE_MEMBER);
    forum_grant(forum, other, ROLE_MODERATOR, essays);
    for (size_t i = 0; i < size; i += 3)
        memcpy(body + i, "麻", 3);
    struct post_reply post = forum_post(forum, author, "essays", "长文", (struct text){body, size});
    free(body);
    items_add_text(&w, &tags, TEXT("党建"));
    struct post_request tagged = {.board = TEXT("inner"), .title = TEXT("t"), .body = TEXT("\x1b[1m esc \r\n"), .tags = tags};
    assert_int_equal(forum_do(forum, other.session, MSG_POST, &tagged), STATUS_OK);
    for (int i = 0; i < 60; i++)
        forum_answer(forum, other, post.thread, 1, TEXT("@zhang 好"));
    struct edit_request edit = {.post = post.post, .revision = 1, .body = TEXT("short"), .title = TEXT("新题")};
    assert_int_equal(forum_do(forum, author.session, MSG_EDIT, &edit), STATUS_OK);
    struct reply_reply mistake = forum_answer(forum, other, post.thread, 0, TEXT("oops"));
    struct edit_request mend = {.post = mistake.post, .revision = 1, .body = TEXT("oops again")};
    assert_int_equal(forum_do(forum, other.session, MSG_EDIT, &mend), STATUS_OK);
    assert_int_equal(forum_do(forum, other.session, MSG_DELETE, &(struct delete_request){.post = mistake.post}), STATUS_OK);
    struct draft_save_request draft = {.board = TEXT("essays"), .title = TEXT("草稿"), .body = TEXT("未完")};
    assert_int_equal(forum_do(forum, author.session, MSG_DRAFT_SAVE, &draft), STATUS_OK);
    assert_int_equal(forum_do(forum, author.session, MSG_MARK, &(struct mark_request){.thread = post.thread, .floor = 5}), STATUS_OK);
    assert_int_equal(forum_do(forum, other.session, MSG_MARK_BOARD, &(struct mark_board_request){.board = TEXT("essays")}), STATUS_OK);
    struct watch_set_request watch = {.kind = TOPIC_THREAD, .id = post.thread};
    assert_int_equal(forum_do(forum, author.session, MSG_WATCH_SET, &watch), STATUS_OK);
    assert_int_equal(forum_do(forum, author.session, MSG_NOTICES_MARK, &(struct notices_mark_request){.up_to = 3}), STATUS_OK);
    guests_open(forum, admin);
    guest_passed(forum, admin, NULL, guest_passed(forum, admin, "请问", 0, "小李", "一").thread, NULL, "二");
    return admin;
}

static void a_round_trip_is_exact(void **state)
{
    struct forum from, to;
    (void)state;

    forum_open(&from);
    struct rows before = export_all(&from, fill(&from));
    forum_open(&to);
    forum_board(&to, "born", ROLE_VISITOR, ROLE_CITIZEN);
    /* Another number than at home, and one that somebody else has there. */
    struct member admin = forum_member(&to, "admin", ROLE_ADMINISTRATOR);
    for (size_t i = 0; i < before.count; i += BATCH)
        assert_int_equal(import_some(&to, admin, &before, i, before.count - i < BATCH ? before.count - i : BATCH), STATUS_OK);
    struct rows after = export_all(&to, admin);
    assert_int_equal(after.count, before.count);
    for (size_t i = 0; i < before.count; i++) {
        assert_int_equal(after.row[i].len, before.row[i].len);
        assert_memory_equal(after.row[i].at, before.row[i].at, before.row[i].len);
    }
    const char *counts = "SELECT sum(threads * 1000000 + posts * 1000 + head) + sum(last_post) + sum(last_time) FROM board";
    assert_int_equal(forum_number(&to, counts), forum_number(&from, counts));
    const char *heads = "SELECT sum(head * 100 + floors) + sum(last_author) FROM thread";
    assert_int_equal(forum_number(&to, heads), forum_number(&from, heads));
    const char *people = "SELECT sum(notices * 100 + notices_read) FROM account";
    assert_int_equal(forum_number(&to, people), forum_number(&from, people));
    assert_int_equal(forum_number(&to, "SELECT count(*) FROM revision WHERE body LIKE 'oops%'"), 0);
    assert_int_equal(forum_number(&to, "SELECT count(*) FROM thread_tag"), 1);
    arena_free(before.arena);
    arena_free(after.arena);
    forum_close(&from);
    forum_close(&to);
}

/* Posts that stand elsewhere now, the floors that they left, a thread that was merged away. */
static void moved_posts_and_stubs_travel(void **state)
{
    struct forum from, to;
    (void)state;

    forum_open(&from);
    struct member admin = fill(&from);
    uint64_t essay = forum_number(&from, "SELECT id FROM thread WHERE title = '新题'");
    uint64_t split = split_made(&from, admin, essay, "3-5,9", "另开", "inner");
    assert_int_equal(split_merge(&from, admin, split, forum_number(&from, "SELECT id FROM thread WHERE title = 't'"), NULL), STATUS_OK);
    struct rows before = export_all(&from, admin);
    forum_open(&to);
    admin = forum_member(&to, "admin", ROLE_ADMINISTRATOR);
    for (size_t i = 0; i < before.count; i += BATCH)
        assert_int_equal(import_some(&to, admin, &before, i, before.count - i < BATCH ? before.count - i : BATCH), STATUS_OK);
    struct rows after = export_all(&to, admin);
    assert_int_equal(after.count, before.count);
    for (size_t i = 0; i < before.count; i++) {
        assert_int_equal(after.row[i].len, before.row[i].len);
        assert_memory_equal(after.row[i].at, before.row[i].at, before.row[i].len);
    }
    split_recount(&to);
    assert_int_equal(forum_number(&to, "SELECT count(*) FROM post_moved"), 8);
    assert_int_equal(forum_number(&to, "SELECT count(*) FROM thread WHERE merged > 0 AND last_post = 0"), 1);
    /* A stub needs its post, and a place that nothing else has. */
    for (size_t i = 0; i < before.count; i++)
        if (i % BATCH == 0)
            assert_int_not_equal(import_some(&to, admin, &before, i, before.count - i < BATCH ? before.count - i : BATCH), STATUS_CONFLICT);
    assert_int_equal(forum_number(&to, "SELECT count(*) FROM post_moved"), 8);
    arena_free(before.arena);
    arena_free(after.arena);
    forum_close(&from);
    forum_close(&to);
}

static void an_import_needs_an_empty_forum_and_an_administrator(void **state)
{
    struct forum from, to;
    (void)state;

    forum_open(&from);
    struct rows rows = export_all(&from, fill(&from));
    forum_open(&to);
    struct member admin = forum_member(&to, "admin", ROLE_ADMINISTRATOR), other = forum_member(&to, "other", ROLE_MEMBER);
    assert_int_equal(import_some(&to, other, &rows, 0, 2), STATUS_FORBIDDEN);
    assert_int_equal(forum_ask(&to, other.session, MSG_EXPORT, &(struct export_request){.section = EXPORT_SECTION_BOARDS}), STATUS_FORBIDDEN);
    assert_int_equal(import_some(&to, admin, &rows, 0, 5), STATUS_OK);
    /* Somebody posts: the door is closed. */
    forum_post(&to, other, "essays", "t", TEXT("x"));
    assert_int_equal(import_some(&to, admin, &rows, 5, 1), STATUS_CONFLICT);
    arena_free(rows.arena);
    forum_close(&from);
    forum_close(&to);
}

static void a_bad_row_refuses_its_batch(void **state)
{
    struct forum forum;
    struct rows rows = {.arena = arena_new(16 << 20)};
    struct member admin;
    (void)state;

    forum_open(&forum);
    admin = forum_member(&forum, "admin", ROLE_ADMINISTRATOR);
    struct board_record board = {.id = 7, .slug = TEXT("faq"), .name = TEXT("问答")};
    struct thread_record thread = {.id = 3, .board = 8, .title = TEXT("t"), .author = TEXT("admin"), .created = 1, .seq = 1};
    uint8_t bytes[512];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    struct export_row_record row = {.board = items_begin(&w)};
    items_add(&w, &row.board, &shape_board_record, &board);
    add_row(&rows, &row);
    row = (struct export_row_record){.thread = items_begin(&w)};
    items_add(&w, &row.thread, &shape_thread_record, &thread);
    add_row(&rows, &row);
    assert_int_equal(import_some(&forum, admin, &rows, 0, 2), STATUS_NOT_FOUND);
    assert_string_equal(forum.r.fault.field, "rows");
    assert_int_equal(forum.r.fault.limit, 2);
    assert_int_equal(forum_number(&forum, "SELECT count(*) FROM board"), 0);
    assert_int_equal(import_some(&forum, admin, &rows, 0, 1), STATUS_OK);
    assert_int_equal(forum_number(&forum, "SELECT id FROM board"), 7);
    rows.row[0] = TEXT("\xa0"); /* a row of nothing */
    assert_int_equal(import_some(&forum, admin, &rows, 0, 1), STATUS_BAD_FIELD);
    arena_free(rows.arena);
    forum_close(&forum);
}

/*
 * Somebody else's number may be the asker's own here: he is given another, his connection goes on under that one, and
 * the batch is found again by a retry.
 */
static void whoever_imports_may_get_another_number(void **state)
{
    struct forum forum;
    struct rows rows = {.arena = arena_new(16 << 20)};
    struct import_reply out;
    uint8_t bytes[512];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    struct export_row_record row = {.account = items_begin(&w)};
    (void)state;

    forum_open(&forum);
    struct member admin = forum_member(&forum, "admin", ROLE_ADMINISTRATOR);
    const struct account_record other = {.id = admin.account, .handle = TEXT("zhang"), .name = TEXT("张"), .created = 1};
    items_add(&w, &row.account, &shape_account_record, &other);
    add_row(&rows, &row);
    assert_int_equal(import_some(&forum, admin, &rows, 0, 1), STATUS_OK);
    uint64_t now = forum_number(&forum, "SELECT id FROM account WHERE handle = 'admin'");
    assert_int_not_equal(now, admin.account);
    assert_non_null(forum.r.becomes);
    assert_int_equal(forum.r.becomes->account, now);
    assert_int_equal(forum.r.becomes->session, admin.session);
    assert_int_equal(forum.r.becomes->role, ROLE_ADMINISTRATOR);

    struct wire_writer again = wire_writer_over(bytes, sizeof bytes);
    struct import_request in = {.op_id = forum.op_id, .rows = items_begin(&again)};
    wire_put_raw(&again, rows.row[0].at, rows.row[0].len);
    in.rows.count = 1;
    in.rows.len = again.len;
    assert_int_equal(forum_ask(&forum, admin.session, MSG_IMPORT, &in), STATUS_OK);
    forum_reply(&forum, &out);
    assert_true(out.dup);
    arena_free(rows.arena);
    forum_close(&forum);
}

/* The last account of a page may take several rows; each frame still holds no more than a client accepts. */
static void many_roles_make_no_frame_too_long(void **state)
{
    enum { PEOPLE = LIMIT_PAGE_ITEMS - 1, BOARDS = 45 };
    struct forum forum;
    struct rows rows = {.arena = arena_new(16 << 20)};
    char name[32];
    (void)state;

    forum_open(&forum);
    struct member admin = forum_member(&forum, "admin", ROLE_ADMINISTRATOR);
    for (int i = 1; i < PEOPLE; i++) {
        snprintf(name, sizeof name, "person%d", i);
        forum_member(&forum, name, ROLE_MEMBER);
    }
    struct member keeper = forum_member(&forum, "keeper", ROLE_MEMBER);
    for (int i = 0; i < BOARDS; i++) {
        snprintf(name, sizeof name, "board%d", i);
        forum_grant(&forum, keeper, ROLE_MODERATOR, forum_board(&forum, name, ROLE_VISITOR, ROLE_CITIZEN));
    }
    export_section(&forum, admin, EXPORT_SECTION_ACCOUNTS, &rows);
    assert_int_equal(rows.count, PEOPLE + 3);
    arena_free(rows.arena);
    forum_close(&forum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_round_trip_is_exact),
        cmocka_unit_test(moved_posts_and_stubs_travel),
        cmocka_unit_test(an_import_needs_an_empty_forum_and_an_administrator),
        cmocka_unit_test(a_bad_row_refuses_its_batch),
        cmocka_unit_test(many_roles_make_no_frame_too_long),
        cmocka_unit_test(whoever_imports_may_get_another_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
