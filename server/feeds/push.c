/* See push.h: the thread and its pass, errands, and what others call. */
#include "server/feeds/push.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/feeds/push_callback.h"
#include "server/feeds/push_private.h"
#include "server/util/log.h"

enum { TICK_MS = 1000 };

static const struct errand_row {
    unsigned most;
    void (*done)(struct push *push, struct errand *errand, const struct push_answer *answer);
} rows[ERRANDS] = {
    [ERRAND_FETCH] = {PUSH_MAX_FETCHES, fetch_done},
    [ERRAND_VERIFY] = {PUSH_MAX_VERIFICATIONS, verify_done},
    [ERRAND_DENY] = {PUSH_MAX_VERIFICATIONS, deny_done},
    [ERRAND_DELIVER] = {PUSH_MAX_DELIVERIES, deliver_done},
};

static int64_t read_clock(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t push_utc(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t push_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* ---- errands ---- */

bool host_is_busy(const struct push *push, const char *host)
{
    for (const struct errand *errand = push->errands; errand; errand = errand->next)
        if (errand->host && strcmp(errand->host, host) == 0)
            return true;
    return false;
}

struct errand *errand_new(struct push *push, enum errand_kind kind, const char *host)
{
    struct errand *errand;

    if (push->under_way[kind] >= rows[kind].most || (host && host_is_busy(push, host)))
        return NULL;
    errand = calloc(1, sizeof *errand);
    if (!errand)
        return NULL;
    errand->kind = kind;
    errand->host = host;
    errand->next = push->errands;
    push->errands = errand;
    push->under_way[kind]++;
    return errand;
}

void errand_free(struct push *push, struct errand *errand)
{
    struct errand **link = &push->errands;

    while (*link != errand)
        link = &(*link)->next;
    *link = errand->next;
    push->under_way[errand->kind]--;
    push_document_drop(errand->document);
    if (errand->asked)
        asked_free(push, errand->asked);
    free(errand);
}

bool errand_begin(struct push *push, struct errand *errand, const struct push_call_spec *spec)
{
    struct push_call_spec owned = *spec;

    owned.owner = errand;
    if (push_call(push->caller, &owned))
        return true;
    errand_free(push, errand);
    return false;
}

/* Settles every call that has ended. */
static bool settle(struct push *push)
{
    struct push_answer answer;
    bool some = false;

    while (push_caller_take(push->caller, &answer)) {
        struct errand *errand = answer.owner;
        rows[errand->kind].done(push, errand, &answer);
        push_answer_end(&answer);
        errand_free(push, errand);
        some = true;
    }
    return some;
}

/* ---- the thread ---- */

static void pass(struct push *push)
{
    for (size_t i = 0; i < push->book->topic_count; i++)
        push->book->topics[i]->wanted = push->book->topics[i]->awaited = false;
    verify_pass(push);
    deliver_pass(push);
    fetch_pass(push);
    push_book_tidy(push->book);
    atomic_store(&push->subscriptions, (unsigned)push->book->count);
}

static void *thread_main(void *context)
{
    struct push *push = context;
    int64_t tick = 0;

    while (!atomic_load(&push->stopping)) {
        int64_t now = push_monotonic();
        bool due = now >= tick;
        verify_take(push);
        if (settle(push) || due || push->asked)
            pass(push);
        if (due) {
            push_rows_write(push->rows);
            tick = now + TICK_MS;
        }
        int64_t left = tick - push_monotonic();
        push_caller_run(push->caller, left > 0 ? (unsigned)left : 0);
    }
    push_caller_stop(push->caller);
    push_rows_finish(push->rows);
    return NULL;
}

static void wake(void *context)
{
    push_caller_wake(context);
}

/* ---- what others call ---- */

struct push *push_new(const struct push_options *options)
{
    struct push *push = calloc(1, sizeof *push);

    if (!push || options->hub.len > PUSH_MAX_ADDRESS || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        free(push);
        return NULL;
    }
    push->options = *options;
    memcpy(push->hub, options->hub.at, options->hub.len);
    push->asked_end = &push->asked;
    push->caller = push_caller_new(options->networks);
    push->rows = push_rows_new(options->store);
    push->book = push->rows ? push_book_new(push->rows) : NULL;
    if (push->caller && push->book && push_rows_load(options->store, push->book)) {
        inbox_init(&push->inbox, wake, push->caller);
        atomic_store(&push->subscriptions, (unsigned)push->book->count);
        return push;
    }
    push_free(push);
    return NULL;
}

bool push_start(struct push *push, const char *here)
{
    snprintf(push->here, sizeof push->here, "%s", here);
    log_info("push", LOG_NUMBER("subscriptions", push->book->count), LOG_NUMBER("feeds", push->book->topic_count));
    push->started = pthread_create(&push->thread, NULL, thread_main, push) == 0;
    if (push->started)
        pthread_setname_np(push->thread, "push");
    return push->started;
}

void push_stop(struct push *push)
{
    if (!push || !push->started)
        return;
    atomic_store(&push->stopping, true);
    push_caller_wake(push->caller);
    pthread_join(push->thread, NULL);
    push->started = false;
}

void push_free(struct push *push)
{
    if (!push)
        return;
    push_caller_free(push->caller);
    if (push->book)
        verify_take(push);
    while (push->errands)
        errand_free(push, push->errands);
    while (push->asked) {
        struct asked *asked = push->asked;
        push->asked = asked->next;
        asked_free(push, asked);
    }
    push_book_free(push->book);
    push_rows_free(push->rows);
    curl_global_cleanup();
    free(push);
}

static struct text carry(struct text text, char **at)
{
    struct text copy = {NULL, 0};

    if (!text.at)
        return copy;
    copy = (struct text){*at, text.len};
    memcpy(*at, text.at, text.len);
    (*at)[text.len] = '\0';
    *at += text.len + 1;
    return copy;
}

static struct asked *asked_new(const struct push_ask *ask)
{
    size_t room = ask->topic.len + ask->name.len + ask->callback.len + ask->secret.len + 4;
    struct asked *asked = calloc(1, sizeof *asked + room);
    char *at;

    if (!asked)
        return NULL;
    at = asked->bytes;
    asked->ask = *ask;
    asked->ask.topic = carry(ask->topic, &at);
    asked->ask.name = carry(ask->name, &at);
    asked->ask.callback = carry(ask->callback, &at);
    asked->ask.secret = carry(ask->secret, &at);
    return asked;
}

enum push_verdict push_ask(struct push *push, const struct push_ask *ask)
{
    struct asked *asked;

    if (!push_callback_may(ask->callback) || ask->topic.len > PUSH_MAX_ADDRESS)
        return PUSH_BAD_CALLBACK;
    if (ask->secret.len > PUSH_MAX_SECRET)
        return PUSH_BAD_SECRET;
    if (ask->subscribe && atomic_load(&push->subscriptions) >= PUSH_MAX_SUBSCRIPTIONS)
        return PUSH_FULL;
    if (atomic_fetch_add(&push->waiting, 1) >= PUSH_MAX_WAITING) {
        atomic_fetch_sub(&push->waiting, 1);
        return PUSH_HURRIED;
    }
    asked = asked_new(ask);
    if (!asked) {
        atomic_fetch_sub(&push->waiting, 1);
        return PUSH_HURRIED;
    }
    inbox_put(&push->inbox, &asked->item);
    return PUSH_TAKEN;
}

struct text push_hub(const struct push *push)
{
    return text_of(push->hub);
}
