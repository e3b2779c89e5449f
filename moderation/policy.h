/*
 * Who may do what: pure decisions over tables (policy.def), asked by every handler.
 *
 * Knows neither store nor connection: the caller describes the actor and the subject as they stand in its
 * transaction, and gets a status back. No memory, no clock, no I/O; any thread.
 *
 * A board that one may not read does not exist for one: the answer is NOT_FOUND, the same as for what
 * never was. What one may see but not do is FORBIDDEN, and LOCKED, CLOSED or TOTP_NEEDED where that is why.
 */
#ifndef LUNTAN_MODERATION_POLICY_H
#define LUNTAN_MODERATION_POLICY_H

#include "protocol/messages.h"

/* One role on one board. */
struct board_role {
    uint64_t board;
    enum role role;
};

/* Where one may not write for now, and until when. */
struct mute {
    uint64_t board;    /* 0: the whole site */
    int64_t until;     /* UTC ms; 0: until it is lifted */
    uint64_t sanction; /* its number */
};

/* Where what somebody sends waits for a moderator for now. */
struct person_hold {
    uint64_t board; /* 0: the whole site */
};

/* Who acts, as the store knew it in this snapshot. */
struct actor {
    uint64_t account;   /* 0: a visitor */
    uint64_t session;   /* 0: none */
    enum role role;     /* the highest on the site */
    uint64_t unit;      /* of which the actor is a deputy, or 0 */
    bool suspended;
    bool rests;         /* powers over others rest until a second factor is enrolled */
    bool banned;        /* from the whole site: reads as a visitor, and does no more than STILL (policy.def) lets it */
    bool lapsed;        /* a ban has ended by itself: whoever keeps a copy of the actor may hold one in which it was banned */
    uint64_t ban;       /* the number of that sanction */
    const struct mute *mutes; /* those that hold; owned by whoever made the actor. Copies kept for deliveries have none */
    uint32_t mute_count;
    const struct person_hold *holds; /* the same of holds */
    uint32_t hold_count;
    const struct board_role *boards; /* owned by whoever made the actor */
    uint32_t board_count;
    struct text handle, name;
};

/* A board, as far as decisions need it. */
struct board_policy {
    uint64_t board;
    enum board_kind kind;
    enum role read, start, reply;
    bool hold, closed;
};

/* What an act is about; zero where it does not apply. */
struct subject {
    const struct board_policy *board;
    uint64_t author;    /* account of the post's or draft's author */
    uint64_t unit;      /* of the account acted upon */
    enum role target;   /* highest role of the account acted upon, or the role given */
    bool locked;
    bool deleted;
};

enum act {
#define ACT(NAME, LEAST, BOARD, CHECKS, words) ACT_##NAME,
#include "moderation/policy.def"
    ACTS, /* how many there are */
};

/*
 * OK, or why not: NOT_FOUND, LOGIN_NEEDED, SUSPENDED, BANNED, FORBIDDEN, GONE, TOTP_NEEDED, MUTED, LOCKED, CLOSED, in
 * this order of precedence. TOTP_NEEDED where the act would be allowed if the actor's powers did not rest.
 */
MUST_USE enum status policy_decide(enum act act, const struct actor *actor, const struct subject *subject);

/*
 * The actor's role on a board: the highest of the site's, the board's and, for a unit's deputy, deputy. While powers
 * rest, only what is no power counts: at most member. Board 0: the site.
 */
enum role policy_role_on(const struct actor *actor, uint64_t board);

/* Whether a board can be read; what a subscription depends on, decided again at delivery. */
bool policy_may_read(const struct actor *actor, const struct board_policy *board);

/* Whether the actor decides on what waits on a board; a zero policy: on the site. OK, or why not. */
MUST_USE enum status policy_oversees(const struct actor *actor, const struct board_policy *board);

/* Whether the actor decides anywhere at all: OK, FORBIDDEN, TOTP_NEEDED. */
MUST_USE enum status policy_oversees_any(const struct actor *actor);

/* Whether the actor may follow the topic queue `id`, that of the board with this policy; 0: all that the actor decides on. */
bool policy_may_follow_queue(const struct actor *actor, uint64_t id, const struct board_policy *board);

/* Whether somebody banned may still ask this as an account. */
bool policy_still(enum op op);

/*
 * The number of the sanction for which an act on this board (0: what concerns none) is refused with MUTED or BANNED: the one that holds
 * longest; 0: `status` is neither.
 */
uint64_t policy_sanction(const struct actor *actor, enum status status, uint64_t board);

/* Whether a sanction makes what the actor sends to this board wait for a moderator. */
bool policy_is_held(const struct actor *actor, uint64_t board);

/* Whether a role acts on others and so needs a second factor. */
bool policy_needs_totp(enum role role);

#endif
