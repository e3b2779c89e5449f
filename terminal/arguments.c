/* See arguments.h. */
#include "terminal/arguments.h"

#include <ctype.h>
#include <stdlib.h>

#include "terminal/display.h"
#include "terminal/verbs.h"

static const struct {
    const char *name, *value;
    struct text zh, en;
} options[OPTIONS] = {
#define OPTION(NAME, name, value, zh, en) {name, value, TEXT_INIT(zh), TEXT_INIT(en)},
#include "terminal/options.def"
#undef OPTION
};

#define O(NAME) (UINT64_C(1) << OPTION_##NAME)
/* What every verb takes. */
enum { GLOBALS = OPTION_VERSION + 1 };
_Static_assert(OPTIONS <= 64, "options are bits of a uint64_t");

const struct verb verbs[] = {
#define VERB(words, handler, takes, allows, zh, en) {words, takes, allows, TEXT_INIT(zh), TEXT_INIT(en), verb_##handler},
#include "terminal/verbs.def"
#undef VERB
};
const unsigned verbs_count = sizeof verbs / sizeof verbs[0];

bool arguments_number(const char *word, uint64_t *out)
{
    uint64_t value = 0;

    if (!word || !*word)
        return false;
    for (; *word; word++) {
        if (!isdigit((unsigned char)*word) || value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(*word - '0');
    }
    *out = value;
    return true;
}

/* ---- reading ---- */

/* How many of the words of `verb` the arguments start with, all of them; 0 where they do not. */
static unsigned matched(const struct verb *verb, const char *const *at, unsigned count)
{
    const char *rest = verb->words;
    unsigned words = 0;

    for (;;) {
        size_t len = strcspn(rest, " ");
        if (words == count || strlen(at[words]) != len || memcmp(at[words], rest, len) != 0)
            return 0;
        words++;
        if (!rest[len])
            return words;
        rest += len + 1;
    }
}

/* The fewest and the most arguments that a verb takes. */
static void arity(const struct verb *verb, unsigned *least, unsigned *most)
{
    const char *at = verb->arguments;

    *least = *most = 0;
    while (*at) {
        size_t len = strcspn(at, " ");
        *least += *at != '[';
        (*most)++;
        if (len > 4 && memcmp(at + len - 4, "...]", 4) == 0)
            *most = ARGUMENTS;
        at += len;
        at += *at == ' ';
    }
}

struct reading {
    struct arguments *out;
    const char *words[ARGUMENTS + 1];
    unsigned count;
    enum saying *wrong;
    struct text *word;
};

static bool mistaken(struct reading *r, enum saying wrong, const char *word)
{
    *r->wrong = wrong;
    *r->word = text_of(word);
    return false;
}

/* Reads the option at argv[*i], and its value where it has one. */
static bool read_option(struct reading *r, int argc, char *const *argv, int *i)
{
    const char *name = argv[*i] + 2, *value = strchr(name, '=');
    size_t len = value ? (size_t)(value - name) : strlen(name);
    unsigned which = 0;

    while (which < OPTIONS && (strlen(options[which].name) != len || memcmp(options[which].name, name, len) != 0))
        which++;
    if (which == OPTIONS)
        return mistaken(r, SAY_NO_SUCH_OPTION, argv[*i]);
    if (options[which].value[0] == '\0') {
        if (value)
            return mistaken(r, SAY_OPTION_TAKES_NONE, argv[*i]);
        value = "";
    } else if (value) {
        value++;
    } else {
        if (*i + 1 == argc)
            return mistaken(r, SAY_OPTION_NEEDS_VALUE, argv[*i]);
        value = argv[++*i];
    }
    if (which == OPTION_TAG && r->out->tag_count <= LIMIT_TAGS)
        r->out->tags[r->out->tag_count++] = value;
    r->out->option[which] = value;
    return true;
}

static bool find_verb(struct reading *r)
{
    struct arguments *out = r->out;
    unsigned best = 0, least, most;

    for (unsigned v = 0; v < verbs_count; v++) {
        unsigned words = matched(&verbs[v], r->words, r->count);
        if (words > best) {
            best = words;
            out->verb = &verbs[v];
        }
    }
    if (!out->verb)
        return r->count == 0 || mistaken(r, SAY_NO_SUCH_VERB, r->words[0]);
    out->count = r->count - best;
    for (unsigned i = 0; i < out->count; i++)
        out->at[i] = r->words[best + i];
    arity(out->verb, &least, &most);
    if (out->option[OPTION_HELP])
        return true;
    if (out->count < least)
        return mistaken(r, SAY_TOO_FEW_ARGUMENTS, out->verb->words);
    if (out->count > most)
        return mistaken(r, SAY_TOO_MANY_ARGUMENTS, out->at[most]);
    for (unsigned o = GLOBALS; o < OPTIONS; o++)
        if (out->option[o] && !(out->verb->options >> o & 1))
            return mistaken(r, SAY_OPTION_NOT_HERE, options[o].name);
    return true;
}

bool arguments_read(int argc, char *const *argv, struct arguments *out, enum saying *wrong, struct text *word)
{
    struct reading r = {.out = out, .wrong = wrong, .word = word};
    bool plain = false;

    *out = (struct arguments){.verb = NULL};
    for (int i = 1; i < argc; i++) {
        if (!plain && strcmp(argv[i], "--") == 0) {
            plain = true;
        } else if (!plain && strncmp(argv[i], "--", 2) == 0) {
            if (!read_option(&r, argc, argv, &i))
                return false;
        } else if (!plain && argv[i][0] == '-' && argv[i][1]) {
            return mistaken(&r, SAY_NO_SUCH_OPTION, argv[i]);
        } else if (r.count == ARGUMENTS) {
            return mistaken(&r, SAY_TOO_MANY_ARGUMENTS, argv[i]);
        } else {
            r.words[r.count++] = argv[i];
        }
    }
    return find_verb(&r);
}

/* ---- help ---- */

static void put_option(FILE *out, bool english, unsigned which)
{
    char left[64];
    int len = snprintf(left, sizeof left, "--%s%s%s", options[which].name, options[which].value[0] ? " " : "", options[which].value);

    fprintf(out, "  %s%*s", left, len < 27 ? 27 - len : 1, "");
    display_line(out, english ? options[which].en : options[which].zh);
    fputc('\n', out);
}

void arguments_usage(FILE *out, bool english, const struct verb *verb)
{
    say_part(out, english, SAY_USAGE);
    fprintf(out, "luntan %s%s%s", verb->words, verb->arguments[0] ? " " : "", verb->arguments);
    for (unsigned o = GLOBALS; o < OPTIONS; o++)
        if (verb->options >> o & 1)
            fprintf(out, " [--%s%s%s]", options[o].name, options[o].value[0] ? " " : "", options[o].value);
    fputs("\n  ", out);
    display_line(out, english ? verb->en : verb->zh);
    fputs("\n", out);
    for (unsigned o = GLOBALS; o < OPTIONS; o++)
        if (verb->options >> o & 1)
            put_option(out, english, o);
}

void arguments_help(FILE *out, bool english)
{
    say(out, english, SAY_HELP_TOP);
    for (unsigned v = 0; v < verbs_count; v++) {
        int len = fprintf(out, "  luntan %s%s%s", verbs[v].words, verbs[v].arguments[0] ? " " : "", verbs[v].arguments);
        fprintf(out, "%*s", len < 40 ? 40 - len : 1, "");
        display_line(out, english ? verbs[v].en : verbs[v].zh);
        fputc('\n', out);
    }
    fputc('\n', out);
    say(out, english, SAY_HELP_OPTIONS);
    for (unsigned o = 0; o < GLOBALS; o++)
        put_option(out, english, o);
    fputc('\n', out);
    say(out, english, SAY_HELP_END);
}
