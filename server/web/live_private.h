/*
 * Streams from the inside. Private to live.c (streams, from their beginning to their end), live_asking.c (what they ask of
 * the store) and live_voice.c (what they say).
 */
#ifndef LUNTAN_SERVER_WEB_LIVE_PRIVATE_H
#define LUNTAN_SERVER_WEB_LIVE_PRIVATE_H

#include <stdatomic.h>

#include "server/hub/hub.h"
#include "server/net/prefix.h"
#include "server/web/live.h"
#include "server/web/live_change.h"
#include "server/web/live_topics.h"

/*
 * Streams of one session and one address prefix: a browser keeps six connections to a server, and a whole office may share an
 * address. Seconds of silence after which a stream shows that it is there, and ms after which a browser comes again.
 */
enum { LIVE_OF_SESSION = 6, LIVE_OF_PREFIX = 2000, LIVE_BEAT_S = 25, LIVE_RETRY_MS = 5000, LIVE_SPREAD_MS = 10000 };

struct live {
    struct live_options options;
    struct prefix_table *sessions, *peers; /* how many streams each has */
    atomic_uint streams;
};

/* A change as JSON, kept for the next who is told the same. */
struct live_said {
    uint64_t id, seq, made; /* `made`: loop time */
    uint16_t len;           /* 0: none */
    uint8_t topic;
    char json[LIVE_CHANGE];
};

enum { LIVE_SAID = 16, LIVE_SAID_MS = 5000 };

struct live_loop {
    struct live *live;
    struct loop *loop;
    struct hub *hub;
    uint32_t away;                    /* questions at the store */
    uint32_t drained;                 /* streams told to come again, which are spread over some time */
    struct live_said said[LIVE_SAID]; /* by sequence */
};

/* Who asks, and for what; while the session is looked up. In the exchange's arena. */
struct live_entry;
/* A subscription at the store. */
struct live_asking;

struct stream {
    struct follower follower;    /* first */
    struct live_loop *local;
    struct live_asking *asking;  /* under way, or NULL */
    uint64_t session, peer;      /* as they are counted; session 0: a visitor */
    uint32_t wait;               /* seconds until it asks again */
    uint32_t bye_ms;             /* after which the browser may come again */
    uint8_t quiet;               /* seconds since something was said */
    uint8_t count;               /* of topics; their subscriptions are numbered from 1 */
    bool begun;                  /* the first line is said */
    bool bye, bye_said;          /* it ends */
    struct live_topic topics[];
};

/* ---- live.c ---- */

/* The stream begins, for whoever asked by the exchange; answers it in any case. */
void stream_open(struct live_loop *local, struct exchange *x, const struct actor *actor, const struct live_topic *topics,
                 uint32_t count);
/* Answers without a stream. */
void stream_refuse(struct exchange *x, unsigned status);
/* Nothing more is told but bye. */
void stream_end(struct stream *s, uint32_t retry_ms);

/* ---- live_asking.c ---- */

/* Looks the session up; stream_open or stream_refuse follows. */
void live_enter(struct live_loop *local, struct exchange *x, struct text token, const struct live_topic *topics, uint32_t count);
/* Subscribes to the next topic that is not asked for yet, unless one is under way. */
void live_ask(struct stream *s);
/* The stream is gone: what is under way will be thrown away. */
void live_forget(struct live_asking *asking);

/* ---- live_voice.c ---- */

extern const struct voice live_voice;
/* Says what the stream itself has to say; false: it has said its last. */
bool live_say(struct stream *s, struct outlet *outlet);

#endif
