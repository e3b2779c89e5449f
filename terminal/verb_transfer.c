/*
 * admin export and admin import: everything that is public or the members' own, as JSON Lines (docs/export.md).
 *
 * The first line is a header; then come the rows of each section in the order of `export_section`. An import reads
 * the lines by the same shapes that wrote them and sends them in batches, in their order.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "terminal/json.h"
#include "terminal/terminal.h"
#include "terminal/verbs.h"

enum {
    EXPORT_VERSION = 1,
    BATCH_BYTES = 700000, /* rows after which a batch is sent; one larger row goes alone */
    BATCH_ROOM = LIMIT_FRAME + BATCH_BYTES,
};

/* ---- export ---- */

/* One section, page by page. */
static enum outcome export_section(struct terminal *t, enum export_section section, uint64_t entry, FILE *out, uint64_t *count)
{
    char place[LIMIT_CURSOR];
    struct export_request in = {.section = section, .entry = entry};
    struct export_reply reply;
    struct export_row_record row;

    for (;;) {
        enum outcome outcome = terminal_result(t, luntan_export(t->forum, &in, &reply));
        if (outcome)
            return outcome;
        for (; items_next(&reply.rows, &shape_export_row_record, &row); ++*count) {
            json_put(out, &shape_export_row_record, &row);
            fputc('\n', out);
        }
        if (!reply.next.len || reply.next.len > sizeof place)
            return OUTCOME_DONE;
        memcpy(place, reply.next.at, reply.next.len);
        in.after = (struct text){place, reply.next.len};
    }
}

static enum outcome export_all(struct terminal *t, FILE *out, uint64_t *count)
{
    const struct hello_reply *hello = luntan_hello_reply(t->forum);
    struct export_begin_request begin = {.op_id = {NULL, 0}};
    struct export_begin_reply begun;
    enum outcome outcome = terminal_result(t, luntan_export_begin(t->forum, &begin, &begun));

    if (outcome)
        return outcome;
    fprintf(out, "{\"luntan_export\":%d,\"site\":", EXPORT_VERSION);
    json_put_text(out, hello ? hello->site : text_of(NULL));
    fputs("}\n", out);
    for (uint32_t i = 0; i < enumeration_export_section.count && !outcome; i++)
        if (enumeration_export_section.values[i].number != EXPORT_SECTION_NONE)
            outcome = export_section(t, (enum export_section)enumeration_export_section.values[i].number, begun.entry, out, count);
    return outcome;
}

/* To standard output for "-", else to a file that only the owner can read: drafts are in it. */
static FILE *open_output(const char *path)
{
    int fd;
    FILE *out;

    if (strcmp(path, "-") == 0)
        return stdout;
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out && fd >= 0)
        close(fd);
    return out;
}

enum outcome verb_admin_export(struct terminal *t, const struct arguments *a)
{
    FILE *out;
    uint64_t count = 0;
    bool good;
    enum outcome outcome = terminal_enter(t);

    if (outcome)
        return outcome;
    out = open_output(a->at[0]);
    if (!out)
        return terminal_failed(t, SAY_CANNOT_WRITE, a->at[0]);
    outcome = export_all(t, out, &count);
    good = fflush(out) == 0 && !ferror(out) && (out == stdout || fsync(fileno(out)) == 0);
    if (out != stdout)
        good = fclose(out) == 0 && good;
    if (!outcome && !good)
        outcome = terminal_failed(t, SAY_CANNOT_WRITE, a->at[0]);
    if (!outcome)
        say(stderr, t->english, SAY_EXPORTED, SAID_NUMBER(count));
    return outcome;
}

/* ---- import ---- */

struct importing {
    struct terminal *t;
    struct wire_writer batch;
    struct items rows;
    uint64_t line, count;
};

/* Says which line is not as it should be. */
static enum outcome bad_line(struct importing *i, const char *field)
{
    say(stderr, i->t->english, SAY_BAD_LINE, SAID_NUMBER(i->line));
    return terminal_refuse(i->t, STATUS_BAD_FIELD, field, 0);
}

static enum outcome flush_batch(struct importing *i)
{
    struct import_request in = {.rows = i->rows};
    struct import_reply out;
    enum outcome outcome = OUTCOME_DONE;

    if (i->rows.count) {
        outcome = terminal_result(i->t, luntan_import(i->t->forum, &in, &out));
        if (outcome)
            say(stderr, i->t->english, SAY_BAD_LINE, SAID_NUMBER(i->line));
        else
            i->count += out.count;
    }
    i->batch.len = 0;
    i->rows = items_begin(&i->batch);
    return outcome;
}

static enum outcome add_row(struct importing *i, const json_t *object)
{
    struct fault fault;
    enum outcome outcome;
    size_t before = i->batch.len;

    if (json_get(&shape_export_row_record, object, &i->batch, &fault) != STATUS_OK)
        return bad_line(i, fault.field);
    if (i->rows.count && i->batch.len > BATCH_BYTES) {
        /* The row does not belong to this batch any more: send the others, then put it at the front. */
        size_t len = i->batch.len - before;

        outcome = flush_batch(i);
        if (outcome)
            return outcome;
        memmove(i->batch.at, i->batch.at + before, len);
        i->batch.len = len;
    }
    i->rows.len = i->batch.len;
    i->rows.count++;
    return i->rows.count == LIMIT_IMPORT_BATCH ? flush_batch(i) : OUTCOME_DONE;
}

/* The first line says what the file is. */
static bool is_header(const json_t *object)
{
    return json_integer_value(json_object_get(object, "luntan_export")) == EXPORT_VERSION;
}

static enum outcome import_lines(struct importing *i, FILE *in)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum outcome outcome = OUTCOME_DONE;

    while (!outcome && (len = getline(&line, &cap, in)) >= 0) {
        json_t *object = json_loadb(line, (size_t)len, JSON_REJECT_DUPLICATES, NULL);

        i->line++;
        if (i->line == 1 ? !is_header(object) : !object)
            outcome = bad_line(i, i->line == 1 ? "luntan_export" : NULL);
        else if (i->line > 1)
            outcome = add_row(i, object);
        json_decref(object);
    }
    free(line);
    if (!outcome && ferror(in))
        outcome = terminal_failed(i->t, SAY_CANNOT_READ, i->t->arguments->at[0]);
    if (!outcome && i->line == 0)
        outcome = bad_line(i, "luntan_export");
    return outcome ? outcome : flush_batch(i);
}

enum outcome verb_admin_import(struct terminal *t, const struct arguments *a)
{
    bool standard = strcmp(a->at[0], "-") == 0;
    uint8_t *room = malloc(BATCH_ROOM);
    struct importing i = {.t = t, .batch = wire_writer_over(room, BATCH_ROOM)};
    FILE *in = standard ? stdin : fopen(a->at[0], "re");
    enum outcome outcome;

    i.rows = items_begin(&i.batch);
    if (!in)
        outcome = terminal_failed(t, SAY_CANNOT_READ, a->at[0]);
    else if (!room)
        outcome = terminal_failed(t, SAY_NO_MEMORY, NULL);
    else
        outcome = terminal_enter(t);
    if (!outcome)
        outcome = import_lines(&i, in);
    if (in && !standard)
        fclose(in);
    free(room);
    if (outcome)
        return outcome;
    return terminal_answer(t, &shape_import_reply, &(struct import_reply){.count = i.count}, SAY_IMPORTED, (const struct said[]){SAID_NUMBER(i.count), SAID_END});
}
