/*
 * The configuration file of the terminal client: $XDG_CONFIG_HOME/luntan/luntan.conf (or
 * ~/.config/luntan/luntan.conf), lines of `key = value`, `#` starts a comment line.
 *
 * Keys are names of the global options: server, ca, as, lang. The command line counts more, then the
 * environment (LUNTAN_SERVER), then the file. No state; one thread.
 */
#ifndef LUNTAN_TERMINAL_SETTINGS_H
#define LUNTAN_TERMINAL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct settings {
    char server[300], ca[4096], as[160], lang[3];
};

/* Reads the file; an absent one leaves all empty. False where a line is wrong: `line` says which. */
bool settings_read(struct settings *out, unsigned *line);

#endif
