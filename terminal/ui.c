/* See ui.h. */
#include "terminal/ui.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "terminal/sanctioned.h"
#include "terminal/screen.h"
#include "terminal/ui_private.h"

enum {
    LEAST_ROWS = 8, LEAST_COLUMNS = 40,
    IDLE_MS = 1000,
    TIMEOUT_MS = 8000, /* of an answer: while one waits, no key is heard */
    RETRY_FIRST_MS = 1000, RETRY_MOST_MS = 30000,
};

/* ---- the lines around a screen ---- */

int ui_height(const struct ui *ui)
{
    return ui->rows - FIRST_ROW - 2;
}

/* The title line: where one is on the left, who one is on the right. */
static void draw_title(struct ui *ui)
{
    char *left = NULL, right[256];
    size_t len = 0;
    FILE *out = open_memstream(&left, &len);
    int width;

    say_into(right, sizeof right, ui->t->english, ui->t->handle[0] ? (ui->notices ? SAY_UI_WHO_NOTICES : SAY_UI_WHO) : SAY_UI_VISITOR,
             (const struct said[]){SAID_TEXT(text_of(ui->t->handle)), SAID_NUMBER(ui->notices), SAID_END});
    if (out) {
        ui->top->kind->title(ui, ui->top->state, out);
        fclose(out);
    }
    ui_style(STYLE_BAR);
    ui_fill(0, 0, ui->columns);
    width = (int)display_width(text_of(right));
    if (width > ui->columns / 2)
        width = ui->columns / 2;
    ui_text(0, 1, ui->columns - width - 4, (struct text){left ? left : "", len});
    ui_text(0, ui->columns - width - 1, width, text_of(right));
    ui_style(STYLE_PLAIN);
    free(left);
}

/*
 * What happened, on as many rows as it takes, half of the screen at most: a refusal may have to say a good deal. `last`: only the row that
 * is there always; otherwise those above it, over what the screen has drawn.
 */
static void draw_status(struct ui *ui, bool last)
{
    const unsigned columns = (unsigned)ui->columns - 2;
    const size_t room = columns * GLYPH_BYTES + 1;
    const int most = ui_height(ui) / 2;
    char *line = malloc(room);
    struct text rest = text_of(ui->status);
    int rows = 0;
    bool ended;

    for (; line && rest.len && rows < most; rows++)
        display_wrap(&rest, columns, line, room, &ended);
    rest = text_of(ui->status);
    for (int i = 0; line && i < rows; i++) {
        const int row = ui->rows - 2 - (rows - 1 - i);
        display_wrap(&rest, columns, line, room, &ended);
        if (last != (i == rows - 1))
            continue;
        ui_fill(row, 0, ui->columns);
        ui_text(row, 1, (int)columns, text_of(line));
    }
    free(line);
}

/* The rows of the status above the last one. The cursor stays where the screen has put it. */
static void draw_overflow(struct ui *ui)
{
    int row, column;

    if (ui->offline)
        return;
    getyx(stdscr, row, column);
    ui_style(ui->alarm ? STYLE_ALARM : STYLE_PLAIN);
    draw_status(ui, false);
    ui_style(STYLE_PLAIN);
    move(row, column);
}

/* The two lines at the bottom: what happened, and the keys. */
static void draw_bottom(struct ui *ui)
{
    int row = ui->rows - 2;

    if (ui->offline) {
        ui_style(STYLE_ALARM);
        ui_words(ui, row, 1, ui->columns - 2, SAY_UI_OFFLINE);
    } else {
        ui_style(ui->alarm ? STYLE_ALARM : STYLE_PLAIN);
        draw_status(ui, true);
    }
    ui_style(STYLE_FAINT);
    ui_words(ui, row + 1, 1, ui->columns - 2, ui->top->kind->keys);
    ui_style(STYLE_PLAIN);
}

static void draw(struct ui *ui)
{
    erase();
    curs_set(0);
    getmaxyx(stdscr, ui->rows, ui->columns);
    if (ui->rows < LEAST_ROWS || ui->columns < LEAST_COLUMNS) {
        ui_words(ui, 0, 0, ui->columns, SAY_UI_TOO_SMALL);
    } else if (ui->top) {
        draw_title(ui);
        draw_bottom(ui);
        ui->top->kind->draw(ui, ui->top->state);
        draw_overflow(ui);
    }
    refresh();
}

