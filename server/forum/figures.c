/*
 * Figures of moderation: handler figures (request.h).
 *
 * Moderators see what they decided themselves; administrators also each board's queue and each moderator. To others the message answers as
 * if there were nothing. Straight-line code inside a request's transaction.
 */
#include "moderation/period.h"
#include "moderation/verdict.h"
#include "server/forum/oversight.h"
#include "server/store/accounts.h"
#include "server/store/figures.h"

enum {
    USUAL_DAYS = 30, /* where none are named */
    EXAMINED = 200, /* moderators looked at for one page */
    EDGES = 64,
    MOST_ACTS = 64,      /* values kept apart: more than there are */
    MOST_CAUSES = 64,
    ROW_BYTES = 4 * (LIMIT_SLUG + 3 * LIMIT_NAME + LIMIT_HANDLE) + 256,
    LIST_BYTES = 16 * (MOST_ACTS + MOST_CAUSES + EDGES),
};

/* Sums being put together, and where they go. */
struct gathering {
    struct request *r;
    int64_t day; /* the first that counts */
    uint64_t edges[EDGES];
    size_t edge_count;
    struct wire_writer w;
    struct figures_reply out;
};

/* ---- one row ---- */

/*
 * The wait below which a share of all lies, in hundredths: as if waits were spread evenly between two edges. Longer ones than the last edge
 * count as that.
 */
static uint64_t percentile(const struct gathering *g, const uint64_t *waits, uint64_t total, uint64_t share)
{
    uint64_t wanted = (total * share + 99) / 100, before = 0;

    for (size_t i = 0; i < g->edge_count; before += waits[i++]) {
        if (before + waits[i] < wanted || !waits[i])
            continue;
        uint64_t low = i ? g->edges[i - 1] : 0;
        return low + (g->edges[i] - low) * (wanted - before) / waits[i];
    }
    return total && g->edge_count ? g->edges[g->edge_count - 1] : 0;
}

/* Lists of a row, each encoded where it stays until the row is. */
struct row_lists {
    struct wire_writer acts, causes, waits;
};

static void add_act(struct row_lists *lists, struct figure_record *row, const struct figure_row *sum)
{
    const struct act_count_record count = {.act = (enum decision_act)sum->value, .count = sum->count};

    row->decided += sum->count;
    items_add(&lists->acts, &row->acts, &shape_act_count_record, &count);
}

static void add_cause(struct row_lists *lists, struct figure_record *row, const struct figure_row *sum)
{
    const struct cause_count_record count = {
        .kind = (enum item_kind)(sum->value / FIGURE_KIND), .cause = (enum hold_cause)(sum->value % FIGURE_KIND), .count = sum->count,
    };

    items_add(&lists->causes, &row->causes, &shape_cause_count_record, &count);
}

static void add_waits(const struct gathering *g, struct row_lists *lists, struct figure_record *row, const uint64_t *waits)
{
    for (size_t i = 0; i <= g->edge_count; i++) {
        const struct wait_count_record count = {.upto = i < g->edge_count ? g->edges[i] : 0, .count = waits[i]};
        row->waited += waits[i];
        if (waits[i])
            items_add(&lists->waits, &row->waits, &shape_wait_count_record, &count);
    }
    row->median = percentile(g, waits, row->waited, 50);
    row->late = percentile(g, waits, row->waited, 90);
}

/* Takes all sums of the query, and ends it. */
static void fill(struct gathering *g, struct query q, struct figure_record *row)
{
    struct arena *arena = g->r->arena;
    struct row_lists lists = {arena_writer(arena, LIST_BYTES), arena_writer(arena, LIST_BYTES), arena_writer(arena, LIST_BYTES)};
    uint64_t waits[EDGES + 1] = {0};
    struct figure_row sum;

    row->acts = items_begin(&lists.acts);
    row->causes = items_begin(&lists.causes);
    row->waits = items_begin(&lists.waits);
    while (store_figure_next(&q, &sum)) {
        if (sum.what == FIGURE_ACT && row->acts.count < MOST_ACTS)
            add_act(&lists, row, &sum);
        else if (sum.what == FIGURE_CAUSE && row->causes.count < MOST_CAUSES)
            add_cause(&lists, row, &sum);
        else if (sum.what == FIGURE_WAIT)
            waits[sum.value < g->edge_count ? sum.value : g->edge_count] += sum.count;
        else if (sum.what == FIGURE_CONCERNING && verdict_may_appeal((enum decision_act)sum.value))
            row->appealable += sum.count;
        else if (sum.what == FIGURE_APPEALED)
            row->appealed = sum.count;
        else if (sum.what == FIGURE_OVERTURNED)
            row->overturned = sum.count;
    }
    query_end(&q);
    add_waits(g, &lists, row, waits);
}

