/*
 * Where one goes on after something was sent that has to wait for a moderator. On the loop, from an act's `done`.
 */
#ifndef LUNTAN_SERVER_WEB_SUBMISSIONS_PAGE_H
#define LUNTAN_SERVER_WEB_SUBMISSIONS_PAGE_H

#include "server/web/page.h"

/* To the submission, with a word that it waits. */
void submission_go(struct page *p, struct text held);

#endif
