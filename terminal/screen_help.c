/* All keys, from the text table; a line of it for each. */
#include <stdlib.h>

#include "terminal/list.h"

struct help {
    int top;
};

static const enum saying lines[] = {
    SAY_HELP_EVERYWHERE, SAY_HELP_MOVE, SAY_HELP_PAGE, SAY_HELP_ENDS, SAY_HELP_OPEN, SAY_HELP_BACK, SAY_HELP_REDRAW, SAY_HELP_QUIT,
    SAY_HELP_IN_BOARDS, SAY_HELP_LOGIN, SAY_HELP_NOTICES, SAY_HELP_DRAFTS, SAY_HELP_MARK_BOARD, SAY_HELP_QUEUE,
    SAY_HELP_IN_THREADS, SAY_HELP_POST, SAY_HELP_FEATURED, SAY_HELP_FOLLOW_BOARD, SAY_HELP_MANAGE,
    SAY_HELP_IN_READING, SAY_HELP_STEP, SAY_HELP_UNREAD, SAY_HELP_FLOOR, SAY_HELP_ANSWERED, SAY_HELP_REPLY, SAY_HELP_EDIT, SAY_HELP_DELETE,
    SAY_HELP_FOLLOW,
    SAY_HELP_IN_QUEUE, SAY_HELP_DECIDE_HELD, SAY_HELP_DECIDE_FLAGGED, SAY_HELP_DECIDE_APPEAL, SAY_HELP_CLAIM,
    SAY_HELP_SIGNS, SAY_HELP_SIGN_UNREAD, SAY_HELP_SIGN_OTHERS,
};
enum { HELP_LINES = sizeof lines / sizeof lines[0] };

/* Headings stand at the margin, the table's other lines behind two blanks. */
static bool is_heading(struct text line)
{
    return line.len && line.at[0] != ' ';
}

static void help_title(struct ui *ui, void *state, FILE *out)
{
    (void)state;
    say_part(out, ui->t->english, SAY_UI_HELP);
}

static void help_draw(struct ui *ui, void *state)
{
    struct help *s = state;
    int height = ui_height(ui);

    if (s->top > HELP_LINES - height)
        s->top = HELP_LINES - height;
    if (s->top < 0)
        s->top = 0;
    for (int i = 0; i < height && s->top + i < HELP_LINES; i++) {
        struct text line = say_text(ui->t->english, lines[s->top + i]);

        ui_style(is_heading(line) ? STYLE_BOLD : STYLE_PLAIN);
        ui_text(FIRST_ROW + i, 2, ui->columns - 3, line);
    }
    ui_style(STYLE_PLAIN);
}

static void help_key(struct ui *ui, void *state, struct key key)
{
    struct help *s = state;
    struct list list = {.count = HELP_LINES, .chosen = s->top, .top = s->top};

    if (list_key(&list, key, 1))
        s->top = list.chosen;
    else
        ui_pop(ui);
}

static void help_close(struct ui *ui, void *state)
{
    (void)ui;
    free(state);
}

void screen_help(struct ui *ui)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_HELP_KEYS, .title = help_title, .draw = help_draw, .key = help_key, .close = help_close, .typing = true,
    };

    ui_push(ui, &kind, calloc(1, sizeof(struct help)));
}
