/*
 * An item of the queue, shown and remembered: what a decision has to carry, and the text that it is about.
 *
 * On the thread that runs the program.
 */
#ifndef LUNTAN_TERMINAL_LOOKING_H
#define LUNTAN_TERMINAL_LOOKING_H

#include "terminal/terminal.h"

enum { LOOKING_HASH = 32 };

/* Asks for the item, shows it unless `quiet`, and keeps the hash of what was shown where `hash` is not NULL. */
enum outcome looking_at(struct terminal *t, uint64_t item, bool quiet, char hash[LOOKING_HASH]);

/* It was changed since it had this hash: shows how, where the server still knows. Nothing is said otherwise. */
void looking_changes(struct terminal *t, uint64_t item, const char hash[LOOKING_HASH]);

#endif
