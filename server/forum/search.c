/*
 * Searching: handlers search, reindex and index_state (request.h).
 *
 * The index gives posts that have the terms, newest first, as far as the asker may see them; each is looked at again (search_match.h).
 * By date that goes on until the page is full; by relevance a window of the newest is put in order, page by page, then the window below it.
 * Work is bounded: a request looks at so many posts, and its answer says where to go on.
 */
#include "server/forum/search.h"

#include <stdlib.h>

#include "moderation/period.h"
#include "server/forum/audit.h"
#include "server/forum/excerpt.h"
#include "server/forum/find.h"
#include "server/forum/pages.h"
#include "server/forum/search_waiting.h"
#include "server/store/accounts.h"
#include "server/store/search.h"
#include "server/util/fold.h"
#include "server/util/words.h"

enum {
    CHUNK = 500,           /* posts asked of the index at once */
    EXAMINED = 5000,       /* that a request looks at */
    WINDOW = 300,          /* that are put in order by relevance */
    WORD = 64,             /* bytes of a word that count, as in the index (store/tokenizer.c) */
    SCRATCH = 64 * 1024 * 1024,
};

#define TEXT_READ (UINT64_C(16) * 1024 * 1024)  /* bytes of posts that a request looks through */

/* A search under way. */
struct search {
    struct request *r;
    struct search_query query;
    struct search_filter filter;
    uint64_t board;              /* the only one that is asked for, or 0 */
    struct arena *scratch;       /* for one post at a time */
    uint64_t examined, read;     /* posts and bytes so far */
};

/* ---- what is asked of the index ---- */

/* A list of terms, all of which must be there, as it grows. */
struct match {
    struct request *r;
    struct text text;
};

static void match_add(struct match *m, struct text term)
{
    struct text before = m->text;

    m->text = before.len ? arena_format(m->r->arena, "%.*s AND %.*s", (int)before.len, before.at, (int)term.len, term.at) : term;
}

/* The word that begins at `at`; returns where it ends. */
static uint32_t match_word(struct match *m, const struct search_term *term, uint32_t at)
{
    char word[WORD + 4];
    size_t len = 0;

    for (; at < term->count && term->characters[at] != FOLD_BREAK && !fold_is_dense(term->characters[at]); at++)
        if (len < WORD)
            len += fold_write(term->characters[at], word + len);
    match_add(m, search_term((struct text){word, len}, term->prefix && at == term->count, m->r->arena));
    return at;
}

/* The dense characters from `at` on, two by two; one that stands alone alone. */
static uint32_t match_dense(struct match *m, const struct search_term *term, uint32_t at)
{
    const uint32_t from = at;
    char pair[8];

    while (at < term->count && fold_is_dense(term->characters[at]))
        at++;
    for (uint32_t i = from; i + 1 < at || (i == from && i < at); i++) {
        size_t len = fold_write(term->characters[i], pair);
        if (at - from > 1)
            len += fold_write(term->characters[i + 1], pair + len);
        match_add(m, search_term((struct text){pair, len}, false, m->r->arena));
    }
    return at;
}

static void match_term(struct match *m, const struct search_term *term)
{
    uint32_t at = 0;

    while (at < term->count) {
        if (term->characters[at] == FOLD_BREAK)
            at++;
        else if (fold_is_dense(term->characters[at]))
            at = match_dense(m, term, at);
        else
            at = match_word(m, term, at);
    }
}

/* Numbers of the boards that the asker may read, as JSON. */
static struct text readable_boards(struct request *r)
{
    struct query q = store_boards(r->db);
    struct text list = TEXT("[0");
    struct board_row board;

    while (store_board_next(&q, r->arena, &board)) {
        if (policy_may_read(&r->actor, &board.policy) && board.record.kind != BOARD_KIND_BIN)
            list = arena_format(r->arena, "%.*s,%llu", (int)list.len, list.at, (unsigned long long)board.record.id);
    }
    query_end(&q);
    return arena_format(r->arena, "%.*s]", (int)list.len, list.at);
}

