/* Somebody as moderators of their boards see that person: the sanctions, with a form for another and one to lift each, and earlier decisions. */
#include <inttypes.h>

#include "server/web/decide_form.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"
#include "server/web/sanctioned.h"

/* In what a term is given. */
enum term_unit { TERM_HOURS, TERM_DAYS, TERM_ENDLESS, TERM_UNITS };

static const struct {
    const char *name;
    enum words label;
    uint64_t hours; /* 0: it has none */
} units[TERM_UNITS] = {
    [TERM_HOURS] = {"hours", WORDS_sanctions_hours, 1},
    [TERM_DAYS] = {"days", WORDS_sanctions_days, 24},
    [TERM_ENDLESS] = {"endless", WORDS_decisions_endless, 0},
};

/* The site, where boards are named by their slugs. */
#define SITE TEXT("*")

/* Refusals of which more can be said here than in general. */
static const struct {
    enum status status;
    const char *field;
    enum words words;
} explained[] = {
    {STATUS_EXISTS, "kind", WORDS_sanctions_exists},
    {STATUS_FORBIDDEN, "handle", WORDS_sanctions_forbidden},
    {STATUS_FORBIDDEN, "sanction", WORDS_sanctions_forbidden},
    {STATUS_BAD_FIELD, "hours", WORDS_sanctions_bad_term},
    {STATUS_NOT_FOUND, "board", WORDS_sanctions_no_scope},
};

static struct text path_of(struct page *p)
{
    struct text handle = url_escape(p->arena, p->params[0]);

    return page_path(p, "/u/%.*s/sanctions", (int)handle.len, handle.at);
}

/* ---- the lists ---- */

static void add_sanctions(struct page *p, struct object *o, struct items items, struct items boards)
{
    struct sanction_record *all = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *all);
    struct list *rows = object_list(o, "sanctions");
    const struct text path = path_of(p);

    for (uint64_t i = 0; all && items_next(&items, &shape_sanction_record, &all[i]); i++) {
        struct object *row = sanctioned_row(p, rows, &all[i]);
        struct items left = boards;
        struct board_record board;
        bool mine = !all[i].board_slug.at && p->account.role >= ROLE_MODERATOR;
        while (all[i].board_slug.at && !mine && items_next(&left, &shape_board_record, &board))
            mine = board.may_moderate && text_equal(board.slug, all[i].board_slug);
        if (mine && (all[i].active || (all[i].kind == SANCTION_KIND_WARNING && !all[i].lifted)))
            form_page_scope(p, row, "lift", page_path(p, "%.*s/%" PRIu64 "/lift", (int)path.len, path.at, all[i].id));
    }
}

static void add_decisions(struct page *p, struct object *o, struct items items)
{
    struct decision_record *all = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *all);
    struct list *rows = object_list(o, "decisions");

    for (uint64_t i = 0; all && items_next(&items, &shape_decision_record, &all[i]); i++) {
        struct object *row = list_add(rows);
        object_record(row, "decision", &shape_decision_record, &all[i]);
        if (all[i].post)
            object_path(row, "path", "/p/%" PRIu64, all[i].post);
    }
}

/* ---- the form ---- */

/* Where the moderator may impose: the site, where it is that moderator's, and boards. */
static void add_scopes(struct page *p, struct object *o, struct items boards)
{
    struct list *rows = object_list(o, "scopes");
    struct text typed = page_typed(p, "board"), chosen = typed.at ? typed : page_query(p, "board");
    struct board_record board;

    if (!chosen.len) /* nobody is muted somewhere because that stood first in a list */
        form_page_option(rows, TEXT(""), words_text(WORDS_sanctions_choose, p->reader.lang), true);
    while (items_next(&boards, &shape_board_record, &board))
        if (board.may_moderate)
            form_page_option(rows, board.slug, page_board_name(p, &board), text_equal(board.slug, chosen));
    if (p->account.role >= ROLE_MODERATOR)
        form_page_option(rows, SITE, words_text(WORDS_decisions_site, p->reader.lang), text_equal(SITE, chosen));
}

static void add_form(struct page *p, struct object *o, struct items boards)
{
    struct text action = path_of(p), unit = page_typed(p, "unit"), kind = page_typed(p, "kind");
    struct object *form = form_page_scope(p, o, "impose", action);
    struct list *terms = object_list(form, "units");

    form_page_options(p, form, "kinds", &enumeration_sanction_kind, SANCTION_KIND_WARNING, SANCTION_KIND_HOLD, kind.at ? kind : TEXT("mute"));
    for (size_t i = 0; i < TERM_UNITS; i++)
        form_page_option(terms, text_of(units[i].name), words_text(units[i].label, p->reader.lang),
                         text_equal(unit.at ? unit : TEXT("days"), text_of(units[i].name)));
    add_scopes(p, form, boards);
    decide_reasons(p, form);
    object_text(form, "term", form_page_filled(p, action, "term", TEXT("3")));
    object_text(form, "words", form_page_filled(p, action, "words", TEXT("")));
}

