/*
 * See difference.h. The longest common subsequence of lines, by the table of Hirschberg's first algorithm; texts with more lines than the
 * table holds are compared from both ends, and what lies between is shown whole.
 */
#include "terminal/difference.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/display.h"

enum { LINES_MOST = 1000 };

struct lines {
    struct text *line;
    size_t count;
};

static struct lines lines_of(struct text text)
{
    struct lines lines = {calloc(text.len + 1, sizeof *lines.line), 0};

    while (lines.line && text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) : text.len;
        lines.line[lines.count++] = (struct text){text.at, len};
        len += end != NULL;
        text.at += len;
        text.len -= len;
    }
    return lines;
}

static void put(FILE *out, const char *sign, struct text line)
{
    fputs(sign, out);
    display_line(out, line);
    fputc('\n', out);
}

/* Lines that stayed, in one mark. */
static void put_same(FILE *out, size_t count)
{
    if (count)
        fputs("  ...\n", out);
}

/* common[i][j]: how many lines at most the rests from i and j have in common. */
static void show_between(FILE *out, const struct text *a, size_t m, const struct text *b, size_t n)
{
    uint16_t *common = m <= LINES_MOST && n <= LINES_MOST ? calloc((m + 1) * (n + 1), sizeof *common) : NULL;
    size_t i = 0, j = 0, same = 0;

    for (size_t x = m; common && x-- > 0;)
        for (size_t y = n; y-- > 0;) {
            uint16_t down = common[(x + 1) * (n + 1) + y], right = common[x * (n + 1) + y + 1];
            bool equal = text_equal(a[x], b[y]);
            common[x * (n + 1) + y] = equal ? (uint16_t)(common[(x + 1) * (n + 1) + y + 1] + 1) : down > right ? down : right;
        }
    while (i < m || j < n) {
        if (common && i < m && j < n && text_equal(a[i], b[j])) {
            same++, i++, j++;
            continue;
        }
        put_same(out, same);
        same = 0;
        if (j == n || (i < m && (!common || common[(i + 1) * (n + 1) + j] >= common[i * (n + 1) + j + 1])))
            put(out, "- ", a[i++]);
        else
            put(out, "+ ", b[j++]);
    }
    put_same(out, same);
    free(common);
}

void difference_show(FILE *out, struct text before, struct text after)
{
    struct lines a = lines_of(before), b = lines_of(after);
    size_t head = 0, tail = 0;

    if (a.line && b.line) {
        while (head < a.count && head < b.count && text_equal(a.line[head], b.line[head]))
            head++;
        while (tail < a.count - head && tail < b.count - head && text_equal(a.line[a.count - 1 - tail], b.line[b.count - 1 - tail]))
            tail++;
        put_same(out, head);
        show_between(out, a.line + head, a.count - head - tail, b.line + head, b.count - head - tail);
        put_same(out, tail);
    }
    free(a.line);
    free(b.line);
}
