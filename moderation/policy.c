/* See policy.h and the tables in policy.def. */
#include "moderation/policy.h"

/* What an act may ask for beside a role, in the order in which it is asked. */
enum policy_check {
    CHECK_SEEN = 1 << 0,     /* the board can be read */
    CHECK_PERSON = 1 << 1,   /* an account, neither suspended nor banned */
    CHECK_GUEST = 1 << 2,    /* nobody with an account, on a guestbook that is open to people without one */
    CHECK_SHOWN = 1 << 3,    /* a board on which something is ever shown: not the station's entrance */
    CHECK_OWN = 1 << 4,      /* the actor is the author */
    CHECK_KEPT = 1 << 5,     /* the post was not deleted */
    CHECK_ROLE = 1 << 6,     /* the least role, and the board's threshold */
    CHECK_REACH = 1 << 7,    /* a row of REACH */
    CHECK_VOICE = 1 << 8,    /* the actor is not muted here */
    CHECK_UNLOCKED = 1 << 9, /* the thread is not locked */
    CHECK_OPEN = 1 << 10,    /* the board is not closed */
    CHECK_LAST = CHECK_OPEN,
};

enum threshold { THRESHOLD_NONE, THRESHOLD_START, THRESHOLD_REPLY };
enum whose { WHOSE_ANY, WHOSE_UNIT };

struct act_row {
    enum role least;
    enum threshold threshold;
    unsigned checks;
};

struct reach_row {
    enum act act;
    enum role least, most;
    enum whose whose;
};

static const struct act_row acts[ACTS] = {
#define ACT(NAME, LEAST, BOARD, CHECKS, words) [ACT_##NAME] = {ROLE_##LEAST, THRESHOLD_##BOARD, CHECKS},
#include "moderation/policy.def"
};

static const enum op stills[] = {
#define STILL(MESSAGE) MSG_##MESSAGE,
#include "moderation/policy.def"
};

static const struct reach_row reaches[] = {
#define REACH(ACT, LEAST, MOST, WHOSE) {ACT_##ACT, ROLE_##LEAST, ROLE_##MOST, WHOSE_##WHOSE},
#include "moderation/policy.def"
};

bool policy_needs_totp(enum role role)
{
    return role >= ROLE_DEPUTY;
}

/* As policy_role_on, but `rests` is the caller's. */
static enum role role_on(const struct actor *actor, uint64_t board, bool rests)
{
    enum role role = actor->role;

    if (actor->account == 0 || actor->suspended || actor->banned)
        return ROLE_VISITOR;
    if (rests && policy_needs_totp(role))
        role = ROLE_MEMBER;
    if (actor->unit && !rests && role < ROLE_DEPUTY)
        role = ROLE_DEPUTY;
    for (uint32_t i = 0; board && i < actor->board_count; i++) {
        const struct board_role *here = &actor->boards[i];
        if (here->board == board && here->role > role && !(rests && policy_needs_totp(here->role)))
            role = here->role;
    }
    return role;
}

enum role policy_role_on(const struct actor *actor, uint64_t board)
{
    return role_on(actor, board, actor->rests);
}

bool policy_may_read(const struct actor *actor, const struct board_policy *board)
{
    return policy_role_on(actor, board->board) >= board->read;
}

bool policy_still(enum op op)
{
    for (size_t i = 0; i < sizeof stills / sizeof stills[0]; i++)
        if (stills[i] == op)
            return true;
    return false;
}

/* The mute that holds longest of those that hold there; NULL: none does. */
static const struct mute *muted_by(const struct actor *actor, uint64_t board)
{
    const struct mute *longest = NULL;

    for (uint32_t i = 0; i < actor->mute_count; i++) {
        const struct mute *mute = &actor->mutes[i];
        if (mute->board != 0 && mute->board != board)
            continue;
        if (!longest || (longest->until && (!mute->until || mute->until > longest->until)))
            longest = mute;
    }
    return longest;
}

uint64_t policy_sanction(const struct actor *actor, enum status status, uint64_t board)
{
    const struct mute *mute = status == STATUS_MUTED ? muted_by(actor, board) : NULL;

    if (status == STATUS_BANNED)
        return actor->ban;
    return mute ? mute->sanction : 0;
}

static enum role least_role(const struct act_row *row, const struct board_policy *board)
{
    enum role threshold = ROLE_VISITOR;

    if (board && row->threshold == THRESHOLD_START)
        threshold = board->start;
    else if (board && row->threshold == THRESHOLD_REPLY)
        threshold = board->reply;
    return threshold > row->least ? threshold : row->least;
}

