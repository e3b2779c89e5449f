/* Looking at a text with a compiled set. See filter.h. */
#include "moderation/filter_private.h"

enum {
    DENSE_FROM = 0x2e80,  /* from here on are the characters that are written without blanks between words */
    LETTERS_A_LOOK = 4096, /* and labels of hosts, before the clock is looked at */
    LABELS = 8,           /* of a host, at most */
    HOST_BYTES = 256,
    SIGNS = 4,            /* around a dot that is meant to be overlooked */
};

struct looking {
    const struct filter *filter;
    const struct filter_case *what;
    bool *hits;
    uint64_t until;
    size_t slow; /* the rule that ran out of time; filter->rule_count: none */
    /* the part at hand */
    const struct filter_text *text;
    unsigned place;
};

static bool wants(const struct looking *l, size_t rule)
{
    return !l->hits[rule] && (l->filter->rules[rule].places & l->place);
}

/* Whether there is time; where there is none any more, this rule is what it was lost with. */
static bool in_time(struct looking *l, size_t rule)
{
    if (l->slow == l->filter->rule_count && l->what->clock && l->what->clock() >= l->until)
        l->slow = rule;
    return l->slow == l->filter->rule_count;
}

/* ---- words ---- */

static bool is_dense(uint32_t letter)
{
    return letter >= DENSE_FROM;
}

/* The gap before a letter; the ends of the text are gaps. */
static enum filter_gap gap_before(const struct filter_text *text, size_t at)
{
    return at == 0 || at == text->count ? FILTER_GAP_SENTENCE : (enum filter_gap)text->gaps[at];
}

/* Whether a word may begin or end before this letter: not within a word of another kind of letters. */
static bool is_edge(const struct filter_text *text, size_t at)
{
    return gap_before(text, at) != FILTER_GAP_NONE || is_dense(text->letters[at - 1]) || is_dense(text->letters[at]);
}

static bool may_part(const struct filter_word *word, size_t at, enum filter_gap gap)
{
    if (gap == FILTER_GAP_NONE)
        return true;
    if (gap == FILTER_GAP_SENTENCE)
        return false;
    return word->loose || is_dense(word->letters[at - 1]) || is_dense(word->letters[at]);
}

static bool stands_at(const struct filter_text *text, const struct filter_word *word, size_t at)
{
    size_t end = at + word->count;
    bool whole = true, spelled = word->count > 1;

    if (word->count > text->count - at || memcmp(text->letters + at, word->letters, word->count * sizeof *word->letters) != 0)
        return false;
    for (size_t i = 1; i < word->count; i++) {
        enum filter_gap gap = gap_before(text, at + i);
        whole = whole && may_part(word, i, gap);
        spelled = spelled && gap != FILTER_GAP_NONE;
    }
    if (whole && is_edge(text, at) && is_edge(text, end))
        return true;
    return spelled && gap_before(text, at) != FILTER_GAP_NONE && gap_before(text, end) != FILTER_GAP_NONE;
}

static void look_in_chain(struct looking *l, size_t chain, size_t at)
{
    for (size_t next = l->filter->chains[chain]; next; next = l->filter->words[next - 1].next) {
        const struct filter_word *word = &l->filter->words[next - 1];
        if (wants(l, word->rule) && stands_at(l->text, word, at))
            l->hits[word->rule] = true;
    }
}

static void look_for_words(struct looking *l)
{
    const struct filter_text *text = l->text;

    if (!l->filter->word_count)
        return;
    for (size_t at = 0; at < text->count; at++) {
        if (at % LETTERS_A_LOOK == 0 && !in_time(l, l->filter->words[0].rule))
            return;
        if (at + 1 < text->count)
            look_in_chain(l, filter_chain(text->letters[at], text->letters[at + 1]), at);
        look_in_chain(l, filter_chain(text->letters[at], 0), at); /* words of one letter */
    }
}

/* ---- links ---- */

/* A piece of a host, in the text; and whether a dot without anything around joins it to the next. */
struct label {
    size_t from, len;
    bool joined;
};

static bool in_label(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static size_t skip_signs(struct text text, size_t at)
{
    for (size_t most = at + SIGNS; at < text.len && at < most && strchr(" ()[]{}<>\\", text.at[at]) && text.at[at]; at++)
        ;
    return at;
}

/* The length of a dot, of whatever kind people write instead of one; 0: there is none. */
static size_t dot_at(struct text text, size_t at)
{
    static const struct text dots[] = {TEXT_INIT("."), TEXT_INIT("\xe3\x80\x82") /* the ideographic full stop */, TEXT_INIT("\xe7\x82\xb9") /* the word */};

    for (size_t i = 0; i < sizeof dots / sizeof *dots; i++)
        if (text.len - at >= dots[i].len && memcmp(text.at + at, dots[i].at, dots[i].len) == 0)
            return dots[i].len;
    return 0;
}

/* Where the next label of the same host begins; 0: there is none. `joined`: nobody could read the dot as the end of a sentence. */
static size_t next_label(struct text text, size_t at, bool *joined)
{
    size_t dot = skip_signs(text, at), size = dot < text.len ? dot_at(text, dot) : 0;
    size_t next = size ? skip_signs(text, dot + size) : 0;

    *joined = next == at + size;
    return size && next < text.len && in_label(text.at[next]) ? next : 0;
}

/* The host that these labels are, in `room`; absent: it is too long to be one. */
static struct text join(struct text text, const struct label *labels, size_t count, char room[HOST_BYTES])
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        if (len + labels[i].len + 1 > HOST_BYTES)
            return (struct text){NULL, 0};
        if (i)
            room[len++] = '.';
        memcpy(room + len, text.at + labels[i].from, labels[i].len);
        len += labels[i].len;
    }
    return (struct text){room, len};
}

