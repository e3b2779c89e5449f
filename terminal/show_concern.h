/*
 * What people raise and moderation's figures for people to read; as show.h, which lists them.
 */
#ifndef LUNTAN_TERMINAL_SHOW_CONCERN_H
#define LUNTAN_TERMINAL_SHOW_CONCERN_H

#include "terminal/terminal.h"

void show_concern(struct terminal *t, const void *record);
/* A digest_reply: its sums, then its posts by kind of work, board and thread. */
void show_digest(struct terminal *t, const void *reply);
void show_figure(struct terminal *t, const void *record);

#endif
