/* Inboxes: many threads put, one takes; nothing is lost, nothing comes twice, each putter's order stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <string.h>

#include "server/util/inbox.h"

enum { PUTTERS = 4, EACH = 20000 };

struct thing {
    struct inbox_item item; /* first */
    unsigned putter, number;
};

struct crowd {
    struct inbox inbox;
    atomic_uint woken;
    struct thing things[PUTTERS][EACH];
};

struct putter {
    struct crowd *crowd;
    unsigned number;
    pthread_t thread;
};

static struct crowd crowd;

static void count_wake(void *context)
{
    struct crowd *woken = context;
    atomic_fetch_add(&woken->woken, 1);
}

static void *put_all(void *context)
{
    const struct putter *putter = context;

    for (unsigned i = 0; i < EACH; i++) {
        struct thing *thing = &putter->crowd->things[putter->number][i];
        *thing = (struct thing){.putter = putter->number, .number = i};
        inbox_put(&putter->crowd->inbox, &thing->item);
    }
    return NULL;
}

/* Counts what was taken and checks each putter's order; returns how many. */
static unsigned check(const struct inbox_item *item, unsigned next[PUTTERS])
{
    unsigned count = 0;

    for (; item; item = item->next) {
        const struct thing *thing = (const struct thing *)item;
        assert_true(thing->putter < PUTTERS);
        assert_int_equal(thing->number, next[thing->putter]);
        next[thing->putter]++;
        count++;
    }
    return count;
}

static void start(struct putter putters[PUTTERS])
{
    for (unsigned i = 0; i < PUTTERS; i++) {
        putters[i] = (struct putter){.crowd = &crowd, .number = i};
        assert_int_equal(pthread_create(&putters[i].thread, NULL, put_all, &putters[i]), 0);
    }
}

static void join(const struct putter putters[PUTTERS])
{
    for (unsigned i = 0; i < PUTTERS; i++)
        assert_int_equal(pthread_join(putters[i].thread, NULL), 0);
}

static void oldest_come_first(void **state)
{
    unsigned next[PUTTERS] = {0};

    (void)state;
    inbox_init(&crowd.inbox, NULL, NULL);
    assert_null(inbox_take(&crowd.inbox));
    put_all(&(struct putter){.crowd = &crowd, .number = 2});
    assert_int_equal(check(inbox_take(&crowd.inbox), next), EACH);
    assert_null(inbox_take(&crowd.inbox));
}

/* The taker sleeps for ever where there is nothing: a wake-up that was lost would hang the test. */
static void a_sleeper_gets_everything(void **state)
{
    struct putter putters[PUTTERS];
    unsigned next[PUTTERS] = {0};

    (void)state;
    inbox_init(&crowd.inbox, NULL, NULL);
    start(putters);
    for (unsigned had = 0; had < PUTTERS * EACH;) {
        struct inbox_item *item = inbox_take(&crowd.inbox);
        if (item)
            had += check(item, next);
        else
            inbox_wait(&crowd.inbox, -1);
    }
    join(putters);
    assert_null(inbox_take(&crowd.inbox));
}

/* A loop looks only when it was woken: there must have been a wake-up after the last time it found nothing. */
static void whoever_is_woken_gets_everything(void **state)
{
    struct putter putters[PUTTERS];
    unsigned next[PUTTERS] = {0}, had = 0, answered = 0;

    (void)state;
    atomic_init(&crowd.woken, 0);
    inbox_init(&crowd.inbox, count_wake, &crowd);
    start(putters);
    while (had < PUTTERS * EACH) {
        unsigned woken = atomic_load(&crowd.woken);
        if (woken != answered)
            had += check(inbox_take(&crowd.inbox), next);
        answered = woken;
    }
    join(putters);
    assert_true(atomic_load(&crowd.woken) <= PUTTERS * EACH);
}

static void one_wake_for_what_waits_together(void **state)
{
    struct thing things[3];

    (void)state;
    memset(things, 0, sizeof things);
    atomic_init(&crowd.woken, 0);
    inbox_init(&crowd.inbox, count_wake, &crowd);
    for (unsigned round = 1; round <= 2; round++) {
        for (unsigned i = 0; i < 3; i++)
            inbox_put(&crowd.inbox, &things[i].item);
        assert_int_equal(atomic_load(&crowd.woken), round);
        assert_ptr_equal(inbox_take(&crowd.inbox), &things[0].item);
    }
}

static void waiting_ends(void **state)
{
    struct thing thing = {.number = 1};

    (void)state;
    inbox_init(&crowd.inbox, NULL, NULL);
    inbox_wait(&crowd.inbox, 0);
    inbox_wait(&crowd.inbox, 20);
    assert_null(inbox_take(&crowd.inbox));
    inbox_put(&crowd.inbox, &thing.item);
    inbox_wait(&crowd.inbox, -1); /* something is there already */
    assert_ptr_equal(inbox_take(&crowd.inbox), &thing.item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oldest_come_first),
        cmocka_unit_test(a_sleeper_gets_everything),
        cmocka_unit_test(whoever_is_woken_gets_everything),
        cmocka_unit_test(one_wake_for_what_waits_together),
        cmocka_unit_test(waiting_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