static bool reaches_so_far(enum act act, const struct actor *actor, const struct subject *subject, bool rests)
{
    enum role role = role_on(actor, subject->board ? subject->board->board : 0, rests);

    for (size_t i = 0; i < sizeof reaches / sizeof reaches[0]; i++) {
        const struct reach_row *row = &reaches[i];
        bool unit = row->whose == WHOSE_ANY || (actor->unit && actor->unit == subject->unit);
        if (row->act == act && role >= row->least && subject->target <= row->most && unit)
            return true;
    }
    return false;
}

/* Whether the actor's roles suffice, as far as `check` goes. */
static bool suffices(enum policy_check check, enum act act, const struct actor *actor, const struct subject *subject, bool rests)
{
    if (check == CHECK_REACH)
        return reaches_so_far(act, actor, subject, rests);
    return role_on(actor, subject->board ? subject->board->board : 0, rests) >= least_role(&acts[act], subject->board);
}

/* One check: OK, or why not. */
static enum status ask(enum policy_check check, enum act act, const struct actor *actor, const struct subject *subject)
{
    const struct board_policy *board = subject->board;

    switch (check) {
    case CHECK_SEEN:
        return board && policy_may_read(actor, board) ? STATUS_OK : STATUS_NOT_FOUND;
    case CHECK_PERSON:
        if (actor->account == 0)
            return STATUS_LOGIN_NEEDED;
        return actor->suspended ? STATUS_SUSPENDED : actor->banned ? STATUS_BANNED : STATUS_OK;
    case CHECK_GUEST:
        if (actor->account)
            return STATUS_FORBIDDEN;
        return board && board->kind == BOARD_KIND_GUESTBOOK && least_role(&acts[act], board) == ROLE_VISITOR ? STATUS_OK : STATUS_LOGIN_NEEDED;
    case CHECK_SHOWN:
        return board && board->kind == BOARD_KIND_STATION ? STATUS_FORBIDDEN : STATUS_OK;
    case CHECK_OWN:
        return subject->author == actor->account ? STATUS_OK : STATUS_FORBIDDEN;
    case CHECK_KEPT:
        return subject->deleted ? STATUS_GONE : STATUS_OK;
    case CHECK_ROLE:
    case CHECK_REACH:
        if (suffices(check, act, actor, subject, actor->rests))
            return STATUS_OK;
        return suffices(check, act, actor, subject, false) ? STATUS_TOTP_NEEDED : STATUS_FORBIDDEN;
    case CHECK_VOICE:
        return muted_by(actor, board ? board->board : 0) ? STATUS_MUTED : STATUS_OK;
    case CHECK_UNLOCKED:
        return subject->locked ? STATUS_LOCKED : STATUS_OK;
    case CHECK_OPEN:
        return board && board->closed ? STATUS_CLOSED : STATUS_OK;
    }
    return STATUS_FORBIDDEN;
}

enum status policy_decide(enum act act, const struct actor *actor, const struct subject *subject)
{
    for (unsigned check = 1; check <= CHECK_LAST; check <<= 1) {
        enum status status = acts[act].checks & check ? ask((enum policy_check)check, act, actor, subject) : STATUS_OK;
        if (status)
            return status;
    }
    return STATUS_OK;
}

enum status policy_oversees(const struct actor *actor, const struct board_policy *board)
{
    if (board->board)
        return policy_decide(ACT_MODERATE, actor, &(struct subject){.board = board});
    return policy_decide(ACT_SUPERVISE, actor, &(struct subject){0});
}

enum status policy_oversees_any(const struct actor *actor)
{
    enum status status = policy_oversees(actor, &(struct board_policy){0});

    for (uint32_t i = 0; status && i < actor->board_count; i++) {
        const struct board_policy board = {.board = actor->boards[i].board};
        enum status there = policy_oversees(actor, &board);
        if (there == STATUS_OK || there == STATUS_TOTP_NEEDED)
            status = there;
    }
    return status;
}

bool policy_may_follow_queue(const struct actor *actor, uint64_t id, const struct board_policy *board)
{
    return (id ? policy_oversees(actor, board) : policy_oversees_any(actor)) == STATUS_OK;
}

bool policy_is_held(const struct actor *actor, uint64_t board)
{
    for (uint32_t i = 0; i < actor->hold_count; i++)
        if (actor->holds[i].board == 0 || actor->holds[i].board == board)
            return true;
    return false;
}
