/* See accounts.h. Sessions and codes are in sessions.c. */
#include "server/store/accounts.h"

#include "server/store/sanctions.h"

/* ---- who acts ---- */

/* What the two statements that load an actor have in common. */
struct standing {
    bool found, scoped, sanctioned; /* scoped: may hold roles on boards or units; sanctioned: was muted or banned, and may still be */
};

static struct standing read_actor(struct query *q, struct arena *arena, int64_t now, struct actor *out)
{
    struct standing standing = {.found = false};

    *out = (struct actor){.role = ROLE_VISITOR};
    if (query_row(q)) {
        int64_t due = (int64_t)query_int_at(q, 3);
        bool totp = query_int_at(q, 4) != 0;
        out->account = query_int_at(q, 0);
        out->role = (enum role)query_int_at(q, 1);
        out->suspended = query_int_at(q, 2) != ACCOUNT_STATE_ACTIVE;
        out->rests = !totp && due != 0 && due <= now;
        out->handle = query_text_at(q, 5, arena);
        out->name = query_text_at(q, 6, arena);
        standing = (struct standing){true, totp || due != 0, query_int_at(q, 7) != 0};
    }
    query_end(q);
    return standing;
}

/* Fills in the unit and the roles on boards. */
static void read_scopes(struct db *db, struct arena *arena, struct actor *out)
{
    struct board_role *boards = NULL;
    uint32_t count = 0, room = 0;
    struct query q = db_query(db, SQL_ACTOR_SCOPES);

    query_int(&q, ":account", out->account);
    while (query_row(&q)) {
        if (query_int_at(&q, 0) == SCOPE_UNIT) {
            out->unit = query_int_at(&q, 1);
            continue;
        }
        if (count == room) {
            uint32_t more = room ? room * 2 : 4;
            struct board_role *larger = arena_alloc(arena, more * sizeof *larger);
            if (!larger)
                break; /* the arena says so at the end */
            if (count)
                memcpy(larger, boards, count * sizeof *larger);
            boards = larger;
            room = more;
        }
        boards[count++] = (struct board_role){query_int_at(&q, 1), (enum role)query_int_at(&q, 2)};
    }
    query_end(&q);
    out->boards = boards;
    out->board_count = count;
}

/* What stands in other tables, which most people have no rows in. */
static void read_rest(struct db *db, struct arena *arena, int64_t now, struct standing standing, struct actor *out)
{
    if (standing.scoped)
        read_scopes(db, arena, out);
    if (standing.sanctioned)
        store_sanctions_weigh(db, arena, now, out);
}

bool store_actor_load(struct db *db, uint64_t session, struct arena *arena, int64_t now, struct actor *out)
{
    if (session == 0) {
        *out = (struct actor){.role = ROLE_VISITOR};
        return true;
    }
    struct query q = db_query(db, SQL_ACTOR_BY_SESSION);
    query_int(&q, ":session", session);
    struct standing standing = read_actor(&q, arena, now, out);
    if (!standing.found)
        return false;
    out->session = session;
    read_rest(db, arena, now, standing, out);
    return true;
}

bool store_actor_of(struct db *db, uint64_t account, struct arena *arena, int64_t now, struct actor *out)
{
    struct query q = db_query(db, SQL_ACTOR_BY_ACCOUNT);
    query_int(&q, ":account", account);
    struct standing standing = read_actor(&q, arena, now, out);
    read_rest(db, arena, now, standing, out);
    return standing.found;
}

/* ---- accounts ---- */

uint64_t store_account_by_handle(struct db *db, struct text handle_key)
{
    struct query q = db_query(db, SQL_ACCOUNT_BY_KEY);
    query_text(&q, ":key", handle_key);
    return query_only_int(&q);
}

static bool read_account(struct query *q, struct arena *arena, struct account_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct account_row){
        .id = query_int_at(q, 0),
        .handle = query_text_at(q, 1, arena),
        .name = query_text_at(q, 2, arena),
        .zone = query_text_at(q, 3, arena),
        .unit = query_text_at(q, 4, arena),
        .unit_id = query_int_at(q, 5),
        .role = (enum role)query_int_at(q, 6),
        .lang = (enum lang)query_int_at(q, 7),
        .state = (enum account_state)query_int_at(q, 8),
        .created = (int64_t)query_int_at(q, 9),
        .totp_due = (int64_t)query_int_at(q, 10),
        .totp = query_int_at(q, 11) != 0,
    };
    return true;
}

