/* Verbs of what moderation leaves on record: the public log, the heads of days, the audit log and its proof. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/chain.h"
#include "terminal/body.h"
#include "terminal/json.h"
#include "terminal/show.h"
#include "terminal/show_moderation.h"
#include "terminal/verbs.h"

enum { DAY = 10 }; /* bytes of a date like 2026-11-24 */

/* ---- lists ---- */

enum outcome verb_modlog(struct terminal *t, const struct arguments *a)
{
    struct modlog_request in = {.board = terminal_option(t, OPTION_BOARD)};
    uint64_t left = LIMIT_PAGE_ITEMS;
    struct modlog_reply out;
    enum outcome outcome;

    (void)a;
    if (!terminal_number_option(t, OPTION_COUNT, &left))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    while (!outcome && left) {
        outcome = terminal_result(t, luntan_modlog(t->forum, &in, &out));
        if (!outcome)
            left -= show_list(t, &out.acts, &shape_modlog_record, show_modlog, left);
        if (outcome || !out.next)
            break;
        in.before = out.next;
    }
    return outcome;
}

enum outcome verb_modlog_heads(struct terminal *t, const struct arguments *a)
{
    struct heads_request in = {.before = {NULL, 0}};
    uint64_t left = LIMIT_PAGE_ITEMS;
    char day[4 * DAY];
    struct heads_reply out;
    enum outcome outcome;

    (void)a;
    if (!terminal_number_option(t, OPTION_COUNT, &left))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    while (!outcome && left) {
        outcome = terminal_result(t, luntan_heads(t->forum, &in, &out));
        if (!outcome)
            left -= show_list(t, &out.heads, &shape_head_record, show_head, left);
        if (outcome || !out.next.len || out.next.len > sizeof day)
            break;
        memcpy(day, out.next.at, out.next.len);
        in.before = (struct text){day, out.next.len};
    }
    return outcome;
}

enum outcome verb_admin_audit_list(struct terminal *t, const struct arguments *a)
{
    struct audit_request in = {.from = 1};
    uint64_t left = UINT64_MAX;
    struct audit_reply out;
    enum outcome outcome;

    (void)a;
    if (!terminal_number_option(t, OPTION_COUNT, &left) || !terminal_number_option(t, OPTION_FROM, &in.from))
        return OUTCOME_USAGE;
    outcome = terminal_enter(t);
    while (!outcome && left) {
        outcome = terminal_result(t, luntan_audit(t->forum, &in, &out));
        if (!outcome)
            left -= show_list(t, &out.entries, &shape_audit_record, show_audit, left);
        if (outcome || !out.next)
            break;
        in.from = out.next;
    }
    return outcome;
}

/* ---- proof ---- */

/* A head that was kept elsewhere. */
struct kept {
    uint8_t hash[CHAIN_HASH];
    bool met;
};

struct proof {
    struct terminal *t;
    struct chain_walk walk;
    struct kept *kept;
    size_t count;
    uint64_t entries, faults, unmet;
};

/* The last word of a line: a head as it is printed, or its hash alone. */
static bool read_head(struct text line, uint8_t out[CHAIN_HASH])
{
    size_t start = line.len;

    while (start && line.at[start - 1] != ' ')
        start--;
    return line.len - start == (size_t)2 * CHAIN_HASH &&
           json_hex((struct text){line.at + start, line.len - start}, out, CHAIN_HASH) == CHAIN_HASH;
}

static bool keep_head(struct proof *p, struct text line)
{
    struct kept *more = realloc(p->kept, (p->count + 1) * sizeof *more);

    if (!more)
        return false;
    p->kept = more;
    more[p->count] = (struct kept){.met = false};
    if (!read_head(line, more[p->count].hash)) {
        say(stderr, p->t->english, SAY_BAD_HEAD, SAID_TEXT(line));
        return false;
    }
    p->count++;
    return true;
}

/* Every line of a file that is not blank. */
static bool keep_file(struct proof *p, const char *path)
{
    struct body body = {NULL, 0};
    bool good = body_read(&body, path);

    if (!good) {
        enum outcome failed = terminal_failed(p->t, SAY_CANNOT_READ, path);
        return failed == OUTCOME_DONE;
    }
    for (size_t at = 0; good && at < body.len;) {
        const char *end = memchr(body.at + at, '\n', body.len - at);
        size_t len = end ? (size_t)(end - body.at) - at : body.len - at;
        struct text line = {body.at + at, len && body.at[at + len - 1] == '\r' ? len - 1 : len};
        good = !line.len || keep_head(p, line);
        at += len + 1;
    }
    body_free(&body);
    return good;
}

