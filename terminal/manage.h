/* What moderators do to a thread, asked for in the status line: pin, lock, feature, move. One thread. */
#ifndef LUNTAN_TERMINAL_MANAGE_H
#define LUNTAN_TERMINAL_MANAGE_H

#include "terminal/ui.h"

/* Asks what is to be done and does it. Whether something was changed. */
bool manage_thread(struct ui *ui, const struct thread_record *thread);

#endif
