/* Splitting and merging threads: what moves, what stays, what follows, and what is refused; over a real store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/split_fixture.h"

enum { FLOORS = 6 };

/* A thread of six floors by two authors: the third answers the second, the fourth the third, the sixth the fourth. */
struct story {
    uint64_t thread, posts[FLOORS + 1];
};

static const struct member nobody = {0};

static struct story tell_story(struct town *t, const char *board)
{
    static const uint64_t answers[FLOORS + 1] = {0, 0, 0, 2, 3, 0, 4};
    struct post_reply first = forum_post(&t->forum, t->author, board, "春游", TEXT("去哪里好"));
    struct story story = {.thread = first.thread, .posts = {0, first.post}};
    char body[64];

    for (uint64_t floor = 2; floor <= FLOORS; floor++) {
        (void)snprintf(body, sizeof body, "词语%llu号", (unsigned long long)floor);
        story.posts[floor] = forum_answer(&t->forum, floor % 2 ? t->author : t->other, first.thread, answers[floor], text_of(body)).post;
    }
    return story;
}

static const struct fault *fault(const struct town *t)
{
    return &t->forum.r.fault;
}

static struct post_record post_of(struct town *t, struct member who, uint64_t post)
{
    struct post_get_reply frames[FORUM_FRAMES];
    struct post_record record = {0};

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_POST_GET, &(struct post_get_request){.post = post}), STATUS_OK);
    assert_int_equal(forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES), 1);
    assert_true(items_next(&frames[0].posts, &shape_post_record, &record));
    return record;
}

static struct thread_record thread_of(struct town *t, struct member who, uint64_t thread)
{
    struct read_reply frames[FORUM_FRAMES];
    struct thread_record record = {0};
    size_t count;

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_READ, &(struct read_request){.thread = thread}), STATUS_OK);
    count = forum_frames(&t->forum, frames, sizeof *frames, FORUM_FRAMES);
    assert_true(items_next(&frames[count - 1].thread, &shape_thread_record, &record));
    return record;
}

/* The threads that a board lists, newest first, as digits; they last until the next call. */
static const char *listed(struct town *t, const char *board)
{
    static char line[256];
    struct threads_reply out;
    struct thread_record thread;
    size_t len = 0;

    assert_int_equal(forum_ask(&t->forum, t->author.session, MSG_THREADS, &(struct threads_request){.board = text_of(board)}), STATUS_OK);
    forum_reply(&t->forum, &out);
    line[0] = '\0';
    while (items_next(&out.threads, &shape_thread_record, &thread))
        len += (size_t)snprintf(line + len, sizeof line - len, "%llu ", (unsigned long long)thread.id);
    return line;
}

static struct hit_record only_hit(struct town *t, struct member who, const char *query)
{
    struct search_reply out;
    struct hit_record hit = {0};

