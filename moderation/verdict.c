/* See verdict.h and the table in verdict.def. */
#include "moderation/verdict.h"

enum { FREE, OWED, FINAL, APPEAL, INNER, PUBLIC };

static const struct {
    bool owed, appeal, public;
} decisions[] = {
#define DECISION(act, reason, appeal, log) [DECISION_ACT_##act] = {reason == OWED, appeal == APPEAL, log == PUBLIC},
#include "moderation/verdict.def"
};

static const struct {
    enum held_state from;
    enum held_step step;
    enum held_state to;
} held_steps[] = {
#define HELD(FROM, STEP, TO) {HELD_STATE_##FROM, HELD_STEP_##STEP, HELD_STATE_##TO},
#include "moderation/verdict.def"
};

static const struct {
    enum post_state from;
    enum decision_act act;
    enum post_state to;
} post_steps[] = {
#define POST(FROM, act, TO) {POST_STATE_##FROM, DECISION_ACT_##act, POST_STATE_##TO},
#include "moderation/verdict.def"
};

static const enum reason grave[] = {
#define GRAVE(REASON) REASON_##REASON,
#include "moderation/verdict.def"
};

enum held_step verdict_step(enum decision_act act)
{
    switch ((int)act) {
    case DECISION_ACT_APPROVE:
        return HELD_STEP_APPROVE;
    case DECISION_ACT_RETURN:
        return HELD_STEP_RETURN;
    case DECISION_ACT_REMOVE:
        return HELD_STEP_REMOVE;
    default:
        return HELD_STEPS;
    }
}

bool verdict_held(enum held_state *state, enum held_step step)
{
    for (size_t i = 0; i < sizeof held_steps / sizeof *held_steps; i++)
        if (held_steps[i].from == *state && held_steps[i].step == step) {
            *state = held_steps[i].to;
            return true;
        }
    return false;
}

bool verdict_post(enum post_state *state, enum decision_act act)
{
    for (size_t i = 0; i < sizeof post_steps / sizeof *post_steps; i++)
        if (post_steps[i].from == *state && post_steps[i].act == act) {
            *state = post_steps[i].to;
            return true;
        }
    return false;
}

bool verdict_owes_reason(enum decision_act act)
{
    return act < sizeof decisions / sizeof *decisions && decisions[act].owed;
}

bool verdict_may_appeal(enum decision_act act)
{
    return act < sizeof decisions / sizeof *decisions && decisions[act].appeal;
}

bool verdict_takes_two(enum decision_act act)
{
    static const enum decision_act acts[] = {
#define TWO(act) DECISION_ACT_##act,
#include "moderation/verdict.def"
    };

    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
        if (acts[i] == act)
            return true;
    return false;
}

bool verdict_is_public(enum decision_act act)
{
    return act < sizeof decisions / sizeof *decisions && decisions[act].public;
}

bool verdict_is_grave(uint64_t flags, enum reason reason)
{
    for (size_t i = 0; i < sizeof grave / sizeof *grave; i++)
        if (grave[i] == reason)
            return true;
    return flags >= VERDICT_SEVERAL;
}
