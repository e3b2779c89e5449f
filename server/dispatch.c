/* See dispatch.h: a group of settled jobs becomes one batch, of which each loop gets its part. */
#include "server/dispatch.h"

#include <stdlib.h>
#include <string.h>

#include "server/generations.h"
#include "server/hub/hub.h"
#include "server/net/server.h"
#include "server/util/log.h"

/* Where the parts of batches go. The parcel tells a loop that events were lost. */
struct target {
    struct parcel lost; /* first */
    atomic_flag lost_posted;
    struct loop *loop;
    struct hub *hub;
};

struct dispatch {
    struct generations *generations; /* or NULL */
    unsigned count;
    struct target targets[SERVER_LOOPS_MAX];
};

struct dispatch *dispatch_new(struct generations *generations)
{
    struct dispatch *dispatch = calloc(1, sizeof *dispatch);

    if (dispatch)
        dispatch->generations = generations;
    return dispatch;
}

void dispatch_free(struct dispatch *dispatch)
{
    free(dispatch);
}

static void deliver_lost(struct parcel *parcel)
{
    struct target *target = (struct target *)parcel;

    atomic_flag_clear(&target->lost_posted);
    hub_lost(target->hub);
}

void dispatch_attach(struct dispatch *dispatch, struct loop *loop, struct hub *hub)
{
    struct target *target = &dispatch->targets[loop_index(loop)];

    target->lost.deliver = deliver_lost;
    target->loop = loop;
    target->hub = hub;
    dispatch->count = loop_index(loop) + 1;
}

/* ---- tasks ---- */

static void deliver_task(struct parcel *parcel)
{
    struct task *task = (struct task *)(void *)((char *)parcel - offsetof(struct task, parcel));
    task->settle(task);
}

static void post_task(struct task *task)
{
    task->parcel.deliver = deliver_task;
    loop_post(task->loop, &task->parcel);
}

void dispatch_answered(void *context, struct job *job)
{
    (void)context;
    post_task((struct task *)job);
}

/* Only what was done and is on disk is told. */
static bool tells(const struct task *task)
{
    return task->request && task->job.durable && task->request->status == STATUS_OK;
}

/* ---- what is kept elsewhere ---- */

/* Who may see what, and names, stand on more pages than events name. */
static void touch(struct generations *generations, const struct request *r)
{
    bool everything = r->renames;

    for (const struct access_change *a = r->access; a; a = a->next)
        everything = everything || a->kind == ACCESS_BOARD || a->kind == ACCESS_THREAD;
    if (everything)
        generations_touch_all(generations);
    for (const struct touch *t = r->touches; t; t = t->next)
        generations_touch(generations, TOPIC_NONE, t->feed);
    for (const struct event *e = r->events; e; e = e->next) {
        generations_touch(generations, e->topic, e->id);
        if (e->topic == TOPIC_BOARD)
            generations_touch(generations, TOPIC_NONE, 0);
    }
}

static void touch_all(struct generations *generations, const struct job *jobs)
{
    generations_begin(generations);
    for (const struct job *job = jobs; job; job = (const struct job *)job->item.next)
        if (tells((const struct task *)job))
            touch(generations, ((const struct task *)job)->request);
    generations_publish(generations);
}

/* ---- batches ---- */

/* What a group has to tell to all loops. */
struct tally {
    size_t access_bytes, payload_bytes;
    uint32_t events;
};

static void tally_task(struct tally *tally, const struct task *task)
{
    if (!tells(task))
        return;
    for (const struct access_change *a = task->request->access; a; a = a->next)
        tally->access_bytes += sizeof *a + a->actor.board_count * sizeof(struct board_role);
    for (const struct event *e = task->request->events; e; e = e->next) {
        tally->payload_bytes += e->payload.len + e->spared.len;
        tally->events++;
    }
}

/* The post that a change is about, or 0: its first field, where it is there. */
static uint64_t object_of(struct text payload)
{
    enum { KEY_SEQ = 1, KEY_CURSOR = 2, KEY_POST = 3, KEY_POST_ID = 1 };
    struct wire_reader r = wire_reader_over(payload.at, payload.len);
    uint64_t id = 0;

    wire_get_map(&r);
    if (wire_get_uint(&r) != KEY_SEQ)
        return 0;
    wire_get_uint(&r);
    if (wire_get_uint(&r) != KEY_CURSOR)
        return 0;
    wire_get_bytes(&r);
    if (wire_get_uint(&r) != KEY_POST)
        return 0;
    wire_get_map(&r);
    if (wire_get_uint(&r) == KEY_POST_ID)
        id = wire_get_uint(&r);
    return r.error ? 0 : id;
}

static void *take(uint8_t **at, size_t size)
{
    void *piece = *at;
    *at += size;
    return piece;
}

static void fill_access(struct batch *batch, const struct job *jobs, uint8_t **at)
{
    struct access_change **last = &batch->access;

    for (const struct job *job = jobs; job; job = (const struct job *)job->item.next) {
        const struct task *task = (const struct task *)job;
        for (const struct access_change *a = tells(task) ? task->request->access : NULL; a; a = a->next) {
            size_t boards = a->actor.board_count * sizeof(struct board_role);
            struct access_change *copy = take(at, sizeof *copy);
            struct board_role *roles = take(at, boards);
            *copy = *a;
            if (boards)
                memcpy(roles, a->actor.boards, boards);
            copy->actor.boards = roles;
            copy->actor.mutes = NULL;
            copy->actor.mute_count = 0;
            copy->actor.holds = NULL;
            copy->actor.hold_count = 0;
            copy->actor.handle = copy->actor.name = (struct text){NULL, 0};
            copy->next = NULL;
            *last = copy;
            last = &copy->next;
        }
    }
}

