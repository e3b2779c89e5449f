/* Verbs about finding and following: search, feeds and their keys, and the index. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "terminal/show.h"
#include "terminal/show_moderation.h"
#include "terminal/verbs.h"

/* ---- search ---- */

enum { QUERY_ROOM = LIMIT_QUERY * 4 + 1, KEY_ROOM = 2 * LIMIT_TOKEN };

/* All that was typed, as one search. False: too long. */
static bool join_words(const struct arguments *a, char out[QUERY_ROOM])
{
    size_t len = 0;

    for (unsigned i = 0; i < a->count; i++) {
        size_t size = strlen(a->at[i]);
        if (len + size + 2 > QUERY_ROOM)
            return false;
        if (i)
            out[len++] = ' ';
        memcpy(out + len, a->at[i], size);
        len += size;
    }
    out[len] = '\0';
    return true;
}

enum outcome verb_search(struct terminal *t, const struct arguments *a)
{
    char query[QUERY_ROOM], place[LIMIT_CURSOR];
    struct search_request in = {.by_date = a->option[OPTION_DATE] != NULL};
    struct search_reply out;
    uint64_t left = LIMIT_PAGE_ITEMS, shown = 0;
    enum outcome outcome;

    if (!join_words(a, query))
        return terminal_refuse(t, STATUS_TOO_LONG, "query", LIMIT_QUERY);
    if (!terminal_number_option(t, OPTION_COUNT, &left))
        return OUTCOME_USAGE;
    in.query = text_of(query);
    outcome = terminal_enter(t);
    while (!outcome && left) {
        in.count = left < LIMIT_PAGE_ITEMS ? left : LIMIT_PAGE_ITEMS;
        outcome = terminal_result(t, luntan_search(t->forum, &in, &out));
        if (outcome)
            break;
        if (out.partial && !t->json && !in.after.at)
            say(stderr, t->english, SAY_SEARCH_PARTIAL);
        if (out.waiting.count && !t->json)
            say(stdout, t->english, SAY_SEARCH_WAITING);
        show_list(t, &out.waiting, &shape_item_record, show_item, UINT64_MAX);
        if (out.waiting.count && out.hits.count && !t->json)
            say(stdout, t->english, SAY_SEARCH_POSTS);
        uint64_t some = show_list(t, &out.hits, &shape_hit_record, show_hit, left);
        shown += some;
        left -= some;
        if (!out.next.at || out.next.len > sizeof place)
            break;
        memcpy(place, out.next.at, out.next.len);
        in.after = (struct text){place, out.next.len};
    }
    if (!outcome && !shown && !t->json)
        say(stderr, t->english, SAY_SEARCH_NOTHING);
    return outcome;
}

/* ---- feeds ---- */

/* Where a feed is, as Atom; the server's proper address, or the one connected to. */
static void put_address(const struct terminal *t, const struct feed_record *feed, struct text url)
{
    const char *before = feed->kind == FEED_KIND_SITE ? "" : "/b/";
    struct text name = feed->kind == FEED_KIND_SITE ? TEXT("") : feed->name;

    if (url.len)
        printf("%.*s", (int)url.len, url.at);
    else
        printf("https://%s", t->server);
    printf("%s%.*s/feed.atom\n", before, (int)name.len, name.at);
}

enum outcome verb_feeds(struct terminal *t, const struct arguments *a)
{
    struct feeds_reply out;
    struct feed_record feed;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_feeds(t->forum, &(struct feeds_request){0}, &out));
    if (outcome)
        return outcome;
    if (t->json) {
        show_list(t, &out.feeds, &shape_feed_record, NULL, UINT64_MAX);
        return outcome;
    }
    while (items_next(&out.feeds, &shape_feed_record, &feed)) {
        show_feed(t, &feed);
        put_address(t, &feed, out.url);
    }
    return outcome;
}

enum outcome verb_feeds_keys(struct terminal *t, const struct arguments *a)
{
    struct feed_keys_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_feed_keys(t->forum, &(struct feed_keys_request){0}, &out));
    if (!outcome)
        show_list(t, &out.keys, &shape_feed_key_record, show_feed_key, UINT64_MAX);
    return outcome;
}

/* base64url without padding (RFC 4648 section 5), as in the address of a private feed. */
static void write_key(struct text bytes, char out[KEY_ROOM])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0;
    unsigned held = 0;
    size_t len = 0;

    for (size_t i = 0; i < bytes.len && i < LIMIT_TOKEN; i++) {
        bits = bits << 8 | (unsigned char)bytes.at[i];
        for (held += 8; held >= 6; held -= 6)
            out[len++] = letters[bits >> (held - 6) & 63];
    }
    if (held)
        out[len++] = letters[bits << (6 - held) & 63];
    out[len] = '\0';
}

enum outcome verb_feeds_make_key(struct terminal *t, const struct arguments *a)
{
    const struct enumeration_value *kind = enumeration_by_name(&enumeration_feed_kind, text_of(a->at[0]));
    struct feed_key_make_request in = {.name = a->at[1] ? text_of(a->at[1]) : (struct text){NULL, 0}};
    struct feed_key_make_reply out;
    char key[KEY_ROOM];
    enum outcome outcome;

    if (!kind)
        return terminal_misused(t, SAY_BAD_VALUE, a->at[0]);
    in.kind = (enum feed_kind)kind->number;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_feed_key_make(t->forum, &in, &out));
    if (outcome)
        return outcome;
    write_key(out.key, key);
    return terminal_answer(t, &shape_feed_key_make_reply, &out, SAY_FEED_KEY,
                           (const struct said[]){SAID_TEXT(text_of(t->server)), SAID_TEXT(text_of(key)), SAID_END});
}

enum outcome verb_feeds_revoke_key(struct terminal *t, const struct arguments *a)
{
    struct feed_key_revoke_request in = {.none = 0};
    struct feed_key_revoke_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_feed_key_revoke(t->forum, &in, &out));
    return outcome ? outcome
                   : terminal_answer(t, &shape_feed_key_revoke_reply, &out, SAY_FEED_KEY_REVOKED, (const struct said[]){SAID_END});
}

/* ---- the index ---- */

/* Shows how far the index has come until it is whole. */
static enum outcome watch_index(struct terminal *t, struct index_state_reply *state)
{
    const struct timespec second = {1, 0};
    enum outcome outcome = terminal_result(t, luntan_index_state(t->forum, &(struct index_state_request){0}, state));

    while (!outcome && state->building) {
        if (!t->json)
            say(stderr, t->english, SAY_INDEXED, SAID_NUMBER(state->indexed), SAID_NUMBER(state->posts));
        nanosleep(&second, NULL);
        outcome = terminal_result(t, luntan_index_state(t->forum, &(struct index_state_request){0}, state));
    }
    return outcome;
}

enum outcome verb_admin_reindex(struct terminal *t, const struct arguments *a)
{
    struct reindex_request in = {.none = 0};
    struct index_state_reply state;
    struct reindex_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    if (!outcome)
        outcome = terminal_result(t, luntan_reindex(t->forum, &in, &out));
    if (!outcome)
        outcome = watch_index(t, &state);
    return outcome ? outcome
                   : terminal_answer(t, &shape_index_state_reply, &state, SAY_INDEX_DONE, (const struct said[]){SAID_NUMBER(state.posts), SAID_END});
}