    assert_int_equal(forum_ask(&t->forum, who.session, MSG_SEARCH, &(struct search_request){.query = text_of(query)}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(out.hits.count <= 1);
    return items_next(&out.hits, &shape_hit_record, &hit) ? hit : (struct hit_record){0};
}

/* How many changes of a topic somebody who was away is told. */
static unsigned told_since(struct town *t, enum topic topic, uint64_t id, uint64_t since)
{
    struct backlog backlog = forum_backlog(&t->forum, t->author.session, topic, id, since);
    unsigned count = 0;

    assert_int_equal(backlog.status, STATUS_OK);
    for (const struct event *event = backlog.events; event; event = event->next)
        count++;
    return count;
}

/* ---- splitting ---- */

static void a_split_moves_posts_and_leaves_stubs(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4,6", "另一题", NULL);

    split_recount(&t->forum);
    for (uint64_t floor = 1; floor <= FLOORS; floor++) {
        struct post_record post = split_read(&t->forum, nobody, s.thread, floor);
        bool moved = floor == 3 || floor == 4 || floor == 6;
        assert_int_equal(post.floor, floor);
        assert_int_equal(post.id, s.posts[floor]);
        assert_int_equal(post.thread, s.thread);
        assert_int_equal(post.state, moved ? POST_STATE_MOVED : POST_STATE_VISIBLE);
        assert_int_equal(post.body.len > 0, !moved);
        assert_int_equal(post.to_thread, moved ? made : 0);
        assert_int_equal(post.to_floor, floor == 3 ? 1 : floor == 4 ? 2 : floor == 6 ? 3 : 0);
        assert_true(moved ? text_equal(post.to_title, TEXT("另一题")) : !post.to_title.at);
    }
    struct post_record post = post_of(t, nobody, s.posts[4]);
    assert_int_equal(post.thread, made);
    assert_int_equal(post.floor, 2);
    assert_int_equal(post.reply_to, 1); /* the third floor came along */
    assert_true(text_equal(post.body, TEXT("词语4号")));
    assert_int_equal(post_of(t, nobody, s.posts[3]).reply_to, 0); /* the second stayed */
    assert_int_equal(post_of(t, nobody, s.posts[6]).reply_to, 2);

    struct thread_record thread = thread_of(t, nobody, made);
    assert_true(text_equal(thread.title, TEXT("另一题")));
    assert_true(text_equal(thread.author, TEXT("zhang")));
    assert_int_equal(thread.floors, 3);
    assert_int_equal(thread.activity, s.posts[6]);
    assert_true(text_equal(thread.last_author, TEXT("li")));
    thread = thread_of(t, nobody, s.thread);
    assert_int_equal(thread.floors, 6);
    assert_int_equal(thread.moved, 3);
    assert_int_equal(thread.activity, s.posts[5]);
    assert_true(text_equal(thread.last_author, TEXT("zhang")));

    /* What is written now stands behind the stubs. */
    assert_int_equal(forum_answer(&t->forum, t->author, s.thread, 5, TEXT("后来")).floor, 7);
    split_recount(&t->forum);
}

static void everybody_is_told(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct change_record change;
    struct post_record post;
    unsigned stubs = 0, arrivals = 0;

    uint64_t head = forum_number(&t->forum, "SELECT head FROM thread");
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "4,6", "另一题", NULL), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        const struct event *event = forum_event(&t->forum, i, &change);
        if (!items_next(&change.post, &shape_post_record, &post))
            continue;
        if (post.state == POST_STATE_MOVED) {
            assert_int_equal(event->id, s.thread);
            assert_int_equal(event->blanks, post.id);
            assert_int_equal(post.to_floor, post.id == s.posts[4] ? 1 : 2);
            stubs++;
        } else {
            assert_int_not_equal(event->id, s.thread);
            assert_true(post.body.len > 0);
            arrivals++;
        }
    }
    assert_int_equal(stubs, 2);
    assert_int_equal(arrivals, 2);

    /* And whoever was away hears the same. */
    assert_int_equal(told_since(t, TOPIC_THREAD, s.thread, head), 3); /* two stubs and the header */

