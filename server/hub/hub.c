/* See hub.h: topics, what reaches them, and who may follow them. */
#include "server/hub/hub.h"

#include <stdlib.h>
#include <string.h>

#include "server/hub/hub_private.h"

enum { FIRST_BUCKETS = 64 };

/* ---- topics ---- */

static uint32_t bucket_of(const struct hub *hub, enum topic kind, uint64_t id)
{
    uint64_t mixed = (id * 8 + (uint64_t)kind) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(mixed >> 32) & (hub->bucket_count - 1);
}

struct hub_topic *hub_topic_find(const struct hub *hub, enum topic kind, uint64_t id)
{
    struct hub_topic *topic = hub->buckets[bucket_of(hub, kind, id)];

    while (topic && (topic->kind != kind || topic->id != id))
        topic = topic->next;
    return topic;
}

/* More buckets where there are as many topics; without memory for them chains only grow longer. */
static void spread(struct hub *hub)
{
    struct hub_topic **old = hub->buckets;
    uint32_t old_count = hub->bucket_count;
    struct hub_topic **buckets = calloc((size_t)old_count * 2, sizeof *buckets);

    if (!buckets)
        return;
    hub->buckets = buckets;
    hub->bucket_count = old_count * 2;
    for (uint32_t i = 0; i < old_count; i++) {
        while (old[i]) {
            struct hub_topic *topic = old[i];
            uint32_t bucket = bucket_of(hub, topic->kind, topic->id);
            old[i] = topic->next;
            topic->next = buckets[bucket];
            buckets[bucket] = topic;
        }
    }
    free(old);
}

static void activity_remove(struct hub *hub, struct hub_topic *topic)
{
    if (topic->older)
        topic->older->newer = topic->newer;
    else
        hub->oldest = topic->newer;
    if (topic->newer)
        topic->newer->older = topic->older;
    else
        hub->newest = topic->older;
}

static void activity_add(struct hub *hub, struct hub_topic *topic)
{
    topic->older = hub->newest;
    topic->newer = NULL;
    if (hub->newest)
        hub->newest->newer = topic;
    else
        hub->oldest = topic;
    hub->newest = topic;
}

/* A ring lets go of an event. */
static void release(void *context, void *owner)
{
    struct hub *hub = context;
    struct batch_part *part = owner;

    if (--part->entries == 0)
        hub->held -= part->batch->size;
    batch_part_drop(part);
}

struct hub_topic *hub_topic_get(struct hub *hub, enum topic kind, uint64_t id)
{
    struct hub_topic *topic = hub_topic_find(hub, kind, id);
    if (topic)
        return topic;
    topic = calloc(1, sizeof *topic);
    if (!topic)
        return NULL;
    if (hub->topic_count >= hub->bucket_count)
        spread(hub);
    uint32_t bucket = bucket_of(hub, kind, id);
    topic->kind = kind;
    topic->id = id;
    ring_init(&topic->ring, release, hub);
    topic->next = hub->buckets[bucket];
    hub->buckets[bucket] = topic;
    hub->topic_count++;
    activity_add(hub, topic);
    return topic;
}

void hub_topic_let_go(struct hub *hub, struct hub_topic *topic)
{
    struct hub_topic **link = &hub->buckets[bucket_of(hub, topic->kind, topic->id)];

    if (topic->count > 0)
        return;
    while (*link != topic)
        link = &(*link)->next;
    *link = topic->next;
    hub->topic_count--;
    activity_remove(hub, topic);
    ring_fini(&topic->ring);
    free(topic->subscriptions);
    free(topic);
}

/* ---- life ---- */

struct hub *hub_new(struct loop *loop, struct store *store)
{
    struct hub *hub = calloc(1, sizeof *hub);
    struct hub_topic **buckets = calloc(FIRST_BUCKETS, sizeof(struct hub_topic *));

    if (!hub || !buckets) {
        free(hub);
        free(buckets);
        return NULL;
    }
    *hub = (struct hub){.loop = loop, .store = store, .buckets = buckets, .bucket_count = FIRST_BUCKETS};
    return hub;
}

void hub_free(struct hub *hub)
{
    if (!hub)
        return;
    free(hub->buckets);
    free(hub);
}

bool hub_settled(const struct hub *hub)
{
    return hub->backlogs == 0;
}

uint64_t hub_access_changes(const struct hub *hub)
{
    return hub->access_changes;
}

/* Up to where nobody needs the ring any more. */
static uint64_t had_by_all(const struct hub_topic *topic)
{
    uint64_t lowest = topic->ring.head;

    for (uint32_t i = 0; i < topic->count; i++)
        if (topic->subscriptions[i]->state != SUBSCRIPTION_ENDING && topic->subscriptions[i]->position < lowest)
            lowest = topic->subscriptions[i]->position;
    return lowest;
}

void hub_tick(struct hub *hub)
{
    for (struct hub_topic *topic = hub->oldest; topic; topic = topic->newer)
        if (topic->ring.count > 0)
            ring_trim(&topic->ring, had_by_all(topic));
    for (struct follower *f = hub->followers; f; f = f->next)
        if (f->hungry && !f->backlog)
            connection_wants(f->connection);
}

/* ---- events ---- */

