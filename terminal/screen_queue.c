/* The queue of moderation: what waits for one's decision, kept up to date while one looks at it. */
#include <stdlib.h>
#include <time.h>

#include "terminal/list.h"
#include "terminal/record.h"
#include "terminal/screen_item.h"

struct waiting {
    struct item_record *items[LIMIT_PAGE_ITEMS]; /* copies */
    struct list list;
    uint32_t topic;
    bool more;  /* there are others behind these */
    bool stale; /* something happened since they were fetched */
    time_t fetched;
};

static void forget_all(struct waiting *s)
{
    for (int i = 0; i < s->list.count; i++)
        free(s->items[i]);
    s->list.count = 0;
}

/* What was chosen stays chosen, wherever it stands now. */
static void fetch(struct ui *ui, struct waiting *s)
{
    uint64_t chosen = s->list.chosen < s->list.count ? s->items[s->list.chosen]->item : 0;
    struct queue_reply out;
    struct item_record item;

    s->stale = false;
    s->fetched = time(NULL);
    if (!ui_did(ui, luntan_queue(ui->t->forum, &(struct queue_request){.none = 0}, &out)))
        return;
    forget_all(s);
    s->more = out.next.at != NULL;
    while (s->list.count < LIMIT_PAGE_ITEMS && items_next(&out.items, &shape_item_record, &item)) {
        s->items[s->list.count] = record_copy(&shape_item_record, &item);
        if (!s->items[s->list.count])
            break;
        if (item.item == chosen)
            s->list.chosen = s->list.count;
        s->list.count++;
    }
    if (!s->topic)
        s->topic = ui_subscribe(ui, TOPIC_QUEUE, 0, out.cursor);
}

/* ---- drawing ---- */

static void queue_title(struct ui *ui, void *state, FILE *out)
{
    const struct waiting *s = state;

    say_part(out, ui->t->english, SAY_UI_QUEUE);
    fprintf(out, "  %d%s", s->list.count, s->more ? "+" : "");
}

static void draw_item(struct ui *ui, const struct item_record *i, int row, bool chosen)
{
    char who[LIMIT_HANDLE * 4 + 32] = "", when[TIME_ROOM];
    int column, width;

    terminal_time(when, i->created);
    width = (int)strlen(when);
    if (i->mine)
        say_into(who, sizeof who, ui->t->english, SAY_UI_ITEM_MINE, (const struct said[]){SAID_END});
    else if (i->claimed_by.len)
        say_into(who, sizeof who, ui->t->english, SAY_ITEM_CLAIMED, (const struct said[]){SAID_TEXT(i->claimed_by), SAID_END});
    ui_style(chosen ? STYLE_CHOSEN : i->claimed_by.len && !i->mine ? STYLE_FAINT : STYLE_PLAIN);
    if (chosen)
        ui_fill(row, 0, ui->columns);
    ui_text(row, 1, 13, terminal_value(ui->t, &enumeration_item_kind, i->kind));
    column = 15 + ui_text(row, 15, ui->columns - width - (who[0] ? 39 : 17), i->title.len ? i->title : i->excerpt) + 2;
    if (column + 8 < ui->columns - width && i->title.len)
        column += ui_text(row, column, ui->columns - column - width - (who[0] ? 24 : 3), i->excerpt) + 2;
    ui_text(row, column, ui->columns - column - width - 2, text_of(who));
    ui_text(row, ui->columns - width - 1, width, text_of(when));
    ui_style(STYLE_PLAIN);
}

static void queue_draw(struct ui *ui, void *state)
{
    struct waiting *s = state;
    int height = ui_height(ui);

    list_settle(&s->list, height);
    for (int i = 0; i < height && s->list.top + i < s->list.count; i++)
        draw_item(ui, s->items[s->list.top + i], FIRST_ROW + i, s->list.top + i == s->list.chosen);
    if (s->list.count == 0)
        ui_words(ui, FIRST_ROW + 1, 2, ui->columns - 4, SAY_UI_QUEUE_EMPTY);
}

/* ---- keys ---- */

static void queue_key(struct ui *ui, void *state, struct key key)
{
    struct waiting *s = state;
    bool enter = key.function ? key.code == KEY_ENTER || key.code == KEY_RIGHT : key.code == '\r' || key.code == '\n' || key.code == 'l';
    bool back = key.function ? key.code == KEY_LEFT : key.code == 'q' || key.code == 'h' || key.code == 27;

    if (back)
        ui_pop(ui);
    else if (enter && s->list.count)
        screen_item(ui, s->items[s->list.chosen]->item);
    else if (!key.function && key.code == 'r')
        fetch(ui, s);
    else
        (void)list_key(&s->list, key, ui_height(ui));
}

/* ---- what happens meanwhile ---- */

static void queue_event(struct ui *ui, void *state, const struct luntan_event *event)
{
    struct waiting *s = state;

    if (!s->topic || event->subscription != s->topic)
        return;
    if (event->message->op == EVENT_END) {
        s->topic = 0;
        ui_fail(ui, SAY_UI_NO_LONGER);
    } else if (event->message->op != EVENT_LIVE) {
        s->stale = true;
        if (time(NULL) - s->fetched > 1)
            fetch(ui, s); /* where events leave no idle moment, once a second all the same */
    }
}

static void queue_idle(struct ui *ui, void *state)
{
    struct waiting *s = state;

    if (s->stale)
        fetch(ui, s);
}

static void queue_shown(struct ui *ui, void *state)
{
    fetch(ui, state);
}

static void queue_close(struct ui *ui, void *state)
{
    struct waiting *s = state;

    ui_unsubscribe(ui, s->topic);
    forget_all(s);
    free(s);
}

void screen_queue(struct ui *ui)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_QUEUE_KEYS, .title = queue_title, .draw = queue_draw, .key = queue_key, .event = queue_event, .idle = queue_idle,
        .shown = queue_shown, .close = queue_close,
    };
    struct waiting *s;

    if (!ui_member(ui))
        return;
    s = calloc(1, sizeof *s);
    if (s) {
        fetch(ui, s);
        if (!s->topic) { /* nobody who decides; the status line says so */
            queue_close(ui, s);
            return;
        }
    }
    ui_push(ui, &kind, s);
}
