/* Several items of the queue on one page, of one author or of one filter's rule, decided on alike. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/diff.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

/* Texts on one page, in bytes: what does not fit comes when these are decided. */
enum { TEXTS_MOST = 128 * 1024 };

/* Which items, from the query or from the form that was sent. */
static struct text asked(const struct page *p, const char *name)
{
    struct text value = p->form.count ? page_typed(p, name) : page_query(p, name);

    return value.len ? value : (struct text){NULL, 0};
}

static struct queue_request wanted(const struct page *p)
{
    const struct text kind = asked(p, "kind");

    return (struct queue_request){
        .count = LIMIT_DECIDE_MANY, .unclaimed = true, .handle = asked(p, "author"), .rule = asked(p, "rule"),
        .kind = kind.at ? kind : TEXT("held"),
    };
}

/* ---- the texts ---- */

/* A box's value: the item's number, a dot, and the hash of what is shown. */
static uint64_t number_of(struct text box, struct text *hash)
{
    const char *dot = memchr(box.at, '.', box.len);
    size_t len = dot ? (size_t)(dot - box.at) : box.len;

    *hash = dot ? (struct text){dot + 1, box.len - len - 1} : (struct text){NULL, 0};
    return page_number((struct text){box.at, len});
}

/* Only as it was when it was ticked. */
static bool ticked(const struct page *p, struct text box)
{
    for (uint32_t i = 0; i < p->form.count; i++)
        if (text_equal(p->form.fields[i].name, TEXT("item")) && text_equal(p->form.fields[i].value, box))
            return true;
    return false;
}

static struct text box_of(struct page *p, uint64_t item, struct text hash)
{
    const struct text written = page_base64(p, hash);

    return arena_format(p->arena, "%" PRIu64 ".%.*s", item, (int)written.len, written.at ? written.at : "");
}

/* One item with its whole text; how many bytes that is goes into `shown`. False: it was refused. */
static bool add_item(struct page *p, struct list *rows, uint64_t number, size_t *shown)
{
    struct item_record *item = arena_alloc(p->arena, sizeof *item);
    struct held_record *texts;
    struct item_get_reply out;
    uint32_t count;

    if (!item || !ask_item(p, &(struct item_get_request){.item = number}, &out, &texts, &count) ||
        !page_record(out.item, &shape_item_record, item))
        return false;
    struct object *row = list_add(rows);
    object_record(row, "item", &shape_item_record, item);
    object_text(row, "board", page_either(p, item->board_name, item->board_name_en));
    object_text(row, "author", piece_name(item->author_name, item->author));
    const struct text box = box_of(p, item->item, out.hash);
    object_text(row, "value", box);
    object_flag(row, "ticked", ticked(p, box));
    object_items(row, "flags", &shape_flag_record, out.flags);
    if (!count)
        return true;
    *shown += texts[0].body.len;
    object_html(row, "html", page_markdown(p, texts[0].thread, 0, 0, texts[0].body).html);
    if (count > 1)
        object_html(row, "difference", diff_render(texts[1].body, texts[0].body, p->reader.lang, p->arena));
    return true;
}

void view_queue_together(struct page *p)
{
    const struct queue_request in = wanted(p);
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "rows");
    struct queue_reply out;
    struct item_record item;
    size_t shown = 0, acts;
    const struct decide_act *buttons = decide_acts(enumeration_by_name(&enumeration_item_kind, in.kind), false, &acts);

    if (!buttons || (!in.handle.at && !in.rule.at)) {
        page_refuse(p, STATUS_NOT_FOUND);
        return;
    }
    if (!ask_queue(p, &in, &out))
        return;
    while (shown < TEXTS_MOST && items_next(&out.items, &shape_item_record, &item))
        if (!add_item(p, rows, item.item, &shown))
            return;
    object_flag(o, "more", out.items.count > 0 || out.next.at);
    object_text(o, "kind", in.kind);
    object_text(o, "handle", in.handle);
    object_text(o, "rule", in.rule);
    decide_form(p, o, TEXT("/queue/together"), (struct text){NULL, 0}, buttons, acts);
    page_show(p, &(struct shown){
        .template = TEMPLATE_together,
        .values = o,
        .title = words_text(WORDS_together_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/queue"), words_text(WORDS_queue_title, p->reader.lang)},
        .up_count = 1,
        .unlisted = true,
    });
}

/* ---- deciding ---- */

static struct items chosen(struct page *p)
{
    struct wire_writer w = arena_writer(p->arena, (size_t)LIMIT_DECIDE_MANY * 64);
    struct items items = items_begin(&w);
    struct decide_item_record one;

    for (uint32_t i = 0; i < p->form.count; i++) {
        if (!text_equal(p->form.fields[i].name, TEXT("item")))
            continue;
        one.item = number_of(p->form.fields[i].value, &one.hash);
        one.hash = page_bytes(p, one.hash);
        items_add(&w, &items, &shape_decide_item_record, &one);
    }
    return w.error ? (struct items){0} : items;
}

/* Back to what is left of them, or to the queue. */
static void done_together(struct page *p, const void *reply)
{
    const struct decide_many_reply *out = reply;
    const struct queue_request of = wanted(p);
    struct items outcomes = out->outcomes;
    struct decide_outcome_record one;
    bool all = true;

    while (items_next(&outcomes, &shape_decide_outcome_record, &one))
        all = all && one.status == STATUS_OK && !one.second;
    page_notice(p, all ? WORDS_queue_done : WORDS_together_some);
    page_redirect(p, all ? TEXT("/queue")
                         : page_path(p, "/queue/together?kind=%s&author=%s&rule=%s", url_escape(p->arena, of.kind).at,
                                     of.handle.at ? url_escape(p->arena, of.handle).at : "", of.rule.at ? url_escape(p->arena, of.rule).at : ""));
}

bool plan_queue_together(struct page *p, struct submission *s)
{
    const struct decide_request typed = decide_typed(p);

    return form_page_submit(p, s, INDEX_DECIDE_MANY, &(struct decide_many_request){
        .op_id = page_op(p),
        .items = chosen(p),
        .act = typed.act,
        .reason = typed.reason,
        .words = typed.words,
    }, done_together);
}
