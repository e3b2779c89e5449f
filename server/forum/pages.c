/* See pages.h. */
#include "server/forum/pages.h"

#include <stddef.h>

enum {
    HEADS = 64,          /* the map, key and array heads around a list in a part */
    FIELDS = 12288,      /* the most that a record takes without its body; a grant list of an account is the longest */
    LAST_FIELDS = 16384, /* the most that the other fields of a final frame take: a board, a thread, a cursor */
    PIECE = 2048,        /* a body is not begun in less room than this */
    ABOUT = 96,          /* what a record takes beside its body, more or less */
};

static const struct field *field_named(const struct shape *shape, const char *name)
{
    for (uint32_t i = 0; i < shape->count; i++)
        if (strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    return NULL;
}

static struct page_split split_of(const struct shape *shape)
{
    struct page_split split = {
        .body = field_named(shape, "body"),
        .size = field_named(shape, "size"),
        .offset = field_named(shape, "offset"),
    };
    if (!split.size || !split.offset)
        split.body = NULL;
    return split;
}

struct page page_begin(struct request *r, const struct shape *shape, page_part part)
{
    struct page page = {
        .r = r,
        .shape = shape,
        .split = split_of(shape),
        .part = part,
    };
    if (r->records)
        return page;
    page.w = arena_writer(r->arena, LIMIT_PART - HEADS);
    page.list = items_begin(&page.w);
    return page;
}

/* Sends what is in the frame begun and begins another in the same bytes: parts are copied as they are sent. */
static void flush(struct page *page)
{
    if (page->list.count)
        page->part(page->r, page->list);
    page->w.len = 0;
    page->list = items_begin(&page->w);
}

static size_t room_of(const struct page *page)
{
    return page->w.cap - page->w.len;
}

/* Encodes one item; where it is a member of the page's shape, its composite first. */
static void put(struct page *page, const struct field *member, const void *record)
{
    size_t before = page->w.len;

    if (!member) {
        items_add(&page->w, &page->list, page->shape, record);
    } else {
        wire_put_map(&page->w, 1);
        wire_put_uint(&page->w, member->key);
        items_add(&page->w, &page->list, member->record, record);
    }
    page->bytes += page->w.len - before;
}

/* The longest piece of at most `bytes` bytes that ends between characters. */
static size_t piece_of(struct text rest, size_t bytes)
{
    if (rest.len <= bytes)
        return rest.len;
    while (bytes > 0 && ((uint8_t)rest.at[bytes] & 0xc0) == 0x80)
        bytes--;
    return bytes;
}

/* Adds a record with a body, in as many pieces as it takes. `copy` is the caller's to change. */
static void add_pieces(struct page *page, const struct field *member, const struct page_split *split, uint8_t *copy)
{
    struct text body;
    uint64_t size, at = 0;

    memcpy(&body, copy + split->body->offset, sizeof body);
    size = body.at ? body.len : 0;
    memcpy(copy + split->size->offset, &size, sizeof size);
    do {
        struct text rest = {body.at ? body.at + at : NULL, (size_t)(size - at)};
        if (page->list.count && room_of(page) < FIELDS + (rest.len < PIECE ? rest.len : PIECE))
            flush(page);
        if (room_of(page) < FIELDS + PIECE)
            return; /* no memory: the arena says so at the end */
        rest.len = piece_of(rest, room_of(page) - FIELDS);
        memcpy(copy + split->body->offset, &rest, sizeof rest);
        memcpy(copy + split->offset->offset, &at, sizeof at);
        put(page, member, copy);
        at += rest.len;
    } while (at < size);
}

/* Encodes a record of the page, or of a member of its items. */
static void add(struct page *page, const struct field *member, const struct page_split *split, const void *record)
{
    const struct shape *shape = member ? member->record : page->shape;
    _Alignas(max_align_t) uint8_t copy[RECORD_ROOM];

    page->records++;
    if (split->body) {
        memcpy(copy, record, shape->size);
        add_pieces(page, member, split, copy);
        return;
    }
    if (page->list.count && (room_of(page) < FIELDS || page->list.count == LIMIT_PAGE_ITEMS))
        flush(page);
    put(page, member, record);
}

/* Room for one record more. NULL: no memory. */
static uint8_t *record_room(struct records *records, size_t size, struct arena *arena)
{
    if (records->count == records->room) {
        uint32_t room = records->room ? records->room * 2 : LIMIT_PAGE_ITEMS;
        uint8_t *grown = arena_alloc(arena, room * size);
        if (!grown)
            return NULL;
        if (records->count)
            memcpy(grown, records->at, records->count * size);
        *records = (struct records){grown, records->count, room};
    }
    return records->at + records->count++ * size;
}

/* Copies a record to the face as it is; but for its body it borrows from nothing but the arena and constants. */
static void hand_over(struct page *page, const void *record)
{
    const struct page_split *split = &page->split;
    uint8_t *copy = record_room(page->r->records, page->shape->size, page->r->arena);
    struct text body;

    page->records++;
    page->bytes += ABOUT;
    if (!copy)
        return; /* the arena says so at the end */
    memcpy(copy, record, page->shape->size);
    if (!split->body)
        return;
    memcpy(&body, copy + split->body->offset, sizeof body);
    body = arena_text(page->r->arena, body);
    const uint64_t size = body.len, offset = 0;
    memcpy(copy + split->body->offset, &body, sizeof body);
    memcpy(copy + split->size->offset, &size, sizeof size);
    memcpy(copy + split->offset->offset, &offset, sizeof offset);
    page->bytes += body.len;
}

void page_add(struct page *page, const void *record)
{
    if (page->r->records)
        hand_over(page, record);
    else
        add(page, NULL, &page->split, record);
}

void page_add_member(struct page *page, const char *member, const void *record)
{
    const struct field *field = field_named(page->shape, member);
    const struct page_split split = field ? split_of(field->record) : page->split;

    add(page, field, &split, record);
}

bool page_full(const struct page *page)
{
    return page->records >= LIMIT_PAGE_ITEMS || page->bytes >= LIMIT_PAGE;
}

struct items page_end(struct page *page)
{
    if (!page->r->records && room_of(page) < LAST_FIELDS)
        flush(page);
    return page->list;
}

/* ---- where a list goes on ---- */

bool page_place_read(struct text after, uint64_t *numbers, size_t count)
{
    struct wire_reader reader = wire_reader_over(after.at, after.len);
    uint64_t read[PAGE_PLACE];

    if (!after.at)
        return true;
    for (size_t i = 0; i < count; i++)
        read[i] = wire_get_uint(&reader);
    if (wire_finish(&reader))
        return false;
    memcpy(numbers, read, count * sizeof *numbers);
    return true;
}

struct text page_place_write(struct request *r, const uint64_t *numbers, size_t count)
{
    enum { NUMBER = 9 }; /* bytes on the wire, at most */
    struct wire_writer w = arena_writer(r->arena, count * NUMBER);

    for (size_t i = 0; i < count; i++)
        wire_put_uint(&w, numbers[i]);
    return (struct text){(const char *)w.at, w.len};
}
