/* What is needed to decide on an item, as a text to be read: what came before it, the text, what it changes, flags, its author. One thread. */
#ifndef LUNTAN_TERMINAL_ITEM_SHEET_H
#define LUNTAN_TERMINAL_ITEM_SHEET_H

#include "terminal/sheet.h"

/* Fills the empty sheet from the item and the answer that it came in. */
void item_sheet(struct terminal *t, struct sheet *sheet, const struct item_record *item, const struct item_get_reply *of);

#endif
