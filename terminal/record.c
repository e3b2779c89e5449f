/* See record.h. */
#include "terminal/record.h"

#include <stdlib.h>

/* The borrowed bytes of a member, where it borrows any. */
static struct text borrowed(const struct field *field, const void *record)
{
    struct field_value m = shape_value(field, record);

    return m.items.at ? (struct text){(const char *)m.items.at, m.items.len} : m.text;
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
