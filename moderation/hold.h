/*
 * Why something has to wait before others see it: one decision over facts that the caller gathers.
 *
 * Pure; no memory, no clock; any thread.
 */
#ifndef LUNTAN_MODERATION_HOLD_H
#define LUNTAN_MODERATION_HOLD_H

#include "moderation/policy.h"

struct hold_facts {
    const struct board_policy *board;
    enum role role;      /* of the author on the board */
    bool guest;          /* written without an account */
    uint64_t passed;     /* posts of the author that were visible to everybody */
    uint64_t first;      /* how many of them are looked at first; 0: none */
};

/* The first cause that applies; NONE: it need not wait. Whoever decides there waits for nobody. */
enum hold_cause hold_decide(const struct hold_facts *facts);

#endif
