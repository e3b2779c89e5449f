/* See live_private.h: events as text (the HTML standard, section 9.2.6, event stream format). */
#include <inttypes.h>
#include <stdio.h>

#include "server/store/store.h"
#include "server/web/live_private.h"

/* Holds any event: its name, where all topics stand, and what changed. */
enum { EVENT_ROOM = LIVE_CHANGE + LIVE_WRITTEN + 256 };

/* ---- events ---- */

/* `data` is one line; `retry_ms` 0: not said. */
static void say(struct stream *s, struct outlet *outlet, const char *event, const char *data, uint32_t retry_ms)
{
    char written[LIVE_WRITTEN], retry[32] = "", room[EVENT_ROOM];
    size_t len = live_topics_write(written, store_epoch(s->local->live->options.store), s->topics, s->count);

    if (retry_ms)
        snprintf(retry, sizeof retry, "retry: %" PRIu32 "\n", retry_ms);
    int all = snprintf(room, sizeof room, "event: %s\nid: %.*s\n%sdata: %s\n\n", event, (int)len, written, retry, data);
    if (all > 0 && (size_t)all < sizeof room)
        outlet_put(outlet, room, (size_t)all);
    s->quiet = 0;
}

/* An event about a topic; `rest` follows its name. */
static void say_topic(struct stream *s, struct outlet *outlet, const char *event, const struct live_topic *topic, struct text rest)
{
    char label[LIVE_LABEL], data[LIVE_CHANGE + LIVE_LABEL + 32];

    live_topic_label(label, topic);
    snprintf(data, sizeof data, "{\"topic\":\"%s\"%.*s}", label, (int)rest.len, rest.at ? rest.at : "");
    say(s, outlet, event, data, 0);
}

static void say_place(struct stream *s, struct outlet *outlet, const char *event, const struct live_topic *topic)
{
    char seq[40];
    int len = snprintf(seq, sizeof seq, ",\"seq\":%" PRIu64, topic->seq);

    say_topic(s, outlet, event, topic, (struct text){seq, (size_t)len});
}

/* ---- what the hub tells ---- */

static struct stream *stream_of(struct follower *f, uint32_t id, struct live_topic **topic)
{
    struct stream *s = (struct stream *)f;

    *topic = &s->topics[id - 1];
    return s;
}

/* Many follow the same, and are told one after the other: what was written for one is kept for a while. */
static struct text written_once(struct live_loop *local, const struct live_topic *topic, uint64_t seq, struct text payload)
{
    struct live_said *said = &local->said[seq % LIVE_SAID];
    uint64_t now = loop_now(local->loop);

    if (!said->len || said->topic != topic->topic || said->id != topic->id || said->seq != seq ||
        now - said->made > LIVE_SAID_MS) {
        said->len = (uint16_t)live_change_write(said->json, payload);
        said->topic = topic->topic;
        said->id = topic->id;
        said->seq = seq;
        said->made = now;
    }
    return (struct text){said->json, said->len};
}

static void on_change(struct follower *f, uint32_t id, uint64_t seq, struct text payload, struct outlet *outlet)
{
    struct live_topic *topic;
    struct stream *s = stream_of(f, id, &topic);
    const bool kept = topic->id != 0; /* one's own account has another number for each */
    char own[LIVE_CHANGE];

    topic->seq = seq;
    struct text json = kept ? written_once(s->local, topic, seq, payload)
                            : (struct text){own, live_change_write(own, payload)};
    say_topic(s, outlet, "change", topic, json);
}

static void on_live(struct follower *f, uint32_t id, uint64_t seq, struct outlet *outlet)
{
    struct live_topic *topic;
    struct stream *s = stream_of(f, id, &topic);

    topic->seq = seq;
    say_place(s, outlet, "live", topic);
}

static void on_gap(struct follower *f, uint32_t id, uint64_t seq, struct outlet *outlet)
{
    struct live_topic *topic;
    struct stream *s = stream_of(f, id, &topic);

    topic->seq = seq;
    say_place(s, outlet, "gap", topic);
}

static void say_end(struct stream *s, struct live_topic *topic, struct outlet *outlet)
{
    topic->state = LIVE_OVER;
    say_topic(s, outlet, "end", topic, (struct text){NULL, 0});
}

static void on_end(struct follower *f, uint32_t id, enum status status, struct outlet *outlet)
{
    struct live_topic *topic;
    struct stream *s = stream_of(f, id, &topic);

    (void)status;
    say_end(s, topic, outlet);
}

static void on_changed(struct follower *f)
{
    stream_end((struct stream *)f, LIVE_RETRY_MS);
}

const struct voice live_voice = {
    .change = on_change,
    .live = on_live,
    .gap = on_gap,
    .end = on_end,
    .changed = on_changed,
};

/* ---- what the stream itself says ---- */

static void say_raw(struct stream *s, struct outlet *outlet, struct text text)
{
    outlet_put(outlet, text.at, text.len);
    s->quiet = 0;
}

/* What was found when the topics were asked for. */
static void say_answers(struct stream *s, struct outlet *outlet)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct live_topic *topic = &s->topics[i];
        if (topic->state == LIVE_GRANTED && topic->gap) {
            topic->gap = false;
            say_place(s, outlet, "gap", topic);
        } else if (topic->state == LIVE_REFUSED) {
            say_end(s, topic, outlet);
        }
    }
}

bool live_say(struct stream *s, struct outlet *outlet)
{
    char retry[32];

    if (s->bye_said)
        return false;
    if (!s->begun) {
        s->begun = true;
        int len = snprintf(retry, sizeof retry, "retry: %d\n\n", LIVE_RETRY_MS);
        say_raw(s, outlet, (struct text){retry, (size_t)len});
    }
    if (s->bye) {
        s->bye_said = true;
        say(s, outlet, "bye", "{}", s->bye_ms);
        return false;
    }
    if (s->quiet >= LIVE_BEAT_S)
        say_raw(s, outlet, TEXT(":\n\n"));
    say_answers(s, outlet);
    return true;
}
