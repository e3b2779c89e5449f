/* See record.h. */
#include "terminal/record.h"

#include <stdlib.h>

/* The borrowed bytes of a member, where it borrows any. */
static struct text borrowed(const struct field *field, const void *record)
{
    const uint8_t *member = (const uint8_t *)record + field->offset;
    struct items items;
    struct text text = {NULL, 0};

    switch (field->kind) {
    case KIND_TEXT:
    case KIND_BYTES:
        memcpy(&text, member, sizeof text);
        break;
    case KIND_RECORD:
    case KIND_TEXTS:
    case KIND_UINTS:
    case KIND_RECORDS:
        memcpy(&items, member, sizeof items);
        text = (struct text){(const char *)items.at, items.len};
        break;
    case KIND_UINT:
    case KIND_BOOL:
    case KIND_ENUM:
        break;
    }
    return text;
}

/* Points the member at `at`: texts and lists both start with their pointer. */
static void point(const struct field *field, void *record, const void *at)
{
    memcpy((uint8_t *)record + field->offset, &at, sizeof at);
}

_Static_assert(offsetof(struct text, at) == 0 && offsetof(struct items, at) == 0, "texts and lists start with their pointer");

void *record_copy(const struct shape *shape, const void *record)
{
    size_t size = shape->size;
    uint8_t *copy, *at;

    for (uint32_t i = 0; i < shape->count; i++)
        size += borrowed(&shape->fields[i], record).len;
    copy = malloc(size);
    if (!copy)
        return NULL;
    memcpy(copy, record, shape->size);
    at = copy + shape->size;
    for (uint32_t i = 0; i < shape->count; i++) {
        struct text text = borrowed(&shape->fields[i], record);

        if (!text.at)
            continue;
        if (text.len)
            memcpy(at, text.at, text.len);
        point(&shape->fields[i], copy, at);
        at += text.len;
    }
    return copy;
}
