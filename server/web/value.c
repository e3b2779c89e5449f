/* See value.h. Members stand in blocks, so that a value costs no allocation of its own; the newest block comes first. */
#include "server/web/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>

#include "server/web/template_private.h"

enum { BLOCK_MEMBERS = 12, SHORT_PATH = 256 };

struct member {
    const char *name;
    struct value value;
};

/* The hashes of the names stand together, since most of them are looked at and few of the members. */
struct block {
    struct block *older;
    uint32_t count;
    uint32_t hashes[BLOCK_MEMBERS];
    struct member members[BLOCK_MEMBERS];
};

struct object {
    struct arena *arena;
    struct object *next; /* in its list */
    uint64_t mask;       /* one bit a member, so that most misses are seen at once */
    struct block *newest;
    struct block first;
};

struct list {
    struct arena *arena;
    struct object *first, *last;
};

/* ---- names ---- */

/* FNV-1a, whose few steps suit names of a few letters. */
uint32_t name_hash(const char *name, size_t *len)
{
    uint32_t hash = 2166136261U;
    size_t i = 0;

    for (; name[i]; i++)
        hash = (hash ^ (uint8_t)name[i]) * 16777619U;
    *len = i;
    return hash;
}

static uint64_t mask_of(uint32_t hash)
{
    return 1ULL << ((hash ^ hash >> 16) & 63);
}

/* ---- objects ---- */

/* All but the members, which are written before they are counted, and are too many to be zeroed for nothing. */
struct object *object_new(struct arena *arena)
{
    struct object *o = (struct object *)(void *)arena_writer(arena, sizeof *o).at;
    if (o) {
        o->arena = arena;
        o->next = NULL;
        o->mask = 0;
        o->newest = &o->first;
        o->first.older = NULL;
        o->first.count = 0;
    }
    return o;
}

static void add(struct object *o, const char *name, const struct value *value)
{
    size_t len;

    if (!o || !name)
        return;
    if (o->newest->count == BLOCK_MEMBERS) {
        struct block *block = arena_alloc(o->arena, sizeof *block);
        if (!block)
            return;
        block->older = o->newest;
        o->newest = block;
    }
    const uint32_t at = o->newest->count++, hash = name_hash(name, &len);
    o->newest->hashes[at] = hash;
    o->newest->members[at] = (struct member){name, *value};
    o->mask |= mask_of(hash);
}

const struct value *object_find(const struct object *o, const struct name *name)
{
    if (!o || !(o->mask & mask_of(name->hash)))
        return NULL;
    for (const struct block *block = o->newest; block; block = block->older)
        for (uint32_t i = block->count; i-- > 0;) {
            if (block->hashes[i] == name->hash && strcmp(block->members[i].name, name->text) == 0)
                return &block->members[i].value;
        }
    return NULL;
}

void object_text(struct object *o, const char *name, struct text value)
{
    add(o, name, &(struct value){.kind = VALUE_TEXT, .text = value});
}

void object_number(struct object *o, const char *name, uint64_t value)
{
    add(o, name, &(struct value){.kind = VALUE_NUMBER, .number = value});
}

void object_flag(struct object *o, const char *name, bool value)
{
    add(o, name, &(struct value){.kind = VALUE_FLAG, .number = value});
}

void object_words(struct object *o, const char *name, enum words words)
{
    add(o, name, &(struct value){.kind = VALUE_WORDS, .number = words});
}

void object_html(struct object *o, const char *name, struct html value)
{
    add(o, name, &(struct value){.kind = VALUE_HTML, .text = value.text});
}

void object_record(struct object *o, const char *name, const struct shape *shape, const void *record)
{
    if (record)
        add(o, name, &(struct value){.kind = VALUE_RECORD, .record = record, .shape = shape});
}

void object_items(struct object *o, const char *name, const struct shape *shape, struct items items)
{
    add(o, name, &(struct value){.kind = VALUE_RECORDS, .items = items, .shape = shape});
}

