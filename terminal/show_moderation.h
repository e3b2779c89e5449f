/*
 * Records of moderation for people to read; as show.h, which lists them.
 */
#ifndef LUNTAN_TERMINAL_SHOW_MODERATION_H
#define LUNTAN_TERMINAL_SHOW_MODERATION_H

#include "terminal/terminal.h"

/* Each takes the record that its name says. */
void show_item(struct terminal *t, const void *record);
void show_held(struct terminal *t, const void *record);
void show_held_whole(struct terminal *t, const void *record);
void show_flag(struct terminal *t, const void *record);
void show_decision(struct terminal *t, const void *record);
void show_sanction(struct terminal *t, const void *record);

#endif
