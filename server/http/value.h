/*
 * Values of header fields, as every part of HTTP reads them (RFC 9110 section 5.5): blanks around them do not count, and
 * names of parameters, codings and types are compared without case. Pure; any thread.
 */
#ifndef LUNTAN_SERVER_HTTP_VALUE_H
#define LUNTAN_SERVER_HTTP_VALUE_H

#include <strings.h>

#include "protocol/text.h"

/* The value without spaces and tabs around it. */
static inline struct text value_trim(struct text value)
{
    while (value.len && (value.at[0] == ' ' || value.at[0] == '\t'))
        value.at++, value.len--;
    while (value.len && (value.at[value.len - 1] == ' ' || value.at[value.len - 1] == '\t'))
        value.len--;
    return value;
}

/* Whether both are the same but for the case of ASCII letters. */
static inline bool value_same(struct text a, struct text b)
{
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

/* Whether `value` begins with `prefix` but for the case of ASCII letters. */
static inline bool value_begins(struct text value, struct text prefix)
{
    return value.len >= prefix.len && strncasecmp(value.at, prefix.at, prefix.len) == 0;
}

#endif
