/* The hub: from subscribing through backlog to live, gaps, blanks, lost access, and nothing left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>

#include "tests/unit/fake_loop.h"

#include "server/dispatch.h"
#include "server/forum/topics.h"
#include "server/hub/hub.h"

enum { THREAD = 5, PLENTY = 1 << 20 };

static const struct board_policy open_board = {.board = 3, .read = ROLE_VISITOR};
static const struct board_policy members_board = {.board = 3, .read = ROLE_MEMBER};
static const struct actor visitor = {.role = ROLE_VISITOR};
static const struct actor member = {.account = 8, .session = 80, .role = ROLE_MEMBER};

/* What the store would find; set by each test. */
static struct backlog found;

bool topics_backlog(struct backlog *b, struct db *db)
{
    (void)db;
    b->status = found.status;
    b->events = found.events;
    b->upto = found.upto;
    b->done = found.done;
    b->board = found.board;
    return true;
}

/* ---- the stage ---- */

struct stage {
    struct hub *hub;
    struct dispatch *dispatch;
    struct follower follower;
    struct connection *connection;
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);

    found = (struct backlog){.board = open_board, .done = true};
    s->hub = hub_new(&fake_loop, &fake_store);
    s->dispatch = dispatch_new(NULL);
    s->connection = calloc(1, sizeof *s->connection);
    dispatch_attach(s->dispatch, &fake_loop, s->hub);
    hub_enter(s->hub, &s->follower, s->connection);
    assert_true(hub_become(&s->follower, &visitor));
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    hub_leave(&s->follower);
    while (fake_store.count) {
        struct task *task = (struct task *)fake_take();
        task->settle(task);
    }
    assert_true(hub_settled(s->hub));
    hub_free(s->hub);
    dispatch_free(s->dispatch);
    free(s->connection);
    free(s);
    return 0;
}

static void output(struct stage *s, size_t room)
{
    struct outlet outlet = {s->connection, room};

    s->connection->wants = false;
    s->connection->len = 0;
    hub_output(&s->follower, &outlet);
}

/* The store does the oldest job. */
static void store_turn(void)
{
    struct task *task = (struct task *)fake_take();

    (void)task->job.run(&task->job, NULL);
    task->job.durable = true;
    task->settle(task);
}

/* A commit with one event, or one change of access. */
struct commit {
    struct task task;
    struct request request;
    struct event event;
    struct access_change access;
};

static void keep(struct task *task)
{
    (void)task;
}

static void commit(struct stage *s, const struct event *event, const struct access_change *access)
{
    struct commit c = {.task = {.job.durable = true, .loop = &fake_loop, .settle = keep}};

    c.task.request = &c.request;
    if (event) {
        c.event = *event;
        c.request.events = &c.event;
    }
    if (access) {
        c.access = *access;
        c.request.access = &c.access;
    }
    dispatch_committed(s->dispatch, &c.task.job);
}

/* A post as an encoded change; what it costs is of no matter here. */
static void commit_post(struct stage *s, uint64_t seq, uint64_t post, uint64_t blanks, size_t body_len)
{
    static char body[8192];
    static uint8_t post_bytes[9000], bytes[9100];
    struct wire_writer w = wire_writer_over(post_bytes, sizeof post_bytes);
    struct post_record record = {.id = post, .thread = THREAD, .floor = seq, .body = {body, body_len}};
    struct change_record change = {.seq = seq, .cursor = TEXT("cursor")};

    memset(body, 'b', sizeof body);
    shape_encode(&shape_post_record, &record, &w);
    assert_int_equal(w.error, WIRE_OK);
    change.post = (struct items){post_bytes, w.len, 1};
    w = wire_writer_over(bytes, sizeof bytes);
    shape_encode(&shape_change_record, &change, &w);
    assert_int_equal(w.error, WIRE_OK);
    commit(s, &(struct event){
        .topic = TOPIC_THREAD, .id = THREAD, .seq = seq, .blanks = blanks, .payload = {(const char *)bytes, w.len},
    }, NULL);
}

/* ---- reading what was said ---- */

