/* See show_moderation.h. */
#include "terminal/show_moderation.h"

#include "terminal/display.h"
#include "terminal/sanctioned.h"
#include "terminal/show_pieces.h"

/* ---- pieces ---- */

static void put_after(const char *between, struct text text)
{
    if (!text.len)
        return;
    fputs(between, stdout);
    show_put(text);
}

static void put_value(struct terminal *t, const struct enumeration *e, uint64_t number)
{
    show_put_more(terminal_value(t, e, number));
}

/* Why, where something was said. */
static void put_reason(struct terminal *t, enum reason reason, struct text words)
{
    if (reason != REASON_NONE)
        put_value(t, &enumeration_reason, reason);
    put_after(": ", words);
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
    show_put_more(name_of(t, i->board_name, i->board_name_en));
    show_put_more(i->title);
    put_after("\n        ", i->excerpt);
    fputs("\n      ", stdout);
    put_after(i->author.len ? "  @" : "  ", i->author.len ? i->author : i->author_name);
    show_put_time(i->created);
    if (i->flags)
        put_reason(t, i->reason, (struct text){NULL, 0});
    if (i->rule.len) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_ITEM_RULE, SAID_TEXT(i->rule));
    }
    if (i->proposed != DECISION_ACT_NONE) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_ITEM_PROPOSED, SAID_TEXT(terminal_value(t, &enumeration_decision_act, i->proposed)));
    }
    if (i->claimed_by.len) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_ITEM_CLAIMED, SAID_TEXT(i->claimed_by));
    }
    fputc('\n', stdout);
}

void show_held(struct terminal *t, const void *record)
{
    const struct held_record *h = record;

    show_put_hex(h->id);
    put_value(t, &enumeration_held_state, h->state);
    put_value(t, &enumeration_held_kind, h->kind);
    show_put_more(name_of(t, h->board_name, h->board_name_en));
    show_put_more(h->title);
    show_put_time(h->sent);
    if (h->state == HELD_STATE_WAITING) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_HELD_DECIDES, SAID_TEXT(terminal_value(t, &enumeration_role, h->decides)));
    }
    put_reason(t, h->reason, h->words);
    fputc('\n', stdout);
}

void show_held_whole(struct terminal *t, const void *record)
{
    const struct held_record *h = record;

    show_held(t, record);
    display_lines(stdout, h->body, 0);
}

void show_matter(struct terminal *t, const void *record)
{
    static const char none[16];
    const struct held_record *h = record;

    if (h->id.len == sizeof none && memcmp(h->id.at, none, sizeof none) != 0) {
        show_held_whole(t, record);
        return;
    }
    printf("post:%llu", (unsigned long long)h->post);
    put_value(t, &enumeration_held_kind, h->kind);
    show_put_more(name_of(t, h->board_name, h->board_name_en));
    show_put_more(h->title);
    fputs("  ", stdout);
    show_put_person(h->author, h->author_name);
    show_put_time(h->sent);
    fputc('\n', stdout);
    display_lines(stdout, h->body, 0);
}

void show_standing(struct terminal *t, const struct item_get_reply *of)
{
    char since[TIME_ROOM];

    if (of->author_since) {
        terminal_time(since, of->author_since);
        say(stdout, t->english, SAY_ITEM_STANDING, SAID_TEXT(text_of(since)), SAID_NUMBER(of->author_posts));
    }
    if (of->proposed_reason != REASON_NONE || of->proposed_words.len) {
        say_part(stdout, t->english, SAY_PROPOSED_WHY);
        put_reason(t, of->proposed_reason, of->proposed_words);
        fputc('\n', stdout);
    }
    if (of->appeal.len)
        say(stdout, t->english, SAY_ITEM_APPEAL, SAID_TEXT(of->appeal));
}

void show_flag(struct terminal *t, const void *record)
{
    const struct flag_record *f = record;

    printf("%6llu", (unsigned long long)f->id);
    show_put_more(f->title);
    if (f->thread)
        printf("  thread:%llu", (unsigned long long)f->thread);
    show_put_time(f->time);
    put_reason(t, f->reason, f->words);
    if (f->outcome != DECISION_ACT_NONE)
        put_value(t, &enumeration_decision_act, f->outcome);
    fputc('\n', stdout);
}