static enum status filter_author(struct search *s, struct match *m)
{
    if (s->query.author.at) {
        s->filter.author = find_account(s->r, s->query.author);
        if (!s->filter.author)
            return refuse_field(s->r, STATUS_NOT_FOUND, "author");
        match_add(m, search_term_author(s->filter.author, s->r->arena));
    }
    if (s->query.not_author.at) {
        s->filter.not_author = find_account(s->r, s->query.not_author);
        if (!s->filter.not_author)
            return refuse_field(s->r, STATUS_NOT_FOUND, "author");
    }
    return STATUS_OK;
}

static enum status filter_tag(struct search *s, struct match *m)
{
    if (s->query.tag.at) {
        s->filter.tag = words_tag(s->query.tag, s->r->arena);
        if (!s->filter.tag.at)
            return refuse_field(s->r, STATUS_BAD_FIELD, "tag");
        match_add(m, search_term_tag(s->filter.tag, s->r->arena));
    }
    if (s->query.not_tag.at) {
        s->filter.not_tag = words_tag(s->query.not_tag, s->r->arena);
        if (!s->filter.not_tag.at)
            return refuse_field(s->r, STATUS_BAD_FIELD, "tag");
    }
    return STATUS_OK;
}

/* One board whose posts may be searched. */
static enum status board_of(struct request *r, struct text name, struct board_row *board)
{
    enum status status = find_board(r, name, board);

    if (!status && board->record.kind == BOARD_KIND_BIN)
        return refuse_field(r, STATUS_NOT_FOUND, "board"); /* what was removed is found by nobody */
    return status;
}

static enum status filter_board(struct search *s)
{
    struct board_row board;
    enum status status = STATUS_OK;

    if (s->query.not_board.at) {
        status = board_of(s->r, s->query.not_board, &board);
        s->filter.not_board = board.record.id;
    }
    if (!status && !s->query.board.at) {
        s->filter.boards = readable_boards(s->r);
        return STATUS_OK;
    }
    if (!status)
        status = board_of(s->r, s->query.board, &board);
    if (status)
        return status;
    s->board = board.record.id;
    s->filter.boards = arena_format(s->r->arena, "[%llu]", (unsigned long long)board.record.id);
    return STATUS_OK;
}

/* Between which numbers posts are looked for. */
static void filter_dates(struct search *s)
{
    s->filter.since = s->query.since;
    s->filter.until = s->query.until;
    /* What is posted while somebody turns pages moves nothing on them. */
    s->filter.before = s->query.until < INT64_MAX ? store_search_at(s->r->db, s->query.until) : store_search_state(s->r->db).newest + 1;
    s->filter.from = s->query.since > 0 ? store_search_at(s->r->db, s->query.since) : 1;
    s->filter.count = CHUNK;
}

/* Reads what was typed. Refuses what cannot be searched for; afterwards `scratch` is the caller's to free. */
static enum status search_begin(struct search *s, struct request *r, struct text typed)
{
    struct match match = {.r = r};
    enum status status;

    *s = (struct search){.r = r};
    status = search_query_read(typed, PERIOD_CHINA_MS, r->arena, &s->query);
    if (status == STATUS_TOO_MANY)
        return refuse_limit(r, status, "query", LIMIT_TERMS);
    if (status || !search_query_says(&s->query))
        return refuse_field(r, STATUS_BAD_FIELD, "query");
    for (uint32_t i = 0; i < s->query.term_count; i++)
        if (!s->query.terms[i].without)
            match_term(&match, &s->query.terms[i]);
    status = filter_author(s, &match);
    if (!status)
        status = filter_tag(s, &match);
    if (!status)
        status = filter_board(s);
    if (status)
        return status;
    s->filter.match = match.text; /* absent: every post is looked at, as far as a request goes */
    filter_dates(s);
    s->scratch = arena_new(SCRATCH);
    return s->scratch ? STATUS_OK : refuse(r, STATUS_BUSY);
}

/* ---- looking at what was found ---- */

/* A post's texts folded; only an opening post has its title. */
struct looked_at {
    struct folded title, body;
};

static bool look_at(struct search *s, const struct hit_record *hit, struct text body, struct looked_at *out)
{
    struct text title = hit->floor == 1 ? hit->title : TEXT("");

    arena_reset(s->scratch);
    s->examined++;
    s->read += body.len;
    return search_fold(title, s->scratch, &out->title) && search_fold(body, s->scratch, &out->body) &&
           search_holds(&s->query, &out->title, &out->body);
}