    /* Both authors once, with the reason, never by whom. */
    struct notice_record notice = newest_notice(&t->forum, t->other);
    assert_int_equal(notice.kind, NOTICE_KIND_RESETTLED);
    assert_null(notice.by.at);
    assert_int_equal(notice.post, s.posts[4]);
    assert_int_equal(notice.floor, 1);
    assert_true(text_equal(notice.title, TEXT("另一题")));
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM notice WHERE kind = 19"), 1);
    struct decisions_reply out;
    struct decision_record decision;
    assert_int_equal(forum_ask(&t->forum, t->other.session, MSG_DECISIONS, &(struct decisions_request){0}), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_true(items_next(&out.decisions, &shape_decision_record, &decision));
    assert_int_equal(decision.act, DECISION_ACT_SPLIT);
    assert_int_equal(decision.reason, REASON_OFF_TOPIC);
    assert_true(text_equal(decision.words, TEXT("另开一题")));
    assert_null(decision.by.at);
    assert_int_equal(decision.appeal_by, 0);
    struct appeal_request appeal = {.decision = decision.id, .words = TEXT("不同意")};
    assert_int_not_equal(forum_do(&t->forum, t->other.session, MSG_APPEAL, &appeal), STATUS_OK);
}

static void search_and_feeds_follow(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3,5", "迁居", NULL);

    struct hit_record hit = only_hit(t, nobody, "词语5号");
    assert_int_equal(hit.thread, made);
    assert_int_equal(hit.floor, 2);
    assert_int_equal(only_hit(t, nobody, "迁居").post, s.posts[3]); /* its title now */
    assert_int_equal(only_hit(t, nobody, "词语2号").thread, s.thread);

    /* Out of reach of those who may not read there. */
    uint64_t inner = split_made(&t->forum, t->editor, made, "2", "内部", "inner");
    split_recount(&t->forum);
    assert_int_equal(only_hit(t, nobody, "词语5号").post, 0);
    assert_int_equal(only_hit(t, t->author, "词语5号").thread, inner);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_POST_GET, &(struct post_get_request){.post = s.posts[5]}), STATUS_NOT_FOUND);
    struct post_record stub = split_read(&t->forum, nobody, made, 2);
    assert_int_equal(stub.state, POST_STATE_MOVED);
    assert_int_equal(stub.to_thread, 0);
    assert_null(stub.to_title.at);
    assert_int_equal(split_read(&t->forum, t->author, made, 2).to_thread, inner);
    /* The stub of the first move leads to where the post is by now, for whoever may go there. */
    assert_int_equal(split_read(&t->forum, t->author, s.thread, 5).to_thread, inner);
    assert_int_equal(split_read(&t->forum, nobody, s.thread, 5).to_thread, 0);
}

static void who_may_not_read_there_is_not_told_where(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "题", TEXT("一"));
    struct change_record change;
    struct post_record post;

    forum_answer(&t->forum, t->citizen, first.thread, 0, TEXT("二"));
    assert_int_equal(split_off(&t->forum, t->editor, first.thread, "2", "秘密题目", "inner"), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        const struct event *event = forum_event(&t->forum, i, &change);
        if (event->topic == TOPIC_THREAD && event->id == first.thread && items_next(&change.post, &shape_post_record, &post))
            assert_int_equal(post.to_thread, 0);
    }
    struct notice_record notice = newest_notice(&t->forum, t->citizen);
    assert_int_equal(notice.kind, NOTICE_KIND_RESETTLED);
    assert_int_equal(notice.thread, first.thread);
    assert_int_equal(notice.post, 0);
    assert_false(text_equal(notice.title, TEXT("秘密题目")));
}

static void reading_and_watching_follow(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct mark_request mark = {.thread = s.thread, .floor = 4};
    struct watch_set_request watch = {.kind = TOPIC_THREAD, .id = s.thread};

    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_MARK, &mark), STATUS_OK);
    mark.floor = 6;
    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_MARK, &mark), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_WATCH_SET, &watch), STATUS_OK);
    assert_int_equal(forum_do(&t->forum, t->citizen.session, MSG_WATCH_SET, &watch), STATUS_OK);
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-5", "另一题", NULL);
    assert_int_equal(thread_of(t, t->citizen, made).read_floor, 2);
    assert_true(thread_of(t, t->citizen, made).unread);
    assert_int_equal(thread_of(t, t->admin, made).read_floor, 3);
    assert_false(thread_of(t, t->admin, made).unread);
    assert_int_equal(thread_of(t, t->editor, made).read_floor, 0);
    assert_true(thread_of(t, t->other, made).watched); /* who wrote there */
    assert_false(thread_of(t, t->citizen, made).watched);

    /* Whoever had read both to the end has read the one that they became; watches go along. */
    assert_int_equal(split_merge(&t->forum, t->editor, s.thread, made, NULL), STATUS_OK);
    split_recount(&t->forum);
    assert_int_equal(thread_of(t, t->admin, made).read_floor, 6);
    assert_int_equal(thread_of(t, t->citizen, made).read_floor, 2);
    assert_true(thread_of(t, t->citizen, made).watched);
    assert_false(thread_of(t, t->citizen, s.thread).watched);
}

/* ---- merging ---- */

