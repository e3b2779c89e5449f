/*
 * The full-screen interface.
 *
 * screen_run takes over the terminal, shows one screen at a time and gives the terminal back. One thread.
 */
#ifndef LUNTAN_TERMINAL_SCREEN_H
#define LUNTAN_TERMINAL_SCREEN_H

#include "terminal/terminal.h"

/* Runs until the person leaves. */
MUST_USE enum outcome screen_run(struct terminal *t);

#endif
