/*
 * Short answers to those who came to the wrong door: plain text or HTTP without TLS, and HTTP inside TLS.
 * Each says in one line what this port speaks, and the connection ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/net/connection_private.h"

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

enum { ANSWER = 640 };

static size_t http(char out[ANSWER], const char *status, const struct line *line)
{
    int len = snprintf(out, ANSWER,
                       "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
                       "Connection: close\r\n\r\n%s %s\n",
                       status, strlen(line->zh) + strlen(line->en) + 2, line->zh, line->en);
    return len < 0 || len >= ANSWER ? 0 : (size_t)len;
}

/* Whether the first bytes look like a request line: a method in capitals and a space. */
static bool is_http(const uint8_t *at, size_t len)
{
    size_t i = 0;

    while (i < len && i < 8 && at[i] >= 'A' && at[i] <= 'Z')
        i++;
    return i >= 3 && i < len && at[i] == ' ';
}

void opener_answer(struct connection *c, const uint8_t *at, size_t len)
{
    char answer[ANSWER];
    size_t answer_len;

    if (is_http(at, len))
        answer_len = http(answer, "400 Bad Request", &lines[LINE_PLAIN]);
    else
        answer_len = (size_t)snprintf(answer, sizeof answer, "%s %s\r\n", lines[LINE_PLAIN].zh, lines[LINE_PLAIN].en);
    connection_send(c, (const uint8_t *)answer, answer_len);
    if (c->broken)
        connection_abort(c);
    else
        connection_linger(c);
}

/* ---- HTTP inside TLS ---- */

struct page {
    struct connection *connection;
    bool said;
};

static void *page_open(void *local, struct connection *connection)
{
    struct page *page = calloc(1, sizeof *page);

    (void)local;
    if (page)
        page->connection = connection;
    return page;
}

static size_t page_input(void *session, const uint8_t *at, size_t len)
{
    struct page *page = session;

    (void)at;
    connection_finish(page->connection);
    return len;
}

static void page_output(void *session, struct outlet *outlet)
{
    struct page *page = session;
    char answer[ANSWER];

    if (page->said)
        return;
    page->said = true;
    outlet_put(outlet, answer, http(answer, "503 Service Unavailable", &lines[LINE_PAGE]));
}

static void page_tick(void *session)
{
    struct page *page = session;

    if (connection_silence(page->connection) > UINT64_C(10) * TICK_MS)
        connection_abort(page->connection);
}

static void page_drain(void *session)
{
    struct page *page = session;
    connection_finish(page->connection);
}

static bool page_idle(void *session)
{
    const struct page *page = session;
    return page->said;
}

const struct face opener_face = {
    .open = page_open,
    .input = page_input,
    .output = page_output,
    .tick = page_tick,
    .drain = page_drain,
    .idle = page_idle,
    .closed = free,
};
