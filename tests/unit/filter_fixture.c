/* See filter_fixture.h. */
#include "tests/unit/filter_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "server/forum/filtering.h"

enum { ARENA = 64 << 20 };

static bool make(struct sieve *sieve, const char *rules, struct filter_fault *fault)
{
    struct filter_file file;

    sieve->arena = arena_new(ARENA);
    sieve->filter = filter_new();
    assert_non_null(sieve->arena);
    assert_non_null(sieve->filter);
    return filtering_read(text_of(rules), sieve->arena, &file, fault) &&
           filtering_add(sieve->filter, TEXT("f"), &file, NULL, true, sieve->arena, fault);
}

void sieve_make(struct sieve *sieve, const char *rules)
{
    struct filter_fault fault;

    if (!make(sieve, rules, &fault))
        fail_msg("%s\nrefused at %d:%d: %s", rules, (int)fault.line, (int)fault.column, filter_words(fault.what, true).at);
}

void sieve_end(struct sieve *sieve)
{
    filter_free(sieve->filter);
    arena_free(sieve->arena);
}

struct filter_fault sieve_fault(const char *rules)
{
    struct filter_fault fault = {FILTER_COMPLAINT_NONE, 0, 0};
    struct sieve sieve;

    if (make(&sieve, rules, &fault))
        fail_msg("accepted: %s", rules);
    sieve_end(&sieve);
    return fault;
}

struct filter_verdict sieve_look_at(struct sieve *sieve, const char *title, const char *tag, const char *body)
{
    struct filter_case what = {
        .title = filtering_text(text_of(title), sieve->arena), .body = filtering_text(text_of(body), sieve->arena),
        .tags = filtering_text(text_of(tag), sieve->arena),
    };
    bool *hits = arena_alloc(sieve->arena, filter_count(sieve->filter) * sizeof *hits);

    assert_non_null(hits);
    return filter_look(sieve->filter, &what, hits);
}

struct filter_verdict sieve_look(struct sieve *sieve, const char *body)
{
    return sieve_look_at(sieve, NULL, NULL, body);
}
