/*
 * What the program keeps between runs, for one person: sessions' tokens, the pins of servers, and texts that could
 * not be sent; in $XDG_STATE_HOME/luntan (or ~/.local/state/luntan), readable by nobody else.
 *
 * Sessions stand in one file, `sessions`, a line each, the newest login first: server, handle, token in hex. It is
 * replaced as a whole (written aside, flushed, renamed) under a lock, so that two programs at once lose
 * nothing. Copies of tokens made here are wiped after use. One thread.
 */
#ifndef LUNTAN_TERMINAL_KEEP_H
#define LUNTAN_TERMINAL_KEEP_H

#include "protocol/text.h"

struct keep;

/* Finds, and if need be makes, the directory. NULL where there is no home to put it in, or no memory. */
struct keep *keep_open(void);
void keep_free(struct keep *keep);

/* The file of pins, for the library. */
const char *keep_pins(const struct keep *keep);

/*
 * The saved session of `handle` on `server`, or with an empty handle the newest there. Copies the
 * handle as saved and the token; false where there is none.
 */
bool keep_find(struct keep *keep, const char *server, const char *handle, char *handle_out, size_t handle_cap, unsigned char token[32]);

/* Saves a session as the newest; one of the same server and handle is replaced. False: errno says why. */
bool keep_save(struct keep *keep, const char *server, struct text handle, const unsigned char token[32]);

/* Forgets a session. False: errno says why. */
bool keep_forget(struct keep *keep, const char *server, const char *handle);

/*
 * Writes a text that could not be sent into a file of its own beside the sessions, so that it is not lost.
 * Its path in `path`, terminated; false where even that failed: errno says why.
 */
bool keep_rescue(struct keep *keep, struct text text, char *path, size_t cap);

#endif
