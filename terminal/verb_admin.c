/* Verbs of administration: boards, roles, accounts, reset codes. */
#include "terminal/show.h"
#include "terminal/verbs.h"

/* ---- boards ---- */

/* An option that is on or off. */
static bool change_option(struct terminal *t, enum option which, enum change *out)
{
    uint32_t value = CHANGE_KEEP;

    if (!terminal_enum_option(t, which, &enumeration_change, &value))
        return false;
    *out = (enum change)value;
    return true;
}

enum outcome verb_admin_board_create(struct terminal *t, const struct arguments *a)
{
    struct board_create_request in = {
        .slug = text_of(a->at[0]), .name = text_of(a->at[1]), .name_en = terminal_option(t, OPTION_NAME_EN),
        .about = terminal_option(t, OPTION_ABOUT), .about_en = terminal_option(t, OPTION_ABOUT_EN),
        .read = terminal_option(t, OPTION_READ), .start = terminal_option(t, OPTION_START), .reply = terminal_option(t, OPTION_REPLY),
    };
    struct board_create_reply out;
    uint32_t kind = BOARD_KIND_FORUM;
    enum outcome outcome;

    if (!terminal_enum_option(t, OPTION_KIND, &enumeration_board_kind, &kind))
        return OUTCOME_USAGE;
    in.kind = (enum board_kind)kind;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_board_create(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_board_create_reply, &out, SAY_BOARD_MADE, (const struct said[]){SAID_NUMBER(out.board), SAID_END});
}

enum outcome verb_admin_board_set(struct terminal *t, const struct arguments *a)
{
    struct board_set_request in = {
        .board = text_of(a->at[0]), .name = terminal_option(t, OPTION_NAME), .name_en = terminal_option(t, OPTION_NAME_EN),
        .about = terminal_option(t, OPTION_ABOUT), .about_en = terminal_option(t, OPTION_ABOUT_EN),
        .read = terminal_option(t, OPTION_READ), .start = terminal_option(t, OPTION_START), .reply = terminal_option(t, OPTION_REPLY),
    };
    struct board_set_reply out;
    enum outcome outcome;

    if (!change_option(t, OPTION_HOLD, &in.hold) || !change_option(t, OPTION_FEED, &in.feed) ||
        !change_option(t, OPTION_CLOSED, &in.closed) || !terminal_number_option(t, OPTION_POSITION, &in.position))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_board_set(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_board_set_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}

/* ---- roles ---- */

static bool role_argument(struct terminal *t, const char *word, enum role *out)
{
    const struct enumeration_value *value = enumeration_by_name(&enumeration_role, text_of(word));

    if (value)
        *out = (enum role)value->number;
    else
        say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(text_of(word)));
    return value != NULL;
}

enum outcome verb_admin_role_grant(struct terminal *t, const struct arguments *a)
{
    struct grant_request in = {.handle = text_of(a->at[0]), .board = terminal_option(t, OPTION_BOARD), .unit = terminal_option(t, OPTION_UNIT)};
    struct grant_reply out;
    enum outcome outcome;

    if (!role_argument(t, a->at[1], &in.role))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_grant(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_grant_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}

enum outcome verb_admin_role_revoke(struct terminal *t, const struct arguments *a)
{
    struct ungrant_request in = {.handle = text_of(a->at[0]), .board = terminal_option(t, OPTION_BOARD), .unit = terminal_option(t, OPTION_UNIT)};
    struct ungrant_reply out;
    enum outcome outcome;

    if (!role_argument(t, a->at[1], &in.role))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_ungrant(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_ungrant_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}

/* ---- accounts ---- */

enum outcome verb_admin_account_list(struct terminal *t, const struct arguments *a)
{
    char after[HANDLE_ROOM];
    struct accounts_request in = {.none = 0};
    struct accounts_reply out = {.none = 0};
    enum outcome outcome = terminal_enter(t);

    (void)a;
    while (!outcome) {
        outcome = terminal_result(t, luntan_accounts(t->forum, &in, &out));
        if (outcome)
            break;
        show_list(t, &out.accounts, &shape_account_record, show_account, UINT64_MAX);
        if (!out.next.len || out.next.len > sizeof after)
            break;
        memcpy(after, out.next.at, out.next.len);
        in.after = (struct text){after, out.next.len};
    }
    return outcome;
}

enum outcome verb_admin_account_set(struct terminal *t, const struct arguments *a)
{
    struct account_admin_request in = {.handle = text_of(a->at[0]), .unit = terminal_option(t, OPTION_UNIT)};
    struct account_admin_reply out;
    enum outcome outcome;

    if (a->option[OPTION_SUSPEND] && a->option[OPTION_RESTORE])
        return terminal_misused(t, SAY_OPTION_NOT_HERE, "restore");
    if (a->option[OPTION_SUSPEND])
        in.suspended = CHANGE_ON;
    if (a->option[OPTION_RESTORE])
        in.suspended = CHANGE_OFF;
    if (!in.unit.at && in.suspended == CHANGE_KEEP)
        return terminal_misused(t, SAY_NOTHING_TO_CHANGE, NULL);
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = terminal_result(t, luntan_account_admin(t->forum, &in, &out));
    return outcome ? outcome : terminal_answer(t, &shape_account_admin_reply, &out, SAY_CHANGED, (const struct said[]){SAID_END});
}

enum outcome verb_admin_reset(struct terminal *t, const struct arguments *a)
{
    struct reset_issue_request in = {.handle = text_of(a->at[0])};
    struct reset_issue_reply out;
    char until[TIME_ROOM];
    enum outcome outcome = terminal_enter(t);

    if (!outcome)
        outcome = terminal_result(t, luntan_reset_issue(t->forum, &in, &out));
    if (outcome)
        return outcome;
    terminal_time(until, out.expires);
    return terminal_answer(t, &shape_reset_issue_reply, &out, SAY_RESET_CODE, (const struct said[]){SAID_TEXT(out.code), SAID_TEXT(text_of(until)), SAID_TEXT(in.handle), SAID_END});
}
