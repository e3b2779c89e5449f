/* What one has sent and a moderator has yet to look at: the list, one of them, changing it, taking it back. */
#include "server/web/form_page.h"
#include "server/web/pieces.h"
#include "server/web/submissions_page.h"

static struct text path_of(struct page *p, struct text id, const char *end)
{
    struct text written = page_base64(p, id);

    return page_path(p, "/held/%.*s%s", (int)written.len, written.at ? written.at : "", end);
}

/* ---- the list ---- */

void view_held(struct page *p)
{
    const struct held_request in = {.after = page_bytes(p, page_query(p, "after"))};
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "rows");
    struct pager pager = {0};
    struct held_record *held;
    struct held_reply out;

    piece_refused(p, o);
    if (!ask_held(p, &in, &out))
        return;
    held = arena_alloc(p->arena, (size_t)(out.held.count + 1) * sizeof *held);
    for (uint64_t i = 0; held && items_next(&out.held, &shape_held_record, &held[i]); i++) {
        struct object *row = list_add(rows);
        object_record(row, "held", &shape_held_record, &held[i]);
        object_text(row, "board", page_either(p, held[i].board_name, held[i].board_name_en));
        object_url(row, "path", path_of(p, held[i].id, ""));
    }
    if (in.after.at)
        pager.first = TEXT("/held");
    if (out.next.at)
        pager.next = page_path(p, "/held?after=%s", page_base64(p, out.next).at);
    piece_pager(o, &pager);
    page_show(p, &(struct shown){
        .template = TEMPLATE_held, .values = o, .title = words_text(WORDS_held_title, p->reader.lang), .unlisted = true,
    });
}

/* ---- one of them ---- */

/* Tags on one line, as people write them. */
static struct text tags_line(struct page *p, struct items tags)
{
    struct text line = TEXT(""), tag;

    while (items_next_text(&tags, &tag))
        line = arena_format(p->arena, "%.*s%s%.*s", (int)line.len, line.at, line.len ? " " : "", (int)tag.len, tag.at);
    return line;
}

static struct text typed_or(const struct page *p, const char *name, struct text present)
{
    struct text typed = page_typed(p, name);

    return typed.at ? typed : present;
}

static void add_form(struct page *p, struct object *o, const struct held_record *held)
{
    bool thread = held->kind == HELD_KIND_THREAD;

    object_flag(o, "titled", thread || (held->kind == HELD_KIND_EDIT && held->title.at));
    object_flag(o, "tagged", thread);
    object_text(o, "title", typed_or(p, "title", held->title.at ? held->title : TEXT("")));
    object_text(o, "body", typed_or(p, "body", held->body));
    object_text(o, "tags", typed_or(p, "tags", tags_line(p, held->tags)));
    object_number(o, "version", held->version);
    page_form(p, o, "form", path_of(p, held->id, ""));
    form_page_scope(p, o, "back", path_of(p, held->id, "/withdraw"));
}

void view_held_one(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct held_record *held = arena_alloc(p->arena, sizeof *held);
    bool open;

    if (!held || !ask_one_held(p, page_bytes(p, p->params[0]), held))
        return;
    open = held->state == HELD_STATE_WAITING || held->state == HELD_STATE_RETURNED;
    object_record(o, "held", &shape_held_record, held);
    object_flag(o, "open", open);
    if (open)
        add_form(p, o, held);
    else
        object_html(o, "html", page_markdown(p, held->thread, 0, 0, held->body).html);
    page_show(p, &(struct shown){
        .template = TEMPLATE_held_one,
        .values = o,
        .title = held->title.at ? held->title : words_text(WORDS_held_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/held"), words_text(WORDS_held_title, p->reader.lang)},
        .up_count = 1,
        .unlisted = true,
    });
}

void submission_go(struct page *p, struct text held)
{
    page_notice(p, WORDS_held_done);
    page_redirect(p, path_of(p, held, ""));
}

static void done_saved(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_held_saved);
    page_redirect(p, path_of(p, page_bytes(p, p->params[0]), ""));
}

bool plan_held_one(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_HELD_EDIT, &(struct held_edit_request){
        .op_id = page_op(p),
        .held = page_bytes(p, p->params[0]),
        .version = page_number(page_typed(p, "version")),
        .title = page_typed(p, "title"),
        .tags = page_texts(p, page_typed(p, "tags")),
        .body = page_typed(p, "body"),
    }, done_saved);
}

static void done_withdrawn(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_held_withdrawn);
    page_redirect(p, TEXT("/held"));
}

bool plan_held_withdraw(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_HELD_WITHDRAW, &(struct held_withdraw_request){
        .op_id = page_op(p),
        .held = page_bytes(p, p->params[0]),
    }, done_withdrawn);
}
