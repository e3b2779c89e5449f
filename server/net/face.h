/*
 * A face: what is spoken on connections. net/ calls it; it knows nothing of sockets or TLS.
 *
 * Everything runs on the connection's loop. Input is pushed: the face takes what it can of the bytes given, and
 * says so; what it leaves is kept, nothing more is read, until connection_resume. Output is pulled: a face that has
 * something to say calls connection_wants, and is asked once per iteration of the loop to write into an
 * outlet while that has room. So whatever is said to a peer in one iteration leaves together.
 */
#ifndef LUNTAN_SERVER_NET_FACE_H
#define LUNTAN_SERVER_NET_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/text.h"
#include "server/net/loop.h"

struct connection;
struct outlet;

/* What the faces of one loop share. */
struct commons {
    /* A loop has started, or is about to end and the faces have stopped; what start returns is given to theirs. NULL: cannot. */
    void *(*start)(void *context, struct loop *loop);
    void (*stop)(void *local);
    /* Whether no job of its own is under way; the loop ends after that. */
    bool (*settled)(void *local);
    /* Every second, before any session's. */
    void (*tick)(void *local);
};

struct face {
    /* A loop has started or is about to end; what start returns is given to open. NULL: cannot. */
    void *(*start)(void *context, struct loop *loop, void *commons);
    void (*stop)(void *local);
    /* Whether no job of a closed session is under way; the loop ends after that. */
    bool (*settled)(void *local);
    /* A connection is ready. Returns its session; NULL closes it. */
    void *(*open)(void *local, struct connection *connection);
    /* Bytes came. Returns how many were taken; fewer than `len` pauses reading. */
    size_t (*input)(void *session, const uint8_t *at, size_t len);
    /* The outlet has room; says what there is to say, while there is room. Called again when there is room again. */
    void (*output)(void *session, struct outlet *outlet);
    /* Every second. */
    void (*tick)(void *session);
    /* The server is stopping: say so, take nothing new. */
    void (*drain)(void *session);
    /* Whether nothing is under way or unsaid; asked when the connection is to end after that. */
    bool (*idle)(void *session);
    /* The connection is gone; `session` is the face's to free. */
    void (*closed)(void *session);
};

/* ---- for faces ---- */

/* Keyed hash of the peer's address prefix. */
uint64_t connection_peer(const struct connection *connection);
/* The same of a numeric address, IPv4 or IPv6, that is written in `address`; 0 where it is none. */
uint64_t connection_peer_named(const struct connection *connection, struct text address);
/* Whether it speaks TLS with us. */
bool connection_secure(const struct connection *connection);
/* Whether it came by the plain listener, on which a trusted proxy speaks for its peers. */
bool connection_trusted(const struct connection *connection);
/* Asks for a call of output. */
void connection_wants(struct connection *connection);
/* What input left untaken is given again, and reading goes on. Takes effect after the present callback. */
void connection_resume(struct connection *connection);
/* Takes no more input; closes when the face is idle and everything has left. */
void connection_finish(struct connection *connection);
/* Closes now; what was said in this iteration or has not left yet is lost. */
void connection_abort(struct connection *connection);
/* Milliseconds since the peer was last heard. */
uint64_t connection_silence(const struct connection *connection);
/* Whether something said has not left yet. */
bool connection_busy(const struct connection *connection);

/* Whether more may be said now; what is left unsaid is asked for again when there is room. */
bool outlet_room(const struct outlet *outlet);
/* Says `len` bytes; they are copied or sent before it returns. More than the room is accepted once. */
void outlet_put(struct outlet *outlet, const void *at, size_t len);

/* Memory of requests and answers in the whole server. Takes always; false: there is more than there should be, wait. */
bool loop_memory_take(struct loop *loop, size_t bytes);
void loop_memory_give(struct loop *loop, size_t bytes);
bool loop_memory_short(const struct loop *loop);

#endif
