/*
 * Splitting and merging, as verbs and screens ask for it: floors as people write them, and the look before the decision.
 *
 * On the thread that runs the program.
 */
#ifndef LUNTAN_TERMINAL_SPLITTING_H
#define LUNTAN_TERMINAL_SPLITTING_H

#include "client-lib/luntan.h"

enum { SPLITTING_HASH = 32 };

/* Floors and the hash of what stands there, ready for a request. Not to be copied. */
struct splitting {
    struct items floors;
    uint8_t hash[SPLITTING_HASH];
    uint8_t bytes[32 * LIMIT_SPLIT_FLOORS];
};

/* Reads floors such as "3-7,9"; absent: none, which stands for all. False: they are no such list, or too long a one. */
bool splitting_floors(struct splitting *s, struct text list);

/* Takes the hash of what stands there now; `posts` becomes how many that are, where it is not NULL. */
enum luntan_result splitting_look(struct luntan *forum, struct splitting *s, uint64_t thread, uint64_t *posts);

#endif
