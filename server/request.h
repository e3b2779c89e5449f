/*
 * One request to the forum, as its handler sees it: who asks, what was asked, and where the answer goes.
 *
 * A handler is straight-line code: decide (policy), read and write (store), answer. It runs on a store
 * thread inside one transaction, touches nothing but the store and the request's arena, may be run twice
 * (see store.h), and returns what a reply_ or refuse_ function returned. It never sees a connection; the
 * native face and the web face call the same handlers.
 *
 *     enum status handle_mark(struct request *r, const struct mark_request *in)
 *     {
 *         ...
 *         if (status)
 *             return refuse(r, status);
 *         return reply_mark(r, &out);
 *     }
 *
 * The return value OK keeps what was written; anything else undoes it.
 */
#ifndef LUNTAN_SERVER_REQUEST_H
#define LUNTAN_SERVER_REQUEST_H

#include "moderation/policy.h"
#include "protocol/frame.h"
#include "protocol/messages.h"
#include "server/refusal.h"
#include "server/store/db.h"
#include "server/util/arena.h"

/* ---- what a request leaves behind ---- */

/* One frame of the answer: its payload, encoded. */
struct answer_frame {
    struct answer_frame *next;
    enum frame_kind kind; /* PART, RESPONSE, ERROR */
    struct text payload;
};

/* A list of an answer as it is, for faces that send no frames: structs one after the other, whole, in the request's arena. */
struct records {
    uint8_t *at;
    uint32_t count, room;
};

/* A change to tell to whoever follows a topic, in the order named. Leaves after the commit. */
struct event {
    struct event *next;
    enum topic topic;
    uint64_t id, seq;
    uint64_t blanks;      /* a post whose earlier events in this topic's ring are to be blanked, or 0 */
    struct text payload;  /* an encoded `change` */
    /* of a queue's topic, whose events are for some of its followers (forum/queue_topic.h) */
    struct board_policy board;
    struct text spared;   /* who is not told: accounts, eight bytes each as in memory */
};

/* A change of who may see what; loops apply it before any reply or event of the same commit. */
enum access_kind {
    ACCESS_ACCOUNT, /* the account's roles, suspension or second factor changed: `actor` is what it is now */
    ACCESS_SESSION, /* session `id` of `account` ended; 0 ends all but `keep` */
    ACCESS_BOARD,   /* the board's policy changed: `board` is what it is now */
    ACCESS_THREAD,  /* thread `id` stands on `board` now */
};

struct access_change {
    struct access_change *next;
    enum access_kind kind;
    uint64_t account, id, keep;
    struct actor actor;
    struct board_policy board;
};

/* A feed that is another now (generations_feed), for whoever keeps what was made of it. */
struct touch {
    struct touch *next;
    uint64_t feed;
};

/* For subscribe: what the loop must know to follow the topic. */
struct subscription_grant {
    enum topic topic;
    uint64_t id;
    uint64_t since;               /* events above this sequence are wanted */
    struct board_policy board;    /* of a board's or thread's topic; what may_read depends on */
};

/* ---- the request ---- */

/* What the installation settles for every request; constant while the server runs. */
struct site {
    struct text name;
    struct text url;          /* its proper address, without a slash at the end; absent: none is set */
    int64_t totp_grace_ms;    /* how long powers last without a second factor; may be 0 */
    struct rate_table *rates; /* NULL: no rate limits (benchmarks, first set-up) */
    uint64_t hold_first;      /* how many first posts of a citizen wait for a moderator */
    uint64_t hold_rate;       /* how many posts in ten minutes; further ones wait. 0: it does not matter */
    struct text guest_question, guest_answers; /* what people without an account are asked, and what counts with | between (forum/guests.c); empty: nothing */
    struct filter_cache *filters; /* rules in force (forum/filters_cache.h); NULL: nothing is filtered */
};

struct request {
    /* set by the face */
    const struct site *site;
    const struct message *message;
    const void *in;          /* the decoded request, in the arena */
    struct text raw;         /* its encoded payload, for the operation's hash */
    struct arena *arena;
    uint64_t session;        /* the connection's session, 0 for none */
    uint64_t peer;           /* keyed hash of the address prefix, for rate limits; never an address */
    enum lang lang;
    struct text client;
    struct records *records; /* where the list of an answer goes that would come in parts (forum/pages.h); NULL: into the answer */

    /* set by request_run */
    struct db *db;
    struct actor actor;
    int64_t now;
    void *prepared;          /* what the hashing step found, for KDF requests */

