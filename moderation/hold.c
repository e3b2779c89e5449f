/* See hold.h. */
#include "moderation/hold.h"

enum hold_cause hold_decide(const struct hold_facts *facts)
{
    if (facts->guest)
        return HOLD_CAUSE_GUEST;
    if (facts->role >= ROLE_MODERATOR)
        return HOLD_CAUSE_NONE;
    if (facts->person)
        return HOLD_CAUSE_PERSON;
    if (facts->board->hold)
        return HOLD_CAUSE_BOARD;
    if (facts->thread)
        return HOLD_CAUSE_THREAD;
    /* Somebody vouched for members and whoever else was given a role. */
    if (facts->role <= ROLE_CITIZEN && facts->passed < facts->first)
        return HOLD_CAUSE_FIRST;
    if (facts->filtered)
        return HOLD_CAUSE_FILTER;
    if (facts->rate && facts->sent > facts->rate)
        return HOLD_CAUSE_RATE;
    return HOLD_CAUSE_NONE;
}
