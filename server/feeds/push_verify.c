/*
 * See push_private.h: whether what was asked is meant (WebSub section 5.3), and telling subscribers that they are denied
 * (section 5.2).
 *
 * Who asks proves nothing by asking: the callback is called with a challenge, and only who answers it is believed. Nothing is
 * kept of what was not confirmed. A topic's document is fetched before its first subscriber is asked, so that from the
 * confirmation on no change is missed.
 */
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/feeds/push_callback.h"
#include "server/feeds/push_private.h"
#include "server/util/log.h"

enum { CALL_ADDRESS = 4 * PUSH_MAX_ADDRESS + 512 }; /* the callback, and the topic escaped */

void asked_free(struct push *push, struct asked *asked)
{
    if (asked->topic)
        asked->topic->askers--;
    if (asked->ask.secret.at)
        sodium_memzero(asked->bytes + (asked->ask.secret.at - asked->bytes), asked->ask.secret.len);
    free(asked->host);
    free(asked);
    atomic_fetch_sub(&push->waiting, 1);
}

/* ---- the queue ---- */

static unsigned waiting_at(const struct push *push, const char *host)
{
    unsigned count = 0;

    for (const struct asked *asked = push->asked; asked; asked = asked->next)
        count += strcmp(asked->host, host) == 0;
    return count;
}

/* Whether it may wait; then its topic is in the book, where it needs one. */
static bool may_wait(struct push *push, struct asked *asked)
{
    const struct push_ask *ask = &asked->ask;
    const struct push_topic_row row = {.url = ask->topic, .kind = ask->kind, .ref = ask->ref, .name = ask->name};

    asked->since = push_monotonic();
    asked->host = push_callback_host(ask->callback.at);
    if (!asked->host || waiting_at(push, asked->host) >= PUSH_MAX_WAITING_PER_HOST)
        return false;
    if (!ask->subscribe && !push_book_find(push->book, ask->topic, ask->callback))
        return false; /* there is nothing to be ended */
    asked->topic = ask->subscribe ? push_book_topic(push->book, &row) : NULL;
    if (asked->topic)
        asked->topic->askers++;
    return asked->topic || !ask->subscribe;
}

void verify_take(struct push *push)
{
    struct inbox_item *item = inbox_take(&push->inbox), *next;

    for (; item; item = next) {
        struct asked *asked = (struct asked *)item;
        next = item->next;
        if (!may_wait(push, asked)) {
            log_debug("push_asked_in_vain", LOG_NUMBER("subscribe", asked->ask.subscribe));
            asked_free(push, asked);
            continue;
        }
        *push->asked_end = asked;
        push->asked_end = &asked->next;
    }
}

static void unlink_asked(struct push *push, struct asked **link)
{
    struct asked *asked = *link;

    *link = asked->next;
    asked->next = NULL;
    if (!*link)
        push->asked_end = link;
}

/* ---- addresses ---- */

static bool append(char *address, const char *name, const char *value)
{
    size_t len = strlen(address);
    char *escaped = curl_easy_escape(NULL, value, 0);
    const char *join = strchr(address, '?') ? "&" : "?";
    int more = escaped ? snprintf(address + len, CALL_ADDRESS - len, "%s%s=%s", join, name, escaped) : -1;

    curl_free(escaped);
    return more > 0 && (size_t)more < CALL_ADDRESS - len;
}

static uint64_t lease_of(const struct push_ask *ask)
{
    if (!ask->lease_seconds)
        return PUSH_MAX_LEASE;
    if (ask->lease_seconds < PUSH_MAX_LEASE_LEAST)
        return PUSH_MAX_LEASE_LEAST;
    return ask->lease_seconds > PUSH_MAX_LEASE_MOST ? PUSH_MAX_LEASE_MOST : ask->lease_seconds;
}

static bool verify_address(char *address, const struct push_ask *ask, const char *challenge)
{
    char lease[24];

    snprintf(address, CALL_ADDRESS, "%s", ask->callback.at);
    snprintf(lease, sizeof lease, "%llu", (unsigned long long)lease_of(ask));
    return append(address, "hub.mode", ask->subscribe ? "subscribe" : "unsubscribe") &&
           append(address, "hub.topic", ask->topic.at) && append(address, "hub.challenge", challenge) &&
           (!ask->subscribe || append(address, "hub.lease_seconds", lease));
}

static bool deny_address(char *address, const char *callback, const char *topic)
{
    snprintf(address, CALL_ADDRESS, "%s", callback);
    return append(address, "hub.mode", "denied") && append(address, "hub.topic", topic) &&
           append(address, "hub.reason", "not available");
}

