/* See inbox.h: a stack pushed by compare-and-swap, taken whole and turned round; a futex to sleep on. */
#include "server/util/inbox.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void inbox_init(struct inbox *inbox, void (*wake)(void *context), void *context)
{
    atomic_init(&inbox->newest, NULL);
    atomic_init(&inbox->signal, 0);
    inbox->wake = wake;
    inbox->context = context;
}

void inbox_put(struct inbox *inbox, struct inbox_item *item)
{
    struct inbox_item *newest = atomic_load_explicit(&inbox->newest, memory_order_relaxed);
    do
        item->next = newest;
    while (!atomic_compare_exchange_weak_explicit(&inbox->newest, &newest, item, memory_order_release,
                                                  memory_order_relaxed));
    if (newest)
        return; /* the first of this batch has woken the owner, or is about to */
    if (inbox->wake) {
        inbox->wake(inbox->context);
        return;
    }
    atomic_fetch_add(&inbox->signal, 1);
    syscall(SYS_futex, &inbox->signal, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

struct inbox_item *inbox_take(struct inbox *inbox)
{
    struct inbox_item *item = atomic_exchange_explicit(&inbox->newest, NULL, memory_order_acquire);
    struct inbox_item *oldest = NULL;

    while (item) {
        struct inbox_item *next = item->next;
        item->next = oldest;
        oldest = item;
        item = next;
    }
    return oldest;
}

void inbox_wait(struct inbox *inbox, int timeout_ms)
{
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    unsigned seen = atomic_load(&inbox->signal);

    /* A put after this load changes the word, so that the wait below returns at once. */
    if (atomic_load(&inbox->newest))
        return;
    syscall(SYS_futex, &inbox->signal, FUTEX_WAIT_PRIVATE, seen, timeout_ms < 0 ? NULL : &timeout, NULL, 0);
}
