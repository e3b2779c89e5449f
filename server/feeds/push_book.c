/* See push_book.h. */
#include "server/feeds/push_book.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/feeds/push_callback.h"

static const struct text nothing = {NULL, 0};

struct push_book *push_book_new(struct push_rows *rows)
{
    struct push_book *book = calloc(1, sizeof *book);

    if (book)
        book->rows = rows;
    return book;
}

/* ---- documents ---- */

struct push_document *push_document_new(struct text bytes, const char *type)
{
    struct push_document *document = calloc(1, sizeof *document);

    if (!document)
        return NULL;
    document->uses = 1;
    document->bytes = malloc(bytes.len + 1);
    document->type = strdup(type ? type : "application/octet-stream");
    if (!document->bytes || !document->type) {
        push_document_drop(document);
        return NULL;
    }
    if (bytes.len)
        memcpy(document->bytes, bytes.at, bytes.len);
    document->len = bytes.len;
    crypto_generichash(document->digest, sizeof document->digest, (const uint8_t *)document->bytes, document->len, NULL, 0);
    return document;
}

void push_document_drop(struct push_document *document)
{
    if (!document || --document->uses)
        return;
    free(document->bytes);
    free(document->type);
    free(document);
}

/* ---- memory ---- */

static void topic_free(struct push_topic *topic)
{
    if (!topic)
        return;
    push_document_drop(topic->document);
    free(topic->url);
    free(topic->name);
    free(topic);
}

static void subscription_free(struct push_subscription *s)
{
    if (!s)
        return;
    if (s->secret)
        sodium_memzero(s->secret, s->secret_len);
    free(s->secret);
    free(s->callback);
    free(s->host);
    free(s);
}

void push_book_free(struct push_book *book)
{
    if (!book)
        return;
    for (size_t i = 0; i < book->count; i++)
        subscription_free(book->subscriptions[i]);
    for (size_t i = 0; i < book->topic_count; i++)
        topic_free(book->topics[i]);
    free(book->subscriptions);
    free(book->topics);
    free(book);
}

static char *copy_of(struct text text)
{
    char *copy = malloc(text.len + 1);

    if (!copy)
        return NULL;
    if (text.len)
        memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    return copy;
}

/* Room for one more pointer. */
static bool grow(void ***list, size_t count, size_t *room)
{
    size_t wanted = *room ? *room * 2 : 64;
    void **bigger;

    if (count < *room)
        return true;
    bigger = realloc(*list, wanted * sizeof *bigger);
    if (!bigger)
        return false;
    *list = bigger;
    *room = wanted;
    return true;
}

static bool add_topic(struct push_book *book, struct push_topic *topic)
{
    void **list = (void **)book->topics;
    bool well = grow(&list, book->topic_count, &book->topic_room);

    book->topics = (struct push_topic **)list;
    if (well)
        book->topics[book->topic_count++] = topic;
    return well;
}

static bool add_subscription(struct push_book *book, struct push_subscription *s)
{
    void **list = (void **)book->subscriptions;
    bool well = grow(&list, book->count, &book->room);

    book->subscriptions = (struct push_subscription **)list;
    if (!well)
        return false;
    book->subscriptions[book->count++] = s;
    s->topic->subscribers++;
    return true;
}

/* ---- rows ---- */

static struct text digest_text(const uint8_t digest[PUSH_DIGEST], bool there)
{
    return there ? (struct text){(const char *)digest, PUSH_DIGEST} : nothing;
}

static bool take_digest(struct text from, uint8_t digest[PUSH_DIGEST])
{
    if (from.len != PUSH_DIGEST)
        return false;
    memcpy(digest, from.at, PUSH_DIGEST);
    return true;
}

void push_book_save(struct push_book *book, const struct push_subscription *s)
{
    push_rows_subscription(book->rows, &(struct push_subscription_row){
        .id = s->id, .topic = s->topic->id, .callback = text_of(s->callback),
        .secret = s->secret ? (struct text){s->secret, s->secret_len} : nothing, .expires = s->expires,
        .got = digest_text(s->got, s->has), .tries = s->tries, .due = s->due,
    });
}

void push_book_save_topic(struct push_book *book, struct push_topic *topic)
{
    topic->saved = true;
    push_rows_topic(book->rows, &(struct push_topic_row){
        .id = topic->id, .url = text_of(topic->url), .kind = topic->kind, .ref = topic->ref, .name = text_of(topic->name),
        .digest = digest_text(topic->digest, topic->known),
    });
}

/* ---- topics ---- */

static struct push_topic *topic_new(const struct push_topic_row *row)
{
    struct push_topic *topic = calloc(1, sizeof *topic);

    if (!topic)
        return NULL;
    topic->url = copy_of(row->url);
    topic->name = copy_of(row->name);
    if (!topic->url || !topic->name) {
        topic_free(topic);
        return NULL;
    }
    topic->id = row->id;
    topic->kind = row->kind;
    topic->ref = row->ref;
    topic->known = take_digest(row->digest, topic->digest);
    return topic;
}

bool push_book_take_topic(struct push_book *book, const struct push_topic_row *row)
{
    struct push_topic *topic = topic_new(row);

    if (!topic || !add_topic(book, topic)) {
        topic_free(topic);
        return false;
    }
    topic->saved = true;
    if (row->id > book->last_topic)
        book->last_topic = row->id;
    return true;
}

