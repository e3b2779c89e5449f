/* Verbs of filters: the rules in force, putting a file's rules in force, trying them on what is there. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "terminal/body.h"
#include "terminal/display.h"
#include "terminal/show.h"
#include "terminal/show_moderation.h"
#include "terminal/verbs.h"

/* ---- what is in force ---- */

enum outcome verb_admin_filter_list(struct terminal *t, const struct arguments *a)
{
    struct filters_request in = {.after = {NULL, 0}};
    char place[LIMIT_CURSOR];
    struct filters_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    while (!outcome) {
        outcome = terminal_result(t, luntan_filters(t->forum, &in, &out));
        if (!outcome)
            show_list(t, &out.filters, &shape_filter_record, show_filter, UINT64_MAX);
        if (outcome || !out.next.len || out.next.len > sizeof place)
            break;
        memcpy(place, out.next.at, out.next.len);
        in.after = (struct text){place, out.next.len};
    }
    return outcome;
}

/* Line by line, so that it can be saved and put again. */
static void put_text(struct text text)
{
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.at + at, '\n', text.len - at);
        size_t len = end ? (size_t)(end - text.at) - at : text.len - at;
        display_line(stdout, (struct text){text.at + at, len && text.at[at + len - 1] == '\r' ? len - 1 : len});
        fputc('\n', stdout);
        at += len + 1;
    }
}

enum outcome verb_admin_filter_show(struct terminal *t, const struct arguments *a)
{
    struct filter_get_request in = {.filter = text_of(a->at[0])};
    struct filter_get_reply out;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_filter_get(t->forum, &in, &out));
    if (outcome || t->json)
        return outcome ? outcome : terminal_answer(t, &shape_filter_get_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
    put_text(out.text);
    return outcome;
}

/* ---- changing it ---- */

enum outcome verb_admin_filter_put(struct terminal *t, const struct arguments *a)
{
    struct filter_put_request in = {.filter = text_of(a->at[0])};
    struct filter_put_reply out;
    struct body body = {NULL, 0};
    const char *path = a->count > 1 ? a->at[1] : "-";
    enum outcome outcome;

    if (!body_read(&body, path)) {
        outcome = terminal_failed(t, SAY_CANNOT_READ, path);
        goto out;
    }
    in.text = body_text(&body);
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_filter_put(t->forum, &in, &out));
    if (!outcome)
        outcome = terminal_answer(t, &shape_filter_put_reply, &out, SAY_FILTER_PUT, (const struct said[]){SAID_NUMBER(out.rules), SAID_END});
out:
    body_free(&body);
    return outcome;
}

enum outcome verb_admin_filter_remove(struct terminal *t, const struct arguments *a)
{
    struct filter_remove_request in = {.filter = text_of(a->at[0])};
    struct filter_remove_reply out;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_filter_remove(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_filter_remove_reply, &out, SAY_FILTER_REMOVED, (const struct said[]){SAID_END});
}

/* ---- trying it ---- */

static enum outcome try_out(struct terminal *t, struct filter_test_request *in)
{
    uint64_t hits = 0, examined = 0;
    char place[LIMIT_CURSOR];
    struct filter_test_reply out;

    for (;;) {
        enum outcome outcome = terminal_result(t, luntan_filter_test(t->forum, in, &out));
        if (outcome)
            return outcome;
        hits += out.hits.count;
        examined += out.examined;
        show_list(t, &out.hits, &shape_filter_hit_record, show_filter_hit, UINT64_MAX);
        if (!out.next.len || out.next.len > sizeof place)
            break;
        memcpy(place, out.next.at, out.next.len);
        in->after = (struct text){place, out.next.len};
    }
    if (!t->json)
        say(stdout, t->english, SAY_FILTER_TRIED, SAID_NUMBER(examined), SAID_NUMBER(hits));
    return OUTCOME_DONE;
}

/* A file where there is one, else the name of a filter in force. */
enum outcome verb_admin_filter_test(struct terminal *t, const struct arguments *a)
{
    struct filter_test_request in = {.filter = text_of(a->at[0])};
    struct body body = {NULL, 0};
    enum outcome outcome = OUTCOME_USAGE;

    if (!terminal_number_option(t, OPTION_DAYS, &in.days))
        return outcome;
    if (strcmp(a->at[0], "-") == 0 || access(a->at[0], F_OK) == 0) {
        if (!body_read(&body, a->at[0])) {
            outcome = terminal_failed(t, SAY_CANNOT_READ, a->at[0]);
            goto out;
        }
        in.filter = (struct text){NULL, 0};
        in.text = body_text(&body);
    }
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = try_out(t, &in);
out:
    body_free(&body);
    return outcome;
}
