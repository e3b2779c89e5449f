/*
 * A few minutes of a forum's life for the fault tests, in a second: jobs of every kind through the real engine, in
 * groups of several sizes, with the store closed and opened again in the middle.
 *
 *     work_init(&work, seed, bytes);
 *     fault_vfs_plan(&plan);
 *     work_do(&work);
 *     fault_vfs_survive(seed);
 *     work_check(&work);    asserts what every loss has to leave
 *     work_fini(&work);
 */
#ifndef LUNTAN_TESTS_FAULT_FAULT_WORK_H
#define LUNTAN_TESTS_FAULT_FAULT_WORK_H

#include "tests/unit/store_fixture.h"

enum { WORK_JOBS = 24 };

struct work {
    struct fixture fixture;
    struct trace traces[WORK_JOBS], looks[WORK_JOBS];
    uint64_t chance;
    bool opened; /* the store had been open */
    uint8_t epoch[STORE_EPOCH];
    uint64_t longest_log; /* bytes */
};

/* `bytes`: about how much each job writes. */
void work_init(struct work *work, uint64_t seed, size_t bytes);
void work_fini(struct work *work);

/* Goes as far as the faults allow. */
void work_do(struct work *work);

/*
 * Opens the store again, and asserts: it opens, its structure is whole, what was handed over as durable is there once,
 * what was refused or failed is not, nothing else is, and the epoch is the one that was served.
 */
void work_check(struct work *work);

#endif
