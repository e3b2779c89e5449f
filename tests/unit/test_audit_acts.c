/*
 * No act of power forgets its entry in the audit log: each message that writes and each decision there is is done once, over a real store.
 *
 * A message that writes stands either among what people do for themselves or among the acts, with a way to do it; what stands nowhere fails by
 * name, and so does an act after which no entry with its name, by whoever did it, is there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/forum/filters_cache.h"
#include "tests/unit/split_fixture.h"

/* ---- steps ---- */

static void done(struct town *t, struct member who, enum op op, void *in)
{
    enum status status = forum_do(&t->forum, who.session, op, in);

    if (status)
        fail_msg("%s was refused: %d", message_by_op((uint16_t)op)->name, (int)status);
}

static struct text hash_of(struct town *t, uint64_t post)
{
    struct post_hash_reply out;

    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = post}), STATUS_OK);
    forum_reply(&t->forum, &out);
    return queue_keep_hash(out.hash);
}

/* Decides on a post as it stands; returns the decision. */
static uint64_t decide_post(struct town *t, uint64_t post, enum decision_act act)
{
    struct decide_request in = {.post = post, .act = act, .reason = REASON_SPAM, .hash = hash_of(t, post), .board = TEXT("inner")};
    struct decide_reply out;

    if (act != DECISION_ACT_MOVE)
        in.board = (struct text){NULL, 0};
    done(t, t->editor, MSG_DECIDE, &in);
    forum_reply(&t->forum, &out);
    return out.decision;
}

/* Decides on what is first in somebody's queue. */
static void decide_first(struct town *t, struct member who, enum decision_act act)
{
    uint64_t item = queue_first(&t->forum, who, NULL).item;
    struct decide_request in = {.item = item, .act = act, .reason = REASON_SPAM, .hash = queue_keep_hash(queue_open(&t->forum, who, item).hash)};

    done(t, who, MSG_DECIDE, &in);
}

static struct post_reply thread(struct town *t)
{
    return forum_post(&t->forum, t->author, "essays", "题目", TEXT("一"));
}

static uint64_t second_floor(struct town *t)
{
    return forum_answer(&t->forum, t->author, thread(t).thread, 0, TEXT("二")).post;
}

/* Something that waits. */
static void send_held(struct town *t)
{
    struct board_set_request hold = {.board = TEXT("essays"), .hold = CHANGE_ON};
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("题目"), .body = TEXT("话")};

    done(t, t->admin, MSG_BOARD_SET, &hold);
    done(t, t->author, MSG_POST, &in);
}

static uint64_t impose(struct town *t, enum sanction_kind kind)
{
    struct sanction_request in = {.handle = TEXT("zhang"), .kind = kind, .hours = kind != SANCTION_KIND_WARNING, .reason = REASON_SPAM};
    struct sanction_reply out;

    done(t, t->editor, MSG_SANCTION, &in);
    forum_reply(&t->forum, &out);
    return out.sanction;
}

static void lift(struct town *t, enum sanction_kind kind)
{
    struct sanction_lift_request in = {.sanction = impose(t, kind)};

    done(t, t->editor, MSG_SANCTION_LIFT, &in);
}

/* An appeal from a removal, before the administrator. */
static void appeal(struct town *t)
{
    struct appeal_request in = {.decision = decide_post(t, second_floor(t), DECISION_ACT_REMOVE), .words = TEXT("不是广告")};

    done(t, t->author, MSG_APPEAL, &in);
}

static void set_thread(struct town *t, uint64_t number, struct thread_set_request in)
{
    in.thread = number;
    in.reason = REASON_OFF_TOPIC;
    done(t, t->editor, MSG_THREAD_SET, &in);
}

/* ---- acts that are messages ---- */