/* Why the form is shown again, if it is. */
static void explain(struct page *p, struct object *o)
{
    enum words words = WORDS_NONE;

    for (size_t i = 0; i < sizeof explained / sizeof *explained; i++)
        if (p->refusal.status == explained[i].status && text_equal(p->refusal.field, text_of(explained[i].field)))
            words = explained[i].words;
    if (words != WORDS_NONE)
        object_words(o, "refused", words);
    else
        piece_refused(p, o);
}

void view_sanctions(struct page *p)
{
    const struct decisions_request in = {.handle = p->params[0], .before = page_number(page_query(p, "before"))};
    struct account_record account;
    struct object *o = object_new(p->arena);
    const struct refusal refused = p->refusal;
    const struct text path = path_of(p), escaped = url_escape(p->arena, p->params[0]);
    struct pager pager = {0};
    struct account_reply whose;
    struct sanctions_reply sanctions;
    struct decisions_reply decisions;
    struct boards_reply boards;

    if (!ask_sanctions(p, &(struct sanctions_request){.handle = p->params[0]}, &sanctions) || !ask_decisions(p, &in, &decisions) ||
        !ask_boards(p, &(struct boards_request){0}, &boards) || !ask_account(p, &(struct account_request){.handle = p->params[0]}, &whose) ||
        !page_record(whose.account, &shape_account_record, &account))
        return;
    if (account.id == p->account.id) { /* one's own stand with the way to appeal */
        page_redirect(p, TEXT("/decisions"));
        return;
    }
    p->refusal = refused;
    object_record(o, "account", &shape_account_record, &account);
    object_text(o, "name", piece_name(account.name, account.handle));
    if (!in.before) {
        add_sanctions(p, o, sanctions.sanctions, boards.boards);
        add_form(p, o, boards.boards);
    }
    add_decisions(p, o, decisions.decisions);
    if (in.before)
        pager.first = path;
    if (decisions.next)
        pager.next = page_path(p, "%.*s?before=%" PRIu64, (int)path.len, path.at, decisions.next);
    piece_pager(o, &pager);
    explain(p, o);
    page_show(p, &(struct shown){
        .template = TEMPLATE_sanctions,
        .values = o,
        .title = words_text(WORDS_sanctions_title, p->reader.lang),
        .up = &(struct item_link){page_path(p, "/u/%.*s", (int)escaped.len, escaped.at), piece_name(account.name, account.handle)},
        .up_count = 1,
        .unlisted = true,
    });
}

/* ---- imposing ---- */

/* The term in hours; what is none is one that is too long, which the core refuses and names. */
static uint64_t hours_typed(const struct page *p)
{
    struct text unit = page_typed(p, "unit");
    uint64_t number = page_number(page_typed(p, "term")), hours = 1;

    for (size_t i = 0; i < TERM_UNITS; i++)
        if (text_equal(unit, text_of(units[i].name)))
            hours = units[i].hours;
    if (!hours)
        return 0;
    return number && number <= LIMIT_SANCTION_HOURS ? number * hours : LIMIT_SANCTION_HOURS + 1;
}

static void done_sanctioned(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_sanctions_done);
    page_redirect(p, path_of(p));
}

bool plan_sanctions(struct page *p, struct submission *s)
{
    struct text words = page_typed(p, "words"), board = page_typed(p, "board");
    enum sanction_kind kind = (enum sanction_kind)form_page_choice(p, "kind", &enumeration_sanction_kind, SANCTION_KIND_WARNING);

    return form_page_submit(p, s, INDEX_SANCTION, &(struct sanction_request){
        .op_id = page_op(p),
        .handle = p->params[0],
        .kind = kind,
        .board = text_equal(board, SITE) ? (struct text){NULL, 0} : board.at ? board : TEXT(""),
        .hours = kind == SANCTION_KIND_WARNING ? 0 : hours_typed(p), /* it is said once and lasts no time */
        .reason = (enum reason)form_page_choice(p, "reason", &enumeration_reason, REASON_NONE),
        .words = words.len ? words : (struct text){NULL, 0},
    }, done_sanctioned);
}

/* ---- lifting ---- */

static void done_lifted(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_sanctions_lifted);
    page_redirect(p, path_of(p));
}

bool plan_sanction_lift(struct page *p, struct submission *s)
{
    struct text words = page_typed(p, "words");

    return form_page_submit(p, s, INDEX_SANCTION_LIFT, &(struct sanction_lift_request){
        .op_id = page_op(p),
        .sanction = page_number(p->params[1]),
        .words = words.len ? words : (struct text){NULL, 0},
    }, done_lifted);
}
