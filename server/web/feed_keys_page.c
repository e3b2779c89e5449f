/* Keys of private feeds: the list, making one, revoking one. */
#include "server/web/form_page.h"

static const struct form_page keys_page = {TEMPLATE_feed_keys, WORDS_keys_title, &form_place_settings};

static void add_keys(struct page *p, struct object *o, struct items items)
{
    struct feed_key_record *keys = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *keys);
    struct list *list = object_list(o, "keys");

    for (uint64_t i = 0; keys && items_next(&items, &shape_feed_key_record, &keys[i]); i++) {
        struct object *item = list_add(list);
        object_record(item, "key", &shape_feed_key_record, &keys[i]);
        object_flag(item, "lost", !keys[i].title.at);
        page_form(p, item, "form", TEXT("/settings/feeds/revoke"));
    }
}

void view_feed_keys(struct page *p)
{
    static const struct text action = TEXT_INIT("/settings/feeds");
    const struct refusal refusal = p->refusal;
    struct object *o = object_new(p->arena), *form;
    struct feed_keys_reply out;
    struct text kind = page_query(p, "kind");

    if (!ask_feed_keys(p, &(struct feed_keys_request){.none = 0}, &out))
        return;
    p->refusal = refusal;
    add_keys(p, o, out.keys);
    form = form_page_scope(p, o, "make", action);
    object_text(form, "name", form_page_filled(p, action, "name", page_query(p, "name")));
    form_page_options(p, form, "kinds", &enumeration_feed_kind, FEED_KIND_SITE, FEED_KIND_DIGEST,
                      form_page_filled(p, action, "kind", kind.at ? kind : TEXT("board")));
    form_page_show(p, &keys_page, o);
}

/* ---- making one ---- */

static void view_made(struct page *p)
{
    static const struct form_page page = {TEMPLATE_feed_key_made, WORDS_keys_title, &form_place_settings};
    static const char *const names[FEED_FORMATS] = {[FEED_ATOM] = "Atom", [FEED_RSS] = "RSS", [FEED_JSON] = "JSON"};
    const struct text *key = p->outcome;
    struct object *o = object_new(p->arena);
    struct list *addresses = object_list(o, "addresses");

    for (enum feed_format format = 0; format < FEED_FORMATS; format++) {
        struct object *address = list_add(addresses);
        struct text suffix = feed_suffix(format);
        object_text(address, "format", text_of(names[format]));
        object_text(address, "address", page_absolute(p, page_path(p, "/key/%.*s.%.*s", (int)key->len, key->at, (int)suffix.len, suffix.at)));
    }
    form_page_show(p, &page, o);
}

static void done_make(struct page *p, const void *reply)
{
    const struct feed_key_make_reply *made = reply;
    struct text *key = arena_alloc(p->arena, sizeof *key);

    if (!made->key.at || !key) { /* a second tap: the key was shown already */
        page_redirect(p, TEXT("/settings/feeds"));
        return;
    }
    *key = page_base64(p, made->key);
    p->outcome = key;
    page_next(p, view_made);
}

bool plan_feed_key_make(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_FEED_KEY_MAKE, &(struct feed_key_make_request){
        .op_id = page_op(p),
        .kind = (enum feed_kind)form_page_choice(p, "kind", &enumeration_feed_kind, FEED_KIND_BOARD),
        .name = form_page_line(p, "name"),
    }, done_make);
}

/* ---- revoking one ---- */

static void done_revoke(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_keys_revoked);
    page_redirect(p, TEXT("/settings/feeds"));
}

bool plan_feed_key_revoke(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_FEED_KEY_REVOKE, &(struct feed_key_revoke_request){
        .op_id = page_op(p),
        .id = page_number(form_get(&p->form, "id")),
    }, done_revoke);
}
