/*
 * Forms and queries: application/x-www-form-urlencoded (the URL standard's rules) and multipart/form-data (RFC 7578).
 *
 * Pure; any thread. Nothing is taken that is not UTF-8 or holds NUL. Line ends in a form's values, which browsers
 * send as CR LF, become LF, as they were typed. Files in a multipart form are refused until something takes them.
 */
#ifndef LUNTAN_SERVER_HTTP_FORM_H
#define LUNTAN_SERVER_HTTP_FORM_H

#include "protocol/status.h"
#include "protocol/text.h"
#include "server/util/arena.h"

enum { FORM_FIELDS = 64 };

struct form_field {
    struct text name, value;
};

struct form {
    struct form_field fields[FORM_FIELDS];
    uint32_t count;
};

/* Whether all of it could be read; `form` is filled from `arena`, or empty. `type` is the request's Content-Type. */
MUST_USE bool form_read(struct form *form, struct text type, struct text body, struct arena *arena);
/* The same for a query string. */
MUST_USE bool form_read_query(struct form *form, struct text query, struct arena *arena);
/* The value of the first field with this name, or absent. */
struct text form_get(const struct form *form, const char *name);
/* One piece of a path, its escapes undone. False: not UTF-8, NUL, a slash, or a broken escape. */
MUST_USE bool form_unescape(struct text escaped, struct arena *arena, struct text *out);

#endif
