/* See feed_find.h. */
#include "server/forum/feed_find.h"

#include <sodium.h>

#include "server/forum/digest_feed.h"
#include "server/forum/find.h"
#include "server/forum/publication.h"
#include "server/store/accounts.h"
#include "server/util/words.h"

/* ---- what each kind follows ---- */

static enum status find_site(struct request *r, struct text name, struct feed_source *out)
{
    if (name.len)
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    out->feed.name = (struct text){NULL, 0};
    out->feed.title = r->site->name;
    return STATUS_OK;
}

/* A board or what stands on one: everybody's feed is there only where the board has one. */
static enum status check_board(struct request *r, const struct board_row *board, const struct feed_source *out)
{
    if (board->record.kind == BOARD_KIND_STATION)
        return refuse_field(r, STATUS_NOT_FOUND, "name");
    if (board->record.kind == BOARD_KIND_BIN)
        return refuse_field(r, STATUS_GONE, "name");
    if (!out->keyed && !publication_is_public(board))
        return refuse_field(r, STATUS_GONE, "name");
    return STATUS_OK;
}

static enum status find_of_board(struct request *r, struct text name, struct feed_source *out)
{
    struct board_row board;
    enum status status = find_board(r, name, &board);

    if (!status)
        status = check_board(r, &board, out);
    if (status)
        return status;
    out->log.ref = board.record.id;
    out->feed.name = board.record.slug;
    out->feed.title = board.record.name;
    out->feed.title_en = board.record.name_en;
    out->feed.about = board.record.about;
    out->feed.about_en = board.record.about_en;
    out->feed.board = board.record.id;
    out->feed.updated = out->feed.created = board.record.created;
    return STATUS_OK;
}

/* Decimal digits as a number; 0 where it is none. */
static uint64_t number_of(struct text digits)
{
    enum { DIGITS = 18 };
    uint64_t number = 0;

    if (digits.len > DIGITS)
        return 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(digits.at[i] - '0');
    }
    return number;
}

static enum status find_of_thread(struct request *r, struct text name, struct feed_source *out)
{
    struct thread_row thread;
    struct board_row board;
    enum status status = find_thread(r, number_of(name), &thread, &board);

    if (!status)
        status = check_board(r, &board, out);
    if (status)
        return status;
    out->log.ref = thread.record.id;
    out->feed.name = arena_format(r->arena, "%llu", (unsigned long long)thread.record.id); /* however many zeros it was asked with */
    out->feed.title = thread.record.title;
    out->feed.board = board.record.id;
    out->feed.updated = out->feed.created = thread.record.created;
    return STATUS_OK;
}

static enum status find_of_tag(struct request *r, struct text name, struct feed_source *out)
{
    out->feed.name = out->feed.title = words_tag(name, r->arena);
    out->log.ref = out->feed.name.at ? store_tag_find(r->db, out->feed.name) : 0;
    return out->log.ref ? STATUS_OK : refuse_field(r, STATUS_NOT_FOUND, "name");
}

static enum status find_of_author(struct request *r, struct text name, struct feed_source *out)
{
    struct account_row account;
    uint64_t id = find_account(r, name);

    if (!id || !store_account_row(r->db, id, r->arena, &account))
        return refuse_field(r, STATUS_NOT_FOUND, "name");
    out->log.ref = id;
    out->feed.name = account.handle;
    out->feed.title = account.name;
    out->feed.updated = out->feed.created = (uint64_t)account.created;
    return STATUS_OK;
}

static enum status find_of_search(struct request *r, struct text name, struct feed_source *out)
{
    if (!name.len)
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    out->feed.title = name;
    return STATUS_OK;
}

enum status feed_find(struct request *r, enum feed_kind kind, struct text name, bool keyed, struct feed_source *out)
{
    static enum status (*const finders[])(struct request *r, struct text name, struct feed_source *out) = {
        [FEED_KIND_SITE] = find_site, [FEED_KIND_BOARD] = find_of_board, [FEED_KIND_THREAD] = find_of_thread,
        [FEED_KIND_TAG] = find_of_tag, [FEED_KIND_AUTHOR] = find_of_author, [FEED_KIND_SEARCH] = find_of_search,
        [FEED_KIND_DIGEST] = digest_feed_find,
    };

    *out = (struct feed_source){.log = {.kind = kind}, .feed = {.kind = kind, .name = name}, .keyed = keyed};
    enum status status = finders[kind](r, name, out);
    if (status)
        return status;
    out->feed.object = kind == FEED_KIND_TAG ? 0 : out->log.ref;
    if (kind != FEED_KIND_SEARCH && kind != FEED_KIND_DIGEST)
        out->feed.head = store_feed_head(r->db, out->log);
    out->feed.archives = out->feed.head / LIMIT_FEED_ITEMS;
    return STATUS_OK;
}

/* ---- by a key ---- */

struct text feed_key_hash(struct request *r, struct text key)
{
    enum { HASH = 32 };
    unsigned char *hash = arena_alloc(r->arena, HASH);

    if (!hash)
        return (struct text){NULL, 0};
    crypto_generichash(hash, HASH, (const unsigned char *)key.at, key.len, NULL, 0);
    return (struct text){(const char *)hash, HASH};
}

enum status feed_find_by_key(struct request *r, struct text key, struct feed_source *out)
{
    struct feed_key_row row;

    if (!store_feed_key_find(r->db, feed_key_hash(r, key), r->arena, &row))
        return refuse_field(r, STATUS_NOT_FOUND, "key");
    if (row.revoked || !store_actor_of(r->db, row.account, r->arena, r->now, &r->actor) || r->actor.suspended)
        return refuse_field(r, STATUS_GONE, "key");
    return feed_find(r, row.record.kind, row.record.name, true, out);
}
