/*
 * Sanctions as pages tell of them: to whom they concern above every page as long as they last, and in place of a form that they take
 * away, each with its reason, scope and end, and the way to appeal.
 *
 * Makes values for the template sanction_note, and asks the core for the reader's own. Reader threads, in views.
 */
#ifndef LUNTAN_SERVER_WEB_SANCTIONED_H
#define LUNTAN_SERVER_WEB_SANCTIONED_H

#include "server/web/page.h"

/* Adds one to a list: members sanction, board (its name; absent: the site), appeal_path. `sanction` must outlive the rendering. */
struct object *sanctioned_row(struct page *p, struct list *rows, const struct sanction_record *sanction);

/* Adds the list `sanctions` of those on the reader that are in force now, if there are any. */
void sanctioned_note(struct page *p, struct object *frame);

/* The same of those that keep the reader from writing on this board. False: none does. */
bool sanctioned_on(struct page *p, struct object *o, struct text slug);

#endif
