/* See digest.h. */
#include "server/forum/digest.h"

#include <stdlib.h>

#include "server/forum/pages.h"

/* ---- gathering ---- */

static int compare_numbers(uint64_t one, uint64_t other)
{
    return one < other ? -1 : one > other;
}

/* `board` is here the board's place in the list of boards. */
static int compare_marks(const void *a, const void *b)
{
    const struct concern_mark *one = a, *other = b;
    int order = compare_numbers(one->kind, other->kind);

    if (!order)
        order = compare_numbers(one->board, other->board);
    if (!order)
        order = compare_numbers(one->thread, other->thread);
    return order ? order : compare_numbers(one->floor, other->floor);
}

/* Those of a span that may be seen, in their order. */
static size_t collect(struct request *r, const struct concern_boards *boards, const struct period_span *span, struct concern_mark *marks)
{
    struct query q = store_concerns(r->db, span->from, span->to, LIMIT_DIGEST_MARKS);
    struct concern_mark mark;
    size_t count = 0;

    while (count < LIMIT_DIGEST_MARKS && store_concern_next(&q, &mark)) {
        mark.board = concern_boards_place(boards, mark.board);
        if (mark.board < boards->count && mark.kind >= CONCERN_KIND_CADRE && (uint64_t)mark.kind <= DIGEST_KINDS)
            marks[count++] = mark;
    }
    query_end(&q);
    qsort(marks, count, sizeof *marks, compare_marks);
    return count;
}

static bool is_new_thread(const struct concern_mark *marks, size_t i)
{
    return i == 0 || marks[i].thread != marks[i - 1].thread || marks[i].kind != marks[i - 1].kind;
}

enum status digest_gather(struct request *r, const struct concern_boards *boards, enum period period, const struct period_span *span,
                          struct digest *out)
{
    const struct period_span before = period_before(period, span);
    struct concern_mark *marks = out->marks ? out->marks : arena_alloc(r->arena, LIMIT_DIGEST_MARKS * sizeof *marks);

    if (!marks)
        return refuse(r, STATUS_BUSY);
    *out = (struct digest){.boards = boards, .marks = marks};
    for (uint32_t i = 0; i < DIGEST_KINDS; i++)
        out->sums[i].kind = (enum concern_kind)(i + 1);
    size_t count = collect(r, boards, &before, marks);
    for (size_t i = 0; i < count; i++) {
        struct concern_sum_record *sum = &out->sums[marks[i].kind - 1];
        sum->posts_before++;
        sum->threads_before += is_new_thread(marks, i);
    }
    out->count = collect(r, boards, span, marks);
    for (size_t i = 0; i < out->count; i++) {
        struct concern_sum_record *sum = &out->sums[marks[i].kind - 1];
        sum->posts++;
        sum->threads += is_new_thread(marks, i);
    }
    return STATUS_OK;
}

/* ---- the answer ---- */

enum { SUM_BYTES = 64 }; /* that one takes on the wire, at most */

static void part_of_digest(struct request *r, struct items list)
{
    part_digest(r, &(struct digest_reply){.concerns = list});
}

/* Numbers of posts at which the period before, the period, and what comes after it begin. */
struct borders {
    uint64_t before, from, to;
};

static struct borders find_borders(struct request *r, enum period period, const struct period_span *span)
{
    return (struct borders){
        store_post_since(r->db, period_before(period, span).from), store_post_since(r->db, span->from), store_post_since(r->db, span->to),
    };
}

static void add_activity(struct request *r, const struct borders *borders, struct concern_record *record)
{
    uint64_t people;

    store_thread_activity(r->db, record->thread, borders->before, borders->from, LIMIT_DIGEST_REPLIES, &record->replies_before, &people);
    store_thread_activity(r->db, record->thread, borders->from, borders->to, LIMIT_DIGEST_REPLIES, &record->replies, &record->participants);
}

static struct items list_marks(struct request *r, const struct digest *d, const struct borders *borders)
{
    struct page page = page_begin(r, &shape_concern_record, part_of_digest);
    struct concern_record figures = {.thread = 0};

    for (size_t i = 0; i < d->count && i < LIMIT_DIGEST; i++) {
        struct concern_record record = concern_describe(r, &d->marks[i], d->boards->rows[d->marks[i].board]);
        if (record.thread != figures.thread) {
            figures.thread = record.thread;
            add_activity(r, borders, &figures);
        }
        record.replies = figures.replies;
        record.participants = figures.participants;
        record.replies_before = figures.replies_before;
        page_add(&page, &record);
    }
    return page_end(&page);
}

static struct text date(struct request *r, int64_t time)
{
    char room[PERIOD_DATE];

    return arena_text(r->arena, period_date(time, room));
}

enum status handle_digest(struct request *r, const struct digest_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)DIGEST_KINDS * SUM_BYTES);
    struct digest_reply out = {.sums = items_begin(&w)};
    struct concern_boards boards;
    struct period_span span;
    struct digest d = {.marks = NULL};
    enum status status = concern_boards_find(r, &boards);

    if (status)
        return status;
    if (in->period == PERIOD_ALL)
        return refuse_field(r, STATUS_BAD_FIELD, "period");
    if (!period_find(in->period, in->from, r->now, &span))
        return refuse_field(r, STATUS_BAD_FIELD, "from");
    status = digest_gather(r, &boards, in->period, &span, &d);
    if (status)
        return status;
    for (uint32_t i = 0; i < DIGEST_KINDS; i++)
        items_add(&w, &out.sums, &shape_concern_sum_record, &d.sums[i]);
    const struct borders borders = find_borders(r, in->period, &span);
    out.concerns = list_marks(r, &d, &borders);
    out.first = date(r, span.from);
    out.last = date(r, span.to - 1);
    out.before = date(r, period_before(in->period, &span).from);
    if (span.to <= r->now)
        out.next = date(r, span.to);
    out.left_out = d.count > LIMIT_DIGEST ? d.count - LIMIT_DIGEST : 0;
    return reply_digest(r, &out);
}
