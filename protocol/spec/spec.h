/*
 * The generator of what people and other programs read about the wire: REFERENCE.md, luntan.cddl, the list
 * of released keys, the tables as JSON, and sample payloads. Everything comes from the same tables as the
 * codec, so that the documents cannot disagree with the program.
 *
 * A program for the build, never installed: one thread, prints to standard output, no input but the tables.
 */
#ifndef LUNTAN_PROTOCOL_SPEC_H
#define LUNTAN_PROTOCOL_SPEC_H

#include <stdio.h>

#include "protocol/frame.h"
#include "protocol/messages.h"

/* What the tables say beyond what the codec keeps. */

struct record_row {
    const char *name, *doc;
    const struct shape *shape;
};
extern const struct record_row records[];
extern const size_t records_count;

extern const struct enumeration *const enumerations[];
extern const size_t enumerations_count;

struct limit_row {
    const char *name, *unit, *reason;
    uint64_t value;
};
extern const struct limit_row limits[];
extern const size_t limits_count;

struct status_row {
    const char *name, *zh, *en;
    unsigned number;
    bool retryable;
};
extern const struct status_row statuses[];
extern const size_t statuses_count;

struct kind_row {
    const char *name, *doc;
    unsigned number;
};
extern const struct kind_row frame_kinds[];
extern const size_t frame_kinds_count;

/* A payload of the protocol: a message's half, an event, a composite, an error or a goaway. */
struct payload {
    const char *part;     /* "request", "reply", "event", "record", "error", "goaway" */
    const char *name;     /* of the message or composite */
    const struct shape *shape;
    const char *doc;
};

/* Calls `visit` for every payload: requests, replies, events, error, goaway, then composites. */
void payloads_visit(void (*visit)(const struct payload *payload, void *context), void *context);

/* The name of the limit that bounds a field, as hello announces it; NULL where a plain number does, or nothing. */
const char *limit_of(const struct shape *shape, const struct field *field);

/* The words of the tables for kinds, places and people. */
const char *kind_name(enum field_kind kind);
const char *where_name(enum message_where where);
const char *who_name(enum message_who who);

/* Each prints one document. 0, or 1 where something is wrong with the tables. */
int spec_reference(void);
int spec_cddl(void);
int spec_keys(void);
int spec_json(void);
int spec_samples(void);

/* Compares the released keys in the file at `path` with the tables; says what was lost or changed. 0 where nothing was. */
int spec_check(const char *path);

/* Writes one line for each released fact to `out`. */
void keys_write(FILE *out);

#endif
