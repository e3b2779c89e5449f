/*
 * The command line, by the tables of verbs.def and options.def.
 *
 * Options may stand anywhere, as `--name value` or `--name=value`; `--` ends them; `-` alone is an argument. The
 * verb is the row whose words are the longest match of the first arguments. Everything borrows from argv.
 * Pure; any thread.
 */
#ifndef LUNTAN_TERMINAL_ARGUMENTS_H
#define LUNTAN_TERMINAL_ARGUMENTS_H

#include <stdint.h>
#include <stdio.h>

#include "protocol/limits.h"
#include "protocol/text.h"
#include "terminal/say.h"

struct terminal;
struct arguments;

/* What the program answers to its caller. */
enum outcome {
    OUTCOME_DONE = 0,
    OUTCOME_REFUSED = 1, /* by the server, or because it could not be reached or something failed here */
    OUTCOME_USAGE = 2,
};

enum option {
#define OPTION(NAME, name, value, zh, en) OPTION_##NAME,
#include "terminal/options.def"
#undef OPTION
    OPTIONS,
};

enum { ARGUMENTS = 8 }; /* most that any verb takes, its words included */

struct verb {
    const char *words, *arguments;
    uint64_t options; /* bits, one for each of enum option */
    struct text zh, en;
    enum outcome (*run)(struct terminal *t, const struct arguments *a);
};

struct arguments {
    const struct verb *verb;         /* NULL: none given */
    const char *at[ARGUMENTS];       /* what follows the verb's words; NULL past the last */
    unsigned count;
    const char *option[OPTIONS];     /* NULL: not given; "" for a switch */
    const char *tags[LIMIT_TAGS + 1]; /* every --tag; one more than allowed is kept so that the server can say so */
    unsigned tag_count;
};

extern const struct verb verbs[];
extern const unsigned verbs_count;

/*
 * Reads the command line. On a mistake, false, and `wrong` says which (SAY_ for a person) with the word
 * that was wrong in `word`.
 */
bool arguments_read(int argc, char *const *argv, struct arguments *out, enum saying *wrong, struct text *word);

/* A number in decimal digits. False where it is none. */
bool arguments_number(const char *word, uint64_t *out);

/* Writes the overview of all verbs, or one verb's usage. */
void arguments_help(FILE *out, bool english);
void arguments_usage(FILE *out, bool english, const struct verb *verb);

#endif
