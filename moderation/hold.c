/* See hold.h. */
#include "moderation/hold.h"

enum hold_cause hold_decide(const struct hold_facts *facts)
{
    if (facts->guest)
        return HOLD_CAUSE_GUEST;
    if (facts->role >= ROLE_MODERATOR)
        return HOLD_CAUSE_NONE;
    if (facts->board->hold)
        return HOLD_CAUSE_BOARD;
    /* Somebody vouched for members and whoever else was given a role. */
    if (facts->role <= ROLE_CITIZEN && facts->passed < facts->first)
        return HOLD_CAUSE_FIRST;
    return HOLD_CAUSE_NONE;
}
