/* Figures of moderation: one's own, and for administrators those of boards and moderators. Tables and bars; no script, and good on paper. */
#include <inttypes.h>
#include <stdlib.h>

#include "server/web/form_page.h"
#include "server/web/pieces.h"

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS, PAGES = 20, KINDS = 64, WAITS = 65 };

/* ---- values ---- */

static struct text digits(struct page *p, uint64_t number)
{
    return arena_format(p->arena, "%" PRIu64, number);
}

/* A span in the largest unit of which it has two. */
static struct text span(struct page *p, uint64_t ms)
{
    static const struct text none = {NULL, 0};
    uint64_t unit = ms >= 2 * (uint64_t)DAY_MS ? DAY_MS : ms >= 2 * HOUR_MS ? HOUR_MS : MINUTE_MS;
    enum words words = unit == DAY_MS ? WORDS_figures_long : unit == HOUR_MS ? WORDS_figures_hours : WORDS_figures_minutes;

    return page_words(p, words, digits(p, (ms + unit / 2) / unit), none);
}

/* A count, with its share of a whole. */
static struct text share(struct page *p, uint64_t count, uint64_t whole)
{
    return whole ? page_words(p, WORDS_figures_share, digits(p, count), digits(p, (100 * count + whole / 2) / whole)) : digits(p, count);
}

/* ---- bars ---- */

struct bar {
    struct text label;
    uint64_t count;
};

static void add_chart(struct page *p, struct list *charts, enum words title, const struct bar *bars, size_t count)
{
    struct object *chart = count ? list_add(charts) : NULL;
    struct list *rows = object_list(chart, "rows");
    uint64_t most = 1;

    object_text(chart, "title", words_text(title, p->reader.lang));
    for (size_t i = 0; i < count; i++)
        most = bars[i].count > most ? bars[i].count : most;
    for (size_t i = 0; i < count; i++) {
        struct object *row = list_add(rows);
        object_text(row, "label", bars[i].label);
        object_number(row, "count", bars[i].count);
        object_text(row, "share", digits(p, (100 * bars[i].count + most - 1) / most));
    }
}

/* The same counts of several rows, put together. */
struct sums {
    uint64_t acts[KINDS], causes[KINDS * KINDS], waits[WAITS];
    uint64_t edges[WAITS];
    size_t edge_count;
};

static void sum_wait(struct sums *s, const struct wait_count_record *wait)
{
    size_t i = 0;

    while (i < s->edge_count && s->edges[i] != wait->upto)
        i++;
    if (i == WAITS)
        return;
    if (i == s->edge_count)
        s->edges[s->edge_count++] = wait->upto;
    s->waits[i] += wait->count;
}

static void add_sums(struct sums *s, const struct figure_record *figure)
{
    struct items acts = figure->acts, causes = figure->causes, waits = figure->waits;
    struct act_count_record act;
    struct cause_count_record cause;
    struct wait_count_record wait;

    while (items_next(&acts, &shape_act_count_record, &act))
        if ((uint64_t)act.act < KINDS)
            s->acts[act.act] += act.count;
    while (items_next(&causes, &shape_cause_count_record, &cause))
        if ((uint64_t)cause.kind < KINDS && (uint64_t)cause.cause < KINDS)
            s->causes[cause.kind * KINDS + cause.cause] += cause.count;
    while (items_next(&waits, &shape_wait_count_record, &wait))
        sum_wait(s, &wait);
}

static struct text cause_label(struct page *p, uint32_t kind, uint32_t cause)
{
    struct text label = form_page_words(p, enumeration_by_number(&enumeration_item_kind, kind)), why;

    if (kind != ITEM_KIND_HELD)
        return label;
    why = form_page_words(p, enumeration_by_number(&enumeration_hold_cause, cause));
    return arena_format(p->arena, "%.*s · %.*s", (int)label.len, label.at, (int)why.len, why.at);
}

static int compare_bars(const void *a, const void *b)
{
    const struct bar *one = a, *other = b;

    return one->count > other->count ? -1 : one->count < other->count;
}

static void chart_acts(struct page *p, struct list *charts, const struct sums *s)
{
    struct bar bars[KINDS];
    size_t count = 0;

    for (uint32_t i = 0; i < KINDS; i++)
        if (s->acts[i])
            bars[count++] = (struct bar){form_page_words(p, enumeration_by_number(&enumeration_decision_act, i)), s->acts[i]};
    qsort(bars, count, sizeof *bars, compare_bars);
    add_chart(p, charts, WORDS_figures_acts, bars, count);
}

static void chart_causes(struct page *p, struct list *charts, const struct sums *s)
{
    struct bar bars[KINDS];
    size_t count = 0;

    for (uint32_t i = 0; i < KINDS * KINDS && count < KINDS; i++)
        if (s->causes[i])
            bars[count++] = (struct bar){cause_label(p, i / KINDS, i % KINDS), s->causes[i]};
    qsort(bars, count, sizeof *bars, compare_bars);
    add_chart(p, charts, WORDS_figures_causes, bars, count);
}

