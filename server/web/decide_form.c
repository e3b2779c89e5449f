/* See decide_form.h. */
#include "server/web/decide_form.h"

#include "server/web/form_page.h"

static const struct decide_act held_acts[] = {
    {DECISION_ACT_APPROVE, "a", true, false}, {DECISION_ACT_RETURN, "r", false, false}, {DECISION_ACT_REMOVE, "d", false, true},
};
/* What was written without an account cannot be returned to anybody. */
static const struct decide_act guest_acts[] = {
    {DECISION_ACT_APPROVE, "a", true, false}, {DECISION_ACT_REMOVE, "d", false, true},
};
static const struct decide_act flagged_acts[] = {
    {DECISION_ACT_KEEP, "k", true, false}, {DECISION_ACT_HIDE, "h", false, true}, {DECISION_ACT_REMOVE, "d", false, true},
};
static const struct decide_act appeal_acts[] = {
    {DECISION_ACT_UPHOLD, "u", true, false}, {DECISION_ACT_OVERTURN, "o", false, false},
};

/* What can be decided on each kind. */
static const struct acts {
    const struct decide_act *acts;
    size_t count;
} acts_of[] = {
    [ITEM_KIND_HELD] = {held_acts, sizeof held_acts / sizeof *held_acts},
    [ITEM_KIND_FLAGGED] = {flagged_acts, sizeof flagged_acts / sizeof *flagged_acts},
    [ITEM_KIND_APPEAL] = {appeal_acts, sizeof appeal_acts / sizeof *appeal_acts},
}, acts_on_guests = {guest_acts, sizeof guest_acts / sizeof *guest_acts};

const struct decide_act *decide_acts(const struct enumeration_value *kind, bool guest, size_t *count)
{
    const struct acts *acts = !kind ? NULL : guest ? &acts_on_guests : &acts_of[kind->number];

    if (!acts)
        return NULL;
    *count = acts->count;
    return acts->acts;
}

void decide_reasons(struct page *p, struct object *o)
{
    struct text chosen = page_typed(p, "reason");

    form_page_options(p, o, "reasons", &enumeration_reason, REASON_NONE, REASON_OTHER, chosen.at ? chosen : TEXT("none"));
}

void decide_form(struct page *p, struct object *o, struct text action, struct text hash, const struct decide_act *acts, size_t count)
{
    struct list *buttons = object_list(o, "acts");

    page_form(p, o, "form", action);
    decide_reasons(p, o);
    object_text(o, "hash", page_base64(p, hash));
    object_text(o, "words", page_typed(p, "words"));
    for (size_t i = 0; i < count; i++) {
        const struct enumeration_value *value = enumeration_by_number(&enumeration_decision_act, acts[i].act);
        struct object *button = list_add(buttons);
        object_text(button, "value", value->name);
        object_text(button, "label", form_page_words(p, value));
        object_text(button, "key", text_of(acts[i].key));
        object_flag(button, "main", acts[i].main);
        object_flag(button, "grave", acts[i].grave);
    }
}

void decide_sanction(struct page *p, struct object *o)
{
    const struct text kind = page_typed(p, "sanction");

    object_flag(o, "punishable", true);
    object_flag(o, "sanctioned", kind.len > 0);
    form_page_options(p, o, "sanctions", &enumeration_sanction_kind, SANCTION_KIND_WARNING, SANCTION_KIND_HOLD, kind);
    object_text(o, "hours", page_typed(p, "hours"));
    object_flag(o, "site", page_typed(p, "site").len > 0);
}

/* What is no number is none that can be: an empty field is. */
static uint64_t hours_typed(struct page *p)
{
    const struct text typed = page_typed(p, "hours");
    const uint64_t hours = page_number(typed);

    return typed.len && !hours && !text_equal(typed, TEXT("0")) ? UINT32_MAX : hours;
}

/* An empty field says nothing. */
static struct text said(struct page *p, const char *name)
{
    struct text typed = page_typed(p, name);

    return typed.len ? typed : (struct text){NULL, 0};
}

struct decide_request decide_typed(struct page *p)
{
    return (struct decide_request){
        .op_id = page_op(p),
        .act = (enum decision_act)form_page_choice(p, "act", &enumeration_decision_act, DECISION_ACT_NONE),
        .hash = page_bytes(p, page_typed(p, "hash")),
        .reason = (enum reason)form_page_choice(p, "reason", &enumeration_reason, REASON_NONE),
        .words = said(p, "words"),
        .title = said(p, "title"),
        .body = said(p, "body"),
        .sanction = said(p, "sanction").at != NULL,
        .kind = (enum sanction_kind)form_page_choice(p, "sanction", &enumeration_sanction_kind, SANCTION_KIND_WARNING),
        .hours = hours_typed(p),
        .site = page_typed(p, "site").len > 0,
    };
}

bool decide_changed(const struct page *p)
{
    return p->refusal.status == STATUS_STALE;
}
