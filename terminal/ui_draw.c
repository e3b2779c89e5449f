/* See ui.h: styles, and texts at their places. */
#include "terminal/ui.h"
#include "terminal/ui_private.h"

enum { COLOR_BAR = 1, COLOR_MARK, COLOR_ALARM, COLOR_FAINT };

void ui_start_colors(void)
{
    if (!has_colors())
        return;
    start_color();
    use_default_colors();
    init_pair(COLOR_BAR, COLOR_WHITE, COLOR_BLUE);
    init_pair(COLOR_MARK, COLOR_YELLOW, -1);
    init_pair(COLOR_ALARM, COLOR_RED, -1);
    init_pair(COLOR_FAINT, COLOR_CYAN, -1);
}

void ui_style(enum style style)
{
    bool color = has_colors();
    static const struct {
        attr_t plain, attributes; /* without color, and with */
        short pair;
    } styles[] = {
        [STYLE_PLAIN] = {A_NORMAL, A_NORMAL, 0},
        [STYLE_BOLD] = {A_BOLD, A_BOLD, 0},
        [STYLE_FAINT] = {A_DIM, A_NORMAL, COLOR_FAINT},
        [STYLE_MARK] = {A_BOLD, A_NORMAL, COLOR_MARK},
        [STYLE_BAR] = {A_REVERSE, A_BOLD, COLOR_BAR},
        [STYLE_ALARM] = {A_BOLD, A_BOLD, COLOR_ALARM},
        [STYLE_CHOSEN] = {A_REVERSE, A_REVERSE, 0},
    };

    attr_set(color ? styles[style].attributes : styles[style].plain, color ? styles[style].pair : 0, NULL);
}

int ui_text(int row, int column, int columns, struct text text)
{
    char line[4096];

    if (columns <= 0)
        return 0;
    columns = (int)display_fit(line, sizeof line, text, (unsigned)columns);
    mvaddstr(row, column, line);
    return columns;
}

int ui_words(struct ui *ui, int row, int column, int columns, enum saying what)
{
    return ui_text(row, column, columns, say_text(ui->t->english, what));
}

void ui_fill(int row, int column, int columns)
{
    if (columns > 0)
        mvprintw(row, column, "%*s", columns, "");
}
