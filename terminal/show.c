/* See show.h. */
#include "terminal/show.h"

#include "terminal/show_pieces.h"

#include <unistd.h>

#include "terminal/display.h"
#include "terminal/json.h"

enum { MARGIN = 4 };

void show_record(struct terminal *t, const struct shape *shape, const void *record, void (*show)(struct terminal *t, const void *record))
{
    if (t->json) {
        json_put(stdout, shape, record);
        fputc('\n', stdout);
    } else {
        show(t, record);
    }
}

uint64_t show_list(struct terminal *t, struct items *list, const struct shape *shape, void (*show)(struct terminal *t, const void *record),
                   uint64_t most)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];
    uint64_t count = 0;

    while (count < most && items_next(list, shape, record)) {
        show_record(t, shape, record, show);
        count++;
    }
    return count;
}

/* ---- pieces ---- */

static void put_tags(struct items tags)
{
    struct text tag;

    while (items_next_text(&tags, &tag)) {
        fputs("  #", stdout);
        show_put(tag);
    }
}

/* ---- records ---- */

void show_board(struct terminal *t, const void *record)
{
    const struct board_record *b = record;
    struct text name = t->english && b->name_en.len ? b->name_en : b->name;

    printf("%4llu  ", (unsigned long long)b->id);
    display_cell(stdout, b->slug, 14);
    fputs("  ", stdout);
    display_cell(stdout, name, 24);
    say_part(stdout, t->english, SAY_BOARD_COUNTS, SAID_NUMBER(b->threads), SAID_NUMBER(b->posts));
    if (b->unread)
        say_part(stdout, t->english, b->unread_more ? SAY_UNREAD_MORE : SAY_UNREAD, SAID_NUMBER(b->unread));
    if (b->closed)
        show_put_said(t, SAY_CLOSED);
    fputc('\n', stdout);
}

void show_thread(struct terminal *t, const void *record)
{
    const struct thread_record *h = record;

    printf("%6llu %s ", (unsigned long long)h->id, h->unread ? "*" : " ");
    show_put(h->title);
    if (h->pinned)
        show_put_said(t, SAY_PINNED);
    if (h->featured)
        show_put_said(t, SAY_FEATURED);
    if (h->locked)
        show_put_said(t, SAY_LOCKED);
    if (h->hold)
        show_put_said(t, SAY_WAITS_FIRST);
    put_tags(h->tags);
    fputs("\n         ", stdout);
    show_put_person(h->author, h->author_name);
    show_put_time(h->last_time ? h->last_time : h->created);
    say(stdout, t->english, SAY_THREAD_FLOORS, SAID_NUMBER(h->floors));
}

/* A text whose matches stand out on a terminal; piped away it is plain. */
static void put_marked(struct text text, struct items marks)
{
    const bool bold = isatty(STDOUT_FILENO);
    size_t at = 0;
    uint64_t from, to;

    while (bold && items_next_uint(&marks, &from) && items_next_uint(&marks, &to) && from >= at && to >= from && to <= text.len) {
        show_put((struct text){text.at + at, from - at});
        fputs("\033[1m", stdout);
        show_put((struct text){text.at + from, to - from});
        fputs("\033[0m", stdout);
        at = to;
    }
    show_put((struct text){text.at + at, text.len - at});
}

void show_hit(struct terminal *t, const void *record)
{
    const struct hit_record *h = record;

    printf("%6llu  ", (unsigned long long)h->thread);
    put_marked(h->title, h->title_marks);
    fputs("\n        ", stdout);
    put_marked(h->excerpt, h->marks);
    fputs("\n        ", stdout);
    show_put(t->english && h->board_name_en.len ? h->board_name_en : h->board_name);
    fputs("  ", stdout);
    say_part(stdout, t->english, SAY_FLOOR, SAID_NUMBER(h->floor));
    fputs("  ", stdout);
    show_put_person(h->author, h->author_name);
    show_put_time(h->created);
    fputc('\n', stdout);
}

void show_feed(struct terminal *t, const void *record)
{
    const struct feed_record *f = record;

    display_cell(stdout, t->english && f->title_en.len ? f->title_en : f->title, 24);
    fputs("  ", stdout);
}

void show_feed_key(struct terminal *t, const void *record)
{
    const struct feed_key_record *k = record;

    printf("%4llu  ", (unsigned long long)k->id);
    show_put(terminal_value(t, &enumeration_feed_kind, k->kind));
    fputs("  ", stdout);
    show_put(k->title.at ? k->title : k->name);
    show_put_time(k->created);
    fputc('\n', stdout);
}

void show_post(struct terminal *t, const void *record)
{
    const struct post_record *p = record;

    say_part(stdout, t->english, SAY_FLOOR, SAID_NUMBER(p->floor));
    fputs("  ", stdout);
    show_put_person(p->author, p->author_name);
    show_put_time(p->created);
    if (p->reply_to) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_REPLIES_TO, SAID_NUMBER(p->reply_to));
    }
    if (p->edited) {
        show_put_said(t, SAY_EDITED);
        show_put_time(p->edited);
    }
    printf("  [%llu]\n", (unsigned long long)p->id);
    if (p->state != POST_STATE_VISIBLE) {
        char line[TOMBSTONE_ROOM];
        show_tombstone(t, p, line);
        printf("%*s%s\n", MARGIN, "", line);
    } else {
        display_lines(stdout, p->body, MARGIN);
    }
    fputc('\n', stdout);
}