/* Takes one event frame off what was said; its op, and its first number (seq, code, from). */
static uint16_t said(struct stage *s, size_t *at, uint64_t *number)
{
    struct frame frame;
    struct wire_reader r;

    if (*at == s->connection->len)
        return 0;
    assert_true(frame_get(s->connection->out + *at, &frame));
    assert_int_equal(frame.kind, FRAME_EVENT);
    assert_int_equal(frame.id, 1);
    r = wire_reader_over(s->connection->out + *at + FRAME_HEADER, frame.len);
    wire_get_map(&r);
    assert_int_equal(wire_get_uint(&r), 1);
    *number = frame.op == EVENT_LIVE ? 0 : wire_get_uint(&r);
    *at += FRAME_HEADER + frame.len;
    assert_true(*at <= s->connection->len);
    return frame.op;
}

static void assert_said(struct stage *s, size_t *at, uint16_t op, uint64_t number)
{
    uint64_t got = 0;

    assert_int_equal(said(s, at, &got), op);
    assert_int_equal(got, number);
}

static void assert_said_all(struct stage *s, size_t at)
{
    assert_int_equal(at, s->connection->len);
}

/* Subscribes from `since`; the store's head is `head`. */
static void go_live(struct stage *s, uint64_t head)
{
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = head};
    size_t at = 0;

    found.upto = head;
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    assert_true(s->connection->wants);
    output(s, PLENTY);
    store_turn();
    output(s, PLENTY);
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said_all(s, at);
}

/* ---- tests ---- */

static void events_reach_who_is_live(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    commit_post(s, 1, 1, 0, 10); /* nobody follows: nothing is kept */
    go_live(s, 1);
    commit_post(s, 2, 2, 0, 10);
    commit_post(s, 3, 3, 0, 10);
    assert_true(s->connection->wants);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 2);
    assert_said(s, &at, EVENT_CHANGE, 3);
    assert_said_all(s, at);
    output(s, PLENTY);
    assert_said_all(s, 0);
}

/* Events that overtake the answer to subscribe, or are in the backlog too, are said once and in order. */
static void backlog_and_ring_meet_without_a_seam(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 10};
    struct event second = {.topic = TOPIC_THREAD, .id = THREAD, .seq = 13, .payload = TEXT("\xa1\x01\x0d")};
    struct event first = {.next = &second, .topic = TOPIC_THREAD, .id = THREAD, .seq = 11, .payload = TEXT("\xa1\x01\x0b")};
    size_t at = 0;

    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    commit_post(s, 12, 12, 0, 10);
    commit_post(s, 13, 13, 0, 10);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    assert_said_all(s, 0);
    commit_post(s, 14, 14, 0, 10);
    found.events = &first;
    found.upto = 13;
    store_turn();
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 11);
    assert_said(s, &at, EVENT_CHANGE, 13);
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said(s, &at, EVENT_CHANGE, 14);
    assert_said_all(s, at);
}

static void a_long_backlog_comes_in_pieces(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 0};
    struct event second = {.topic = TOPIC_THREAD, .id = THREAD, .seq = 2, .payload = TEXT("\xa1\x01\x02")};
    struct event first = {.next = &second, .topic = TOPIC_THREAD, .id = THREAD, .seq = 1, .payload = TEXT("\xa1\x01\x01")};
    size_t at = 0;

    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    found.events = &first;
    found.upto = 2;
    found.done = false;
    store_turn();
    output(s, 1); /* no room after the first: the second is asked for again */
    assert_said(s, &at, EVENT_CHANGE, 1);
    assert_said_all(s, at);
    assert_int_equal(fake_store.count, 0);
    output(s, PLENTY);
    found.events = &second;
    store_turn();
    output(s, PLENTY);
    at = 0;
    assert_said(s, &at, EVENT_CHANGE, 2);
    assert_said_all(s, at);
    found.events = NULL;
    found.done = true;
    store_turn();
    output(s, PLENTY);
    at = 0;
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said_all(s, at);
}

static void without_room_positions_wait(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    go_live(s, 0);
    for (uint64_t seq = 1; seq <= 5; seq++)
        commit_post(s, seq, seq, 0, 10);
    output(s, 0);
    assert_said_all(s, 0);
    output(s, 1);
    assert_said(s, &at, EVENT_CHANGE, 1);
    assert_said_all(s, at);
    output(s, PLENTY);
    at = 0;
    for (uint64_t seq = 2; seq <= 5; seq++)
        assert_said(s, &at, EVENT_CHANGE, seq);
    assert_said_all(s, at);
}

