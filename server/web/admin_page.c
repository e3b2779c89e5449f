/* See admin_page.h. Also the page from which administration starts. */
#include "server/web/admin_page.h"

const struct form_place admin_place = {.path = "/admin", .title = WORDS_admin_title};

bool admin_may(struct page *p, struct refusal *why)
{
    const struct refusal kept = p->refusal;
    struct accounts_reply out;
    bool may = ask_accounts(p, &(struct accounts_request){.none = 0}, &out);

    if (why)
        *why = may ? (struct refusal){.status = STATUS_OK} : p->refusal;
    p->refusal = kept;
    return may;
}

bool admin_enter(struct page *p)
{
    struct refusal why;
    bool may = admin_may(p, &why);

    if (!may)
        p->refusal = why;
    return may;
}

void view_admin(struct page *p)
{
    static const struct form_page page = {.template = TEMPLATE_admin, .title = WORDS_admin_title};
    struct object *o = object_new(p->arena);
    struct refusal why;

    object_flag(o, "may", admin_may(p, &why));
    object_text(o, "why", why.words);
    object_flag(o, "rests", why.status == STATUS_TOTP_NEEDED);
    form_page_show(p, &page, o);
}

/* ---- asking twice ---- */

/* Under this name the second form says that it is the second. */
#define SURE "sure"

/* What the question is about stands below this. */
static const char *ways_back(const struct page *p)
{
    const struct text filters = TEXT("/admin/filters");

    return p->http->path.len > filters.len && memcmp(p->http->path.at, filters.at, filters.len) == 0 ? "/admin/filters" : "/admin/accounts";
}

static void view_sure(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_sure, WORDS_admin_sure_title, &admin_place};
    static const struct text own[] = {TEXT_INIT("token"), TEXT_INIT("op"), TEXT_INIT(SURE)};
    const enum words *question = p->outcome;
    struct object *o = object_new(p->arena);
    struct list *fields = object_list(o, "fields");

    for (uint32_t i = 0; i < p->form.count; i++) {
        const struct form_field *field = &p->form.fields[i];
        size_t n = 0;
        while (n < sizeof own / sizeof own[0] && !text_equal(field->name, own[n]))
            n++;
        if (n < sizeof own / sizeof own[0])
            continue;
        struct object *item = list_add(fields);
        object_text(item, "name", field->name);
        object_text(item, "value", field->value);
    }
    page_form(p, o, "form", p->http->path);
    object_words(o, "question", *question);
    object_text(o, "about", p->params[0]);
    object_path(o, "back", "%s/%s", ways_back(p), url_escape(p->arena, p->params[0]).at);
    form_page_show(p, &page, o);
}

static void ask(struct page *p, const void *nothing)
{
    (void)nothing;
    page_next(p, view_sure);
}

bool admin_is_sure(struct page *p, struct submission *s, enum words question)
{
    enum words *asked;

    if (form_get(&p->form, SURE).len)
        return true;
    asked = arena_alloc(p->arena, sizeof *asked);
    if (asked)
        *asked = question;
    p->outcome = asked;
    *s = (struct submission){.done = ask};
    return false;
}
