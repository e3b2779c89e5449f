/* See keep.h. */
#include "terminal/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal/json.h"

enum { TOKEN = 32, FILE_MOST = 1 << 20 };

struct keep {
    char sessions[PATH_MAX], fresh[PATH_MAX], lock[PATH_MAX], pins[PATH_MAX], rescue[PATH_MAX];
};

/* Makes a directory and those above it; the last for its owner only. */
static bool make_directory(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST)
            return false;
        *slash = '/';
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

struct keep *keep_open(void)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char directory[PATH_MAX - 32];
    struct keep *keep;
    int len;

    if (state && state[0] == '/')
        len = snprintf(directory, sizeof directory, "%s/luntan", state);
    else if (home && home[0] == '/')
        len = snprintf(directory, sizeof directory, "%s/.local/state/luntan", home);
    else
        return NULL;
    if (len < 0 || (size_t)len >= sizeof directory || !make_directory(directory))
        return NULL;
    keep = calloc(1, sizeof *keep);
    if (!keep)
        return NULL;
    snprintf(keep->sessions, sizeof keep->sessions, "%s/sessions", directory);
    snprintf(keep->fresh, sizeof keep->fresh, "%s/sessions.new", directory);
    snprintf(keep->lock, sizeof keep->lock, "%s/lock", directory);
    snprintf(keep->pins, sizeof keep->pins, "%s/servers", directory);
    snprintf(keep->rescue, sizeof keep->rescue, "%s/unsent-XXXXXX.md", directory);
    return keep;
}

void keep_free(struct keep *keep)
{
    free(keep);
}

const char *keep_pins(const struct keep *keep)
{
    return keep ? keep->pins : NULL;
}

/* ---- the file ---- */

struct line {
    struct text server, handle, token;
};

/* The whole file in memory, terminated; NULL with errno. An absent file is empty. */
static char *load(const struct keep *keep)
{
    char *content = calloc(1, FILE_MOST + 1);
    FILE *in = content ? fopen(keep->sessions, "re") : NULL;

    if (in) {
        size_t len = fread(content, 1, FILE_MOST, in);
        content[len] = '\0';
        fclose(in);
    } else if (content && errno != ENOENT) {
        free(content);
        content = NULL;
    }
    return content;
}

static void unload(char *content)
{
    if (content)
        explicit_bzero(content, FILE_MOST);
    free(content);
}

static struct text word(const char **at, const char *end)
{
    struct text text = {*at, 0};

    while (*at < end && **at != ' ')
        (*at)++;
    text.len = (size_t)(*at - text.at);
    if (*at < end)
        (*at)++;
    return text;
}

/* The next line of the file with three words in it. */
static bool next_line(const char **at, struct line *out)
{
    while (**at) {
        const char *end = *at + strcspn(*at, "\n"), *p = *at;

        *at = *end ? end + 1 : end;
        out->server = word(&p, end);
        out->handle = word(&p, end);
        out->token = word(&p, end);
        if (out->server.len && out->handle.len && out->token.len == (size_t)TOKEN * 2)
            return true;
    }
    return false;
}

bool keep_find(struct keep *keep, const char *server, const char *handle, char *handle_out, size_t handle_cap, unsigned char token[32])
{
    char *content = keep ? load(keep) : NULL;
    const char *at = content;
    struct line line;
    bool found = false;

    while (content && !found && next_line(&at, &line)) {
        if (!text_equal(line.server, text_of(server)) || (handle[0] && !text_equal(line.handle, text_of(handle))))
            continue;
        found = line.handle.len < handle_cap && json_hex(line.token, token, TOKEN) == TOKEN;
        if (found) {
            memcpy(handle_out, line.handle.at, line.handle.len);
            handle_out[line.handle.len] = '\0';
        }
    }
    unload(content);
    return found;
}

static void put_line(FILE *out, const struct line *line)
{
    fwrite(line->server.at, 1, line->server.len, out);
    fputc(' ', out);
    fwrite(line->handle.at, 1, line->handle.len, out);
    fputc(' ', out);
    fwrite(line->token.at, 1, line->token.len, out);
    fputc('\n', out);
}

/* Writes the file anew: `first` before, and every line of `content` but those of this server and handle. */
static bool store(const struct keep *keep, const char *content, const struct line *first, struct text server, struct text handle)
{
    int fd = open(keep->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    struct line line;
    bool good;

    if (!out) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (first)
        put_line(out, first);
    while (next_line(&content, &line))
        if (!text_equal(line.server, server) || !text_equal(line.handle, handle))
            put_line(out, &line);
    good = fflush(out) == 0 && fsync(fd) == 0;
    good = fclose(out) == 0 && good;
    return good && rename(keep->fresh, keep->sessions) == 0;
}

static bool change(struct keep *keep, const struct line *first, struct text server, struct text handle)
{
    int lock = keep ? open(keep->lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    char *content = NULL;
    bool good = false;

    if (lock >= 0 && flock(lock, LOCK_EX) == 0)
        content = load(keep);
    if (content)
        good = store(keep, content, first, server, handle);
    unload(content);
    if (lock >= 0)
        close(lock);
    return good;
}

bool keep_save(struct keep *keep, const char *server, struct text handle, const unsigned char token[32])
{
    static const char digits[] = "0123456789abcdef";
    char hex[TOKEN * 2];
    struct line line = {text_of(server), handle, {hex, sizeof hex}};
    bool good;

    for (size_t i = 0; i < TOKEN; i++) {
        hex[i * 2] = digits[token[i] >> 4];
        hex[i * 2 + 1] = digits[token[i] & 15];
    }
    good = change(keep, &line, line.server, handle);
    explicit_bzero(hex, sizeof hex);
    return good;
}

bool keep_forget(struct keep *keep, const char *server, const char *handle)
{
    return change(keep, NULL, text_of(server), text_of(handle));
}

bool keep_rescue(struct keep *keep, struct text text, char *path, size_t cap)
{
    int fd;
    FILE *out;
    bool good;

    if (!keep || strlen(keep->rescue) >= cap)
        return false;
    memcpy(path, keep->rescue, strlen(keep->rescue) + 1);
    fd = mkostemps(path, 3, O_CLOEXEC);
    out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return false;
    good = fwrite(text.at, 1, text.len, out) == text.len && fflush(out) == 0 && fsync(fd) == 0;
    return fclose(out) == 0 && good;
}
