/* See hub.h: followers, their actors and their subscriptions. */
#include <stdlib.h>
#include <string.h>

#include "server/hub/hub_private.h"

static const struct actor nobody = {.role = ROLE_VISITOR};

/* ---- actors ---- */

/* What decisions need of an actor: no names. All visitors share one. NULL: no memory. */
static const struct actor *actor_copy(const struct actor *actor)
{
    size_t boards = actor->board_count * sizeof(struct board_role);

    if (actor->account == 0)
        return &nobody;
    struct actor *copy = malloc(sizeof *copy + boards);
    if (!copy)
        return NULL;
    struct board_role *roles = (struct board_role *)(copy + 1);
    if (boards)
        memcpy(roles, actor->boards, boards);
    *copy = *actor;
    copy->boards = roles;
    copy->mutes = NULL; /* they keep nobody from reading */
    copy->mute_count = 0;
    copy->holds = NULL;
    copy->hold_count = 0;
    copy->handle = copy->name = (struct text){NULL, 0};
    return copy;
}

static void actor_free(const struct actor *actor)
{
    if (actor != &nobody)
        free((void *)(uintptr_t)actor);
}

/* ---- subscriptions ---- */

bool subscription_allowed(const struct subscription *s)
{
    const struct actor *actor = s->follower->actor;
    const struct hub_topic *topic = s->topic;

    if (!actor)
        return false;
    if (topic->kind == TOPIC_ACCOUNT)
        return actor->account != 0 && actor->account == topic->id;
    if (topic->kind == TOPIC_QUEUE)
        return topic->known && policy_may_follow_queue(actor, topic->id, &topic->board);
    return topic->known && policy_may_read(actor, &topic->board);
}

void subscription_ready(struct subscription *s)
{
    struct follower *f = s->follower;

    if (!s->ready) {
        s->ready = true;
        s->next_ready = NULL;
        if (f->ready)
            f->ready_last->next_ready = s;
        else
            f->ready = s;
        f->ready_last = s;
    }
    connection_wants(f->connection);
}

static void unready(struct subscription *s)
{
    struct follower *f = s->follower;
    struct subscription *before = NULL;

    if (!s->ready)
        return;
    for (struct subscription *at = f->ready; at != s; at = at->next_ready)
        before = at;
    if (before)
        before->next_ready = s->next_ready;
    else
        f->ready = s->next_ready;
    if (f->ready_last == s)
        f->ready_last = before;
    s->ready = false;
}

void subscription_set_hungry(struct subscription *s, bool hungry)
{
    if (s->hungry == hungry)
        return;
    s->hungry = hungry;
    s->follower->hungry += hungry ? 1 : UINT32_MAX;
    if (hungry)
        connection_wants(s->follower->connection);
}

/* The piece that is under way for it will be thrown away when it comes. */
static void leave_backlog(struct subscription *s)
{
    struct backlog_task *task = s->follower->backlog;

    subscription_set_hungry(s, false);
    if (task && task->subscription == s)
        task->subscription = NULL;
}

void subscription_end(struct subscription *s, enum status status)
{
    leave_backlog(s);
    s->state = SUBSCRIPTION_ENDING;
    s->status = (uint8_t)status;
    subscription_ready(s);
}

static bool topic_add(struct hub_topic *topic, struct subscription *s)
{
    if (topic->count == topic->room) {
        uint32_t room = topic->room ? topic->room * 2 : 1;
        struct subscription **grown = realloc(topic->subscriptions, room * sizeof(struct subscription *));
        if (!grown)
            return false;
        topic->subscriptions = grown;
        topic->room = room;
    }
    s->topic = topic;
    s->slot = topic->count;
    topic->subscriptions[topic->count++] = s;
    return true;
}

void subscription_free(struct subscription *s)
{
    struct follower *f = s->follower;
    struct hub_topic *topic = s->topic;
    struct subscription **link = &f->subscriptions;
    struct subscription *last = topic->subscriptions[--topic->count];

    leave_backlog(s);
    unready(s);
    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    f->count--;
    topic->subscriptions[s->slot] = last;
    last->slot = s->slot;
    hub_topic_let_go(f->hub, topic);
    free(s);
}

