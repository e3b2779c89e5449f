/*
 * Copies of records that outlive the answer they came in, for screens.
 *
 * A copy is one piece of memory: the struct of the shape, then every text, byte string and list that it holds, with the
 * struct's members pointing there. Freed by free(). No state; any thread.
 */
#ifndef LUNTAN_TERMINAL_RECORD_H
#define LUNTAN_TERMINAL_RECORD_H

#include "protocol/messages.h"

/* A copy of the record, or NULL without memory. */
void *record_copy(const struct shape *shape, const void *record);

#endif
