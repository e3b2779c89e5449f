/* What waits for a moderator: who sees it, what betrays it, and how it is let through; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "server/store/held.h"
#include "tests/unit/queue_fixture.h"

/* ---- a board that holds, and its moderators ---- */

struct court {
    struct town *town;
    struct member one, other; /* moderators of the board */
};

static int make_court(void **state)
{
    struct court *c = calloc(1, sizeof *c);
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_ON};

    assert_int_equal(town_make(state), 0);
    c->town = *state;
    c->one = forum_member(&c->town->forum, "judge-one", ROLE_MEMBER);
    c->other = forum_member(&c->town->forum, "judge-other", ROLE_MEMBER);
    forum_grant(&c->town->forum, c->one, ROLE_MODERATOR, c->town->essays);
    forum_grant(&c->town->forum, c->other, ROLE_MODERATOR, c->town->essays);
    assert_int_equal(forum_do(&c->town->forum, c->town->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    *state = c;
    return 0;
}

static int end_court(void **state)
{
    struct court *c = *state;
    void *town = c->town;

    free(c);
    return town_end(&town);
}

/* ---- steps ---- */

/* An id outlives the answer that it came in. */
static struct text keep(struct text id)
{
    static char kept[8][HELD_ID];
    static unsigned next;
    char *at = kept[next++ % 8];

    assert_int_equal(id.len, HELD_ID);
    memcpy(at, id.at, HELD_ID);
    return (struct text){at, HELD_ID};
}

static struct text send_essay(struct court *c, struct member by, const char *title, const char *body)
{
    struct post_request in = {.board = TEXT("essays"), .title = text_of(title), .body = text_of(body)};
    struct post_reply out;

    assert_int_equal(forum_do(&c->town->forum, by.session, MSG_POST, &in), STATUS_OK);
    assert_int_equal(forum_public_events(&c->town->forum), 0);
    forum_reply(&c->town->forum, &out);
    assert_int_equal(out.post, 0);
    assert_int_equal(out.thread, 0);
    return keep(out.held);
}

/* The first item of somebody's queue; 0: it is empty. */
static uint64_t first_item(struct court *c, struct member who)
{
    return queue_first(&c->town->forum, who, NULL).item;
}

/* What a decision on the item has to carry. */
static struct text look(struct court *c, struct member who, uint64_t item)
{
    return queue_keep_hash(queue_open(&c->town->forum, who, item).hash);
}

static enum status decide(struct court *c, struct member who, uint64_t item, enum decision_act act, enum reason reason, struct text hash)
{
    struct decide_request in = {.item = item, .act = act, .reason = reason, .hash = hash};

    return forum_do(&c->town->forum, who.session, MSG_DECIDE, &in);
}

static struct decide_reply pass(struct court *c, struct member who, uint64_t item)
{
    struct decide_reply out;

    assert_int_equal(decide(c, who, item, DECISION_ACT_APPROVE, REASON_NONE, look(c, who, item)), STATUS_OK);
    forum_reply(&c->town->forum, &out);
    return out;
}

static struct held_record own(struct court *c, struct member who, struct text id)
{
    struct held_get_request in = {.held = id};
    struct held_get_reply frames[FORUM_FRAMES];
    struct held_record held;

    assert_int_equal(forum_ask(&c->town->forum, who.session, MSG_HELD_GET, &in), STATUS_OK);
    assert_int_equal(forum_frames(&c->town->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_true(items_next(&frames[0].held, &shape_held_record, &held));
    return held;
}

static uint64_t count_hits(struct court *c, struct member who, const char *query)
{
    struct search_request in = {.query = text_of(query)};
    struct search_reply out;

    assert_int_equal(forum_ask(&c->town->forum, who.session, MSG_SEARCH, &in), STATUS_OK);
    forum_reply(&c->town->forum, &out);
    return out.hits.count;
}

/* How many of what waits is found. */
static uint64_t count_waiting(struct court *c, struct member who, const char *query)
{
    struct search_request in = {.query = text_of(query)};
    struct search_reply out;

    assert_int_equal(forum_ask(&c->town->forum, who.session, MSG_SEARCH, &in), STATUS_OK);
    forum_reply(&c->town->forum, &out);
    assert_int_equal(out.hits.count, 0);
    return out.waiting.count;
}

static uint64_t number(struct court *c, const char *sql)
{
    return forum_number(&c->town->forum, sql);
}

/* ---- waiting ---- */

static void what_waits_is_seen_by_nobody_else(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct threads_request list = {.board = TEXT("essays")};
    struct threads_reply page;
    struct text id = send_essay(c, t->author, "没有人看到", "保密的话");
    struct held_get_request get = {.held = id};

    assert_int_equal(forum_ask(&t->forum, 0, MSG_THREADS, &list), STATUS_OK);
    forum_reply(&t->forum, &page);
    assert_int_equal(page.threads.count, 0);
    assert_int_equal(number(c, "SELECT threads + posts + head FROM board WHERE slug = 'essays'"), number(c, "SELECT head FROM board WHERE slug = 'essays'"));
    assert_int_equal(number(c, "SELECT count(*) FROM post") + number(c, "SELECT count(*) FROM thread") + number(c, "SELECT count(*) FROM feed_entry"), 0);
    assert_int_equal(count_hits(c, t->author, "保密"), 0);
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_HELD_GET, &get), STATUS_NOT_FOUND);
    assert_int_equal(forum_ask(&t->forum, c->one.session, MSG_HELD_GET, &get), STATUS_NOT_FOUND);
    struct held_record held = own(c, t->author, id);
    assert_int_equal(held.state, HELD_STATE_WAITING);
    assert_int_equal(held.cause, HOLD_CAUSE_BOARD);
    assert_int_equal(held.decides, ROLE_MODERATOR);
    assert_true(held.sent > 0);
}

static void moderators_can_search_what_waits(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("請教"), .body = TEXT("組織關係接轉"), .tags = {0}};

    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_POST, &in), STATUS_OK);
    send_essay(c, t->citizen, "别的", "别的话");
    assert_int_equal(count_waiting(c, c->one, "关系"), 1);
    assert_int_equal(count_waiting(c, c->one, "请教 接转"), 1);
    assert_int_equal(count_waiting(c, c->one, "关系 -接转"), 0);
    assert_int_equal(count_waiting(c, c->one, "board:essays"), 2);
    assert_int_equal(count_waiting(c, c->one, "board:essays author:wang"), 1);
    assert_int_equal(count_waiting(c, c->one, "board:essays -author:wang"), 1);
    assert_int_equal(count_waiting(c, c->one, "-board:essays author:wang"), 0);
    assert_int_equal(count_waiting(c, c->one, "before:2020 关系"), 0);
    assert_int_equal(count_waiting(c, t->admin, "board:inner"), 0);
    assert_int_equal(count_waiting(c, t->author, "关系"), 0); /* its own author finds it in its own list */
    assert_int_equal(count_waiting(c, t->other, "关系"), 0);
    assert_int_equal(count_waiting(c, (struct member){0}, "关系"), 0);
}

