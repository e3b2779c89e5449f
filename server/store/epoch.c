/*
 * The epoch: which history of this forum a cursor speaks of.
 *
 * Eight random bytes in `setting`, minted at first start. When an older copy of the database takes the place
 * of a newer one, sequence numbers will be given a second time, and every client must be told; so a new
 * epoch is minted then. Backups carry none, which settles restoring them. A file that was copied back by
 * hand is noticed by a side file, `commits`, that follows each commit without a sync: it is never ahead of
 * the database it belongs to, so where it is ahead, or belongs to another epoch, or is missing, or was itself
 * put there by copying (it knows when it was born), the database is not the one that was last served.
 * A needless new epoch costs each client one synchronization and is never wrong.
 */
#include "server/store/engine.h"
#include "server/util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char side_name[] = "commits";

/* The side file. Of this machine only, so in its own byte order. */
struct side {
    uint8_t epoch[STORE_EPOCH];
    uint64_t commits;
    int64_t born; /* of the file itself, ns since 1970; 0 where the file system does not know */
};

/* What `setting` holds. */
struct book {
    struct job job;
    uint8_t epoch[STORE_EPOCH];
    bool has_epoch;
    uint64_t commits;
    int64_t stamp;
};

static struct book *book_of(struct job *job)
{
    return (struct book *)job; /* its first member */
}

static int64_t read_number(struct db *db, const char *name)
{
    struct query q = db_query(db, SQL_SETTING_READ);
    query_text(&q, ":name", text_of(name));
    return (int64_t)query_only_int(&q);
}

static bool read_book(struct job *job, struct db *db)
{
    struct book *book = book_of(job);

    book->commits = (uint64_t)read_number(db, "commits");
    book->stamp = read_number(db, "stamp");
    struct query q = db_query(db, SQL_SETTING_READ);
    query_text(&q, ":name", TEXT("epoch"));
    if (query_row(&q)) {
        struct text epoch = query_borrow_at(&q, 0);
        book->has_epoch = epoch.len == STORE_EPOCH;
        if (book->has_epoch)
            memcpy(book->epoch, epoch.at, STORE_EPOCH);
    }
    query_end(&q);
    return true;
}

static bool write_book(struct job *job, struct db *db)
{
    struct query q = db_query(db, SQL_SETTING_WRITE);
    query_text(&q, ":name", TEXT("epoch"));
    query_blob(&q, ":value", (struct text){(const char *)book_of(job)->epoch, STORE_EPOCH});
    query_run(&q);
    return true;
}

static int64_t birth_of(int file)
{
    struct statx status;

    if (statx(file, "", AT_EMPTY_PATH, STATX_BTIME, &status) || !(status.stx_mask & STATX_BTIME))
        return 0;
    return (int64_t)status.stx_btime.tv_sec * 1000000000 + status.stx_btime.tv_nsec;
}

/* Whether the side file says that this database is the one last served. */
static bool side_agrees(const struct store *store, const struct book *book)
{
    struct side side;

    return book->has_epoch && pread(store->side, &side, sizeof side, 0) == (ssize_t)sizeof side &&
           !memcmp(side.epoch, book->epoch, STORE_EPOCH) && side.commits <= book->commits &&
           side.born == birth_of(store->side);
}

static bool side_write(const struct store *store)
{
    struct side side = {.commits = store->commits, .born = birth_of(store->side)};

    memcpy(side.epoch, store->epoch, STORE_EPOCH);
    return pwrite(store->side, &side, sizeof side, 0) == (ssize_t)sizeof side;
}

void epoch_follow(struct store *store)
{
    /* If this fails the file stays behind, which is always allowed. */
    ssize_t written = pwrite(store->side, &store->commits, sizeof store->commits, offsetof(struct side, commits));
    (void)written;
}

bool epoch_open(struct store *store, bool *created, struct store_refusal *refusal)
{
    struct book book = {.job = {.run = read_book}};

    store->side = openat(store->directory, side_name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (store->side < 0 || fchmod(store->side, 0600))
        return store_refuse(refusal, "cannot open the file %s of the data directory: %s", side_name, strerror(errno));
    if (!store_run_now(store, &book.job))
        return store_refuse(refusal, "the database's settings cannot be read");
    store->commits = book.commits;
    if (store->stamp < book.stamp)
        store->stamp = book.stamp;
    *created = *created || !book.commits;
    if (!*created && side_agrees(store, &book)) {
        memcpy(store->epoch, book.epoch, STORE_EPOCH);
        return true;
    }
    if (getrandom(book.epoch, STORE_EPOCH, 0) != STORE_EPOCH)
        return store_refuse(refusal, "the system gives no random bytes: %s", strerror(errno));
    book.job.run = write_book;
    if (!store_run_now(store, &book.job))
        return store_refuse(refusal, "the database cannot be written");
    memcpy(store->epoch, book.epoch, STORE_EPOCH);
    if (!side_write(store) || fsync(store->side) || fsync(store->directory))
        return store_refuse(refusal, "cannot write the file %s of the data directory: %s", side_name, strerror(errno));
    if (!*created)
        log_warning("store_epoch_renewed", LOG_TEXT("reason", TEXT("the database is not the one last served")));
    return true;
}
