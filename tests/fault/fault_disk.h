/*
 * What a disk holds of files: the bytes that were synced, and the changes since, in order.
 *
 * Private to the fault VFS, which holds its lock around every call. Files are known by path; they last until
 * disk_forget. Running out of memory ends the program: it is a test's.
 */
#ifndef LUNTAN_TESTS_FAULT_FAULT_DISK_H
#define LUNTAN_TESTS_FAULT_FAULT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk_file;

/* The file with this path. One that is new here is taken as it really is, and as synced. */
struct disk_file *disk_open(const char *path);

/* Changes, not yet synced. `file` may be NULL: one without a name, which nobody misses. */
void disk_write(struct disk_file *file, const void *bytes, size_t len, size_t offset);
void disk_truncate(struct disk_file *file, size_t size);
void disk_remove(const char *path, bool synced);

/* All changes of the file so far are on the disk. */
void disk_sync(struct disk_file *file);

/* All names given and removed so far are on the disk, as after a sync of the directory. */
void disk_sync_names(void);

/* Writes what a loss of power leaves to the real files; shared memory files are removed. */
void disk_survive(uint64_t seed);

void disk_forget(void);

#endif
