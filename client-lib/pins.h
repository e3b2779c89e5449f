/*
 * The file of known servers: one line each, "HOST:PORT FINGERPRINT", where FINGERPRINT is the SHA-256 of the
 * certificate in 64 hex digits. Lines that begin with # are comments. A new line is added by writing the
 * whole file anew (mode 0600) and renaming it, so that no reader ever sees half of it. If two programs add
 * a line at the same moment one of the lines is lost; that server is then pinned at its next contact.
 * Reads and writes the file, nothing else; any thread.
 */
#ifndef LUNTAN_CLIENT_PINS_H
#define LUNTAN_CLIENT_PINS_H

#include <stdbool.h>

enum { FINGERPRINT_HEX = 64 };

enum pins_result { PINS_OK, PINS_UNKNOWN, PINS_FAILED };

/* Looks up `server` ("HOST:PORT"). UNKNOWN: no line, or no file. FAILED: the file cannot be read; errno says why. */
enum pins_result pins_find(const char *path, const char *server, char fingerprint[FINGERPRINT_HEX + 1]);

/* Adds a line for `server`. FAILED: the file could not be written; errno says why, and it is as it was. */
enum pins_result pins_add(const char *path, const char *server, const char *fingerprint);

#endif
