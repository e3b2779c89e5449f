/* See filtering.h. */
#include "server/forum/filtering.h"

#include <sodium.h>
#include <time.h>

#include "server/util/disguise.h"

_Static_assert((int)DISGUISE_GAP_SIGNS == (int)FILTER_GAP_SIGNS && (int)DISGUISE_GAP_SENTENCE == (int)FILTER_GAP_SENTENCE, "the same gaps");

bool filtering_read(struct text text, struct arena *arena, struct filter_file *file, struct filter_fault *fault)
{
    size_t lines = filter_lines(text);

    *file = (struct filter_file){
        .rule_room = lines < LIMIT_FILTER_RULES ? lines : LIMIT_FILTER_RULES, .term_room = lines < LIMIT_FILTER_TERMS ? lines : LIMIT_FILTER_TERMS,
    };
    file->rules = arena_alloc(arena, file->rule_room * sizeof *file->rules);
    file->terms = arena_alloc(arena, file->term_room * sizeof *file->terms);
    if (file->rules && file->terms)
        return filter_parse(text, file, fault);
    *fault = (struct filter_fault){FILTER_COMPLAINT_MEMORY, 0, 0};
    return false;
}

static struct filter_folded fold(const struct filter_term *term, struct arena *arena)
{
    if (term->kind == FILTER_PATTERN)
        return (struct filter_folded){.text = disguise_pattern(term->text, arena)};
    const struct disguised seen = disguise_see(term->text, arena);
    return (struct filter_folded){seen.letters, seen.count, seen.plain};
}

bool filtering_add(struct filter *filter, struct text name, const struct filter_file *file, const uint64_t *ids, bool trial, struct arena *arena,
                   struct filter_fault *fault)
{
    struct filter_folded *folded = arena_alloc(arena, (file->term_count + 1) * sizeof *folded);
    struct filter_source source = {name, file, folded, ids};

    for (size_t i = 0; folded && i < file->term_count; i++)
        folded[i] = fold(&file->terms[i], arena);
    if (folded && !arena_failed(arena))
        return filter_add(filter, &source, trial ? filtering_clock : NULL, fault);
    *fault = (struct filter_fault){FILTER_COMPLAINT_MEMORY, 0, 0};
    return false;
}

struct filter_text filtering_text(struct text text, struct arena *arena)
{
    const struct disguised seen = disguise_see(text, arena);

    return (struct filter_text){seen.letters, seen.gaps, seen.count, seen.plain, seen.squeezed};
}

struct filter_text filtering_tags(struct items tags, struct arena *arena)
{
    char *line = arena_alloc(arena, tags.len + 1);
    struct text tag;
    size_t len = 0;

    if (!line)
        return (struct filter_text){.count = 0};
    while (items_next_text(&tags, &tag)) {
        memcpy(line + len, tag.at, tag.len);
        len += tag.len;
        line[len++] = '\n'; /* a tag takes more bytes than this on the wire */
    }
    return filtering_text((struct text){line, len}, arena);
}

uint64_t filtering_print(const struct filter_text *text)
{
    uint8_t hash[crypto_generichash_BYTES_MIN];
    uint64_t print = 0;

    if (text->count < LIMIT_REPEAT_LETTERS)
        return 0;
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text->letters, text->count * sizeof *text->letters, NULL, 0);
    for (size_t i = 0; i < 8; i++)
        print = print << 8 | hash[i];
    return print & INT64_MAX;
}

uint64_t filtering_clock(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
