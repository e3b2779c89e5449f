/*
 * Accounts, their roles, sessions and codes, as rows.
 *
 * Typed functions over the statements of accounts.def; they decide nothing. Called inside the transaction of
 * `db`, on its thread. Texts are copied into the arena given and live as long as it does; times are UTC in
 * milliseconds; a row that is not there is told by `false` or 0.
 *
 * Two things are derived from "grant" and kept in the account's row, so that a request needs no second
 * look-up: `role`, the highest role on the site, and `totp_due`. An account with neither a due date nor a
 * second factor holds no role on a board or unit. Whoever changes "grant" calls store_account_settle after.
 */
#ifndef LUNTAN_SERVER_STORE_ACCOUNTS_H
#define LUNTAN_SERVER_STORE_ACCOUNTS_H

#include "moderation/policy.h"
#include "server/store/db.h"

/* ---- who acts ---- */

/*
 * Who acts in `session`, as of `now`; a visitor for session 0. `out` borrows from the arena. False where the
 * session no longer exists, with `out` a visitor. One look-up for most people, one more each for who may hold roles on
 * boards or units, and for who was muted or banned. Powers rest once the account's due date has passed without a second factor.
 */
MUST_USE bool store_actor_load(struct db *db, uint64_t session, struct arena *arena, int64_t now, struct actor *out);

/* The same by account, with session 0: for telling the loops what somebody has become. */
MUST_USE bool store_actor_of(struct db *db, uint64_t account, struct arena *arena, int64_t now, struct actor *out);

/* ---- accounts ---- */

struct account_row {
    uint64_t id;
    struct text handle, name, zone;
    struct text unit; /* its name; absent for none */
    uint64_t unit_id;
    enum role role;
    enum lang lang;
    enum account_state state;
    int64_t created, totp_due;
    bool totp; /* whether a second factor is enrolled */
};

/* The account whose handle has this key (words_handle_key), or 0. */
uint64_t store_account_by_handle(struct db *db, struct text handle_key);

MUST_USE bool store_account_row(struct db *db, uint64_t account, struct arena *arena, struct account_row *out);

/* The next account by number after `after`, for going through all of them. */
MUST_USE bool store_account_next(struct db *db, uint64_t after, struct arena *arena, struct account_row *out);

/* Up to `room` accounts by handle key after `key` (absent: from the start). Returns how many. */
size_t store_accounts_page(struct db *db, struct text key, struct arena *arena, struct account_row *rows, size_t room);

/* Handle and display name; absent where there is no such account. */
struct text store_handle_of(struct db *db, uint64_t account, struct arena *arena);
struct text store_name_of(struct db *db, uint64_t account, struct arena *arena);

/*
 * Inserts an account without roles: handle, name, zone, unit_id, lang, state and created are taken from `row`;
 * `row->id` is kept where it is not 0. `password` is an Argon2id string, absent for one that only a reset
 * code opens. Returns the account's number. The handle's key must be free.
 */
uint64_t store_account_insert(struct db *db, const struct account_row *row, struct text handle_key, struct text password);

/* Writes name, zone, lang, unit_id and state of `row`. */
void store_account_update(struct db *db, const struct account_row *row);

/* The number of the unit with this name, which is made if it is missing. */
uint64_t store_unit(struct db *db, struct text name);
/* The same, but 0 where it is missing. */
uint64_t store_unit_find(struct db *db, struct text name);

/* ---- secrets ---- */

/* What an account proves itself by. Wiped with the arena; never on the wire. */
struct account_secrets {
    struct text password;        /* Argon2id string, or absent */
    struct text totp, totp_new;  /* confirmed, and waiting to be */
    uint64_t totp_step;          /* the last time step accepted */
};

MUST_USE bool store_secrets(struct db *db, uint64_t account, struct arena *arena, struct account_secrets *out);
void store_password_set(struct db *db, uint64_t account, struct text password);
void store_totp_step(struct db *db, uint64_t account, uint64_t step);
void store_totp_new(struct db *db, uint64_t account, struct text secret);
/* The waiting secret becomes the second factor; `step` was its first; nothing is due any more; tokens are to be replaced. */
void store_totp_confirm(struct db *db, uint64_t account, uint64_t step);

