/* See config.h. The types and how they are read stand in config_value.c. */
#include "server/config.h"

#include <stdlib.h>

#include "server/config_value.h"
#include "server/keyfile.h"

enum { CONFIG_ARENA = 4 * KEYFILE_MAX };

enum key {
#define KEY(name, TYPE, fallback, low, high, zh, en) KEY_##name,
#include "server/config.def"
    KEYS,
};

static const struct config_key keys[KEYS] = {
#define KEY(name, TYPE, fallback, low, high, zh, en) \
    [KEY_##name] = {#name, CONFIG_##TYPE, fallback, low, high, offsetof(struct config, name), zh, en},
#include "server/config.def"
};

/* Options that are no settings. */
static const struct option {
    const char *name;
    enum config_action action;
    const char *takes; /* what its value is; empty for none */
    const char *zh, *en;
} options[] = {
#define ACTION(name, DOES, takes, zh, en) {#name, CONFIG_##DOES, takes, zh, en},
#include "server/config.def"
};
enum { OPTION_CONFIG = 0, OPTIONS = sizeof options / sizeof *options };

/* One reading: what is being filled, and whom to tell. */
struct reading {
    struct config *config;
    struct complaint *complaint;
    unsigned lines[KEYS]; /* where the file sets each key; 0: it does not */
};

static const struct config_key *key_by_name(struct text name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (text_equal(text_of(keys[i].name), name))
            return &keys[i];
    return NULL;
}

/* Whether `option`, as typed, is `name`; in options hyphens stand for underscores. */
static bool same_option(struct text option, const char *name)
{
    size_t i = 0;

    for (; i < option.len && name[i]; i++)
        if (option.at[i] != (name[i] == '_' ? '-' : name[i]))
            return false;
    return i == option.len && !name[i];
}

static bool set(struct reading *r, const struct config_key *key, const char *where, const char *about, struct text value)
{
    struct config_place place = {
        .arena = r->config->arena, .field = (char *)r->config + key->offset, .english = r->config->english,
        .where = where, .about = about, .complaint = r->complaint,
    };

    return config_value_read(key, value, &place);
}

static bool set_defaults(struct reading *r)
{
    for (size_t i = 0; i < KEYS; i++)
        if (!set(r, &keys[i], NULL, keys[i].name, text_of(keys[i].fallback)))
            return false;
    return true;
}

/* ---- the file ---- */

static bool read_line(struct reading *r, const char *path, const struct keyfile_line *line)
{
    char where[1024], about[64], number[16];
    const struct config_key *key = key_by_name(line->name);

    snprintf(where, sizeof where, "%s:%u", path, line->number);
    snprintf(about, sizeof about, "%.*s", (int)(line->name.len < 60 ? line->name.len : 60), line->name.at);
    if (line->kind == KEYFILE_WRONG)
        return complain(r->complaint, r->config->english, where, NULL, TELL_SHAPE, TOLD_NOTHING);
    if (line->kind == KEYFILE_SECTION)
        return complain(r->complaint, r->config->english, where, about, TELL_SECTION, TOLD_NOTHING);
    if (!key)
        return complain(r->complaint, r->config->english, where, about, TELL_KEY_UNKNOWN, TOLD_NOTHING);
    unsigned *before = &r->lines[key - keys];
    snprintf(number, sizeof number, "%u", *before);
    if (*before)
        return complain(r->complaint, r->config->english, where, about, TELL_KEY_TWICE, TOLD(number));
    *before = line->number;
    return set(r, key, where, about, line->value);
}

static bool read_file(struct reading *r, const char *path)
{
    struct text bytes = keyfile_read(path, r->config->arena, r->config->english, r->complaint);
    struct keyfile file = keyfile_over(bytes);
    struct keyfile_line line;

    if (!bytes.at)
        return false;
    while (keyfile_next(&file, &line))
        if (!read_line(r, path, &line))
            return false;
    return true;
}

/* ---- the command line ---- */

/* One word of the command line, taken apart. */
struct argument {
    const struct config_key *key;   /* a setting, */
    const struct option *option;    /* or something else, */
    const char *word;               /* as typed, for complaints, without a value */
    char word_room[64];
    const char *value;              /* NULL where there is none */
};

/* Takes the next argument, with its value. False, with a complaint, where it makes no sense. */
static bool take_argument(struct reading *r, char **argv, int argc, int *at, struct argument *out)
{
    const char *word = argv[(*at)++], *equals = strchr(word, '=');
    struct text name = {word, equals ? (size_t)(equals - word) : strlen(word)};
    bool english = r->config->english;

    *out = (struct argument){.value = equals ? equals + 1 : NULL};
    snprintf(out->word_room, sizeof out->word_room, "%.*s", (int)(name.len < 60 ? name.len : 60), name.at);
    out->word = out->word_room;
    if (name.len < 3 || memcmp(name.at, "--", 2) != 0)
        return complain(r->complaint, english, NULL, out->word, TELL_WORD_UNKNOWN, TOLD_NOTHING);
    name = (struct text){name.at + 2, name.len - 2};
    for (size_t i = 0; i < KEYS; i++)
        if (same_option(name, keys[i].name))
            out->key = &keys[i];
    for (size_t i = 0; i < OPTIONS; i++)
        if (same_option(name, options[i].name))
            out->option = &options[i];
    if (!out->key && !out->option)
        return complain(r->complaint, english, NULL, out->word, TELL_KEY_UNKNOWN, TOLD_NOTHING);
    bool takes = out->key || out->option->takes[0];
    if (!takes && out->value)
        return complain(r->complaint, english, NULL, out->word, TELL_ACTION_VALUE, TOLD_NOTHING);
    if (takes && !out->value) {
        if (*at == argc)
            return complain(r->complaint, english, NULL, out->word, TELL_VALUE_MISSING, TOLD_NOTHING);
        out->value = argv[(*at)++];
    }
    return true;
}

enum pass {
    PASS_FILE, /* only --config and what to do */
    PASS_KEYS, /* only the settings, over the file's */
};

static bool read_arguments(struct reading *r, enum pass pass, int argc, char **argv, enum config_action *action)
{
    struct argument argument;

    for (int at = 1; at < argc;) {
        if (!take_argument(r, argv, argc, &at, &argument))
            return false;
        if (argument.key && pass == PASS_KEYS && !set(r, argument.key, NULL, argument.word, text_of(argument.value)))
            return false;
        if (argument.key || pass == PASS_KEYS)
            continue;
        if (argument.option == &options[OPTION_CONFIG] && !read_file(r, argument.value))
            return false;
        if (*action == CONFIG_SERVE)
            *action = argument.option->action;
    }
    return true;
}

/* The language before anything else, so that every complaint is in it, whatever stands around it. */
static bool read_language(struct reading *r, int argc, char **argv)
{
    static const char option[] = "--lang";
    size_t len = sizeof option - 1;

    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        if (strncmp(argv[i], option, len) == 0 && argv[i][len] == '=')
            value = argv[i] + len + 1;
        else if (strcmp(argv[i], option) == 0 && i + 1 < argc)
            value = argv[++i];
        if (value && !set(r, &keys[KEY_lang], NULL, option, text_of(value)))
            return false;
    }
    return true;
}

