/* See split_form.h. */
#include "server/web/split_form.h"

#include <inttypes.h>
#include <stdlib.h>

#include "server/web/decide_form.h"
#include "server/web/form_page.h"
#include "server/web/pieces.h"

enum { SUMMARY = 60 };

/* ---- floors ---- */

static void take(struct split_floors *out, uint64_t first, uint64_t last)
{
    if (!first || last < first || last - first >= LIMIT_SPLIT_FLOORS - out->count) {
        out->wrong = true;
        return;
    }
    for (uint64_t floor = first; floor <= last; floor++)
        if (!split_floors_have(out, floor))
            out->floor[out->count++] = floor;
}

/* "9" or "3-7". */
static void take_range(struct split_floors *out, struct text written)
{
    const char *dash = memchr(written.at, '-', written.len);
    size_t before = dash ? (size_t)(dash - written.at) : written.len;
    uint64_t first = page_number((struct text){written.at, before});

    take(out, first, dash ? page_number((struct text){dash + 1, written.len - before - 1}) : first);
}

static int compare(const void *a, const void *b)
{
    const uint64_t *one = a, *other = b;

    return *one < *other ? -1 : *one > *other;
}

void split_floors_read(struct page *p, const struct form *form, struct split_floors *out)
{
    struct text list = form_get(form, "floors"), written;
    struct items ranges = list.len ? page_texts(p, list) : (struct items){0};

    *out = (struct split_floors){.count = 0};
    while (!out->wrong && items_next_text(&ranges, &written))
        take_range(out, written);
    for (uint32_t i = 0; !out->wrong && i < form->count; i++)
        if (text_equal(form->fields[i].name, TEXT("floor")))
            take_range(out, form->fields[i].value);
    qsort(out->floor, out->count, sizeof *out->floor, compare);
}

bool split_floors_have(const struct split_floors *floors, uint64_t floor)
{
    for (size_t i = 0; i < floors->count; i++)
        if (floors->floor[i] == floor)
            return true;
    return false;
}

/* The range that begins at `at`; where the next one begins. */
static size_t next_range(const struct split_floors *floors, size_t at, struct floor_range_record *range)
{
    range->first = range->last = floors->floor[at];
    while (++at < floors->count && floors->floor[at] == range->last + 1)
        range->last++;
    return at;
}

struct items split_floors_items(struct page *p, const struct split_floors *floors)
{
    enum { RANGE = 24 };
    struct wire_writer w = arena_writer(p->arena, floors->count * RANGE + RANGE);
    struct items list = items_begin(&w);
    struct floor_range_record range;

    for (size_t at = 0; at < floors->count;) {
        at = next_range(floors, at, &range);
        items_add(&w, &list, &shape_floor_range_record, &range);
    }
    return list.count ? list : (struct items){0};
}

struct text split_floors_text(struct page *p, const struct split_floors *floors)
{
    struct text list = TEXT("");
    struct floor_range_record range;

    for (size_t at = 0; at < floors->count;) {
        const char *comma = at ? "," : "";
        at = next_range(floors, at, &range);
        if (range.last > range.first)
            list = arena_format(p->arena, "%.*s%s%" PRIu64 "-%" PRIu64, (int)list.len, list.at, comma, range.first, range.last);
        else
            list = arena_format(p->arena, "%.*s%s%" PRIu64, (int)list.len, list.at, comma, range.first);
    }
    return list;
}

/* ---- values ---- */

struct object *split_post(struct page *p, struct list *rows, const struct post_record *post)
{
    struct object *row = list_add(rows);

    object_record(row, "post", &shape_post_record, post);
    object_text(row, "author", piece_name(post->author_name, post->author));
    if (post->state == POST_STATE_VISIBLE)
        object_text(row, "summary", markdown_summary(post->body, SUMMARY, p->arena));
    else
        object_text(row, "summary", form_page_words(p, enumeration_by_number(&enumeration_post_state, post->state)));
    return row;
}

void split_why(struct page *p, struct object *o)
{
    decide_reasons(p, o);
    object_text(o, "words", page_typed(p, "words"));
}

enum reason split_reason(const struct page *p)
{
    return (enum reason)form_page_choice(p, "reason", &enumeration_reason, REASON_NONE);
}

struct text split_words(const struct page *p)
{
    struct text typed = page_typed(p, "words");

    return typed.len ? typed : (struct text){NULL, 0};
}

bool split_thread(struct page *p, const struct read_request *in, struct thread_record *thread, struct board_record *board, struct post_record **posts,
                  uint32_t *count, uint64_t *next)
{
    struct read_reply out;

    if (!ask_posts(p, in, &out, posts, count) || !page_record(out.thread, &shape_thread_record, thread) ||
        !page_record(out.board, &shape_board_record, board))
        return false;
    *next = out.next;
    if (!board->may_moderate)
        page_refuse(p, STATUS_NOT_FOUND);
    return board->may_moderate;
}

void split_show(struct page *p, struct object *o, const struct split_shown *shown)
{
    const struct item_link up[] = {
        {page_path(p, "/b/%.*s", (int)shown->board->slug.len, shown->board->slug.at), page_board_name(p, shown->board)},
        {page_path(p, "/t/%" PRIu64, shown->thread->id), shown->thread->title},
    };
    struct text title = words_text(shown->title, p->reader.lang);

    object_text(o, "heading", title);
    object_record(o, "thread", &shape_thread_record, shown->thread);
    object_text(o, "floors", split_floors_text(p, shown->floors));
    object_number(o, "limit_floors", LIMIT_SPLIT_FLOORS);
    page_show(p, &(struct shown){.template = shown->template, .values = o, .title = title, .up = up, .up_count = 2, .unlisted = true});
}
