/* One's drafts: go on writing one, or throw it away. */
#include <stdlib.h>

#include "terminal/compose.h"
#include "terminal/list.h"
#include "terminal/record.h"

struct drafts {
    struct draft_record *drafts[LIMIT_DRAFTS]; /* copies */
    struct list list;
};

static void forget_all(struct drafts *s)
{
    for (int i = 0; i < s->list.count; i++)
        free(s->drafts[i]);
    s->list.count = 0;
}

static void fetch(struct ui *ui, struct drafts *s)
{
    struct drafts_reply out;
    struct draft_record draft;

    if (!ui_did(ui, luntan_drafts(ui->t->forum, &(struct drafts_request){.none = 0}, &out)))
        return;
    forget_all(s);
    while (s->list.count < LIMIT_DRAFTS && items_next(&out.drafts, &shape_draft_record, &draft)) {
        s->drafts[s->list.count] = record_copy(&shape_draft_record, &draft);
        if (!s->drafts[s->list.count])
            break;
        s->list.count++;
    }
}

static void drafts_title(struct ui *ui, void *state, FILE *out)
{
    (void)state;
    say_part(out, ui->t->english, SAY_UI_DRAFTS);
}

static void draw_draft(struct ui *ui, const struct draft_record *d, int row, bool chosen)
{
    char what[96], size[64], when[TIME_ROOM];
    int column, width;

    say_into(what, sizeof what, ui->t->english, d->post ? SAY_DRAFT_EDIT : d->thread ? SAY_DRAFT_REPLY : SAY_DRAFT_THREAD,
             (const struct said[]){SAID_NUMBER(d->post ? d->post : d->thread ? d->thread : d->board), SAID_END});
    say_into(size, sizeof size, ui->t->english, SAY_DRAFT_SIZE, (const struct said[]){SAID_NUMBER(d->size), SAID_END});
    terminal_time(when, d->updated);
    width = (int)strlen(when);
    ui_style(chosen ? STYLE_CHOSEN : STYLE_PLAIN);
    if (chosen)
        ui_fill(row, 0, ui->columns);
    column = 2 + ui_text(row, 2, 28, text_of(what)) + 2;
    column += ui_text(row, column, ui->columns - column - width - 20, d->title);
    if (!chosen)
        ui_style(STYLE_FAINT);
    ui_text(row, column, 16, text_of(size));
    ui_text(row, ui->columns - width - 1, width, text_of(when));
    ui_style(STYLE_PLAIN);
}

static void drafts_draw(struct ui *ui, void *state)
{
    struct drafts *s = state;
    int height = ui_height(ui);

    list_settle(&s->list, height);
    for (int i = 0; i < height && s->list.top + i < s->list.count; i++)
        draw_draft(ui, s->drafts[s->list.top + i], FIRST_ROW + i, s->list.top + i == s->list.chosen);
    if (s->list.count == 0)
        ui_words(ui, FIRST_ROW + 1, 2, ui->columns - 4, SAY_UI_NOTHING);
}

static void go_on(struct ui *ui, struct drafts *s)
{
    struct writing w;
    struct written written;

    if (!ui_did(ui, writing_open(ui->t, (const uint8_t *)s->drafts[s->list.chosen]->id.at, &w))) {
        writing_free(&w);
        return;
    }
    if (compose(ui, &w, &written))
        screen_read(ui, written.thread, written.floor);
    else
        fetch(ui, s);
}

static void discard(struct ui *ui, struct drafts *s)
{
    struct draft_discard_request in = {.draft = s->drafts[s->list.chosen]->id};
    struct draft_discard_reply out;

    if (ui_choose(ui, SAY_UI_SURE, "y") == 'y' && ui_did(ui, luntan_draft_discard(ui->t->forum, &in, &out))) {
        fetch(ui, s);
        UI_SAY(ui, SAY_DRAFT_GONE);
    }
}

static void drafts_key(struct ui *ui, void *state, struct key key)
{
    struct drafts *s = state;
    bool enter = key.function ? key.code == KEY_ENTER || key.code == KEY_RIGHT : key.code == '\r' || key.code == '\n' || key.code == 'l';
    bool back = key.function ? key.code == KEY_LEFT : key.code == 'q' || key.code == 'h' || key.code == 27;

    if (back)
        ui_pop(ui);
    else if (list_key(&s->list, key, ui_height(ui)) || !s->list.count)
        return;
    else if (enter)
        go_on(ui, s);
    else if (!key.function && key.code == 'x')
        discard(ui, s);
}

static void drafts_shown(struct ui *ui, void *state)
{
    fetch(ui, state);
}

static void drafts_close(struct ui *ui, void *state)
{
    struct drafts *s = state;

    (void)ui;
    forget_all(s);
    free(s);
}

void screen_drafts(struct ui *ui)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_DRAFTS_KEYS, .title = drafts_title, .draw = drafts_draw, .key = drafts_key, .shown = drafts_shown,
        .close = drafts_close,
    };
    struct drafts *s;

    if (!ui_member(ui))
        return;
    s = calloc(1, sizeof *s);
    if (s)
        fetch(ui, s);
    ui_push(ui, &kind, s);
}
