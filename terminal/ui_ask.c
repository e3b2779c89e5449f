/* See ui.h: questions in the status line. */
#include "terminal/input.h"
#include "terminal/ui_private.h"

enum { ESCAPE_KEY = 27 };

/* The status is about to be written anew: what it said is copied first. */
static struct text ui_copy(const char *status, char before[STATUS_ROOM])
{
    memcpy(before, status, STATUS_ROOM);
    return text_of(before);
}

char ui_choose(struct ui *ui, enum saying question, const char *answers)
{
    char before[STATUS_ROOM];
    struct key key;
    char answer;

    if (ui->alarm && ui->status[0])
        UI_SAY(ui, SAY_UI_FAILED_THEN, SAID_TEXT(ui_copy(ui->status, before)), SAID_TEXT(say_text(ui->t->english, question)));
    else
        UI_SAY(ui, question);
    if (!ui_key(ui, &key) || key.function || key.code > 127)
        answer = 0;
    else
        answer = (char)(key.code >= 'A' && key.code <= 'Z' ? key.code + 32 : key.code);
    ui->status[0] = '\0';
    return answer && strchr(answers, answer) ? answer : 0;
}

/* The screen under which a question for a line stands. */
struct asking {
    struct screen_kind kind;
    const struct screen *below;
    struct input input;
    enum saying question;
};

static void asking_title(struct ui *ui, void *state, FILE *out)
{
    struct asking *a = state;

    a->below->kind->title(ui, a->below->state, out);
}

static void asking_draw(struct ui *ui, void *state)
{
    struct asking *a = state;
    int row = ui->rows - 2, taken;

    a->below->kind->draw(ui, a->below->state);
    ui_style(STYLE_BOLD);
    ui_fill(row, 0, ui->columns);
    taken = ui_words(ui, row, 1, ui->columns / 2, a->question);
    ui_style(STYLE_PLAIN);
    curs_set(1);
    input_draw(&a->input, row, taken + 2, ui->columns - taken - 3);
}

bool ui_ask(struct ui *ui, enum saying question, char *out, size_t cap)
{
    struct asking a = {.kind = {.keys = SAY_UI_ASK_KEYS, .title = asking_title, .draw = asking_draw}, .below = ui->top, .question = question};
    struct screen screen = {&a.kind, &a, ui->top, false};
    struct key key;
    bool good = false;

    input_set(&a.input, out);
    /* cppcheck-suppress autoVariables; it is taken off again below */
    ui->top = &screen;
    while (ui_key(ui, &key)) {
        if (!key.function && key.code == ESCAPE_KEY)
            break;
        good = (!key.function && (key.code == '\n' || key.code == '\r')) || (key.function && key.code == KEY_ENTER);
        if (good)
            break;
        input_key(&a.input, key);
    }
    ui->top = screen.below;
    return good && input_get(&a.input, out, cap);
}