static void do_register(struct town *t)
{
    struct invite_request invite = {.role = ROLE_MODERATOR};
    struct invite_reply invited;
    struct register_request in = {.handle = TEXT("newcomer"), .password = TEXT("correct horse battery")};
    char code[LIMIT_CODE + 1];

    done(t, t->admin, MSG_INVITE, &invite);
    forum_reply(&t->forum, &invited);
    snprintf(code, sizeof code, "%.*s", (int)invited.code.len, invited.code.at);
    in.invite = text_of(code);
    done(t, (struct member){0}, MSG_REGISTER, &in);
}

static void do_invite(struct town *t)
{
    done(t, t->admin, MSG_INVITE, &(struct invite_request){.role = ROLE_MEMBER});
}

static void do_reset_issue(struct town *t)
{
    done(t, t->admin, MSG_RESET_ISSUE, &(struct reset_issue_request){.handle = TEXT("zhang")});
}

static void do_reset_redeem(struct town *t)
{
    struct reset_redeem_request in = {.handle = TEXT("zhang"), .password = TEXT("correct horse battery")};
    struct reset_issue_reply issued;
    char code[LIMIT_CODE + 1];

    do_reset_issue(t);
    forum_reply(&t->forum, &issued);
    snprintf(code, sizeof code, "%.*s", (int)issued.code.len, issued.code.at);
    in.code = text_of(code);
    done(t, (struct member){0}, MSG_RESET_REDEEM, &in);
}

static void do_account_admin(struct town *t)
{
    done(t, t->admin, MSG_ACCOUNT_ADMIN, &(struct account_admin_request){.handle = TEXT("zhang"), .suspended = CHANGE_ON});
}

static void do_grant(struct town *t)
{
    done(t, t->admin, MSG_GRANT, &(struct grant_request){.handle = TEXT("zhang"), .role = ROLE_MODERATOR, .board = TEXT("essays")});
}

static void do_ungrant(struct town *t)
{
    do_grant(t);
    done(t, t->admin, MSG_UNGRANT, &(struct ungrant_request){.handle = TEXT("zhang"), .role = ROLE_MODERATOR, .board = TEXT("essays")});
}

static void do_export_begin(struct town *t)
{
    done(t, t->admin, MSG_EXPORT_BEGIN, &(struct export_begin_request){.op_id = {NULL, 0}});
}

static void do_import(struct town *t)
{
    static uint8_t room[4096], inside[2048];
    struct wire_writer w = wire_writer_over(room, sizeof room), one = wire_writer_over(inside, sizeof inside);
    const struct board_record board = {.id = 9, .slug = TEXT("brought"), .name = TEXT("带来的"), .created = 1};
    struct export_row_record row = {.board = items_begin(&one)};
    struct import_request in = {.rows = items_begin(&w)};

    items_add(&one, &row.board, &shape_board_record, &board);
    items_add(&w, &in.rows, &shape_export_row_record, &row);
    done(t, t->admin, MSG_IMPORT, &in);
}

static void do_board_create(struct town *t)
{
    done(t, t->admin, MSG_BOARD_CREATE, &(struct board_create_request){.slug = TEXT("new"), .name = TEXT("新的")});
}

static void do_board_set(struct town *t)
{
    done(t, t->admin, MSG_BOARD_SET, &(struct board_set_request){.board = TEXT("essays"), .closed = CHANGE_ON});
}

static void do_reindex(struct town *t)
{
    done(t, t->admin, MSG_REINDEX, &(struct reindex_request){.op_id = {NULL, 0}});
}

static void do_filter_put(struct town *t)
{
    done(t, t->admin, MSG_FILTER_PUT, &(struct filter_put_request){.filter = TEXT("ads"), .text = TEXT("rule ads hold\nword 无抵押贷款\n")});
}

static void do_filter_remove(struct town *t)
{
    do_filter_put(t);
    done(t, t->admin, MSG_FILTER_REMOVE, &(struct filter_remove_request){.filter = TEXT("ads")});
}

