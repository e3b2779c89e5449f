/* One item of the queue: claimed while it is on the screen, decided on by a key, then the next. A screen of ui.h; one thread. */
#ifndef LUNTAN_TERMINAL_SCREEN_ITEM_H
#define LUNTAN_TERMINAL_SCREEN_ITEM_H

#include "terminal/ui.h"

void screen_item(struct ui *ui, uint64_t item);

#endif
