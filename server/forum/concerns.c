/* See concerns.h. */
#include "server/forum/concerns.h"

#include "moderation/period.h"
#include "server/forum/audit.h"
#include "server/forum/find.h"
#include "server/forum/oversight.h"
#include "server/forum/pages.h"
#include "server/forum/queue.h"
#include "server/util/words.h"

enum {
    BOARDS = 1000,
    EXAMINED = 200, /* marks looked at for one page, which may so be shorter than it could */
    CONCERN_BYTES = 4 * (LIMIT_WORDS + LIMIT_HANDLE + LIMIT_SLUG + 2 * LIMIT_NAME + LIMIT_TITLE + LIMIT_EXCERPT) + 128,
};

/* ---- who sees what ---- */

/* What was removed with its thread stands in the bin, and is no concern of anybody's while it is there. */
static bool may_see(struct request *r, const struct board_row *board)
{
    return board->record.kind != BOARD_KIND_BIN && policy_decide(ACT_DIGEST, &r->actor, &(struct subject){.board = &board->policy}) == STATUS_OK;
}

enum status concern_boards_find(struct request *r, struct concern_boards *out)
{
    struct board_row row;
    enum status status = oversight_anywhere(r);

    if (status)
        return refuse(r, status);
    *out = (struct concern_boards){.rows = arena_alloc(r->arena, BOARDS * sizeof(struct board_row *))};
    if (!out->rows)
        return refuse(r, STATUS_BUSY);
    struct query q = store_boards(r->db);
    while (out->count < BOARDS && store_board_next(&q, r->arena, &row)) {
        struct board_row *kept = may_see(r, &row) ? arena_alloc(r->arena, sizeof *kept) : NULL;
        if (!kept)
            continue;
        *kept = row;
        out->rows[out->count++] = kept;
    }
    query_end(&q);
    return STATUS_OK;
}

uint32_t concern_boards_place(const struct concern_boards *boards, uint64_t board)
{
    uint32_t place = 0;

    while (place < boards->count && boards->rows[place]->record.id != board)
        place++;
    return place;
}

/* ---- marking ---- */

/* Whatever was marked can be taken back; only what stands can be marked. */
static enum status check_mark(struct request *r, const struct concern_mark_request *in, struct post_row *post)
{
    struct thread_row thread;
    struct board_row board;
    bool taken_back = in->kind == CONCERN_KIND_NONE;
    enum status status = find_post(r, in->post, post, &thread, &board);

    if (status)
        return status;
    bool stands = post->record.state == POST_STATE_VISIBLE && board.record.kind != BOARD_KIND_BIN;
    status = policy_decide(ACT_CONCERN, &r->actor, &(struct subject){.board = &board.policy, .deleted = !stands && !taken_back});
    if (!status && post->author == r->actor.account)
        status = STATUS_FORBIDDEN;
    return status ? refuse_field(r, status, "post") : STATUS_OK;
}

enum status handle_concern_mark(struct request *r, const struct concern_mark_request *in)
{
    struct concern_mark_reply out = {.topic = TOPIC_NONE};
    struct post_row post;
    enum status status = check_mark(r, in, &post);

    if (status)
        return status;
    if (in->words.len && !words_is_body(in->words))
        return refuse_field(r, STATUS_BAD_FIELD, "words");
    if (in->kind != CONCERN_KIND_NONE)
        store_concern_set(r->db, in->post, in->kind, r->actor.account, r->now, in->words);
    else if (!store_concern_drop(r->db, in->post))
        return refuse_field(r, STATUS_NOT_FOUND, "kind");
    audit_act(r, in->post, enumeration_by_number(&enumeration_concern_kind, in->kind)->name);
    return reply_concern_mark(r, &out);
}

/* ---- the list ---- */

struct concern_record concern_describe(struct request *r, const struct concern_mark *mark, const struct board_row *board)
{
    struct concern_record record = {
        .post = mark->post, .kind = mark->kind, .time = (uint64_t)mark->time, .board_slug = board->record.slug, .board_name = board->record.name,
        .board_name_en = board->record.name_en, .thread = mark->thread, .floor = mark->floor, .excerpt = queue_excerpt(r, mark->post),
    };

    store_concern_whole(r->db, mark->post, r->arena, &record);
    return record;
}

static bool read_place(struct text after, const struct period_span *span, struct concern_mark *place)
{
    uint64_t numbers[] = {(uint64_t)span->to, 0};

    if (!page_place_read(after, numbers, 2))
        return false;
    *place = (struct concern_mark){.time = (int64_t)numbers[0], .post = numbers[1]};
    return numbers[0] <= (uint64_t)span->to && numbers[1] <= INT64_MAX;
}

enum status handle_concerns(struct request *r, const struct concerns_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * CONCERN_BYTES);
    struct concerns_reply out = {.concerns = items_begin(&w)};
    struct concern_mark mark, last;
    struct concern_boards boards;
    struct period_span span;
    uint32_t examined = 0;
    enum status status = concern_boards_find(r, &boards);

    if (status)
        return status;
    if (!period_find(in->period, in->from, r->now, &span))
        return refuse_field(r, STATUS_BAD_FIELD, "from");
    if (!read_place(in->after, &span, &last))
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    struct query q = store_concerns_back(r->db, span.from, last.time, last.post, EXAMINED + 1);
    while (store_concern_next(&q, &mark)) {
        if (out.concerns.count == LIMIT_PAGE_ITEMS || examined++ == EXAMINED) {
            out.next = page_place_write(r, (const uint64_t[]){(uint64_t)last.time, last.post}, 2);
            break;
        }
        last = mark;
        uint32_t place = concern_boards_place(&boards, mark.board);
        if (place == boards.count || (in->kind != CONCERN_KIND_NONE && in->kind != mark.kind))
            continue;
        const struct concern_record record = concern_describe(r, &mark, boards.rows[place]);
        items_add(&w, &out.concerns, &shape_concern_record, &record);
    }
    query_end(&q);
    return reply_concerns(r, &out);
}
