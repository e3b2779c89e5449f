/* What people raise: the form that marks a post (concern_form.h), and the digest of a period, made to be printed. */
#include <inttypes.h>

#include "server/web/concern_form.h"
#include "server/web/form_page.h"

/* ---- marking ---- */

void concern_form(struct page *p, struct object *o, uint64_t post, const struct post_hash_reply *present)
{
    struct text action = page_path(p, "/p/%" PRIu64 "/concern", post);
    const bool marked = present->concern != CONCERN_KIND_NONE;
    const struct enumeration_value *kind = enumeration_by_number(&enumeration_concern_kind, marked ? present->concern : CONCERN_KIND_CADRE);
    struct object *form = form_page_scope(p, o, "concern", action);

    form_page_options(p, form, "kinds", &enumeration_concern_kind, CONCERN_KIND_CADRE, CONCERN_KIND_TALENT,
                      form_page_filled(p, action, "kind", kind->name));
    object_text(form, "words", form_page_filled(p, action, "words", present->concern_words));
    object_flag(form, "marked", marked);
}

static void done_marked(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, page_typed(p, "off").len ? WORDS_concern_taken_back : WORDS_concern_done);
    page_redirect(p, page_path(p, "/p/%" PRIu64, page_number(p->params[0])));
}

bool plan_concern(struct page *p, struct submission *s)
{
    struct text words = page_typed(p, "words");

    return form_page_submit(p, s, INDEX_CONCERN_MARK, &(struct concern_mark_request){
        .op_id = page_op(p),
        .post = page_number(p->params[0]),
        .kind = page_typed(p, "off").len ? CONCERN_KIND_NONE
                                         : (enum concern_kind)form_page_choice(p, "kind", &enumeration_concern_kind, CONCERN_KIND_NONE),
        .words = words.len ? words : (struct text){NULL, 0},
    }, done_marked);
}

/* ---- the digest ---- */

/* Where the next post is put: into a group that is open, or into a new one. */
struct groups {
    struct list *works, *boards, *raised, *marked;
    struct concern_record before;
};

static void add_post(struct page *p, struct groups *g, const struct concern_record *concern)
{
    bool work = g->before.kind != concern->kind, board = work || !text_equal(g->before.board_slug, concern->board_slug);
    struct object *o;

    if (work) {
        o = list_add(g->works);
        object_text(o, "label", form_page_words(p, enumeration_by_number(&enumeration_concern_kind, concern->kind)));
        g->boards = object_list(o, "boards");
    }
    if (board) {
        o = list_add(g->boards);
        object_text(o, "board", page_either(p, concern->board_name, concern->board_name_en));
        g->raised = object_list(o, "raised");
    }
    if (board || g->before.thread != concern->thread) {
        o = list_add(g->raised);
        object_record(o, "concern", &shape_concern_record, concern);
        g->marked = object_list(o, "marked");
    }
    o = list_add(g->marked);
    object_record(o, "concern", &shape_concern_record, concern);
    object_text(o, "summary", markdown_summary(concern->excerpt, LIMIT_EXCERPT, p->arena));
    object_text(o, "address", page_absolute(p, page_path(p, "/p/%" PRIu64, concern->post)));
    g->before = *concern;
}

static void add_periods(struct object *o, enum period shown)
{
    static const enum words labels[] = {[PERIOD_WEEK] = WORDS_digest_week, [PERIOD_MONTH] = WORDS_digest_month, [PERIOD_QUARTER] = WORDS_digest_quarter};
    struct list *list = object_list(o, "periods");

    for (enum period period = PERIOD_WEEK; period <= PERIOD_QUARTER; period++) {
        struct object *one = list_add(list);
        struct text name = enumeration_by_number(&enumeration_period, period)->name;
        object_words(one, "label", labels[period]);
        object_path(one, "path", "/digest?period=%.*s", (int)name.len, name.at);
        object_flag(one, "current", period == shown);
    }
}

void view_digest(struct page *p)
{
    const struct enumeration_value *period = enumeration_by_name(&enumeration_period, page_query(p, "period"));
    struct object *o = object_new(p->arena);
    struct groups groups = {.works = object_list(o, "works")};
    struct concern_record *concerns;
    struct digest_reply out;

    if (!period || period->number == PERIOD_ALL)
        period = enumeration_by_number(&enumeration_period, PERIOD_WEEK);
    if (!ask_digest(p, &(struct digest_request){.period = (enum period)period->number, .from = page_query(p, "from")}, &out))
        return;
    concerns = arena_alloc(p->arena, (size_t)(out.concerns.count + 1) * sizeof *concerns);
    for (uint64_t i = 0; concerns && items_next(&out.concerns, &shape_concern_record, &concerns[i]); i++)
        add_post(p, &groups, &concerns[i]);
    add_periods(o, (enum period)period->number);
    object_items(o, "sums", &shape_concern_sum_record, out.sums);
    object_text(o, "first", out.first);
    object_text(o, "last", out.last);
    object_number(o, "left_out", out.left_out);
    object_path(o, "before", "/digest?period=%.*s&from=%.*s", (int)period->name.len, period->name.at, (int)out.before.len, out.before.at);
    if (out.next.len)
        object_path(o, "after", "/digest?period=%.*s&from=%.*s", (int)period->name.len, period->name.at, (int)out.next.len, out.next.at);
    object_path(o, "feed_path", "/settings/feeds?kind=digest&name=%.*s", (int)period->name.len, period->name.at);
    page_show(p, &(struct shown){
        .template = TEMPLATE_digest, .values = o, .title = words_text(WORDS_digest_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/queue"), words_text(WORDS_queue_title, p->reader.lang)}, .up_count = 1, .unlisted = true,
    });
}