static void do_concern_mark(struct town *t)
{
    done(t, t->editor, MSG_CONCERN_MARK, &(struct concern_mark_request){.post = second_floor(t), .kind = CONCERN_KIND_CADRE});
}

/* ---- acts that are decisions ---- */

static void do_approve(struct town *t)
{
    send_held(t);
    decide_first(t, t->editor, DECISION_ACT_APPROVE);
}

static void do_return(struct town *t)
{
    send_held(t);
    decide_first(t, t->editor, DECISION_ACT_RETURN);
}

static void do_refuse(struct town *t)
{
    send_held(t);
    decide_first(t, t->editor, DECISION_ACT_REMOVE);
}

static void do_remove(struct town *t)
{
    decide_post(t, second_floor(t), DECISION_ACT_REMOVE);
}

static void do_hide(struct town *t)
{
    decide_post(t, second_floor(t), DECISION_ACT_HIDE);
}

static void do_keep(struct town *t)
{
    decide_post(t, second_floor(t), DECISION_ACT_KEEP);
}

static void do_restore(struct town *t)
{
    uint64_t post = second_floor(t);

    decide_post(t, post, DECISION_ACT_HIDE);
    decide_post(t, post, DECISION_ACT_RESTORE);
}

static void do_warn(struct town *t)
{
    impose(t, SANCTION_KIND_WARNING);
}

static void do_mute(struct town *t)
{
    impose(t, SANCTION_KIND_MUTE);
}

static void do_ban(struct town *t)
{
    impose(t, SANCTION_KIND_BAN);
}

static void do_hold(struct town *t)
{
    impose(t, SANCTION_KIND_HOLD);
}

static void do_lift(struct town *t)
{
    lift(t, SANCTION_KIND_MUTE);
}

static void do_release(struct town *t)
{
    lift(t, SANCTION_KIND_HOLD);
}

static void do_uphold(struct town *t)
{
    appeal(t);
    decide_first(t, t->admin, DECISION_ACT_UPHOLD);
}

static void do_overturn(struct town *t)
{
    appeal(t);
    decide_first(t, t->admin, DECISION_ACT_OVERTURN);
}

static void do_move(struct town *t)
{
    done(t, t->editor, MSG_MOVE, &(struct move_request){.thread = thread(t).thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC});
}

static void do_move_by_post(struct town *t)
{
    decide_post(t, thread(t).post, DECISION_ACT_MOVE);
}

static void do_split(struct town *t)
{
    uint64_t number = thread(t).thread;

    forum_answer(&t->forum, t->author, number, 0, TEXT("二"));
    assert_int_equal(split_off(&t->forum, t->editor, number, "2", "新题", NULL), STATUS_OK);
}

static void do_merge(struct town *t)
{
    uint64_t number = thread(t).thread;

    assert_int_equal(split_merge(&t->forum, t->editor, number, thread(t).thread, NULL), STATUS_OK);
}

static void do_pin(struct town *t)
{
    set_thread(t, thread(t).thread, (struct thread_set_request){.pinned = CHANGE_ON});
}

static void do_unpin(struct town *t)
{
    uint64_t number = thread(t).thread;

    set_thread(t, number, (struct thread_set_request){.pinned = CHANGE_ON});
    set_thread(t, number, (struct thread_set_request){.pinned = CHANGE_OFF});
}

static void do_lock(struct town *t)
{
    set_thread(t, thread(t).thread, (struct thread_set_request){.locked = CHANGE_ON});
}

static void do_lock_by_post(struct town *t)
{
    decide_post(t, thread(t).post, DECISION_ACT_LOCK);
}

static void do_unlock(struct town *t)
{
    uint64_t number = thread(t).thread;

    set_thread(t, number, (struct thread_set_request){.locked = CHANGE_ON});
    set_thread(t, number, (struct thread_set_request){.locked = CHANGE_OFF});
}

static void do_feature(struct town *t)
{
    set_thread(t, thread(t).thread, (struct thread_set_request){.featured = CHANGE_ON});
}

