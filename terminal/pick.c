/* See pick.h. */
#include "terminal/pick.h"

#include "terminal/list.h"
#include "terminal/ui_private.h"

enum { ESCAPE_KEY = 27, LETTERS = 26 };

struct picking {
    struct screen_kind kind;
    const struct enumeration *e;
    enum saying question;
    struct list list;
};

static void picking_title(struct ui *ui, void *state, FILE *out)
{
    const struct picking *p = state;

    say_part(out, ui->t->english, p->question);
}

static void picking_draw(struct ui *ui, void *state)
{
    struct picking *p = state;
    int height = ui_height(ui);

    list_settle(&p->list, height);
    for (int i = 0; i < height && p->list.top + i < p->list.count; i++) {
        int at = p->list.top + i;
        bool chosen = at == p->list.chosen;
        const char letter[2] = {(char)('a' + at), '\0'};
        ui_style(chosen ? STYLE_CHOSEN : STYLE_PLAIN);
        if (chosen)
            ui_fill(FIRST_ROW + i, 0, ui->columns);
        ui_text(FIRST_ROW + i, 2, 2, text_of(letter));
        ui_text(FIRST_ROW + i, 5, ui->columns - 6, terminal_value(ui->t, p->e, p->e->values[at + 1].number));
        ui_style(STYLE_PLAIN);
    }
}

/* The place in the list that a key decides for; -1: none yet. */
static int decided(struct picking *p, struct key key)
{
    bool enter = key.function ? key.code == KEY_ENTER : key.code == '\r' || key.code == '\n';

    if (enter)
        return p->list.chosen;
    return !key.function && key.code >= 'a' && key.code < 'a' + (wint_t)p->list.count ? (int)(key.code - 'a') : -1;
}

uint32_t pick_value(struct ui *ui, enum saying question, const struct enumeration *e)
{
    struct picking p = {.kind = {.keys = SAY_UI_PICK_KEYS, .title = picking_title, .draw = picking_draw}, .e = e, .question = question};
    struct screen screen = {&p.kind, &p, ui->top, false};
    struct key key;
    int at = -1;

    p.list.count = e->count - 1 < LETTERS ? (int)e->count - 1 : LETTERS;
    /* cppcheck-suppress autoVariables; it is taken off again below */
    ui->top = &screen;
    while (at < 0 && ui_key(ui, &key) && (key.function || key.code != ESCAPE_KEY)) {
        at = decided(&p, key);
        if (at < 0)
            (void)list_key(&p.list, key, ui_height(ui));
    }
    ui->top = screen.below;
    return at < 0 ? 0 : e->values[at + 1].number;
}
