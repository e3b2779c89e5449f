/* See fault_disk.h. */
#include "tests/fault/fault_disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECTOR = 512, TORN_ONE_IN = 8 };

enum change_kind { CHANGE_WRITE, CHANGE_TRUNCATE, CHANGE_REMOVE };

struct change {
    struct change *next;
    enum change_kind kind;
    size_t at, len; /* for truncation, `at` is the size */
    uint8_t bytes[];
};

struct disk_file {
    struct disk_file *next;
    char *path;
    uint8_t *bytes; /* as synced */
    size_t len, room;
    bool exists;
    struct change *changes, **end;
};

static struct disk_file *files;

static void *demand(void *memory)
{
    if (!memory) {
        perror("fault_disk");
        exit(1);
    }
    return memory;
}

/* ---- bytes ---- */

static void resize(struct disk_file *file, size_t len)
{
    if (len > file->room) {
        file->room = len * 2;
        file->bytes = demand(realloc(file->bytes, file->room));
    }
    if (len > file->len)
        memset(file->bytes + file->len, 0, len - file->len);
    file->len = len;
}

static void put(struct disk_file *file, const uint8_t *bytes, size_t len, size_t at)
{
    if (!len)
        return;
    if (at + len > file->len)
        resize(file, at + len);
    memcpy(file->bytes + at, bytes, len);
}

static void apply(struct disk_file *file, const struct change *change)
{
    switch (change->kind) {
    case CHANGE_WRITE:
        file->exists = true;
        put(file, change->bytes, change->len, change->at);
        break;
    case CHANGE_TRUNCATE:
        resize(file, change->at);
        break;
    case CHANGE_REMOVE:
        file->exists = false;
        resize(file, 0);
        break;
    }
}

/* ---- files ---- */

static struct disk_file *find(const char *path)
{
    struct disk_file *file = files;

    while (file && strcmp(file->path, path))
        file = file->next;
    return file;
}

static void load(struct disk_file *file)
{
    uint8_t piece[65536];
    FILE *real = fopen(file->path, "rb");
    size_t got;

    if (!real)
        return;
    file->exists = true;
    while ((got = fread(piece, 1, sizeof piece, real)) > 0)
        put(file, piece, got, file->len);
    fclose(real);
}

struct disk_file *disk_open(const char *path)
{
    struct disk_file *file = find(path);

    if (file)
        return file;
    file = demand(calloc(1, sizeof *file));
    file->path = demand(strdup(path));
    file->end = &file->changes;
    file->next = files;
    files = file;
    load(file);
    return file;
}

static void note(struct disk_file *file, enum change_kind kind, size_t at, const void *bytes, size_t len)
{
    struct change *change = demand(malloc(sizeof *change + len));

    *change = (struct change){.kind = kind, .at = at, .len = len};
    if (len)
        memcpy(change->bytes, bytes, len);
    *file->end = change;
    file->end = &change->next;
}

void disk_write(struct disk_file *file, const void *bytes, size_t len, size_t offset)
{
    if (file)
        note(file, CHANGE_WRITE, offset, bytes, len);
}

void disk_truncate(struct disk_file *file, size_t size)
{
    if (file)
        note(file, CHANGE_TRUNCATE, size, NULL, 0);
}

static void drop_changes(struct disk_file *file)
{
    struct change *next;

    for (struct change *change = file->changes; change; change = next) {
        next = change->next;
        free(change);
    }
    file->changes = NULL;
    file->end = &file->changes;
}

static void settle(struct disk_file *file)
{
    for (struct change *change = file->changes; change; change = change->next)
        apply(file, change);
    drop_changes(file);
}

void disk_sync(struct disk_file *file)
{
    if (!file)
        return;
    settle(file);
    file->exists = true; /* also where nothing was written */
}

void disk_remove(const char *path, bool synced)
{
    struct disk_file *file = find(path);

    if (!file)
        return;
    note(file, CHANGE_REMOVE, 0, NULL, 0);
    if (synced)
        settle(file);
}

void disk_sync_names(void)
{
    for (struct disk_file *file = files; file; file = file->next) {
        struct change *kept = file->changes;
        for (struct change *change = file->changes; change; change = change->next)
            if (change->kind == CHANGE_REMOVE)
                kept = change->next;
        if (kept == file->changes)
            continue;
        /* What was done to the file that is gone is gone with it. */
        while (file->changes != kept) {
            struct change *change = file->changes;
            file->changes = change->next;
            free(change);
        }
        if (!kept)
            file->end = &file->changes;
        file->exists = false;
        resize(file, 0);
    }
}

void disk_forget(void)
{
    struct disk_file *next;

    for (struct disk_file *file = files; file; file = next) {
        next = file->next;
        drop_changes(file);
        free(file->path);
        free(file->bytes);
        free(file);
    }
    files = NULL;
}

/* ---- after the loss of power ---- */

/* xorshift64*: chance that can be had again from its seed. */
static uint64_t chance(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (*state * 0x2545f4914f6cdd1dU) >> 32;
}

/* The part of a write that is within one sector: all of it, none, or torn. */
static void perhaps_put(struct disk_file *file, const uint8_t *bytes, size_t len, size_t at, uint64_t *state)
{
    uint64_t draw = chance(state);

    if (draw % TORN_ONE_IN == 0)
        put(file, bytes, chance(state) % len, at);
    else if (draw & 8)
        put(file, bytes, len, at);
}

static void perhaps_apply(struct disk_file *file, const struct change *change, uint64_t *state)
{
    if (change->kind != CHANGE_WRITE) {
        if (chance(state) & 1)
            apply(file, change);
        return;
    }
    for (size_t done = 0, part; done < change->len; done += part) {
        part = SECTOR - (change->at + done) % SECTOR;
        if (part > change->len - done)
            part = change->len - done;
        perhaps_put(file, change->bytes + done, part, change->at + done, state);
    }
    file->exists = true;
}

static void store_really(const struct disk_file *file)
{
    if (!file->exists) {
        unlink(file->path);
        return;
    }
    FILE *real = demand(fopen(file->path, "wb"));
    if (file->len && fwrite(file->bytes, 1, file->len, real) != file->len)
        perror(file->path);
    fclose(real);
}

void disk_survive(uint64_t seed)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15U + 1;
    char shared[4096];

    for (struct disk_file *file = files; file; file = file->next) {
        for (struct change *change = file->changes; change; change = change->next)
            perhaps_apply(file, change, &state);
        drop_changes(file);
        store_really(file);
        snprintf(shared, sizeof shared, "%s-shm", file->path);
        unlink(shared);
    }
}
