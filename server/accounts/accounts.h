/*
 * What the handlers of accounts have in common. Private to server/accounts/; straight-line code inside a
 * request's transaction.
 */
#ifndef LUNTAN_SERVER_ACCOUNTS_ACCOUNTS_H
#define LUNTAN_SERVER_ACCOUNTS_ACCOUNTS_H

#include "server/request.h"
#include "server/store/accounts.h"

/* The account with this handle as somebody typed it. False: there is none. */
MUST_USE bool accounts_find(struct request *r, struct text handle, struct account_row *out);

/* The account as the asker may see it (types.def says who sees what); the fields live in the arena. */
struct account_record accounts_describe(struct request *r, const struct account_row *row);
/* The same encoded, for RECORD fields. */
struct items accounts_record(struct request *r, const struct account_row *row);

/* Whether the asker administers. */
bool accounts_administers(const struct request *r);

/*
 * What the hashing thread leaves for the writer: the stored hash that the password given was checked
 * against, and the new one to store, either absent where there is none.
 */
struct accounts_finding {
    uint64_t account;
    struct text verified, fresh;
};

/* Whether the hash that was verified is still the account's. */
MUST_USE bool accounts_still_verified(struct request *r, const struct accounts_finding *finding, struct account_secrets *out);

/* Refuses unless the password may be the new one of somebody with this handle key. OK, or the refusal. */
MUST_USE enum status accounts_check_password(struct request *r, const char *field, struct text password, struct text handle_key);

/*
 * Asks for the second factor where one is enrolled: a one-time code, counted as used, or a recovery code, which is
 * used up. OK, or the refusal: CODE_NEEDED, DENIED, RATE_LIMITED.
 */
MUST_USE enum status accounts_check_code(struct request *r, uint64_t account, const struct account_secrets *secrets, struct text code);

/* Whether `issuer` could give such a code now: it is worth no more than his word. The installation's own (0) always counts. */
bool accounts_may_still(struct request *r, uint64_t issuer, enum act act, const struct subject *subject);

/* One more try at something (rates.def, BY SUBJECT). OK, or the refusal. */
MUST_USE enum status accounts_try(struct request *r, enum message_index message, uint64_t subject);
/* A number that stands for a handle in accounts_try. */
uint64_t accounts_subject(struct text handle);

/* A session newly opened; the token is in the arena and is nowhere else. */
struct accounts_session {
    uint64_t session;
    struct text token;
};

/* Opens a session for the account; the connection is authenticated by it from now on. False: out of memory. */
MUST_USE bool accounts_open_session(struct request *r, uint64_t account, struct accounts_session *out);

/* A new token, in the arena; absent: out of memory. */
struct text accounts_new_token(struct request *r);
/* The hash under which a token is stored; 32 bytes in the arena. */
struct text accounts_token_hash(struct request *r, struct text token);

/* The connection is authenticated as this from now on. */
void accounts_become(struct request *r, const struct actor *actor);

/* Tells the loops that a session (0: every one but `keep`) of the account has ended. */
void accounts_tell_ended(struct request *r, uint64_t account, uint64_t session, uint64_t keep);

/* Tells the loops what the account has become. */
void accounts_tell_changed(struct request *r, uint64_t account);

/* Tells the account that it concerns, also where that is the actor's own. */
void accounts_notify(struct request *r, uint64_t account, enum notice_kind kind, enum role role);

/* Fills in the effect of a reply where the request's last event was in the actor's own topic. */
void accounts_effect(const struct request *r, enum topic *topic, uint64_t *id, uint64_t *seq);

#endif
