/* See filter.h. What a set is made of; filter_match.c looks with it. */
#include "moderation/filter.h"

#include <stdlib.h>

#include "moderation/filter_private.h"

enum { LOOSE_FROM = 5 }; /* letters of a word that is not Chinese, from which on it is found in pieces */

struct filter *filter_new(void)
{
    return calloc(1, sizeof(struct filter));
}

void filter_free(struct filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->rule_count; i++)
        free((void *)(uintptr_t)filter->rules[i].name.at);
    for (size_t i = 0; i < filter->word_count; i++)
        free((void *)(uintptr_t)filter->words[i].letters);
    for (size_t i = 0; i < filter->expression_count; i++)
        pattern_free(filter->expressions[i].pattern);
    for (size_t i = 0; i < filter->host_count; i++)
        free((void *)(uintptr_t)filter->hosts[i].host.at);
    free(filter->rules);
    free(filter->words);
    free(filter->expressions);
    free(filter->hosts);
    free(filter->repeats);
    free(filter);
}

/* Room for the file's rules and terms, whatever their kinds; what is not needed is little. */
static bool reserve(struct filter *filter, const struct filter_file *file)
{
    size_t more = file->term_count;
    struct filter_compiled *rules = realloc(filter->rules, (filter->rule_count + file->rule_count + 1) * sizeof *rules);
    struct filter_word *words = realloc(filter->words, (filter->word_count + more + 1) * sizeof *words);
    struct filter_expression *expressions = realloc(filter->expressions, (filter->expression_count + more + 1) * sizeof *expressions);
    struct filter_host *hosts = realloc(filter->hosts, (filter->host_count + more + 1) * sizeof *hosts);
    struct filter_repeat *repeats = realloc(filter->repeats, (filter->repeat_count + more + 1) * sizeof *repeats);

    filter->rules = rules ? rules : filter->rules;
    filter->words = words ? words : filter->words;
    filter->expressions = expressions ? expressions : filter->expressions;
    filter->hosts = hosts ? hosts : filter->hosts;
    filter->repeats = repeats ? repeats : filter->repeats;
    return rules && words && expressions && hosts && repeats;
}

/* ---- adding ---- */

struct adding {
    struct filter *filter;
    const struct filter_source *source;
    const struct filter_term *term;
    const struct filter_folded *folded;
    size_t rule; /* in the set */
    filter_clock trial;
    size_t patterns;
    struct filter_fault *fault;
};

static bool complain(struct adding *a, enum filter_complaint what, uint64_t further)
{
    *a->fault = (struct filter_fault){what, a->term ? a->term->line : 0, a->term ? a->term->column + further : 0};
    return false;
}

static bool add_rule(struct adding *a, size_t at)
{
    const struct filter_rule *rule = &a->source->file->rules[at];
    struct text prefix = a->source->name;
    size_t len = prefix.len + 1 + rule->name.len;
    char *name = malloc(len);

    if (!name)
        return complain(a, FILTER_COMPLAINT_MEMORY, 0);
    if (prefix.len)
        memcpy(name, prefix.at, prefix.len);
    name[prefix.len] = '/';
    memcpy(name + prefix.len + 1, rule->name.at, rule->name.len);
    a->filter->rules[a->filter->rule_count++] = (struct filter_compiled){
        .id = a->source->ids ? a->source->ids[at] : 0, .name = {name, len}, .action = rule->action, .reason = rule->reason, .places = rule->places,
    };
    return true;
}

size_t filter_chain(uint32_t first, uint32_t second)
{
    return (first * 31u + second) % FILTER_CHAINS;
}

