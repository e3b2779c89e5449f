/* One's notices, newest first; opening one goes to the post that it is about. */
#include <stdlib.h>

#include "terminal/list.h"
#include "terminal/record.h"

enum { NOTICES_MOST = 1000 };

struct notices {
    struct notice_record *notices[NOTICES_MOST]; /* copies */
    struct list list;
    uint64_t next;
};

static void forget_all(struct notices *s)
{
    for (int i = 0; i < s->list.count; i++)
        free(s->notices[i]);
    s->list.count = 0;
    s->next = 0;
}

static bool fetch(struct ui *ui, struct notices *s, bool more)
{
    struct notices_request in = {.before = more ? s->next : 0};
    struct notices_reply out;
    struct notice_record notice;

    if (!ui_did(ui, luntan_notices(ui->t->forum, &in, &out)))
        return false;
    if (!more)
        forget_all(s);
    while (s->list.count < NOTICES_MOST && items_next(&out.notices, &shape_notice_record, &notice)) {
        s->notices[s->list.count] = record_copy(&shape_notice_record, &notice);
        if (!s->notices[s->list.count])
            break;
        s->list.count++;
    }
    s->next = s->list.count < NOTICES_MOST ? out.next : 0;
    ui->notices = (unsigned)out.unread;
    return true;
}

static void notices_title(struct ui *ui, void *state, FILE *out)
{
    (void)state;
    say_part(out, ui->t->english, SAY_UI_NOTICES);
}

/* What a notice says, on one line. */
static void put_notice(struct ui *ui, const struct notice_record *n, FILE *out)
{
    display_line(out, terminal_value(ui->t, &enumeration_notice_kind, n->kind));
    if (n->kind == NOTICE_KIND_ROLE) {
        fputs(": ", out);
        display_line(out, terminal_value(ui->t, &enumeration_role, n->role));
    }
    if (n->by.len) {
        fputs("  @", out);
        display_line(out, n->by);
    }
    if (n->title.len) {
        fputs("  ", out);
        display_line(out, n->title);
    }
    if (n->floor) {
        fputs("  ", out);
        say_part(out, ui->t->english, SAY_FLOOR, SAID_NUMBER(n->floor));
    }
}

static void draw_notice(struct ui *ui, const struct notice_record *n, int row, bool chosen)
{
    char *line = NULL, when[TIME_ROOM];
    size_t len = 0;
    FILE *out = open_memstream(&line, &len);
    int width;

    if (!out)
        return;
    put_notice(ui, n, out);
    fclose(out);
    terminal_time(when, n->time);
    width = (int)strlen(when);
    ui_style(chosen ? STYLE_CHOSEN : n->read ? STYLE_PLAIN : STYLE_BOLD);
    if (chosen)
        ui_fill(row, 0, ui->columns);
    if (!n->read)
        ui_text(row, 1, 1, TEXT("*"));
    ui_text(row, 3, ui->columns - width - 6, (struct text){line, len});
    if (!chosen)
        ui_style(STYLE_FAINT);
    ui_text(row, ui->columns - width - 1, width, text_of(when));
    ui_style(STYLE_PLAIN);
    free(line);
}

static void notices_draw(struct ui *ui, void *state)
{
    struct notices *s = state;
    int height = ui_height(ui);

    list_settle(&s->list, height);
    for (int i = 0; i < height && s->list.top + i < s->list.count; i++)
        draw_notice(ui, s->notices[s->list.top + i], FIRST_ROW + i, s->list.top + i == s->list.chosen);
    if (s->list.count == 0)
        ui_words(ui, FIRST_ROW + 1, 2, ui->columns - 4, SAY_UI_NOTHING);
}

static void mark_all(struct ui *ui, struct notices *s)
{
    struct notices_mark_request in = {.up_to = s->list.count ? s->notices[0]->id : 0};
    struct notices_mark_reply out;

    if (in.up_to && ui_did(ui, luntan_notices_mark(ui->t->forum, &in, &out)))
        fetch(ui, s, false);
}

static void notices_key(struct ui *ui, void *state, struct key key)
{
    struct notices *s = state;
    bool enter = key.function ? key.code == KEY_ENTER || key.code == KEY_RIGHT : key.code == '\r' || key.code == '\n' || key.code == 'l';
    bool back = key.function ? key.code == KEY_LEFT : key.code == 'q' || key.code == 'h' || key.code == 27;

    if (back) {
        ui_pop(ui);
    } else if (enter && s->list.count) {
        const struct notice_record *n = s->notices[s->list.chosen];
        if (n->thread)
            screen_read(ui, n->thread, n->floor ? n->floor : 1);
    } else if (list_key(&s->list, key, ui_height(ui))) {
        if (s->next && s->list.chosen + 1 == s->list.count)
            fetch(ui, s, true);
    } else if (!key.function && key.code == 'm') {
        mark_all(ui, s);
    }
}

static void notices_event(struct ui *ui, void *state, const struct luntan_event *event)
{
    if (ui->account_topic && event->subscription == ui->account_topic && event->message->op == EVENT_CHANGE && event->change.notice.at)
        fetch(ui, state, false);
}

static void notices_close(struct ui *ui, void *state)
{
    struct notices *s = state;

    (void)ui;
    forget_all(s);
    free(s);
}

void screen_notices(struct ui *ui)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_NOTICES_KEYS, .title = notices_title, .draw = notices_draw, .key = notices_key, .event = notices_event,
        .close = notices_close,
    };
    struct notices *s;

    if (!ui_member(ui))
        return;
    s = calloc(1, sizeof *s);
    if (s)
        fetch(ui, s, false);
    ui_push(ui, &kind, s);
}
