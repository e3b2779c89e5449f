/* REFERENCE.md: every number of the wire in tables for people. */
#include <string.h>

#include "protocol/spec/spec.h"

/* A text inside a table's cell. */
static void put_cell(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at == '|')
            putchar('\\');
        putchar(*at);
    }
}

static void put_kind(const struct field *f)
{
    int record = f->record ? (int)(strlen(f->record->name) - strlen("_record")) : 0;

    switch (f->kind) {
    case KIND_ENUM:
        printf("enum [%s](#enum-%s)", f->enumeration->name, f->enumeration->name);
        break;
    case KIND_RECORD:
        printf("record [%.*s](#record-%.*s)", record, f->record->name, record, f->record->name);
        break;
    case KIND_RECORDS:
        printf("list of records [%.*s](#record-%.*s)", record, f->record->name, record, f->record->name);
        break;
    case KIND_TEXTS:
        printf("list of text");
        break;
    case KIND_UINTS:
        printf("list of uint");
        break;
    case KIND_UINT:
    case KIND_BOOL:
    case KIND_TEXT:
    case KIND_BYTES:
        printf("%s", kind_name(f->kind));
        break;
    }
}

static void put_max(const struct shape *shape, const struct field *f)
{
    const char *limit = limit_of(shape, f);

    if (!f->max)
        return;
    printf("%u %s", f->max, f->kind == KIND_TEXT ? "characters" : f->kind == KIND_BYTES ? "bytes" : "items");
    if (limit)
        printf(" (`%s`)", limit);
}

static void put_fields(const struct shape *shape)
{
    if (shape->count == 0) {
        printf("No fields: the empty map, `a0`.\n\n");
        return;
    }
    printf("| key | field | kind | | at most | |\n|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < shape->count; i++) {
        const struct field *f = &shape->fields[i];
        printf("| %u | `%s` | ", (unsigned)f->key, f->name);
        put_kind(f);
        printf(" | %s | ", f->need ? "needed" : "");
        put_max(shape, f);
        printf(" | ");
        put_cell(f->doc);
        printf(" |\n");
    }
    putchar('\n');
}

static void put_opening(void)
{
    printf("# luntan/1: reference\n\n"
           "Generated from the tables in `protocol/*.def` by `make spec`; do not edit. The rules in prose are in [PROTOCOL.md](PROTOCOL.md), the\n"
           "same payloads as CDDL in [luntan.cddl](luntan.cddl).\n\n"
           "本文由 `protocol/*.def` 自动生成：列出每一种消息、每一个键号、每一个枚举值、状态码与上限。文字说明见 PROTOCOL.md。\n\n"
           "A field marked *needed* is always there. Any other may be left out, and then reads as 0, false, absent text or bytes, or an empty\n"
           "list; writers leave out fields with those values. Lengths of text are in characters (Unicode code points), and such a text has\n"
           "at most four times as many bytes. `(name)` is the limit's name in hello. Times are UTC in milliseconds since 1970.\n\n");
}

static void put_kinds(void)
{
    printf("## Frame kinds\n\n| number | kind | |\n|---|---|---|\n");
    for (size_t i = 0; i < frame_kinds_count; i++)
        printf("| %u | %s | %s |\n", frame_kinds[i].number, frame_kinds[i].name, frame_kinds[i].doc);
    putchar('\n');
}

