/* A connection from the inside, for connection.c (life and input), output.c and opener.c. Private to net/. */
#ifndef LUNTAN_SERVER_NET_CONNECTION_PRIVATE_H
#define LUNTAN_SERVER_NET_CONNECTION_PRIVATE_H

#include "server/net/loop_private.h"

enum connection_phase {
    PHASE_OPENING,   /* nothing has come yet */
    PHASE_HANDSHAKE, /* TLS */
    PHASE_OPEN,      /* the face speaks */
    PHASE_FINISHING, /* the face says what it still has to say; nothing is read */
    PHASE_LINGERING, /* everything was said; what comes is thrown away until the peer closes too */
    PHASE_CLOSING,   /* until libuv lets go of the socket */
    PHASES,
};

/* Input that a paused face left: plain bytes, then sealed ones. Before any face: what opener.c waits for more of. */
struct spill {
    size_t at, plain, sealed; /* how much of `plain` was taken since; lengths */
    uint8_t bytes[];
};

struct connection {
    union socket socket;
    struct loop *loop;
    struct ssl_st *tls;              /* NULL: it came by the plain door */
    const struct face *face;
    void *session;                   /* the face's */
    struct connection *previous, *next;
    struct connection *next_wanting, *next_resuming;
    struct spill *spill;
    uint64_t peer;
    uint64_t heard;                  /* when something came last; loop time */
    uint64_t sent;                   /* bytes ever given to the socket or queued */
    uint64_t taken;                  /* of those, had left at the last tick */
    uint32_t waited;                 /* ms: for the handshake, for a stalled peer, while lingering */
    uint8_t phase, door;
    bool wanting, resuming;          /* in the loop's lists */
    bool paused;                     /* not reading */
    bool full;                       /* output stopped for want of room */
    bool broken;                     /* the socket or TLS failed during a call */
    bool ended;                      /* the peer will send nothing more */
};

/* Goes to another phase; an impossible move is a bug. */
void connection_move(struct connection *c, enum connection_phase phase);
/* Bytes that have not left user space. */
size_t connection_queued(const struct connection *c);
/* Puts the connection's bytes into the loop's io / sends what is there and takes it out again. */
void connection_begin(struct connection *c, const uint8_t *at, size_t len);
void connection_end(struct connection *c);
/* Sends bytes as they are. */
void connection_send(struct connection *c, const uint8_t *at, size_t len);
/* Calls the face's output; afterwards closes what is finished. */
void connection_output(struct connection *c);
/* Everything was said: ends TLS and our half of the stream, waits for the peer's. */
void connection_linger(struct connection *c);

/* Bytes of a peer that does not speak TLS; once they tell what it wants, it is answered, and lingers. */
void opener_take(struct connection *c, const uint8_t *at, size_t len);

#endif
