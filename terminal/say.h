/*
 * Everything that the program says to people, in both languages (text.def). No words stand in the code.
 *
 * A saying may hold places {1} to {9}, filled with the values given; texts among them pass through display.h,
 * so that what others wrote is harmless here too. No state; any thread.
 *
 *     say(stderr, english, SAY_FIRST_CONTACT, SAID_TEXT(server), SAID_TEXT(fingerprint));
 */
#ifndef LUNTAN_TERMINAL_SAY_H
#define LUNTAN_TERMINAL_SAY_H

#include <stdint.h>
#include <stdio.h>

#include "protocol/text.h"

enum saying {
#define SAYING(NAME, zh, en) SAY_##NAME,
#include "terminal/text.def"
#undef SAYING
};

struct said {
    struct text text; /* when `at` is not NULL */
    uint64_t number;
    bool last;
};

#define SAID_TEXT(value) ((struct said){(value), 0, false})
#define SAID_NUMBER(value) ((struct said){{NULL, 0}, (value), false})
#define SAID_END ((struct said){{NULL, 0}, 0, true})

/* The saying as it stands, without values. */
struct text say_text(bool english, enum saying what);

/* Writes the saying with its values, without a line's end. `values` ends with SAID_END. */
void say_values(FILE *out, bool english, enum saying what, const struct said *values);

/* The same into `out`, of `cap` bytes, terminated and cut where it is too small. */
void say_into(char *out, size_t cap, bool english, enum saying what, const struct said *values);

/* The first writes the saying and ends the line. */
#define say(out, english, ...) (say_part(out, english, __VA_ARGS__), (void)fputc('\n', out))
#define say_part(out, english, ...) SAY_WITH(out, english, __VA_ARGS__, SAID_END)
#define SAY_WITH(out, english, what, ...) say_values(out, english, what, (const struct said[]){__VA_ARGS__})

#endif