static void put_index(void)
{
    printf("## Messages\n\n"
           "*Class* says what kind of work a request is:\n\n"
           "- `loop`, `read`: a short answer in one frame.\n"
           "- `bulk`: an answer that may come in parts; a connection's bulk requests are answered one at a time.\n"
           "- `write`: changes something; carries an operation id (`op_id`) and happens at most once.\n"
           "- `secret`: a write whose answer holds a secret: a retry is told `dup` and never the secret again.\n"
           "- `kdf`: a write that first spends a password hash (tens of milliseconds); under load it is answered `busy`.\n"
           "- `event`: sent by the server, on a subscription.\n\n"
           "*Who*: `anyone` also before authentication; `visitor` whoever has authenticated, be it as nobody; `account` whoever is\n"
           "logged in. Policy may ask for more, and answers `forbidden` or `not_found`.\n\n"
           "| op | message | class | who | since | |\n|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < messages_count; i++) {
        const struct message *m = &messages[i];
        printf("| `0x%04x` | [%s](#%s-%s) | %s | %s | %u | ", (unsigned)m->op, m->name, m->request ? "request" : "event", m->name,
               where_name(m->where), m->request ? who_name(m->who) : "", (unsigned)m->since);
        put_cell(m->doc);
        printf(" |\n");
    }
    putchar('\n');
}

static const char *event_record(const struct message *m)
{
    for (size_t i = 0; i < records_count; i++)
        if (records[i].shape == m->reply)
            return records[i].name;
    return NULL;
}

static void put_message(const struct message *m)
{
    const char *record = m->request ? NULL : event_record(m);

    printf("### %s %s\n\n`0x%04x`, since version %u, ", m->request ? "request" : "event", m->name, (unsigned)m->op, (unsigned)m->since);
    if (m->request)
        printf("class `%s`, for `%s`. ", where_name(m->where), who_name(m->who));
    else
        printf("sent by the server. ");
    printf("%s\n\n", m->doc);
    if (m->request) {
        printf("Request:\n\n");
        put_fields(m->request);
        printf("Reply:\n\n");
    }
    if (record)
        printf("The payload is a record [%s](#record-%s).\n\n", record, record);
    else
        put_fields(m->reply);
}

static void put_enumeration(const struct enumeration *e)
{
    printf("### enum %s\n\n| number | name | 中文 | English |\n|---|---|---|---|\n", e->name);
    for (uint32_t i = 0; i < e->count; i++)
        printf("| %u | `%s` | %s | %s |\n", e->values[i].number, e->values[i].name.at, e->values[i].zh.at, e->values[i].en.at);
    printf("\nAn unknown number is read as `%s`.\n\n", enumeration_by_number(e, e->fallback)->name.at);
}

static void put_statuses(void)
{
    printf("## Statuses\n\n*Retryable*: the same request, sent again later with the same operation id, may succeed. An unknown number is\n"
           "treated as `internal`.\n\n| number | name | retryable | 中文 | English |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < statuses_count; i++)
        printf("| %u | `%s` | %s | %s | %s |\n", statuses[i].number, statuses[i].name, statuses[i].retryable ? "yes" : "", statuses[i].zh,
               statuses[i].en);
    putchar('\n');
}

static void put_limits(void)
{
    printf("## Limits\n\nHello announces each by name; an installation's values may differ, so go by what hello says.\n\n"
           "| name | value | unit | reason |\n|---|---|---|---|\n");
    for (size_t i = 0; i < limits_count; i++)
        printf("| `%s` | %llu | %s | %s |\n", limits[i].name, (unsigned long long)limits[i].value, limits[i].unit, limits[i].reason);
}

int spec_reference(void)
{
    put_opening();
    put_kinds();
    put_index();
    for (uint32_t i = 0; i < messages_count; i++)
        put_message(&messages[i]);
    printf("## Payloads without an op\n\n### error\n\nThe payload of every error frame.\n\n");
    put_fields(&shape_error);
    printf("### goaway\n\nThe payload of a goaway frame.\n\n");
    put_fields(&shape_goaway);
    printf("## Records\n\n");
    for (size_t i = 0; i < records_count; i++) {
        printf("### record %s\n\n%s\n\n", records[i].name, records[i].doc);
        put_fields(records[i].shape);
    }
    printf("## Enumerations\n\n");
    for (size_t i = 0; i < enumerations_count; i++)
        put_enumeration(enumerations[i]);
    put_statuses();
    put_limits();
    return 0;
}
