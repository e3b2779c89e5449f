/* Verbs of moderation: what waits, the queue, deciding, flags, decisions and appeals, sanctions. */
#include "terminal/looking.h"
#include "terminal/queue_follow.h"
#include "terminal/show.h"
#include "terminal/show_moderation.h"
#include "terminal/verbs.h"

/* ---- what waits ---- */

enum outcome verb_held(struct terminal *t, const struct arguments *a)
{
    struct held_request in = {.open = a->option[OPTION_OPEN] != NULL};
    char place[LIMIT_CURSOR];
    struct held_reply out;
    enum outcome outcome = terminal_enter(t);

    while (!outcome) {
        outcome = terminal_result(t, luntan_held(t->forum, &in, &out));
        if (!outcome)
            show_list(t, &out.held, &shape_held_record, show_held, UINT64_MAX);
        if (outcome || !out.next.at || out.next.len > sizeof place)
            break;
        memcpy(place, out.next.at, out.next.len);
        in.after = (struct text){place, out.next.len};
    }
    return outcome;
}

enum outcome verb_held_show(struct terminal *t, const struct arguments *a)
{
    uint8_t id[TERMINAL_ID];
    struct held_get_request in = {.held = {(const char *)id, sizeof id}};
    struct held_get_reply out;
    enum outcome outcome;

    if (!terminal_id(t, a->at[0], id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_held_get(t->forum, &in, &out));
    if (!outcome)
        show_list(t, &out.held, &shape_held_record, show_held_whole, 1);
    return outcome;
}

enum outcome verb_held_withdraw(struct terminal *t, const struct arguments *a)
{
    uint8_t id[TERMINAL_ID];
    struct held_withdraw_request in = {.held = {(const char *)id, sizeof id}};
    struct held_withdraw_reply out;
    enum outcome outcome;

    if (!terminal_id(t, a->at[0], id))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_held_withdraw(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_held_withdraw_reply, &out, SAY_HELD_WITHDRAWN, (const struct said[]){SAID_END});
}

/* ---- the queue ---- */

enum outcome verb_queue(struct terminal *t, const struct arguments *a)
{
    struct queue_request in = {
        .board = terminal_option(t, OPTION_BOARD), .unclaimed = a->option[OPTION_UNCLAIMED] != NULL, .handle = terminal_option(t, OPTION_AUTHOR),
        .kind = terminal_option(t, OPTION_ONLY), .rule = terminal_option(t, OPTION_RULE),
    };
    uint32_t cause = HOLD_CAUSE_NONE;
    uint64_t left = LIMIT_PAGE_ITEMS;
    char place[LIMIT_CURSOR];
    struct queue_reply out;
    enum outcome outcome;

    if (!terminal_number_option(t, OPTION_COUNT, &left) || !terminal_enum_option(t, OPTION_CAUSE, &enumeration_hold_cause, &cause))
        return OUTCOME_USAGE;
    in.cause = (enum hold_cause)cause;
    outcome = terminal_enter(t);
    if (!outcome && a->option[OPTION_FOLLOW]) {
        in.count = left < LIMIT_PAGE_ITEMS ? left : LIMIT_PAGE_ITEMS;
        return queue_follow(t, &in);
    }
    while (!outcome && left) {
        in.count = left < LIMIT_PAGE_ITEMS ? left : LIMIT_PAGE_ITEMS;
        outcome = terminal_result(t, luntan_queue(t->forum, &in, &out));
        if (!outcome)
            left -= show_list(t, &out.items, &shape_item_record, show_item, left);
        if (outcome || !out.next.at || out.next.len > sizeof place)
            break;
        memcpy(place, out.next.at, out.next.len);
        in.after = (struct text){place, out.next.len};
    }
    return outcome;
}

enum outcome verb_look(struct terminal *t, const struct arguments *a)
{
    uint64_t item;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &item))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    return outcome ? outcome : looking_at(t, item, false, NULL);
}