static void a_merged_thread_leads_on(void **state)
{
    struct town *t = *state;
    struct story one = tell_story(t, "essays"), two = tell_story(t, "essays");
    char before[64], after[64];
    struct thread_set_request set = {.thread = two.thread, .pinned = CHANGE_ON};
    struct change_record change;
    struct gone_record gone;
    bool told = false;

    (void)snprintf(before, sizeof before, "%llu %llu ", (unsigned long long)two.thread, (unsigned long long)one.thread);
    (void)snprintf(after, sizeof after, "%llu ", (unsigned long long)one.thread);
    assert_string_equal(listed(t, "essays"), before);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &set), STATUS_OK);
    uint64_t head = forum_number(&t->forum, "SELECT head FROM board WHERE slug = 'essays'");
    assert_int_equal(split_merge(&t->forum, t->editor, two.thread, one.thread, NULL), STATUS_OK);
    for (size_t i = 0; i < forum_events(&t->forum); i++) {
        (void)forum_event(&t->forum, i, &change);
        told = told || (items_next(&change.gone, &shape_gone_record, &gone) && gone.id == two.thread && gone.to == t->essays);
    }
    assert_true(told);
    split_recount(&t->forum);
    assert_string_equal(listed(t, "essays"), after);
    assert_int_equal(told_since(t, TOPIC_BOARD, t->essays, head), 2); /* one is gone, one has changed */

    struct thread_record thread = thread_of(t, nobody, two.thread);
    assert_int_equal(thread.into, one.thread);
    assert_int_equal(thread.moved, 6);
    assert_false(thread.pinned);
    struct post_record post = post_of(t, nobody, two.posts[4]);
    assert_int_equal(post.thread, one.thread);
    assert_int_equal(post.floor, 10);
    assert_int_equal(post.reply_to, 9);

    /* Nothing can be done to what is no more, but an answer finds its way. */
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_SET, &set), STATUS_GONE);
    struct thread_merge_request again = {.thread = two.thread, .into = one.thread, .hash = {"01234567890123456789012345678901", 32}};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_MERGE, &again), STATUS_GONE);
    struct reply_reply answer = forum_answer(&t->forum, t->author, two.thread, 4, TEXT("还要说"));
    assert_int_equal(answer.thread, one.thread);
    assert_int_equal(post_of(t, nobody, answer.post).reply_to, 10);
    assert_int_equal(forum_answer(&t->forum, t->author, two.thread, 0, TEXT("再说")).thread, one.thread);
    split_recount(&t->forum);
}

static void what_is_put_back_stands_where_it_stood(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-5", "另一题", NULL);

    assert_int_equal(split_merge(&t->forum, t->editor, made, s.thread, NULL), STATUS_OK);
    split_recount(&t->forum);
    for (uint64_t floor = 1; floor <= FLOORS; floor++) {
        struct post_record post = split_read(&t->forum, nobody, s.thread, floor);
        assert_int_equal(post.id, s.posts[floor]);
        assert_int_equal(post.state, POST_STATE_VISIBLE);
        assert_int_equal(post.reply_to, floor == 3 ? 2 : floor == 4 ? 3 : floor == 6 ? 4 : 0);
    }
    assert_int_equal(thread_of(t, nobody, s.thread).moved, 0);

    /* A whole merge too: the thread stands on its board again. */
    struct story other = tell_story(t, "inner");
    assert_int_equal(split_merge(&t->forum, t->editor, s.thread, other.thread, NULL), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, 0, MSG_READ, &(struct read_request){.thread = s.thread}), STATUS_OK);
    assert_int_equal(thread_of(t, nobody, s.thread).into, 0);
    assert_int_equal(thread_of(t, t->author, s.thread).into, other.thread);
    split_recount(&t->forum);
    assert_int_equal(split_merge(&t->forum, t->editor, other.thread, s.thread, "8-12"), STATUS_GONE); /* without its opening post */
    assert_int_equal(split_merge(&t->forum, t->editor, other.thread, s.thread, "7-12"), STATUS_OK);
    split_recount(&t->forum);
    assert_int_equal(thread_of(t, nobody, s.thread).moved, 0);
    assert_int_equal(split_read(&t->forum, nobody, s.thread, 1).id, s.posts[1]);
    assert_int_equal(thread_of(t, t->author, other.thread).moved, 6);
    assert_int_equal(only_hit(t, nobody, "词语5号").thread, s.thread);
}

