/*
 * One connection that speaks luntan/1, and its calls. Private to native/.
 *
 *     session.c    the face: input, output, time, the end
 *     frames.c     what each kind of frame does when its header has come
 *     calls.c      a request's way to the store and back
 *     greeting.c   requests that are answered on the loop
 *
 * A call is one request from its header to its last frame said: it counts as in flight all that time, so that what a
 * peer can make us hold is bounded by LIMIT_IN_FLIGHT. A session outlives its connection until its last call is back.
 */
#ifndef LUNTAN_SERVER_NATIVE_SESSION_H
#define LUNTAN_SERVER_NATIVE_SESSION_H

#include "server/hub/hub.h"
#include "server/native/framing.h"
#include "server/native/native.h"

/* Who the peer is, as far as limits go. */
enum standing { STANDING_STRANGER, STANDING_VISITOR, STANDING_ACCOUNT };

struct native {
    struct native_options options;
};

/* One loop's share of the face. */
struct native_loop {
    struct native *native;
    struct loop *loop;
    struct hub *hub;           /* the loop's */
    struct session *sessions;  /* of open connections, linked both ways */
    uint32_t orphans;          /* sessions without a connection that wait for calls */
};

enum call_state {
    CALL_RECEIVING, /* its payload comes */
    CALL_QUEUED,    /* a bulk request that waits for the one before */
    CALL_AWAY,      /* at the store */
    CALL_ANSWERED,  /* its frames are being said */
};

struct call {
    struct task task;                /* first */
    struct request request;
    struct session *session;
    struct call *previous, *next;    /* all of the session, oldest first */
    struct call *next_queued;        /* of `queued` or `answered` */
    const struct answer_frame *unsaid;
    size_t held;                     /* bytes taken from the loop's account */
    uint64_t access_changes;         /* the hub's, when the store was asked to read */
    uint64_t answered;               /* loop time */
    uint32_t id, len, got;           /* of the payload */
    uint16_t op;
    uint8_t state;
    bool cancelled;
    bool hangs_up;                   /* the connection ends after this answer */
    uint8_t payload[];
};

struct call_queue {
    struct call *first, *last;
};

enum { PONGS = 4 };

struct session {
    struct follower follower;        /* first */
    struct native_loop *local;
    struct connection *connection;   /* NULL: gone */
    struct session *previous, *next;
    struct framing framing;
    struct call *receiving;
    struct call *calls, *calls_last;
    struct call_queue queued;        /* bulk requests */
    struct call_queue answered;
    struct call *bulk;               /* the one that is away or being said */
    char *client;                    /* its name of itself; heap */
    uint64_t unanswered;             /* request bytes without a final answer */
    uint64_t frame_began;            /* loop time, while a payload is coming */
    uint32_t last_id;
    uint32_t in_flight;
    uint32_t pongs[PONGS];           /* ids to be answered */
    uint32_t waited;                 /* ms, for a stranger's bytes */
    uint8_t pong_count;
    uint8_t frames;                  /* of a stranger */
    uint8_t lang;
    bool greeted;                    /* hello is done */
    bool held;                       /* a header has come that must wait */
    bool pinged;                     /* we asked whether it is still there */
    bool ping_unsaid;
    bool goaway_unsaid;
    bool leaving;                    /* nothing more is taken */
};

struct standing_limits {
    uint32_t frame, in_flight;
};

enum standing session_standing(const struct session *s);
const struct standing_limits *session_limits(const struct session *s);
/* Frees it once neither a connection nor a call is left. */
void session_let_go(struct session *s);

/* ---- frames.c ---- */

enum verdict {
    VERDICT_GO_ON,
    VERDICT_HOLD,   /* the frame must wait; ask again */
    VERDICT_LEAVE,  /* the connection ends; nothing more is read */
};

/* A header has come (or is asked about again): decides before any memory is taken. */
enum verdict frames_header(struct session *s);
/* The peer's first byte was no frame. */
void frames_alien(struct session *s);

/* ---- calls.c ---- */

/* Starts a call for the session's present frame; NULL: no memory. */
struct call *call_new(struct session *s, uint32_t len);
/* Answers the present frame with a refusal, without its payload. */
void call_refuse_frame(struct session *s, struct fault fault, bool hang_up);
void call_piece(struct call *call, struct text piece);
/* The payload is complete. */
void call_received(struct call *call);
void call_cancel(struct session *s, uint32_t id);
/* Starts the next bulk request, if it may be. */
void calls_next_bulk(struct session *s);
/* Says what has been answered, while there is room. */
void calls_output(struct session *s, struct outlet *outlet);
/* The connection is gone: drops what is not at the store. */
void calls_orphan(struct session *s);

/* ---- greeting.c ---- */

/* Answers a request whose WHERE is LOOP. */
enum status greeting_run(struct call *call);

#endif
