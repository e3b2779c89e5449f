/* Invitations: which role, and the code that is shown once. */
#include "server/web/admin_page.h"

static const struct form_place invite_place = {"/admin/invite", WORDS_invite_title, &admin_place};

void view_invite(struct page *p)
{
    static const struct form_page page = {TEMPLATE_invite, WORDS_invite_title, &admin_place};
    struct object *o = object_new(p->arena);
    struct text present = form_page_filled(p, p->path, "role", TEXT("member"));
    struct list *roles = object_list(o, "roles");

    page_form(p, o, "form", TEXT("/admin/invite"));
    for (uint32_t i = 0; i < enumeration_role.count; i++) {
        const struct enumeration_value *role = &enumeration_role.values[i];
        /* A visitor needs no invitation, and a deputy's role needs a unit, which none carries. */
        if (role->number == ROLE_VISITOR || role->number == ROLE_DEPUTY)
            continue;
        form_page_option(roles, role->name, form_page_words(p, role), text_equal(role->name, present));
    }
    form_page_show(p, &page, o);
}

struct invited {
    struct text code;
    uint64_t expires;
    enum role role;
};

static enum role chosen(const struct page *p)
{
    return (enum role)form_page_choice(p, "role", &enumeration_role, ROLE_CITIZEN);
}

static void view_invited(struct page *p)
{
    static const struct form_page page = {TEMPLATE_invited, WORDS_invited_title, &invite_place};
    const struct invited *invited = p->outcome;
    struct object *o = object_new(p->arena);
    struct text address = page_absolute(p, page_path(p, "/register?invite=%s", url_escape(p->arena, invited->code).at));

    object_text(o, "code", invited->code);
    object_text(o, "address", address);
    object_url(o, "link", address);
    object_number(o, "expires", invited->expires);
    object_text(o, "role", form_page_words(p, enumeration_by_number(&enumeration_role, invited->role)));
    form_page_show(p, &page, o);
}

static void done_invite(struct page *p, const void *reply)
{
    const struct invite_reply *out = reply;
    struct invited *invited = arena_alloc(p->arena, sizeof *invited);

    if (!invited || !out->code.at) {
        page_notice(p, WORDS_secret_not_repeated);
        page_redirect(p, TEXT("/admin/invite"));
        return;
    }
    *invited = (struct invited){arena_text(p->arena, out->code), out->expires, chosen(p)};
    p->outcome = invited;
    page_next(p, view_invited);
}

bool plan_invite(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_INVITE, &(struct invite_request){
        .op_id = page_op(p),
        .role = chosen(p),
    }, done_invite);
}