/* ---- what waits ---- */

static struct text send_held(struct town *t, struct member by, uint64_t thread, uint64_t to, const char *body)
{
    static char id[16];
    struct reply_request in = {.thread = thread, .to = to, .body = text_of(body)};
    struct reply_reply out;

    assert_int_equal(forum_do(&t->forum, by.session, MSG_REPLY, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.held.len, sizeof id);
    memcpy(id, out.held.at, sizeof id);
    return (struct text){id, sizeof id};
}

static void set_hold(struct town *t, bool hold)
{
    struct board_set_request set = {.board = TEXT("essays"), .hold = hold ? CHANGE_ON : CHANGE_OFF};

    assert_int_equal(forum_do(&t->forum, t->admin.session, MSG_BOARD_SET, &set), STATUS_OK);
}

static struct decide_reply approve_first(struct town *t, struct member who)
{
    struct decide_request in = {.act = DECISION_ACT_APPROVE, .item = queue_first(&t->forum, who, NULL).item};
    struct decide_reply out;

    in.hash = queue_keep_hash(queue_open(&t->forum, who, in.item).hash);
    assert_int_equal(forum_do(&t->forum, who.session, MSG_DECIDE, &in), STATUS_OK);
    forum_reply(&t->forum, &out);
    return out;
}

static void what_waits_follows_its_floor(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");

    set_hold(t, true);
    send_held(t, t->other, s.thread, 4, "回四楼");
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4", "另一题", "inner");
    split_recount(&t->forum);
    struct decide_reply placed = approve_first(t, t->editor);
    assert_int_equal(placed.thread, made);
    struct post_record post = post_of(t, t->author, placed.post);
    assert_int_equal(post.floor, 3);
    assert_int_equal(post.reply_to, 2);

    /* One to a floor that stays, stays; and goes with the whole. */
    send_held(t, t->other, s.thread, 2, "回二楼");
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "5", "又一题", NULL), STATUS_OK);
    assert_int_equal(queue_first(&t->forum, t->editor, NULL).thread, s.thread);
    assert_int_equal(split_merge(&t->forum, t->editor, s.thread, made, NULL), STATUS_OK);
    split_recount(&t->forum);
    placed = approve_first(t, t->editor);
    assert_int_equal(placed.thread, made);
    assert_int_equal(post_of(t, t->author, post_of(t, t->author, placed.post).id).reply_to, 5); /* 1 to 3 stood there, then the first and second */
    split_recount(&t->forum);
}

static void what_waits_and_is_looked_at_meanwhile_is_stale(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct decide_request in = {.act = DECISION_ACT_APPROVE};
    static char kept[32];

    set_hold(t, true);
    send_held(t, t->other, s.thread, 3, "回三楼");
    in.item = queue_first(&t->forum, t->editor, NULL).item;
    memcpy(kept, queue_open(&t->forum, t->editor, in.item).hash.at, sizeof kept);
    split_made(&t->forum, t->editor, s.thread, "3", "另一题", NULL);
    in.hash = (struct text){kept, sizeof kept};
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &in), STATUS_STALE);
}

/* An edit that waits goes with its post, and is let through there. */
static void an_edit_that_waits_follows_its_post(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct edit_request edit = {.post = s.posts[3], .revision = 1, .body = TEXT("改写过的")};

    set_hold(t, true);
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4", "另一题", "inner");
    split_recount(&t->forum);
    assert_true(text_equal(queue_first(&t->forum, t->editor, NULL).board_slug, TEXT("inner")));
    assert_int_equal(approve_first(t, t->editor).thread, made);
    assert_true(text_equal(split_read(&t->forum, t->author, made, 1).body, TEXT("改写过的")));
    assert_int_equal(only_hit(t, t->author, "改写过的").floor, 1);
    split_recount(&t->forum);
}