/* What is said of a fault, to people and to programs. */
static const struct {
    enum saying words;
    const char *name;
} faults[] = {
    [CHAIN_MISSING] = {SAY_AUDIT_MISSING, "missing"}, [CHAIN_REORDERED] = {SAY_AUDIT_REORDERED, "reordered"},
    [CHAIN_ALTERED] = {SAY_AUDIT_ALTERED, "altered"}, [CHAIN_DIFFERS] = {SAY_AUDIT_DIFFERS, "differs"},
};

static void tell_fault(struct proof *p, enum chain_fault fault, uint64_t from, uint64_t to)
{
    p->faults++;
    if (p->t->json)
        printf("{\"fault\":\"%s\",\"from\":%llu,\"to\":%llu}\n", faults[fault].name, (unsigned long long)from, (unsigned long long)to);
    else
        say(stdout, p->t->english, faults[fault].words, SAID_NUMBER(from), SAID_NUMBER(to));
}

static void check_entry(struct proof *p, const struct audit_record *entry)
{
    uint64_t before = p->walk.last;
    enum chain_fault fault = chain_step(&p->walk, entry);

    p->entries++;
    if (fault == CHAIN_MISSING)
        tell_fault(p, fault, before + 1, entry->id - 1);
    else if (fault != CHAIN_WHOLE)
        tell_fault(p, fault, entry->id, entry->id);
    for (size_t i = 0; i < p->count; i++)
        if (entry->hash.len == CHAIN_HASH && memcmp(p->kept[i].hash, entry->hash.at, CHAIN_HASH) == 0)
            p->kept[i].met = true;
}

static enum outcome walk(struct proof *p)
{
    struct audit_request in = {.from = 1};
    struct audit_record entry;
    struct audit_reply out;

    do {
        enum outcome outcome = terminal_result(p->t, luntan_audit(p->t->forum, &in, &out));
        if (outcome)
            return outcome;
        while (items_next(&out.entries, &shape_audit_record, &entry))
            check_entry(p, &entry);
        in.from = out.next;
    } while (in.from);
    return OUTCOME_DONE;
}

/* Heads that no entry has any more: what stood before them was written anew, or cut off. */
static void tell_heads(struct proof *p)
{
    char hex[2 * CHAIN_HASH + 1];

    for (size_t i = 0; i < p->count; i++) {
        if (p->kept[i].met)
            continue;
        p->unmet++;
        sodium_bin2hex(hex, sizeof hex, p->kept[i].hash, CHAIN_HASH);
        if (p->t->json)
            printf("{\"fault\":\"head\",\"hash\":\"%s\"}\n", hex);
        else
            say(stdout, p->t->english, SAY_AUDIT_HEAD, SAID_TEXT(text_of(hex)));
    }
}

static enum outcome conclude(struct proof *p)
{
    bool whole = p->faults + p->unmet == 0;

    if (p->t->json)
        printf("{\"entries\":%llu,\"heads\":%zu,\"whole\":%s}\n", (unsigned long long)p->entries, p->count, whole ? "true" : "false");
    else
        say(stdout, p->t->english, !whole ? SAY_AUDIT_BROKEN : p->count ? SAY_AUDIT_PROVEN : SAY_AUDIT_WHOLE, SAID_NUMBER(p->entries),
            SAID_NUMBER(p->count));
    return whole ? OUTCOME_DONE : OUTCOME_REFUSED;
}

enum outcome verb_admin_audit_verify(struct terminal *t, const struct arguments *a)
{
    struct proof p = {.t = t};
    enum outcome outcome = OUTCOME_USAGE;

    if (a->option[OPTION_HEAD] && !keep_head(&p, text_of(a->option[OPTION_HEAD])))
        goto out;
    if (a->count && !keep_file(&p, a->at[0]))
        goto out;
    outcome = terminal_enter(t);
    if (!outcome)
        outcome = walk(&p);
    if (!outcome) {
        tell_heads(&p);
        outcome = conclude(&p);
    }
out:
    free(p.kept);
    return outcome;
}
