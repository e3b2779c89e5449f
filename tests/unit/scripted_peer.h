/*
 * A server that a test plays: TLS on loopback, one connection after the other, each following a script.
 *
 * Scripts run on a thread of the peer's own, so they assert nothing: they note what they saw, and the test looks at it after
 * peer_stop. Every read gives up when the client closes or 10 seconds pass.
 */
#ifndef LUNTAN_TESTS_UNIT_SCRIPTED_PEER_H
#define LUNTAN_TESTS_UNIT_SCRIPTED_PEER_H

#include "protocol/frame.h"
#include "protocol/messages.h"

struct peer;

/* Plays connection number `connection`, from 0. When it returns, the connection is closed. */
typedef void (*peer_script)(struct peer *peer, unsigned connection, void *context);

/* Starts listening with a new certificate; `alpn` (a length byte and a name) is what it agrees to. */
struct peer *peer_start(peer_script script, void *context, const char *alpn);
uint16_t peer_port(const struct peer *peer);
/* Makes a new certificate for the connections to come. */
void peer_change_certificate(struct peer *peer);
/* Waits for the script under way and frees. Returns how many connections were made. */
unsigned peer_stop(struct peer *peer);

/* ---- for scripts ---- */

/* The next frame; its payload lives until the next call. False: the client has gone. */
bool peer_take(struct peer *peer, struct frame *frame, struct text *payload);
/* The next frame, which must be a request of this op, decoded into `in`. False: it is not. */
bool peer_expect(struct peer *peer, const struct message *message, struct frame *frame, void *in);
void peer_say(struct peer *peer, struct frame frame, const void *payload);
/* A frame whose payload is the struct `out` of this shape. */
void peer_say_shape(struct peer *peer, struct frame frame, const struct shape *shape, const void *out);
/* Answers a request. */
void peer_answer(struct peer *peer, const struct frame *request, enum frame_kind kind, const struct shape *shape, const void *out);
/* Takes hello and answers it. */
bool peer_greet(struct peer *peer);
/* Bytes as they are. */
void peer_say_bytes(struct peer *peer, const void *at, size_t len);

#endif