static void flags_and_appeals_follow_the_post(void **state)
{
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct flag_request flag = {.post = s.posts[3], .reason = REASON_SPAM};
    struct post_hash_reply looked;
    struct decide_request take = {.post = s.posts[4], .act = DECISION_ACT_HIDE, .reason = REASON_ABUSE};

    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_FLAG, &flag), STATUS_OK);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = take.post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    take.hash = queue_keep_hash(looked.hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &take), STATUS_OK);
    uint64_t made = split_made(&t->forum, t->editor, s.thread, "3-4", "另一题", "inner");
    split_recount(&t->forum);
    struct item_record item = queue_first(&t->forum, t->editor, NULL);
    assert_int_equal(item.thread, made);
    assert_true(text_equal(item.board_slug, TEXT("inner")));
    /* What was hidden is hidden there too, and comes back there. */
    assert_int_equal(split_read(&t->forum, t->author, made, 2).state, POST_STATE_HIDDEN);
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_POST_HASH, &(struct post_hash_request){.post = take.post}), STATUS_OK);
    forum_reply(&t->forum, &looked);
    take.act = DECISION_ACT_RESTORE;
    take.hash = queue_keep_hash(looked.hash);
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_DECIDE, &take), STATUS_OK);
    assert_true(text_equal(split_read(&t->forum, t->author, made, 2).body, TEXT("词语4号")));
    assert_int_equal(only_hit(t, t->author, "词语4号").thread, made);
}

/* ---- refusals ---- */

static enum status try_split(struct town *t, struct member who, uint64_t thread, const char *ranges, struct text hash)
{
    struct thread_split_request in = {.thread = thread, .title = TEXT("题"), .hash = hash, .floors = split_floors(ranges)};

    return forum_do(&t->forum, who.session, MSG_THREAD_SPLIT, &in);
}

static void bad_floors_are_refused(void **state)
{
    static const char *const bad[] = {"1", "1-3", "0", "7", "2-7", "4-3", "3,3", "3-4,4", "4,2", "2-99999999999"};
    struct town *t = *state;
    struct story s = tell_story(t, "essays");
    struct text hash = split_look(&t->forum, t->editor, s.thread, "3");

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(try_split(t, t->editor, s.thread, bad[i], hash), STATUS_BAD_FIELD);
        assert_string_equal(fault(t)->field, "floors");
    }
    assert_int_equal(try_split(t, t->editor, s.thread, "", hash), STATUS_BAD_FIELD);
    assert_int_equal(try_split(t, t->editor, s.thread, "4", hash), STATUS_STALE);
    assert_int_equal(try_split(t, t->editor, s.thread, "3", TEXT("x")), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "hash");

    /* Not twice, and no tombstone opens a thread. */
    assert_int_equal(try_split(t, t->editor, s.thread, "3", hash), STATUS_OK);
    assert_int_equal(try_split(t, t->editor, s.thread, "3", hash), STATUS_BAD_FIELD);
    struct delete_request take = {.post = s.posts[4]};
    assert_int_equal(forum_do(&t->forum, t->other.session, MSG_DELETE, &take), STATUS_OK);
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "4-5", "题", NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "floors");
    assert_int_equal(split_off(&t->forum, t->editor, s.thread, "5", " ", NULL), STATUS_BAD_FIELD);
    assert_string_equal(fault(t)->field, "title");
    split_recount(&t->forum);
}

static void what_changed_meanwhile_is_stale(void **state)
{
    struct town *t = *state;
    struct story one = tell_story(t, "essays"), two = tell_story(t, "essays");
    struct text hash = split_look(&t->forum, t->editor, one.thread, "2-3");
    struct edit_request edit = {.post = one.posts[3], .revision = 1, .body = TEXT("改过")};

    /* Elsewhere in the thread is another matter. */
    forum_answer(&t->forum, t->author, one.thread, 0, TEXT("新的"));
    assert_int_equal(forum_do(&t->forum, t->author.session, MSG_EDIT, &edit), STATUS_OK);
    assert_int_equal(try_split(t, t->editor, one.thread, "2-3", hash), STATUS_STALE);
    assert_string_equal(fault(t)->field, "hash");

    struct thread_merge_request merge = {.thread = two.thread, .into = one.thread, .hash = split_look(&t->forum, t->editor, two.thread, NULL)};
    forum_answer(&t->forum, t->author, two.thread, 0, TEXT("没看到的"));
    assert_int_equal(forum_do(&t->forum, t->editor.session, MSG_THREAD_MERGE, &merge), STATUS_STALE);
}

