/* Choosing one value of an enumeration from a list on the screen. Waits for the choice while events go on arriving. One thread. */
#ifndef LUNTAN_TERMINAL_PICK_H
#define LUNTAN_TERMINAL_PICK_H

#include "terminal/ui.h"

/* The value chosen, above 0; 0: none was. Values from 1 on are offered, each with a letter. */
uint32_t pick_value(struct ui *ui, enum saying question, const struct enumeration *e);

#endif
