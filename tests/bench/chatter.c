/* See bench.h: somebody who speaks IRC (RFC 2812), as far as sitting in one channel takes it. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { AT_ONCE = 32, PATIENCE_S = 120 };

static void put(struct chatter *c, const char *line)
{
    size_t len = strlen(line);

    if (c->out_cap - c->out_len < len) {
        c->out_cap = 2 * (c->out_cap + len);
        c->out = realloc(c->out, c->out_cap);
        if (!c->out)
            bench_die("no memory");
    }
    memcpy(c->out + c->out_len, line, len);
    c->out_len += len;
}

static void put_with(struct chatter *c, const char *command, const char *argument)
{
    char line[600];
    snprintf(line, sizeof line, "%s %s\r\n", command, argument);
    put(c, line);
}

static void opened(void *owner)
{
    struct chatter *c = owner;
    char user[64];

    snprintf(user, sizeof user, "%s 0 * :%s", c->nick, c->nick);
    put_with(c, "NICK", c->nick);
    put_with(c, "USER", user);
}

/* The second word of a line with a prefix, or the first of one without. */
static const char *command_of(const char *line)
{
    const char *space = *line == ':' ? strchr(line, ' ') : NULL;
    return space ? space + 1 : line;
}

static void take_line(struct chatter *c, char *line, size_t len)
{
    const char *command = command_of(line);

    if (strncmp(command, "PRIVMSG ", 8) == 0)
        c->message(c, line, len);
    else if (strncmp(command, "PING ", 5) == 0)
        put_with(c, "PONG", command + 5);
    else if (strncmp(command, "376 ", 4) == 0 || strncmp(command, "422 ", 4) == 0)
        put_with(c, "JOIN", "#bench");
    else if (strncmp(command, "366 ", 4) == 0)
        c->joined = true;
    else if (strncmp(command, "ERROR ", 6) == 0 || strncmp(command, "433 ", 4) == 0)
        bench_die("the IRC server says %s", command);
}

static void input(void *owner, const uint8_t *at, size_t len)
{
    struct chatter *c = owner;

    while (len) {
        const uint8_t *newline = memchr(at, '\n', len);
        size_t some = newline ? (size_t)(newline - at) + 1 : len;
        if (some > sizeof c->in - 1 - c->in_len)
            bench_die("a line too long");
        memcpy(c->in + c->in_len, at, some);
        c->in_len += some;
        at += some;
        len -= some;
        if (!newline)
            return;
        size_t end = c->in_len - 1;
        if (end && c->in[end - 1] == '\r')
            end--;
        c->in[end] = '\0';
        c->in_len = 0;
        take_line(c, c->in, end);
    }
}

static struct text output(void *owner)
{
    const struct chatter *c = owner;
    return (struct text){c->out, c->out_len};
}

static void sent(void *owner, size_t len)
{
    struct chatter *c = owner;
    c->out_len -= len;
    memmove(c->out, c->out + len, c->out_len);
}

static const struct speaker speaker = {opened, input, output, sent};

static bool all_joined(void *context)
{
    const struct chatter *const *range = context;
    for (const struct chatter *c = range[0]; c < range[1]; c++)
        if (!c->joined)
            return false;
    return true;
}

struct chatter *chatters_open(unsigned count, uint16_t port, void (*message)(struct chatter *c, const char *line, size_t len))
{
    struct chatter *chatters = calloc(count, sizeof *chatters);

    if (!chatters)
        bench_die("no memory");
    for (unsigned first = 0; first < count; first += AT_ONCE) {
        unsigned past = first + AT_ONCE < count ? first + AT_ONCE : count;
        for (unsigned i = first; i < past; i++) {
            chatters[i].message = message;
            snprintf(chatters[i].nick, sizeof chatters[i].nick, "b%x-%u", (unsigned)getpid() & 0xfffffU, i); /* the last run's may still be known */
            chatters[i].flow = flow_open(port, NULL, &speaker, &chatters[i]);
        }
        struct chatter *range[] = {chatters + first, chatters + past};
        if (!flows_run(all_joined, range, bench_clock() + PATIENCE_S * UINT64_C(1000000000)))
            bench_die("the chatters do not get in");
    }
    return chatters;
}

void chatter_say(struct chatter *c, const char *text)
{
    put(c, "PRIVMSG #bench :");
    put(c, text);
    put(c, "\r\n");
    flow_flush(c->flow);
}
