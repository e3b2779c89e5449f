/* See spec.h: the .def files once more, for what the codec does not need to know. */
#include "protocol/spec/spec.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct record_row records[] = {
#define RECORD(name, doc) {#name, doc, &shape_##name##_record},
#define FIELD(record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name)
#include "protocol/types.def"
};
const size_t records_count = COUNT(records);

const struct enumeration *const enumerations[] = {
#define ENUM(name) &enumeration_##name,
#define VALUE(enumeration, number, NAME, name, zh, en)
#define ENUM_END(name, FALLBACK)
#include "protocol/types.def"
};
const size_t enumerations_count = COUNT(enumerations);

const struct limit_row limits[] = {
#define LIMIT(NAME, name, value, unit, reason) {#name, unit, reason, value},
#include "protocol/limits.def"
#undef LIMIT
};
const size_t limits_count = COUNT(limits);

const struct status_row statuses[] = {
#define STATUS(number, NAME, name, retryable, zh, en) {#name, zh, en, number, retryable},
#include "protocol/status.def"
#undef STATUS
};
const size_t statuses_count = COUNT(statuses);

const struct kind_row frame_kinds[] = {
    {"request", "Client to server. Op and id as below; the payload is the op's request map.", FRAME_REQUEST},
    {"response", "Server to client, final. Op and id of the request; the payload is the op's reply map.", FRAME_RESPONSE},
    {"part", "Server to client. As a response, but more frames of this answer follow.", FRAME_PART},
    {"error", "Server to client, final. Op and id of the request; the payload is the error map.", FRAME_ERROR},
    {"event", "Server to client. Op of the event, id of the request that subscribed; the payload is the event's map.", FRAME_EVENT},
    {"reserved", "Not used; treated as an unknown kind.", FRAME_RESERVED},
    {"ping", "Either way. Op 0, id chosen by the sender, no payload.", FRAME_PING},
    {"pong", "Either way. Op 0, the ping's id, no payload.", FRAME_PONG},
    {"cancel", "Client to server. Op 0, id of the request that is no longer wanted, no payload.", FRAME_CANCEL},
    {"goaway", "Server to client. Op 0, id 0; the payload is the goaway map; the connection ends soon.", FRAME_GOAWAY},
};
const size_t frame_kinds_count = COUNT(frame_kinds);

/* ---- which limit bounds a field ---- */

struct bound {
    const struct shape *shape;
    unsigned key;
    const char *max; /* as written in the table */
};

static const struct bound bounds[] = {
#define RECORD(name, doc)
#define FIELD(record, key, KIND, ref, name, need, max, doc) {&shape_##record##_record, key, #max},
#define RECORD_END(name)
#include "protocol/types.def"
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc)
#define REQ(message, key, KIND, ref, name, need, max, doc) {&shape_##message##_request, key, #max},
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc) {&shape_##message##_reply, key, #max},
#define REQUEST_END(name)
#define EVENT(op, name, NAME, since, doc)
#define EV(message, key, KIND, ref, name, need, max, doc) {&shape_##message##_event, key, #max},
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"
};

struct limit_name {
    const char *constant, *name;
};

static const struct limit_name limit_names[] = {
#define LIMIT(NAME, name, value, unit, reason) {"LIMIT_" #NAME, #name},
#include "protocol/limits.def"
#undef LIMIT
};

const char *limit_of(const struct shape *shape, const struct field *field)
{
    for (size_t i = 0; i < COUNT(bounds); i++) {
        if (bounds[i].shape != shape || bounds[i].key != field->key)
            continue;
        for (size_t j = 0; j < COUNT(limit_names); j++)
            if (strcmp(limit_names[j].constant, bounds[i].max) == 0)
                return limit_names[j].name;
    }
    return NULL;
}

/* ---- words ---- */

const char *kind_name(enum field_kind kind)
{
    static const char *const names[] = {
        [KIND_UINT] = "uint",     [KIND_BOOL] = "bool",   [KIND_TEXT] = "text",
        [KIND_BYTES] = "bytes",   [KIND_ENUM] = "enum",   [KIND_RECORD] = "record",
        [KIND_TEXTS] = "texts",   [KIND_UINTS] = "uints", [KIND_RECORDS] = "records",
    };
    return names[kind];
}

const char *where_name(enum message_where where)
{
    static const char *const names[] = {
        [WHERE_LOOP] = "loop",     [WHERE_READ] = "read", [WHERE_BULK] = "bulk",   [WHERE_WRITE] = "write",
        [WHERE_SECRET] = "secret", [WHERE_KDF] = "kdf",   [WHERE_EVENT] = "event",
    };
    return names[where];
}

const char *who_name(enum message_who who)
{
    static const char *const names[] = {[WHO_ANYONE] = "anyone", [WHO_VISITOR] = "visitor", [WHO_ACCOUNT] = "account"};
    return names[who];
}

/* ---- every payload ---- */

void payloads_visit(void (*visit)(const struct payload *payload, void *context), void *context)
{
    for (uint32_t i = 0; i < messages_count; i++)
        if (messages[i].request)
            visit(&(struct payload){"request", messages[i].name, messages[i].request, messages[i].doc}, context);
    for (uint32_t i = 0; i < messages_count; i++)
        if (messages[i].request)
            visit(&(struct payload){"reply", messages[i].name, messages[i].reply, messages[i].doc}, context);
    for (uint32_t i = 0; i < messages_count; i++)
        if (!messages[i].request)
            visit(&(struct payload){"event", messages[i].name, messages[i].reply, messages[i].doc}, context);
    visit(&(struct payload){"error", "error", &shape_error, "The payload of every error frame."}, context);
    visit(&(struct payload){"goaway", "goaway", &shape_goaway, "The payload of a goaway frame."}, context);
    for (size_t i = 0; i < records_count; i++)
        visit(&(struct payload){"record", records[i].name, records[i].shape, records[i].doc}, context);
}