static void fill_events(struct batch *batch, const struct job *jobs, struct batch_event *events, uint8_t *bytes)
{
    batch->events = events;
    for (const struct job *job = jobs; job; job = (const struct job *)job->item.next) {
        const struct task *task = (const struct task *)job;
        for (const struct event *e = tells(task) ? task->request->events : NULL; e; e = e->next) {
            memcpy(bytes, e->payload.at, e->payload.len);
            if (e->spared.len)
                memcpy(bytes + e->payload.len, e->spared.at, e->spared.len);
            events[batch->event_count++] = (struct batch_event){
                .topic = e->topic,
                .id = e->id,
                .seq = e->seq,
                .blanks = e->blanks,
                .object = object_of(e->payload),
                .payload = {(const char *)bytes, e->payload.len},
                .board = e->board,
                .spared = {(const char *)bytes + e->payload.len, e->spared.len},
            };
            bytes += e->payload.len + e->spared.len;
        }
    }
}

static void deliver_part(struct parcel *parcel)
{
    struct batch_part *part = (struct batch_part *)parcel;
    const struct batch *batch = part->batch;

    for (const struct access_change *a = batch->access; a; a = a->next)
        hub_access(part->hub, a);
    for (struct task *task = part->tasks; task;) {
        struct task *next = (struct task *)task->job.item.next;
        task->settle(task);
        task = next;
    }
    for (uint32_t i = 0; i < batch->event_count; i++)
        hub_event(part->hub, part, &batch->events[i]);
    batch_part_drop(part);
}

/* One block: the batch, its parts, the access changes with their roles, the events, the payloads. NULL: no memory. */
static struct batch *batch_new(const struct dispatch *dispatch, const struct job *jobs)
{
    struct tally tally = {0};
    for (const struct job *job = jobs; job; job = (const struct job *)job->item.next)
        tally_task(&tally, (const struct task *)job);
    size_t head = sizeof(struct batch) + dispatch->count * sizeof(struct batch_part);
    size_t size = head + tally.access_bytes + tally.events * sizeof(struct batch_event) + tally.payload_bytes;
    struct batch *batch = malloc(size);
    if (!batch)
        return NULL;
    memset(batch, 0, head);
    batch->size = size;
    atomic_init(&batch->parts_in_use, dispatch->count + 1);
    for (unsigned i = 0; i < dispatch->count; i++)
        batch->parts[i] = (struct batch_part){
            .parcel.deliver = deliver_part, .batch = batch, .hub = dispatch->targets[i].hub, .uses = 1,
        };
    uint8_t *at = (uint8_t *)batch + head;
    fill_access(batch, jobs, &at);
    struct batch_event *events = take(&at, tally.events * sizeof *events);
    fill_events(batch, jobs, events, at);
    return batch;
}

static void share_out(struct batch *batch, struct job *jobs)
{
    while (jobs) {
        struct task *task = (struct task *)jobs;
        struct batch_part *part = &batch->parts[loop_index(task->loop)];
        jobs = (struct job *)jobs->item.next;
        task->job.item.next = NULL;
        if (part->tasks)
            part->tasks_last->job.item.next = &task->job.item;
        else
            part->tasks = task;
        part->tasks_last = task;
    }
}

/* Without memory for a batch: answers alone, and everybody who follows anything is made to connect anew. */
static void send_bare(struct dispatch *dispatch, struct job *jobs)
{
    log_error("events_lost", LOG_NUMBER("loops", dispatch->count));
    while (jobs) {
        struct task *task = (struct task *)jobs;
        jobs = (struct job *)jobs->item.next;
        post_task(task);
    }
    for (unsigned i = 0; i < dispatch->count; i++)
        if (!atomic_flag_test_and_set(&dispatch->targets[i].lost_posted))
            loop_post(dispatch->targets[i].loop, &dispatch->targets[i].lost);
}

/* A loop that has nothing to be told is not woken. The writer's own share keeps the batch until all are posted. */
static void post_parts(struct dispatch *dispatch, struct batch *batch)
{
    bool for_all = batch->access || batch->event_count > 0;
    unsigned idle = 1;

    for (unsigned i = 0; i < dispatch->count; i++) {
        if (for_all || batch->parts[i].tasks)
            loop_post(dispatch->targets[i].loop, &batch->parts[i].parcel);
        else
            idle++;
    }
    if (atomic_fetch_sub_explicit(&batch->parts_in_use, idle, memory_order_acq_rel) == idle)
        free(batch);
}

void dispatch_committed(void *context, struct job *jobs)
{
    struct dispatch *dispatch = context;

    if (dispatch->generations)
        touch_all(dispatch->generations, jobs);
    struct batch *batch = batch_new(dispatch, jobs);
    if (!batch) {
        send_bare(dispatch, jobs);
        return;
    }
    share_out(batch, jobs);
    post_parts(dispatch, batch);
}
