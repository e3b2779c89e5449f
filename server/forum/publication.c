/* See publication.h. */
#include "server/forum/publication.h"

#include "server/generations.h"
#include "server/store/feeds.h"

enum { WITHDRAWN = 0 }; /* the revision of a withdrawal */

bool publication_is_public(const struct board_row *board)
{
    return board->record.read == ROLE_VISITOR && board->record.feed && board->record.kind != BOARD_KIND_STATION;
}

/* Of an opening post. */
static void log_tags(struct request *r, const struct thread_row *thread, const struct post_row *post, uint64_t revision)
{
    struct items tags = thread->record.tags;
    struct text tag;

    while (items_next_text(&tags, &tag))
        store_feed_add(r->db, (struct feed_log){FEED_KIND_TAG, store_tag(r->db, tag)}, post->record.id, revision);
}

/* The logs that only hold what everybody may read. */
static void log_public(struct request *r, const struct thread_row *thread, const struct post_row *post, uint64_t revision)
{
    store_feed_add(r->db, (struct feed_log){FEED_KIND_SITE, 0}, post->record.id, revision);
    if (post->author)
        store_feed_add(r->db, (struct feed_log){FEED_KIND_AUTHOR, post->author}, post->record.id, revision);
    if (post->record.floor == 1)
        log_tags(r, thread, post, revision);
}

/* What becomes of feeds: they grow, or something that they show is another or goes. */
enum touch_kind { GROWN, CHANGED };

static void touch(struct request *r, enum touch_kind how, enum feed_kind kind, uint64_t ref, struct text name)
{
    uint64_t feed = generations_feed(kind, ref, name);

    request_touch(r, how == GROWN ? generations_growth(feed) : feed);
}

/* The author of the thread too, and its tags: their feeds tell how many answers it has. */
static void touch_all(struct request *r, enum touch_kind how, const struct board_row *board, const struct thread_row *thread,
                      const struct post_row *post)
{
    const struct text none = {NULL, 0};
    struct items tags = thread->record.tags;
    struct text tag;

    touch(r, how, FEED_KIND_SITE, 0, none);
    touch(r, how, FEED_KIND_BOARD, board->record.id, none);
    touch(r, how, FEED_KIND_THREAD, thread->record.id, none);
    touch(r, how, FEED_KIND_AUTHOR, post->author, none);
    touch(r, how, FEED_KIND_AUTHOR, thread->author, none);
    while (items_next_text(&tags, &tag))
        touch(r, how, FEED_KIND_TAG, 0, tag);
}

struct feed_standing publication_standing(const struct board_row *board)
{
    return (struct feed_standing){board->record.id, publication_is_public(board)};
}

static void log_all(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    uint64_t revision = post->record.revision;

    store_feed_add(r->db, (struct feed_log){FEED_KIND_BOARD, board->record.id}, post->record.id, revision);
    store_feed_add(r->db, (struct feed_log){FEED_KIND_THREAD, thread->record.id}, post->record.id, revision);
    if (publication_is_public(board))
        log_public(r, thread, post, revision);
}

void publication_add(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    log_all(r, board, thread, post);
    touch_all(r, GROWN, board, thread, post);
}

void publication_take(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    store_feed_stand(r->db, post->record.id, publication_standing(board));
    publication_add(r, board, thread, post);
}

void publication_change(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    struct feed_standing standing = publication_standing(board);

    /* Once in the logs that everybody reads, it stays there: whether it may be shown is asked when they are read. */
    const struct feed_standing before = store_feed_standing(r->db, post->record.id);
    standing.public = standing.public || before.public;
    if (before.board != standing.board)
        request_renames(r); /* the feeds of its earlier boards show it too */
    store_feed_stand(r->db, post->record.id, standing);
    store_post_updated(r->db, post->record.id, r->now);
    log_all(r, board, thread, post);
    touch_all(r, CHANGED, board, thread, post);
}

void publication_withdraw(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    struct feed_standing standing = store_feed_standing(r->db, post->record.id);

    store_post_updated(r->db, post->record.id, r->now);
    store_feed_add(r->db, (struct feed_log){FEED_KIND_THREAD, thread->record.id}, post->record.id, WITHDRAWN);
    if (standing.board)
        store_feed_add(r->db, (struct feed_log){FEED_KIND_BOARD, standing.board}, post->record.id, WITHDRAWN);
    if (standing.board != board->record.id && post->record.floor == 1)
        store_feed_add(r->db, (struct feed_log){FEED_KIND_BOARD, board->record.id}, post->record.id, WITHDRAWN);
    if (standing.public)
        log_public(r, thread, post, WITHDRAWN);
    touch_all(r, CHANGED, board, thread, post);
    if (standing.board != board->record.id)
        request_renames(r); /* it may stand in the feeds of boards that nobody remembers */
}

void publication_touch(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    touch_all(r, CHANGED, board, thread, post);
    if (store_feed_standing(r->db, post->record.id).board != board->record.id)
        request_renames(r); /* the feeds of its earlier boards show it too */
}

void publication_resettle(struct request *r, const struct board_row *board, const struct thread_row *thread, const struct post_row *post)
{
    const struct feed_standing before = store_feed_standing(r->db, post->record.id);
    struct feed_standing standing = publication_standing(board);
    uint64_t revision = post->record.revision;

    store_feed_add(r->db, (struct feed_log){FEED_KIND_THREAD, thread->record.id}, post->record.id, revision);
    if (before.board != standing.board)
        store_feed_add(r->db, (struct feed_log){FEED_KIND_BOARD, standing.board}, post->record.id, revision);
    if (standing.public && !before.public)
        log_public(r, thread, post, revision);
    else if (standing.public && post->record.floor == 1)
        log_tags(r, thread, post, revision);
    standing.public = standing.public || before.public;
    store_feed_stand(r->db, post->record.id, standing);
}

void publication_move(struct request *r, const struct board_row *to, const struct thread_row *thread)
{
    struct query q = store_posts_from(r->db, thread->record.id, 1, 1);
    struct post_row first;
    bool visible = store_post_next(&q, r->arena, &first) && first.record.state == POST_STATE_VISIBLE;

    query_end(&q);
    if (!visible)
        return;
    struct feed_standing standing = store_feed_standing(r->db, first.record.id);
    store_feed_add(r->db, (struct feed_log){FEED_KIND_BOARD, to->record.id}, first.record.id, first.record.revision);
    if (standing.public || !publication_is_public(to))
        return;
    log_public(r, thread, &first, first.record.revision);
    standing.public = true;
    store_feed_stand(r->db, first.record.id, standing);
}