static void who_falls_behind_the_ring_is_told_of_the_gap(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    go_live(s, 7);
    for (uint64_t seq = 8; seq < 8 + 200; seq++)
        commit_post(s, seq, seq, 0, 8000);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_GAP, 8);
    assert_said_all(s, at);
    commit_post(s, 208, 208, 0, 10);
    output(s, PLENTY);
    at = 0;
    assert_said(s, &at, EVENT_CHANGE, 208);
}

static void what_was_removed_is_not_said_any_more(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    go_live(s, 0);
    commit_post(s, 1, 71, 0, 10);
    commit_post(s, 2, 72, 0, 10);
    commit_post(s, 3, 71, 71, 0);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 2);
    assert_said(s, &at, EVENT_CHANGE, 3);
    assert_said_all(s, at);
}

static void a_closed_board_ends_what_follows_it(void **state)
{
    struct stage *s = *state;
    const struct access_change change = {.kind = ACCESS_BOARD, .board = members_board};
    size_t at = 0;

    go_live(s, 0);
    commit_post(s, 1, 1, 0, 10);
    commit(s, NULL, &change);
    commit_post(s, 2, 2, 0, 10);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_END, STATUS_NOT_FOUND);
    assert_said_all(s, at);
    assert_int_equal(s->follower.count, 0);
}

static void a_moved_thread_goes_by_its_new_board(void **state)
{
    struct stage *s = *state;
    const struct access_change change = {.kind = ACCESS_THREAD, .id = THREAD, .board = members_board};
    size_t at = 0;

    assert_true(hub_become(&s->follower, &member));
    go_live(s, 0);
    commit(s, NULL, &change);
    commit_post(s, 1, 1, 0, 10);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 1);
    assert_said_all(s, at);
}

static void a_session_that_ended_leaves_a_visitor(void **state)
{
    struct stage *s = *state;
    const struct access_change other = {.kind = ACCESS_SESSION, .account = 8, .id = 81};
    const struct access_change kept = {.kind = ACCESS_SESSION, .account = 8, .keep = 80};
    const struct access_change own = {.kind = ACCESS_SESSION, .account = 8, .keep = 82};
    size_t at = 0;

    found.board = members_board;
    assert_true(hub_become(&s->follower, &member));
    go_live(s, 0);
    commit(s, NULL, &other);
    commit(s, NULL, &kept);
    assert_int_equal(s->follower.actor->account, 8);
    commit(s, NULL, &own);
    assert_int_equal(s->follower.actor->account, 0);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_END, STATUS_NOT_FOUND);
    assert_said_all(s, at);
}

/* A ban ends by the clock alone: the connection learns of it from the next subscription that the store grants. */
static void a_ban_is_over_with_the_next_subscription(void **state)
{
    struct stage *s = *state;
    struct access_change ban = {.kind = ACCESS_ACCOUNT, .account = member.account, .actor = member};
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .board = members_board};
    struct actor other = member;
    struct request r = {.message = message_by_op(MSG_SUBSCRIBE), .grants = &grant, .becomes = &other};
    const struct mute mute = {.board = 3};
    size_t at = 0;

    found.board = members_board;
    assert_true(hub_become(&s->follower, &member));
    go_live(s, 0);
    ban.actor.banned = true;
    ban.actor.mutes = &mute;
    ban.actor.mute_count = 1;
    commit(s, NULL, &ban);
    assert_true(s->follower.actor->banned);
    assert_int_equal(s->follower.actor->mute_count, 0); /* of no matter here, and another's memory */
    output(s, PLENTY);
    assert_said(s, &at, EVENT_END, STATUS_NOT_FOUND);

    other.session++; /* asked before the connection became another's */
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    assert_true(hub_take_effect(&s->follower, 1, &r));
    assert_true(s->follower.actor->banned);
    assert_true(hub_unsubscribe(&s->follower, 1));

    other.session = member.session;
    assert_false(hub_overtaken(s->hub, &r, hub_access_changes(s->hub)));
    assert_true(hub_overtaken(s->hub, &r, hub_access_changes(s->hub) - 1)); /* a new ban may be among what came since */
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    assert_true(hub_take_effect(&s->follower, 1, &r));
    assert_false(s->follower.actor->banned);
    output(s, PLENTY);
    store_turn();
    commit_post(s, 1, 1, 0, 10);
    output(s, PLENTY);
    at = 0;
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said(s, &at, EVENT_CHANGE, 1);
    assert_said_all(s, at);
}

