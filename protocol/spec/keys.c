/*
 * Released keys. `spec keys` prints one line for each number that the wire gives a meaning; the lines of a
 * release are kept in protocol/released.keys, and `spec check` refuses a table in which one of them is
 * missing: it was removed, given to something else, or changed its kind. New lines are welcome.
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/spec/spec.h"

static void write_fields(const struct payload *payload, void *context)
{
    FILE *out = context;

    for (uint32_t i = 0; i < payload->shape->count; i++) {
        const struct field *f = &payload->shape->fields[i];
        fprintf(out, "field %s.%s %u %s %s", payload->part, payload->name, (unsigned)f->key, f->name, kind_name(f->kind));
        if (f->enumeration)
            fprintf(out, " %s", f->enumeration->name);
        if (f->record)
            fprintf(out, " %.*s", (int)(strlen(f->record->name) - strlen("_record")), f->record->name);
        fputc('\n', out);
    }
}

void keys_write(FILE *out)
{
    for (size_t i = 0; i < frame_kinds_count; i++)
        fprintf(out, "kind %u %s\n", frame_kinds[i].number, frame_kinds[i].name);
    for (size_t i = 0; i < statuses_count; i++)
        fprintf(out, "status %u %s\n", statuses[i].number, statuses[i].name);
    for (uint32_t i = 0; i < messages_count; i++)
        fprintf(out, "op 0x%04x %s %s since %u\n", (unsigned)messages[i].op, messages[i].request ? "request" : "event",
                messages[i].name, (unsigned)messages[i].since);
    for (size_t i = 0; i < enumerations_count; i++)
        for (uint32_t j = 0; j < enumerations[i]->count; j++)
            fprintf(out, "value %s %u %s\n", enumerations[i]->name, enumerations[i]->values[j].number, enumerations[i]->values[j].name.at);
    for (size_t i = 0; i < enumerations_count; i++)
        fprintf(out, "fallback %s %u\n", enumerations[i]->name, enumerations[i]->fallback);
    payloads_visit(write_fields, out);
    for (size_t i = 0; i < limits_count; i++)
        fprintf(out, "limit %s %s\n", limits[i].name, limits[i].unit);
}

int spec_keys(void)
{
    fputs("# Every number that a release of luntan/1 gave a meaning. Never edited: a release adds lines\n"
          "# (spec keys > protocol/released.keys), and spec check refuses tables that lack one of them.\n", stdout);
    keys_write(stdout);
    return 0;
}

/* Whether `line`, of `len` bytes with its newline, is one of the lines of `all`. */
static bool has_line(const char *all, const char *line, size_t len)
{
    for (const char *at = all; *at; at = strchr(at, '\n') + 1)
        if (strncmp(at, line, len) == 0)
            return true;
    return false;
}

int spec_check(const char *path)
{
    char *now = NULL, *line = NULL;
    size_t size = 0, room = 0;
    ssize_t len;
    int result = 1;
    unsigned released = 0, lost = 0;
    FILE *in = fopen(path, "r"), *out = open_memstream(&now, &size);

    if (!in || !out) {
        perror(path);
        goto out;
    }
    keys_write(out);
    if (fflush(out) != 0)
        goto out;
    while ((len = getline(&line, &room, in)) > 0) {
        if (line[0] == '#')
            continue;
        released++;
        if (!has_line(now, line, (size_t)len)) {
            fprintf(stderr, "%s: released, but no longer so in the tables: %s", path, line);
            lost++;
        }
    }
    if (released == 0)
        fprintf(stderr, "%s: holds no released keys\n", path);
    result = lost != 0 || released == 0;
out:
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    free(now);
    free(line);
    return result;
}
