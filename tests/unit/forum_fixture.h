/*
 * A forum without a network: requests run against a real store, as the faces would run them.
 *
 * A request is encoded and decoded on its way in, so that its handler sees what the wire would give; its
 * answer is kept until the next one. People and boards are made straight in the store; ids of feeds have their beginning, as after setup.
 */
#ifndef LUNTAN_TESTS_UNIT_FORUM_FIXTURE_H
#define LUNTAN_TESTS_UNIT_FORUM_FIXTURE_H

#include "server/forum/topics.h"
#include "server/request.h"
#include "server/store/store.h"
#include "tests/unit/temporary.h"

enum { FORUM_FRAMES = 64 };

struct forum {
    struct temporary directory;
    struct store *store;
    struct site site;
    struct arena *arena;        /* of the request last asked */
    struct request r;           /* the request last asked, with what it left behind */
    struct records *records;    /* where lists of what is asked next go as they are; NULL: into the answer */
    uint64_t operations;        /* so far, for their ids */
    struct text op_id;          /* of the request last asked by forum_do */
    char id[LIMIT_OP_ID];
};

/* Somebody with a session. */
struct member {
    uint64_t account, session;
};

void forum_open(struct forum *forum);
void forum_close(struct forum *forum);

/* An account with this role on the site, whose powers do not rest, and a session. */
struct member forum_member(struct forum *forum, const char *handle, enum role role);
/* The account holds this role on a board from now on. */
void forum_grant(struct forum *forum, struct member member, enum role role, uint64_t board);
/* A board of kind forum which these may read, and write. */
uint64_t forum_board(struct forum *forum, const char *slug, enum role read, enum role write);

/* Two boards, `essays` for all and `inner` for members only, and people who use them. */
struct town {
    struct forum forum;
    uint64_t essays, inner;
    struct member admin, author, other, citizen, editor;
};
/* Setup and teardown of a test whose state is a town. */
int town_make(void **state);
int town_end(void **state);

/* Asks: the message by its op, as `session` (0: a visitor). Returns the status of the answer. */
enum status forum_ask(struct forum *forum, uint64_t session, enum op op, const void *in);
/* The same with a new operation id, which is written to the request's first field. */
enum status forum_do(struct forum *forum, uint64_t session, enum op op, void *in);

/* Decodes the final frame into a reply struct of the message last asked. */
void forum_reply(struct forum *forum, void *out);
/* Decodes all frames in order, parts first, into the array; returns how many. */
size_t forum_frames(struct forum *forum, void *out, size_t size, size_t room);

/* The number of events that the last request named; and the change in the one at `at`, in its topic. */
size_t forum_events(const struct forum *forum);
const struct event *forum_event(const struct forum *forum, size_t at, struct change_record *change);

/* How many of them are for others than moderators: events of queues are not counted. */
size_t forum_public_events(const struct forum *forum);

/* A chunk of a topic's backlog, in an arena that lasts until the next request. */
struct backlog forum_backlog(struct forum *forum, uint64_t session, enum topic topic, uint64_t id, uint64_t since);

/* Runs SQL that yields one number, over a connection of its own. */
uint64_t forum_number(const struct forum *forum, const char *sql);

/* What most tests do: start a thread, answer in it. Return what was answered; fail the test if it was refused. */
struct post_reply forum_post(struct forum *forum, struct member by, const char *board, const char *title, struct text body);
struct reply_reply forum_answer(struct forum *forum, struct member by, uint64_t thread, uint64_t to, struct text body);

#endif
