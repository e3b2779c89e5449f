/* A directory of a test's own, gone when the test is over. */
#ifndef LUNTAN_TESTS_UNIT_TEMPORARY_H
#define LUNTAN_TESTS_UNIT_TEMPORARY_H

struct temporary {
    char path[64];
};

/* Makes an empty directory with mode 0700. Ends the program if it cannot. */
void temporary_make(struct temporary *temporary);

/* Removes it and everything in it. */
void temporary_remove(const struct temporary *temporary);

#endif