bool store_account_row(struct db *db, uint64_t account, struct arena *arena, struct account_row *out)
{
    struct query q = db_query(db, SQL_ACCOUNT_ROW);
    query_int(&q, ":account", account);
    bool found = read_account(&q, arena, out);
    query_end(&q);
    return found;
}

bool store_account_next(struct db *db, uint64_t after, struct arena *arena, struct account_row *out)
{
    struct query q = db_query(db, SQL_ACCOUNT_NEXT);
    query_int(&q, ":after", after);
    bool found = read_account(&q, arena, out);
    query_end(&q);
    return found;
}

size_t store_accounts_page(struct db *db, struct text key, struct arena *arena, struct account_row *rows, size_t room)
{
    size_t count = 0;
    struct query q = db_query(db, SQL_ACCOUNT_PAGE);
    query_text(&q, ":key", key.at ? key : TEXT(""));
    query_int(&q, ":count", room);
    while (count < room && read_account(&q, arena, &rows[count]))
        count++;
    query_end(&q);
    return count;
}

static struct text read_name(struct db *db, uint64_t account, int column, struct arena *arena)
{
    struct text name = {NULL, 0};
    struct query q = db_query(db, SQL_ACCOUNT_NAMES);
    query_int(&q, ":account", account);
    if (query_row(&q))
        name = query_text_at(&q, column, arena);
    query_end(&q);
    return name;
}

struct text store_handle_of(struct db *db, uint64_t account, struct arena *arena)
{
    return read_name(db, account, 0, arena);
}

struct text store_name_of(struct db *db, uint64_t account, struct arena *arena)
{
    return read_name(db, account, 1, arena);
}

/* Binds a number of which 0 is stored as NULL. */
static void bind_optional(struct query *q, const char *name, uint64_t value)
{
    if (value)
        query_int(q, name, value);
}

uint64_t store_account_insert(struct db *db, const struct account_row *row, struct text handle_key, struct text password)
{
    struct query q = db_query(db, SQL_ACCOUNT_INSERT);
    bind_optional(&q, ":id", row->id);
    query_text(&q, ":handle", row->handle);
    query_text(&q, ":key", handle_key);
    query_text(&q, ":name", row->name);
    query_text(&q, ":password", password);
    query_int(&q, ":role", ROLE_CITIZEN);
    bind_optional(&q, ":unit", row->unit_id);
    query_int(&q, ":lang", row->lang);
    query_text(&q, ":zone", row->zone);
    query_int(&q, ":state", row->state);
    query_time(&q, ":created", row->created);
    query_run(&q);
    return db_failed(db) ? 0 : db_last_id(db);
}

void store_account_update(struct db *db, const struct account_row *row)
{
    struct query q = db_query(db, SQL_ACCOUNT_UPDATE);
    query_int(&q, ":account", row->id);
    query_text(&q, ":name", row->name);
    query_text(&q, ":zone", row->zone);
    query_int(&q, ":lang", row->lang);
    bind_optional(&q, ":unit", row->unit_id);
    query_int(&q, ":state", row->state);
    query_run(&q);
}

uint64_t store_unit_find(struct db *db, struct text name)
{
    struct query q = db_query(db, SQL_UNIT_BY_NAME);
    query_text(&q, ":name", name);
    return query_only_int(&q);
}

uint64_t store_unit(struct db *db, struct text name)
{
    uint64_t unit = store_unit_find(db, name);
    if (unit)
        return unit;
    struct query q = db_query(db, SQL_UNIT_INSERT);
    query_text(&q, ":name", name);
    query_run(&q);
    return db_failed(db) ? 0 : db_last_id(db);
}

/* ---- roles ---- */

