/* See filter_file.h. */
#include "moderation/filter_file.h"

#include "protocol/wire.h"

/* ---- words ---- */

struct text filter_words(enum filter_complaint what, bool english)
{
    static const struct {
        struct text zh, en;
    } words[] = {
#define COMPLAINT(NAME, zh, en) {TEXT_INIT(zh), TEXT_INIT(en)},
#include "moderation/filter.def"
    };
    return english ? words[what].en : words[what].zh;
}

bool filter_is_name(struct text name)
{
    if (name.len == 0 || name.len > LIMIT_SLUG)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
            return false;
    }
    return true;
}

/* ---- a line ---- */

struct line {
    struct text text;
    size_t at;
    uint64_t number;
    struct filter_fault *fault;
};

/* Blanks that people type: the ideographic space too. */
static size_t blank_at(const struct line *line, size_t at)
{
    const struct text *text = &line->text;

    if (at < text->len && (text->at[at] == ' ' || text->at[at] == '\t'))
        return 1;
    return at + 3 <= text->len && memcmp(text->at + at, "\xe3\x80\x80", 3) == 0 ? 3 : 0;
}

static void skip_blanks(struct line *line)
{
    for (size_t size; (size = blank_at(line, line->at)) > 0;)
        line->at += size;
}

/* The next word of the line; empty at its end. */
static struct text next_word(struct line *line)
{
    skip_blanks(line);
    size_t from = line->at;
    while (line->at < line->text.len && !blank_at(line, line->at))
        line->at++;
    return (struct text){line->text.at + from, line->at - from};
}

/* What is left of it, without blanks around. */
static struct text rest_of(struct line *line)
{
    skip_blanks(line);
    struct text rest = {line->text.at + line->at, line->text.len - line->at};
    while (rest.len && (rest.at[rest.len - 1] == ' ' || rest.at[rest.len - 1] == '\t'))
        rest.len--;
    return rest;
}

static uint64_t column_of(const struct line *line, size_t at)
{
    uint64_t column = 1;

    for (size_t i = 0; i < at && i < line->text.len; i++)
        column += ((unsigned char)line->text.at[i] & 0xc0) != 0x80;
    return column;
}

static bool complain(struct line *line, enum filter_complaint what, size_t at)
{
    *line->fault = (struct filter_fault){what, line->number, column_of(line, at)};
    return false;
}

/* Where a word that was taken from the line begins. */
static size_t place_of(const struct line *line, struct text word)
{
    return (size_t)(word.at - line->text.at);
}

/* ---- a rule ---- */

static bool read_places(struct line *line, struct filter_rule *rule)
{
    static const struct {
        struct text name;
        unsigned place;
    } places[] = {{TEXT_INIT("title"), FILTER_TITLE}, {TEXT_INIT("body"), FILTER_BODY}, {TEXT_INIT("tags"), FILTER_TAGS}};
    struct text list = next_word(line);
    size_t at = 0;

    rule->places = 0;
    do {
        const char *comma = memchr(list.at + at, ',', list.len - at);
        struct text one = {list.at + at, comma ? (size_t)(comma - list.at) - at : list.len - at};
        unsigned place = 0;
        for (size_t i = 0; i < sizeof places / sizeof *places; i++)
            place |= text_equal(places[i].name, one) ? places[i].place : 0;
        if (!place)
            return complain(line, FILTER_COMPLAINT_PLACE, place_of(line, one));
        rule->places |= place;
        at += one.len + 1;
    } while (at <= list.len);
    return true;
}

static bool read_action(struct line *line, struct filter_rule *rule)
{
    struct text word = next_word(line);
    const struct enumeration_value *action = enumeration_by_name(&enumeration_filter_action, word);
    const struct enumeration_value *reason;

    if (!action || action->number == FILTER_ACTION_NONE)
        return complain(line, FILTER_COMPLAINT_ACTION, place_of(line, word));
    rule->action = (enum filter_action)action->number;
    word = next_word(line);
    if (word.len && !text_equal(word, TEXT("in"))) {
        reason = enumeration_by_name(&enumeration_reason, word);
        if (!reason || reason->number == REASON_NONE)
            return complain(line, FILTER_COMPLAINT_REASON, place_of(line, word));
        rule->reason = (enum reason)reason->number;
        word = next_word(line);
    }
    if (rule->action == FILTER_ACTION_REFUSE && rule->reason == REASON_NONE)
        return complain(line, FILTER_COMPLAINT_NO_REASON, place_of(line, word));
    if (!word.len)
        return true;
    if (!text_equal(word, TEXT("in")))
        return complain(line, FILTER_COMPLAINT_MORE, place_of(line, word));
    if (!read_places(line, rule))
        return false;
    word = next_word(line);
    return !word.len || complain(line, FILTER_COMPLAINT_MORE, place_of(line, word));
}

static bool has_terms(const struct filter_file *file)
{
    return file->term_count && file->terms[file->term_count - 1].rule == file->rule_count - 1;
}

static bool read_rule(struct line *line, struct filter_file *file)
{
    struct filter_rule rule = {.name = next_word(line), .places = FILTER_EVERYWHERE, .line = line->number};

    if (file->rule_count && !has_terms(file)) {
        *line->fault = (struct filter_fault){FILTER_COMPLAINT_NO_TERMS, file->rules[file->rule_count - 1].line, 1};
        return false;
    }
    if (!filter_is_name(rule.name))
        return complain(line, FILTER_COMPLAINT_NAME, place_of(line, rule.name));
    for (size_t i = 0; i < file->rule_count; i++)
        if (text_equal(file->rules[i].name, rule.name))
            return complain(line, FILTER_COMPLAINT_DUPLICATE, place_of(line, rule.name));
    if (file->rule_count >= LIMIT_FILTER_RULES || file->rule_count >= file->rule_room)
        return complain(line, FILTER_COMPLAINT_RULES, 0);
    if (!read_action(line, &rule))
        return false;
    file->rules[file->rule_count++] = rule;
    return true;
}

