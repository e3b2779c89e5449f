/* What the files of the frame (ui.c, ui_draw.c, ui_ask.c) share: the stack's entries, and starting the colors. One thread. */
#ifndef LUNTAN_TERMINAL_UI_PRIVATE_H
#define LUNTAN_TERMINAL_UI_PRIVATE_H

#include "terminal/ui.h"

struct screen {
    const struct screen_kind *kind;
    void *state;
    struct screen *below;
    bool over; /* to be taken away */
};

/* Colors where the terminal has them; called once after curses has started. */
void ui_start_colors(void);

#endif