static void others_boards_are_as_if_there_were_none(void **state)
{
    struct town *t = *state;
    struct member keeper = forum_member(&t->forum, "keeper", ROLE_MEMBER);
    struct story mine = tell_story(t, "essays"), theirs = tell_story(t, "inner");
    struct text hash = split_look(&t->forum, t->editor, mine.thread, "3");

    forum_grant(&t->forum, keeper, ROLE_MODERATOR, t->essays);
    assert_int_equal(try_split(t, t->other, mine.thread, "3", hash), STATUS_NOT_FOUND);
    assert_string_equal(fault(t)->field, "thread");
    assert_int_equal(try_split(t, keeper, theirs.thread, "3", hash), STATUS_NOT_FOUND);
    assert_int_equal(try_split(t, keeper, 9999, "3", hash), STATUS_NOT_FOUND);
    assert_int_equal(split_off(&t->forum, keeper, mine.thread, "3", "题", "inner"), STATUS_NOT_FOUND);
    assert_string_equal(fault(t)->field, "board");
    assert_int_equal(split_merge(&t->forum, keeper, mine.thread, theirs.thread, NULL), STATUS_NOT_FOUND);
    assert_string_equal(fault(t)->field, "into");
    assert_int_equal(split_merge(&t->forum, keeper, mine.thread, 9999, NULL), STATUS_NOT_FOUND);
    assert_int_equal(split_merge(&t->forum, keeper, mine.thread, mine.thread, NULL), STATUS_BAD_FIELD);
    assert_int_equal(split_off(&t->forum, keeper, mine.thread, "3", "题", NULL), STATUS_OK);
    split_recount(&t->forum);
}

static void too_many_are_refused(void **state)
{
    struct town *t = *state;
    struct post_reply first = forum_post(&t->forum, t->author, "essays", "长", TEXT("一"));

    for (unsigned i = 0; i <= LIMIT_SPLIT_FLOORS; i++)
        forum_answer(&t->forum, t->author, first.thread, 0, TEXT("楼"));
    struct text hash = split_look(&t->forum, t->editor, first.thread, "2-201");
    assert_int_equal(try_split(t, t->editor, first.thread, "2-202", hash), STATUS_TOO_MANY);
    assert_string_equal(fault(t)->field, "floors");
    assert_int_equal(try_split(t, t->editor, first.thread, "2-3,5-203", hash), STATUS_BAD_FIELD); /* there is no such floor */
    assert_int_equal(try_split(t, t->editor, first.thread, "2-201", hash), STATUS_OK);
    split_recount(&t->forum);
}

/* As many as a step may move, each with a text that is cut in its event. */
static void a_long_thread_is_merged_in_one_step(void **state)
{
    static char body[3 * LIMIT_EVENT_BODY];
    struct town *t = *state;
    struct post_reply one = forum_post(&t->forum, t->author, "essays", "长", TEXT("一")), other = forum_post(&t->forum, t->author, "inner", "短", TEXT("一"));
    struct thread_merge_reply out;
    struct text long_one = {body, sizeof body};

    memset(body, 'a', sizeof body);
    for (unsigned i = 1; i < LIMIT_REMOVED_FLOORS; i++)
        forum_answer(&t->forum, t->author, one.thread, 0, long_one);
    assert_int_equal(split_merge(&t->forum, t->editor, one.thread, other.thread, NULL), STATUS_OK);
    forum_reply(&t->forum, &out);
    assert_int_equal(out.posts, LIMIT_REMOVED_FLOORS);
    assert_int_equal(forum_events(&t->forum), 2 * LIMIT_REMOVED_FLOORS + 5); /* two headers of threads, two boards, one notice */
    split_recount(&t->forum);
    struct floors_hash_request look = {.thread = other.thread};
    assert_int_equal(forum_ask(&t->forum, t->editor.session, MSG_FLOORS_HASH, &look), STATUS_TOO_MANY);
    assert_int_equal(fault(t)->limit, LIMIT_REMOVED_FLOORS);
}