/* ---- what a rule looks for ---- */

static uint64_t read_number(struct text word)
{
    uint64_t number = 0;

    if (word.len == 0 || word.len > 5)
        return 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] < '0' || word.at[i] > '9')
            return 0;
        number = number * 10 + (uint64_t)(word.at[i] - '0');
    }
    return number;
}

/* `24h` in ms; 0: it is none. */
static int64_t read_span(struct text word)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = {{'m', 60000}, {'h', 3600000}, {'d', 86400000}};
    const int64_t most = (int64_t)LIMIT_FILTER_DAYS * 86400000;
    int64_t number = word.len ? (int64_t)read_number((struct text){word.at, word.len - 1}) : 0;

    for (size_t i = 0; number && i < sizeof units / sizeof *units; i++)
        if (word.at[word.len - 1] == units[i].unit)
            return number * units[i].ms <= most ? number * units[i].ms : 0;
    return 0;
}

static bool read_repeat(struct line *line, struct filter_term *term)
{
    enum { LEAST = 2, MOST = 100 };
    skip_blanks(line);
    size_t from = line->at;
    struct text times = next_word(line), in = next_word(line), span = next_word(line), more = next_word(line);

    term->times = read_number(times);
    term->span = read_span(span);
    if (term->times < LEAST || term->times > MOST || !text_equal(in, TEXT("in")) || !term->span || more.len)
        return complain(line, FILTER_COMPLAINT_REPEAT, from);
    return true;
}

/* In ASCII: what is written in other letters has a name in these, too. */
static bool is_host(struct text host)
{
    size_t label = 0, labels = 0;

    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (c == '.' ? label == 0 : !letter && c != '-' && c != '_')
            return false;
        labels += c == '.';
        label = c == '.' ? 0 : label + 1;
    }
    return labels > 0 && label > 0;
}

static bool read_term(struct line *line, enum filter_kind kind, struct filter_file *file)
{
    struct filter_term term = {.kind = kind, .rule = file->rule_count - 1, .line = line->number};

    if (!file->rule_count)
        return complain(line, FILTER_COMPLAINT_NO_RULE, 0);
    if (file->term_count >= LIMIT_FILTER_TERMS || file->term_count >= file->term_room)
        return complain(line, FILTER_COMPLAINT_TERMS, 0);
    if (kind == FILTER_REPEAT) {
        if (!read_repeat(line, &term))
            return false;
    } else {
        term.text = rest_of(line);
        if (!term.text.len)
            return complain(line, FILTER_COMPLAINT_EMPTY, line->at);
        if (kind == FILTER_LINK && !is_host(term.text))
            return complain(line, FILTER_COMPLAINT_HOST, line->at);
    }
    term.column = column_of(line, term.text.at ? place_of(line, term.text) : 0);
    file->terms[file->term_count++] = term;
    return true;
}

static bool read_line(struct line *line, struct filter_file *file)
{
    static const struct {
        struct text name;
        enum filter_kind kind;
    } terms[] = {
        {TEXT_INIT("word"), FILTER_WORD}, {TEXT_INIT("pattern"), FILTER_PATTERN}, {TEXT_INIT("link"), FILTER_LINK}, {TEXT_INIT("repeat"), FILTER_REPEAT},
    };
    struct text keyword = next_word(line);

    if (!keyword.len || keyword.at[0] == '#')
        return true;
    if (line->text.len > (size_t)4 * LIMIT_FILTER_LINE || column_of(line, line->text.len) > LIMIT_FILTER_LINE + 1)
        return complain(line, FILTER_COMPLAINT_LINE, 0);
    if (text_equal(keyword, TEXT("rule")))
        return read_rule(line, file);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        if (text_equal(keyword, terms[i].name))
            return read_term(line, terms[i].kind, file);
    return complain(line, FILTER_COMPLAINT_KEYWORD, place_of(line, keyword));
}

/* ---- the whole ---- */

size_t filter_lines(struct text text)
{
    size_t lines = 1;

    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    return lines;
}

bool filter_parse(struct text text, struct filter_file *file, struct filter_fault *fault)
{
    struct line line = {.fault = fault};

    file->rule_count = file->term_count = 0;
    *fault = (struct filter_fault){FILTER_COMPLAINT_NONE, 0, 0};
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) /* some editors begin with it */
        text = (struct text){text.at + 3, text.len - 3};
    for (size_t at = 0; at < text.len;) {
        const char *end = memchr(text.at + at, '\n', text.len - at);
        size_t len = end ? (size_t)(end - text.at) - at : text.len - at;
        line.text = (struct text){text.at + at, len && text.at[at + len - 1] == '\r' ? len - 1 : len};
        line.at = 0;
        line.number++;
        if (!read_line(&line, file))
            return false;
        at += len + 1;
    }
    if (!file->rule_count)
        *fault = (struct filter_fault){FILTER_COMPLAINT_NO_RULES, 0, 0};
    else if (!has_terms(file))
        *fault = (struct filter_fault){FILTER_COMPLAINT_NO_TERMS, file->rules[file->rule_count - 1].line, 1};
    return fault->what == FILTER_COMPLAINT_NONE;
}
