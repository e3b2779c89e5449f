/* See pins.h. */
#include "client-lib/pins.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 512 };

/* Whether `line` is about `server`; its fingerprint goes to `out`. */
static bool line_matches(const char *line, const char *server, char out[FINGERPRINT_HEX + 1])
{
    size_t len = strlen(server);

    if (strncmp(line, server, len) != 0 || line[len] != ' ')
        return false;
    const char *digits = line + len + 1;
    if (strspn(digits, "0123456789abcdef") != FINGERPRINT_HEX)
        return false;
    memcpy(out, digits, FINGERPRINT_HEX);
    out[FINGERPRINT_HEX] = '\0';
    return true;
}

enum pins_result pins_find(const char *path, const char *server, char fingerprint[FINGERPRINT_HEX + 1])
{
    enum pins_result result = PINS_UNKNOWN;
    char line[LINE];
    FILE *file = fopen(path, "re");

    if (!file)
        return errno == ENOENT ? PINS_UNKNOWN : PINS_FAILED;
    while (result == PINS_UNKNOWN && fgets(line, sizeof line, file))
        if (line_matches(line, server, fingerprint))
            result = PINS_OK;
    if (ferror(file))
        result = PINS_FAILED;
    fclose(file);
    return result;
}

/* Copies `path`, if there is one, to `to`. */
static bool copy_lines(const char *path, FILE *to)
{
    char piece[4096], last = '\n';
    size_t len;
    FILE *from = fopen(path, "re");

    if (!from)
        return errno == ENOENT;
    while ((len = fread(piece, 1, sizeof piece, from)) > 0) {
        last = piece[len - 1];
        if (fwrite(piece, 1, len, to) != len)
            break;
    }
    if (last != '\n') /* somebody edited it by hand */
        fputc('\n', to);
    bool fine = !ferror(from) && !ferror(to);
    fclose(from);
    return fine;
}

enum pins_result pins_add(const char *path, const char *server, const char *fingerprint)
{
    enum pins_result result = PINS_FAILED;
    size_t room = strlen(path) + sizeof ".XXXXXX";
    char *temporary = malloc(room);
    FILE *file = NULL;
    int fd = -1;

    if (!temporary)
        return PINS_FAILED;
    snprintf(temporary, room, "%s.XXXXXX", path);
    fd = mkstemp(temporary); /* makes it with mode 0600 */
    if (fd < 0)
        goto out;
    file = fdopen(fd, "w");
    if (!file) {
        close(fd);
        goto out;
    }
    if (copy_lines(path, file) && fprintf(file, "%s %s\n", server, fingerprint) > 0 && fflush(file) == 0 && fsync(fd) == 0 &&
        rename(temporary, path) == 0)
        result = PINS_OK;
out:
    if (file)
        fclose(file);
    if (fd >= 0 && result != PINS_OK)
        unlink(temporary);
    free(temporary);
    return result;
}
