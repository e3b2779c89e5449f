/*
 * The messages of luntan/1 as C structs, with one codec for all of them.
 *
 * Everything here is expanded from messages.def and types.def: `struct NAME_request`, `struct NAME_reply`,
 * `struct NAME_event`, `struct NAME_record`, and a `shape` that describes each. The codec walks shapes; no
 * message has code of its own. Pure: no I/O, no clock, no memory of its own; any thread.
 *
 * Absence. A field that is absent reads as 0, false, a text with `at` NULL, or an empty list; a field with
 * that value is not written unless the table says NEED.
 *
 * Lists and composites are kept as the bytes that encode them (`struct items`), borrowed from the message,
 * and read one by one; to write some, encode them one by one into a writer and hand over its bytes:
 *
 *     struct wire_writer w = wire_writer_over(buffer, sizeof buffer);
 *     struct items list = items_begin(&w);
 *     items_add(&w, &list, &shape_board_record, &board);
 *     reply.boards = list;
 *
 *     struct items rest = reply.boards;
 *     while (items_next(&rest, &shape_board_record, &board)) ...
 */
#ifndef LUNTAN_PROTOCOL_MESSAGES_H
#define LUNTAN_PROTOCOL_MESSAGES_H

#include "protocol/limits.h"
#include "protocol/status.h"
#include "protocol/text.h"
#include "protocol/wire.h"

/* Encoded items, one after the other, without an array head. `at` NULL: absent. A composite is one item. */
struct items {
    const uint8_t *at;
    size_t len; /* bytes */
    uint64_t count;
};

/* ---- enumerations ---- */

#define ENUM(name) enum name {
#define VALUE(enumeration, number, NAME, name, zh, en) NAME = number,
#define ENUM_END(name, FALLBACK) };
#include "protocol/types.def"

struct enumeration_value {
    uint32_t number;
    struct text name, zh, en;
};

struct enumeration {
    const char *name;
    const struct enumeration_value *values;
    uint32_t count, fallback;
};

#define ENUM(name) extern const struct enumeration enumeration_##name;
#define VALUE(enumeration, number, NAME, name, zh, en)
#define ENUM_END(name, FALLBACK)
#include "protocol/types.def"

/* The row with this number, or the fallback's row. */
const struct enumeration_value *enumeration_by_number(const struct enumeration *e, uint64_t number);
/* The row with this name, or NULL. */
const struct enumeration_value *enumeration_by_name(const struct enumeration *e, struct text name);

/* ---- shapes ---- */

enum field_kind {
    KIND_UINT, KIND_BOOL, KIND_TEXT, KIND_BYTES, KIND_ENUM, KIND_RECORD, KIND_TEXTS, KIND_UINTS, KIND_RECORDS,
};

struct shape;

struct field {
    const char *name, *doc;
    const struct shape *record;            /* RECORD, RECORDS */
    const struct enumeration *enumeration; /* ENUM */
    uint32_t max;                          /* as in the tables; 0 for none */
    uint16_t key, offset;                  /* of the member in the struct */
    enum field_kind kind;
    bool need;
};

struct shape {
    const char *name;
    const struct field *fields; /* keys rising */
    uint32_t count;
    uint32_t size; /* of the struct, bytes */
};

/* A member of such a struct, read by its field's kind: UINT, BOOL and ENUM as `number`, TEXT and BYTES as `text`, the others as `items`. */
struct field_value {
    uint64_t number;
    struct text text;
    struct items items;
    bool present; /* whether it has anything to write */
};

/* Room for any record and any reply, for code that walks shapes it does not know. */
enum { RECORD_ROOM = 640 };

#define TYPE_UINT(ref) uint64_t
#define TYPE_BOOL(ref) bool
#define TYPE_TEXT(ref) struct text
#define TYPE_BYTES(ref) struct text
#define TYPE_ENUM(ref) enum ref
#define TYPE_RECORD(ref) struct items
#define TYPE_TEXTS(ref) struct items
#define TYPE_UINTS(ref) struct items
#define TYPE_RECORDS(ref) struct items

#define RECORD(name, doc) struct name##_record {
#define FIELD(record, key, KIND, ref, name, need, max, doc) TYPE_##KIND(ref) name;
#define RECORD_END(name) };
#include "protocol/types.def"

#define RECORD(name, doc) extern const struct shape shape_##name##_record;
#define FIELD(record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name)
#include "protocol/types.def"