static void settle_language(struct config *config, const char *language)
{
    config->english = config->lang == CONFIG_LANGUAGE_EN ||
                      (config->lang == CONFIG_LANGUAGE_AUTO && language && strncmp(language, "en", 2) == 0);
}

/* Both or none, wherever they were set. */
static bool check_pair(struct reading *r)
{
    const struct config *config = r->config;

    if (!config->certificate[0] == !config->key[0])
        return true;
    return complain(r->complaint, config->english, NULL, config->key[0] ? "key" : "certificate", TELL_PAIR,
                    TOLD(config->key[0] ? "certificate" : "key"));
}

/* What is pushed names its own address. */
static bool check_push(struct reading *r)
{
    const struct config *config = r->config;

    return !config->push || config->url.len || complain(r->complaint, config->english, NULL, "push", TELL_PAIR, TOLD("url"));
}

enum config_action config_read(struct config *config, int argc, char **argv, const char *language,
                               struct complaint *complaint)
{
    struct reading r = {.config = config, .complaint = complaint};
    enum config_action action = CONFIG_SERVE;

    *config = (struct config){.arena = arena_new(CONFIG_ARENA)};
    settle_language(config, language);
    if (!config->arena) {
        complain(complaint, config->english, NULL, NULL, TELL_NO_MEMORY, TOLD_NOTHING);
        return CONFIG_REFUSED;
    }
    if (!set_defaults(&r) || !read_language(&r, argc, argv))
        return CONFIG_REFUSED;
    enum config_language asked = config->lang;
    settle_language(config, language);
    if (!read_arguments(&r, PASS_FILE, argc, argv, &action))
        return CONFIG_REFUSED;
    if (asked != CONFIG_LANGUAGE_AUTO)
        config->lang = asked;
    settle_language(config, language);
    if (!read_arguments(&r, PASS_KEYS, argc, argv, &action) || !check_pair(&r) || !check_push(&r))
        return CONFIG_REFUSED;
    return action;
}

void config_fini(struct config *config)
{
    arena_free(config->arena);
    config->arena = NULL;
}

/* ---- help ---- */

static void help_option(FILE *out, const char *name, const char *value)
{
    fputs("  --", out);
    for (; *name; name++)
        fputc(*name == '_' ? '-' : *name, out);
    fprintf(out, "%s%s\n", *value ? " " : "", value);
}

void config_help(FILE *out, bool english)
{
    char line[256];

    tell_into(line, sizeof line, english, TELL_USAGE, TOLD_NOTHING);
    fprintf(out, "%s\n", line);
    for (size_t i = 0; i < OPTIONS; i++) {
        help_option(out, options[i].name, options[i].takes);
        fprintf(out, "        %s\n", english ? options[i].en : options[i].zh);
    }
    tell_into(line, sizeof line, english, TELL_USAGE_KEYS, TOLD_NOTHING);
    fputs(line, out);
    for (size_t i = 0; i < KEYS; i++) {
        help_option(out, keys[i].name, config_value_name(keys[i].type));
        fprintf(out, "        %s\n", english ? keys[i].en : keys[i].zh);
        tell_into(line, sizeof line, english, keys[i].fallback[0] ? TELL_USAGE_DEFAULT : TELL_USAGE_NO_DEFAULT,
                  TOLD(keys[i].fallback));
        fprintf(out, "        %s\n", line);
    }
}