/* Under its address there may be something else by now. */
static struct push_topic *follows(struct push_book *book, struct push_topic *topic, const struct push_topic_row *row)
{
    if (topic->ref == row->ref)
        return topic;
    topic->ref = row->ref;
    topic->stamped = false;
    if (topic->saved)
        push_book_save_topic(book, topic);
    return topic;
}

struct push_topic *push_book_topic(struct push_book *book, const struct push_topic_row *row)
{
    struct push_topic_row fresh = *row;
    struct push_topic *topic;

    for (size_t i = 0; i < book->topic_count; i++)
        if (text_equal(text_of(book->topics[i]->url), row->url))
            return follows(book, book->topics[i], row);
    fresh.id = book->last_topic + 1;
    topic = topic_new(&fresh);
    if (!topic || !add_topic(book, topic)) {
        topic_free(topic);
        return NULL;
    }
    book->last_topic++;
    return topic;
}

static bool is_wanted(const struct push_topic *topic)
{
    return topic->subscribers || topic->askers || topic->fetching;
}

void push_book_tidy(struct push_book *book)
{
    for (size_t i = book->topic_count; i-- > 0;) {
        struct push_topic *topic = book->topics[i];
        if (is_wanted(topic))
            continue;
        if (topic->saved)
            push_rows_drop_topic(book->rows, topic->id);
        topic_free(topic);
        book->topics[i] = book->topics[--book->topic_count];
    }
}

/* ---- subscriptions ---- */

static struct push_subscription *subscription_new(const struct push_subscription_row *row, struct push_topic *topic)
{
    struct push_subscription *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    s->topic = topic;
    s->id = row->id;
    s->callback = copy_of(row->callback);
    s->host = s->callback ? push_callback_host(s->callback) : NULL;
    s->secret = row->secret.at ? copy_of(row->secret) : NULL;
    s->secret_len = row->secret.len;
    s->expires = row->expires;
    s->due = row->due;
    s->tries = (unsigned)row->tries;
    s->has = take_digest(row->got, s->got);
    if (s->host && (s->secret || !row->secret.at))
        return s;
    subscription_free(s);
    return NULL;
}

bool push_book_take(struct push_book *book, const struct push_subscription_row *row)
{
    struct push_topic *topic = NULL;
    struct push_subscription *s;

    for (size_t i = 0; i < book->topic_count && !topic; i++)
        if (book->topics[i]->id == row->topic)
            topic = book->topics[i];
    s = topic ? subscription_new(row, topic) : NULL;
    if (!s || !add_subscription(book, s)) {
        subscription_free(s);
        return false;
    }
    if (row->id > book->last_subscription)
        book->last_subscription = row->id;
    return true;
}

struct push_subscription *push_book_find(const struct push_book *book, struct text topic, struct text callback)
{
    for (size_t i = 0; i < book->count; i++) {
        struct push_subscription *s = book->subscriptions[i];
        if (s->state != PUSH_LEAVING && text_equal(text_of(s->callback), callback) && text_equal(text_of(s->topic->url), topic))
            return s;
    }
    return NULL;
}

size_t push_book_at_host(const struct push_book *book, const char *host)
{
    size_t count = 0;

    for (size_t i = 0; i < book->count; i++)
        count += strcmp(book->subscriptions[i]->host, host) == 0;
    return count;
}

/* A call that is under way reads the old secret no more: it was signed when it began. */
static bool renew(struct push_book *book, struct push_subscription *s, struct text secret, int64_t expires)
{
    char *copy = secret.at ? copy_of(secret) : NULL;

    if (secret.at && !copy)
        return false;
    if (s->secret)
        sodium_memzero(s->secret, s->secret_len);
    free(s->secret);
    s->secret = copy;
    s->secret_len = secret.len;
    s->expires = expires;
    s->due = 0;
    s->tries = 0;
    push_book_save(book, s);
    return true;
}

bool push_book_subscribe(struct push_book *book, struct push_topic *topic, struct text callback, struct text secret,
                         int64_t expires)
{
    struct push_subscription *s = push_book_find(book, text_of(topic->url), callback);

    if (s)
        return renew(book, s, secret, expires);
    s = subscription_new(&(struct push_subscription_row){
        .id = book->last_subscription + 1, .callback = callback, .secret = secret, .expires = expires,
        .got = digest_text(topic->digest, topic->known),
    }, topic);
    if (!s || !add_subscription(book, s)) {
        subscription_free(s);
        return false;
    }
    book->last_subscription++;
    if (!topic->saved)
        push_book_save_topic(book, topic);
    push_book_save(book, s);
    return true;
}

static void remove_now(struct push_book *book, struct push_subscription *s)
{
    for (size_t i = 0; i < book->count; i++) {
        if (book->subscriptions[i] != s)
            continue;
        book->subscriptions[i] = book->subscriptions[--book->count];
        break;
    }
    s->topic->subscribers--;
    subscription_free(s);
}

void push_book_drop(struct push_book *book, struct push_subscription *s)
{
    if (s->state != PUSH_LEAVING)
        push_rows_drop_subscription(book->rows, s->id);
    if (s->state == PUSH_IDLE)
        remove_now(book, s);
    else
        s->state = PUSH_LEAVING;
}

bool push_book_release(struct push_book *book, struct push_subscription *s)
{
    bool stays = s->state != PUSH_LEAVING;

    s->state = PUSH_IDLE;
    if (!stays)
        remove_now(book, s);
    return stays;
}
