/* The devices on which one is signed in. */
#include "server/web/form_page.h"

void view_sessions(struct page *p)
{
    static const struct form_page page = {TEMPLATE_sessions, WORDS_sessions_title, &form_place_settings};
    static const struct text action = TEXT_INIT("/settings/sessions");
    const struct refusal refusal = p->refusal;
    struct object *o = object_new(p->arena);
    struct list *list = object_list(o, "sessions");
    struct sessions_reply out;
    struct session_record session;

    if (!ask_sessions(p, &(struct sessions_request){.none = 0}, &out))
        return;
    p->refusal = refusal;
    while (items_next(&out.sessions, &shape_session_record, &session)) {
        struct object *item = list_add(list);
        object_number(item, "id", session.id);
        object_number(item, "created", session.created);
        object_number(item, "used", session.used);
        object_text(item, "client", session.client);
        object_flag(item, "current", session.current);
        page_form(p, item, "form", action);
    }
    form_page_scope(p, o, "leave", TEXT("/logout"));
    form_page_show(p, &page, o);
}

static void done_revoke(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_session_ended);
    page_redirect(p, TEXT("/settings/sessions"));
}

bool plan_revoke(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_REVOKE, &(struct revoke_request){
        .op_id = page_op(p),
        .session = page_number(form_get(&p->form, "session")),
    }, done_revoke);
}