/* ---- whatever is done ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Some floors of a thread, chosen at random among its posts but the first; false: it has none. */
static bool random_floors(struct town *t, uint64_t thread, uint64_t *random, char *out, size_t room)
{
    uint64_t floors = thread_of(t, t->editor, thread).floors;
    size_t len = 0;

    out[0] = '\0';
    for (uint64_t floor = 2; floor <= floors && len + 24 < room; floor++)
        if (next_random(random) % 2 && split_read(&t->forum, t->editor, thread, floor).state != POST_STATE_MOVED)
            len += (size_t)snprintf(out + len, room - len, "%s%llu", len ? "," : "", (unsigned long long)floor);
    return len > 0;
}

static void random_moves_keep_every_post_once(void **state)
{
    enum { MOVES = 120 };
    static const char *const boards[] = {NULL, "essays", "inner"};
    struct town *t = *state;
    uint64_t random = 20261125, moved = 0;
    char floors[512];

    for (int i = 0; i < 3; i++)
        tell_story(t, i % 2 ? "inner" : "essays");
    uint64_t posts = forum_number(&t->forum, "SELECT count(*) FROM post");
    for (int i = 0; i < MOVES; i++) {
        uint64_t threads = forum_number(&t->forum, "SELECT max(id) FROM thread");
        uint64_t from = next_random(&random) % threads + 1, into = next_random(&random) % threads + 1;
        if (thread_of(t, t->editor, from).into)
            continue;
        bool some = random_floors(t, from, &random, floors, sizeof floors);
        enum status status;
        if (next_random(&random) % 3 == 0 && some)
            status = split_off(&t->forum, t->editor, from, floors, "拆", boards[next_random(&random) % 3]);
        else
            status = split_merge(&t->forum, t->editor, from, into, some && next_random(&random) % 2 ? floors : NULL);
        assert_true(status == STATUS_OK || status == STATUS_BAD_FIELD || status == STATUS_GONE); /* into itself, into what is no more */
        moved += status == STATUS_OK;
        split_recount(&t->forum);
    }
    assert_true(moved > MOVES / 4);
    assert_int_equal(forum_number(&t->forum, "SELECT count(*) FROM post"), posts);
    assert_int_equal(forum_number(&t->forum, "SELECT count(DISTINCT id) FROM post WHERE state = 0"), posts);
}

int main(void)
{
#define IN_TOWN(name) cmocka_unit_test_setup_teardown(name, town_make, town_end)
    const struct CMUnitTest tests[] = {
        IN_TOWN(a_split_moves_posts_and_leaves_stubs),
        IN_TOWN(everybody_is_told),
        IN_TOWN(search_and_feeds_follow),
        IN_TOWN(who_may_not_read_there_is_not_told_where),
        IN_TOWN(reading_and_watching_follow),
        IN_TOWN(a_merged_thread_leads_on),
        IN_TOWN(what_is_put_back_stands_where_it_stood),
        IN_TOWN(what_waits_follows_its_floor),
        IN_TOWN(what_waits_and_is_looked_at_meanwhile_is_stale),
        IN_TOWN(an_edit_that_waits_follows_its_post),
        IN_TOWN(flags_and_appeals_follow_the_post),
        IN_TOWN(bad_floors_are_refused),
        IN_TOWN(what_changed_meanwhile_is_stale),
        IN_TOWN(others_boards_are_as_if_there_were_none),
        IN_TOWN(too_many_are_refused),
        IN_TOWN(a_long_thread_is_merged_in_one_step),
        IN_TOWN(random_moves_keep_every_post_once),
    };
#undef IN_TOWN
    return cmocka_run_group_tests(tests, NULL, NULL);
}
