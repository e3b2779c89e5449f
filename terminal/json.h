/*
 * Records as JSON, and back: generic over the shapes of the protocol's tables, so that no message has
 * code of its own here.
 *
 * Writing: an object whose fields are named as in the protocol. Numbers are numbers, enumerations go by name, bytes as
 * lower-case hex, lists as arrays, composites as objects. What is absent (0, false, the first value of an
 * enumeration, no text, an empty list) is left out unless the table says NEED, exactly as on the wire.
 * Control characters, those that steer the reading direction included, are escaped, so that a line of JSON
 * on a terminal is harmless and still exact.
 *
 * Reading: straight into the wire's encoding, because composites are kept as the bytes that encode them.
 *
 * No memory of its own, no state; any thread.
 */
#ifndef LUNTAN_TERMINAL_JSON_H
#define LUNTAN_TERMINAL_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "protocol/messages.h"

/* Writes `text` as a JSON string, with its quotes. Bytes that are no UTF-8 become U+FFFD. */
void json_put_text(FILE *out, struct text text);

/* Writes bytes as a JSON string of lower-case hex. */
void json_put_bytes(FILE *out, struct text bytes);

/* Writes the object, without a line's end. */
void json_put(FILE *out, const struct shape *shape, const void *in);

/* Writes the object's members only, each after a comma if `more`; for objects that hold something beside them. */
void json_put_members(FILE *out, const struct shape *shape, const void *in, bool more);

/*
 * Appends to `w` the map that encodes the object. A field that the shape does not have, or that has another kind of
 * value or an unknown name of an enumeration, fails with BAD_FIELD, as does a field that is needed and missing;
 * TOO_LARGE where `w` is too small. `fault` then names the field.
 */
MUST_USE enum status json_get(const struct shape *shape, const json_t *object, struct wire_writer *w, struct fault *fault);

/* Reads hex digits of either case into `out`. The number of bytes, or -1 if it is no hex or more than `cap` bytes. */
int json_hex(struct text hex, uint8_t *out, size_t cap);

#endif