    /* left behind; all in the arena */
    struct answer_frame *answer, *answer_last;
    struct event *events, *events_last;
    struct access_change *access, *access_last;
    struct touch *touches;
    bool renames;                              /* what is shown of boards or accounts everywhere is another now */
    const struct actor *becomes;               /* the connection is authenticated as this from now on */
    const struct subscription_grant *grants;   /* the connection follows this from now on */
    enum status status;                        /* what the answer says */
    struct fault fault;                        /* detail of a refusal */
    const struct refusal_detail *detail;       /* and what more it says, in the arena; NULL: nothing */
    uint64_t retry_after;                      /* ms, of a refusal */
};

/*
 * Runs the request in the transaction of `db`: loads the actor, decides who may ask at all, deals with the
 * operation id and the rate limits, calls the handler, keeps the operation's answer. Starts afresh when
 * called again. True: commit.
 */
MUST_USE bool request_run(struct request *r, struct db *db);

/*
 * Part of a write that may be refused without the rest. What a refused part has stored, answered and named as following from it is undone, and
 * its refusal forgotten; memory stays taken until the request's end.
 */
struct request_part {
    struct answer_frame *answer_last;
    struct event *events_last;
    struct access_change *access_last;
    struct touch *touches;
    bool renames;
};
void request_part_begin(struct request *r, struct request_part *part);
void request_part_end(struct request *r, const struct request_part *part, bool keep);

/* The part of a KDF request that runs on a hashing thread, over a read-only db. True: go on to the writer. */
MUST_USE bool request_prepare(struct request *r, struct db *db);

/*
 * For faces whose peers send no frames: takes `in`, a struct of r->message's request, as if it had come as one. Encodes it, checks it
 * against the tables as every peer's bytes are, and fills r->raw and r->in. False: it has refused; r->arena, r->message and r->lang are set.
 */
MUST_USE bool request_take(struct request *r, const void *in);

/* Refuses before any handler, on any thread and without a store. */
void request_refuse(struct request *r, enum status status);

/* ---- for handlers: the answer ---- */

#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) \
    /* The final answer. */ \
    MUST_USE enum status reply_##name(struct request *r, const struct name##_reply *out); \
    /* One part of it; every part but the last must stay within LIMIT_PART. */ \
    void part_##name(struct request *r, const struct name##_reply *out); \
    /* The handler, written in forum/ or accounts/; requests answered on the loop are in native/. */ \
    MUST_USE enum status handle_##name(struct request *r, const struct name##_request *in);
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

/* Of a KDF request: what runs on the hashing thread first. False: it has refused. May leave something in r->prepared. */
#define PREPARE_LOOP(name)
#define PREPARE_READ(name)
#define PREPARE_BULK(name)
#define PREPARE_WRITE(name)
#define PREPARE_SECRET(name)
#define PREPARE_KDF(name) MUST_USE bool prepare_##name(struct request *r, const struct name##_request *in);
#define REQUEST(op, name, NAME, WHERE, WHO, since, doc) PREPARE_##WHERE(name)
#define REQ(message, key, KIND, ref, name, need, max, doc)
#define REPLY(name)
#define RES(message, key, KIND, ref, name, need, max, doc)
#define REQUEST_END(name)
#include "protocol/messages.def"

/* Refuses; the second names the field that was wrong, the third also the limit, the fourth when to come again. */
MUST_USE enum status refuse(struct request *r, enum status status);
MUST_USE enum status refuse_field(struct request *r, enum status status, const char *field);
MUST_USE enum status refuse_limit(struct request *r, enum status status, const char *field, uint64_t limit);
MUST_USE enum status refuse_until(struct request *r, enum status status, uint64_t retry_after_ms);
/* Says more of a refusal, with words in the actor's language (`detail` is copied). */
MUST_USE enum status refuse_detail(struct request *r, enum status status, const char *field, const struct refusal_detail *detail);
/* Refuses with what the policy said of an act on this board (0: none); of a mute or ban it tells which sanction it is, and until when. */
MUST_USE enum status refuse_act(struct request *r, enum status status, uint64_t board);

/* ---- for handlers: what follows from it ---- */

/* Names an event. `change` has its seq; its cursor is filled in here. */
void request_event(struct request *r, enum topic topic, uint64_t id, struct change_record *change, uint64_t blanks);
void request_access(struct request *r, const struct access_change *change);
/* Says that what was made of this feed (generations_feed) holds no longer. */
void request_touch(struct request *r, uint64_t feed);
/* Says that a name changed, of an account or a board, so that nothing kept of any page holds any more. */
void request_renames(struct request *r);

/* A composite encoded into the arena, for RECORD fields. */
struct items request_record(struct request *r, const struct shape *shape, const void *record);

/* A cursor of a topic in this store's epoch, in the arena. */
struct text request_cursor(struct request *r, enum topic topic, uint64_t id, uint64_t seq);

#endif
