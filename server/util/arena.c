/* See arena.h. Pieces are kept in a list, newest first; each doubles the one before. */
#include "server/util/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
    struct piece *older;
    size_t size, used;
    _Alignas(max_align_t) uint8_t bytes[];
};

struct arena {
    struct piece *newest;
    size_t cap, taken;
    bool failed;
};

enum { FIRST_PIECE = 4096 - sizeof(struct piece) - 16 };

struct arena *arena_new(size_t cap)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->cap = cap;
    return arena;
}

/* Frees pieces until `keep` is the newest; the oldest is `keep` NULL's neighbour. */
static void drop_until(struct arena *arena, const struct piece *keep)
{
    while (arena->newest != keep) {
        struct piece *piece = arena->newest;
        arena->newest = piece->older;
        arena->taken -= piece->size;
        free(piece);
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    drop_until(arena, NULL);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct piece *oldest = arena->newest;
    while (oldest && oldest->older)
        oldest = oldest->older;
    drop_until(arena, oldest);
    if (oldest)
        oldest->used = 0;
    arena->failed = false;
}

void arena_wipe(struct arena *arena)
{
    for (struct piece *piece = arena->newest; piece; piece = piece->older)
        explicit_bzero(piece->bytes, piece->used); /* nothing was ever written behind that */
    arena_reset(arena);
}

static bool add_piece(struct arena *arena, size_t size)
{
    size_t want = arena->newest ? arena->newest->size * 2 : FIRST_PIECE;
    if (want < size)
        want = size;
    if (want > arena->cap - arena->taken)
        want = size;
    if (want > arena->cap - arena->taken)
        return false;
    struct piece *piece = malloc(sizeof *piece + want);
    if (!piece)
        return false;
    *piece = (struct piece){.older = arena->newest, .size = want};
    arena->newest = piece;
    arena->taken += want;
    return true;
}

/* The same as arena_alloc, with whatever bytes are there. */
static void *take(struct arena *arena, size_t size)
{
    const size_t align = _Alignof(max_align_t);

    if (size > SIZE_MAX - align) {
        arena->failed = true;
        return NULL;
    }
    size = (size + align - 1) / align * align;
    struct piece *piece = arena->newest;
    if (!piece || piece->size - piece->used < size) {
        if (!add_piece(arena, size)) {
            arena->failed = true;
            return NULL;
        }
        piece = arena->newest;
    }
    void *at = piece->bytes + piece->used;
    piece->used += size;
    return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *at = take(arena, size);

    if (at)
        memset(at, 0, size);
    return at;
}

struct text arena_text(struct arena *arena, struct text text)
{
    if (!text.at)
        return text;
    char *copy = arena_alloc(arena, text.len + 1);
    if (!copy)
        return (struct text){NULL, 0};
    if (text.len)
        memcpy(copy, text.at, text.len);
    return (struct text){copy, text.len};
}

struct text arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    struct text text = {NULL, 0};

    va_start(arguments, format);
    va_copy(again, arguments);
    int len = vsnprintf(NULL, 0, format, arguments);
    char *at = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
    if (at) {
        vsnprintf(at, (size_t)len + 1, format, again);
        text = (struct text){at, (size_t)len};
    }
    va_end(again);
    va_end(arguments);
    return text;
}

struct wire_writer arena_writer(struct arena *arena, size_t cap)
{
    void *at = take(arena, cap);
    return wire_writer_over(at, at ? cap : 0);
}

void arena_trim(struct arena *arena, const struct wire_writer *w)
{
    struct piece *piece = arena->newest;
    const size_t align = _Alignof(max_align_t);

    if (!piece || !w->at || w->at < piece->bytes || w->at >= piece->bytes + piece->used)
        return;
    piece->used = (size_t)(w->at - piece->bytes) + (w->len + align - 1) / align * align;
}

size_t arena_left(const struct arena *arena)
{
    const struct piece *piece = arena->newest;

    return arena->cap - arena->taken + (piece ? piece->size - piece->used : 0);
}

bool arena_failed(const struct arena *arena)
{
    return arena->failed;
}
