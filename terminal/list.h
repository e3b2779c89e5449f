/* A list on a screen: which line is chosen and which is at the top. Pure; no memory. */
#ifndef LUNTAN_TERMINAL_LIST_H
#define LUNTAN_TERMINAL_LIST_H

#include "terminal/ui.h"

struct list {
    int count, chosen, top;
};

/* Moves by a key. False where the key does not move. `height`: lines of the list that are seen at once. */
bool list_key(struct list *list, struct key key, int height);

/* Brings `chosen` and `top` into the bounds of the list and the height. */
void list_settle(struct list *list, int height);

#endif