static void whoever_decides_there_waits_for_nobody(void **state)
{
    struct court *c = *state;
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("公告"), .body = TEXT("正文")};
    struct post_reply out;

    assert_int_equal(forum_do(&c->town->forum, c->one.session, MSG_POST, &in), STATUS_OK);
    forum_reply(&c->town->forum, &out);
    assert_true(out.post > 0);
}

static void first_posts_of_a_citizen_wait(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct board_set_request set = {.board = TEXT("essays"), .hold = CHANGE_OFF};
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("第二篇"), .body = TEXT("正文")};
    struct post_reply out;

    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
    t->forum.site.hold_first = 1;
    struct text id = send_essay(c, t->citizen, "第一篇", "正文");
    assert_int_equal(own(c, t->citizen, id).cause, HOLD_CAUSE_FIRST);
    pass(c, c->one, first_item(c, c->one));
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_POST, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(out.post > 0);
    t->forum.site.hold_first = 0;
}

/* Where nothing is public, in no feed, too. */
static void first_posts_are_over_wherever_they_were_let_through(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct post_request in = {.board = TEXT("indoors"), .title = TEXT("题目"), .body = TEXT("正文")};
    struct post_reply out;

    forum_board(&t->forum, "indoors", ROLE_CITIZEN, ROLE_CITIZEN);
    t->forum.site.hold_first = 2;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_POST, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        assert_int_equal(out.post, 0);
        pass(c, t->editor, first_item(c, t->editor));
    }
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_POST, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(out.post > 0);
    t->forum.site.hold_first = 0;
}

