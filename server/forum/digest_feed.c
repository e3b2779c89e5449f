/* See digest_feed.h. */
#include "server/forum/digest_feed.h"

#include <ctype.h>
#include <stdio.h>

#include "server/forum/digest.h"
#include "server/forum/oversight.h"

enum {
    PERIODS = 12, /* entries of the feed */
    POSTS = 100,  /* listed in one; the page that it leads to has more */
    POST_BYTES = 8 * (LIMIT_TITLE + LIMIT_EXCERPT + LIMIT_WORDS + LIMIT_NAME) + 128, /* every character escaped */
};

enum status digest_feed_find(struct request *r, struct text name, struct feed_source *out)
{
    const struct enumeration_value *period = enumeration_by_name(&enumeration_period, name.len ? name : TEXT("week"));

    if (!period || period->number == PERIOD_ALL)
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    if (!out->keyed || oversight_anywhere(r) != STATUS_OK)
        return refuse_field(r, STATUS_NOT_FOUND, "name");
    out->feed.name = period->name;
    out->feed.title = period->zh;
    out->feed.title_en = period->en;
    return STATUS_OK;
}

/* ---- an entry's text ---- */

/* Markdown being written; what finds no room is left out. */
struct prose {
    char *at;
    size_t len, room;
};

static void put(struct prose *prose, struct text text)
{
    if (text.len > prose->room - prose->len)
        return;
    if (text.len)
        memcpy(prose->at + prose->len, text.at, text.len);
    prose->len += text.len;
}

/* What people wrote, as it is: no sign of it means anything, and it stays on its line. */
static void put_plain(struct prose *prose, struct text text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x80 && ispunct(c))
            put(prose, TEXT("\\"));
        put(prose, c < ' ' ? TEXT(" ") : (struct text){text.at + i, 1});
    }
}

static void put_link(struct prose *prose, struct text words, const char *path, uint64_t number)
{
    char room[64];
    int len = snprintf(room, sizeof room, "](/%s/%llu)", path, (unsigned long long)number);

    put(prose, TEXT("["));
    put_plain(prose, words);
    put(prose, (struct text){room, (size_t)len});
}

static void put_head(struct prose *prose, const char *mark, struct text words)
{
    put(prose, text_of(mark));
    put_plain(prose, words);
    put(prose, TEXT("\n\n"));
}

/* A post in its thread's list, with heads before it where another kind of work or another board begins. */
static void put_post(struct request *r, struct prose *prose, const struct concern_record *before, const struct concern_record *c)
{
    const struct enumeration_value *kind = enumeration_by_number(&enumeration_concern_kind, c->kind);
    bool english = r->lang == LANG_EN, work = before->kind != c->kind, board = work || !text_equal(before->board_slug, c->board_slug);

    if (work)
        put_head(prose, "\n## ", english ? kind->en : kind->zh);
    if (board)
        put_head(prose, "\n### ", english && c->board_name_en.len ? c->board_name_en : c->board_name);
    if (board || before->thread != c->thread) {
        put(prose, TEXT("\n- "));
        put_link(prose, c->title, "t", c->thread);
        put(prose, TEXT("\n"));
    }
    put(prose, TEXT("  - "));
    put_link(prose, c->excerpt, "p", c->post);
    if (c->words.len) {
        put(prose, TEXT(" *"));
        put_plain(prose, c->words);
        put(prose, TEXT("*"));
    }
    put(prose, TEXT("\n"));
}

/* Into a room for POSTS posts, which is the next text's too. */
static struct text write_text(struct request *r, const struct digest *d, char *room)
{
    size_t count = d->count < POSTS ? d->count : POSTS;
    struct prose prose = {.at = room, .room = (size_t)POSTS * POST_BYTES};
    struct concern_record before = {.kind = CONCERN_KIND_NONE};

    for (size_t i = 0; i < count; i++) {
        const struct concern_record record = concern_describe(r, &d->marks[i], d->boards->rows[d->marks[i].board]);
        put_post(r, &prose, &before, &record);
        before = record;
    }
    return (struct text){prose.at, prose.len};
}

/* ---- the feed ---- */

/* Its number is that of its first day; its time the moment at which it was over, so that it never changes. */
static struct feed_entry_record entry_of(struct request *r, const struct period_span *span, const struct digest *d, char *room)
{
    char first[PERIOD_DATE], last[PERIOD_DATE];

    (void)period_date(span->from, first);
    (void)period_date(span->to - 1, last);
    return (struct feed_entry_record){
        .post = (uint64_t)period_day(span->from), .floor = 1, .published = (uint64_t)span->to, .updated = (uint64_t)span->to,
        .title = arena_format(r->arena, "%s – %s", first, last), .body = write_text(r, d, room),
    };
}

enum status digest_feed_add(struct request *r, const struct feed_source *source, struct page *page, uint64_t *updated)
{
    enum period period = (enum period)enumeration_by_name(&enumeration_period, source->feed.name)->number;
    struct period_span span = period_at(period, r->now);
    struct concern_boards boards;
    struct digest d = {.marks = NULL};
    char *room = arena_alloc(r->arena, (size_t)POSTS * POST_BYTES);
    enum status status = room ? concern_boards_find(r, &boards) : refuse(r, STATUS_BUSY);
    uint64_t bytes = 0;

    for (unsigned i = 0; !status && i < PERIODS && span.from; i++) {
        span = period_before(period, &span);
        status = digest_gather(r, &boards, period, &span, &d);
        if (status || !d.count)
            continue;
        struct feed_entry_record entry = entry_of(r, &span, &d, room);
        entry.left_out = bytes && bytes + entry.body.len > LIMIT_FEED_BYTES;
        if (entry.left_out)
            entry.body = (struct text){NULL, 0};
        bytes += entry.body.len;
        page_add(page, &entry);
        if (entry.updated > *updated)
            *updated = entry.updated;
    }
    return status;
}
