/* Logging in and registering: one form, of which registering shows other fields. */
#include <stdlib.h>

#include "terminal/input.h"
#include "terminal/secret.h"

enum { CTRL_R = 18, TAB = 9, ESCAPE = 27, LABEL = 18, FIELD_COLUMNS = 36 };

enum form_field { FIELD_HANDLE, FIELD_PASSWORD, FIELD_AGAIN, FIELD_CODE, FIELD_NAME, FIELD_INVITE, FIELDS };

static const struct {
    enum saying label;
    bool login, registering, hidden; /* where it is shown */
} fields[FIELDS] = {
    [FIELD_HANDLE] = {SAY_UI_FIELD_HANDLE, true, true, false},
    [FIELD_PASSWORD] = {SAY_UI_FIELD_PASSWORD, true, true, true},
    [FIELD_AGAIN] = {SAY_UI_FIELD_AGAIN, false, true, true},
    [FIELD_CODE] = {SAY_UI_FIELD_CODE, true, false, false},
    [FIELD_NAME] = {SAY_UI_FIELD_NAME, false, true, false},
    [FIELD_INVITE] = {SAY_UI_FIELD_INVITE, false, true, false},
};

struct form {
    struct input inputs[FIELDS];
    int at;
    bool registering;
};

static bool is_shown(const struct form *s, int field)
{
    return s->registering ? fields[field].registering : fields[field].login;
}

static void login_title(struct ui *ui, void *state, FILE *out)
{
    const struct form *s = state;

    say_part(out, ui->t->english, s->registering ? SAY_UI_REGISTER : SAY_UI_LOGIN);
}

static void login_draw(struct ui *ui, void *state)
{
    struct form *s = state;
    int row = FIRST_ROW + 2, columns = ui->columns - LABEL - 6, at_row = row;

    if (columns > FIELD_COLUMNS)
        columns = FIELD_COLUMNS;
    for (int i = 0; i < FIELDS && row < ui->rows - 3; i++) {
        if (!is_shown(s, i))
            continue;
        ui_style(i == s->at ? STYLE_BOLD : STYLE_PLAIN);
        ui_words(ui, row, 4, LABEL - 2, fields[i].label);
        ui_style(STYLE_CHOSEN);
        input_draw(&s->inputs[i], row, 4 + LABEL, columns);
        if (i == s->at)
            at_row = row;
        row += ui_height(ui) >= 14 ? 2 : 1;
    }
    ui_style(STYLE_FAINT);
    if (row < ui->rows - 3)
        ui_words(ui, row, 4, ui->columns - 5, s->registering ? SAY_UI_REGISTER_HINT : SAY_UI_LOGIN_HINT);
    ui_style(STYLE_CHOSEN);
    input_draw(&s->inputs[s->at], at_row, 4 + LABEL, columns); /* last, so that the cursor is here */
    ui_style(STYLE_PLAIN);
    curs_set(1);
}

/* ---- sending ---- */

struct answers {
    char at[FIELDS][INPUT_CHARACTERS * 4 + 1];
};

static struct text given(const struct answers *a, enum form_field field)
{
    return text_of(a->at[field][0] ? a->at[field] : NULL);
}

/* Takes over the session that was opened. */
static void enter(struct ui *ui, struct items account, struct text token)
{
    struct terminal *t = ui->t;

    terminal_become(t, account);
    if (token.len == LIMIT_TOKEN && !keep_save(t->keep, t->server, text_of(t->handle), (const unsigned char *)token.at))
        ui_fail(ui, SAY_UI_CANNOT_KEEP);
    ui_became(ui);
    if (!ui->alarm)
        UI_SAY(ui, SAY_WELCOME, SAID_TEXT(text_of(t->handle)));
    ui_pop(ui);
}

static void log_in(struct ui *ui, struct form *s, const struct answers *a)
{
    struct login_request in = {.handle = text_of(a->at[FIELD_HANDLE]), .password = text_of(a->at[FIELD_PASSWORD]), .code = given(a, FIELD_CODE)};
    struct login_reply out;

    if (ui_did(ui, luntan_login(ui->t->forum, &in, &out)))
        enter(ui, out.account, out.token);
    else if (luntan_refusal(ui->t->forum) && luntan_refusal(ui->t->forum)->code == STATUS_CODE_NEEDED)
        s->at = FIELD_CODE;
}

static void make_account(struct ui *ui, struct form *s, const struct answers *a)
{
    struct register_request in = {
        .handle = text_of(a->at[FIELD_HANDLE]), .password = text_of(a->at[FIELD_PASSWORD]),
        .name = given(a, FIELD_NAME), .invite = given(a, FIELD_INVITE),
    };
    struct register_reply out;

    if (strcmp(a->at[FIELD_PASSWORD], a->at[FIELD_AGAIN]) != 0) {
        ui_fail(ui, SAY_PASSWORDS_DIFFER);
        s->at = FIELD_PASSWORD;
    } else if (ui_did(ui, luntan_register(ui->t->forum, &in, &out))) {
        enter(ui, out.account, out.token);
    }
}

static void submit(struct ui *ui, struct form *s)
{
    struct answers answers = {.at = {{0}}};

    for (int i = 0; i < FIELDS; i++)
        input_get(&s->inputs[i], answers.at[i], sizeof answers.at[i]);
    UI_SAY(ui, SAY_UI_WAITING);
    ui_refresh(ui);
    ui->status[0] = '\0';
    if (s->registering)
        make_account(ui, s, &answers);
    else
        log_in(ui, s, &answers);
    explicit_bzero(&answers, sizeof answers);
}

/* ---- keys ---- */

/* The next or former field that is shown; false past the last. */
static bool step(struct form *s, int by)
{
    int at = s->at;

    do
        at += by;
    while (at >= 0 && at < FIELDS && !is_shown(s, at));
    if (at < 0 || at >= FIELDS)
        return false;
    s->at = at;
    return true;
}

static void login_key(struct ui *ui, void *state, struct key key)
{
    struct form *s = state;

    if (key.function ? key.code == KEY_ENTER : key.code == '\r' || key.code == '\n') {
        if (!step(s, 1))
            submit(ui, s);
    } else if (key.function ? key.code == KEY_DOWN : key.code == TAB) {
        if (!step(s, 1))
            s->at = FIELD_HANDLE;
    } else if (key.function && (key.code == KEY_UP || key.code == KEY_BTAB)) {
        step(s, -1);
    } else if (!key.function && key.code == CTRL_R) {
        s->registering = !s->registering;
        s->at = FIELD_HANDLE;
    } else if (!key.function && key.code == ESCAPE) {
        ui_pop(ui);
    } else {
        input_key(&s->inputs[s->at], key);
    }
}

static void login_close(struct ui *ui, void *state)
{
    struct form *s = state;

    (void)ui;
    for (int i = 0; i < FIELDS; i++)
        input_wipe(&s->inputs[i]);
    free(s);
}

void screen_login(struct ui *ui)
{
    static const struct screen_kind kind = {
        .keys = SAY_UI_LOGIN_KEYS, .title = login_title, .draw = login_draw, .key = login_key, .close = login_close, .typing = true,
    };
    struct form *s = calloc(1, sizeof *s);

    for (int i = 0; s && i < FIELDS; i++)
        s->inputs[i].hidden = fields[i].hidden;
    ui_push(ui, &kind, s);
}
