/* See looking.h. */
#include "terminal/looking.h"

#include <string.h>

#include "terminal/difference.h"
#include "terminal/json.h"
#include "terminal/show.h"
#include "terminal/show_moderation.h"

/* The last text's difference to the first. */
static void show_changes(struct terminal *t, enum saying what, struct items texts)
{
    struct held_record now, then, text;

    if (!items_next(&texts, &shape_held_record, &now))
        return;
    for (then = now; items_next(&texts, &shape_held_record, &text);)
        then = text;
    say(stdout, t->english, what);
    difference_show(stdout, then.body, now.body);
}

/* What it said before is shown by its difference alone. */
static void show_texts(struct terminal *t, struct item_get_reply *of)
{
    struct items texts = of->held;

    show_list(t, &texts, &shape_held_record, show_matter, of->held.count - (of->looked || of->returned));
    if (of->looked || of->returned)
        show_changes(t, of->looked ? SAY_CHANGED_SINCE_LOOKED : SAY_CHANGED_SINCE_RETURNED, of->held);
}

void looking_changes(struct terminal *t, uint64_t item, const char hash[LOOKING_HASH])
{
    const struct item_get_request in = {.item = item, .since = {hash, LOOKING_HASH}};
    struct item_get_reply out;

    if (!t->json && luntan_item_get(t->forum, &in, &out) == LUNTAN_OK && out.looked)
        show_changes(t, SAY_CHANGED_SINCE_LOOKED, out.held);
}

enum outcome looking_at(struct terminal *t, uint64_t item, bool quiet, char hash[LOOKING_HASH])
{
    const struct item_get_request in = {.item = item};
    struct item_get_reply out;
    struct items one;
    struct item_record about;
    enum outcome outcome = terminal_result(t, luntan_item_get(t->forum, &in, &out));

    if (outcome)
        return outcome;
    if (hash && out.hash.len == LOOKING_HASH)
        memcpy(hash, out.hash.at, LOOKING_HASH);
    if (quiet)
        return outcome;
    if (t->json) {
        json_put(stdout, &shape_item_get_reply, &out);
        fputc('\n', stdout);
        return outcome;
    }
    one = out.item;
    show_list(t, &out.item, &shape_item_record, show_item, 1);
    show_list(t, &out.before, &shape_post_record, show_post, UINT64_MAX);
    show_texts(t, &out);
    show_standing(t, &out);
    show_list(t, &out.flags, &shape_flag_record, show_flag, UINT64_MAX);
    show_list(t, &out.decisions, &shape_decision_record, show_decision, UINT64_MAX);
    if (items_next(&one, &shape_item_record, &about) && about.author.len)
        say(stdout, t->english, SAY_ITEM_PERSON, SAID_TEXT(about.author));
    return outcome;
}