static bool add_word(struct adding *a)
{
    struct filter *filter = a->filter;
    size_t count = a->folded->count;

    if (!count)
        return complain(a, FILTER_COMPLAINT_LETTERS, 0);
    uint32_t *letters = malloc(count * sizeof *letters);
    if (!letters)
        return complain(a, FILTER_COMPLAINT_MEMORY, 0);
    memcpy(letters, a->folded->letters, count * sizeof *letters);
    size_t *chain = &filter->chains[filter_chain(letters[0], count > 1 ? letters[1] : 0)];
    filter->words[filter->word_count++] = (struct filter_word){
        .letters = letters, .count = count, .rule = a->rule, .next = *chain, .loose = count >= LOOSE_FROM,
    };
    *chain = filter->word_count;
    return true;
}

static bool add_pattern(struct adding *a)
{
    enum filter_complaint what = FILTER_COMPLAINT_MEMORY;
    struct pattern *pattern;
    uint64_t at = 0;

    if (a->patterns++ >= LIMIT_FILTER_PATTERNS)
        return complain(a, FILTER_COMPLAINT_PATTERNS, 0);
    pattern = pattern_new(a->folded->text, &what, &at);
    if (!pattern)
        return complain(a, what, at);
    a->filter->expressions[a->filter->expression_count++] = (struct filter_expression){pattern, a->rule};
    return !a->trial || pattern_is_quick(pattern, a->folded->text, a->trial) || complain(a, FILTER_COMPLAINT_SLOW, 0);
}

static bool add_host(struct adding *a)
{
    struct text text = a->folded->text;
    char *host = malloc(text.len + 1);

    if (!host)
        return complain(a, FILTER_COMPLAINT_MEMORY, 0);
    memcpy(host, text.at, text.len);
    a->filter->hosts[a->filter->host_count++] = (struct filter_host){{host, text.len}, a->rule};
    return true;
}

static bool add_repeat(struct adding *a)
{
    a->filter->repeats[a->filter->repeat_count++] = (struct filter_repeat){a->term->times, a->term->span, a->rule};
    return true;
}

/* ---- hosts ---- */

static int compare_texts(struct text a, struct text b)
{
    int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_hosts(const void *a, const void *b)
{
    const struct filter_host *one = a, *other = b;
    int order = compare_texts(one->host, other->host);

    return order ? order : (one->rule > other->rule) - (one->rule < other->rule);
}

size_t filter_find_host(const struct filter *filter, struct text host)
{
    size_t low = 0, high = filter->host_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_texts(filter->hosts[middle].host, host) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < filter->host_count && text_equal(filter->hosts[low].host, host) ? low : filter->host_count;
}

/* ---- the whole ---- */

bool filter_add(struct filter *filter, const struct filter_source *source, filter_clock trial, struct filter_fault *fault)
{
    static bool (*const adders[])(struct adding *) = {
        [FILTER_WORD] = add_word, [FILTER_PATTERN] = add_pattern, [FILTER_LINK] = add_host, [FILTER_REPEAT] = add_repeat,
    };
    struct adding a = {.filter = filter, .source = source, .trial = trial, .fault = fault};
    size_t before = filter->rule_count;

    if (!reserve(filter, source->file))
        return complain(&a, FILTER_COMPLAINT_MEMORY, 0);
    for (size_t i = 0; i < source->file->rule_count; i++)
        if (!add_rule(&a, i))
            return false;
    for (size_t i = 0; i < source->file->term_count; i++) {
        a.term = &source->file->terms[i];
        a.folded = &source->folded[i];
        a.rule = before + a.term->rule;
        if (!adders[a.term->kind](&a))
            return false;
    }
    if (filter->host_count)
        qsort(filter->hosts, filter->host_count, sizeof *filter->hosts, compare_hosts);
    return true;
}

size_t filter_count(const struct filter *filter)
{
    return filter->rule_count;
}

uint64_t filter_id(const struct filter *filter, size_t rule)
{
    return filter->rules[rule].id;
}

struct text filter_name(const struct filter *filter, size_t rule)
{
    return filter->rules[rule].name;
}

int64_t filter_span(const struct filter *filter)
{
    int64_t span = 0;

    for (size_t i = 0; i < filter->repeat_count; i++)
        span = filter->repeats[i].span > span ? filter->repeats[i].span : span;
    return span;
}
