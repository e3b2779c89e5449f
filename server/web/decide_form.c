/* See decide_form.h. */
#include "server/web/decide_form.h"

#include "server/web/form_page.h"

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
    };
}

bool decide_changed(const struct page *p)
{
    return p->refusal.status == STATUS_STALE;
}
