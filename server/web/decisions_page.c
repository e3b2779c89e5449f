/* What moderators decided about oneself: sanctions that hold, decisions with their reasons, and appealing from one. */
#include <inttypes.h>

#include "server/web/form_page.h"
#include "server/web/pieces.h"
#include "server/web/sanctioned.h"

/* ---- the list ---- */

static void add_sanctions(struct page *p, struct object *o, struct items items)
{
    struct sanction_record *sanctions = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *sanctions);
    struct list *rows = object_list(o, "sanctions");

    for (uint64_t i = 0; sanctions && items_next(&items, &shape_sanction_record, &sanctions[i]); i++)
        sanctioned_row(p, rows, &sanctions[i]);
}

static void add_decisions(struct page *p, struct object *o, struct items items)
{
    struct decision_record *decisions = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *decisions);
    struct list *rows = object_list(o, "decisions");

    for (uint64_t i = 0; decisions && items_next(&items, &shape_decision_record, &decisions[i]); i++) {
        const struct decision_record *decision = &decisions[i];
        struct object *row = list_add(rows);
        object_record(row, "decision", &shape_decision_record, decision);
        if (decision->held.at) {
            struct text id = page_base64(p, decision->held);
            object_path(row, "path", "/held/%.*s", (int)id.len, id.at ? id.at : "");
        } else if (decision->post) {
            object_path(row, "path", "/p/%" PRIu64, decision->post);
        }
        if (decision->appeal == APPEAL_STATE_NONE && decision->appeal_by)
            object_path(row, "appeal_path", "/decisions/%" PRIu64 "/appeal", decision->id);
    }
}

void view_decisions(struct page *p)
{
    const struct decisions_request in = {.before = page_number(page_query(p, "before"))};
    struct object *o = object_new(p->arena);
    struct pager pager = {0};
    struct sanctions_reply sanctions;
    struct decisions_reply out;

    piece_refused(p, o);
    if (!ask_sanctions(p, &(struct sanctions_request){0}, &sanctions) || !ask_decisions(p, &in, &out))
        return;
    if (!in.before)
        add_sanctions(p, o, sanctions.sanctions);
    add_decisions(p, o, out.decisions);
    if (in.before)
        pager.first = TEXT("/decisions");
    if (out.next)
        pager.next = page_path(p, "/decisions?before=%" PRIu64, out.next);
    piece_pager(o, &pager);
    page_show(p, &(struct shown){
        .template = TEMPLATE_decisions, .values = o, .title = words_text(WORDS_decisions_title, p->reader.lang), .unlisted = true, .told = true,
    });
}

/* ---- appealing ---- */

void view_appeal(struct page *p)
{
    const struct decisions_request in = {.before = page_number(p->params[0]) + 1};
    struct decision_record *decision = arena_alloc(p->arena, sizeof *decision);
    struct object *o = object_new(p->arena);
    struct decisions_reply out;

    if (!decision || !ask_decisions(p, &in, &out))
        return;
    if (!items_next(&out.decisions, &shape_decision_record, decision) || decision->id != in.before - 1) {
        page_refuse(p, STATUS_NOT_FOUND);
        return;
    }
    object_record(o, "decision", &shape_decision_record, decision);
    object_text(o, "words", page_typed(p, "words"));
    page_form(p, o, "form", p->path);
    page_show(p, &(struct shown){
        .template = TEMPLATE_appeal,
        .values = o,
        .title = words_text(WORDS_appeal_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/decisions"), words_text(WORDS_decisions_title, p->reader.lang)},
        .up_count = 1,
        .unlisted = true,
    });
}

static void done_appealed(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_appeal_done);
    page_redirect(p, TEXT("/decisions"));
}

bool plan_appeal(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_APPEAL, &(struct appeal_request){
        .op_id = page_op(p),
        .decision = page_number(p->params[0]),
        .words = page_typed(p, "words"),
    }, done_appealed);
}