enum outcome verb_claim(struct terminal *t, const struct arguments *a)
{
    struct claim_request in = {.release = a->option[OPTION_RELEASE] != NULL};
    struct claim_reply out;
    char until[TIME_ROOM];
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.item))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_claim(t->forum, &in, &out));
    if (outcome)
        return outcome;
    terminal_time(until, out.until);
    outcome = terminal_answer(t, &shape_claim_reply, &out, out.mine ? SAY_CLAIMED : out.by.at ? SAY_CLAIMED_BY : SAY_RELEASED,
                              (const struct said[]){SAID_TEXT(out.mine ? text_of(until) : out.by), SAID_END});
    return !outcome && !out.mine && !in.release ? OUTCOME_REFUSED : outcome;
}

/* ---- flags ---- */

enum outcome verb_flag(struct terminal *t, const struct arguments *a)
{
    struct flag_request in = {.none = 0};
    struct flag_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.post) || !terminal_reason(t, &in.reason, &in.words))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_flag(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_flag_reply, &out, SAY_FLAGGED, (const struct said[]){SAID_END});
}

enum outcome verb_flags(struct terminal *t, const struct arguments *a)
{
    struct flags_request in = {.none = 0};
    struct flags_reply out;
    enum outcome outcome = terminal_enter(t);

    (void)a;
    while (!outcome) {
        outcome = terminal_result(t, luntan_flags(t->forum, &in, &out));
        if (!outcome)
            show_list(t, &out.flags, &shape_flag_record, show_flag, UINT64_MAX);
        if (outcome || !out.next)
            break;
        in.before = out.next;
    }
    return outcome;
}

/* ---- decisions about somebody ---- */

enum outcome verb_decisions(struct terminal *t, const struct arguments *a)
{
    struct decisions_request in = {.handle = a->at[0] ? text_of(a->at[0]) : (struct text){NULL, 0}};
    struct decisions_reply out;
    enum outcome outcome = terminal_enter(t);

    while (!outcome) {
        outcome = terminal_result(t, luntan_decisions(t->forum, &in, &out));
        if (!outcome)
            show_list(t, &out.decisions, &shape_decision_record, show_decision, UINT64_MAX);
        if (outcome || !out.next)
            break;
        in.before = out.next;
    }
    return outcome;
}

enum outcome verb_appeal(struct terminal *t, const struct arguments *a)
{
    struct appeal_request in = {.words = text_of(a->at[1])};
    struct appeal_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.decision))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_appeal(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_appeal_reply, &out, SAY_APPEALED, (const struct said[]){SAID_END});
}

/* ---- sanctions ---- */

enum outcome verb_sanctions(struct terminal *t, const struct arguments *a)
{
    const struct sanctions_request in = {.handle = a->at[0] ? text_of(a->at[0]) : (struct text){NULL, 0}};
    struct sanctions_reply out;
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_sanctions(t->forum, &in, &out));
    if (!outcome)
        show_list(t, &out.sanctions, &shape_sanction_record, show_sanction, UINT64_MAX);
    return outcome;
}

enum outcome verb_sanction(struct terminal *t, const struct arguments *a)
{
    const struct enumeration_value *kind = enumeration_by_name(&enumeration_sanction_kind, text_of(a->at[1]));
    struct sanction_request in = {.handle = text_of(a->at[0]), .board = terminal_option(t, OPTION_BOARD)};
    struct sanction_reply out;
    enum outcome outcome;

    if (!kind) {
        say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(text_of(a->at[1])));
        return OUTCOME_USAGE;
    }
    if (!terminal_number_option(t, OPTION_HOURS, &in.hours) || !terminal_reason(t, &in.reason, &in.words))
        return OUTCOME_USAGE;
    in.kind = (enum sanction_kind)kind->number;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_sanction(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_sanction_reply, &out, SAY_SANCTIONED, (const struct said[]){SAID_NUMBER(out.sanction), SAID_END});
}

enum outcome verb_sanction_lift(struct terminal *t, const struct arguments *a)
{
    struct sanction_lift_request in = {.words = terminal_option(t, OPTION_WORDS)};
    struct sanction_lift_reply out;
    enum outcome outcome;

    if (!terminal_number(t, a->at[0], &in.sanction))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_sanction_lift(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_sanction_lift_reply, &out, SAY_LIFTED, (const struct said[]){SAID_END});
}
