/*
 * The full-screen interface's frame: the loop, the stack of screens, the lines around them, and what screens
 * need to draw and to ask.
 *
 * A screen is a table of functions (struct screen_kind) and its state. The one on top is shown between the title
 * line and two lines at the bottom: what happened last, and the keys. Events of the forum go to every screen of the
 * stack, each of which knows its own subscriptions. The loop waits for keys and for the connection together and never
 * longer; when the link breaks it says so and tries again, at growing intervals, while the screens stay usable.
 *
 * One thread. Screens own their state; the frame owns the stack. Everything drawn passes through display.h.
 */
#ifndef LUNTAN_TERMINAL_UI_H
#define LUNTAN_TERMINAL_UI_H

#include <curses.h>

#include "terminal/display.h"
#include "terminal/terminal.h"

struct ui;

/* A key: a character, or one of curses' KEY_ codes. */
struct key {
    wint_t code;
    bool function; /* `code` is a KEY_ code */
};

struct screen_kind {
    enum saying keys; /* for the bottom line */
    /* Writes what the title line says. */
    void (*title)(struct ui *ui, void *state, FILE *out);
    /* Draws everything between the lines; the area is blank before. */
    void (*draw)(struct ui *ui, void *state);
    void (*key)(struct ui *ui, void *state, struct key key);
    /* Any of these may be NULL. */
    void (*event)(struct ui *ui, void *state, const struct luntan_event *event);
    void (*idle)(struct ui *ui, void *state);  /* about once a second, and when nothing else is to be done */
    void (*shown)(struct ui *ui, void *state); /* it is on top again */
    void (*close)(struct ui *ui, void *state); /* frees the state */
    bool typing; /* every key is the screen's own, because one types there */
};

enum { FIRST_ROW = 1, STATUS_ROOM = 4200 }; /* a refusal's text of 1000 characters */

struct ui {
    struct terminal *t;
    struct screen *top;
    int rows, columns;        /* of the whole terminal */
    char status[STATUS_ROOM];
    bool alarm;               /* the status is a failure */
    bool quit, offline;
    unsigned notices;         /* unread ones */
    uint32_t account_topic;   /* the subscription, or 0 */
};

/* ---- the stack ---- */

/* Puts a screen on top; the state belongs to it from here on, be it that there is no memory for it. */
void ui_push(struct ui *ui, const struct screen_kind *kind, void *state);
/* Takes the top one away when the present call is over. */
void ui_pop(struct ui *ui);

/* ---- what happened ---- */

/* Whether the call went well; else the status line says why. */
bool ui_did(struct ui *ui, enum luntan_result result);
/* Says something in the status line; `values` ends with SAID_END. */
void ui_say(struct ui *ui, enum saying what, const struct said *values);
void ui_fail(struct ui *ui, enum saying what);
#define UI_SAY(ui, ...) ui_say_(ui, __VA_ARGS__, SAID_END)
#define ui_say_(ui, what, ...) ui_say(ui, what, (const struct said[]){__VA_ARGS__})

/* Whether somebody is logged in; else the status line says that it takes that. */
bool ui_member(struct ui *ui);

/* Takes over who one is after a login or logout: subscribes to the account's topic, counts notices. */
void ui_became(struct ui *ui);

/* ---- drawing ---- */

/* Rows between the title line and the bottom lines. */
int ui_height(const struct ui *ui);

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_FAINT, STYLE_MARK, STYLE_BAR, STYLE_ALARM, STYLE_CHOSEN };

void ui_style(enum style style);

/* Draws a text from (row, column) in at most `columns` columns. Returns the columns taken. */
int ui_text(int row, int column, int columns, struct text text);
/* A saying in the reader's language. */
int ui_words(struct ui *ui, int row, int column, int columns, enum saying what);
/* Fills the rest of a row with blanks of the present style. */
void ui_fill(int row, int column, int columns);

/* ---- asking ---- */

/* Waits for the next key while events go on arriving. False: the program is to end. */
bool ui_key(struct ui *ui, struct key *out);

/*
 * Asks in the status line, after a failure that stands there. One of the letters in `answers`, lower case; 0 for
 * Escape or any other key.
 */
char ui_choose(struct ui *ui, enum saying question, const char *answers);

/* Asks for a line of text; `out` may hold one to start with. False for Escape. */
bool ui_ask(struct ui *ui, enum saying question, char *out, size_t cap);

/* Gives the terminal to another program, and takes it back. */
void ui_suspend(void);
void ui_resume(struct ui *ui);

/* Asks for a redraw of everything. */
void ui_refresh(struct ui *ui);

/* The subscription made last, or 0 where the call failed. */
uint32_t ui_subscribe(struct ui *ui, enum topic topic, uint64_t id, struct text since);
void ui_unsubscribe(struct ui *ui, uint32_t subscription);

/* ---- the screens ---- */

void screen_boards(struct ui *ui);
void screen_threads(struct ui *ui, uint64_t board);
/* `floor`: where to start; 0 for the first unread post. */
void screen_read(struct ui *ui, uint64_t thread, uint64_t floor);
void screen_notices(struct ui *ui);
void screen_drafts(struct ui *ui);
void screen_queue(struct ui *ui);
void screen_login(struct ui *ui);
void screen_help(struct ui *ui);

#endif
