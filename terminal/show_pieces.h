/*
 * Pieces of lines that show records: texts, words, times, people. They go to standard output, what came from the forum through display.h.
 */
#ifndef LUNTAN_TERMINAL_SHOW_PIECES_H
#define LUNTAN_TERMINAL_SHOW_PIECES_H

#include "terminal/terminal.h"

void show_put(struct text text);
/* A text after a separator, if there is one; and so our own words, and a time. */
void show_put_more(struct text text);
void show_put_said(struct terminal *t, enum saying what);
void show_put_time(uint64_t ms);
void show_put_hex(struct text bytes);
/* Handle, and the name where it says more. */
void show_put_person(struct text handle, struct text name);

enum { TOMBSTONE_ROOM = 256 + 4 * LIMIT_TITLE };

/* What stands where a post is no longer read, and the rule that it broke, as a line without its end. */
void show_tombstone(struct terminal *t, const struct post_record *post, char line[TOMBSTONE_ROOM]);

#endif
