/*
 * The states of what was written, and which steps lead from one to the next (verdict.def).
 *
 * Knows neither store nor request; who may take a step is policy.h's business, and that a decision is about the text that was looked at is
 * content.h's. No memory, no clock; any thread.
 */
#ifndef LUNTAN_MODERATION_VERDICT_H
#define LUNTAN_MODERATION_VERDICT_H

#include "protocol/messages.h"

/* What happens to a submission: a moderator's decision or its author's own doing. */
enum held_step {
    HELD_STEP_APPROVE,
    HELD_STEP_RETURN,
    HELD_STEP_REMOVE,
    HELD_STEP_MEND,     /* its author changes it, and sends it again where it was returned */
    HELD_STEP_WITHDRAW,
    HELD_STEP_REOPEN,   /* its refusal was overturned */
    HELD_STEPS,         /* how many there are */
};

/* The step that a moderator's decision is; HELD_STEPS: none on a submission. */
enum held_step verdict_step(enum decision_act act);

/* Takes a step from `state`. False: there is no such step, and `state` stays. */
MUST_USE bool verdict_held(enum held_state *state, enum held_step step);

/* Takes a post's step by a decision. False: there is no such step. */
MUST_USE bool verdict_post(enum post_state *state, enum decision_act act);

/* Whether the decision owes a reason to the person concerned. */
bool verdict_owes_reason(enum decision_act act);

/* Whether whom it concerns can appeal from it. */
bool verdict_may_appeal(enum decision_act act);

/* Whether everybody may know that it was decided, where it was about what everybody could see. */
bool verdict_is_public(enum decision_act act);

/* Whether it takes two moderators where what it is about names one. */
bool verdict_takes_two(enum decision_act act);

enum { VERDICT_SEVERAL = 3 }; /* so many flags are grave, whatever their reasons */

/* Whether so many flags, the last for this reason, go before those that are not grave. */
bool verdict_is_grave(uint64_t flags, enum reason reason);

#endif
