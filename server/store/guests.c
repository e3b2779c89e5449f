/* See guests.h. */
#include "server/store/guests.h"

#include <sodium.h>

static const struct text key_name = TEXT_INIT("guest_key");

struct text store_guest_key(struct db *db, struct arena *arena)
{
    struct query q = db_query(db, SQL_SETTING_READ);
    struct text key = {NULL, 0};

    query_text(&q, ":name", key_name);
    if (query_row(&q))
        key = query_blob_at(&q, 0, arena);
    query_end(&q);
    return key.len == GUEST_KEY ? key : (struct text){NULL, 0};
}

void store_guest_key_mint(struct db *db)
{
    uint8_t key[GUEST_KEY];
    struct query q = db_query(db, SQL_SETTING_READ);

    query_text(&q, ":name", key_name);
    bool minted = query_row(&q);
    query_end(&q);
    if (minted)
        return;
    randombytes_buf(key, sizeof key);
    q = db_query(db, SQL_SETTING_WRITE);
    query_text(&q, ":name", key_name);
    query_blob(&q, ":value", (struct text){(const char *)key, sizeof key});
    query_run(&q);
}

bool store_guest_form_use(struct db *db, struct text id, int64_t until, int64_t now)
{
    struct query q = db_query(db, SQL_GUEST_FORM_USED);

    query_blob(&q, ":id", id);
    bool used = query_row(&q);
    query_end(&q);
    if (used)
        return false;
    q = db_query(db, SQL_GUEST_FORM_FORGET);
    query_time(&q, ":now", now);
    query_run(&q);
    q = db_query(db, SQL_GUEST_FORM_USE);
    query_blob(&q, ":id", id);
    query_time(&q, ":until", until);
    query_run(&q);
    return true;
}
