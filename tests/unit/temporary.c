/* See temporary.h. */
#include "tests/unit/temporary.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

void temporary_make(struct temporary *temporary)
{
    const char *parent = getenv("TMPDIR");

    snprintf(temporary->path, sizeof temporary->path, "%s/luntan-test-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(temporary->path)) {
        perror(temporary->path);
        exit(1);
    }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void temporary_remove(const struct temporary *temporary)
{
    nftw(temporary->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
