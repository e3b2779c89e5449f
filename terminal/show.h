/*
 * Records for people to read: one function for each kind of thing that verbs list, and the choice between that and JSON.
 *
 * Everything that came from the forum passes through display.h. No state; one thread.
 */
#ifndef LUNTAN_TERMINAL_SHOW_H
#define LUNTAN_TERMINAL_SHOW_H

#include "terminal/terminal.h"

/* Writes one record: an object with --json, else a line or paragraph by `show`. */
void show_record(struct terminal *t, const struct shape *shape, const void *record, void (*show)(struct terminal *t, const void *record));

/* The same for every record of a list, which is consumed; at most `most`. Returns how many were written. */
uint64_t show_list(struct terminal *t, struct items *list, const struct shape *shape, void (*show)(struct terminal *t, const void *record),
                   uint64_t most);

/* Each takes the record that its name says. */
void show_board(struct terminal *t, const void *record);
void show_thread(struct terminal *t, const void *record);
void show_post(struct terminal *t, const void *record);
void show_account(struct terminal *t, const void *record);
void show_session(struct terminal *t, const void *record);
void show_notice(struct terminal *t, const void *record);
void show_draft(struct terminal *t, const void *record);
void show_draft_whole(struct terminal *t, const void *record);
void show_revision(struct terminal *t, const void *record);
void show_watch(struct terminal *t, const void *record);
void show_hit(struct terminal *t, const void *record);
void show_feed(struct terminal *t, const void *record);
void show_feed_key(struct terminal *t, const void *record);
void show_change(struct terminal *t, const void *record);

#endif
