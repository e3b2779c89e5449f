/*
 * What happens, told to browsers as it happens: GET /live, a stream of server-sent events (the HTML standard, section 9.2).
 *
 *     GET /live?topics=00112233445566aa~t12.56~b3.99~a.7
 *
 * asks for what happens in thread 12 after sequence 56, board 3 after 99 and one's own account after 7, of the history that
 * the sixteen digits name; without its number a topic starts now. At most LIVE_TOPICS (live_topics.h). The header
 * Last-Event-ID, in the same syntax, counts before the query for topics that stand in both, so that a browser that was cut
 * off goes on by itself where it stopped: every event's id names where all topics of the stream stand.
 *
 *     event: change   {"topic":"t12","seq":57,"post":{...},"thread":{...}}   what changed, as far as scripts need to know
 *     event: change   {"topic":"q3","seq":1790000000000}                     in a queue: that something changed, no more
 *     event: live     {"topic":"t12","seq":57}       the past is over, what follows happens now
 *     event: gap      {"topic":"t12","seq":90}       something was left out: load the piece anew
 *     event: end      {"topic":"t12"}                the topic is not to be read (any more)
 *     event: bye      {}                             the stream ends: who asks has become another, or the server stops
 *
 * A change never holds text that somebody wrote: the script fetches the piece of the page, for which rights are decided
 * once more. Rights to the stream itself are decided by the hub at delivery; when the follower's actor becomes another
 * (sign-out, revocation, roles) nothing more is told but bye, and the browser comes again as whoever it is then.
 *
 * Answers before the stream begins: 400 (topics cannot be read), 401 (the token names no session any more), 403 (the account
 * is suspended), 405 (no GET), 429 (too many streams of the session, the address prefix or in all, or too often), 503 (the
 * store is busy, or no memory). Browsers do not come again by themselves after any of them.
 *
 * Each loop's streams belong to that loop; what they may be in all is counted by the `struct live`. An open stream holds
 * about 300 bytes and its subscriptions besides its connection.
 */
#ifndef LUNTAN_SERVER_WEB_LIVE_H
#define LUNTAN_SERVER_WEB_LIVE_H

#include "server/http/http.h"
#include "server/request.h"

struct hub;
struct live;
struct live_loop;
struct store;

struct live_options {
    struct store *store;
    const struct site *site;         /* lives as long */
    unsigned streams;                /* in all; 0: no limit but the server's own */
    const struct http_field *fields; /* further header fields of each stream; live as long */
    uint32_t field_count;
};

/* NULL: no memory. */
struct live *live_new(const struct live_options *options);
/* After the last live_stop. NULL is nothing. */
void live_free(struct live *live);

/* The application's start, with the loop's commons; NULL: no memory. Its stop; its settled. */
struct live_loop *live_start(struct live *live, struct loop *loop, struct hub *hub);
void live_stop(struct live_loop *local);
bool live_settled(const struct live_loop *local);

/* Answers the exchange, whose path is /live, with a stream or a status. `token`: the session's, as bytes, copied; absent: a visitor. */
void live_open(struct live_loop *local, struct exchange *x, struct text token);

#endif
