/*
 * Filters: the rules, then a NUL, then a text. Rules that are refused name a line of theirs; others look at the text, whatever it is, without
 * a pattern that was found quick taking for ever. What is made of a text is UTF-8, with a letter for each gap.
 */
#include <stdlib.h>

#include "protocol/wire.h"
#include "server/forum/filtering.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CAP = 1 << 26 };

static void require(bool condition)
{
    if (!condition)
        abort();
}

static void require_text(const struct filter_text *text, size_t bytes)
{
    require(text->count <= bytes);
    require(!text->plain.len || wire_utf8(text->plain.at, text->plain.len, NULL));
    require(!text->squeezed.len || wire_utf8(text->squeezed.at, text->squeezed.len, NULL));
    for (size_t i = 0; i < text->count; i++)
        require(text->gaps[i] <= FILTER_GAP_SENTENCE && text->letters[i] != 0);
}

static void look(struct filter *filter, struct text text, struct arena *arena)
{
    struct filter_case what = {.clock = filtering_clock};
    bool *hits = arena_alloc(arena, filter_count(filter) * sizeof *hits);

    what.title = what.body = filtering_text(text, arena);
    require_text(&what.body, text.len);
    const struct filter_verdict verdict = filter_look(filter, &what, hits);
    require(verdict.action == FILTER_ACTION_NONE || verdict.rule < filter_count(filter));
    require(!verdict.slow || verdict.action >= FILTER_ACTION_HOLD);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, 0, size) : NULL;
    struct text rules = {(const char *)data, end ? (size_t)(end - data) : size}, text;
    struct arena *arena = arena_new(CAP);
    struct filter *filter = filter_new();
    struct filter_fault fault;
    struct filter_file file;

    require(arena && filter);
    text = end ? (struct text){(const char *)end + 1, size - rules.len - 1} : (struct text){"", 0};
    /* The wire gives nothing else. */
    if (wire_utf8(rules.at, rules.len, NULL) && wire_utf8(text.at, text.len, NULL)) {
        bool good = filtering_read(rules, arena, &file, &fault) && filtering_add(filter, TEXT("f"), &file, NULL, true, arena, &fault);
        require(good || (fault.what != FILTER_COMPLAINT_NONE && fault.line <= filter_lines(rules) && !fault.line == !fault.column));
        if (good)
            look(filter, text, arena);
    }
    filter_free(filter);
    arena_free(arena);
    return 0;
}