/* Empties the rings of the topics that have been quiet for longest, until the batches held are few enough. */
static void evict(struct hub *hub)
{
    for (struct hub_topic *topic = hub->oldest; topic && hub->held > HUB_BYTES; topic = topic->newer)
        ring_trim(&topic->ring, topic->ring.head);
}

/* Whether the actor may decide on what changed, and it is not told for being the actor's own. */
static bool concerns(const struct batch_event *event, const struct actor *actor)
{
    uint64_t account;

    for (size_t at = 0; at + sizeof account <= event->spared.len; at += sizeof account) {
        memcpy(&account, event->spared.at + at, sizeof account);
        if (account && account == actor->account)
            return false;
    }
    return policy_oversees(actor, &event->board) == STATUS_OK;
}

/* A queue's events are bare, and not for all who follow it: each is only owed the last of them. */
static void owe(const struct hub *hub, uint64_t id, const struct batch_event *event)
{
    struct hub_topic *topic = hub_topic_find(hub, TOPIC_QUEUE, id);

    for (uint32_t i = 0; topic && i < topic->count; i++) {
        struct subscription *s = topic->subscriptions[i];
        const struct actor *actor = s->follower->actor;
        if (!actor || !concerns(event, actor))
            continue;
        s->owed = event->seq;
        if (s->state == SUBSCRIPTION_LIVE)
            subscription_ready(s);
    }
}

void hub_event(struct hub *hub, struct batch_part *part, const struct batch_event *event)
{
    if (event->topic == TOPIC_QUEUE) {
        owe(hub, 0, event);
        if (event->id)
            owe(hub, event->id, event);
        return;
    }
    struct hub_topic *topic = hub_topic_find(hub, event->topic, event->id);
    struct ring_entry entry = {.payload = event->payload, .object = event->object, .owner = part};

    if (!topic)
        return;
    if (event->blanks)
        ring_blank(&topic->ring, event->blanks);
    batch_part_keep(part);
    if (part->entries++ == 0)
        hub->held += part->batch->size;
    ring_push(&topic->ring, event->seq, &entry, RING_BYTES);
    activity_remove(hub, topic);
    activity_add(hub, topic);
    if (hub->held > HUB_BYTES)
        evict(hub);
    for (uint32_t i = 0; i < topic->count; i++)
        if (topic->subscriptions[i]->state == SUBSCRIPTION_LIVE)
            subscription_ready(topic->subscriptions[i]);
}

void hub_lost(struct hub *hub)
{
    for (struct follower *f = hub->followers; f; f = f->next)
        if (f->actor)
            connection_abort(f->connection);
}

/* ---- access ---- */

static void recheck_topic(struct hub_topic *topic)
{
    for (uint32_t i = 0; i < topic->count; i++) {
        struct subscription *s = topic->subscriptions[i];
        if (s->state == SUBSCRIPTION_LIVE && !subscription_allowed(s))
            subscription_end(s, STATUS_NOT_FOUND);
    }
}

/* Whether both may do the same everywhere. */
static bool same_actor(const struct actor *a, const struct actor *b)
{
    if (a->account != b->account || a->session != b->session || a->role != b->role || a->unit != b->unit ||
        a->suspended != b->suspended || a->banned != b->banned || a->rests != b->rests || a->board_count != b->board_count)
        return false;
    for (uint32_t i = 0; i < a->board_count; i++)
        if (a->boards[i].board != b->boards[i].board || a->boards[i].role != b->boards[i].role)
            return false;
    return true;
}

static void become_or_close(struct follower *f, const struct actor *actor)
{
    bool other = !same_actor(f->actor, actor);

    if (!hub_become(f, actor))
        connection_abort(f->connection);
    else if (other && f->voice)
        f->voice->changed(f);
}

static void access_account(struct hub *hub, const struct access_change *change)
{
    for (struct follower *f = hub->followers; f; f = f->next) {
        struct actor actor = change->actor;
        if (!f->actor || f->actor->account == 0 || f->actor->account != change->account)
            continue;
        actor.session = f->actor->session;
        become_or_close(f, &actor);
    }
}

static void access_session(struct hub *hub, const struct access_change *change)
{
    const struct actor visitor = {.role = ROLE_VISITOR};

    for (struct follower *f = hub->followers; f; f = f->next) {
        if (!f->actor || f->actor->account == 0 || f->actor->account != change->account)
            continue;
        if (change->id ? f->actor->session == change->id : f->actor->session != change->keep)
            become_or_close(f, &visitor);
    }
}

static void access_board(struct hub *hub, const struct access_change *change)
{
    for (struct hub_topic *topic = hub->oldest; topic; topic = topic->newer) {
        if (!topic->known || topic->board.board != change->board.board)
            continue;
        topic->board = change->board;
        recheck_topic(topic);
    }
}

static void access_thread(struct hub *hub, const struct access_change *change)
{
    struct hub_topic *topic = hub_topic_find(hub, TOPIC_THREAD, change->id);

    if (!topic)
        return;
    topic->board = change->board;
    topic->known = true;
    recheck_topic(topic);
}

void hub_access(struct hub *hub, const struct access_change *change)
{
    static void (*const acts[])(struct hub *hub, const struct access_change *change) = {
        [ACCESS_ACCOUNT] = access_account,
        [ACCESS_SESSION] = access_session,
        [ACCESS_BOARD] = access_board,
        [ACCESS_THREAD] = access_thread,
    };
    hub->access_changes++;
    acts[change->kind](hub, change);
}
