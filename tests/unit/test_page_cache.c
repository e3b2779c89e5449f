/* Kept pages: each holds until what it was made of changes; a feed that only grew is said a moment longer to readers who come all the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "server/web/cache.h"

enum { ROOM = 1 << 20, FEED = 77 };

struct kept {
    struct generations *generations;
    struct page_cache *cache;
};

static int make(void **state)
{
    struct kept *k = calloc(1, sizeof *k);

    k->generations = generations_new();
    k->cache = page_cache_new(k->generations, ROOM);
    *state = k;
    return 0;
}

static int end(void **state)
{
    struct kept *k = *state;

    page_cache_free(k->cache);
    generations_free(k->generations);
    free(k);
    return 0;
}

static void touch(struct kept *k, enum topic topic, uint64_t id)
{
    generations_begin(k->generations);
    generations_touch(k->generations, topic, id);
    generations_publish(k->generations);
}

static void grow(struct kept *k)
{
    touch(k, TOPIC_NONE, generations_growth(FEED));
}

/* Keeps a page of a thread, or of the feed, made now. */
static void keep(struct kept *k, const char *key, bool feed, const char *body)
{
    struct page_source source = {.stamp = generations_stamp(k->generations)};

    source.topics[source.count].topic = feed ? TOPIC_NONE : TOPIC_THREAD;
    source.topics[source.count++].id = feed ? FEED : 5;
    if (feed) {
        source.topics[source.count].topic = TOPIC_NONE;
        source.topics[source.count].id = generations_growth(FEED);
        source.topics[source.count++].grows = true;
    }
    page_cache_keep(k->cache, text_of(key), &source, &(struct page_kept){.body = text_of(body), .status = 200});
}

static void assert_kept(struct kept *k, const char *key, bool exact, const char *body)
{
    struct page_kept *kept = page_cache_find(k->cache, text_of(key), exact);

    if (!body) {
        assert_null(kept);
        return;
    }
    assert_non_null(kept);
    assert_true(text_equal(kept->body, text_of(body)));
    page_kept_drop(kept);
}

static void a_page_holds_until_something_changes(void **state)
{
    struct kept *k = *state;

    keep(k, "a", false, "one");
    assert_kept(k, "a", false, "one");
    touch(k, TOPIC_THREAD, 6);
    assert_kept(k, "a", false, "one");
    touch(k, TOPIC_THREAD, 5);
    assert_kept(k, "a", false, NULL);
    for (int i = 0; i < 3 * PAGE_BUSY; i++) {
        keep(k, "a", false, "again");
        touch(k, TOPIC_THREAD, 5);
        assert_kept(k, "a", false, NULL); /* however often it is made */
    }
}

static void a_feed_is_exact_until_it_is_busy(void **state)
{
    struct kept *k = *state;

    for (int i = 0; i < PAGE_BUSY - 1; i++) {
        keep(k, "f", true, "one");
        assert_kept(k, "f", false, "one");
        grow(k);
        assert_kept(k, "f", false, NULL);
    }
    keep(k, "f", true, "busy");
    grow(k);
    assert_kept(k, "f", false, "busy");
    assert_kept(k, "f", true, NULL); /* who wants nothing missing is given nothing that lacks something */
    assert_kept(k, "f", false, "busy");
}

static void what_is_changed_or_taken_away_is_never_said_again(void **state)
{
    struct kept *k = *state;

    for (int i = 0; i <= PAGE_BUSY; i++)
        keep(k, "f", true, "secret");
    grow(k);
    assert_kept(k, "f", false, "secret");
    touch(k, TOPIC_NONE, FEED);
    assert_kept(k, "f", false, NULL);
    for (int i = 0; i <= PAGE_BUSY; i++)
        keep(k, "f", true, "secret");
    grow(k);
    generations_begin(k->generations);
    generations_touch_all(k->generations);
    generations_publish(k->generations);
    assert_kept(k, "f", false, NULL);
}

static void it_lags_for_a_moment_only(void **state)
{
    const struct timespec moment = {.tv_sec = 1, .tv_nsec = 50000000};
    struct kept *k = *state;

    for (int i = 0; i <= PAGE_BUSY; i++)
        keep(k, "f", true, "old");
    grow(k);
    assert_kept(k, "f", false, "old");
    nanosleep(&moment, NULL);
    assert_kept(k, "f", false, NULL);
    keep(k, "f", true, "new");
    grow(k);
    assert_kept(k, "f", false, NULL); /* it is counted anew */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_page_holds_until_something_changes),
        TEST(a_feed_is_exact_until_it_is_busy),
        TEST(what_is_changed_or_taken_away_is_never_said_again),
        TEST(it_lags_for_a_moment_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