static void add(struct gathering *g, const struct figure_record *row)
{
    items_add(&g->w, &g->out.figures, &shape_figure_record, row);
}

/* ---- whose ---- */

static void add_person(struct gathering *g, uint64_t account)
{
    struct figure_record row = {
        .handle = store_handle_of(g->r->db, account, g->r->arena), .name = store_name_of(g->r->db, account, g->r->arena),
    };

    fill(g, store_figures_of_actor(g->r->db, account, g->day), &row);
    if (row.decided || account == g->r->actor.account)
        add(g, &row);
}

static void add_people(struct gathering *g, uint64_t after)
{
    uint64_t examined = 0, actor;

    while ((actor = store_figure_next_actor(g->r->db, after)) != 0) {
        if (g->out.figures.count == LIMIT_PAGE_ITEMS || examined++ == EXAMINED) {
            g->out.next = after;
            return;
        }
        add_person(g, actor);
        after = actor;
    }
}

/* The site's first, as board 0. */
static void add_board(struct gathering *g, const struct board_row *board)
{
    struct figure_record row = {
        .board_slug = board->record.slug, .board_name = board->record.name, .board_name_en = board->record.name_en, .board = board->record.id,
        .waiting = store_items_waiting(g->r->db, board->record.id, LIMIT_QUEUE_COUNTED),
        .oldest = (uint64_t)store_items_oldest(g->r->db, board->record.id),
    };

    fill(g, store_figures_of_board(g->r->db, board->record.id, g->day), &row);
    add(g, &row);
}

static void add_boards(struct gathering *g, uint64_t after)
{
    struct board_row board = {.policy.board = 0};
    bool begun = after == 0;
    uint64_t last = 0;
    struct query q = store_boards(g->r->db);

    if (begun)
        add_board(g, &board);
    while (store_board_next(&q, g->r->arena, &board)) {
        if (g->out.figures.count == LIMIT_PAGE_ITEMS) {
            g->out.next = last;
            break;
        }
        if (begun)
            add_board(g, &board);
        begun = begun || board.record.id == after;
        last = board.record.id;
    }
    query_end(&q);
}

/* ---- the handler ---- */

enum status handle_figures(struct request *r, const struct figures_request *in)
{
    const uint64_t days = in->days ? in->days : USUAL_DAYS;
    struct gathering *g = arena_alloc(r->arena, sizeof *g);
    char room[PERIOD_DATE];
    enum status status = in->of == FIGURES_OF_OWN ? oversight_anywhere(r) : policy_decide(ACT_REVIEW, &r->actor, &(struct subject){0});

    if (status)
        return refuse(r, status == STATUS_TOTP_NEEDED ? status : STATUS_NOT_FOUND);
    if (!g)
        return refuse(r, STATUS_BUSY);
    if (days > LIMIT_FIGURE_DAYS)
        return refuse_limit(r, STATUS_BAD_FIELD, "days", LIMIT_FIGURE_DAYS);
    int64_t first = r->now - ((int64_t)days - 1) * 24 * 3600 * 1000;
    *g = (struct gathering){.r = r, .day = period_day(first), .w = arena_writer(r->arena, (size_t)(LIMIT_PAGE_ITEMS + 1) * (ROW_BYTES + LIST_BYTES))};
    g->out.figures = items_begin(&g->w);
    g->edge_count = store_figure_waits(r->db, g->edges, EDGES);
    g->out.now = (uint64_t)r->now;
    g->out.first = arena_text(r->arena, period_date(first, room));
    if (in->of == FIGURES_OF_OWN)
        add_person(g, r->actor.account);
    else if (in->of == FIGURES_OF_BOARDS)
        add_boards(g, in->after);
    else
        add_people(g, in->after);
    return reply_figures(r, &g->out);
}
