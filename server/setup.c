/* See setup.h. */
#include "server/setup.h"

#include "server/store/accounts.h"
#include "server/store/audit.h"
#include "server/store/boards.h"
#include "server/store/feeds.h"
#include "server/store/guests.h"

#define INVITATION_MS (INT64_C(30) * 24 * 60 * 60 * 1000) /* a month to hand it over */

struct setup {
    struct job job; /* first */
    const struct boards_file *boards;
    char *code;     /* set when the invitation was made */
};

/* On record as the program's own: nobody is logged in yet, or it is the command line. */
static void put_on_record(struct db *db, struct text act, uint64_t target, struct text detail)
{
    store_audit_append(db, &(struct audit_record){.time = (uint64_t)db_now(db), .act = act, .target = target, .detail = detail}, NULL);
}

static void invite(struct db *db, char code[CODES_CHARS + 1])
{
    uint8_t hash[CODES_HASH];
    int64_t now = db_now(db);

    codes_make(code);
    codes_hash(text_of(code), hash);
    store_invitation_insert(db, (struct text){(const char *)hash, sizeof hash}, ROLE_ADMINISTRATOR, 0, now,
                            now + INVITATION_MS);
    put_on_record(db, TEXT("invite"), 0, TEXT("administrator"));
}

static bool has_boards(struct db *db)
{
    struct query q = store_boards(db);
    bool found = query_row(&q);

    query_end(&q);
    return found;
}

static bool run_setup(struct job *job, struct db *db)
{
    struct setup *setup = (struct setup *)job;

    setup->code[0] = '\0';
    if (!store_feed_mint(db))
        return false;
    store_guest_key_mint(db);
    if (has_boards(db))
        return true;
    for (size_t i = 0; i < setup->boards->count; i++) {
        struct board_record board = setup->boards->boards[i];
        board.created = (uint64_t)db_now(db);
        put_on_record(db, TEXT("board_create"), store_board_insert(db, &board), board.slug);
    }
    invite(db, setup->code);
    return true;
}

static bool run_invite(struct job *job, struct db *db)
{
    struct setup *setup = (struct setup *)job;

    invite(db, setup->code);
    return true;
}

bool setup_run(struct store *store, const struct boards_file *boards, char code[CODES_CHARS + 1])
{
    struct setup setup = {.job = {.run = run_setup}, .boards = boards, .code = code};

    return store_run_now(store, &setup.job);
}

bool setup_invite(struct store *store, char code[CODES_CHARS + 1])
{
    struct setup setup = {.job = {.run = run_invite}, .code = code};

    return store_run_now(store, &setup.job);
}
