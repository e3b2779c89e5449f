/*
 * One connection's protocol, without the connection: bytes in (already decrypted), bytes out.
 *
 * A session frames requests under rising ids, matches each answer to its request, knows which
 * subscriptions may send events, answers pings, notes goaway, and holds the peer to luntan/1: the first
 * breach ends it, for good. It has no socket, no clock and no randomness, so that a test can play the peer.
 * It hands every frame's payload to its listener where it lies, without copying or decoding it: whoever
 * decodes a payload checks it. The library's own calls (luntan.h) are one user, the load generator another.
 *
 * Memory: under 2 KiB, plus a frame that has come in half (SESSION_PAYLOAD at most, taken as its bytes
 * come), plus output not yet taken. One thread at a time.
 *
 *     struct session *s = session_new(&listener, context);
 *     session_hello(s, LANG_ZH, "example/1");
 *     for (;;) {
 *         struct text out = session_output(s);      send some of it
 *         session_sent(s, sent);
 *         if (session_input(s, received, len))      the listener's functions run in here
 *             break;
 *     }
 */
#ifndef LUNTAN_CLIENT_SESSION_H
#define LUNTAN_CLIENT_SESSION_H

#include "protocol/frame.h"
#include "protocol/messages.h"

struct session;

enum {
    SESSION_PAYLOAD = 4 << 20, /* bytes: the largest payload taken from a peer */
    SESSION_UNSENT = 8 << 20,  /* bytes: output that may wait before requests are refused */
};

enum session_error {
    SESSION_OK = 0,
    SESSION_BAD_FRAME, /* not a frame, or of a kind that no server sends now */
    SESSION_CRITICAL,  /* a kind that this version does not know and must not pass over */
    SESSION_TOO_LARGE, /* a payload larger than is taken, or than the peer would take */
    SESSION_UNASKED,   /* an answer to no request, or an event of no subscription */
    SESSION_PAYLOAD_BAD, /* hello's or goaway's payload could not be read */
    SESSION_VERSION,   /* the peer chose a version that was not offered */
    SESSION_BUSY,      /* a request, not the session, failed: too many in flight, or no session to send it in */
    SESSION_MEMORY,
};

/* What the session tells. A function may make requests, but neither give the session input nor free it. NULL: not wanted. */
struct session_listener {
    /* A frame of an answer: PART, then RESPONSE or ERROR, which is final. */
    void (*answer)(void *context, uint32_t id, const struct message *message, enum frame_kind kind, struct text payload);
    /* An event of a subscription, by the id of the request that subscribed. */
    void (*event)(void *context, uint32_t subscription, const struct message *message, struct text payload);
    /* The server takes no more requests here; it still answers those up to last_id. Borrows from the frame. */
    void (*goaway)(void *context, const struct goaway_payload *goaway);
    /* Every frame whole, as it is queued for sending or after it was received. */
    void (*trace)(void *context, bool sent, const uint8_t *frame, size_t len);
};

/* A new session; NULL without memory. `listener` must live as long. */
struct session *session_new(const struct session_listener *listener, void *context);

/* NULL is fine. */
void session_free(struct session *s);

/*
 * Queues the hello, which must come first, with `client` (may be NULL) as this program's name. It always
 * carries one capability and one key that nobody knows, so that ignoring them never rusts.
 */
MUST_USE enum session_error session_hello(struct session *s, enum lang lang, const char *client);

/*
 * Queues a request, `in` being the struct of the message's row; `id` receives its number. Also before
 * hello's answer. BUSY: LIMIT_IN_FLIGHT requests are unanswered, SESSION_UNSENT bytes wait, or the session
 * is over or going away; TOO_LARGE: past LIMIT_FRAME. Neither ends the session.
 */
MUST_USE enum session_error session_request(struct session *s, const struct message *message, const void *in, uint32_t *id);

/* Asks the server to stop working on a request; the final answer still comes. */
void session_cancel(struct session *s, uint32_t id);

/* Asks for a sign of life. */
void session_ping(struct session *s);

/* Takes bytes from the peer. After an error everything more is refused with the same error. */
MUST_USE enum session_error session_input(struct session *s, const uint8_t *at, size_t len);

/* What waits to be sent, and that `len` bytes of it were. */
struct text session_output(const struct session *s);
void session_sent(struct session *s, size_t len);

/* Requests without a final answer. */
unsigned session_in_flight(const struct session *s);

/* Whether hello was answered and neither side has ended the session. */
bool session_open(const struct session *s);

/* Whether the server said goaway. */
bool session_going_away(const struct session *s);

/* An operation id of the server's time `time_ms` (UTC) and 10 random bytes. */
void operation_id_make(uint8_t out[LIMIT_OP_ID], uint64_t time_ms, const uint8_t random[LIMIT_OP_ID - 6]);

#endif
