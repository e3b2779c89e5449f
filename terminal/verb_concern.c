/* Verbs of what people raise and of moderation's figures: marking, the list, the digest, the sums. */
#include "terminal/json.h"
#include "terminal/show.h"
#include "terminal/show_concern.h"
#include "terminal/verbs.h"

/* An argument that names a value of an enumeration; absent leaves `out` alone. */
static bool read_word(struct terminal *t, const char *word, const struct enumeration *e, uint64_t *out)
{
    const struct enumeration_value *value = word ? enumeration_by_name(e, text_of(word)) : NULL;

    if (word && !value)
        say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(text_of(word)));
    if (value)
        *out = value->number;
    return value || !word;
}

enum outcome verb_concern(struct terminal *t, const struct arguments *a)
{
    const bool off = a->option[OPTION_OFF] != NULL;
    struct concern_mark_request in = {.words = terminal_option(t, OPTION_WORDS)};
    struct concern_mark_reply out;
    uint64_t kind = CONCERN_KIND_NONE;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.post) || !read_word(t, a->at[1], &enumeration_concern_kind, &kind))
        return OUTCOME_USAGE;
    if (!off && kind == CONCERN_KIND_NONE)
        return terminal_misused(t, SAY_TOO_FEW_ARGUMENTS, "KIND");
    in.kind = off ? CONCERN_KIND_NONE : (enum concern_kind)kind;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_concern_mark(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_concern_mark_reply, &out, off ? SAY_CONCERN_OFF : SAY_CONCERN_MARKED,
                                               (const struct said[]){SAID_TEXT(terminal_value(t, &enumeration_concern_kind, in.kind)), SAID_END});
}

enum outcome verb_concerns(struct terminal *t, const struct arguments *a)
{
    struct concerns_request in = {.from = terminal_option(t, OPTION_FROM)};
    uint64_t left = UINT64_MAX, kind = CONCERN_KIND_NONE;
    uint32_t period = in.from.at ? PERIOD_WEEK : PERIOD_ALL;
    char place[LIMIT_CURSOR];
    struct concerns_reply out;
    enum outcome outcome;

    if (!terminal_number_option(t, OPTION_COUNT, &left) || !terminal_enum_option(t, OPTION_PERIOD, &enumeration_period, &period) ||
        !read_word(t, a->at[0], &enumeration_concern_kind, &kind))
        return OUTCOME_USAGE;
    in.period = (enum period)period;
    in.kind = (enum concern_kind)kind;
    outcome = terminal_enter(t);
    while (!outcome && left) {
        outcome = terminal_result(t, luntan_concerns(t->forum, &in, &out));
        if (!outcome)
            left -= show_list(t, &out.concerns, &shape_concern_record, show_concern, left);
        if (outcome || !out.next.at || out.next.len > sizeof place)
            break;
        memcpy(place, out.next.at, out.next.len);
        in.after = (struct text){place, out.next.len};
    }
    return outcome;
}

enum outcome verb_digest(struct terminal *t, const struct arguments *a)
{
    struct digest_request in = {.from = terminal_option(t, OPTION_FROM)};
    uint32_t period = PERIOD_WEEK;
    struct digest_reply out;
    enum outcome outcome;

    (void)a;
    if (!terminal_enum_option(t, OPTION_PERIOD, &enumeration_period, &period))
        return OUTCOME_USAGE;
    in.period = (enum period)period;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_digest(t->forum, &in, &out));
    if (!outcome)
        show_record(t, &shape_digest_reply, &out, show_digest);
    return outcome;
}

enum outcome verb_figures(struct terminal *t, const struct arguments *a)
{
    struct figures_request in = {0};
    uint64_t of = FIGURES_OF_OWN;
    struct figures_reply out;
    enum outcome outcome;

    if (!terminal_number_option(t, OPTION_DAYS, &in.days) || !read_word(t, a->at[0], &enumeration_figures_of, &of))
        return OUTCOME_USAGE;
    in.of = (enum figures_of)of;
    outcome = terminal_enter(t);
    while (!outcome) {
        outcome = terminal_result(t, luntan_figures(t->forum, &in, &out));
        if (!outcome)
            show_list(t, &out.figures, &shape_figure_record, show_figure, UINT64_MAX);
        if (outcome || !out.next)
            break;
        in.after = out.next;
    }
    return outcome;
}
