/* Posts into other threads: looking at them, splitting them off, merging. */
#include <sodium.h>

#include "terminal/json.h"
#include "terminal/splitting.h"
#include "terminal/terminal.h"
#include "terminal/verbs.h"

/* The thread and the floors named on the command line; false after having said what is wrong. */
static bool take_floors(struct terminal *t, const struct arguments *a, uint64_t *thread, struct splitting *s)
{
    if (!terminal_number(t, a->at[0], thread))
        return false;
    if (splitting_floors(s, terminal_option(t, OPTION_FLOORS)))
        return true;
    say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(terminal_option(t, OPTION_FLOORS)));
    return false;
}

/* Without --hash one decides on what stands there now. */
static enum outcome take_hash(struct terminal *t, const struct arguments *a, uint64_t thread, struct splitting *s)
{
    struct text hex = terminal_option(t, OPTION_HASH);
    enum outcome outcome;

    if (a->option[OPTION_HASH] && json_hex(hex, s->hash, sizeof s->hash) != sizeof s->hash) {
        say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(hex));
        return OUTCOME_USAGE;
    }
    outcome = terminal_enter(t);
    if (!outcome && !a->option[OPTION_HASH])
        outcome = terminal_result(t, splitting_look(t->forum, s, thread, NULL));
    return outcome;
}

enum outcome verb_thread_look(struct terminal *t, const struct arguments *a)
{
    struct floors_hash_reply out = {.posts = 0};
    char hex[2 * SPLITTING_HASH + 1];
    struct splitting s;
    uint64_t thread;
    enum outcome outcome;

    if (!take_floors(t, a, &thread, &s))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, splitting_look(t->forum, &s, thread, &out.posts));
    out.hash = (struct text){(const char *)s.hash, sizeof s.hash};
    sodium_bin2hex(hex, sizeof hex, s.hash, sizeof s.hash);
    return outcome ? outcome : terminal_answer(t, &shape_floors_hash_reply, &out, SAY_FLOORS_SEEN,
                                               (const struct said[]){SAID_NUMBER(out.posts), SAID_TEXT(text_of(hex)), SAID_END});
}

enum outcome verb_thread_split(struct terminal *t, const struct arguments *a)
{
    char room[LIMIT_TAGS * (4 * LIMIT_TAG + 4)];
    struct wire_writer w = wire_writer_over((uint8_t *)room, sizeof room);
    struct thread_split_request in = {.title = terminal_option(t, OPTION_TITLE), .board = terminal_option(t, OPTION_BOARD), .tags = items_begin(&w)};
    struct thread_split_reply out;
    struct splitting s;
    enum outcome outcome;

    if (!in.title.at)
        return terminal_misused(t, SAY_OPTION_MISSING, "title");
    if (!a->option[OPTION_FLOORS])
        return terminal_misused(t, SAY_OPTION_MISSING, "floors");
    if (!take_floors(t, a, &in.thread, &s) || !terminal_reason(t, &in.reason, &in.words))
        return OUTCOME_USAGE;
    for (unsigned i = 0; i < a->tag_count; i++)
        items_add_text(&w, &in.tags, text_of(a->tags[i]));
    if (w.error)
        return terminal_refuse(t, STATUS_TOO_LONG, "tags", LIMIT_TAG);
    outcome = take_hash(t, a, in.thread, &s);
    in.floors = s.floors;
    in.hash = (struct text){(const char *)s.hash, sizeof s.hash};
    if (!outcome)
        outcome = terminal_result(t, luntan_thread_split(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_thread_split_reply, &out, SAY_SPLIT_OFF,
                                               (const struct said[]){SAID_NUMBER(out.thread), SAID_NUMBER(out.posts), SAID_END});
}

enum outcome verb_thread_merge(struct terminal *t, const struct arguments *a)
{
    struct thread_merge_request in = {.thread = 0};
    struct thread_merge_reply out;
    struct splitting s;
    enum outcome outcome;

    if (!take_floors(t, a, &in.thread, &s) || !terminal_number(t, a->at[1], &in.into) || !terminal_reason(t, &in.reason, &in.words))
        return OUTCOME_USAGE;
    outcome = take_hash(t, a, in.thread, &s);
    in.floors = s.floors;
    in.hash = (struct text){(const char *)s.hash, sizeof s.hash};
    if (!outcome)
        outcome = terminal_result(t, luntan_thread_merge(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_thread_merge_reply, &out, SAY_MERGED,
                                               (const struct said[]){SAID_NUMBER(out.thread), SAID_NUMBER(out.floor), SAID_NUMBER(out.posts), SAID_END});
}
