/* The hub's book: topics and subscriptions in memory, and the same once more after a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/feeds/push_book.h"
#include "server/store/store.h"
#include "tests/unit/temporary.h"

#define FEED "https://forum.example/b/essays/feed.atom"

/* A store and the book over it. */
struct library {
    struct temporary directory;
    struct store *store;
    struct push_rows *rows;
    struct push_book *book;
};

static void nothing_comes_here(void *context, struct job *jobs)
{
    (void)context;
    (void)jobs;
    fail();
}

static void open_library(struct library *library)
{
    struct store_options options = {
        .directory = library->directory.path, .readers = 1, .committed = nothing_comes_here, .answered = nothing_comes_here,
    };
    struct store_refusal refusal;
    bool created;

    library->store = store_open(&options, &created, &refusal);
    assert_non_null(library->store);
    library->rows = push_rows_new(library->store);
    library->book = push_book_new(library->rows);
    assert_non_null(library->book);
    assert_true(push_rows_load(library->store, library->book));
    assert_true(store_start(library->store));
}

static void close_library(struct library *library)
{
    push_rows_finish(library->rows);
    push_book_free(library->book);
    push_rows_free(library->rows);
    store_close(library->store);
}

static int make(void **state)
{
    static struct library library;

    temporary_make(&library.directory);
    open_library(&library);
    *state = &library;
    return 0;
}

static int end(void **state)
{
    struct library *library = *state;

    close_library(library);
    temporary_remove(&library->directory);
    return 0;
}

static void reopen(struct library *library)
{
    close_library(library);
    open_library(library);
}

static struct push_topic *topic_of(struct library *library, const char *url)
{
    struct push_topic *topic = push_book_topic(library->book, &(struct push_topic_row){
        .url = text_of(url), .kind = FEED_KIND_BOARD, .ref = 3, .name = TEXT("essays"),
    });

    assert_non_null(topic);
    return topic;
}

static void subscribe(struct library *library, const char *url, const char *callback, const char *secret, int64_t expires)
{
    struct text key = secret ? text_of(secret) : (struct text){NULL, 0};

    assert_true(push_book_subscribe(library->book, topic_of(library, url), text_of(callback), key, expires));
}

static struct push_subscription *find(struct library *library, const char *url, const char *callback)
{
    return push_book_find(library->book, text_of(url), text_of(callback));
}

static void a_subscription_is_one_of_topic_and_callback(void **state)
{
    struct library *library = *state;

    subscribe(library, FEED, "http://a.example/1", NULL, 1000);
    subscribe(library, FEED, "http://a.example/2", NULL, 1000);
    subscribe(library, FEED "?lang=en", "http://a.example/1", NULL, 1000);
    assert_int_equal(library->book->count, 3);
    assert_int_equal(library->book->topic_count, 2);
    subscribe(library, FEED, "http://a.example/1", "secret", 2000);
    assert_int_equal(library->book->count, 3);
    struct push_subscription *s = find(library, FEED, "http://a.example/1");
    assert_string_equal(s->secret, "secret");
    assert_int_equal(s->expires, 2000);
    assert_int_equal(push_book_at_host(library->book, "a.example"), 3);
    assert_int_equal(push_book_at_host(library->book, "b.example"), 0);
    assert_null(find(library, FEED, "http://a.example/3"));
}

static void everything_is_there_after_a_restart(void **state)
{
    struct library *library = *state;
    struct push_topic *topic = topic_of(library, FEED);
    struct push_subscription *s;

    memset(topic->digest, 7, PUSH_DIGEST);
    topic->known = true;
    subscribe(library, FEED, "http://a.example/1", "s3cret", 123456789);
    subscribe(library, FEED, "http://b.example/", NULL, 5);
    s = find(library, FEED, "http://a.example/1");
    assert_true(s->has);
    memset(s->got, 8, PUSH_DIGEST);
    s->tries = 3;
    s->due = 77;
    push_book_save(library->book, s);
    reopen(library);
    assert_int_equal(library->book->count, 2);
    s = find(library, FEED, "http://a.example/1");
    assert_non_null(s);
    assert_int_equal(s->secret_len, 6);
    assert_memory_equal(s->secret, "s3cret", 6);
    assert_string_equal(s->host, "a.example");
    assert_int_equal(s->expires, 123456789);
    assert_int_equal(s->tries, 3);
    assert_int_equal(s->due, 77);
    assert_true(s->has && s->got[0] == 8 && s->got[PUSH_DIGEST - 1] == 8);
    topic = s->topic;
    assert_true(topic->known && topic->digest[5] == 7);
    assert_int_equal(topic->kind, FEED_KIND_BOARD);
    assert_int_equal(topic->ref, 3);
    assert_string_equal(topic->name, "essays");
    assert_int_equal(topic->subscribers, 2);
    assert_null(find(library, FEED, "http://b.example/")->secret);
}

