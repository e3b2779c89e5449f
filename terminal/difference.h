/*
 * What changed between two texts, line by line, for people.
 *
 * Pure but for the stream; any thread.
 */
#ifndef LUNTAN_TERMINAL_DIFFERENCE_H
#define LUNTAN_TERMINAL_DIFFERENCE_H

#include <stdio.h>

#include "protocol/text.h"

/* Lines that went with "- " before them, those that came with "+ "; of what stayed only how many lines between, as "  ...". */
void difference_show(FILE *out, struct text before, struct text after);

#endif
