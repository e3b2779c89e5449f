/* The tables as one JSON object, for tests and tools in other languages. */
#include <string.h>

#include "protocol/spec/spec.h"

static void put_string(const char *string)
{
    putchar('"');
    for (const char *at = string; *at; at++) {
        if (*at == '"' || *at == '\\')
            putchar('\\');
        putchar(*at);
    }
    putchar('"');
}

static void put_pair(const char *key, const char *value)
{
    put_string(key);
    putchar(':');
    put_string(value);
}

static void put_fields(const struct shape *shape)
{
    putchar('[');
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *f = &shape->fields[i];
        const char *limit = limit_of(shape, f);
        printf("%s{\"key\":%u,\"need\":%s,\"max\":%u,", i ? "," : "", (unsigned)f->key, f->need ? "true" : "false", f->max);
        put_pair("name", f->name);
        putchar(',');
        put_pair("kind", kind_name(f->kind));
        if (limit) {
            putchar(',');
            put_pair("limit", limit);
        }
        if (f->enumeration) {
            putchar(',');
            put_pair("enum", f->enumeration->name);
        }
        if (f->record)
            printf(",\"record\":\"%.*s\"", (int)(strlen(f->record->name) - strlen("_record")), f->record->name);
        putchar('}');
    }
    putchar(']');
}

static void put_messages(void)
{
    printf("\"messages\":[");
    for (uint32_t i = 0; i < messages_count; i++) {
        const struct message *m = &messages[i];
        printf("%s{\"op\":%u,\"since\":%u,", i ? ",\n" : "\n", (unsigned)m->op, (unsigned)m->since);
        put_pair("name", m->name);
        putchar(',');
        put_pair("where", where_name(m->where));
        putchar(',');
        put_pair("who", who_name(m->who));
        if (m->request) {
            printf(",\"request\":");
            put_fields(m->request);
        }
        printf(",\"%s\":", m->request ? "reply" : "event");
        put_fields(m->reply);
        putchar('}');
    }
    printf("],\n");
}

static void put_enumerations(void)
{
    printf("\"enums\":{");
    for (size_t i = 0; i < enumerations_count; i++) {
        const struct enumeration *e = enumerations[i];
        printf("%s\"%s\":{\"fallback\":%u,\"values\":{", i ? ",\n" : "\n", e->name, e->fallback);
        for (uint32_t j = 0; j < e->count; j++)
            printf("%s\"%s\":%u", j ? "," : "", e->values[j].name.at, e->values[j].number);
        printf("}}");
    }
    printf("},\n");
}

int spec_json(void)
{
    printf("{");
    put_messages();
    printf("\"records\":{");
    for (size_t i = 0; i < records_count; i++) {
        printf("%s\"%s\":", i ? ",\n" : "\n", records[i].name);
        put_fields(records[i].shape);
    }
    printf("},\n\"error\":");
    put_fields(&shape_error);
    printf(",\n\"goaway\":");
    put_fields(&shape_goaway);
    printf(",\n");
    put_enumerations();
    printf("\"statuses\":{");
    for (size_t i = 0; i < statuses_count; i++)
        printf("%s\"%s\":{\"number\":%u,\"retryable\":%s}", i ? ",\n" : "\n", statuses[i].name, statuses[i].number,
               statuses[i].retryable ? "true" : "false");
    printf("},\n\"limits\":{");
    for (size_t i = 0; i < limits_count; i++)
        printf("%s\"%s\":%llu", i ? ",\n" : "\n", limits[i].name, (unsigned long long)limits[i].value);
    printf("},\n\"kinds\":{");
    for (size_t i = 0; i < frame_kinds_count; i++)
        printf("%s\"%s\":%u", i ? "," : "", frame_kinds[i].name, frame_kinds[i].number);
    printf("}}\n");
    return 0;
}
