/*
 * The sanctions that one is under, as the terminal tells of them: at sign-in, and after each refusal for one, with when it ends in the
 * reader's own time and the command by which one appeals.
 *
 * Owns nothing. One thread.
 */
#ifndef LUNTAN_TERMINAL_SANCTIONED_H
#define LUNTAN_TERMINAL_SANCTIONED_H

#include "terminal/terminal.h"

/* Writes what it is, where, until when and why, and how to appeal, each on a line of its own. */
void sanctioned_put(struct terminal *t, FILE *out, const struct sanction_record *sanction);

/* How to appeal from it, or that one has; nothing where one cannot. */
void sanctioned_appeal(struct terminal *t, FILE *out, const struct sanction_record *sanction);

/* After the words of a refusal, on standard error: when it ends, and how to appeal. Nothing where it was for no sanction. */
void sanctioned_refused(struct terminal *t, const struct error_payload *refusal);

/* Writes all that are in force, where there are any; for whoever has just signed in. */
MUST_USE enum luntan_result sanctioned_greet(struct terminal *t, FILE *out);

#endif
