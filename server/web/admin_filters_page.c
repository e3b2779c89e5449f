/* Administration of filters: the rules in force, a new filter, changing one, and what it would have caught. */
#include "server/web/admin_page.h"

enum { ROUNDS = 4 }; /* answers that one page of a trial asks for, at most */

static const struct form_place filters_place = {"/admin/filters", WORDS_admin_filters_title, &admin_place};

/* What the button that was pressed is for. */
static bool wants(const struct page *p, const char *what)
{
    return text_equal(page_typed(p, "do"), text_of(what));
}

/* ---- the rules in force ---- */

static void list_rule(struct page *p, struct list *list, const struct filter_record *rule)
{
    struct object *item = list_add(list);
    struct filter_record *kept = arena_alloc(p->arena, sizeof *kept);

    if (!kept)
        return;
    *kept = *rule;
    object_record(item, "rule", &shape_filter_record, kept);
    object_path(item, "path", "/admin/filters/%s", url_escape(p->arena, kept->name).at);
}

void view_admin_filters(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_filters, WORDS_admin_filters_title, &admin_place};
    const struct filters_request in = {.after = page_bytes(p, page_query(p, "after"))};
    struct object *o = object_new(p->arena);
    struct list *list = object_list(o, "rules");
    const struct refusal refusal = p->refusal;
    struct filter_record rule;
    struct filters_reply out;

    if (!admin_enter(p) || !ask_filters(p, &in, &out))
        return;
    p->refusal = refusal;
    while (items_next(&out.filters, &shape_filter_record, &rule))
        list_rule(p, list, &rule);
    if (out.next.at)
        object_path(o, "more", "/admin/filters?after=%s", page_base64(p, out.next).at);
    page_form(p, o, "form", TEXT("/admin/filters"));
    object_text(o, "name", page_typed(p, "filter"));
    object_number(o, "limit_name", LIMIT_SLUG);
    object_text(o, "text", page_typed(p, "text"));
    form_page_show(p, &page, o);
}

void view_admin_filter(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_filter, WORDS_admin_filter_title, &filters_place};
    struct object *o = object_new(p->arena);
    const struct refusal refusal = p->refusal;
    struct text path = page_path(p, "/admin/filters/%s", url_escape(p->arena, p->params[0]).at);
    struct filter_get_reply out;

    if (!admin_enter(p) || !ask_filter_get(p, &(struct filter_get_request){.filter = p->params[0]}, &out))
        return;
    p->refusal = refusal;
    page_form(p, o, "form", path);
    object_text(o, "kept", p->params[0]);
    object_text(o, "text", form_page_filled(p, p->path, "text", out.text));
    form_page_show(p, &page, o);
}

/* ---- what it would have caught ---- */

static void list_hit(struct page *p, struct list *list, const struct filter_hit_record *hit)
{
    struct object *item = list_add(list);
    struct filter_hit_record *kept = arena_alloc(p->arena, sizeof *kept);

    if (!kept)
        return;
    *kept = *hit;
    object_record(item, "hit", &shape_filter_hit_record, kept);
    object_path(item, "path", "/p/%llu", (unsigned long long)kept->post);
}

/* Goes on until something was found, for a few answers. False: it was refused. */
static bool try_out(struct page *p, struct object *o)
{
    struct filter_test_request in = {.text = page_typed(p, "text"), .after = page_bytes(p, page_typed(p, "after"))};
    struct list *list = object_list(o, "hits");
    uint64_t examined = 0, found = 0;
    struct filter_test_reply out;
    struct filter_hit_record hit;

    if (!in.text.at)
        in.text = TEXT("");
    for (int i = 0; i < ROUNDS && !found; i++) {
        if (!ask_filter_test(p, &in, &out))
            return false;
        for (; items_next(&out.hits, &shape_filter_hit_record, &hit); found++)
            list_hit(p, list, &hit);
        examined += out.examined;
        in.after = out.next;
        if (!out.next.at)
            break;
    }
    object_flag(o, "tried", true);
    object_number(o, "examined", examined);
    object_number(o, "found", found);
    if (in.after.at)
        object_text(o, "after", page_base64(p, in.after));
    return true;
}

/* The form again as it was filled in, and what its rules would have done. */
static void view_trial(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_filter, WORDS_admin_filter_title, &filters_place};
    struct object *o = object_new(p->arena);

    if (!admin_enter(p))
        return;
    (void)try_out(p, o); /* a refusal stands above the form */
    page_form(p, o, "form", p->http->path);
    object_text(o, "kept", p->params[0]);
    object_text(o, "name", page_typed(p, "filter"));
    object_number(o, "limit_name", LIMIT_SLUG);
    object_text(o, "text", page_typed(p, "text"));
    form_page_show(p, &page, o);
}

static void done_asking(struct page *p, const void *nothing)
{
    (void)nothing;
    page_next(p, view_trial);
}

/* ---- changing it ---- */

static void done_put(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_admin_filter_put);
    page_redirect(p, TEXT("/admin/filters"));
}

static void done_remove(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_admin_filter_removed);
    page_redirect(p, TEXT("/admin/filters"));
}

static bool put(struct page *p, struct submission *s, struct text name)
{
    struct text text = form_get(&p->form, "text");

    return form_page_submit(p, s, INDEX_FILTER_PUT, &(struct filter_put_request){
        .op_id = page_op(p), .filter = name, .text = text.at ? text : TEXT(""),
    }, done_put);
}

bool plan_filter_put(struct page *p, struct submission *s)
{
    if (!wants(p, "try"))
        return put(p, s, form_page_line(p, "filter"));
    *s = (struct submission){.done = done_asking};
    return true;
}

bool plan_filter_change(struct page *p, struct submission *s)
{
    if (wants(p, "try")) {
        *s = (struct submission){.done = done_asking};
        return true;
    }
    return put(p, s, p->params[0]);
}

bool plan_filter_remove(struct page *p, struct submission *s)
{
    if (!admin_is_sure(p, s, WORDS_admin_filter_sure))
        return true;
    return form_page_submit(p, s, INDEX_FILTER_REMOVE, &(struct filter_remove_request){.op_id = page_op(p), .filter = p->params[0]}, done_remove);
}
