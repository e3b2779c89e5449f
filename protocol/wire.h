/*
 * Reader and writer of the CBOR profile of luntan/1 (RFC 8949, section 4.2.1 "core deterministic
 * encoding", narrowed): unsigned integers, byte strings, UTF-8 text without NUL, arrays, maps with
 * rising unsigned keys, true and false; definite lengths, shortest form, no tags, no floats.
 *
 * Both work over the caller's bytes, take no memory and have no clock; they can run on any thread.
 * Both carry one sticky error: after the first failure every call does nothing and yields zeros, so that
 * a caller checks once, at the end.
 *
 *     struct wire_writer w = wire_writer_over(buffer, sizeof buffer);
 *     wire_put_map(&w, 1);
 *     wire_put_uint(&w, 1);
 *     wire_put_text(&w, TEXT("党员"));
 *     if (w.error) ...
 */
#ifndef LUNTAN_PROTOCOL_WIRE_H
#define LUNTAN_PROTOCOL_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/text.h"

enum wire_error {
    WIRE_OK = 0,
    WIRE_FULL,      /* the writer's bytes are used up */
    WIRE_SHORT,     /* the reader's bytes end inside an item */
    WIRE_TYPE,      /* another type of item than was asked for */
    WIRE_FORM,      /* not the shortest form, an indefinite length, a tag, a float */
    WIRE_UTF8,      /* text that is not valid UTF-8, or holds NUL */
    WIRE_DEPTH,     /* nested deeper than LIMIT_DEPTH */
    WIRE_ORDER,     /* map keys not rising */
    WIRE_TRAILING,  /* bytes after the last item */
};

struct wire_writer {
    uint8_t *at;
    size_t len, cap;
    enum wire_error error;
};

struct wire_reader {
    const uint8_t *at, *end;
    enum wire_error error;
};

enum wire_type { WIRE_UINT = 0, WIRE_BYTES = 2, WIRE_TEXT = 3, WIRE_ARRAY = 4, WIRE_MAP = 5, WIRE_BOOL = 7, WIRE_NONE = 8 };

static inline struct wire_writer wire_writer_over(void *at, size_t cap)
{
    return (struct wire_writer){.at = at, .cap = cap};
}

static inline struct wire_reader wire_reader_over(const void *at, size_t len)
{
    const uint8_t *bytes = at;
    return (struct wire_reader){.at = bytes, .end = bytes ? bytes + len : bytes};
}

void wire_put_uint(struct wire_writer *w, uint64_t value);
void wire_put_bool(struct wire_writer *w, bool value);
void wire_put_text(struct wire_writer *w, struct text text);   /* must be valid UTF-8 */
void wire_put_bytes(struct wire_writer *w, struct text bytes);
void wire_put_array(struct wire_writer *w, uint64_t count);    /* count items must follow */
void wire_put_map(struct wire_writer *w, uint64_t count);      /* count keys and values must follow, keys rising */
void wire_put_raw(struct wire_writer *w, const void *at, size_t len); /* whole items encoded before */

/* The type of the next item without reading it; WIRE_NONE at the end or where the profile knows no such type. */
enum wire_type wire_peek(const struct wire_reader *r);

uint64_t wire_get_uint(struct wire_reader *r);
bool wire_get_bool(struct wire_reader *r);
struct text wire_get_text(struct wire_reader *r);   /* borrows from the reader's bytes */
struct text wire_get_bytes(struct wire_reader *r);  /* borrows from the reader's bytes */
/* Counts never exceed the bytes that remain, so that they can be trusted for sizing. */
uint64_t wire_get_array(struct wire_reader *r);
uint64_t wire_get_map(struct wire_reader *r);

/* Passes over one item, checking it as if it were read. `level` is the nesting of that item, from 1. */
void wire_skip(struct wire_reader *r, unsigned level);

/* Fails with WIRE_TRAILING unless every byte was read. Returns the sticky error. */
enum wire_error wire_finish(struct wire_reader *r);

/*
 * Whether the bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL.
 * `characters`, if not NULL, receives the number of code points.
 */
bool wire_utf8(const char *at, size_t len, uint64_t *characters);

#endif