/* Hosts that end with the last label, the one itself and those above it. */
static void look_up(struct looking *l, const struct label *labels, size_t count)
{
    char room[HOST_BYTES];

    for (size_t from = 0; from + 1 < count; from++) {
        struct text host = join(l->text->plain, labels + from, count - from, room);
        if (!host.at)
            continue;
        for (size_t i = filter_find_host(l->filter, host); i < l->filter->host_count && text_equal(l->filter->hosts[i].host, host); i++)
            if (wants(l, l->filter->hosts[i].rule))
                l->hits[l->filter->hosts[i].rule] = true;
    }
}

static void look_for_links(struct looking *l)
{
    struct text text = l->text->plain;
    struct label labels[LABELS];
    size_t count = 0, steps = 0;

    if (!l->filter->host_count)
        return;
    for (size_t at = 0; at < text.len;) {
        if (!in_label(text.at[at])) {
            at++;
            continue;
        }
        if (steps++ % LETTERS_A_LOOK == 0 && !in_time(l, l->filter->hosts[0].rule))
            return;
        if (count == LABELS)
            memmove(labels, labels + 1, --count * sizeof *labels);
        struct label *label = &labels[count++];
        *label = (struct label){.from = at};
        while (at < text.len && in_label(text.at[at]))
            at++;
        label->len = at - label->from;
        size_t next = next_label(text, at, &label->joined);
        if (!next || !label->joined)
            look_up(l, labels, count);
        count = next ? count : 0;
        at = next ? next : at;
    }
}

/* ---- patterns ---- */

static void look_for_patterns(struct looking *l)
{
    for (size_t i = 0; i < l->filter->expression_count; i++) {
        const struct filter_expression *e = &l->filter->expressions[i];
        if (!wants(l, e->rule))
            continue;
        if (!in_time(l, e->rule))
            return;
        enum pattern_result result = pattern_find(e->pattern, l->text->plain, l->what->clock, l->until);
        if (result == PATTERN_MISSES)
            result = pattern_find(e->pattern, l->text->squeezed, l->what->clock, l->until);
        if (result == PATTERN_HITS)
            l->hits[e->rule] = true;
        else if (result == PATTERN_SLOW && l->slow == l->filter->rule_count)
            l->slow = e->rule;
    }
}

/* ---- the whole ---- */

static void look_at(struct looking *l, const struct filter_text *text, enum filter_place place)
{
    l->text = text;
    l->place = place;
    if (!text->plain.len)
        return;
    look_for_words(l);
    look_for_links(l);
    look_for_patterns(l);
}

static void look_for_repeats(struct looking *l)
{
    if (!l->what->repeats)
        return;
    for (size_t i = 0; i < l->filter->repeat_count; i++) {
        const struct filter_repeat *repeat = &l->filter->repeats[i];
        if (!l->hits[repeat->rule] && l->what->repeats(l->what->context, repeat->span) >= repeat->times)
            l->hits[repeat->rule] = true;
    }
}

struct filter_verdict filter_look(const struct filter *filter, const struct filter_case *what, bool *hits)
{
    struct looking l = {.filter = filter, .what = what, .hits = hits, .slow = filter->rule_count};
    struct filter_verdict verdict = {.action = FILTER_ACTION_NONE};

    if (!filter->rule_count)
        return verdict;
    memset(hits, 0, filter->rule_count * sizeof *hits);
    l.until = what->clock ? what->clock() + (uint64_t)LIMIT_FILTER_MS * 1000000 : 0;
    look_for_repeats(&l);
    look_at(&l, &what->title, FILTER_TITLE);
    look_at(&l, &what->tags, FILTER_TAGS);
    look_at(&l, &what->body, FILTER_BODY);
    for (size_t i = 0; i < filter->rule_count; i++)
        if (hits[i] && filter->rules[i].action > verdict.action)
            verdict = (struct filter_verdict){.action = filter->rules[i].action, .reason = filter->rules[i].reason, .rule = i};
    if (l.slow < filter->rule_count && verdict.action < FILTER_ACTION_HOLD)
        verdict = (struct filter_verdict){.action = FILTER_ACTION_HOLD, .reason = filter->rules[l.slow].reason, .rule = l.slow, .slow = true};
    return verdict;
}
