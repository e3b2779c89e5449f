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
    bool thread;         /* a moderator makes what is sent to the thread wait */
    bool person;         /* a sanction makes what the author sends there wait */
    bool filtered;       /* a filter's rule says so */
    uint64_t sent;       /* what the author sent in the last ten minutes, this included */
    uint64_t rate;       /* how much of that is shown at once; 0: all */
};

/*
 * The first cause that applies; NONE: it need not wait. Whoever decides there waits for nobody. The author is told the cause: what everybody
 * may know comes before what would help to get around a filter.
 */
enum hold_cause hold_decide(const struct hold_facts *facts);

#endif
