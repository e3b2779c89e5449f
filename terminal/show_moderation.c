/* See show_moderation.h. */
#include "terminal/show_moderation.h"

#include "terminal/display.h"

/* ---- pieces ---- */

static void put(struct text text)
{
    display_line(stdout, text);
}

static void put_after(const char *between, struct text text)
{
    if (!text.len)
        return;
    fputs(between, stdout);
    put(text);
}

static void put_time(uint64_t ms)
{
    char when[TIME_ROOM];

    terminal_time(when, ms);
    put_after("  ", text_of(when));
}

static void put_value(struct terminal *t, const struct enumeration *e, uint64_t number)
{
    put_after("  ", terminal_value(t, e, number));
}

/* Why, where something was said. */
static void put_reason(struct terminal *t, enum reason reason, struct text words)
{
    if (reason != REASON_NONE)
        put_value(t, &enumeration_reason, reason);
    put_after(": ", words);
}

static void put_id(struct text id)
{
    for (size_t i = 0; i < id.len; i++)
        printf("%02x", (unsigned char)id.at[i]);
}

static struct text name_of(struct terminal *t, struct text zh, struct text en)
{
    return t->english && en.len ? en : zh;
}

/* ---- records ---- */

void show_item(struct terminal *t, const void *record)
{
    const struct item_record *i = record;

    printf("%6llu", (unsigned long long)i->item);
    put_value(t, &enumeration_item_kind, i->kind);
    put_after("  ", name_of(t, i->board_name, i->board_name_en));
    put_after("  ", i->title);
    put_after("\n        ", i->excerpt);
    fputs("\n      ", stdout);
    put_after("  @", i->author);
    put_time(i->created);
    if (i->flags)
        put_reason(t, i->reason, (struct text){NULL, 0});
    if (i->claimed_by.len) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_ITEM_CLAIMED, SAID_TEXT(i->claimed_by));
    }
    fputc('\n', stdout);
}

void show_held(struct terminal *t, const void *record)
{
    const struct held_record *h = record;

    put_id(h->id);
    put_value(t, &enumeration_held_state, h->state);
    put_value(t, &enumeration_held_kind, h->kind);
    put_after("  ", name_of(t, h->board_name, h->board_name_en));
    put_after("  ", h->title);
    put_time(h->sent);
    if (h->state == HELD_STATE_WAITING)
        put_value(t, &enumeration_role, h->decides);
    put_reason(t, h->reason, h->words);
    fputc('\n', stdout);
}

void show_held_whole(struct terminal *t, const void *record)
{
    const struct held_record *h = record;

    show_held(t, record);
    display_lines(stdout, h->body, 0);
}

void show_flag(struct terminal *t, const void *record)
{
    const struct flag_record *f = record;

    printf("%6llu", (unsigned long long)f->id);
    put_after("  ", f->title);
    if (f->thread)
        printf("  thread:%llu", (unsigned long long)f->thread);
    put_time(f->time);
    put_reason(t, f->reason, f->words);
    if (f->outcome != DECISION_ACT_NONE)
        put_value(t, &enumeration_decision_act, f->outcome);
    fputc('\n', stdout);
}

void show_decision(struct terminal *t, const void *record)
{
    const struct decision_record *d = record;

    printf("%6llu", (unsigned long long)d->id);
    put_time(d->time);
    put_value(t, &enumeration_decision_act, d->act);
    put_after("  ", d->title);
    if (d->post)
        printf("  post:%llu", (unsigned long long)d->post);
    put_after("  @", d->account);
    put_reason(t, d->reason, d->words);
    if (d->appeal != APPEAL_STATE_NONE)
        put_value(t, &enumeration_appeal_state, d->appeal);
    fputc('\n', stdout);
}

void show_sanction(struct terminal *t, const void *record)
{
    const struct sanction_record *s = record;

    printf("%6llu", (unsigned long long)s->id);
    put_value(t, &enumeration_sanction_kind, s->kind);
    put_after("  @", s->account);
    put_after("  ", name_of(t, s->board_name, s->board_name_en));
    put_time(s->since);
    if (s->until) {
        fputs(" –", stdout);
        put_time(s->until);
    }
    put_reason(t, s->reason, s->words);
    fputs("  ", stdout);
    say(stdout, t->english, s->lifted ? SAY_SANCTION_LIFTED : s->active ? SAY_SANCTION_HOLDS : SAY_SANCTION_OVER);
}
