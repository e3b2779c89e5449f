/*
 * What several of the pages that are read show: rows of threads, small forms of one button, pages of a list.
 *
 * Only makes values for templates (thread_row.html, button.html, pager.html); asks the core nothing. Reader threads, in views.
 */
#ifndef LUNTAN_SERVER_WEB_PIECES_H
#define LUNTAN_SERVER_WEB_PIECES_H

#include "server/web/page.h"

/*
 * Adds one thread to a list whose items are shown by thread_row.html: members thread, replies, author, fresh (a path to the first
 * unread post, for whoever has read part of it). `thread` must outlive the rendering.
 */
struct object *piece_thread(struct list *rows, const struct thread_record *thread);

/*
 * Adds a form of one button to a list, for people who are signed in: shown by button.html. `field` and `value` are sent along; an
 * absent field sends nothing but the form.
 */
void piece_button(struct page *p, struct list *buttons, struct text action, const char *field, struct text value, enum words words);

/* Where a pager's links lead; absent: there is no such page. */
struct pager {
    struct text first, previous, next, last;
};

/* Adds the object `pager` for pager.html, unless there is one page only. */
void piece_pager(struct object *o, const struct pager *pager);

/* A person's name to show, which is the handle where none was chosen. */
struct text piece_name(struct text name, struct text handle);

/* The member `waits`: what the reader writes on the board, in the thread (or NULL), is shown only after a moderator has looked at it. */
void piece_waits(struct object *o, const struct board_record *board, const struct thread_record *thread);

/* What a refused act is told above the page that is shown again: the member `refused`. */
void piece_refused(struct page *p, struct object *o);

#endif