static bool is_spent(const struct search *s)
{
    return s->examined >= EXAMINED || s->read >= TEXT_READ;
}

/* Moves the filter below what it gave. False: there is no more. */
static bool go_below(struct search *s)
{
    s->filter.before = store_search_below(s->r->db, &s->filter);
    s->examined += CHUNK / 10; /* what may not be seen costs a little too */
    return s->filter.before != 0;
}

static void add_hit(struct search *s, struct page *page, struct hit_record *hit, const struct folded *body)
{
    struct folded title;
    struct excerpt excerpt = excerpt_make(&s->query, body, s->r->arena);

    hit->excerpt = excerpt.text;
    hit->marks = excerpt.marks;
    if (search_fold(hit->title, s->r->arena, &title)) {
        excerpt = excerpt_whole(&s->query, &title, s->r->arena);
        hit->title = excerpt.text;
        hit->title_marks = excerpt.marks;
    }
    page_add(page, hit);
}

/* ---- where a page goes on ---- */

/* By date: below a post. By relevance: in the window below `before`, after a score and a post. */
struct place {
    bool by_date;
    uint64_t before, score, post;
};

static bool read_place(struct text after, bool by_date, struct place *place)
{
    uint64_t numbers[] = {by_date, INT64_MAX, UINT64_MAX, UINT64_MAX};

    if (!page_place_read(after, numbers, 4))
        return false;
    *place = (struct place){by_date, numbers[1], numbers[2], numbers[3]};
    return numbers[0] == by_date && place->before > 0 && place->before <= INT64_MAX;
}

static struct text write_place(struct request *r, struct place place)
{
    return page_place_write(r, (const uint64_t[]){place.by_date, place.before, place.score, place.post}, 4);
}

/* ---- by date ---- */

/* Takes the posts that hold what is wanted, newest first, until `take` has enough. Returns the number to go on below, or 0 at the end. */
static uint64_t walk(struct search *s, bool (*take)(void *context, const struct search_row *row, const struct looked_at *texts), void *context)
{
    struct search_row row;
    struct looked_at texts;

    do {
        struct query q = store_search(s->r->db, &s->filter);
        bool enough = false;
        uint64_t last = 0;
        while (!enough && store_search_next(&q, s->r->arena, &row)) {
            last = row.hit.post;
            enough = is_spent(s); /* long texts are to be looked through too */
            if (look_at(s, &row.hit, row.body, &texts))
                enough = take(context, &row, &texts) || enough;
        }
        query_end(&q);
        if (enough)
            return last;
    } while (go_below(s) && !is_spent(s));
    return s->filter.before;
}

struct listing {
    struct search *search;
    struct page *page;
    uint64_t count;
};

static bool take_listed(void *context, const struct search_row *row, const struct looked_at *texts)
{
    struct listing *l = context;
    struct hit_record hit = row->hit;

    add_hit(l->search, l->page, &hit, &texts->body);
    return l->page->records >= l->count;
}

/* ---- by relevance ---- */

struct found {
    struct hit_record hit;
    uint64_t score;
};

struct window {
    struct search *search;
    struct found *found;
    uint32_t count;
    uint64_t newest; /* when the newest found was made */
};

static bool take_scored(void *context, const struct search_row *row, const struct looked_at *texts)
{
    struct window *w = context;
    struct found *found = &w->found[w->count];

    if (w->count++ == 0)
        w->newest = row->hit.created;
    *found = (struct found){.hit = row->hit};
    found->score = search_score(&w->search->query, &texts->title, &texts->body, w->newest > row->hit.created ? w->newest - row->hit.created : 0);
    return w->count == WINDOW;
}

/* The best first, of equal ones the newest. */
static int compare_found(const void *a, const void *b)
{
    const struct found *one = a, *other = b;

    if (one->score != other->score)
        return one->score > other->score ? -1 : 1;
    return one->hit.post > other->hit.post ? -1 : one->hit.post < other->hit.post;
}

