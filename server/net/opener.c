/*
 * Short answers to those who came to the TLS door without TLS: HTTP is sent to https, anything else is told in one line
 * what this port speaks, and the connection ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/net/connection_private.h"
#include "server/net/plain_request.h"

struct line {
    const char *zh, *en;
};

enum {
#define OPENER(NAME, zh, en) LINE_##NAME,
#include "server/net/opener.def"
#undef OPENER
};

static const struct line lines[] = {
#define OPENER(NAME, zh, en) {zh, en},
#include "server/net/opener.def"
#undef OPENER
};

enum { ANSWER = 640, MOVED = ANSWER + PLAIN_REQUEST_MOST };

/* `fields`: further header fields, each with its CR LF. */
static size_t http(char *out, size_t room, const char *status, const char *fields, bool bodiless, const struct line *line)
{
    int len = snprintf(out, room,
                       "HTTP/1.1 %s\r\n%sContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
                       "Connection: close\r\n\r\n",
                       status, fields, strlen(line->zh) + strlen(line->en) + 2);
    if (!bodiless && len > 0 && (size_t)len < room)
        len += snprintf(out + len, room - (size_t)len, "%s %s\n", line->zh, line->en);
    return len < 0 || (size_t)len >= room ? 0 : (size_t)len;
}

/* ---- no TLS ---- */

static void say(struct connection *c, const char *answer, size_t len)
{
    connection_send(c, (const uint8_t *)answer, len);
    if (c->broken)
        connection_abort(c);
    else
        connection_linger(c);
}

static void say_words(struct connection *c)
{
    char answer[ANSWER];

    say(c, answer, (size_t)snprintf(answer, sizeof answer, "%s %s\r\n", lines[LINE_PLAIN].zh, lines[LINE_PLAIN].en));
}

static void say_refusal(struct connection *c)
{
    char answer[ANSWER];

    say(c, answer, http(answer, sizeof answer, "400 Bad Request", "", false, &lines[LINE_PLAIN]));
}

/* To the same address by https (RFC 9110 section 15.4.9): the port is the one that was asked. */
static void say_moved(struct connection *c, const struct plain_request *request)
{
    char location[PLAIN_REQUEST_MOST + 32], answer[MOVED];

    snprintf(location, sizeof location, "Location: https://%.*s%.*s\r\n", (int)request->host.len, request->host.at,
             (int)request->target.len, request->target.at);
    say(c, answer, http(answer, sizeof answer, "308 Permanent Redirect", location, request->head, &lines[LINE_MOVED]));
}

/* Keeps what has come so far, until more does. */
static bool keep(struct connection *c, const uint8_t *at, size_t len)
{
    size_t had = c->spill ? c->spill->plain : 0;
    struct spill *spill = had + len > PLAIN_REQUEST_MOST ? NULL : realloc(c->spill, sizeof *spill + had + len);

    if (!spill)
        return false;
    memcpy(spill->bytes + had, at, len);
    spill->at = spill->sealed = 0;
    spill->plain = had + len;
    c->spill = spill;
    return true;
}

void opener_take(struct connection *c, const uint8_t *at, size_t len)
{
    struct plain_request request;

    if (len > PLAIN_REQUEST_MOST)
        len = PLAIN_REQUEST_MOST;
    if (c->spill) {
        if (!keep(c, at, len)) {
            say_refusal(c);
            return;
        }
        at = c->spill->bytes;
        len = c->spill->plain;
    }
    switch (plain_request_read(at, len, &request)) {
    case PLAIN_MORE:
        if (!c->spill && !keep(c, at, len))
            connection_abort(c);
        break;
    case PLAIN_WORDS:
        say_words(c);
        break;
    case PLAIN_REQUEST:
        say_moved(c, &request);
        break;
    case PLAIN_REFUSED:
        say_refusal(c);
        break;
    }
}
