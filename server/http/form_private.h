/* What the two kinds of forms share. Private to form.c and multipart.c. */
#ifndef LUNTAN_SERVER_HTTP_FORM_PRIVATE_H
#define LUNTAN_SERVER_HTTP_FORM_PRIVATE_H

#include "server/http/form.h"

/* Adds a field. False: there are too many. */
MUST_USE bool form_add(struct form *form, struct text name, struct text value);
/* Makes every CR LF, and CR alone, LF, in place; returns the length. */
size_t form_line_ends(char *at, size_t len);
/* multipart/form-data, whose boundary the rest of its Content-Type, after the semicolon, names. */
MUST_USE bool form_read_multipart(struct form *form, struct text parameters, struct text body, struct arena *arena);
/*
 * The value of a parameter in `; name=value; name="value"` (RFC 9110 section 5.6.6), without quotes; absent: there is none.
 * Escapes in it stay.
 */
struct text form_parameter(struct text parameters, struct text name);

#endif
