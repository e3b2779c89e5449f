/* See form_page.h. */
#include "server/web/form_page.h"

const struct form_place form_place_settings = {.path = "/settings", .title = WORDS_settings_title};

/* Words of our own for this status with this field, where there are some: rows STATUS_FIELD. */
static void explain(struct page *p, struct object *values)
{
    const uint64_t minute = 60000;
    struct text status = status_name(p->refusal.status), field = p->refusal.field;
    struct text row = arena_format(p->arena, "%.*s_%.*s", (int)status.len, status.at, (int)field.len, field.at);
    enum words words = field.len ? words_by_name(row) : WORDS_NONE;

    if (words != WORDS_NONE)
        object_words(values, "refused", words);
    else
        object_text(values, "refused", p->refusal.words);
    if (p->refusal.retry_after)
        object_number(values, "wait", (p->refusal.retry_after + minute - 1) / minute);
}

/* The places above the page, root first; how many there are in `count`. */
static const struct item_link *ways_up(struct page *p, const struct form_place *above, uint32_t *count)
{
    struct item_link *ways;

    *count = 0;
    for (const struct form_place *place = above; place; place = place->above)
        ++*count;
    ways = *count ? arena_alloc(p->arena, *count * sizeof *ways) : NULL;
    if (!ways)
        *count = 0;
    for (uint32_t i = *count; i > 0; i--, above = above->above)
        ways[i - 1] = (struct item_link){text_of(above->path), words_text(above->title, p->reader.lang)};
    return ways;
}

void form_page_show(struct page *p, const struct form_page *page, struct object *values)
{
    uint32_t count;
    const struct item_link *up = ways_up(p, page->above, &count);

    if (p->refusal.status)
        explain(p, values);
    page_show(p, &(struct shown){
        .template = page->template,
        .values = values,
        .title = words_text(page->title, p->reader.lang),
        .up = up,
        .up_count = count,
        .unlisted = true,
    });
}

struct text form_page_filled(const struct page *p, struct text action, const char *name, struct text present)
{
    struct text typed = text_equal(action, p->path) ? page_typed(p, name) : present;

    return typed.at ? typed : present;
}

struct object *form_page_scope(struct page *p, struct object *o, const char *scope, struct text action)
{
    struct object *inner = list_add(object_list(o, scope));

    page_form(p, inner, "form", action);
    return inner;
}

void form_page_option(struct list *list, struct text value, struct text label, bool selected)
{
    struct object *option = list_add(list);

    object_text(option, "value", value);
    object_text(option, "label", label);
    object_flag(option, "selected", selected);
}

struct text form_page_words(const struct page *p, const struct enumeration_value *value)
{
    return p->reader.lang == LANG_EN ? value->en : value->zh;
}

void form_page_options(struct page *p, struct object *o, const char *name, const struct enumeration *e, uint32_t least, uint32_t most,
                       struct text chosen)
{
    struct list *list = object_list(o, name);

    for (uint32_t i = 0; i < e->count; i++) {
        const struct enumeration_value *value = &e->values[i];
        if (value->number >= least && value->number <= most)
            form_page_option(list, value->name, form_page_words(p, value), text_equal(value->name, chosen));
    }
}

struct text form_page_line(struct page *p, const char *name)
{
    struct text typed = form_get(&p->form, name);
    char *line = typed.at ? arena_alloc(p->arena, typed.len + 1) : NULL;
    size_t len = 0;

    for (size_t i = 0; line && i < typed.len; i++) {
        char c = typed.at[i];
        if (c != ' ' && c != '\n' && c != '\t')
            line[len++] = c;
        else if (len > 0 && line[len - 1] != ' ')
            line[len++] = ' ';
    }
    if (len > 0 && line[len - 1] == ' ')
        len--;
    return (struct text){line, len};
}

uint32_t form_page_choice(const struct page *p, const char *name, const struct enumeration *e, uint32_t otherwise)
{
    const struct enumeration_value *value = enumeration_by_name(e, form_get(&p->form, name));

    return value ? value->number : otherwise;
}

bool form_page_submit(struct page *p, struct submission *s, enum message_index message, const void *in,
                      void (*done)(struct page *p, const void *reply))
{
    const struct message *m = &messages[message];
    void *copy = arena_alloc(p->arena, m->request->size);

    if (!copy) {
        page_refuse(p, STATUS_INTERNAL);
        return false;
    }
    memcpy(copy, in, m->request->size);
    *s = (struct submission){.message = m, .in = copy, .done = done};
    return true;
}
