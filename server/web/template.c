/* See template.h. The set: what the program brings along, names, and which field of which record has a name. */
#include "server/web/template.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/util/embed.h"
#include "server/web/template_private.h"

enum { SET_MOST = 32 << 20 /* bytes */ };

/* ---- names ---- */

const struct name *templates_name(struct templates *templates, struct text text)
{
    struct text copy = arena_text(templates->arena, text);
    size_t len;

    if (!copy.at)
        return NULL;
    uint32_t hash = name_hash(copy.at, &len);
    struct name **bucket = &templates->buckets[hash % NAME_BUCKETS];
    for (const struct name *name = *bucket; name; name = name->next)
        if (name->hash == hash && strcmp(name->text, copy.at) == 0)
            return name;
    struct name *name = arena_alloc(templates->arena, sizeof *name);
    if (!name)
        return NULL;
    *name = (struct name){copy.at, *bucket, hash, templates->name_count++};
    *bucket = name;
    return name;
}

uint32_t templates_index(const struct templates *templates, struct text name)
{
    for (uint32_t i = 0; i < templates->count; i++)
        if (text_equal(templates->codes[i].name, name))
            return i;
    return UINT32_MAX;
}

/* ---- fields of records ---- */

/* Every composite, reply and event of the protocol. */
static const struct shape *const shapes[] = {
#define RECORD(name, doc) &shape_##name##_record,
#define FIELD(record, key, KIND, ref, name, need, max, doc)
#define RECORD_END(name)
#include "protocol/types.def"
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) &shape_##name##_request, &shape_##name##_reply,
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#define EVENT(op, name, NAME, since, doc) &shape_##name##_event,
#define EV(message, key, KIND, ref, name, need, max, doc)
#define EVENT_END(name)
#define EVENT_OF(op, name, NAME, since, doc)
#include "protocol/messages.def"
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

_Static_assert(SHAPES <= ROW_SLOTS / 2, "ROW_SLOTS");

/* The slot of the shape, or the empty one where it would stand. */
static uint32_t slot_of(const struct templates *templates, const struct shape *shape)
{
    uint32_t slot = (uint32_t)((uintptr_t)shape / sizeof(void *) * 2654435761U >> 16) % ROW_SLOTS;

    while (templates->rows[slot].shape && templates->rows[slot].shape != shape)
        slot = (slot + 1) % ROW_SLOTS;
    return slot;
}

const struct row *templates_row(const struct templates *templates, const struct shape *shape)
{
    const struct row *row = &templates->rows[slot_of(templates, shape)];
    return row->shape ? row : NULL;
}

/* The id of the name that a field has, or UINT32_MAX where no template asks for it. */
static uint32_t id_of(const struct templates *templates, const char *text)
{
    size_t len;
    uint32_t hash = name_hash(text, &len);

    for (const struct name *name = templates->buckets[hash % NAME_BUCKETS]; name; name = name->next)
        if (name->hash == hash && strcmp(name->text, text) == 0)
            return name->id;
    return UINT32_MAX;
}

static bool fill_rows(struct templates *templates)
{
    for (uint32_t i = 0; i < SHAPES; i++) {
        struct row *row = &templates->rows[slot_of(templates, shapes[i])];
        uint8_t *fields = arena_alloc(templates->arena, templates->name_count + 1);
        if (!fields)
            return false;
        for (uint32_t at = 0; at < shapes[i]->count && at < UINT8_MAX; at++) {
            uint32_t id = id_of(templates, shapes[i]->fields[at].name);
            if (id != UINT32_MAX)
                fields[id] = (uint8_t)(at + 1);
        }
        *row = (struct row){shapes[i], fields};
    }
    return true;
}

/* ---- nesting ---- */

enum { DEPTH_UNKNOWN, DEPTH_BUSY = UINT8_MAX };

/*
 * How many {{each}} and {{use}} are within each other at most, the template itself counted; 0 where too many, or one uses itself.
 */
static uint32_t measure(const struct templates *templates, uint32_t index, uint8_t *depths)
{
    const struct code *code = &templates->codes[index];
    uint32_t deepest = 1, level = 1;

    if (depths[index] == DEPTH_BUSY)
        return 0;
    if (depths[index] != DEPTH_UNKNOWN)
        return depths[index];
    depths[index] = DEPTH_BUSY;
    for (uint32_t i = 0; i < code->count; i++) {
        uint32_t inner = 0;
        level += code->nodes[i].op == NODE_EACH;
        if (code->nodes[i].op == NODE_USE && !(inner = measure(templates, code->nodes[i].jump, depths)))
            return 0;
        deepest = level + inner > deepest ? level + inner : deepest;
        level -= code->nodes[i].op == NODE_NEXT;
    }
    if (deepest > NESTING)
        return 0;
    depths[index] = (uint8_t)deepest;
    return deepest;
}

static bool check_nesting(const struct templates *templates, char *why, size_t size)
{
    uint8_t *depths = arena_alloc(templates->arena, templates->count + 1);

    for (uint32_t i = 0; i < templates->count; i++)
        if (!depths || measure(templates, i, depths) == 0) {
            struct text name = templates->codes[i].name;
            snprintf(why, size, "templates/%.*s.html:1: it uses itself, or too much is within each other", (int)name.len,
                     name.at);
            return false;
        }
    return true;
}

/* ---- loading ---- */

struct templates *templates_parse(const struct template_source *sources, uint32_t count, char *why, size_t size)
{
    struct templates *templates = calloc(1, sizeof *templates);

    snprintf(why, size, "no memory");
    if (!templates)
        return NULL;
    templates->arena = arena_new(SET_MOST);
    templates->codes = templates->arena ? arena_alloc(templates->arena, (count + 1) * sizeof *templates->codes) : NULL;
    templates->count = count;
    if (!templates->codes)
        goto fail;
    for (uint32_t i = 0; i < count; i++)
        templates->codes[i].name = sources[i].name;
    for (uint32_t i = 0; i < count; i++)
        if (!template_parse(templates, &templates->codes[i], sources[i].text, why, size))
            goto fail;
    templates->item = templates_name(templates, TEXT("item"));
    if (!templates->item || !fill_rows(templates) || !check_nesting(templates, why, size))
        goto fail;
    why[0] = '\0';
    return templates;
fail:
    templates_free(templates);
    return NULL;
}

#define TEMPLATE(name) EMBED(template_source_##name, "server/web/templates/" #name ".html");
#include "server/web/templates.def"
#undef TEMPLATE

struct templates *templates_load(char *why, size_t size)
{
    const struct template_source sources[TEMPLATES] = {
#define TEMPLATE(name) {TEXT(#name), text_of(template_source_##name)},
#include "server/web/templates.def"
#undef TEMPLATE
    };
    return templates_parse(sources, TEMPLATES, why, size);
}

void templates_free(struct templates *templates)
{
    if (!templates)
        return;
    arena_free(templates->arena);
    free(templates);
}