struct object *object_object(struct object *o, const char *name)
{
    struct object *inner = o ? object_new(o->arena) : NULL;
    if (inner)
        add(o, name, &(struct value){.kind = VALUE_OBJECT, .object = inner});
    return inner;
}

/* ---- lists ---- */

struct list *object_list(struct object *o, const char *name)
{
    struct list *list = o ? arena_alloc(o->arena, sizeof *list) : NULL;
    if (list) {
        list->arena = o->arena;
        add(o, name, &(struct value){.kind = VALUE_LIST, .list = list});
    }
    return list;
}

struct object *list_add(struct list *list)
{
    struct object *o = list ? object_new(list->arena) : NULL;
    if (!o)
        return NULL;
    if (list->last)
        list->last->next = o;
    else
        list->first = o;
    list->last = o;
    return o;
}

const struct object *list_first(const struct list *list)
{
    return list->first;
}

const struct object *list_next(const struct object *item)
{
    return item->next;
}

bool value_is_set(const struct value *value)
{
    switch (value->kind) {
    case VALUE_TEXT:
    case VALUE_HTML:
    case VALUE_URL:
    case VALUE_BYTES:
        return value->text.len != 0;
    case VALUE_NUMBER:
    case VALUE_FLAG:
    case VALUE_ENUM:
    case VALUE_WORDS:
        return value->number != 0;
    case VALUE_RECORDS:
    case VALUE_TEXTS:
    case VALUE_UINTS:
        return value->items.count != 0;
    case VALUE_LIST:
        return value->list->first != NULL;
    case VALUE_RECORD:
    case VALUE_OBJECT:
        return true;
    case VALUE_ABSENT:
        break;
    }
    return false;
}

/* ---- addresses ---- */

static bool starts(struct text text, struct text with)
{
    return text.len > with.len && strncasecmp(text.at, with.at, with.len) == 0;
}

/*
 * Blanks, controls and backslashes are refused anywhere: browsers drop or turn them before they look for a scheme (WHATWG URL,
 * section 4.4), so that what we read would not be what they follow.
 */
bool url_is_safe(struct text url)
{
    for (size_t i = 0; i < url.len; i++) {
        unsigned char c = (unsigned char)url.at[i];
        if (c <= ' ' || c == 0x7f || c == '\\')
            return false;
    }
    if (url.len == 0)
        return false;
    if (url.at[0] == '/')
        return url.len == 1 || url.at[1] != '/';
    if (url.at[0] == '#' || url.at[0] == '?')
        return true;
    return starts(url, TEXT("https://")) || starts(url, TEXT("http://")) || starts(url, TEXT("mailto:"));
}

void object_url(struct object *o, const char *name, struct text value)
{
    add(o, name, &(struct value){.kind = VALUE_URL, .text = !value.at || url_is_safe(value) ? value : TEXT("#")});
}

void object_path(struct object *o, const char *name, const char *format, ...)
{
    char small[SHORT_PATH];
    va_list arguments;

    if (!o)
        return;
    va_start(arguments, format);
    int len = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    char *at = len < 0 ? NULL : arena_alloc(o->arena, (size_t)len + 1);
    if (!at)
        return;
    if ((size_t)len < sizeof small) {
        memcpy(at, small, (size_t)len);
    } else {
        va_start(arguments, format);
        vsnprintf(at, (size_t)len + 1, format, arguments);
        va_end(arguments);
    }
    object_url(o, name, (struct text){at, (size_t)len});
}

struct text url_escape(struct arena *arena, struct text text)
{
    struct sink sink = {.arena = arena};

    if (!text.at || !sink_room(&sink, text.len + 1))
        return (struct text){NULL, 0};
    sink_percent(&sink, text);
    sink_put(&sink, (struct text){"", 1}); /* its end, for those who print it */
    return sink.failed ? (struct text){NULL, 0} : (struct text){sink.at, sink.len - 1};
}
