/* What is kept holds until its topic is touched; commits touch what they changed, before anybody is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/unit/fake_loop.h"

#include "server/dispatch.h"
#include "server/forum/topics.h"
#include "server/generations.h"
#include "server/hub/hub.h"

/* No backlog is asked for here. */
bool topics_backlog(struct backlog *b, struct db *db)
{
    (void)b;
    (void)db;
    return true;
}

static void what_is_kept_holds_until_it_is_touched(void **state)
{
    struct generations *g = generations_new();
    uint64_t before, between, after;

    (void)state;
    assert_non_null(g);
    before = generations_stamp(g);
    assert_true(generations_hold(g, TOPIC_THREAD, 5, before));
    generations_begin(g);
    generations_touch(g, TOPIC_THREAD, 5);
    between = generations_stamp(g);
    assert_int_equal(between, before);
    /* A snapshot taken now may or may not have seen the commit: it does not hold. */
    assert_false(generations_hold(g, TOPIC_THREAD, 5, between));
    generations_publish(g);
    after = generations_stamp(g);
    assert_true(after > before);
    assert_false(generations_hold(g, TOPIC_THREAD, 5, before));
    assert_true(generations_hold(g, TOPIC_THREAD, 5, after));
    assert_true(generations_hold(g, TOPIC_THREAD, 6, before));
    assert_true(generations_hold(g, TOPIC_BOARD, 5, before));
    generations_begin(g);
    generations_touch_all(g);
    generations_publish(g);
    assert_false(generations_hold(g, TOPIC_THREAD, 6, after));
    assert_true(generations_hold(g, TOPIC_THREAD, 6, generations_stamp(g)));
    generations_free(g);
}

/* ---- commits ---- */

struct stage {
    struct generations *generations;
    struct dispatch *dispatch;
    struct hub *hub;
    uint64_t stamp; /* before the commit */
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);

    s->generations = generations_new();
    s->dispatch = dispatch_new(s->generations);
    s->hub = hub_new(&fake_loop, &fake_store);
    dispatch_attach(s->dispatch, &fake_loop, s->hub);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;

    hub_free(s->hub);
    dispatch_free(s->dispatch);
    generations_free(s->generations);
    free(s);
    return 0;
}

/* Its asker is told: by then everything is touched. */
struct commit {
    struct task task;
    struct request request;
    struct stage *stage;
};

static void settle(struct task *task)
{
    struct commit *commit = (struct commit *)task;
    bool told = commit->request.status == STATUS_OK && commit->task.job.durable;

    assert_int_equal(generations_stamp(commit->stage->generations), commit->stage->stamp + 1);
    if (told && commit->request.renames)
        assert_false(generations_hold(commit->stage->generations, TOPIC_THREAD, 99, commit->stage->stamp));
}

static void commit(struct stage *s, struct commit *c)
{
    c->task = (struct task){.job.durable = true, .loop = &fake_loop, .settle = settle, .request = &c->request};
    c->stage = s;
    s->stamp = generations_stamp(s->generations);
    dispatch_committed(s->dispatch, &c->task.job);
}

static bool held(const struct stage *s, enum topic topic, uint64_t id)
{
    return generations_hold(s->generations, topic, id, s->stamp);
}

static void events_touch_their_topics(void **state)
{
    struct stage *s = *state;
    struct event board = {.topic = TOPIC_BOARD, .id = 3, .seq = 1, .payload = TEXT("\xa0")};
    struct event thread = {.next = &board, .topic = TOPIC_THREAD, .id = 5, .seq = 1, .payload = TEXT("\xa0")};

    commit(s, &(struct commit){.request.events = &thread});
    assert_false(held(s, TOPIC_THREAD, 5));
    assert_false(held(s, TOPIC_BOARD, 3));
    assert_false(held(s, TOPIC_NONE, 0));
    assert_true(held(s, TOPIC_THREAD, 6));
    assert_true(held(s, TOPIC_BOARD, 4));
    thread.next = NULL;
    commit(s, &(struct commit){.request.events = &thread});
    assert_false(held(s, TOPIC_THREAD, 5));
    assert_true(held(s, TOPIC_NONE, 0));
}

static void access_and_names_touch_everything(void **state)
{
    static const struct {
        enum access_kind kind;
        bool everything;
    } kinds[] = {{ACCESS_BOARD, true}, {ACCESS_THREAD, true}, {ACCESS_ACCOUNT, false}, {ACCESS_SESSION, false}};
    struct stage *s = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct access_change access = {.kind = kinds[i].kind, .account = 7};
        commit(s, &(struct commit){.request.access = &access});
        assert_int_equal(held(s, TOPIC_THREAD, 99), !kinds[i].everything);
    }
    commit(s, &(struct commit){.request.renames = true});
    assert_false(held(s, TOPIC_THREAD, 99));
    assert_false(held(s, TOPIC_NONE, 0));
}

static void what_was_not_done_touches_nothing(void **state)
{
    struct stage *s = *state;
    struct event thread = {.topic = TOPIC_THREAD, .id = 5, .seq = 1, .payload = TEXT("\xa0")};

    commit(s, &(struct commit){.request = {.events = &thread, .renames = true, .status = STATUS_DENIED}});
    assert_true(held(s, TOPIC_THREAD, 5));
    assert_true(held(s, TOPIC_NONE, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_kept_holds_until_it_is_touched),
        TEST(events_touch_their_topics),
        TEST(access_and_names_touch_everything),
        TEST(what_was_not_done_touches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