size_t store_grants(struct db *db, uint64_t account, struct arena *arena, struct grant_row **out)
{
    struct grant_row *rows = NULL;
    size_t count = 0, room = 0;
    struct query q = db_query(db, SQL_GRANTS);

    query_int(&q, ":account", account);
    while (query_row(&q)) {
        if (count == room) {
            size_t more = room ? room * 2 : 4;
            struct grant_row *larger = arena_alloc(arena, more * sizeof *larger);
            if (!larger)
                break; /* the arena says so at the end */
            if (count)
                memcpy(larger, rows, count * sizeof *larger);
            rows = larger;
            room = more;
        }
        rows[count++] = (struct grant_row){
            .role = (enum role)query_int_at(&q, 0),
            .scope = (enum scope)query_int_at(&q, 1),
            .ref = query_int_at(&q, 2),
            .since = (int64_t)query_int_at(&q, 3),
            .name = query_text_at(&q, 4, arena),
        };
    }
    query_end(&q);
    *out = rows;
    return count;
}

static struct query grant_query(struct db *db, enum statement statement, uint64_t account, const struct grant_row *grant)
{
    struct query q = db_query(db, statement);
    query_int(&q, ":account", account);
    query_int(&q, ":role", grant->role);
    query_int(&q, ":scope", grant->scope);
    query_int(&q, ":ref", grant->ref);
    return q;
}

bool store_grant_add(struct db *db, uint64_t account, const struct grant_row *grant)
{
    struct query q = grant_query(db, SQL_GRANT_ADD, account, grant);
    query_time(&q, ":since", grant->since);
    return query_run(&q) > 0;
}

bool store_grant_drop(struct db *db, uint64_t account, const struct grant_row *grant)
{
    struct query q = grant_query(db, SQL_GRANT_DROP, account, grant);
    return query_run(&q) > 0;
}

/* What an account's roles come to. */
struct standing_roles {
    enum role role; /* the highest on the site */
    bool power;     /* whether one of them, anywhere, acts on others */
};

static struct standing_roles sum_roles(struct db *db, uint64_t account)
{
    struct standing_roles sum = {ROLE_CITIZEN, false};
    struct query q = db_query(db, SQL_GRANTS);

    query_int(&q, ":account", account);
    while (query_row(&q)) {
        enum role role = (enum role)query_int_at(&q, 0);
        if (query_int_at(&q, 1) == SCOPE_SITE && role > sum.role)
            sum.role = role;
        sum.power = sum.power || policy_needs_totp(role);
    }
    query_end(&q);
    return sum;
}

void store_account_settle(struct db *db, uint64_t account, int64_t now, int64_t grace)
{
    struct standing_roles sum = sum_roles(db, account);
    int64_t due = 0;
    bool totp = false;

    struct query q = db_query(db, SQL_ACTOR_BY_ACCOUNT);
    query_int(&q, ":account", account);
    if (query_row(&q)) {
        due = (int64_t)query_int_at(&q, 3);
        totp = query_int_at(&q, 4) != 0;
    }
    query_end(&q);
    if (!sum.power || totp)
        due = 0;
    else if (due == 0)
        due = now + grace;

    q = db_query(db, SQL_ACCOUNT_SETTLE);
    query_int(&q, ":account", account);
    query_int(&q, ":role", sum.role);
    query_time(&q, ":due", due);
    query_run(&q);
    store_sessions_renew(db, account);
}

uint64_t store_administrators(struct db *db, uint64_t but)
{
    struct query q = db_query(db, SQL_ADMINISTRATORS);
    query_int(&q, ":role", ROLE_ADMINISTRATOR);
    query_int(&q, ":but", but);
    return query_only_int(&q);
}

struct query store_moderators(struct db *db, uint64_t board, uint64_t count)
{
    struct query q = db_query(db, SQL_MODERATORS);

    query_int(&q, ":moderator", ROLE_MODERATOR);
    query_int(&q, ":administrator", ROLE_ADMINISTRATOR);
    query_int(&q, ":site", SCOPE_SITE);
    query_int(&q, ":scope", SCOPE_BOARD);
    query_int(&q, ":board", board);
    query_int(&q, ":count", count);
    return q;
}

bool store_moderator_next(struct query *q, struct arena *arena, struct moderator_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct moderator_row){query_int_at(q, 0), query_text_at(q, 1, arena), query_text_at(q, 2, arena)};
    return true;
}
