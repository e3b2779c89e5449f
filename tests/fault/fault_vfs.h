/*
 * A SQLite VFS for the tests, "fault", over the system's own: it counts calls, lets one of them fail, or
 * cuts the power at one, and knows what would be on the disk afterwards.
 *
 * What was written and not yet synced may be there or not, sector by sector, in any mixture; one sector in
 * several may be torn, which is to hold the new bytes up to somewhere and the old ones after. The same holds for
 * truncation and removal. Bytes beside those written never change (SQLITE_IOCAP_POWERSAFE_OVERWRITE, on which
 * SQLite relies on this system, too). A sync here only takes notes: nothing waits for a real disk.
 *
 * One test uses it at a time; its own calls may come from any thread.
 */
#ifndef LUNTAN_TESTS_FAULT_FAULT_VFS_H
#define LUNTAN_TESTS_FAULT_FAULT_VFS_H

#include <stdint.h>

enum fault_kind {
    FAULT_NONE,
    FAULT_CUT,    /* the power fails before call `at`: it and all later changes do nothing and fail */
    FAULT_ONCE,   /* call `at` fails with `code` */
    FAULT_ALWAYS, /* so do all after it */
};

enum fault_calls {
    FAULT_CHANGES, /* counted: writes, truncations, syncs, removals */
    FAULT_ALL,     /* reads, opening, sizes and shared memory as well */
};

struct fault_plan {
    enum fault_kind kind;
    enum fault_calls counted;
    uint64_t at; /* from 1 */
    int code;    /* SQLite's: SQLITE_FULL applies to what takes room; other calls fail with SQLITE_IOERR */
};

/* Registers the VFS; may be called again. */
void fault_vfs_register(void);

/* Forgets all files and calls, and goes by `plan` from now on. */
void fault_vfs_plan(const struct fault_plan *plan);

/* Calls counted since. */
uint64_t fault_vfs_calls(void);

/* The power fails now. */
void fault_vfs_cut(void);

/*
 * Replaces the real files by what survived; `seed` decides what did. To be called when all is closed; shared
 * memory is gone. The VFS works normally afterwards, as after a start.
 */
void fault_vfs_survive(uint64_t seed);

#endif