static void put_grants(struct terminal *t, struct items grants)
{
    struct grant_record grant;

    while (items_next(&grants, &shape_grant_record, &grant)) {
        fputs("    ", stdout);
        show_put(terminal_value(t, &enumeration_role, grant.role));
        show_put_more(terminal_value(t, &enumeration_scope, grant.scope));
        show_put_more(grant.board_slug);
        show_put_more(grant.unit);
        show_put_time(grant.since);
        fputc('\n', stdout);
    }
}

void show_account(struct terminal *t, const void *record)
{
    const struct account_record *a = record;

    printf("%6llu  ", (unsigned long long)a->id);
    show_put_person(a->handle, a->name);
    show_put_more(terminal_value(t, &enumeration_role, a->role));
    show_put_more(a->unit);
    if (a->state == ACCOUNT_STATE_SUSPENDED)
        show_put_more(terminal_value(t, &enumeration_account_state, a->state));
    if (a->totp)
        show_put_said(t, SAY_HAS_TOTP);
    fputc('\n', stdout);
    put_grants(t, a->grants);
    if (a->totp_due) {
        char when[TIME_ROOM];
        terminal_time(when, a->totp_due);
        say(stdout, t->english, SAY_TOTP_DUE, SAID_TEXT(text_of(when)));
    }
}

void show_session(struct terminal *t, const void *record)
{
    const struct session_record *s = record;

    printf("%6llu", (unsigned long long)s->id);
    show_put_time(s->created);
    show_put_time(s->used);
    show_put_more(s->client);
    if (s->current)
        show_put_said(t, SAY_THIS_SESSION);
    fputc('\n', stdout);
}

void show_notice(struct terminal *t, const void *record)
{
    const struct notice_record *n = record;

    printf("%6llu %s", (unsigned long long)n->id, n->read ? " " : "*");
    show_put_time(n->time);
    show_put_more(terminal_value(t, &enumeration_notice_kind, n->kind));
    if (n->kind == NOTICE_KIND_ROLE)
        show_put_more(terminal_value(t, &enumeration_role, n->role));
    if (n->by.len) {
        fputs("  @", stdout);
        show_put(n->by);
    }
    show_put_more(n->title);
    if (n->thread)
        printf("  thread:%llu", (unsigned long long)n->thread);
    if (n->floor) {
        fputs("  ", stdout);
        say_part(stdout, t->english, SAY_FLOOR, SAID_NUMBER(n->floor));
    }
    fputc('\n', stdout);
}

void show_draft(struct terminal *t, const void *record)
{
    const struct draft_record *d = record;

    show_put_hex(d->id);
    show_put_time(d->updated);
    fputs("  ", stdout);
    if (d->post)
        say_part(stdout, t->english, SAY_DRAFT_EDIT, SAID_NUMBER(d->post));
    else if (d->thread)
        say_part(stdout, t->english, SAY_DRAFT_REPLY, SAID_NUMBER(d->thread));
    else
        say_part(stdout, t->english, SAY_DRAFT_THREAD, SAID_NUMBER(d->board));
    show_put_more(d->title);
    say(stdout, t->english, SAY_DRAFT_SIZE, SAID_NUMBER(d->size));
}

void show_draft_whole(struct terminal *t, const void *record)
{
    const struct draft_record *d = record;

    show_draft(t, d);
    display_lines(stdout, d->body, MARGIN);
}

void show_revision(struct terminal *t, const void *record)
{
    const struct revision_record *r = record;

    (void)t;
    printf("%4llu", (unsigned long long)r->number);
    show_put_time(r->time);
    if (r->author.len)
        fputs("  @", stdout);
    show_put(r->author);
    show_put_more(r->title);
    fputc('\n', stdout);
    if (r->body.at)
        display_lines(stdout, r->body, MARGIN);
}

void show_watch(struct terminal *t, const void *record)
{
    const struct watch_record *w = record;

    (void)t;
    show_put(enumeration_by_number(&enumeration_topic, w->kind)->name);
    printf(":%llu", (unsigned long long)w->id);
    show_put_more(w->title);
    fputc('\n', stdout);
}

static void show_gone(struct terminal *t, const void *record)
{
    const struct gone_record *g = record;

    say(stdout, t->english, g->reason == GONE_MOVED ? SAY_WAS_MOVED : SAY_WAS_REMOVED, SAID_NUMBER(g->id), SAID_NUMBER(g->to));
}

void show_change(struct terminal *t, const void *record)
{
    const struct change_record *c = record;
    const struct {
        struct items one;
        const struct shape *shape;
        void (*show)(struct terminal *t, const void *record);
    } kinds[] = {
        {c->post, &shape_post_record, show_post},       {c->thread, &shape_thread_record, show_thread},
        {c->gone, &shape_gone_record, show_gone},       {c->notice, &shape_notice_record, show_notice},
        {c->draft, &shape_draft_record, show_draft},
    };
    _Alignas(max_align_t) uint8_t inner[RECORD_ROOM];

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct items one = kinds[i].one;
        if (one.at && items_next(&one, kinds[i].shape, inner))
            kinds[i].show(t, inner);
    }
}