/* The store's answer may be older than a change of access that the loop knows already. */
static void a_stale_backlog_is_read_again(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 0};
    const struct access_change change = {.kind = ACCESS_BOARD, .board = members_board};
    struct event first = {.topic = TOPIC_THREAD, .id = THREAD, .seq = 1, .payload = TEXT("\xa1\x01\x01")};
    size_t at = 0;

    found.events = &first;
    found.upto = 1;
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    commit(s, NULL, &change);
    store_turn();
    output(s, PLENTY);
    assert_said_all(s, 0);
    found.status = STATUS_NOT_FOUND;
    store_turn();
    output(s, PLENTY);
    assert_said(s, &at, EVENT_END, STATUS_NOT_FOUND);
    assert_said_all(s, at);
}

/* Who goes on as somebody else is not given what was read for whom he was. */
static void a_backlog_is_its_readers_own(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 0};
    struct event first = {.topic = TOPIC_THREAD, .id = THREAD, .seq = 1, .payload = TEXT("\xa1\x01\x01")};
    size_t at = 0;

    assert_true(hub_become(&s->follower, &member));
    found.board = members_board;
    found.events = &first;
    found.upto = 1;
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    assert_true(hub_become(&s->follower, &visitor));
    store_turn();
    output(s, PLENTY);
    assert_said_all(s, 0);
    /* The same when it has come, and waits for room. */
    store_turn();
    assert_true(hub_become(&s->follower, &member));
    output(s, PLENTY);
    assert_said_all(s, 0);
    store_turn();
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 1);
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said_all(s, at);
}

/* A store that fails is asked again by the next second, not at once and for ever. */
static void a_failed_backlog_waits_for_the_tick(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 0};

    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    struct task *task = (struct task *)fake_take();
    task->settle(task);
    assert_false(s->connection->wants);
    hub_tick(s->hub);
    assert_true(s->connection->wants);
    output(s, PLENTY);
    assert_int_equal(fake_store.count, 1);
}

static void nothing_comes_after_unsubscribe(void **state)
{
    struct stage *s = *state;

    go_live(s, 0);
    commit_post(s, 1, 1, 0, 10);
    assert_true(hub_unsubscribe(&s->follower, 1));
    assert_false(hub_unsubscribe(&s->follower, 1));
    output(s, PLENTY);
    assert_said_all(s, 0);
}

static void a_refused_subscription_leaves_nothing(void **state)
{
    struct stage *s = *state;

    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    commit_post(s, 1, 1, 0, 10);
    hub_answer(&s->follower, 1, NULL);
    assert_int_equal(s->follower.count, 0);
    output(s, PLENTY);
    assert_said_all(s, 0);
}

static void subscriptions_are_counted(void **state)
{
    struct stage *s = *state;

    for (uint32_t id = 1; id <= LIMIT_SUBSCRIPTIONS; id++)
        assert_int_equal(hub_expect(&s->follower, id, TOPIC_BOARD, id), STATUS_OK);
    assert_int_equal(hub_expect(&s->follower, 999, TOPIC_BOARD, 1), STATUS_TOO_MANY);
}

/* Leaving while the store works on a backlog: the job comes back to nobody. */
static void a_backlog_may_come_back_to_nobody(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 0};

    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    assert_int_equal(fake_store.count, 1);
    assert_false(hub_settled(s->hub));
}

static void what_everybody_has_had_is_given_back(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    go_live(s, 0);
    commit_post(s, 1, 1, 0, 10);
    hub_tick(s->hub);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 1);
    hub_tick(s->hub);
    commit_post(s, 2, 2, 0, 10);
    output(s, PLENTY);
    at = 0;
    assert_said(s, &at, EVENT_CHANGE, 2);
    assert_said_all(s, at);
}

/* ---- a follower that is told in another way: a letter and a number for each thing ---- */

static unsigned changes_of_actor;

static void write_down(struct outlet *outlet, char letter, uint64_t number)
{
    char word[32];

    outlet_put(outlet, word, (size_t)snprintf(word, sizeof word, "%c%u ", letter, (unsigned)number));
}

static void voice_change(struct follower *f, uint32_t id, uint64_t seq, struct text payload, struct outlet *outlet)
{
    (void)f;
    assert_int_equal(id, 1);
    assert_true(payload.len > 0);
    write_down(outlet, 'c', seq);
}

static void voice_live(struct follower *f, uint32_t id, uint64_t seq, struct outlet *outlet)
{
    (void)f;
    assert_int_equal(id, 1);
    write_down(outlet, 'l', seq);
}