/* ---- is it meant? ---- */

static void make_challenge(char challenge[PUSH_CHALLENGE + 1])
{
    uint8_t bytes[PUSH_CHALLENGE / 2];

    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2hex(challenge, PUSH_CHALLENGE + 1, bytes, sizeof bytes);
}

static bool has_room(const struct push *push, const struct asked *asked)
{
    return push_book_find(push->book, asked->ask.topic, asked->ask.callback) ||
           (push->book->count < PUSH_MAX_SUBSCRIPTIONS && push_book_at_host(push->book, asked->host) < PUSH_MAX_PER_HOST);
}

/* The errand owns what was asked from here on. */
static void begin(struct push *push, struct errand *errand, struct asked *asked)
{
    char address[CALL_ADDRESS];
    bool well;

    errand->asked = asked;
    make_challenge(errand->challenge);
    if (errand->kind == ERRAND_VERIFY)
        well = verify_address(address, &asked->ask, errand->challenge);
    else
        well = deny_address(address, asked->ask.callback.at, asked->ask.topic.at);
    if (!well)
        errand_free(push, errand);
    else if (!errand_begin(push, errand, &(struct push_call_spec){
            .url = address, .ms = PUSH_MAX_VERIFY_MS, .keep = errand->kind == ERRAND_VERIFY ? PUSH_CHALLENGE : 0}))
        log_warning("push_call_failed", LOG_NUMBER("kind", ERRAND_VERIFY));
}

/* The errand that can be begun for it now, or NULL. */
static struct errand *errand_for(struct push *push, struct asked *asked)
{
    struct push_topic *topic = asked->topic;
    bool denied = topic && (topic->gone || !has_room(push, asked));

    if (!topic || denied || topic->known)
        return errand_new(push, denied ? ERRAND_DENY : ERRAND_VERIFY, asked->host);
    topic->wanted = true;
    return NULL;
}

void verify_pass(struct push *push)
{
    struct asked **link = &push->asked;
    int64_t now = push_monotonic();

    while (*link) {
        struct asked *asked = *link;
        struct errand *errand = errand_for(push, asked);
        if (!errand && now - asked->since < PUSH_MAX_WAIT_MS) {
            link = &asked->next;
            continue;
        }
        unlink_asked(push, link);
        if (errand)
            begin(push, errand, asked);
        else
            asked_free(push, asked);
    }
}

static bool confirmed(const struct errand *errand, const struct push_answer *answer)
{
    return answer->status >= 200 && answer->status < 300 && answer->body.len == PUSH_CHALLENGE &&
           sodium_memcmp(answer->body.at, errand->challenge, PUSH_CHALLENGE) == 0;
}

void verify_done(struct push *push, struct errand *errand, const struct push_answer *answer)
{
    const struct asked *asked = errand->asked;
    const struct push_ask *ask = &asked->ask;
    struct push_subscription *there = push_book_find(push->book, ask->topic, ask->callback);
    int64_t expires = push_utc() + (int64_t)lease_of(ask) * 1000;
    bool well = confirmed(errand, answer);

    if (well && !ask->subscribe && there)
        push_book_drop(push->book, there);
    if (well && ask->subscribe)
        well = has_room(push, asked) && push_book_subscribe(push->book, asked->topic, ask->callback, ask->secret, expires);
    log_info("push_asked", LOG_NUMBER("subscribe", ask->subscribe), LOG_NUMBER("confirmed", well),
             LOG_NUMBER("refused", answer->refused), LOG_NUMBER("subscriptions", push->book->count));
}

/* ---- it is over ---- */

void deny_begin(struct push *push, struct push_subscription *to)
{
    struct errand *errand = errand_new(push, ERRAND_DENY, to->host);
    char address[CALL_ADDRESS];

    if (!errand)
        return;
    errand->to = to;
    to->state = PUSH_BUSY;
    if (!deny_address(address, to->callback, to->topic->url))
        errand_free(push, errand);
    else if (errand_begin(push, errand, &(struct push_call_spec){.url = address, .ms = PUSH_MAX_VERIFY_MS}))
        return;
    to->state = PUSH_IDLE;
}

void deny_done(struct push *push, struct errand *errand, const struct push_answer *answer)
{
    (void)answer; /* it is over, whether the subscriber heard it or not */
    if (errand->to && push_book_release(push->book, errand->to))
        push_book_drop(push->book, errand->to);
    log_info("push_denied", LOG_NUMBER("subscriptions", push->book->count));
}