static void numbers_are_given_once(void **state)
{
    struct library *library = *state;
    uint64_t last;

    subscribe(library, FEED, "http://a.example/1", NULL, 1000);
    subscribe(library, FEED, "http://a.example/2", NULL, 1000);
    last = library->book->last_subscription;
    reopen(library);
    assert_int_equal(library->book->last_subscription, last);
    subscribe(library, FEED, "http://a.example/3", NULL, 1000);
    assert_int_equal(find(library, FEED, "http://a.example/3")->id, last + 1);
}

static void what_is_dropped_is_gone(void **state)
{
    struct library *library = *state;

    subscribe(library, FEED, "http://a.example/1", NULL, 1000);
    subscribe(library, FEED, "http://a.example/2", NULL, 1000);
    push_book_drop(library->book, find(library, FEED, "http://a.example/1"));
    assert_null(find(library, FEED, "http://a.example/1"));
    reopen(library);
    assert_int_equal(library->book->count, 1);
    push_book_drop(library->book, find(library, FEED, "http://a.example/2"));
    push_book_tidy(library->book);
    assert_int_equal(library->book->topic_count, 0);
    reopen(library);
    assert_int_equal(library->book->count + library->book->topic_count, 0);
}

static void a_busy_one_goes_when_its_call_has_ended(void **state)
{
    struct library *library = *state;
    struct push_subscription *s;

    subscribe(library, FEED, "http://a.example/1", NULL, 1000);
    s = find(library, FEED, "http://a.example/1");
    s->state = PUSH_BUSY;
    assert_true(push_book_release(library->book, s));
    assert_int_equal(s->state, PUSH_IDLE);
    s->state = PUSH_BUSY;
    push_book_drop(library->book, s);
    push_book_tidy(library->book);
    assert_int_equal(library->book->count, 1);
    assert_int_equal(library->book->topic_count, 1);
    assert_null(find(library, FEED, "http://a.example/1"));
    /* The same callback may come back meanwhile. */
    subscribe(library, FEED, "http://a.example/1", "again", 2000);
    assert_int_equal(library->book->count, 2);
    assert_false(push_book_release(library->book, s));
    assert_int_equal(library->book->count, 1);
    reopen(library);
    assert_string_equal(find(library, FEED, "http://a.example/1")->secret, "again");
}

static void topics_stay_while_somebody_asks(void **state)
{
    struct library *library = *state;
    struct push_topic *topic = topic_of(library, FEED);

    topic->askers = 1;
    push_book_tidy(library->book);
    assert_int_equal(library->book->topic_count, 1);
    topic->askers = 0;
    topic->fetching = true;
    push_book_tidy(library->book);
    assert_int_equal(library->book->topic_count, 1);
    topic->fetching = false;
    push_book_tidy(library->book);
    assert_int_equal(library->book->topic_count, 0);
}

static void more_changes_than_one_transaction_takes(void **state)
{
    enum { MANY = 700 };
    struct library *library = *state;
    char callback[64];

    for (int i = 0; i < MANY; i++) {
        snprintf(callback, sizeof callback, "http://a.example/%d", i);
        subscribe(library, FEED, callback, NULL, 1000);
        if (i % 100 == 0)
            push_rows_write(library->rows);
    }
    reopen(library);
    assert_int_equal(library->book->count, MANY);
}

static void documents_are_shared(void **state)
{
    struct push_document *one = push_document_new(TEXT("bytes"), "text/x"), *same = push_document_new(TEXT("bytes"), NULL);
    struct push_document *other = push_document_new(TEXT("byteS"), "text/x");

    (void)state;
    assert_memory_equal(one->digest, same->digest, PUSH_DIGEST);
    assert_memory_not_equal(one->digest, other->digest, PUSH_DIGEST);
    one->uses++;
    push_document_drop(one);
    assert_string_equal(one->type, "text/x");
    assert_int_equal(one->len, 5);
    push_document_drop(one);
    push_document_drop(same);
    push_document_drop(other);
    push_document_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_subscription_is_one_of_topic_and_callback, make, end),
        cmocka_unit_test_setup_teardown(everything_is_there_after_a_restart, make, end),
        cmocka_unit_test_setup_teardown(numbers_are_given_once, make, end),
        cmocka_unit_test_setup_teardown(what_is_dropped_is_gone, make, end),
        cmocka_unit_test_setup_teardown(a_busy_one_goes_when_its_call_has_ended, make, end),
        cmocka_unit_test_setup_teardown(topics_stay_while_somebody_asks, make, end),
        cmocka_unit_test_setup_teardown(more_changes_than_one_transaction_takes, make, end),
        cmocka_unit_test(documents_are_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