static void do_unfeature(struct town *t)
{
    uint64_t number = thread(t).thread;

    set_thread(t, number, (struct thread_set_request){.featured = CHANGE_ON});
    set_thread(t, number, (struct thread_set_request){.featured = CHANGE_OFF});
}

static void do_hold_thread(struct town *t)
{
    set_thread(t, thread(t).thread, (struct thread_set_request){.hold = CHANGE_ON});
}

static void do_release_thread(struct town *t)
{
    uint64_t number = thread(t).thread;

    set_thread(t, number, (struct thread_set_request){.hold = CHANGE_ON});
    set_thread(t, number, (struct thread_set_request){.hold = CHANGE_OFF});
}

static void do_decide_many(struct town *t)
{
    static uint8_t room[256];
    struct wire_writer w = wire_writer_over(room, sizeof room);
    struct decide_many_request in = {.act = DECISION_ACT_APPROVE, .items = items_begin(&w)};

    send_held(t);
    uint64_t item = queue_first(&t->forum, t->editor, NULL).item;
    const struct decide_item_record one = {.item = item, .hash = queue_keep_hash(queue_open(&t->forum, t->editor, item).hash)};
    items_add(&w, &in.items, &shape_decide_item_record, &one);
    done(t, t->editor, MSG_DECIDE_MANY, &in);
}

/* ---- the tables ---- */

/* ACT(message, entry, do): how the message is done once, and which entry it leaves. Whoever adds an act of power adds a row. */
#define ACTS(ACT) \
    ACT(REGISTER, "register", register) /* by an invitation that carries a role */ \
    ACT(INVITE, "invite", invite) \
    ACT(RESET_ISSUE, "reset_issue", reset_issue) \
    ACT(RESET_REDEEM, "reset_redeem", reset_redeem) \
    ACT(ACCOUNT_ADMIN, "account_admin", account_admin) \
    ACT(GRANT, "grant", grant) \
    ACT(UNGRANT, "ungrant", ungrant) \
    ACT(EXPORT_BEGIN, "export_begin", export_begin) \
    ACT(IMPORT, "import", import) \
    ACT(BOARD_CREATE, "board_create", board_create) \
    ACT(BOARD_SET, "board_set", board_set) \
    ACT(REINDEX, "reindex", reindex) \
    ACT(FILTER_PUT, "filter_put", filter_put) \
    ACT(FILTER_REMOVE, "filter_remove", filter_remove) \
    ACT(CONCERN_MARK, "concern_mark", concern_mark) \
    ACT(DECIDE, "approve", approve) \
    ACT(DECIDE, "return", return) \
    ACT(DECIDE, "remove", refuse) \
    ACT(DECIDE, "remove", remove) \
    ACT(DECIDE, "hide", hide) \
    ACT(DECIDE, "keep", keep) \
    ACT(DECIDE, "restore", restore) \
    ACT(DECIDE, "uphold", uphold) \
    ACT(DECIDE, "overturn", overturn) \
    ACT(DECIDE, "move", move_by_post) \
    ACT(DECIDE, "lock", lock_by_post) \
    ACT(DECIDE_MANY, "approve", decide_many) \
    ACT(SANCTION, "warn", warn) \
    ACT(SANCTION, "mute", mute) \
    ACT(SANCTION, "ban", ban) \
    ACT(SANCTION, "hold", hold) \
    ACT(SANCTION_LIFT, "lift", lift) \
    ACT(SANCTION_LIFT, "release", release) \
    ACT(MOVE, "move", move) \
    ACT(THREAD_SPLIT, "split", split) \
    ACT(THREAD_MERGE, "merge", merge) \
    ACT(THREAD_SET, "pin", pin) \
    ACT(THREAD_SET, "unpin", unpin) \
    ACT(THREAD_SET, "lock", lock) \
    ACT(THREAD_SET, "unlock", unlock) \
    ACT(THREAD_SET, "feature", feature) \
    ACT(THREAD_SET, "unfeature", unfeature) \
    ACT(THREAD_SET, "hold_thread", hold_thread) \
    ACT(THREAD_SET, "release_thread", release_thread)

