/* Getting in and out: signing in, signing up, a forgotten password, signing out. */
#include "server/web/form_page.h"

static const struct form_place login_place = {.path = "/login", .title = WORDS_sign_in};
static const struct form_page login_page = {.template = TEMPLATE_login, .title = WORDS_sign_in};
static const struct form_page register_page = {.template = TEMPLATE_register, .title = WORDS_sign_up};
static const struct form_page reset_page = {TEMPLATE_reset, WORDS_reset_title, &login_place};

/* Where it goes on afterwards, as it stands in the address or the form. */
static struct text way_on(struct page *p, struct text action)
{
    struct text to = form_page_filled(p, action, "to", page_query(p, "to"));

    return to.at ? page_way_back(p, to) : to;
}

/* A page of this file with the way on, if there is any, in its address. */
static struct text with_way_on(struct page *p, const char *path, struct text to)
{
    return to.at ? page_path(p, "%s?to=%s", path, url_escape(p->arena, to).at) : text_of(path);
}

/* What all of these forms show; passwords and codes are never shown again. */
static struct object *form(struct page *p, struct text action)
{
    struct object *o = object_new(p->arena);
    struct text to = way_on(p, action);

    page_form(p, o, "form", action);
    object_text(o, "handle", form_page_filled(p, action, "handle", (struct text){NULL, 0}));
    object_text(o, "to", to);
    object_number(o, "shortest", LIMIT_PASSWORD_MIN);
    object_url(o, "login", with_way_on(p, "/login", to));
    object_url(o, "register", with_way_on(p, "/register", to));
    return o;
}

/* ---- signing in ---- */

void view_login(struct page *p)
{
    if (p->signed_in && !p->refusal.status) {
        page_redirect(p, page_way_back(p, page_query(p, "to")));
        return;
    }
    form_page_show(p, &login_page, form(p, TEXT("/login")));
}

/* The browser has the session and goes on; an answer that comes once more has none to give. */
static void enter(struct page *p, struct text token)
{
    struct text to = form_get(&p->form, "to");

    if (!token.at) {
        page_notice(p, WORDS_sign_anew);
        page_redirect(p, with_way_on(p, "/login", to));
        return;
    }
    page_session(p, token);
    page_redirect(p, page_way_back(p, to));
}

static void done_login(struct page *p, const void *reply)
{
    enter(p, ((const struct login_reply *)reply)->token);
}

/* A field that was left empty is as if it had not been there. */
static struct text optional(const struct page *p, const char *name)
{
    struct text value = form_get(&p->form, name);

    return value.len ? value : (struct text){NULL, 0};
}

bool plan_login(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_LOGIN, &(struct login_request){
        .op_id = page_op(p),
        .handle = form_get(&p->form, "handle"),
        .password = form_get(&p->form, "password"),
        .code = optional(p, "code"),
    }, done_login);
}

/* ---- signing up ---- */

void view_register(struct page *p)
{
    struct object *o = form(p, TEXT("/register"));

    object_text(o, "name", page_typed(p, "name"));
    object_text(o, "invite", form_page_filled(p, p->path, "invite", page_query(p, "invite")));
    form_page_show(p, &register_page, o);
}

static void done_register(struct page *p, const void *reply)
{
    struct text token = ((const struct register_reply *)reply)->token;

    if (token.at)
        page_notice(p, WORDS_register_done);
    enter(p, token);
}

bool plan_register(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_REGISTER, &(struct register_request){
        .op_id = page_op(p),
        .handle = form_get(&p->form, "handle"),
        .name = optional(p, "name"),
        .password = form_get(&p->form, "password"),
        .invite = optional(p, "invite"),
    }, done_register);
}

/* ---- a forgotten password ---- */

void view_reset(struct page *p)
{
    form_page_show(p, &reset_page, form(p, TEXT("/reset")));
}

static void done_reset(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_reset_done);
    page_redirect(p, TEXT("/login"));
}

bool plan_reset(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_RESET_REDEEM, &(struct reset_redeem_request){
        .op_id = page_op(p),
        .handle = form_get(&p->form, "handle"),
        .code = form_get(&p->form, "code"),
        .password = form_get(&p->form, "password"),
    }, done_reset);
}

/* ---- signing out ---- */

static void done_logout(struct page *p, const void *reply)
{
    (void)reply;
    page_session(p, (struct text){NULL, 0});
    page_notice(p, WORDS_signed_out);
    page_redirect(p, TEXT("/"));
}

bool plan_logout(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_LOGOUT, &(struct logout_request){.op_id = page_op(p)}, done_logout);
}