void ui_refresh(struct ui *ui)
{
    if (ui->top)
        draw(ui);
}

void ui_suspend(void)
{
    def_prog_mode();
    endwin();
}

void ui_resume(struct ui *ui)
{
    reset_prog_mode();
    clearok(stdscr, TRUE);
    ui_refresh(ui);
}

/* ---- the stack ---- */

void ui_push(struct ui *ui, const struct screen_kind *kind, void *state)
{
    struct screen *screen = state ? calloc(1, sizeof *screen) : NULL;

    if (!screen) {
        if (state && kind->close)
            kind->close(ui, state);
        ui_fail(ui, SAY_NO_MEMORY);
        return;
    }
    *screen = (struct screen){kind, state, ui->top, false};
    ui->top = screen;
}

void ui_pop(struct ui *ui)
{
    if (ui->top)
        ui->top->over = true;
}

/* Takes away what is over. */
static void settle(struct ui *ui)
{
    while (ui->top && ui->top->over) {
        struct screen *screen = ui->top;

        if (screen->kind->close)
            screen->kind->close(ui, screen->state);
        ui->top = screen->below;
        free(screen);
        if (ui->top && ui->top->kind->shown)
            ui->top->kind->shown(ui, ui->top->state);
    }
    if (!ui->top)
        ui->quit = true;
}

/* ---- what happened ---- */

void ui_say(struct ui *ui, enum saying what, const struct said *values)
{
    ui->alarm = false;
    say_into(ui->status, sizeof ui->status, ui->t->english, what, values);
}

void ui_fail(struct ui *ui, enum saying what)
{
    UI_SAY(ui, what);
    ui->alarm = true;
}

bool ui_did(struct ui *ui, enum luntan_result result)
{
    ui->offline = result == LUNTAN_UNREACHABLE || (ui->offline && result == LUNTAN_TIMEOUT);
    if (result == LUNTAN_OK)
        return true;
    UI_SAY(ui, SAY_UI_REFUSED, SAID_TEXT(text_of(luntan_words(ui->t->forum))));
    ui->alarm = true;
    return false;
}

bool ui_member(struct ui *ui)
{
    if (ui->t->account)
        return true;
    ui_fail(ui, SAY_UI_LOGIN_FIRST);
    return false;
}

/* ---- the account's topic ---- */

uint32_t ui_subscribe(struct ui *ui, enum topic topic, uint64_t id, struct text since)
{
    char cursor[LIMIT_CURSOR];
    struct subscribe_request in = {.topic = topic, .id = id};
    struct subscribe_reply out;

    if (since.len && since.len <= sizeof cursor) {
        memcpy(cursor, since.at, since.len);
        in.since = (struct text){cursor, since.len};
    }
    return ui_did(ui, luntan_subscribe(ui->t->forum, &in, &out)) ? luntan_last_subscription(ui->t->forum) : 0;
}

void ui_unsubscribe(struct ui *ui, uint32_t subscription)
{
    struct unsubscribe_request in = {.subscription = subscription};
    struct unsubscribe_reply out;

    if (subscription && !ui->offline)
        (void)luntan_unsubscribe(ui->t->forum, &in, &out);
}

/* Says which sanctions are in force. */
static void greet(struct ui *ui)
{
    char *words = NULL;
    size_t len = 0;
    FILE *out = ui->t->sanctioned ? open_memstream(&words, &len) : NULL;
    enum luntan_result result;

    if (!out)
        return;
    result = sanctioned_greet(ui->t, out);
    if (fclose(out) == 0 && ui_did(ui, result) && len) {
        snprintf(ui->status, sizeof ui->status, "%.*s", (int)len - 1, words); /* without the last line's end */
        ui->alarm = true;
    }
    free(words);
}

void ui_became(struct ui *ui)
{
    struct notices_reply out;

    ui_unsubscribe(ui, ui->account_topic);
    ui->account_topic = 0;
    ui->notices = 0;
    if (!ui->t->account || !ui_did(ui, luntan_notices(ui->t->forum, &(struct notices_request){.none = 0}, &out)))
        return;
    ui->notices = (unsigned)out.unread;
    ui->account_topic = ui_subscribe(ui, TOPIC_ACCOUNT, 0, out.cursor);
    greet(ui);
}

