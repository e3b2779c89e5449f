/* Verbs that decide: on an item of the queue, on a post as it stands, on several items alike. */
#include <errno.h>
#include <inttypes.h>

#include "terminal/body.h"
#include "terminal/json.h"
#include "terminal/looking.h"
#include "terminal/show.h"
#include "terminal/show_moderation.h"
#include "terminal/verbs.h"

/* ---- what was typed ---- */

static enum outcome wrong(struct terminal *t, const char *word)
{
    say(stderr, t->english, SAY_BAD_VALUE, SAID_TEXT(text_of(word)));
    return OUTCOME_USAGE;
}

/* The act, the reason, and the sanction that comes with it. */
static enum outcome take_terms(struct terminal *t, const struct arguments *a, struct decide_request *in)
{
    const struct enumeration_value *act = enumeration_by_name(&enumeration_decision_act, text_of(a->at[1]));
    uint32_t kind = SANCTION_KIND_WARNING;

    if (!act)
        return wrong(t, a->at[1]);
    if (!terminal_reason(t, &in->reason, &in->words) || !terminal_number_option(t, OPTION_HOURS, &in->hours) ||
        !terminal_enum_option(t, OPTION_SANCTION, &enumeration_sanction_kind, &kind))
        return OUTCOME_USAGE;
    in->act = (enum decision_act)act->number;
    in->board = terminal_option(t, OPTION_BOARD);
    in->sanction = a->option[OPTION_SANCTION] != NULL;
    in->kind = (enum sanction_kind)kind;
    in->site = a->option[OPTION_SITE] != NULL;
    return OUTCOME_DONE;
}

static bool takes_hash(const char *word, char hash[LOOKING_HASH])
{
    return json_hex(text_of(word), (uint8_t *)hash, LOOKING_HASH) == LOOKING_HASH;
}

/* ---- several at once ---- */

/* Items such as "3,5,8", each at most once. How many; 0: it is no such list, or one too long. */
static size_t take_items(const char *word, uint64_t items[LIMIT_DECIDE_MANY])
{
    size_t count = 0;

    while (*word) {
        char number[24];
        size_t len = strcspn(word, ",");
        if (count == LIMIT_DECIDE_MANY || len >= sizeof number)
            return 0;
        memcpy(number, word, len);
        number[len] = '\0';
        if (!arguments_number(number, &items[count]))
            return 0;
        for (size_t i = 0; i < count; i++)
            if (items[i] == items[count])
                return 0;
        count++;
        word += len;
        if (*word == ',' && !*++word)
            return 0;
    }
    return count;
}

/* Each item is shown before, as it stands when it is decided on. */
static enum outcome decide_many(struct terminal *t, const uint64_t *numbers, size_t count, const struct decide_request *terms)
{
    uint8_t bytes[LIMIT_DECIDE_MANY * 64];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    struct decide_many_request in = {.items = items_begin(&w), .act = terms->act, .reason = terms->reason, .words = terms->words};
    struct decide_many_reply out;
    bool all = true;
    enum outcome outcome = OUTCOME_DONE;

    for (size_t i = 0; !outcome && i < count; i++) {
        char hash[LOOKING_HASH] = {0};
        outcome = looking_at(t, numbers[i], t->json, hash);
        const struct decide_item_record one = {.item = numbers[i], .hash = {hash, sizeof hash}};
        items_add(&w, &in.items, &shape_decide_item_record, &one);
    }
    if (!outcome)
        outcome = terminal_result(t, luntan_decide_many(t->forum, &in, &out));
    if (outcome)
        return outcome;
    for (struct items rest = out.outcomes; all && rest.count;) {
        struct decide_outcome_record one;
        all = items_next(&rest, &shape_decide_outcome_record, &one) && one.status == STATUS_OK;
    }
    show_list(t, &out.outcomes, &shape_decide_outcome_record, show_outcome, UINT64_MAX);
    return all ? OUTCOME_DONE : OUTCOME_REFUSED;
}

/* ---- one ---- */

/* Without --hash one decides on what stands there now, and is shown it first. */
static enum outcome find_hash(struct terminal *t, const struct arguments *a, uint64_t number, char hash[LOOKING_HASH])
{
    struct post_hash_reply hashed;

    if (a->option[OPTION_HASH])
        return OUTCOME_DONE;
    if (!a->option[OPTION_POST])
        return looking_at(t, number, t->json, hash);
    enum outcome outcome = terminal_result(t, luntan_post_hash(t->forum, &(struct post_hash_request){.post = number}, &hashed));
    if (!outcome && hashed.hash.len == LOOKING_HASH)
        memcpy(hash, hashed.hash.at, LOOKING_HASH);
    return outcome;
}

static bool is_stale(const struct terminal *t)
{
    const struct error_payload *refusal = luntan_refusal(t->forum);

    return refusal && refusal->code == STATUS_STALE;
}

static enum outcome decide_one(struct terminal *t, const struct arguments *a, uint64_t number, struct decide_request *in)
{
    char hash[LOOKING_HASH] = {0};
    struct decide_reply out;

    if (a->option[OPTION_HASH] && !takes_hash(a->option[OPTION_HASH], hash))
        return wrong(t, a->option[OPTION_HASH]);
    enum outcome outcome = terminal_enter(t);
    if (!outcome)
        outcome = find_hash(t, a, number, hash);
    if (outcome)
        return outcome;
    in->hash = (struct text){hash, sizeof hash};
    in->item = a->option[OPTION_POST] ? 0 : number;
    in->post = a->option[OPTION_POST] ? number : 0;
    outcome = terminal_result(t, luntan_decide(t->forum, in, &out));
    if (outcome && is_stale(t) && in->item)
        looking_changes(t, in->item, hash);
    if (outcome)
        return outcome;
    return terminal_answer(t, &shape_decide_reply, &out, out.second ? SAY_WAITS_SECOND : out.imposed ? SAY_DECIDED_IMPOSED : SAY_DECIDED,
                           (const struct said[]){SAID_NUMBER(out.decision), SAID_NUMBER(out.imposed), SAID_END});
}

/* To approve with edits: the text that is to stand there. */
static enum outcome decide_edited(struct terminal *t, const struct arguments *a, uint64_t item, struct decide_request *in)
{
    struct body body = {NULL, 0};

    in->title = terminal_option(t, OPTION_TITLE);
    if (a->at[2]) {
        if (!body_read(&body, a->at[2]))
            return errno == EFBIG ? terminal_refuse(t, STATUS_TOO_LONG, "body", LIMIT_BODY) : terminal_failed(t, SAY_CANNOT_READ, a->at[2]);
        in->body = body_text(&body);
    }
    enum outcome outcome = decide_one(t, a, item, in);
    body_free(&body);
    return outcome;
}

enum outcome verb_decide(struct terminal *t, const struct arguments *a)
{
    struct decide_request in = {.none = 0};
    uint64_t items[LIMIT_DECIDE_MANY];
    enum outcome outcome = take_terms(t, a, &in);
    size_t count = take_items(a->at[0], items);

    if (outcome)
        return outcome;
    if (!count || (count > 1 && (a->at[2] || a->option[OPTION_TITLE] || a->option[OPTION_POST] || a->option[OPTION_HASH] || in.sanction || in.board.at)))
        return wrong(t, a->at[0]);
    if (count == 1)
        return decide_edited(t, a, items[0], &in);
    outcome = terminal_enter(t);
    return outcome ? outcome : decide_many(t, items, count, &in);
}