/* A message without fields still needs one member in C; `none` is never encoded. */
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) struct name##_request { char none;
#define REQ(message, key, KIND, ref, name, need, max, doc) TYPE_##KIND(ref) name;
#define REPLY(name) }; struct name##_reply { char none;
#define RES(message, key, KIND, ref, name, need, max, doc) TYPE_##KIND(ref) name;
#define REQUEST_END(name) };
#define EVENT(op, name, NAME, since, doc) struct name##_event {
#define EV(message, key, KIND, ref, name, need, max, doc) TYPE_##KIND(ref) name;
#define EVENT_END(name) };
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"

#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) extern const struct shape shape_##name##_request, shape_##name##_reply;
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#define EVENT(op, name, NAME, since, doc) extern const struct shape shape_##name##_event;
#define EV(message, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"

/* An error frame's payload, the same for every request. */
struct error_payload {
    uint64_t code;
    struct text name, text, field;
    uint64_t limit;
    bool retryable;
    uint64_t retry_after;
    uint64_t line, column;
    enum reason reason;
    struct items sanction;
};
extern const struct shape shape_error;

/* A goaway frame's payload. */
struct goaway_payload {
    uint64_t code;      /* a status */
    struct text text;   /* for people */
    uint64_t last_id;   /* requests above it were not looked at */
};
extern const struct shape shape_goaway;

/* ---- the table of messages ---- */

enum message_where { WHERE_LOOP, WHERE_READ, WHERE_BULK, WHERE_WRITE, WHERE_SECRET, WHERE_KDF, WHERE_EVENT };
enum message_who { WHO_ANYONE, WHO_VISITOR, WHO_ACCOUNT };

enum op {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) MSG_##NAME = op,
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#define EVENT(op, name, NAME, since, doc) EVENT_##NAME = op,
#define EV(message, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc) EVENT_##NAME = op,
#include "protocol/messages.def"
};

/* Consecutive numbers of the requests, for tables indexed by them. */
enum message_index {
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) INDEX_##NAME,
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"
    MESSAGES, /* how many requests there are */
};

struct message {
    const char *name, *doc;
    const struct shape *request; /* NULL for an event */
    const struct shape *reply;   /* an event's payload, for an event */
    uint16_t op;
    uint8_t since;
    enum message_where where;
    enum message_who who;
    uint16_t index; /* of a request, below MESSAGES */
};

/* Every message, requests first and in the order of `enum message_index`. */
extern const struct message messages[];
extern const uint32_t messages_count;

/* The message with this op, or NULL. */
const struct message *message_by_op(uint16_t op);
/* The message with this name, or NULL. */
const struct message *message_by_name(struct text name);

/* ---- codec ---- */

/* What was wrong with a message: the field's name (NULL where no field can be named) and the limit passed (0 for none). */
struct fault {
    enum status status;
    const char *field;
    uint64_t limit;
};

/*
 * Decodes the map in `at` into the struct that `shape` describes. Texts, bytes and items borrow from `at`.
 * Every byte must be consumed; unknown keys are passed over; lists are checked whole, so that items_next
 * on the result cannot fail. Errors: BAD_MESSAGE, BAD_FIELD, TOO_LONG, with `fault` filled.
 */
MUST_USE enum status shape_decode(const struct shape *shape, const void *at, size_t len, void *out, struct fault *fault);

/* Appends the map that encodes `in`; a writer that is too small keeps its sticky error. */
void shape_encode(const struct shape *shape, const void *in, struct wire_writer *w);

/* The member of `in`, a struct of the shape that the field is of; for code that walks shapes. Borrows what the struct borrows. */
struct field_value shape_value(const struct field *field, const void *in);

/* Starts a list in `w`, whose further bytes belong to it until it is complete. */
struct items items_begin(const struct wire_writer *w);
/* Appends one composite to the list begun last in `w`. */
void items_add(struct wire_writer *w, struct items *list, const struct shape *shape, const void *in);
void items_add_text(struct wire_writer *w, struct items *list, struct text text);
void items_add_uint(struct wire_writer *w, struct items *list, uint64_t value);

/* Takes the first item off `list`. False at its end. The bytes must come from shape_decode or items_add. */
bool items_next(struct items *list, const struct shape *shape, void *out);
bool items_next_text(struct items *list, struct text *out);
bool items_next_uint(struct items *list, uint64_t *out);

#endif
