/* See mentions.h. */
#include "server/forum/mentions.h"

#include <stdint.h>

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Whether the byte can stand in a handle: of an ASCII word, a joiner, or part of a character of another script. */
static bool is_handle(char c)
{
    return is_word(c) || c == '-' || c == '.' || (uint8_t)c >= 0x80;
}

static bool is_continuation(char c)
{
    return ((uint8_t)c & 0xc0) == 0x80;
}

/* Length of the run of `c` that starts at `at`. */
static size_t repeated(struct text body, size_t at, char c)
{
    size_t n = 0;
    while (at + n < body.len && body.at[at + n] == c)
        n++;
    return n;
}

/* More backquotes than this open no code span, and are text. */
enum { SPAN_MOST = 32 };

/* Where the last run of each number of backquotes starts, so that no span is looked for that nothing closes. */
struct spans {
    size_t last[SPAN_MOST + 1];
};

static struct spans spans_of(struct text body)
{
    struct spans spans = {{0}};
    size_t n;

    for (size_t i = 0; i < body.len; i += n ? n : 1) {
        n = repeated(body, i, '`');
        if (n <= SPAN_MOST)
            spans.last[n] = i;
    }
    return spans;
}

/* Past the code span opened by `ticks` backquotes at `at`; where it is not closed, past the backquotes alone. */
static size_t skip_span(struct text body, const struct spans *spans, size_t at, size_t ticks)
{
    size_t i = at + ticks, n = 0;

    if (ticks > SPAN_MOST || spans->last[ticks] <= at)
        return i;
    while (n != ticks) {
        i += n ? n : 1;
        n = repeated(body, i, '`');
    }
    return i + n;
}

static size_t line_end(struct text body, size_t at)
{
    const char *newline = memchr(body.at + at, '\n', body.len - at);
    return newline ? (size_t)(newline - body.at) + 1 : body.len;
}

/* The fence that opens or closes at the start of a line: its length, 0 for none. */
static size_t fence_at(struct text body, size_t line, char *mark)
{
    size_t at = line;

    while (at < body.len && at < line + 3 && body.at[at] == ' ')
        at++;
    if (at == body.len || (body.at[at] != '`' && body.at[at] != '~'))
        return 0;
    *mark = body.at[at];
    size_t n = repeated(body, at, *mark);
    return n >= 3 ? n : 0;
}

/* Past the fenced block whose opening line starts at `line`; an open one reaches to the end. */
static size_t skip_fence(struct text body, size_t line, char mark, size_t length)
{
    size_t at = line_end(body, line);
    char other;

    while (at < body.len) {
        size_t n = fence_at(body, at, &other);
        at = line_end(body, at);
        if (n >= length && other == mark)
            break;
    }
    return at;
}

/* The run after the `@` at `at`: up to LIMIT_HANDLE characters that a handle may hold. */
static struct text run_at(struct text body, size_t at)
{
    size_t start = at + 1, end = start, characters = 0;

    while (end < body.len && is_handle(body.at[end])) {
        if (!is_continuation(body.at[end]) && ++characters > LIMIT_HANDLE)
            break;
        end++;
    }
    return (struct text){body.at + start, end - start};
}

size_t mentions_find(struct text body, struct text *runs, size_t room)
{
    const struct spans spans = spans_of(body);
    size_t at = 0, found = 0, n;
    bool line_start = true;
    char mark;

    while (at < body.len && found < room) {
        n = line_start ? fence_at(body, at, &mark) : 0;
        if (n) {
            at = skip_fence(body, at, mark, n);
            continue;
        }
        line_start = body.at[at] == '\n';
        if (body.at[at] == '`') {
            at = skip_span(body, &spans, at, repeated(body, at, '`'));
        } else if (body.at[at] == '@' && (at == 0 || !is_word(body.at[at - 1]))) {
            struct text run = run_at(body, at);
            if (run.len)
                runs[found++] = run;
            at += 1 + run.len;
        } else {
            at++;
        }
    }
    return found;
}

struct text mentions_shorter(struct text run)
{
    while (run.len > 0) {
        run.len--;
        while (run.len > 0 && is_continuation(run.at[run.len]))
            run.len--;
        if (run.len > 0 && !is_word(run.at[run.len]))
            return run;
    }
    return (struct text){NULL, 0};
}
