/*
 * The posts of one thread as a reader moves through them: a window of the thread, wrapped to the screen's width.
 *
 * The window is a run of neighbouring floors, fetched page by page in both directions as one comes near its ends, and never
 * larger than PAGES_MOST posts, so that a thread of any length costs the same. A post's rows are: its head, the
 * floor it answers, its lines, a blank. Positions are a post of the window and a row in it.
 *
 * Owns copies of the posts. Does the calls that fetch; draws nothing. One thread.
 */
#ifndef LUNTAN_TERMINAL_PAGES_H
#define LUNTAN_TERMINAL_PAGES_H

#include "terminal/ui.h"

enum { PAGES_MOST = 400 };

struct page_post {
    struct post_record *post; /* a copy */
    size_t *breaks;           /* where each line of the body starts, in bytes; NULL: not wrapped yet */
    int lines;
};

struct pages {
    uint64_t thread;
    struct thread_record *header; /* a copy, or NULL */
    bool may_reply;
    struct page_post posts[PAGES_MOST + LIMIT_PAGE_ITEMS];
    int count;
    bool at_end;                  /* the window holds the newest floor */
    int columns;                  /* that lines are wrapped to */
    int top, row;                 /* the first row seen: a post and a row of it */
    char cursor[LIMIT_CURSOR];    /* to follow the thread from */
    size_t cursor_len;
};

void pages_clear(struct pages *p);

/* Fetches the window anew around a floor; 0 for the newest. The position is its head. False: see the status line. */
bool pages_open(struct ui *ui, struct pages *p, uint64_t floor);

/* Rows of a post of the window. */
int pages_rows(struct pages *p, int at);

/* Line `line` of a post's body. */
struct text pages_line(struct pages *p, int at, int line);

/* Lines are to have this many columns from now on. */
void pages_wrap(struct pages *p, int columns);

/* Moves the position by rows, fetching where the window ends; `height` rows are seen, and the last post stays at the bottom. */
void pages_scroll(struct ui *ui, struct pages *p, int rows, int height);

/* Moves to a post's head: the next one, the one before. */
void pages_step(struct ui *ui, struct pages *p, int posts, int height);

/* The post at the top of the screen, or NULL. */
const struct post_record *pages_current(const struct pages *p);

/* The post of a floor in the window, or NULL. */
const struct post_record *pages_find(const struct pages *p, uint64_t floor);

/* The highest floor of which the last row is among the `height` rows seen; 0 for none. */
uint64_t pages_seen(struct pages *p, int height);

/* Takes in a post that was made or changed. Whether it is one that was not there before. */
bool pages_take(struct pages *p, const struct post_record *post);

#endif
