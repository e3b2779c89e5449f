/*
 * The client's session, and how it puts answers together, fed by a peer that says anything. The input is cut
 * into pieces: a byte with the piece's length, then that many bytes. Whatever comes, the session's
 * account of what is in flight must hold, and an error must stay.
 */
#include <stddef.h>
#include <stdlib.h>

#include "client-lib/parts.h"
#include "client-lib/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct peer {
    struct parts parts;
};

static void on_answer(void *context, uint32_t id, const struct message *message, enum frame_kind kind, struct text payload)
{
    struct peer *peer = context;
    _Alignas(max_align_t) uint8_t out[1024];
    bool memory;

    if (!id || message->reply->size > sizeof out)
        abort();
    if (kind == FRAME_ERROR || !parts_add(&peer->parts, payload, &memory)) {
        parts_reset(&peer->parts);
        return;
    }
    if (kind == FRAME_PART)
        return;
    if (parts_finish(&peer->parts, message->reply, out) == PARTS_MEMORY)
        abort();
    parts_reset(&peer->parts);
}

static void on_event(void *context, uint32_t subscription, const struct message *message, struct text payload)
{
    (void)context, (void)payload;
    if (!subscription || message->where != WHERE_EVENT)
        abort();
}

static void on_goaway(void *context, const struct goaway_payload *goaway)
{
    (void)context, (void)goaway;
}

static const struct session_listener listener = {on_answer, on_event, on_goaway, NULL};

/* hello (1), read (2), post_get (3), subscribe (4), unsubscribe of it (5), export (6). */
static void ask_everything(struct session *s)
{
    const struct read_request read = {.thread = 1};
    const struct post_get_request get = {.post = 1};
    const struct subscribe_request subscribe = {.topic = TOPIC_BOARD, .id = 1};
    const struct unsubscribe_request unsubscribe = {.subscription = 4};
    const struct export_request export = {.section = EXPORT_SECTION_POSTS};
    uint32_t id;

    if (session_hello(s, LANG_ZH, "fuzz") || session_request(s, &messages[INDEX_READ], &read, &id) ||
        session_request(s, &messages[INDEX_POST_GET], &get, &id) ||
        session_request(s, &messages[INDEX_SUBSCRIBE], &subscribe, &id) ||
        session_request(s, &messages[INDEX_UNSUBSCRIBE], &unsubscribe, &id) ||
        session_request(s, &messages[INDEX_EXPORT], &export, &id) || id != 6)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct peer peer = {{0}};
    struct session *s = session_new(&listener, &peer);
    enum session_error error = SESSION_OK;

    if (!s)
        return 0;
    ask_everything(s);
    while (size) {
        size_t piece = data[0] < size - 1 ? data[0] : size - 1;
        enum session_error now = session_input(s, data + 1, piece);
        if ((error && now != error) || session_in_flight(s) > 6 || (now && session_open(s)))
            abort();
        error = now;
        session_sent(s, session_output(s).len / 2);
        data += 1 + piece;
        size -= 1 + piece;
    }
    session_free(s);
    parts_reset(&peer.parts);
    return 0;
}
