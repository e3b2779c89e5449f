/* See show_concern.h. */
#include "terminal/show_concern.h"

#include <time.h>

#include "terminal/show_pieces.h"

static struct text board_name(const struct terminal *t, struct text zh, struct text en)
{
    return t->english && en.len ? en : zh;
}

static void put_line_after(const char *before, struct text text)
{
    if (!text.len)
        return;
    fputs(before, stdout);
    show_put(text);
    fputc('\n', stdout);
}

/* ---- what people raise ---- */

void show_concern(struct terminal *t, const void *record)
{
    const struct concern_record *c = record;

    printf("%6llu", (unsigned long long)c->post);
    show_put_more(terminal_value(t, &enumeration_concern_kind, c->kind));
    show_put_more(board_name(t, c->board_name, c->board_name_en));
    show_put_more(c->title);
    show_put_time(c->time);
    fputs("  @", stdout);
    show_put(c->by);
    fputc('\n', stdout);
    put_line_after("        ", c->excerpt);
    put_line_after("        * ", c->words);
}

static void show_sum(struct terminal *t, const struct concern_sum_record *sum)
{
    say(stdout, t->english, SAY_DIGEST_SUM, SAID_TEXT(terminal_value(t, &enumeration_concern_kind, sum->kind)), SAID_NUMBER(sum->posts),
        SAID_NUMBER(sum->threads), SAID_NUMBER(sum->posts_before));
}

/* A post, with a line before it where another kind, board or thread begins. */
static void show_marked(struct terminal *t, const struct concern_record *before, const struct concern_record *c)
{
    bool kind = before->kind != c->kind, board = kind || !text_equal(before->board_slug, c->board_slug);

    if (kind) {
        fputs("\n== ", stdout);
        show_put(terminal_value(t, &enumeration_concern_kind, c->kind));
        fputc('\n', stdout);
    }
    if (board)
        put_line_after("-- ", board_name(t, c->board_name, c->board_name_en));
    if (board || before->thread != c->thread) {
        printf("%6llu", (unsigned long long)c->thread);
        show_put_more(c->title);
        fputs("  ", stdout);
        say(stdout, t->english, SAY_DIGEST_THREAD, SAID_NUMBER(c->replies), SAID_NUMBER(c->participants), SAID_NUMBER(c->replies_before));
    }
    printf("        post:%llu", (unsigned long long)c->post);
    show_put_more(c->excerpt);
    fputc('\n', stdout);
    put_line_after("          * ", c->words);
}

void show_digest(struct terminal *t, const void *reply)
{
    const struct digest_reply *d = reply;
    struct items sums = d->sums, list = d->concerns;
    struct concern_record concern, before = {.kind = CONCERN_KIND_NONE};
    struct concern_sum_record sum;

    say(stdout, t->english, SAY_DIGEST_HEAD, SAID_TEXT(d->first), SAID_TEXT(d->last));
    while (items_next(&sums, &shape_concern_sum_record, &sum))
        show_sum(t, &sum);
    while (items_next(&list, &shape_concern_record, &concern)) {
        show_marked(t, &before, &concern);
        before = concern;
    }
    if (d->left_out)
        say(stdout, t->english, SAY_DIGEST_LEFT, SAID_NUMBER(d->left_out));
}

/* ---- figures ---- */

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

/* A span in its largest unit that fits twice: what an old item's wait is about. */
static void put_span(struct terminal *t, enum saying what, uint64_t ms)
{
    enum saying unit = ms >= 2 * (uint64_t)DAY_MS ? SAY_SPAN_DAYS : ms >= 2 * HOUR_MS ? SAY_SPAN_HOURS : SAY_SPAN_MINUTES;
    uint64_t one = unit == SAY_SPAN_DAYS ? DAY_MS : unit == SAY_SPAN_HOURS ? HOUR_MS : MINUTE_MS;

    fputs("  ", stdout);
    say_part(stdout, t->english, what);
    fputc(' ', stdout);
    say_part(stdout, t->english, unit, SAID_NUMBER((ms + one / 2) / one));
}

static void put_counts(struct terminal *t, struct items acts, struct items causes)
{
    struct act_count_record act;
    struct cause_count_record cause;

    while (items_next(&acts, &shape_act_count_record, &act)) {
        fputs("\n        ", stdout);
        show_put(terminal_value(t, &enumeration_decision_act, act.act));
        printf(" %llu", (unsigned long long)act.count);
    }
    while (items_next(&causes, &shape_cause_count_record, &cause)) {
        fputs("\n        * ", stdout);
        show_put(terminal_value(t, &enumeration_item_kind, cause.kind));
        if (cause.kind == ITEM_KIND_HELD)
            show_put_more(terminal_value(t, &enumeration_hold_cause, cause.cause));
        printf(" %llu", (unsigned long long)cause.count);
    }
    fputc('\n', stdout);
}

static void put_whose(struct terminal *t, const struct figure_record *f)
{
    if (f->handle.len)
        show_put_person(f->handle, f->name);
    else if (f->board)
        show_put(board_name(t, f->board_name, f->board_name_en));
    else
        say_part(stdout, t->english, SAY_FIGURE_SITE);
    fputs("  ", stdout);
}

void show_figure(struct terminal *t, const void *record)
{
    const struct figure_record *f = record;
    uint64_t now = (uint64_t)time(NULL) * 1000;

    put_whose(t, f);
    if (!f->handle.len)
        say_part(stdout, t->english, SAY_FIGURE_WAITING, SAID_NUMBER(f->waiting));
    if (f->oldest)
        put_span(t, SAY_FIGURE_OLDEST, now > f->oldest ? now - f->oldest : 0);
    if (!f->handle.len)
        fputs("  ", stdout);
    say_part(stdout, t->english, SAY_FIGURE_DECIDED, SAID_NUMBER(f->decided), SAID_NUMBER(f->appealable), SAID_NUMBER(f->appealed),
             SAID_NUMBER(f->overturned));
    if (f->waited) {
        put_span(t, SAY_FIGURE_MEDIAN, f->median);
        put_span(t, SAY_FIGURE_LATE, f->late);
    }
    put_counts(t, f->acts, f->causes);
}
