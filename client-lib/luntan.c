/* See luntan.h and forum.h: the struct and the questions that need no server. */
#include "client-lib/forum.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

enum { TIMEOUT_MS = 30000 };

/* A copy of an option; NULL stays NULL. False without memory. */
static bool copy_option(char **out, const char *option)
{
    *out = option ? strdup(option) : NULL;
    return *out || !option;
}

struct luntan *luntan_new(const struct luntan_options *options)
{
    struct luntan *forum = calloc(1, sizeof *forum);

    if (!forum)
        return NULL;
    forum->port = options->port;
    forum->english = options->english;
    forum->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
    forum->trace = options->trace;
    forum->context = options->context;
    if (copy_option(&forum->host, options->host ? options->host : "localhost") && copy_option(&forum->ca_file, options->ca_file) &&
        copy_option(&forum->pins_file, options->pins_file) && copy_option(&forum->client, options->client))
        return forum;
    luntan_free(forum);
    return NULL;
}

void luntan_free(struct luntan *forum)
{
    if (!forum)
        return;
    link_drop(forum);
    while (forum->follows)
        follow_remove(forum, forum->follows);
    queue_reset(&forum->queue);
    parts_reset(&forum->hello_parts);
    parts_reset(&forum->answer);
    parts_reset(&forum->refused);
    explicit_bzero(forum->token, sizeof forum->token);
    free(forum->host);
    free(forum->ca_file);
    free(forum->pins_file);
    free(forum->client);
    free(forum);
}

/* ---- failures ---- */

enum luntan_result forum_fail(struct luntan *forum, enum luntan_result result, enum words words, const char *detail)
{
    const char *said = words_of(words, forum->english);

    if (detail && *detail)
        snprintf(forum->words, sizeof forum->words, "%s (%s)", said, detail);
    else
        snprintf(forum->words, sizeof forum->words, "%s", said);
    return result;
}

enum luntan_result forum_refuse(struct luntan *forum, enum status status, uint64_t limit)
{
    struct text said = status_words(status, forum->english);

    forum->refusal = (struct error_payload){.code = (uint64_t)status, .name = status_name(status), .text = said, .limit = limit,
                                            .retryable = status_retryable(status)};
    forum->has_refusal = true;
    snprintf(forum->words, sizeof forum->words, "%.*s", (int)said.len, said.at);
    return LUNTAN_REFUSED;
}

/* ---- questions ---- */

const char *luntan_words(const struct luntan *forum)
{
    return forum->words;
}

const struct error_payload *luntan_refusal(const struct luntan *forum)
{
    return forum->has_refusal ? &forum->refusal : NULL;
}

const struct hello_reply *luntan_hello_reply(const struct luntan *forum)
{
    return forum->greeted ? &forum->hello : NULL;
}

const char *luntan_fingerprint(const struct luntan *forum)
{
    return forum->fingerprint;
}

struct text luntan_token(const struct luntan *forum)
{
    return (struct text){forum->token_len ? (const char *)forum->token : NULL, forum->token_len};
}

void luntan_operation_id(struct luntan *forum, uint8_t out[LIMIT_OP_ID])
{
    uint8_t random[LIMIT_OP_ID - 6];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    while (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        ; /* only a signal can get between, and only before the system has its first randomness */
    operation_id_make(out, (uint64_t)((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + forum->offset), random);
}

uint32_t luntan_last_subscription(const struct luntan *forum)
{
    return forum->last_number;
}

int luntan_fd(const struct luntan *forum)
{
    return forum->socket ? socket_fd(forum->socket) : -1;
}

void luntan_disconnect(struct luntan *forum)
{
    link_drop(forum);
}
