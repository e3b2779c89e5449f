/* See fault_vfs.h. The methods of SQLite's interface; what the disk holds is fault_disk.c's to know. */
#include "tests/fault/fault_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fault/fault_disk.h"

struct fault_file {
    sqlite3_file base; /* first */
    struct disk_file *disk;
    sqlite3_file *real;
    bool names; /* its first sync syncs the directory, too, as SQLite's own VFS does for journals and logs */
};

static struct {
    pthread_mutex_t lock;
    sqlite3_vfs *real;
    struct fault_plan plan;
    uint64_t calls;
    bool off; /* the power is gone */
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

enum call { CALL_LOOK, CALL_CHANGE, CALL_GROW };

/* Counts a call: SQLITE_OK if it is to be done. With the lock held. */
static int count(enum call call)
{
    const struct fault_plan *plan = &fault.plan;

    if (call == CALL_LOOK && plan->counted == FAULT_CHANGES)
        return SQLITE_OK;
    fault.calls++;
    if (plan->kind == FAULT_CUT && fault.calls >= plan->at)
        fault.off = true;
    if (fault.off)
        return call == CALL_LOOK ? SQLITE_OK : SQLITE_IOERR;
    if ((plan->kind == FAULT_ONCE && fault.calls == plan->at) ||
        (plan->kind == FAULT_ALWAYS && fault.calls >= plan->at))
        return plan->code == SQLITE_FULL && call != CALL_GROW ? SQLITE_IOERR : plan->code;
    return SQLITE_OK;
}

/* The same for calls that take no notes. */
static int count_look(void)
{
    pthread_mutex_lock(&fault.lock);
    int code = count(CALL_LOOK);
    pthread_mutex_unlock(&fault.lock);
    return code;
}

static struct fault_file *file_of(sqlite3_file *file)
{
    return (struct fault_file *)file;
}

static sqlite3_file *real_of(sqlite3_file *file)
{
    return file_of(file)->real;
}

/* ---- a file ---- */

static int file_close(sqlite3_file *file)
{
    sqlite3_file *real = real_of(file);
    int code = real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;

    free(real);
    file_of(file)->real = NULL;
    return code;
}

static int file_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 offset)
{
    int code = count_look();
    return code ? SQLITE_IOERR_READ : real_of(file)->pMethods->xRead(real_of(file), bytes, len, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 offset)
{
    pthread_mutex_lock(&fault.lock);
    int code = count(CALL_GROW);
    if (!code) {
        disk_write(file_of(file)->disk, bytes, (size_t)len, (size_t)offset);
        code = real_of(file)->pMethods->xWrite(real_of(file), bytes, len, offset);
    }
    pthread_mutex_unlock(&fault.lock);
    return code == SQLITE_IOERR ? SQLITE_IOERR_WRITE : code;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    pthread_mutex_lock(&fault.lock);
    int code = count(CALL_CHANGE);
    if (!code) {
        disk_truncate(file_of(file)->disk, (size_t)size);
        code = real_of(file)->pMethods->xTruncate(real_of(file), size);
    }
    pthread_mutex_unlock(&fault.lock);
    return code == SQLITE_IOERR ? SQLITE_IOERR_TRUNCATE : code;
}

static int file_sync(sqlite3_file *file, int flags)
{
    (void)flags;
    pthread_mutex_lock(&fault.lock);
    int code = count(CALL_CHANGE);
    if (!code) {
        disk_sync(file_of(file)->disk);
        if (file_of(file)->names)
            disk_sync_names();
        file_of(file)->names = false;
    }
    pthread_mutex_unlock(&fault.lock);
    return code == SQLITE_IOERR ? SQLITE_IOERR_FSYNC : code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int code = count_look();
    return code ? SQLITE_IOERR_FSTAT : real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int file_reserved(sqlite3_file *file, int *result)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}

static int file_control(sqlite3_file *file, int op, void *argument)
{
    /* A hint of the size to come would write past what is noted. */
    if (op == SQLITE_FCNTL_SIZE_HINT)
        return SQLITE_OK;
    return real_of(file)->pMethods->xFileControl(real_of(file), op, argument);
}

static int file_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int file_character(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **at)
{
    int code = count_look();
    return code ? SQLITE_IOERR_SHMMAP : real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, at);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_character,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the system ---- */

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    struct fault_file *opened = file_of(file);
    (void)vfs;

    opened->base.pMethods = NULL;
    if (count_look())
        return SQLITE_CANTOPEN;
    opened->real = calloc(1, (size_t)fault.real->szOsFile);
    if (!opened->real)
        return SQLITE_NOMEM;
    pthread_mutex_lock(&fault.lock);
    opened->disk = name ? disk_open(name) : NULL;
    pthread_mutex_unlock(&fault.lock);
    int code = fault.real->xOpen(fault.real, name, opened->real, flags, out);
    if (code) {
        free(opened->real);
        return code;
    }
    opened->names = flags & SQLITE_OPEN_CREATE && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL);
    opened->base.pMethods = &file_methods;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory)
{
    (void)vfs;
    pthread_mutex_lock(&fault.lock);
    int code = count(CALL_CHANGE);
    if (!code) {
        disk_remove(name, sync_directory);
        code = fault.real->xDelete(fault.real, name, 0);
    }
    pthread_mutex_unlock(&fault.lock);
    return code == SQLITE_IOERR ? SQLITE_IOERR_DELETE : code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    int code = count_look();
    return code ? SQLITE_IOERR_ACCESS : fault.real->xAccess(fault.real, name, flags, out);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    return fault.real->xFullPathname(fault.real, name, size, out);
}

static int vfs_random(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    return fault.real->xRandomness(fault.real, size, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return fault.real->xSleep(fault.real, microseconds);
}

static int vfs_error(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    return fault.real->xGetLastError(fault.real, size, out);
}

static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *out)
{
    (void)vfs;
    return fault.real->xCurrentTimeInt64(fault.real, out);
}

void fault_vfs_register(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = sizeof(struct fault_file),
        .zName = "fault",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xRandomness = vfs_random,
        .xSleep = vfs_sleep,
        .xGetLastError = vfs_error,
        .xCurrentTimeInt64 = vfs_time,
    };
    if (fault.real)
        return;
    fault.real = sqlite3_vfs_find("unix");
    vfs.mxPathname = fault.real->mxPathname;
    sqlite3_vfs_register(&vfs, 0);
}

void fault_vfs_plan(const struct fault_plan *plan)
{
    pthread_mutex_lock(&fault.lock);
    disk_forget();
    fault.plan = *plan;
    fault.calls = 0;
    fault.off = false;
    pthread_mutex_unlock(&fault.lock);
}

uint64_t fault_vfs_calls(void)
{
    pthread_mutex_lock(&fault.lock);
    uint64_t calls = fault.calls;
    pthread_mutex_unlock(&fault.lock);
    return calls;
}

void fault_vfs_cut(void)
{
    pthread_mutex_lock(&fault.lock);
    fault.off = true;
    pthread_mutex_unlock(&fault.lock);
}

void fault_vfs_survive(uint64_t seed)
{
    pthread_mutex_lock(&fault.lock);
    disk_survive(seed);
    disk_forget();
    fault.plan = (struct fault_plan){.kind = FAULT_NONE};
    fault.off = false;
    pthread_mutex_unlock(&fault.lock);
}