static void its_author_changes_or_takes_back_what_waits(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct text id = send_essay(c, t->author, "旧题目", "旧话");
    struct held_edit_request edit = {.held = id, .version = 1, .title = TEXT("新题目"), .body = TEXT("新话")};
    struct held_withdraw_request back = {.held = id};
    uint64_t item = first_item(c, c->one);
    char before[32];

    memcpy(before, look(c, c->one, item).at, sizeof before);
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_HELD_EDIT, &edit), STATUS_NOT_FOUND);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &edit), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &edit), STATUS_STALE);
    /* What was looked at before cannot be let through any more. */
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_APPROVE, REASON_NONE, (struct text){before, sizeof before}), STATUS_STALE);
    assert_int_equal(number(c, "SELECT count(*) FROM post"), 0);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_WITHDRAW, &back), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_WITHDRAW, &back), STATUS_DECIDED);
    assert_int_equal(first_item(c, c->one), 0);
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_APPROVE, REASON_NONE, (struct text){before, sizeof before}), STATUS_DECIDED);
}

static void only_so_many_wait(void **state)
{
    struct court *c = *state;
    struct post_request in = {.board = TEXT("essays"), .title = TEXT("题"), .body = TEXT("话")};

    for (int i = 0; i < LIMIT_HELD; i++)
        send_essay(c, c->town->author, "题", "话");
    assert_int_equal(forum_do(&c->town->forum, c->town->author.session, MSG_POST, &in), STATUS_TOO_MANY);
    assert_int_equal(c->town->forum.r.fault.limit, LIMIT_HELD);
}

/* ---- deciding ---- */

static void what_is_let_through_is_posted_as_its_author_s(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct text id = send_essay(c, t->author, "通过的题目", "通过的话 @judge-other");
    struct decide_reply out = pass(c, c->one, first_item(c, c->one));
    struct post_get_request get = {.post = out.post};
    struct post_get_reply frames[FORUM_FRAMES];
    struct post_record post;

    assert_int_equal(out.floor, 1);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_POST_GET, &get), STATUS_OK);
    forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES);
    assert_true(items_next(&frames[0].posts, &shape_post_record, &post));
    assert_true(text_equal(post.body, TEXT("通过的话 @judge-other")));
    assert_false(post.moderated);
    struct notice_record notice = newest_notice(&c->town->forum, t->author);
    assert_int_equal(notice.kind, NOTICE_KIND_APPROVED);
    assert_int_equal(notice.post, out.post);
    assert_null(notice.by.at); /* nobody learns who decided */
    notice = newest_notice(&c->town->forum, c->other);
    assert_int_equal(notice.kind, NOTICE_KIND_MENTION);
    assert_true(notice.by.len > 0 && !text_equal(notice.by, TEXT("judge-one")));
    assert_int_equal(own(c, t->author, id).state, HELD_STATE_APPROVED);
    assert_int_equal(own(c, t->author, id).post, out.post);
    assert_int_equal(count_hits(c, t->other, "通过的话"), 1);
}