void show_decision(struct terminal *t, const void *record)
{
    const struct decision_record *d = record;

    printf("%6llu", (unsigned long long)d->id);
    show_put_time(d->time);
    put_value(t, &enumeration_decision_act, d->act);
    show_put_more(d->title);
    if (d->post)
        printf("  post:%llu", (unsigned long long)d->post);
    put_after("  @", d->account);
    put_reason(t, d->reason, d->words);
    if (d->appeal != APPEAL_STATE_NONE)
        put_value(t, &enumeration_appeal_state, d->appeal);
    fputc('\n', stdout);
}

void show_outcome(struct terminal *t, const void *record)
{
    const struct decide_outcome_record *o = record;

    printf("%6llu  ", (unsigned long long)o->item);
    if (o->status == STATUS_OK) {
        say(stdout, t->english, o->second ? SAY_WAITS_SECOND : SAY_DECIDED, SAID_NUMBER(o->decision));
        return;
    }
    show_put(status_words(status_of(o->status), t->english));
    put_after("  ", o->field);
    fputc('\n', stdout);
}

void show_sanction(struct terminal *t, const void *record)
{
    const struct sanction_record *s = record;

    printf("%6llu", (unsigned long long)s->id);
    put_value(t, &enumeration_sanction_kind, s->kind);
    put_after("  @", s->account);
    show_put_more(name_of(t, s->board_name, s->board_name_en));
    show_put_time(s->since);
    if (s->until) {
        fputs(" –", stdout);
        show_put_time(s->until);
    }
    put_reason(t, s->reason, s->words);
    fputs("  ", stdout);
    say(stdout, t->english, s->lifted ? SAY_SANCTION_LIFTED : s->active ? SAY_SANCTION_HOLDS : SAY_SANCTION_OVER);
    if (text_equal(s->account, text_of(t->handle)))
        sanctioned_appeal(t, stdout, s);
}

void show_modlog(struct terminal *t, const void *record)
{
    const struct modlog_record *m = record;

    printf("%6llu", (unsigned long long)m->id);
    show_put_time(m->time);
    put_value(t, &enumeration_decision_act, m->act);
    if (m->site) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_WHOLE_SITE);
    }
    show_put_more(name_of(t, m->board_name, m->board_name_en));
    show_put_more(m->title);
    if (m->post)
        printf("  post:%llu", (unsigned long long)m->post);
    put_reason(t, m->reason, (struct text){NULL, 0});
    if (m->until) {
        fputs("  –", stdout);
        show_put_time(m->until);
    }
    fputc('\n', stdout);
}

/* The same line in both languages: it is kept, and compared. */
void show_head(struct terminal *t, const void *record)
{
    const struct head_record *h = record;

    (void)t;
    fputs("luntan-head ", stdout);
    show_put(h->day);
    fputc(' ', stdout);
    show_put_hex(h->hash);
    fputc('\n', stdout);
}

void show_audit(struct terminal *t, const void *record)
{
    const struct audit_record *e = record;

    printf("%6llu", (unsigned long long)e->id);
    show_put_time(e->time);
    put_after("  @", e->by);
    show_put_more(e->act);
    if (e->target)
        printf("  %llu", (unsigned long long)e->target);
    show_put_more(e->detail);
    if (e->decision)
        put_reason(t, (enum reason)e->reason, e->words);
    fputc('\n', stdout);
}

/* ---- filters ---- */

void show_filter(struct terminal *t, const void *record)
{
    const struct filter_record *f = record;

    show_put(f->name);
    fputc('/', stdout);
    show_put(f->rule);
    put_value(t, &enumeration_filter_action, f->action);
    put_reason(t, f->reason, (struct text){NULL, 0});
    fputs("  ", stdout);
    say_part(stdout, t->english, SAY_FILTER_HITS, SAID_NUMBER(f->hits));
    if (f->last)
        show_put_time(f->last);
    fputc('\n', stdout);
}

void show_filter_hit(struct terminal *t, const void *record)
{
    const struct filter_hit_record *h = record;

    printf("%6llu", (unsigned long long)h->post);
    put_value(t, &enumeration_filter_action, h->action);
    show_put_more(h->rule);
    if (h->slow) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_FILTER_SLOW);
    }
    show_put_more(h->title);
    put_after("  @", h->author);
    show_put_time(h->created);
    put_after("\n        ", h->excerpt);
    fputc('\n', stdout);
}