/* Messages that write and need no power: one's own account, texts, marks. A claim only says who is at an item, for a while, and decides nothing. */
static const enum message_index own[] = {
    INDEX_LOGIN, INDEX_LOGOUT, INDEX_PASSWORD, INDEX_REVOKE, INDEX_TOTP_ENROLL, INDEX_TOTP_CONFIRM, INDEX_ACCOUNT_SET, INDEX_SESSION_RENEW,
    INDEX_POST, INDEX_REPLY, INDEX_EDIT, INDEX_DELETE, INDEX_DRAFT_SAVE, INDEX_DRAFT_DISCARD, INDEX_MARK, INDEX_MARK_BOARD, INDEX_WATCH_SET,
    INDEX_NOTICES_MARK, INDEX_FEED_KEY_MAKE, INDEX_FEED_KEY_REVOKE, INDEX_HELD_EDIT, INDEX_HELD_WITHDRAW, INDEX_FLAG, INDEX_APPEAL, INDEX_CLAIM,
    INDEX_GUEST_POST,
};

static const struct power {
    enum message_index message;
    const char *entry;
    void (*act)(struct town *t);
} acts[] = {
#define ACT(MESSAGE, entry, how) {INDEX_##MESSAGE, entry, do_##how},
    ACTS(ACT)
#undef ACT
};

static bool is_own(size_t message)
{
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i] == message)
            return true;
    return false;
}

static bool is_act(size_t message)
{
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (acts[i].message == message)
            return true;
    return false;
}

/* ---- the tests ---- */

static int make(void **state)
{
    assert_int_equal(town_make(state), 0);
    struct town *t = *state;
    t->forum.site.filters = filter_cache_new();
    assert_non_null(t->forum.site.filters);
    return 0;
}

static int end(void **state)
{
    struct town *t = *state;

    filter_cache_free(t->forum.site.filters);
    return town_end(state);
}

static void every_message_that_writes_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < MESSAGES; i++) {
        bool writes = messages[i].where == WHERE_WRITE || messages[i].where == WHERE_SECRET || messages[i].where == WHERE_KDF;
        if (writes && is_own(i) == is_act(i))
            fail_msg("%s: is it one's own, or an act of power that leaves an entry? It belongs into one table of this test", messages[i].name);
        if (!writes && (is_own(i) || is_act(i)))
            fail_msg("%s writes nothing", messages[i].name);
    }
}

static void every_decision_is_known(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < enumeration_decision_act.count; i++) {
        struct text name = enumeration_decision_act.values[i].name;
        bool found = enumeration_decision_act.values[i].number == DECISION_ACT_NONE;
        for (size_t at = 0; at < sizeof acts / sizeof *acts; at++)
            found = found || text_equal(name, text_of(acts[at].entry));
        if (!found)
            fail_msg("%.*s: a decision that nobody makes here", (int)name.len, name.at);
    }
}

/* Each in a town of its own, so that none finds another's entry. */
static void every_act_leaves_its_entry(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        char sql[160];
        void *town;
        assert_int_equal(make(&town), 0);
        struct town *t = town;
        acts[i].act(t);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE act = '%s' AND actor > 0 AND handle > '' AND hash IS NOT NULL", acts[i].entry);
        uint64_t entries = forum_number(&t->forum, sql);
        assert_int_equal(end(&town), 0);
        if (entries != 1)
            fail_msg("%s (%s) left %d entries", messages[acts[i].message].name, acts[i].entry, (int)entries);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_that_writes_is_known),
        cmocka_unit_test(every_decision_is_known),
        cmocka_unit_test(every_act_leaves_its_entry),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
