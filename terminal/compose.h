/*
 * Writing on a screen: the editor takes the terminal, then the person decides what becomes of the text.
 *
 * Whatever happens the text is kept: as a draft on the server, or in a file here when the server cannot be reached. One thread.
 */
#ifndef LUNTAN_TERMINAL_COMPOSE_H
#define LUNTAN_TERMINAL_COMPOSE_H

#include "terminal/ui.h"
#include "terminal/writing.h"

/* Takes `w` from the editor to its place. True where it was posted: `out` says where. Frees `w`. */
bool compose(struct ui *ui, struct writing *w, struct written *out);

#endif
