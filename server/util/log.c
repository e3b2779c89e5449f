/* See log.h. A line is put together in a buffer and written with one call, so that lines never mix. */
#include "server/util/log.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static enum log_level lowest = LOG_LEVEL_INFO;

enum { LINE = 1024 };

struct line {
    char bytes[LINE];
    size_t len;
};

static void put(struct line *line, char c)
{
    if (line->len < LINE - 1)
        line->bytes[line->len++] = c;
}

static void put_words(struct line *line, const char *words)
{
    while (*words)
        put(line, *words++);
}

/* Quoted; control characters, quotes and backslashes as \xHH. Other bytes are UTF-8 and stay. */
static void put_quoted(struct line *line, struct text text)
{
    put(line, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c >= 0x20 && c != 0x7f && c != '"' && c != '\\') {
            put(line, (char)c);
            continue;
        }
        char escaped[5];
        snprintf(escaped, sizeof escaped, "\\x%02x", c);
        put_words(line, escaped);
    }
    put(line, '"');
}

void log_set_level(enum log_level level)
{
    lowest = level;
}

void log_line(enum log_level level, const char *event, const struct log_value *values)
{
    static const char *const names[] = {"debug", "info", "warning", "error"};
    struct line line = {.len = 0};
    struct timespec now;
    struct tm utc;
    char stamp[32];

    if (level < lowest)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    put_words(&line, stamp);
    snprintf(stamp, sizeof stamp, ".%03ldZ ", now.tv_nsec / 1000000L);
    put_words(&line, stamp);
    put_words(&line, names[level]);
    put(&line, ' ');
    put_words(&line, event);
    for (; values->key; values++) {
        put(&line, ' ');
        put_words(&line, values->key);
        put(&line, '=');
        if (values->text.at) {
            put_quoted(&line, values->text);
        } else {
            snprintf(stamp, sizeof stamp, "%lld", (long long)values->number);
            put_words(&line, stamp);
        }
    }
    line.bytes[line.len++] = '\n';
    ssize_t written = write(STDERR_FILENO, line.bytes, line.len);
    (void)written; /* a log that cannot be written must not stop the server */
}