static void voice_gap(struct follower *f, uint32_t id, uint64_t seq, struct outlet *outlet)
{
    (void)f;
    assert_int_equal(id, 1);
    write_down(outlet, 'g', seq);
}

static void voice_end(struct follower *f, uint32_t id, enum status status, struct outlet *outlet)
{
    (void)f;
    assert_int_equal(id, 1);
    assert_int_equal(status, STATUS_NOT_FOUND);
    write_down(outlet, 'e', 0);
}

static void voice_changed(struct follower *f)
{
    (void)f;
    changes_of_actor++;
}

static const struct voice voice = {voice_change, voice_live, voice_gap, voice_end, voice_changed};

static void assert_written(struct stage *s, const char *words)
{
    output(s, PLENTY);
    assert_int_equal(s->connection->len, strlen(words));
    assert_memory_equal(s->connection->out, words, strlen(words));
}

static void another_voice_tells_the_same(void **state)
{
    struct stage *s = *state;
    const struct subscription_grant grant = {.topic = TOPIC_THREAD, .id = THREAD, .since = 4};
    struct event fifth = {.topic = TOPIC_THREAD, .id = THREAD, .seq = 5, .payload = TEXT("\xa1\x01\x05")};

    s->follower.voice = &voice;
    found.events = &fifth;
    found.upto = 5;
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_THREAD, THREAD), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    store_turn();
    assert_written(s, "c5 l5 ");
    commit_post(s, 6, 6, 0, 10);
    commit_post(s, 7, 7, 0, 10);
    assert_written(s, "c6 c7 ");
    for (uint64_t seq = 8; seq < 208; seq++)
        commit_post(s, seq, seq, 0, 8000);
    assert_written(s, "g207 ");
    commit(s, NULL, &(struct access_change){.kind = ACCESS_BOARD, .board = members_board});
    assert_written(s, "e0 ");
}

static void who_becomes_another_is_told_so(void **state)
{
    struct stage *s = *state;
    struct access_change other = {.kind = ACCESS_ACCOUNT, .account = member.account, .actor = member};

    changes_of_actor = 0;
    s->follower.voice = &voice;
    assert_true(hub_become(&s->follower, &member));
    assert_int_equal(changes_of_actor, 0);
    commit(s, NULL, &other); /* a new name, the same powers */
    assert_int_equal(changes_of_actor, 0);
    other.actor.role = ROLE_CITIZEN;
    commit(s, NULL, &other);
    assert_int_equal(changes_of_actor, 1);
    other.actor.boards = &(struct board_role){.board = 3, .role = ROLE_MODERATOR};
    other.actor.board_count = 1;
    commit(s, NULL, &other);
    assert_int_equal(changes_of_actor, 2);
    commit(s, NULL, &(struct access_change){.kind = ACCESS_SESSION, .account = member.account, .id = member.session + 1});
    assert_int_equal(changes_of_actor, 2);
    commit(s, NULL, &(struct access_change){.kind = ACCESS_SESSION, .account = member.account, .id = member.session});
    assert_int_equal(changes_of_actor, 3);
}

/* ---- queues ---- */

static const struct actor moderator = {.account = 9, .session = 90, .role = ROLE_MODERATOR};

/* Follows the queue `topic` from `head`. */
static void follow_queue(struct stage *s, uint64_t topic, uint64_t head)
{
    const struct subscription_grant grant = {.topic = TOPIC_QUEUE, .id = topic, .since = head};
    size_t at = 0;

    found.upto = head;
    found.board = topic ? open_board : (struct board_policy){0};
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_QUEUE, topic), STATUS_OK);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    store_turn();
    output(s, PLENTY);
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said_all(s, at);
}

static void commit_queue(struct stage *s, uint64_t seq, const struct board_policy *board, uint64_t author, uint64_t barred)
{
    const uint64_t spared[] = {author, barred};

    commit(s, &(struct event){
        .topic = TOPIC_QUEUE, .id = board->board, .seq = seq, .payload = TEXT("\xa1\x01\x01"), .board = *board,
        .spared = {(const char *)spared, sizeof spared},
    }, NULL);
}