static void take_notice(struct ui *ui, const struct luntan_event *event)
{
    struct items one = event->change.notice;
    struct notice_record notice;

    if (event->message->op != EVENT_CHANGE || !one.at || !items_next(&one, &shape_notice_record, &notice) || notice.read)
        return;
    ui->notices++;
    UI_SAY(ui, SAY_UI_NOTICE, SAID_TEXT(terminal_value(ui->t, &enumeration_notice_kind, notice.kind)),
           SAID_TEXT(notice.title.at ? notice.title : TEXT("")));
}

/* ---- the loop ---- */

/* Hands out every event that is there. */
static void take_events(struct ui *ui)
{
    struct luntan_event event;
    enum luntan_result result;

    while ((result = luntan_next_event(ui->t->forum, 0, &event)) == LUNTAN_OK) {
        ui->offline = false;
        if (ui->account_topic && event.subscription == ui->account_topic)
            take_notice(ui, &event);
        for (struct screen *screen = ui->top; screen; screen = screen->below)
            if (screen->kind->event)
                screen->kind->event(ui, screen->state, &event);
    }
    if (result == LUNTAN_TIMEOUT)
        ui->offline = luntan_fd(ui->t->forum) < 0;
    else
        ui_did(ui, result);
}

static int64_t clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* When to try the connection again: at growing intervals. */
struct retry {
    int64_t at;
    int wait_ms;
};

static void reconnect(struct ui *ui, struct retry *retry)
{
    if (clock_ms() < retry->at)
        return;
    if (luntan_connect(ui->t->forum) == LUNTAN_OK) {
        ui->offline = false;
        UI_SAY(ui, SAY_UI_ONLINE);
        retry->wait_ms = RETRY_FIRST_MS;
    } else if (retry->wait_ms * 2 <= RETRY_MOST_MS) {
        retry->wait_ms *= 2;
    }
    retry->at = clock_ms() + retry->wait_ms;
}

/* Waits until there is a key, something of the forum, or nothing to do for a while. */
static void wait_for_something(struct ui *ui, struct retry *retry)
{
    struct pollfd fds[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = luntan_fd(ui->t->forum), .events = POLLIN}};
    int n = poll(fds, 2, IDLE_MS); /* a negative descriptor is passed over */

    if (n < 0 && errno != EINTR)
        ui->quit = true;
    if (n > 0 && fds[0].revents && !(fds[0].revents & POLLIN))
        ui->quit = true; /* the terminal is gone */
    if (n != 0)
        return;
    if (ui->offline)
        reconnect(ui, retry);
    else if (ui->top->kind->idle)
        ui->top->kind->idle(ui, ui->top->state);
}

bool ui_key(struct ui *ui, struct key *out)
{
    struct retry retry = {0, RETRY_FIRST_MS};
    wint_t code;

    while (!ui->quit) {
        int got = get_wch(&code); /* does not wait */

        if (got != ERR && !(got == KEY_CODE_YES && code == KEY_RESIZE)) {
            *out = (struct key){code, got == KEY_CODE_YES};
            return true;
        }
        if (!ui->offline)
            take_events(ui);
        ui_refresh(ui);
        wait_for_something(ui, &retry);
    }
    return false;
}

static void start_screen(void)
{
    initscr();
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(50);
    ui_start_colors();
}

/* Keys that mean the same everywhere. */
static bool common_key(struct ui *ui, struct key key)
{
    enum { CTRL_C = 3, CTRL_L = 12 };

    if (key.function)
        return false;
    if (key.code == '?' && ui->top->kind->typing)
        return false;
    if (key.code == CTRL_C)
        ui->quit = true;
    else if (key.code == CTRL_L)
        clearok(stdscr, TRUE);
    else if (key.code == '?')
        screen_help(ui);
    else
        return false;
    return true;
}

enum outcome screen_run(struct terminal *t)
{
    struct ui ui = {.t = t};
    struct key key;
    enum outcome outcome;

    t->timeout_ms = TIMEOUT_MS;
    t->untraced = isatty(STDERR_FILENO);
    outcome = terminal_enter(t);

    if (outcome)
        return outcome;
    start_screen();
    ui_became(&ui);
    screen_boards(&ui);
    settle(&ui);
    while (!ui.quit && ui_key(&ui, &key)) {
        ui.status[0] = '\0';
        if (!common_key(&ui, key))
            ui.top->kind->key(&ui, ui.top->state, key);
        settle(&ui);
    }
    while (ui.top) {
        ui.top->over = true;
        settle(&ui);
    }
    endwin();
    return OUTCOME_DONE;
}
