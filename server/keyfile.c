/* See keyfile.h. */
#include "server/keyfile.h"

#include <errno.h>
#include <stdio.h>

#include "protocol/wire.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct text trim(struct text text)
{
    while (text.len && is_blank(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len && is_blank(text.at[text.len - 1]))
        text.len--;
    return text;
}

static struct text take_line(struct text *rest)
{
    const char *end = memchr(rest->at, '\n', rest->len);
    size_t len = end ? (size_t)(end - rest->at) : rest->len;
    struct text line = {rest->at, len};
    size_t used = len + (end != NULL);

    rest->at += used;
    rest->len -= used;
    return trim(line);
}

static void understand(struct text line, struct keyfile_line *out)
{
    const char *equals;

    out->kind = KEYFILE_WRONG;
    if (line.at[0] == '[') {
        if (line.len < 2 || line.at[line.len - 1] != ']')
            return;
        out->name = trim((struct text){line.at + 1, line.len - 2});
        if (out->name.len)
            out->kind = KEYFILE_SECTION;
        return;
    }
    equals = memchr(line.at, '=', line.len);
    if (!equals)
        return;
    size_t before = (size_t)(equals - line.at);
    out->name = trim((struct text){line.at, before});
    out->value = trim((struct text){equals + 1, line.len - before - 1});
    if (out->name.len)
        out->kind = KEYFILE_PAIR;
}

bool keyfile_next(struct keyfile *file, struct keyfile_line *out)
{
    while (file->rest.len) {
        struct text line = take_line(&file->rest);
        file->number++;
        if (!line.len || line.at[0] == '#')
            continue;
        *out = (struct keyfile_line){.number = file->number, .name = {line.at, 0}, .value = {line.at, 0}};
        understand(line, out);
        return true;
    }
    return false;
}

/* Some editors put a byte order mark first; it is not part of the text. */
static struct text without_mark(struct text bytes)
{
    struct text mark = TEXT("\xEF\xBB\xBF");

    if (bytes.len < mark.len || memcmp(bytes.at, mark.at, mark.len) != 0)
        return bytes;
    return (struct text){bytes.at + mark.len, bytes.len - mark.len};
}

struct text keyfile_read(const char *path, struct arena *arena, bool english, struct complaint *complaint)
{
    struct text found = {NULL, 0};
    char *bytes = arena_alloc(arena, KEYFILE_MAX + 1);
    char limit[16];
    size_t len;
    uint64_t characters;
    FILE *file = NULL;

    snprintf(limit, sizeof limit, "%d", KEYFILE_MAX);
    if (!bytes) {
        complain(complaint, english, path, NULL, TELL_NO_MEMORY, TOLD_NOTHING);
        goto out;
    }
    file = fopen(path, "re");
    len = file ? fread(bytes, 1, KEYFILE_MAX + 1, file) : 0;
    if (!file || ferror(file))
        complain(complaint, english, path, NULL, TELL_FILE_UNREADABLE, TOLD(strerror(errno)));
    else if (len > KEYFILE_MAX)
        complain(complaint, english, path, NULL, TELL_FILE_LARGE, TOLD(limit));
    else if (!wire_utf8(bytes, len, &characters))
        complain(complaint, english, path, NULL, TELL_NOT_UTF8, TOLD_NOTHING);
    else
        found = without_mark((struct text){bytes, len});
out:
    if (file)
        fclose(file);
    return found;
}
