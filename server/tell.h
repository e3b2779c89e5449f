/*
 * What the daemon says to whoever starts it: text.def in the reader's language, with values filled in.
 *
 * Values may come from files and command lines; control characters among them are shown as `?`, so that
 * nothing written there reaches a terminal as anything but text. No state; any thread. (What happens while
 * it serves goes into the log instead, util/log.h.)
 *
 *     complain(&complaint, english, "etc/luntan.conf:12", "loops", TELL_NUMBER, TOLD("0", "64", "many"));
 */
#ifndef LUNTAN_SERVER_TELL_H
#define LUNTAN_SERVER_TELL_H

#include <stdbool.h>
#include <stddef.h>

enum telling {
#define TELLING(NAME, zh, en) TELL_##NAME,
#include "server/text.def"
#undef TELLING
};

/* Values for {1}, {2}, ...; each a NUL-terminated string. */
#define TOLD(...) ((const char *const[]){__VA_ARGS__, NULL})
#define TOLD_NOTHING ((const char *const[]){NULL})

/* Writes the words into `out`, of `cap` bytes, cut where it is too small and terminated. */
void tell_into(char *out, size_t cap, bool english, enum telling what, const char *const *values);

/* A refusal for a person: where, what about, and what is wrong with it. One line without its end. */
struct complaint {
    char text[1536];
};

/* Fills the complaint. `where` (a file and line) and `about` (a key) may be NULL. Always gives false. */
bool complain(struct complaint *complaint, bool english, const char *where, const char *about, enum telling what,
              const char *const *values);

#endif
