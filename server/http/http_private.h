/*
 * HTTP from the inside: sessions, exchanges, and each loop's share. Private to http/.
 *
 *     session.c   the face: a connection's phases, input, output, deadlines
 *     exchange.c  one request and its answer: life, memory, what the application calls
 *
 * A session lives as long as its connection and is small while that is idle; an exchange comes with a request's first byte and
 * goes when its answer was said. A loop keeps a few exchanges that are done for those to come.
 */
#ifndef LUNTAN_SERVER_HTTP_HTTP_PRIVATE_H
#define LUNTAN_SERVER_HTTP_HTTP_PRIVATE_H

#include "server/http/answer.h"
#include "server/http/date.h"
#include "server/http/parser.h"

struct http {
    struct http_options options;
};

struct http_loop {
    const struct http *http;
    const struct http_app *app;
    void *application;      /* what app->start returned */
    struct loop *loop;
    struct http_date date;
    uint64_t ticked;
    uint32_t orphans;       /* exchanges that the application still holds, whose connections have gone */
    uint32_t spares;
    struct exchange *spare; /* done, for the next ones */
};

enum session_phase {
    SESSION_IDLE,      /* between requests */
    SESSION_READING,   /* one has begun */
    SESSION_WORKING,   /* the application has it */
    SESSION_SAYING,    /* its answer is being said */
    SESSION_STREAMING, /* the connection is a stream's */
    SESSION_LEAVING,   /* everything was said, and the connection ends */
    SESSION_PHASES,
};

struct http_session {
    struct http_loop *local;
    struct connection *connection;
    struct exchange *exchange;      /* from READING until its answer was said */
    const struct http_stream *kind; /* while STREAMING */
    void *stream;
    uint64_t since;                 /* loop time: when IDLE began, or the request's first byte came */
    uint8_t phase;
    bool held;                      /* a request waits for memory */
    bool proceed;                   /* 100 (Continue) is to be said */
    bool last;                      /* the server is stopping: no further request */
};

struct exchange {
    struct http_parser parser;      /* holds the request */
    struct http_session *session;   /* NULL: its connection has gone */
    struct http_loop *local;
    struct arena *arena;
    struct exchange *next;          /* among spares */
    size_t memory;                  /* taken from the loop for it */
    struct said said;               /* the answer, */
    size_t at;                      /* and how many bytes of its body have been said */
    void (*release)(void *owner);
    void *owner;
    uint64_t body_began;            /* loop time; 0: not yet */
    bool introduced;                /* the request's peer is set */
    bool close;                     /* the connection ends after the answer */
};

/* A new one for a session, or NULL. */
struct exchange *exchange_begin(struct http_session *s);
/* Lets it go, and what it holds. */
void exchange_end(struct exchange *x);
/* Frees one that is done. */
void exchange_free(struct exchange *x);
/* Counts what it holds now. */
void exchange_account(struct exchange *x);
/* Answers with an error of HTTP's own, and ends the connection after that. */
void exchange_refuse(struct exchange *x, unsigned status);

/* Goes to another phase; an impossible move is a bug. */
void session_move(struct http_session *s, enum session_phase phase);

#endif