static void a_queue_tells_only_the_last_change_and_spares_whom_it_is_about(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    assert_true(hub_become(&s->follower, &moderator));
    follow_queue(s, 3, 1000);
    commit_queue(s, 1005, &open_board, moderator.account, 0);
    commit_queue(s, 1006, &open_board, 8, moderator.account);
    output(s, PLENTY);
    assert_said_all(s, 0);
    commit_queue(s, 1007, &open_board, 8, 0);
    commit_queue(s, 2000, &open_board, 8, 7);
    commit_queue(s, 2001, &open_board, moderator.account, 0);
    output(s, 0);
    assert_said_all(s, 0);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 2000);
    assert_said_all(s, at);
    output(s, PLENTY);
    assert_said_all(s, 0);
}

static void all_queues_are_those_that_one_decides_on(void **state)
{
    const struct board_policy other = {.board = 4, .read = ROLE_VISITOR}, site = {0};
    const struct board_role role = {.board = 3, .role = ROLE_MODERATOR};
    const struct actor local = {.account = 9, .session = 90, .role = ROLE_MEMBER, .boards = &role, .board_count = 1};
    struct stage *s = *state;
    size_t at = 0;

    assert_true(hub_become(&s->follower, &local));
    follow_queue(s, 0, 0);
    commit_queue(s, 10, &other, 8, 0);
    commit_queue(s, 11, &site, 8, 0);
    output(s, PLENTY);
    assert_said_all(s, 0);
    commit_queue(s, 12, &open_board, 8, 0);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 12);
    assert_said_all(s, at);
}

/* What happens while the past is read is told after it, and what the past holds is not told again. */
static void a_queue_meets_its_past_without_a_seam(void **state)
{
    const struct subscription_grant grant = {.topic = TOPIC_QUEUE, .id = 3, .since = 5};
    struct event past = {.topic = TOPIC_QUEUE, .id = 3, .seq = 20, .payload = TEXT("\xa1\x01\x14")};
    struct stage *s = *state;
    size_t at = 0;

    assert_true(hub_become(&s->follower, &moderator));
    assert_int_equal(hub_expect(&s->follower, 1, TOPIC_QUEUE, 3), STATUS_OK);
    commit_queue(s, 20, &open_board, 8, 0);
    hub_answer(&s->follower, 1, &grant);
    output(s, PLENTY);
    found.events = &past;
    found.upto = 20;
    store_turn();
    output(s, PLENTY);
    assert_said(s, &at, EVENT_CHANGE, 20);
    assert_said(s, &at, EVENT_LIVE, 0);
    assert_said_all(s, at);
    output(s, PLENTY);
    assert_said_all(s, 0);
}

static void a_queue_ends_with_the_power(void **state)
{
    struct stage *s = *state;
    size_t at = 0;

    assert_true(hub_become(&s->follower, &moderator));
    follow_queue(s, 3, 0);
    assert_true(hub_become(&s->follower, &member));
    commit_queue(s, 10, &open_board, 8, 0);
    output(s, PLENTY);
    assert_said(s, &at, EVENT_END, STATUS_NOT_FOUND);
    assert_said_all(s, at);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_reach_who_is_live),
        TEST(backlog_and_ring_meet_without_a_seam),
        TEST(a_long_backlog_comes_in_pieces),
        TEST(without_room_positions_wait),
        TEST(who_falls_behind_the_ring_is_told_of_the_gap),
        TEST(what_was_removed_is_not_said_any_more),
        TEST(a_closed_board_ends_what_follows_it),
        TEST(a_moved_thread_goes_by_its_new_board),
        TEST(a_session_that_ended_leaves_a_visitor),
        TEST(a_ban_is_over_with_the_next_subscription),
        TEST(a_stale_backlog_is_read_again),
        TEST(a_backlog_is_its_readers_own),
        TEST(a_failed_backlog_waits_for_the_tick),
        TEST(nothing_comes_after_unsubscribe),
        TEST(a_refused_subscription_leaves_nothing),
        TEST(subscriptions_are_counted),
        TEST(a_backlog_may_come_back_to_nobody),
        TEST(another_voice_tells_the_same),
        TEST(who_becomes_another_is_told_so),
        TEST(what_everybody_has_had_is_given_back),
        TEST(a_queue_tells_only_the_last_change_and_spares_whom_it_is_about),
        TEST(all_queues_are_those_that_one_decides_on),
        TEST(a_queue_meets_its_past_without_a_seam),
        TEST(a_queue_ends_with_the_power),
    };
    return cmocka_run_group_tests_name("hub", tests, NULL, NULL);
}