static void an_approval_with_edits_is_marked_and_keeps_the_original(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct text id = send_essay(c, t->author, "题目", "电话 13800000000");
    uint64_t item = first_item(c, c->one);
    struct decide_request in = {.item = item, .act = DECISION_ACT_APPROVE, .hash = look(c, c->one, item), .body = TEXT("电话已隐去")};
    struct decide_reply out;

    assert_int_equal(forum_do(&t->forum, c->one.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(text_equal(own(c, t->author, id).body, TEXT("电话 13800000000")));
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE moderated AND body = '电话已隐去'"), 1);
    assert_int_equal(number(c, "SELECT count(*) FROM revision"), 0); /* nobody finds the original in public */
    assert_int_equal(number(c, "SELECT edited FROM decision"), 1);
}

static void a_returned_one_is_mended_and_sent_again(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct text id = send_essay(c, t->author, "题目", "不清楚的话");
    uint64_t item = first_item(c, c->one);
    struct decide_request in = {
        .item = item, .act = DECISION_ACT_RETURN, .hash = look(c, c->one, item), .reason = REASON_UNCLEAR, .words = TEXT("请写明时间"),
    };
    struct held_edit_request mend = {.held = id, .version = 1, .title = TEXT("题目"), .body = TEXT("清楚的话")};

    assert_int_equal(forum_do(&t->forum, c->one.session, MSG_DECIDE, &in), STATUS_OK);
    struct held_record held = own(c, t->author, id);
    assert_int_equal(held.state, HELD_STATE_RETURNED);
    assert_int_equal(held.reason, REASON_UNCLEAR);
    assert_true(text_equal(held.words, TEXT("请写明时间")));
    assert_int_equal(newest_notice(&c->town->forum, t->author).kind, NOTICE_KIND_RETURNED);
    assert_int_equal(first_item(c, c->one), 0);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &mend), STATUS_OK);
    pass(c, c->other, first_item(c, c->other));
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE body = '清楚的话'"), 1);
}

static void a_decision_owes_a_reason_and_says_what_was_seen(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    send_essay(c, t->author, "题目", "话");
    uint64_t item = first_item(c, c->one);
    struct text hash = look(c, c->one, item);

    assert_int_equal(decide(c, c->one, item, DECISION_ACT_REMOVE, REASON_NONE, hash), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "reason");
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_REMOVE, REASON_OTHER, hash), STATUS_BAD_FIELD);
    assert_string_equal(t->forum.r.fault.field, "words");
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_APPROVE, REASON_NONE, (struct text){NULL, 0}), STATUS_BAD_FIELD);
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_KEEP, REASON_NONE, hash), STATUS_BAD_FIELD);
    assert_int_equal(number(c, "SELECT count(*) FROM decision"), 0);
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_REMOVE, REASON_SPAM, hash), STATUS_OK);
    assert_int_equal(newest_notice(&c->town->forum, t->author).kind, NOTICE_KIND_REFUSED);
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_REMOVE, REASON_SPAM, hash), STATUS_DECIDED);
}

static void an_item_is_one_moderator_s_while_the_claim_holds(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct claim_reply out;

    send_essay(c, t->author, "题目", "话");
    uint64_t item = first_item(c, c->one);
    struct claim_request claim = {.item = item}, release = {.item = item, .release = true};
    assert_int_equal(forum_do(&t->forum, c->one.session, MSG_CLAIM, &claim), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(out.mine);
    assert_int_equal(forum_do(&t->forum, c->other.session, MSG_CLAIM, &claim), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_false(out.mine);
    assert_true(text_equal(out.by, TEXT("judge-one")));
    assert_int_equal(decide(c, c->other, item, DECISION_ACT_APPROVE, REASON_NONE, look(c, c->other, item)), STATUS_CLAIMED);
    assert_int_equal(forum_do(&t->forum, c->other.session, MSG_CLAIM, &release), STATUS_OK); /* not theirs to give back */
    assert_int_equal(decide(c, c->other, item, DECISION_ACT_APPROVE, REASON_NONE, look(c, c->other, item)), STATUS_CLAIMED);
    assert_int_equal(forum_do(&t->forum, c->one.session, MSG_CLAIM, &release), STATUS_OK);
    pass(c, c->other, item);
}

static void the_queue_is_only_what_one_may_decide(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct queue_request in = {0};
    struct claim_request claim;

    send_essay(c, t->author, "题目", "话");
    uint64_t item = first_item(c, c->one);
    claim = (struct claim_request){.item = item};
    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_QUEUE, &in), STATUS_FORBIDDEN);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_CLAIM, &claim), STATUS_NOT_FOUND);
    claim = (struct claim_request){.item = item + 1};
    assert_int_equal(forum_do(&t->forum, c->one.session, MSG_CLAIM, &claim), STATUS_NOT_FOUND);
    /* A moderator of another board has another queue; one's own words are never in one's own. */
    struct member inner = forum_member(&t->forum, "judge-inner", ROLE_MEMBER);
    forum_grant(&t->forum, inner, ROLE_MODERATOR, t->inner);
    assert_int_equal(first_item(c, inner), 0);
    claim = (struct claim_request){.item = item};
    assert_int_equal(forum_do(&t->forum, inner.session, MSG_CLAIM, &claim), STATUS_NOT_FOUND);
    forum_grant(&t->forum, t->author, ROLE_MODERATOR, t->essays);
    assert_int_equal(first_item(c, t->author), 0);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_CLAIM, &claim), STATUS_NOT_FOUND);
}

