/* The sweep: everything between a follower's positions and the heads, into one outlet. No memory is taken here. */
#include "server/hub/hub_private.h"

#include "protocol/frame.h"
#include "server/cursor.h"

enum { SMALL = 128 }; /* holds any event that the hub makes itself */

static void say_frame(struct outlet *outlet, const struct subscription *s, enum op op, struct text payload)
{
    uint8_t header[FRAME_HEADER];
    const struct frame frame = {
        .len = (uint32_t)payload.len, .kind = FRAME_EVENT, .op = (uint16_t)op, .id = s->id,
    };

    frame_put(header, &frame);
    outlet_put(outlet, header, sizeof header);
    outlet_put(outlet, payload.at, payload.len);
}

static void say_shape(struct outlet *outlet, const struct subscription *s, enum op op, const struct shape *shape, const void *in)
{
    uint8_t bytes[SMALL];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);

    shape_encode(shape, in, &w);
    say_frame(outlet, s, op, (struct text){(const char *)bytes, w.len});
}

static struct text cursor_at(const struct subscription *s, uint64_t seq, uint8_t out[CURSOR_BYTES])
{
    struct cursor cursor = {.topic = s->topic->kind, .id = s->topic->id, .seq = seq};

    memcpy(cursor.epoch, store_epoch(s->follower->hub->store), sizeof cursor.epoch);
    cursor_encode(&cursor, out);
    return (struct text){(const char *)out, CURSOR_BYTES};
}

void sweep_say_change(struct outlet *outlet, const struct subscription *s, uint64_t seq, struct text payload)
{
    const struct voice *voice = s->follower->voice;

    if (voice)
        voice->change(s->follower, s->id, seq, payload, outlet);
    else
        say_frame(outlet, s, EVENT_CHANGE, payload);
}

void sweep_say_live(struct outlet *outlet, const struct subscription *s)
{
    const struct voice *voice = s->follower->voice;
    uint8_t cursor[CURSOR_BYTES];

    if (voice) {
        voice->live(s->follower, s->id, s->position, outlet);
        return;
    }
    const struct live_event live = {.cursor = cursor_at(s, s->position, cursor), .seq = s->position};

    say_shape(outlet, s, EVENT_LIVE, &shape_live_event, &live);
}

static void say_gap(struct outlet *outlet, struct subscription *s)
{
    const struct voice *voice = s->follower->voice;
    uint8_t cursor[CURSOR_BYTES];
    const struct gap_event gap = {
        .from = s->position + 1, .to = s->topic->ring.head, .since = cursor_at(s, s->position, cursor),
    };

    if (voice)
        voice->gap(s->follower, s->id, gap.to, outlet);
    else
        say_shape(outlet, s, EVENT_GAP, &shape_gap_event, &gap);
    s->position = s->topic->ring.head;
}

static void say_end(struct outlet *outlet, const struct subscription *s)
{
    const struct voice *voice = s->follower->voice;
    const struct end_event end = {.code = s->status};

    if (voice)
        voice->end(s->follower, s->id, (enum status)s->status, outlet);
    else
        say_shape(outlet, s, EVENT_END, &shape_end_event, &end);
}

/* A bare change, the newest of those that are owed. */
static bool say_owed(struct outlet *outlet, struct subscription *s)
{
    uint8_t cursor[CURSOR_BYTES], bytes[SMALL];
    struct wire_writer w = wire_writer_over(bytes, sizeof bytes);

    if (s->owed <= s->position)
        return true;
    if (!outlet_room(outlet))
        return false;
    s->position = s->owed;
    const struct change_record change = {.seq = s->position, .cursor = cursor_at(s, s->position, cursor)};
    shape_encode(&shape_change_record, &change, &w);
    sweep_say_change(outlet, s, s->position, (struct text){(const char *)bytes, w.len});
    return true;
}

/* Whether everything was said. */
static bool say_live(struct outlet *outlet, struct subscription *s)
{
    const struct ring *ring = &s->topic->ring;

    if (s->topic->kind == TOPIC_QUEUE)
        return say_owed(outlet, s);
    if (s->position < ring->head && s->position + 1 < ring_first(ring))
        say_gap(outlet, s);
    while (s->position < ring->head) {
        if (!outlet_room(outlet))
            return false;
        const struct ring_entry *entry = ring_at(ring, ++s->position);
        if (entry->payload.at)
            sweep_say_change(outlet, s, s->position, entry->payload);
    }
    return true;
}

static void take_ready(struct follower *f)
{
    struct subscription *s = f->ready;

    f->ready = s->next_ready;
    s->ready = false;
}

void hub_output(struct follower *f, struct outlet *outlet)
{
    backlog_say(f, outlet);
    while (f->ready && outlet_room(outlet)) {
        struct subscription *s = f->ready;
        if (s->state == SUBSCRIPTION_LIVE && !say_live(outlet, s))
            return;
        take_ready(f);
        if (s->state != SUBSCRIPTION_ENDING)
            continue;
        say_end(outlet, s);
        subscription_free(s);
    }
    if (outlet_room(outlet))
        backlog_ask(f);
}