static struct subscription *find(const struct follower *f, uint32_t id)
{
    struct subscription *s = f->subscriptions;

    while (s && s->id != id)
        s = s->next;
    return s;
}

/* ---- for sessions ---- */

void hub_enter(struct hub *hub, struct follower *f, struct connection *connection)
{
    *f = (struct follower){.hub = hub, .connection = connection, .next = hub->followers};
    if (f->next)
        f->next->previous = f;
    hub->followers = f;
}

void hub_leave(struct follower *f)
{
    while (f->subscriptions)
        subscription_free(f->subscriptions);
    if (f->backlog)
        backlog_forget(f->backlog);
    if (f->previous)
        f->previous->next = f->next;
    else
        f->hub->followers = f->next;
    if (f->next)
        f->next->previous = f->previous;
    actor_free(f->actor);
    f->actor = NULL;
}

void follower_recheck(struct follower *f)
{
    for (struct subscription *s = f->subscriptions; s; s = s->next)
        if (s->state == SUBSCRIPTION_LIVE && !subscription_allowed(s))
            subscription_end(s, STATUS_NOT_FOUND);
}

bool hub_become(struct follower *f, const struct actor *actor)
{
    const struct actor *copy = actor_copy(actor);

    if (!copy)
        return false;
    actor_free(f->actor);
    f->actor = copy;
    /* What was read for whom he was is read anew. */
    if (f->backlog)
        f->backlog->subscription = NULL;
    follower_recheck(f);
    return true;
}

enum status hub_expect(struct follower *f, uint32_t id, enum topic kind, uint64_t topic_id)
{
    if (f->count >= LIMIT_SUBSCRIPTIONS)
        return STATUS_TOO_MANY;
    struct subscription *s = calloc(1, sizeof *s);
    struct hub_topic *topic = hub_topic_get(f->hub, kind, topic_id);
    if (!s || !topic || !topic_add(topic, s)) {
        free(s);
        if (topic)
            hub_topic_let_go(f->hub, topic);
        return STATUS_BUSY;
    }
    s->follower = f;
    s->id = id;
    s->position = topic->ring.head;
    s->next = f->subscriptions;
    f->subscriptions = s;
    f->count++;
    return STATUS_OK;
}

void hub_answer(struct follower *f, uint32_t id, const struct subscription_grant *grant)
{
    struct subscription *s = find(f, id);

    if (!s || s->state != SUBSCRIPTION_PENDING)
        return;
    if (!grant) {
        subscription_free(s);
        return;
    }
    s->since = grant->since;
    s->state = SUBSCRIPTION_BACKLOG;
    subscription_set_hungry(s, true);
}

bool hub_unsubscribe(struct follower *f, uint32_t id)
{
    struct subscription *s = find(f, id);

    if (!s || s->state == SUBSCRIPTION_PENDING)
        return false;
    subscription_free(s);
    return true;
}

/* ---- their requests ---- */

enum status hub_ask(struct follower *f, uint32_t id, const struct request *r)
{
    const struct subscribe_request *in = r->in;

    if (r->message->op != MSG_SUBSCRIBE)
        return STATUS_OK;
    return hub_expect(f, id, in->topic, in->topic == TOPIC_ACCOUNT && in->id == 0 ? f->actor->account : in->id);
}

bool hub_overtaken(const struct hub *hub, const struct request *r, uint64_t access_changes)
{
    bool read = r->message->op == MSG_RESUME || r->message->op == MSG_SUBSCRIBE;

    return read && r->becomes && r->status == STATUS_OK && access_changes != hub->access_changes;
}

bool hub_take_effect(struct follower *f, uint32_t id, const struct request *r)
{
    bool done = r->status == STATUS_OK;

    if (r->message->op == MSG_SUBSCRIBE) {
        hub_answer(f, id, done ? r->grants : NULL);
        if (r->becomes && (!f->actor || f->actor->session != r->becomes->session))
            return true; /* it has become somebody else in the meantime */
    }
    return !done || !r->becomes || hub_become(f, r->becomes);
}