static void the_queue_goes_on_where_a_page_ended(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct queue_request in = {.count = 3};
    uint64_t last = 0, seen = 0;

    for (int i = 0; i < 8; i++)
        send_essay(c, i % 2 ? t->author : t->other, "题目", "话");
    do {
        struct queue_reply out;
        struct item_record item;
        char place[LIMIT_CURSOR];
        assert_int_equal(forum_ask(&t->forum, c->one.session, MSG_QUEUE, &in), STATUS_OK);
        forum_reply(&t->forum, &out);
        while (items_next(&out.items, &shape_item_record, &item)) {
            assert_true(item.item > last);
            last = item.item;
            seen++;
        }
        memcpy(place, out.next.at ? out.next.at : "", out.next.len);
        in.after = (struct text){out.next.at ? place : NULL, out.next.len};
    } while (in.after.at);
    assert_int_equal(seen, 8);
    in.after = TEXT("\xff\xff");
    assert_int_equal(forum_ask(&t->forum, c->one.session, MSG_QUEUE, &in), STATUS_BAD_FIELD);
}

/* ---- edits of what is visible ---- */

static void an_edit_waits_while_the_old_text_stays(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct edit_reply out;

    send_essay(c, t->author, "题目", "通过的话");
    struct decide_reply first = pass(c, c->one, first_item(c, c->one));
    struct edit_request edit = {.post = first.post, .revision = 1, .body = TEXT("夹带的话"), .title = TEXT("新题目")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.held.len, HELD_ID);
    assert_int_equal(out.revision, 0);
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE body = '通过的话' AND revision = 1"), 1);
    assert_int_equal(count_hits(c, t->other, "夹带"), 0);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_EXISTS);
    pass(c, c->one, first_item(c, c->one));
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE body = '夹带的话' AND revision = 2"), 1);
    assert_int_equal(number(c, "SELECT count(*) FROM thread WHERE title = '新题目'"), 1);
    assert_int_equal(newest_notice(&c->town->forum, t->author).kind, NOTICE_KIND_APPROVED);
    assert_int_equal(count_hits(c, t->other, "夹带"), 1);
}

static void an_edit_of_what_is_gone_waits_no_longer(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;

    send_essay(c, t->author, "题目", "话");
    struct decide_reply first = pass(c, c->one, first_item(c, c->one));
    struct reply_request reply = {.thread = first.thread, .body = TEXT("回复")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_REPLY, &reply), STATUS_OK);
    struct decide_reply second = pass(c, c->one, first_item(c, c->one));
    assert_int_equal(second.floor, 2);
    struct edit_request edit = {.post = second.post, .revision = 1, .body = TEXT("改过的回复")};
    struct delete_request gone = {.post = second.post};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_DELETE, &gone), STATUS_OK);
    assert_int_equal(first_item(c, c->one), 0);
    assert_int_equal(number(c, "SELECT count(*) FROM held WHERE state = 2"), 1);
}

static void a_moved_thread_takes_its_waiting_replies_along(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;

    send_essay(c, t->author, "题目", "话");
    struct decide_reply first = pass(c, c->one, first_item(c, c->one));
    struct reply_request reply = {.thread = first.thread, .body = TEXT("回复")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_REPLY, &reply), STATUS_OK);
    uint64_t item = first_item(c, c->one);
    struct text hash = look(c, c->one, item);
    struct move_request move = {.thread = first.thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_MOVE, &move), STATUS_OK);
    assert_int_equal(first_item(c, c->one), 0);
    /* It would stand elsewhere now: the moderators of that board decide, and not by what was seen before. */
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_APPROVE, REASON_NONE, hash), STATUS_NOT_FOUND);
    assert_int_equal(decide(c, t->admin, item, DECISION_ACT_APPROVE, REASON_NONE, hash), STATUS_STALE);
    pass(c, t->admin, item);
}

