/*
 * Backlogs: pieces of what a topic's ring does not hold, read from the store one at a time per connection.
 *
 * A piece is said as soon as it comes, as far as there is room; the rest is thrown away and asked for again when
 * the connection has room, so that slow readers hold no memory. A piece that was read before a change of access
 * arrived here is thrown away too: nobody is given what he may no longer see.
 */
#include <stdlib.h>

#include "server/hub/hub_private.h"

enum { ARENA = 4 * 1024 * 1024 };

static bool run(struct job *job, struct db *db)
{
    struct backlog_task *task = (struct backlog_task *)job;
    return topics_backlog(&task->backlog, db);
}

void backlog_forget(struct backlog_task *task)
{
    if (task->follower)
        task->follower->backlog = NULL;
    task->follower = NULL;
    task->subscription = NULL;
    if (!task->came)
        return; /* the store has it; settle will be called */
    arena_free(task->backlog.arena);
    free(task);
}

static void settle(struct task *job)
{
    struct backlog_task *task = (struct backlog_task *)job;
    struct follower *f = task->follower;

    task->came = true;
    task->hub->backlogs--;
    /* Where the store failed it is asked for again by the next tick. */
    bool durable = task->task.job.durable;
    bool stale = task->access_changes != task->hub->access_changes;
    if (!task->subscription || !durable || stale)
        backlog_forget(task);
    if (f && durable && (f->backlog || stale || f->hungry))
        connection_wants(f->connection);
}

static struct subscription *hungry_one(const struct follower *f)
{
    struct subscription *s = f->subscriptions;

    while (s && !s->hungry)
        s = s->next;
    return s;
}

void backlog_ask(struct follower *f)
{
    struct hub *hub = f->hub;
    struct subscription *s = f->hungry && !f->backlog ? hungry_one(f) : NULL;

    if (!s)
        return;
    struct backlog_task *task = calloc(1, sizeof *task);
    struct arena *arena = arena_new(ARENA);
    if (!task || !arena) {
        free(task);
        arena_free(arena);
        return; /* the tick tries again */
    }
    task->task = (struct task){.job.run = run, .loop = hub->loop, .settle = settle};
    task->backlog = (struct backlog){
        .topic = s->topic->kind,
        .id = s->topic->id,
        .since = s->since,
        .session = f->actor ? f->actor->session : 0,
        .arena = arena,
    };
    task->hub = hub;
    task->follower = f;
    task->subscription = s;
    task->access_changes = hub->access_changes;
    f->backlog = task;
    hub->backlogs++;
    store_read(hub->store, &task->task.job);
}

/* The ring goes on where the backlog ended; or it has already let that go, and the store must help again. */
static void go_live(struct subscription *s, struct outlet *outlet)
{
    const struct ring *ring = &s->topic->ring;

    if (ring->head > s->since && ring_first(ring) > s->since + 1)
        return;
    subscription_set_hungry(s, false);
    s->state = SUBSCRIPTION_LIVE;
    s->position = s->since;
    sweep_say_live(outlet, s);
    if (ring->head > s->position || s->owed > s->position)
        subscription_ready(s);
}

static void say_piece(struct subscription *s, const struct backlog *piece, struct outlet *outlet)
{
    const struct event *event = piece->events;

    s->topic->board = piece->board;
    s->topic->known = true;
    for (; event && outlet_room(outlet); event = event->next) {
        sweep_say_change(outlet, s, event->seq, event->payload);
        s->since = event->seq;
    }
    if (!event)
        s->since = piece->upto;
    if (s->position < s->since)
        s->position = s->since;
    if (!event && piece->done)
        go_live(s, outlet);
}

void backlog_say(struct follower *f, struct outlet *outlet)
{
    struct backlog_task *task = f->backlog;

    if (!task || !task->came)
        return;
    struct subscription *s = task->subscription;
    if (s && task->access_changes == f->hub->access_changes) {
        if (task->backlog.status)
            subscription_end(s, task->backlog.status);
        else
            say_piece(s, &task->backlog, outlet);
    }
    backlog_forget(task);
}
