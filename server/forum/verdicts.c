/* See verdicts.h. */
#include "server/forum/verdicts.h"

#include "server/forum/indexing.h"
#include "server/forum/moving.h"
#include "server/forum/publication.h"
#include "server/forum/telling.h"
#include "server/store/accounts.h"

/* ---- posts ---- */

static struct text title_of(const struct post_row *post, const struct thread_row *thread)
{
    return post->record.floor == 1 ? thread->record.title : (struct text){NULL, 0};
}

void verdict_take(struct request *r, struct board_row *board, struct thread_row *thread, struct post_row *post, enum post_state state,
                  enum reason reason)
{
    bool visible = post->record.state == POST_STATE_VISIBLE;

    if (visible) {
        indexing_drop(r, thread, post);
        store_revision_keep(r->db, post->record.id, title_of(post, thread));
    }
    post->record.seq = ++thread->head;
    post->record.state = state;
    post->record.reason = reason;
    post->record.body = (struct text){NULL, 0};
    store_post_take(r->db, post->record.id, state, reason, post->record.seq);
    store_thread_told(r->db, thread->record.id, thread->head);
    if (visible)
        publication_withdraw(r, board, thread, post);
    tell_post(r, &post->record, true);
}

void verdict_give_back(struct request *r, struct board_row *board, struct thread_row *thread, struct post_row *post)
{
    post->record.body = verdict_text(r, post);
    post->record.seq = ++thread->head;
    post->record.state = POST_STATE_VISIBLE;
    post->record.reason = REASON_NONE;
    store_post_restore(r->db, post->record.id, post->record.seq);
    store_thread_told(r->db, thread->record.id, thread->head);
    indexing_add(r, thread, post);
    publication_change(r, board, thread, post);
    tell_post(r, &post->record, false);
}

struct text verdict_text(struct request *r, const struct post_row *post)
{
    struct text body = {NULL, 0};
    struct revision_record revision;
    struct query q;

    if (post->record.state == POST_STATE_DELETED)
        return body; /* what its author took back nobody reads */
    if (post->record.state == POST_STATE_VISIBLE) {
        struct post_row present;
        q = store_post(r->db, post->record.id);
        if (store_post_next(&q, r->arena, &present))
            body = arena_text(r->arena, present.record.body);
    } else {
        q = store_revision(r->db, post->record.id, post->record.revision);
        if (store_revision_next(&q, r->arena, &revision))
            body = arena_text(r->arena, store_revision_body(&q));
    }
    query_end(&q);
    return body;
}

struct content verdict_content(const struct post_row *post, const struct thread_row *thread, struct text body)
{
    return (struct content){
        .board = thread->record.board, .thread = thread->record.id, .post = post->record.id, .reply_to = post->record.reply_to,
        .revision = post->record.revision, .title = title_of(post, thread), .body = body,
        .tags = post->record.floor == 1 ? thread->record.tags : (struct items){0},
    };
}

/* ---- threads ---- */

/* Every visible post of the thread leaves the index and the feeds, or comes back to them. */
static void sweep(struct request *r, const struct board_row *board, const struct thread_row *thread, bool back)
{
    struct post_row post;

    for (uint64_t floor = 1; floor <= thread->record.floors; floor = post.record.floor + 1) {
        struct query q = store_posts_from(r->db, thread->record.id, floor, 1);
        bool found = store_post_next(&q, r->arena, &post);
        if (found && back && post.record.state == POST_STATE_VISIBLE)
            indexing_add(r, thread, &post); /* while its text is lent */
        query_end(&q);
        if (!found)
            break;
        if (post.record.state != POST_STATE_VISIBLE)
            continue;
        if (back) {
            publication_change(r, board, thread, &post);
        } else {
            indexing_drop(r, thread, &post);
            publication_withdraw(r, board, thread, &post);
        }
    }
    request_renames(r); /* pages and feeds of everywhere show it */
}

static void make_bin(struct request *r, struct board_row *bin)
{
    const struct enumeration_value *kind = enumeration_by_number(&enumeration_board_kind, BOARD_KIND_BIN);
    struct board_row taken;
    struct board_record board = {
        .slug = kind->name, .name = kind->zh, .name_en = kind->en, .kind = BOARD_KIND_BIN,
        .read = ROLE_MODERATOR, .start = ROLE_ADMINISTRATOR, .reply = ROLE_ADMINISTRATOR, .closed = true, .created = (uint64_t)r->now,
    };

    for (unsigned i = 2; store_board_resolve(r->db, board.slug, r->arena, &taken); i++)
        board.slug = arena_format(r->arena, "bin-%u", i);
    uint64_t id = store_board_insert(r->db, &board);
    request_renames(r);
    if (!store_board_row(r->db, id, r->arena, bin))
        *bin = (struct board_row){0}; /* the store has failed, and what was written is undone */
}

enum status verdict_bin(struct request *r, struct board_row *board, struct thread_row *thread)
{
    struct board_row bin;

    if (thread->record.floors > LIMIT_REMOVED_FLOORS)
        return refuse_limit(r, STATUS_TOO_MANY, "post", LIMIT_REMOVED_FLOORS);
    if (!store_board_of_kind(r->db, BOARD_KIND_BIN, r->arena, &bin))
        make_bin(r, &bin);
    sweep(r, board, thread, false);
    store_thread_origin_set(r->db, thread->record.id, board->record.id);
    moving_thread(r, thread, board, &bin, GONE_REMOVED);
    return STATUS_OK;
}

enum status verdict_unbin(struct request *r, struct board_row *bin, struct thread_row *thread)
{
    struct board_row origin;

    if (!store_board_row(r->db, store_thread_origin(r->db, thread->record.id), r->arena, &origin))
        return refuse_field(r, STATUS_NOT_FOUND, "board");
    moving_thread(r, thread, bin, &origin, GONE_MOVED);
    store_thread_origin_set(r->db, thread->record.id, 0);
    sweep(r, &origin, thread, true);
    return STATUS_OK;
}
