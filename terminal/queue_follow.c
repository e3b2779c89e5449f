/* See queue_follow.h. */
#include "terminal/queue_follow.h"

#include <time.h>

#include "terminal/show.h"
#include "terminal/show_moderation.h"

/* An item as it was shown last. */
struct known {
    uint64_t item, gravity;
    uint64_t print; /* of what it said */
};

struct following {
    struct terminal *t;
    struct known known[LIMIT_PAGE_ITEMS];
    size_t count;
    uint64_t ends; /* when the first claim ends by itself, UTC ms; 0: none */
    uint32_t subscription;
};

/* ---- telling items apart ---- */

/* FNV-1a over the item as it is on the wire, but for how long it is claimed. */
static uint64_t print_of(const struct item_record *item)
{
    enum { ROOM = 16384 };
    struct item_record copy = *item;
    uint8_t bytes[ROOM];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);
    uint64_t print = UINT64_C(0xcbf29ce484222325);

    copy.claimed_until = 0;
    shape_encode(&shape_item_record, &copy, &w);
    for (size_t i = 0; i < w.len; i++)
        print = (print ^ bytes[i]) * UINT64_C(0x100000001b3);
    return print;
}

static const struct known *find(const struct known *known, size_t count, uint64_t item)
{
    for (size_t i = 0; i < count; i++)
        if (known[i].item == item)
            return &known[i];
    return NULL;
}

/* Whether it would stand on a page that ends with `last`. */
static bool before(const struct known *one, const struct known *last)
{
    return one->gravity > last->gravity || (one->gravity == last->gravity && one->item <= last->item);
}

/* ---- showing ---- */

static void show_gone(const struct following *f, uint64_t item)
{
    if (f->t->json)
        printf("{\"item\":%llu,\"gone\":true}\n", (unsigned long long)item);
    else
        say(stdout, f->t->english, SAY_ITEM_GONE, SAID_NUMBER(item));
}

/* Shows what differs; of what a longer list pushed off the page nothing is said. */
static void compare(struct following *f, struct queue_reply *out)
{
    struct known now[LIMIT_PAGE_ITEMS];
    struct item_record item;
    size_t count = 0;

    f->ends = 0;
    while (count < LIMIT_PAGE_ITEMS && items_next(&out->items, &shape_item_record, &item)) {
        const struct known *was = find(f->known, f->count, item.item);
        now[count] = (struct known){item.item, item.gravity, print_of(&item)};
        if (!was || was->print != now[count].print)
            show_record(f->t, &shape_item_record, &item, show_item);
        if (item.claimed_until && (!f->ends || item.claimed_until < f->ends))
            f->ends = item.claimed_until;
        count++;
    }
    for (size_t i = 0; i < f->count; i++)
        if (!find(now, count, f->known[i].item) && (!out->next.at || (count && before(&f->known[i], &now[count - 1]))))
            show_gone(f, f->known[i].item);
    memcpy(f->known, now, count * sizeof *now);
    f->count = count;
    fflush(stdout);
}

/* ---- following ---- */

static enum outcome fetch(struct following *f, const struct queue_request *in)
{
    struct queue_reply out;
    enum outcome outcome = terminal_result(f->t, luntan_queue(f->t->forum, in, &out));

    if (!outcome)
        compare(f, &out);
    return outcome;
}

/* From where the list stood, so that nothing is missed between the two. */
static enum outcome begin(struct following *f, const struct queue_request *in)
{
    struct subscribe_request topic = {.topic = TOPIC_QUEUE};
    char name[sizeof "queue:" + (size_t)4 * LIMIT_SLUG];
    struct subscribe_reply out;
    struct queue_reply list;
    char cursor[LIMIT_CURSOR];
    enum outcome outcome = OUTCOME_DONE;

    if (in->board.at) {
        snprintf(name, sizeof name, "queue:%.*s", (int)in->board.len, in->board.at);
        outcome = terminal_topic(f->t, name, &topic.topic, &topic.id);
    }
    if (!outcome)
        outcome = terminal_result(f->t, luntan_queue(f->t->forum, in, &list));
    if (outcome)
        return outcome;
    topic.since = (struct text){cursor, list.cursor.len < sizeof cursor ? list.cursor.len : 0};
    memcpy(cursor, list.cursor.at, topic.since.len);
    compare(f, &list);
    outcome = terminal_result(f->t, luntan_subscribe(f->t->forum, &topic, &out));
    f->subscription = luntan_last_subscription(f->t->forum);
    return outcome;
}

/* How long to wait for an event: until a claim ends by itself, of which nobody is told. */
static int patience(const struct following *f)
{
    enum { LEAST_MS = 1000, MOST_MS = 60000 };
    struct timespec now;

    if (!f->ends)
        return -1;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t left = (int64_t)f->ends - ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000) + LEAST_MS;
    return left < LEAST_MS ? LEAST_MS : left > MOST_MS ? MOST_MS : (int)left;
}

enum outcome queue_follow(struct terminal *t, struct queue_request *in)
{
    struct following f = {.t = t};
    struct luntan_event event;
    enum outcome outcome = begin(&f, in);

    while (!outcome) {
        enum luntan_result result = luntan_next_event(t->forum, patience(&f), &event);
        bool ours = result == LUNTAN_OK && event.subscription == f.subscription;
        if (result == LUNTAN_TIMEOUT || (ours && (event.message->op == EVENT_CHANGE || event.message->op == EVENT_GAP)))
            outcome = fetch(&f, in);
        else if (ours && event.message->op == EVENT_END)
            outcome = terminal_refuse(t, status_of(event.end.code), NULL, 0);
        else
            outcome = terminal_result(t, result);
    }
    return outcome;
}
