/* See settings.h. */
#include "terminal/settings.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_file(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    char path[PATH_MAX];
    int len = -1;

    if (config && config[0] == '/')
        len = snprintf(path, sizeof path, "%s/luntan/luntan.conf", config);
    else if (home && home[0] == '/')
        len = snprintf(path, sizeof path, "%s/.config/luntan/luntan.conf", home);
    return len > 0 && (size_t)len < sizeof path ? fopen(path, "re") : NULL;
}

/* Cuts blanks off both ends, in place. */
static char *trimmed(char *text)
{
    size_t len;

    while (isspace((unsigned char)*text))
        text++;
    len = strlen(text);
    while (len && isspace((unsigned char)text[len - 1]))
        text[--len] = '\0';
    return text;
}

static bool read_line(struct settings *out, char *line)
{
    const struct {
        const char *name;
        char *at;
        size_t cap;
    } keys[] = {
        {"server", out->server, sizeof out->server},
        {"ca", out->ca, sizeof out->ca},
        {"as", out->as, sizeof out->as},
        {"lang", out->lang, sizeof out->lang},
    };
    char *value;

    line = trimmed(line);
    if (*line == '\0' || *line == '#')
        return true;
    value = strchr(line, '=');
    if (!value)
        return false;
    *value++ = '\0';
    line = trimmed(line);
    value = trimmed(value);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i].name, line) == 0 && strlen(value) < keys[i].cap) {
            memcpy(keys[i].at, value, strlen(value) + 1);
            return true;
        }
    return false;
}

bool settings_read(struct settings *out, unsigned *line)
{
    FILE *in = open_file();
    char text[8192];
    bool good = true;

    memset(out, 0, sizeof *out);
    *line = 0;
    while (in && good && fgets(text, sizeof text, in)) {
        ++*line;
        good = read_line(out, text);
    }
    if (in)
        fclose(in);
    return good;
}
