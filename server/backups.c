/* See backups.h. */
#include "server/backups.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATTERN "forum-%Y%m%dT%H%M%SZ.db"
enum { NAME = sizeof "forum-20260504T093000Z.db" - 1 };

/* Only what was made here is ever counted or deleted. */
static int is_backup(const struct dirent *entry)
{
    struct tm time;
    const char *end = strlen(entry->d_name) == NAME ? strptime(entry->d_name, PATTERN, &time) : NULL;

    return end && !*end;
}

/* Names sort by time. */
static void forget_old(const char *path, unsigned keep)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_backup, alphasort);
    char file[PATH_MAX];

    for (int i = 0; i < count; i++) {
        int len = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        if (count - i > (int)keep && len < PATH_MAX)
            unlink(file);
        free(entries[i]);
    }
    free(entries);
}

bool backups_make(struct store *store, const char *directory, unsigned keep, struct store_refusal *refusal)
{
    char path[PATH_MAX - NAME - 1], file[PATH_MAX], name[NAME + 1];
    time_t now = time(NULL);
    struct tm utc;

    snprintf(path, sizeof path, "%s/backups", directory);
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        snprintf(refusal->text, sizeof refusal->text, "%s", strerror(errno));
        return false;
    }
    strftime(name, sizeof name, PATTERN, gmtime_r(&now, &utc));
    snprintf(file, sizeof file, "%s/%s", path, name);
    if (!store_backup(store, file, refusal))
        return false;
    forget_old(path, keep);
    return true;
}