/* Rising; what is longer than any edge has none, and comes last. */
static bool is_before(uint64_t one, uint64_t other)
{
    return one && (!other || one < other);
}

static void chart_waits(struct page *p, struct list *charts, const struct sums *s)
{
    static const struct text none = {NULL, 0};
    struct bar bars[WAITS];
    uint64_t edges[WAITS];
    size_t count = 0;

    for (size_t i = 0; i < s->edge_count; i++) {
        size_t at = count++;
        for (; at && is_before(s->edges[i], edges[at - 1]); at--) {
            edges[at] = edges[at - 1];
            bars[at] = bars[at - 1];
        }
        edges[at] = s->edges[i];
        bars[at] = (struct bar){
            s->edges[i] ? page_words(p, WORDS_figures_upto, span(p, s->edges[i]), none) : words_text(WORDS_figures_longer, p->reader.lang), s->waits[i],
        };
    }
    add_chart(p, charts, WORDS_figures_waits, bars, count);
}

static void add_charts(struct page *p, struct object *o, const struct sums *s)
{
    struct list *charts = object_list(o, "charts");

    chart_acts(p, charts, s);
    chart_causes(p, charts, s);
    chart_waits(p, charts, s);
}

/* ---- rows ---- */

static void add_row(struct page *p, struct object *o, const struct figure_record *figure, uint64_t now)
{
    object_record(o, "figure", &shape_figure_record, figure);
    object_flag(o, "site", !figure->handle.len && !figure->board);
    object_text(o, "name", figure->handle.len ? piece_name(figure->name, figure->handle) : page_either(p, figure->board_name, figure->board_name_en));
    object_text(o, "waiting", figure->waiting < LIMIT_QUEUE_COUNTED ? digits(p, figure->waiting) : arena_format(p->arena, "%" PRIu64 "+", figure->waiting));
    if (figure->oldest)
        object_text(o, "oldest", span(p, now > figure->oldest ? now - figure->oldest : 0));
    object_number(o, "decided", figure->decided);
    if (figure->waited) {
        object_text(o, "median", span(p, figure->median));
        object_text(o, "late", span(p, figure->late));
    }
    object_text(o, "appealed", share(p, figure->appealed, figure->appealable));
    object_text(o, "overturned", share(p, figure->overturned, figure->appealable));
}

/* All rows of one kind, page after page. False: they are not the reader's to see. */
static bool add_rows(struct page *p, struct object *o, const char *name, enum figures_of of, struct sums *sums)
{
    struct figures_request in = {.of = of, .days = page_number(page_query(p, "days"))};
    struct list *list = object_list(o, name);
    struct figures_reply out;

    for (unsigned page = 0; page < PAGES; page++) {
        if (!ask_figures(p, &in, &out))
            return false;
        struct figure_record *rows = arena_alloc(p->arena, (size_t)(out.figures.count + 1) * sizeof *rows);
        for (uint64_t i = 0; rows && items_next(&out.figures, &shape_figure_record, &rows[i]); i++) {
            if (of == FIGURES_OF_BOARDS && !rows[i].waiting && !rows[i].decided)
                continue; /* there is nothing to say of it */
            struct object *row = list_add(list);
            add_row(p, row, &rows[i], out.now);
            add_sums(sums, &rows[i]);
            if (of == FIGURES_OF_OWN)
                add_charts(p, row, sums);
        }
        object_text(o, "first", out.first);
        if (!out.next)
            break;
        in.after = out.next;
    }
    return true;
}

static void add_spans(struct page *p, struct object *o)
{
    static const uint64_t days[] = {7, 30, 90, 366};
    struct list *list = object_list(o, "spans");
    uint64_t shown = page_number(page_query(p, "days"));

    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        struct object *one = list_add(list);
        object_number(one, "days", days[i]);
        object_path(one, "path", "/queue/figures?days=%" PRIu64, days[i]);
        object_flag(one, "current", days[i] == (shown ? shown : 30));
    }
}

void view_figures(struct page *p)
{
    struct object *o = object_new(p->arena);
    struct sums *own = arena_alloc(p->arena, sizeof *own), *all = arena_alloc(p->arena, sizeof *all), *each = arena_alloc(p->arena, sizeof *each);

    if (!own || !all || !each) {
        page_refuse(p, STATUS_BUSY);
        return;
    }
    if (!add_rows(p, o, "own", FIGURES_OF_OWN, own))
        return;
    if (add_rows(p, o, "boards", FIGURES_OF_BOARDS, all) && add_rows(p, o, "moderators", FIGURES_OF_MODERATORS, each))
        add_charts(p, list_add(object_list(o, "all")), all);
    p->refusal = (struct refusal){.status = STATUS_OK}; /* a moderator sees no more than the first */
    add_spans(p, o);
    page_show(p, &(struct shown){
        .template = TEMPLATE_figures, .values = o, .title = words_text(WORDS_figures_title, p->reader.lang),
        .up = &(struct item_link){TEXT("/queue"), words_text(WORDS_queue_title, p->reader.lang)}, .up_count = 1, .unlisted = true,
    });
}
