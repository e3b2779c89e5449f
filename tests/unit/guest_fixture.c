/* See guest_fixture.h. */
#include "tests/unit/guest_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "protocol/work.h"
#include "server/forum/guest_form.h"

void guests_open(struct forum *forum, struct member administrator)
{
    struct board_create_request in = {
        .slug = TEXT("guests"), .name = TEXT("留言板"), .kind = BOARD_KIND_GUESTBOOK, .start = TEXT("visitor"), .reply = TEXT("visitor"),
    };

    assert_int_equal(forum_do(forum, administrator.session, MSG_BOARD_CREATE, &in), STATUS_OK);
    forum->site.guest_question = TEXT("哪个市？");
    forum->site.guest_answers = TEXT("黄冈|Huanggang");
}

static void read_key(const struct forum *forum, uint8_t key[GUEST_FORM_KEY])
{
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *statement = NULL;

    snprintf(path, sizeof path, "%s/forum.db", forum->directory.path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT value FROM setting WHERE name = 'guest_key'", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(statement, 0), GUEST_FORM_KEY);
    memcpy(key, sqlite3_column_blob(statement, 0), GUEST_FORM_KEY);
    sqlite3_finalize(statement);
    sqlite3_close(db);
}

struct text guest_form_aged(const struct forum *forum, int64_t age)
{
    static char token[LIMIT_FORM + 1];
    uint8_t key[GUEST_FORM_KEY];

    read_key(forum, key);
    guest_form_make(key, forum->r.now - age, token);
    return (struct text){token, LIMIT_FORM};
}

struct text guest_work(struct text token)
{
    static char nonce[WORK_NONCE + 1];

    assert_true(work_find(token, LIMIT_GUEST_WORK, 0, UINT64_C(64) << LIMIT_GUEST_WORK, nonce));
    return text_of(nonce);
}

enum status guest_leave(struct forum *forum, const char *title, uint64_t thread, const char *name, const char *body)
{
    struct text token = guest_form_aged(forum, 0);
    struct guest_post_request in = {
        .board = thread ? text_of(NULL) : TEXT("guests"), .thread = thread, .name = text_of(name), .title = text_of(title), .body = text_of(body),
        .form = token, .nonce = guest_work(token),
    };

    return forum_do(forum, 0, MSG_GUEST_POST, &in);
}

struct decide_reply guest_passed(struct forum *forum, struct member moderator, const char *title, uint64_t thread, const char *name, const char *body)
{
    struct decide_request in = {.act = DECISION_ACT_APPROVE};
    struct decide_reply out;

    assert_int_equal(guest_leave(forum, title, thread, name, body), STATUS_OK);
    in.item = queue_first(forum, moderator, NULL).item;
    in.hash = queue_keep_hash(queue_open(forum, moderator, in.item).hash);
    assert_int_equal(forum_do(forum, moderator.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(forum, &out);
    return out;
}