static void add_found(struct search *s, struct page *page, struct found *found)
{
    struct query q = store_post(s->r->db, found->hit.post);
    struct folded body;
    struct post_row post;

    arena_reset(s->scratch);
    if (store_post_next(&q, s->r->arena, &post) && search_fold(post.record.body, s->scratch, &body))
        add_hit(s, page, &found->hit, &body);
    query_end(&q);
}

/* Fills the page from the window that `place` names; moves `place`. False: there is no more. */
static bool list_best(struct search *s, struct page *page, struct found *found, uint64_t count, struct place *place)
{
    struct window w = {.search = s, .found = found};
    uint64_t below = walk(s, take_scored, &w);

    qsort(w.found, w.count, sizeof *w.found, compare_found);
    for (uint32_t i = 0; i < w.count; i++) {
        struct found *each = &w.found[i];
        bool said = each->score > place->score || (each->score == place->score && each->hit.post >= place->post);
        if (said)
            continue;
        if (page->records == count)
            return true;
        add_found(s, page, each);
        place->score = each->score;
        place->post = each->hit.post;
    }
    *place = (struct place){false, below, UINT64_MAX, UINT64_MAX};
    return below > 1;
}

/* ---- handlers ---- */

static void part_of_search(struct request *r, struct items list)
{
    part_search(r, &(struct search_reply){.hits = list});
}

enum status handle_search(struct request *r, const struct search_request *in)
{
    uint64_t count = in->count && in->count < LIMIT_PAGE_ITEMS ? in->count : LIMIT_PAGE_ITEMS;
    struct page page = page_begin(r, &shape_hit_record, part_of_search);
    struct search_reply out = {0};
    struct found *found = arena_alloc(r->arena, WINDOW * sizeof *found);
    struct place place;
    struct search s;
    enum status status;

    if (!found)
        return refuse(r, STATUS_BUSY);
    status = search_begin(&s, r, in->query);
    if (status)
        return status;
    if (!read_place(in->after, in->by_date, &place)) {
        arena_free(s.scratch);
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    }
    if (place.before < s.filter.before)
        s.filter.before = place.before;
    else
        place.before = s.filter.before;
    bool more;
    if (in->by_date) {
        place.before = walk(&s, take_listed, &(struct listing){&s, &page, count});
        more = place.before > 1;
    } else {
        more = list_best(&s, &page, found, count, &place);
    }
    if (more)
        out.next = write_place(r, place);
    arena_free(s.scratch);
    if (!in->after.at)
        out.waiting = search_waiting(r, &(struct waiting_wanted){&s.query, &s.filter, s.board});
    out.hits = page_end(&page);
    out.partial = store_search_state(r->db).floor != 0;
    return reply_search(r, &out);
}

struct numbers {
    uint64_t *posts;
    uint32_t room, count;
};

static bool take_number(void *context, const struct search_row *row, const struct looked_at *texts)
{
    struct numbers *n = context;

    (void)texts;
    n->posts[n->count++] = row->hit.post;
    return n->count == n->room;
}

enum status search_newest(struct request *r, struct text query, uint64_t *posts, uint32_t room, uint32_t *count)
{
    struct numbers numbers = {posts, room, 0};
    struct search s;
    enum status status = search_begin(&s, r, query);

    *count = 0;
    if (status)
        return status;
    walk(&s, take_number, &numbers);
    *count = numbers.count;
    arena_free(s.scratch);
    return STATUS_OK;
}

enum status handle_reindex(struct request *r, const struct reindex_request *in)
{
    struct reindex_reply out = {0};
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    (void)in;
    if (status)
        return refuse(r, status);
    store_search_restart(r->db);
    audit_act(r, 0, TEXT(""));
    return reply_reindex(r, &out);
}

enum status handle_index_state(struct request *r, const struct index_state_request *in)
{
    struct search_state state = store_search_state(r->db);
    struct index_state_reply out = {.posts = state.newest, .building = state.floor != 0, .built = (uint64_t)state.built};
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    (void)in;
    if (status)
        return refuse(r, status);
    /* From the newest down: what is left stands below the floor. */
    out.indexed = state.floor ? state.newest + 1 - state.floor : state.newest;
    return reply_index_state(r, &out);
}
