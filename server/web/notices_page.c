/* What concerns oneself: notices, and the list of what one watches. */
#include <inttypes.h>

#include "server/web/form_page.h"
#include "server/web/pieces.h"

/* ---- notices ---- */

/* Rows of the list; returns the number of the first, which is the newest. */
static uint64_t add_notices(struct page *p, struct object *o, struct items items)
{
    struct notice_record *notices = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *notices);
    struct list *rows = object_list(o, "notices");
    uint64_t newest = 0;

    for (uint64_t i = 0; notices && items_next(&items, &shape_notice_record, &notices[i]); i++) {
        const struct notice_record *notice = &notices[i];
        struct object *row = list_add(rows);

        newest = newest ? newest : notice->id;
        object_record(row, "notice", &shape_notice_record, notice);
        object_flag(row, "fresh", !notice->read);
        if (notice->thread && notice->title.at)
            object_path(row, "path", notice->floor ? "/t/%" PRIu64 "/%" PRIu64 : "/t/%" PRIu64, notice->thread, notice->floor);
        if (notice->held.at && !notice->post) {
            struct text id = page_base64(p, notice->held);
            object_path(row, "held", "/held/%.*s", (int)id.len, id.at ? id.at : "");
        }
        object_flag(row, "decided", notice->decision && (notice->kind >= NOTICE_KIND_HIDDEN || notice->kind == NOTICE_KIND_MOVED) &&
                                    notice->kind != NOTICE_KIND_FLAG);
    }
    return newest;
}

void view_notices(struct page *p)
{
    const struct notices_request in = {.before = page_number(page_query(p, "before"))};
    struct object *o = object_new(p->arena);
    struct shown shown = {
        .template = TEMPLATE_notices, .values = o, .title = words_text(WORDS_notices_title, p->reader.lang), .unlisted = true,
    };
    struct pager pager = {0};
    struct notices_reply out;

    piece_refused(p, o);
    if (!ask_notices(p, &in, &out))
        return;
    uint64_t newest = add_notices(p, o, out.notices);
    object_number(o, "newest", in.before ? 0 : newest);
    object_number(o, "unread", out.unread);
    page_form(p, o, "form", TEXT("/notices"));
    if (in.before)
        pager.first = TEXT("/notices");
    if (out.next)
        pager.next = page_path(p, "/notices?before=%" PRIu64, out.next);
    piece_pager(o, &pager);
    if (!in.before)
        page_live(p, &shown, out.cursor);
    page_show(p, &shown);
}

static void done_marked(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_notices_marked);
    page_redirect(p, TEXT("/notices"));
}

bool plan_notices_mark(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_NOTICES_MARK, &(struct notices_mark_request){
        .op_id = page_op(p),
        .up_to = page_number(page_typed(p, "up_to")),
    }, done_marked);
}

/* ---- watches ---- */

static void add_watch(struct page *p, struct list *rows, const struct watch_record *watch)
{
    const char *way = watch->kind == TOPIC_BOARD ? "b" : "t";
    struct object *row = list_add(rows);

    object_record(row, "watch", &shape_watch_record, watch);
    if (watch->title.at)
        object_path(row, "path", "/%s/%" PRIu64, way, watch->id);
    page_form(p, row, "form", page_path(p, "/%s/%" PRIu64 "/watch", way, watch->id));
}

void view_watches(struct page *p)
{
    const struct watches_request in = {.after = page_bytes(p, page_query(p, "after"))};
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "watches");
    struct watch_record *watches;
    struct pager pager = {0};
    struct watches_reply out;

    if (!ask_watches(p, &in, &out))
        return;
    watches = arena_alloc(p->arena, (size_t)(out.watches.count + 1) * sizeof *watches);
    for (uint64_t i = 0; watches && items_next(&out.watches, &shape_watch_record, &watches[i]); i++)
        add_watch(p, rows, &watches[i]);
    if (in.after.at)
        pager.first = TEXT("/watches");
    if (out.next.at)
        pager.next = page_path(p, "/watches?after=%s", page_base64(p, out.next).at);
    piece_pager(o, &pager);
    page_show(p, &(struct shown){
        .template = TEMPLATE_watches, .values = o, .title = words_text(WORDS_watches_title, p->reader.lang), .unlisted = true,
    });
}