/* Hashes of recovery codes: forgets the old ones, adds one, uses one up (false: there is no such). */
void store_recovery_clear(struct db *db, uint64_t account);
void store_recovery_add(struct db *db, uint64_t account, struct text hash);
MUST_USE bool store_recovery_use(struct db *db, uint64_t account, struct text hash);

/* ---- roles ---- */

struct grant_row {
    enum role role;
    enum scope scope;
    uint64_t ref;    /* board or unit, by scope; 0 for the site */
    struct text name; /* the board's slug or the unit's name; absent for the site */
    int64_t since;
};

/* The account's roles, in an array of the arena. Returns how many. */
size_t store_grants(struct db *db, uint64_t account, struct arena *arena, struct grant_row **out);

/* False where the account has that role already, or has not. store_account_settle must follow. */
MUST_USE bool store_grant_add(struct db *db, uint64_t account, const struct grant_row *grant);
MUST_USE bool store_grant_drop(struct db *db, uint64_t account, const struct grant_row *grant);

/*
 * Brings the account's role and due date in step with its roles: somebody new to power has `grace` ms from
 * `now` to enroll a second factor; somebody without power owes none. Tokens are to be replaced.
 */
void store_account_settle(struct db *db, uint64_t account, int64_t now, int64_t grace);

/* How many administrators there are that can log in, other than `but`. */
uint64_t store_administrators(struct db *db, uint64_t but);

/* ---- sessions ---- */

struct session_row {
    uint64_t id;
    int64_t created, used;
    struct text client;
};

/* `token_hash` is 32 bytes. Returns the session's number. */
uint64_t store_session_insert(struct db *db, uint64_t account, struct text token_hash, int64_t now, struct text client);
/* The session with this token, or with the one before while that is good too; 0 for none. `renew`: the token is to be replaced. */
uint64_t store_session_by_token(struct db *db, struct text token_hash, int64_t now, bool *renew);
/*
 * Gives the session a new token; the present one stays good until `until`. False, and nothing changed, where that before the present
 * one is still good: whoever comes second in one moment must not undo what the first was told.
 */
MUST_USE bool store_session_renew(struct db *db, uint64_t session, struct text token_hash, int64_t now, int64_t until);
/* The tokens of the account's sessions are to be replaced. */
void store_sessions_renew(struct db *db, uint64_t account);
/* Up to `room` sessions, newest first. Returns how many. */
size_t store_sessions(struct db *db, uint64_t account, struct arena *arena, struct session_row *rows, size_t room);
/* Where the account has `most` sessions or more, ends the one unused for longest and returns its number; otherwise 0. */
uint64_t store_session_make_room(struct db *db, uint64_t account, uint64_t most);
/* Ends a session of the account. False where it has no such. */
MUST_USE bool store_session_end(struct db *db, uint64_t account, uint64_t session);
/* Ends all sessions of the account but `keep` (0: all). */
void store_sessions_end(struct db *db, uint64_t account, uint64_t keep);
/* Notes that the session is in use; writes only when the hour has changed. */
void store_session_touch(struct db *db, uint64_t session, int64_t now);

/* ---- codes ---- */

/* Hashes are codes_hash's 32 bytes; `issuer` is 0 for the installation itself. */
void store_invitation_insert(struct db *db, struct text code_hash, enum role role, uint64_t issuer, int64_t created, int64_t expires);
/* Whether the invitation can be used now, the role that it gives, and whose word it is. */
MUST_USE bool store_invitation_find(struct db *db, struct text code_hash, int64_t now, enum role *role, uint64_t *issuer);
/* Uses it up. */
void store_invitation_take(struct db *db, struct text code_hash, uint64_t taker);

/* Replaces any earlier reset code of the account. */
void store_reset_put(struct db *db, uint64_t account, struct text code_hash, uint64_t issuer, int64_t created, int64_t expires);
/* The hash of the account's reset code that can be used now; absent for none. */
struct text store_reset_find(struct db *db, uint64_t account, int64_t now, struct arena *arena, uint64_t *issuer);
void store_reset_drop(struct db *db, uint64_t account);

/* Whoever moderates a board or the whole site: query, then next until false, then query_end. `board` 0: the site alone. */
struct moderator_row {
    uint64_t account;
    struct text handle_key, name; /* in the arena */
};
struct query store_moderators(struct db *db, uint64_t board, uint64_t count);
MUST_USE bool store_moderator_next(struct query *q, struct arena *arena, struct moderator_row *out);

#endif
