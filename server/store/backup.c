/*
 * Copies of the database: before a migration, and while the forum runs.
 *
 * A copy is written beside its name, as NAME.part, synced, and only then renamed, so that a file with the
 * name is always complete. It is one plain file, without a log.
 */
#include "server/store/engine.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse_system(struct store_refusal *refusal, const char *what, const char *path)
{
    return store_refuse(refusal, "%s %s: %s", what, path, strerror(errno));
}

/* Makes the file, for its owner only, whatever the umask. */
static bool make_file(const char *path, struct store_refusal *refusal)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (file < 0)
        return refuse_system(refusal, "cannot create", path);
    bool made = !fchmod(file, 0600);
    close(file);
    return made || refuse_system(refusal, "cannot create", path);
}

/* Fills the file at `part` and makes it plain. SQLite syncs it when it commits. */
static int fill(sqlite3 *from, const char *part, const char *vfs, bool keep_epoch)
{
    sqlite3 *to = NULL;
    int code = sqlite3_open_v2(part, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);

    if (!code)
        code = sqlite3_exec(to, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
    sqlite3_backup *copy = code ? NULL : sqlite3_backup_init(to, "main", from, "main");
    if (copy) {
        code = sqlite3_backup_step(copy, -1);
        int end = sqlite3_backup_finish(copy);
        code = code == SQLITE_DONE ? end : code;
    } else if (!code) {
        code = sqlite3_extended_errcode(to);
    }
    if (!code)
        code = sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    if (!code && !keep_epoch)
        code = sqlite3_exec(to, "DELETE FROM setting WHERE name = 'epoch'", NULL, NULL, NULL);
    int closed = sqlite3_close(to);
    return code ? code : closed;
}

bool sync_parent_of(const char *path)
{
    char *copy = strdup(path);
    int directory = copy ? open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool synced = directory >= 0 && !fsync(directory);

    if (directory >= 0)
        close(directory);
    free(copy);
    return synced;
}

bool backup_copy(struct db *from, const char *path, const char *vfs, bool keep_epoch,
                 struct store_refusal *refusal)
{
    bool done = false;
    size_t size = strlen(path) + sizeof ".part";
    char *part = malloc(size);

    if (!part)
        return store_refuse(refusal, "not enough memory for a backup");
    snprintf(part, size, "%s.part", path);
    if (!make_file(part, refusal))
        goto out;
    int code = fill(from->handle, part, vfs, keep_epoch);
    if (code) {
        store_refuse(refusal, "the backup %s failed: %s", path, sqlite3_errstr(code));
        unlink(part);
        goto out;
    }
    if (rename(part, path) || !sync_parent_of(path)) {
        refuse_system(refusal, "cannot finish the backup", path);
        goto out;
    }
    done = true;
out:
    free(part);
    return done;
}

bool store_backup(struct store *store, const char *path, struct store_refusal *refusal)
{
    struct db *from = db_open(store->path, store->vfs, DB_READER, refusal);
    if (!from)
        return false;
    atomic_fetch_add(&store->backups, 1);
    bool done = backup_copy(from, path, store->vfs, false, refusal);
    atomic_fetch_sub(&store->backups, 1);
    db_close(from);
    return done;
}
