/*
 * luntan.cddl (RFC 8610): a rule for every payload.
 *
 * What CDDL cannot say stands in comments: characters (its .size counts bytes, so that a text of at most N
 * characters is one of at most 4 N bytes here), rising keys, shortest forms, depth.
 */
#include <string.h>

#include "protocol/spec/spec.h"

enum { BYTES_PER_CHARACTER = 4 };

/* Rule names are the tables' names with hyphens. */
static void put_rule_name(const char *name, const char *suffix)
{
    for (const char *at = name; *at; at++)
        putchar(*at == '_' ? '-' : *at);
    printf("-%s", suffix);
}

static void put_record_rule(const struct field *field)
{
    for (size_t i = 0; i < records_count; i++)
        if (records[i].shape == field->record)
            put_rule_name(records[i].name, "record");
}

static void put_sized(const char *type, uint64_t max)
{
    printf("%s", type);
    if (max)
        printf(" .size (0..%llu)", (unsigned long long)max);
}

static void put_list(const struct field *field, const char *item)
{
    printf("[0*");
    if (field->max)
        printf("%u", field->max);
    putchar(' ');
    if (item)
        printf("%s", item);
    else
        put_record_rule(field);
    putchar(']');
}

static void put_type(const struct field *field)
{
    switch (field->kind) {
    case KIND_UINT:
        printf("uint");
        break;
    case KIND_BOOL:
        printf("bool");
        break;
    case KIND_TEXT:
        put_sized("text", (uint64_t)field->max * BYTES_PER_CHARACTER);
        break;
    case KIND_BYTES:
        if (strcmp(field->name, "op_id") == 0)
            printf("operation-id");
        else
            put_sized("bytes", field->max);
        break;
    case KIND_ENUM:
        put_rule_name(field->enumeration->name, "enum");
        break;
    case KIND_RECORD:
        put_record_rule(field);
        break;
    case KIND_TEXTS:
        put_list(field, "text");
        break;
    case KIND_UINTS:
        put_list(field, "uint");
        break;
    case KIND_RECORDS:
        put_list(field, NULL);
        break;
    }
}

/* Messages' rules end in their part; error and goaway have one name only. */
static void put_payload_name(const struct payload *payload)
{
    put_rule_name(payload->name, strcmp(payload->part, payload->name) == 0 ? "payload" : payload->part);
}

static void put_rule(const struct payload *payload, void *context)
{
    (void)context;
    printf("\n; %s\n", payload->doc);
    put_payload_name(payload);
    printf(" = {\n");
    for (uint32_t i = 0; i < payload->shape->count; i++) {
        const struct field *f = &payload->shape->fields[i];
        printf("  %s%u: ", f->need ? "" : "? ", (unsigned)f->key);
        put_type(f);
        printf(", ; %s: %s\n", f->name, f->doc);
    }
    printf("  * uint => item\n}\n");
}

/* The rules of one part as alternatives. */
struct choices {
    const char *part;
    bool begun;
};

static void put_choice(const struct payload *payload, void *context)
{
    struct choices *choices = context;

    if (strcmp(payload->part, choices->part) != 0)
        return;
    printf("%s", choices->begun ? " /\n  " : "  ");
    choices->begun = true;
    put_payload_name(payload);
}

static void put_choices(const char *part)
{
    struct choices choices = {part, false};

    printf("\n%s =\n", part);
    payloads_visit(put_choice, &choices);
    putchar('\n');
}

static void put_enumeration(const struct enumeration *e)
{
    putchar('\n');
    put_rule_name(e->name, "enum");
    printf(" =\n");
    for (uint32_t i = 0; i < e->count; i++) {
        const struct enumeration_value *v = &e->values[i];
        printf("  %u / ; %s: %s, %s%s\n", v->number, v->name.at, v->zh.at, v->en.at,
               v->number == e->fallback ? "; what an unknown number is read as" : "");
    }
    printf("  uint\n");
}

int spec_cddl(void)
{
    printf("; luntan/1: the payload of every frame (RFC 8610). Generated from protocol/*.def; do not edit.\n"
           ";\n"
           "; A payload is one CBOR map in the profile of PROTOCOL.md: definite lengths, shortest forms, rising unsigned\n"
           "; keys, no tags, no floats, no negative numbers, no null, at most %u levels, text without NUL. A text of at most\n"
           "; N characters has at most 4 N bytes, and .size counts bytes. `0*N` bounds a list.\n"
           ";\n"
           "; A reader passes over keys that it does not know: `* uint => item`. A key that a rule names is bound to its\n"
           "; type (the colon is a cut), so that this is no way around it.\n"
           "\n"
           "payload = request / reply / event / error-payload / goaway-payload\n"
           "\n"
           "; Anything that the profile allows, in a field of a later version.\n"
           "item = uint / bytes / text / bool / [* item] / {* uint => item}\n"
           "\n"
           "; 48 bits of server time in milliseconds, big-endian, then 80 random bits.\n"
           "operation-id = bytes .size %u\n",
           (unsigned)LIMIT_DEPTH, (unsigned)LIMIT_OP_ID);
    put_choices("request");
    put_choices("reply");
    put_choices("event");
    for (size_t i = 0; i < enumerations_count; i++)
        put_enumeration(enumerations[i]);
    payloads_visit(put_rule, NULL);
    return 0;
}