static void an_edit_that_a_moderator_changed_is_marked_until_its_author_edits_again(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;

    send_essay(c, t->author, "题目", "一稿");
    struct decide_reply first = pass(c, c->one, first_item(c, c->one));
    struct edit_request edit = {.post = first.post, .revision = 1, .body = TEXT("二稿 13800000000")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    uint64_t item = first_item(c, c->one);
    struct decide_request in = {.item = item, .act = DECISION_ACT_APPROVE, .hash = look(c, c->one, item), .body = TEXT("二稿")};
    assert_int_equal(forum_do(&t->forum, c->one.session, MSG_DECIDE, &in), STATUS_OK);
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE moderated AND body = '二稿' AND revision = 2"), 1);
    assert_int_equal(number(c, "SELECT edited FROM decision ORDER BY id DESC LIMIT 1"), 1);
    edit = (struct edit_request){.post = first.post, .revision = 2, .body = TEXT("三稿")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    pass(c, c->one, first_item(c, c->one));
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE NOT moderated AND body = '三稿'"), 1);
}

static void what_is_mended_waits_where_its_thread_stands_now(void **state)
{
    struct court *c = *state;
    struct town *t = c->town;
    struct reply_reply out;

    send_essay(c, t->author, "主题的题目", "话");
    struct decide_reply first = pass(c, c->one, first_item(c, c->one));
    struct reply_request reply = {.thread = first.thread, .body = TEXT("回复")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_REPLY, &reply), STATUS_OK);
    forum_reply(&t->forum, &out);
    struct text id = keep(out.held);
    assert_true(text_equal(own(c, t->author, id).title, TEXT("主题的题目")));
    uint64_t item = first_item(c, c->one);
    assert_int_equal(decide(c, c->one, item, DECISION_ACT_RETURN, REASON_UNCLEAR, look(c, c->one, item)), STATUS_OK);
    struct move_request move = {.thread = first.thread, .board = TEXT("inner"), .reason = REASON_OFF_TOPIC};
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_MOVE, &move), STATUS_OK);
    struct held_edit_request mend = {.held = id, .version = 1, .body = TEXT("写明时间的回复")};
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_HELD_EDIT, &mend), STATUS_OK);
    assert_true(text_equal(own(c, t->author, id).board_slug, TEXT("inner")));
    assert_int_equal(first_item(c, c->one), 0); /* it is that board's no longer */
    pass(c, t->admin, first_item(c, t->admin));
    assert_int_equal(number(c, "SELECT count(*) FROM post WHERE body = '写明时间的回复'"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_court, end_court)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_waits_is_seen_by_nobody_else),
        TEST(moderators_can_search_what_waits),
        TEST(whoever_decides_there_waits_for_nobody),
        TEST(first_posts_of_a_citizen_wait),
        TEST(first_posts_are_over_wherever_they_were_let_through),
        TEST(its_author_changes_or_takes_back_what_waits),
        TEST(only_so_many_wait),
        TEST(what_is_let_through_is_posted_as_its_author_s),
        TEST(an_approval_with_edits_is_marked_and_keeps_the_original),
        TEST(a_returned_one_is_mended_and_sent_again),
        TEST(a_decision_owes_a_reason_and_says_what_was_seen),
        TEST(an_item_is_one_moderator_s_while_the_claim_holds),
        TEST(the_queue_is_only_what_one_may_decide),
        TEST(the_queue_goes_on_where_a_page_ended),
        TEST(an_edit_waits_while_the_old_text_stays),
        TEST(an_edit_of_what_is_gone_waits_no_longer),
        TEST(a_moved_thread_takes_its_waiting_replies_along),
        TEST(an_edit_that_a_moderator_changed_is_marked_until_its_author_edits_again),
        TEST(what_is_mended_waits_where_its_thread_stands_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
