/* What loop.c, connection.c, listener.c and server.c share: a loop from the inside. Private to net/. */
#ifndef LUNTAN_SERVER_NET_LOOP_PRIVATE_H
#define LUNTAN_SERVER_NET_LOOP_PRIVATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <uv.h>

#include "server/net/face.h"
#include "server/net/loop.h"
#include "server/net/prefix.h"
#include "server/net/tls.h"

/*
 * A connection's output waits in user space up to ROOM. RECORD is TLS's largest plain record; PLAIN is what one call
 * of a face's output gathers before it is encrypted, SEALED what is encrypted before it is sent.
 */
enum { ROOM = 65536, RECORD = 16384, INPUT = 65536, PLAIN = 4 * RECORD, SEALED = 5 * RECORD };

enum { TICK_MS = 1000, HOLD_MS = 20 };

/* The faces that a connection may get. */
enum face_kind { FACE_NATIVE, FACE_WEB, FACES };

struct spoken {
    const struct face *face;              /* NULL: not spoken here */
    void *context;
};

/* What all loops share. */
struct shared {
    struct prefix_table *prefixes;
    unsigned max_connections, prefix_connections;
    size_t memory;                        /* that requests and answers may hold */
    _Atomic size_t memory_held;
    _Atomic uint64_t connections, accepted, refused;
    const struct commons *commons;        /* or NULL */
    void *commons_context;
    struct spoken spoken[FACES];
};

/* By which listener a connection comes: TLS, or plain bytes from a trusted proxy on this machine. */
enum door { DOOR_TLS, DOOR_PLAIN, DOORS };

union socket {
    uv_handle_t handle;
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
};

struct listener {
    union socket socket;
    struct loop *loop;
    enum door door;
    bool listening;
    bool waits;                           /* there was no memory for a connection; tried again by the tick */
};

enum loop_phase { LOOP_SERVING, LOOP_DRAINING, LOOP_STOPPING };

struct loop {
    struct tls_io io;                     /* first: tls.c gives it back */
    struct connection *current;           /* whose bytes are in io */
    struct bio_st *bio;
    struct ssl_ctx_st *tls;               /* for new connections */
    struct shared *shared;
    void *commons;                        /* what it started with */
    void *locals[FACES];                  /* the faces' */
    struct connection *connections;       /* all, linked both ways */
    struct connection *wanting;           /* those whose output is to be called, linked */
    struct connection *resuming;          /* those whose input goes on, linked */
    enum loop_phase phase;
    unsigned index;
    uv_loop_t uv;
    uv_async_t async;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;                       /* runs while something is left for the next iteration */
    uv_timer_t tick;
    struct listener listeners[DOORS];
    uv_thread_t thread;
    bool started;                         /* the thread runs */
    uint32_t accept_failures;             /* since the last tick */
    struct inbox inbox;
    uint8_t input[INPUT];
    uint8_t record[RECORD];
    uint8_t plain[PLAIN];
    uint8_t sealed[SEALED];
};

/* A loop whose thread does not run yet, or NULL. */
struct loop *loop_new(struct shared *shared, unsigned index, struct ssl_ctx_st *tls);
/* Before its thread was started, or after it has ended. */
void loop_free(struct loop *loop);
bool loop_start(struct loop *loop);
/* On the loop: uses `tls`, whose reference it takes over. */
void loop_use_tls(struct loop *loop, struct ssl_ctx_st *tls);
/* On the loop: no more connections; those there are told. */
void loop_drain(struct loop *loop);
/* On the loop: closes everything; the thread ends when the last connection's work is done. */
void loop_stop(struct loop *loop);

/* Listens on `address`:`*port`, of which 0 becomes what was given; the first loop takes the port. 0 or a negative uv error. */
int listener_open(struct loop *loop, enum door door, const char *address, uint16_t *port, bool first);
/* Listens on a copy of a bound socket of the file system, for the plain door. 0 or a negative uv error. */
int listener_open_local(struct loop *loop, int bound);
/* No more connections, by any door. */
void listeners_close(struct loop *loop);

/* A connection waits at the listener. */
void connection_accept(struct listener *listener);
/* Calls what output and resuming is due. */
void connection_flush(struct loop *loop);
/* Once per second. */
void connection_tick(struct loop *loop);
/* Tells all faces that the server is stopping. */
void connection_drain_all(struct loop *loop);
void connection_abort_all(struct loop *loop);
/* Sends what the BIO gathered for loop->current; tls_io's `full`. */
void connection_send_sealed(struct tls_io *io);

#endif
