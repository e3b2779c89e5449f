/* See queue_items.h. */
#include "server/store/queue_items.h"

#include "server/store/figures.h"

/* ---- items ---- */

uint64_t store_item_insert(struct db *db, const struct item_row *item)
{
    struct query q = db_query(db, SQL_ITEM_INSERT);

    query_int(&q, ":kind", item->kind);
    query_int(&q, ":rank", GRAVITY_MOST - item->gravity);
    query_time(&q, ":created", item->created);
    query_int(&q, ":board", item->board);
    query_int(&q, ":thread", item->thread);
    query_int(&q, ":post", item->post);
    query_blob(&q, ":held", item->held);
    query_int(&q, ":appealed", item->appealed);
    query_int(&q, ":author", item->author);
    query_int(&q, ":barred", item->barred);
    query_int(&q, ":flags", item->flags);
    query_int(&q, ":reason", item->reason);
    query_int(&q, ":cause", item->cause);
    query_run(&q);
    return db_last_id(db);
}

/* The columns of ITEM_COLUMNS (queue_items.def), in order. */
enum item_column {
    ITEM_ID, ITEM_KIND, ITEM_RANK, ITEM_CREATED, ITEM_BOARD, ITEM_THREAD, ITEM_POST, ITEM_HELD, ITEM_APPEALED, ITEM_AUTHOR, ITEM_BARRED,
    ITEM_FLAGS, ITEM_REASON, ITEM_OPEN, ITEM_CLAIMANT, ITEM_LEASE, ITEM_DECISION,
};

bool store_item_next(struct query *q, struct arena *arena, struct item_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct item_row){
        .id = query_int_at(q, ITEM_ID), .kind = (enum item_kind)query_int_at(q, ITEM_KIND),
        .gravity = GRAVITY_MOST - query_int_at(q, ITEM_RANK), .created = (int64_t)query_int_at(q, ITEM_CREATED),
        .board = query_int_at(q, ITEM_BOARD), .thread = query_int_at(q, ITEM_THREAD), .post = query_int_at(q, ITEM_POST),
        .held = query_blob_at(q, ITEM_HELD, arena), .appealed = query_int_at(q, ITEM_APPEALED), .author = query_int_at(q, ITEM_AUTHOR),
        .barred = query_int_at(q, ITEM_BARRED), .flags = query_int_at(q, ITEM_FLAGS), .reason = (enum reason)query_int_at(q, ITEM_REASON),
        .open = query_int_at(q, ITEM_OPEN), .claimant = query_int_at(q, ITEM_CLAIMANT), .lease = (int64_t)query_int_at(q, ITEM_LEASE),
        .decision = query_int_at(q, ITEM_DECISION),
    };
    return true;
}

bool store_item(struct db *db, uint64_t id, struct arena *arena, struct item_row *out)
{
    struct query q = db_query(db, SQL_ITEM_BY_ID);

    query_int(&q, ":id", id);
    bool found = store_item_next(&q, arena, out);
    query_end(&q);
    return found;
}

uint64_t store_item_of_post(struct db *db, uint64_t post)
{
    struct query q = db_query(db, SQL_ITEM_OF_POST);

    query_int(&q, ":post", post);
    return query_only_int(&q);
}

uint64_t store_item_of_held(struct db *db, struct text held)
{
    struct query q = db_query(db, SQL_ITEM_OF_HELD);

    query_blob(&q, ":held", held);
    return query_only_int(&q);
}

void store_item_flagged(struct db *db, uint64_t item, enum gravity gravity)
{
    struct query q = db_query(db, SQL_ITEM_FLAGGED);

    query_int(&q, ":id", item);
    query_int(&q, ":rank", GRAVITY_MOST - gravity);
    query_run(&q);
}

/* By the index that yields the least. */
static enum statement statement_of(const struct item_filter *filter)
{
    return filter->author ? SQL_ITEMS_OF_AUTHOR : filter->rule.at ? SQL_ITEMS_OF_RULE : filter->cause ? SQL_ITEMS_OF_CAUSE
           : filter->kind ? SQL_ITEMS_OF_KIND : SQL_ITEMS_OF_BOARD;
}

struct query store_items(struct db *db, const struct item_filter *filter)
{
    struct query q = db_query(db, statement_of(filter));

    query_int(&q, ":board", filter->board);
    query_int(&q, ":rank", GRAVITY_MOST - filter->gravity);
    query_int(&q, ":after", filter->after);
    query_int(&q, ":self", filter->self);
    query_int(&q, ":unclaimed", filter->unclaimed);
    query_time(&q, ":now", filter->now);
    query_int(&q, ":count", filter->count);
    if (filter->kind)
        query_int(&q, ":kind", *filter->kind);
    query_int(&q, ":cause", filter->cause);
    query_text(&q, ":rule", filter->rule);
    if (filter->author)
        query_int(&q, ":author", filter->author);
    return q;
}

void store_items_moved(struct db *db, uint64_t thread, uint64_t board)
{
    struct query q = db_query(db, SQL_ITEMS_MOVED);

    query_int(&q, ":thread", thread);
    query_int(&q, ":board", board);
    query_run(&q);
}

void store_item_claim(struct db *db, uint64_t item, uint64_t claimant, int64_t lease)
{
    struct query q = db_query(db, SQL_ITEM_CLAIM);

    query_int(&q, ":id", item);
    query_int(&q, ":claimant", claimant);
    query_time(&q, ":lease", lease);
    query_run(&q);
}

void store_item_close(struct db *db, uint64_t item, uint64_t decision)
{
    struct query q = db_query(db, SQL_ITEM_CLOSE);

    query_int(&q, ":id", item);
    query_int(&q, ":decision", decision);
    query_run(&q);
}

/* ---- who gets it, and who proposed what ---- */

void store_item_bar(struct db *db, uint64_t item, uint64_t account)
{
    struct query q = db_query(db, SQL_ITEM_BAR);

    query_int(&q, ":id", item);
    query_int(&q, ":account", account);
    query_run(&q);
}

uint64_t store_item_of_thread(struct db *db, uint64_t thread, uint64_t after)
{
    struct query q = db_query(db, SQL_ITEM_OF_THREAD);

    query_int(&q, ":thread", thread);
    query_int(&q, ":after", after);
    return query_only_int(&q);
}

void store_item_withhold(struct db *db, uint64_t item, uint64_t account)
{
    struct query q = db_query(db, SQL_ITEM_WITHHOLD);

    query_int(&q, ":item", item);
    query_int(&q, ":account", account);
    query_run(&q);
}

void store_item_withheld_none(struct db *db, uint64_t item)
{
    struct query q = db_query(db, SQL_ITEM_WITHHELD_NONE);

    query_int(&q, ":item", item);
    query_run(&q);
}

bool store_item_withheld(struct db *db, uint64_t item, uint64_t account)
{
    struct query q = db_query(db, SQL_ITEM_WITHHELD);

    query_int(&q, ":item", item);
    query_int(&q, ":account", account);
    return query_only_int(&q) != 0;
}

void store_proposal_put(struct db *db, const struct proposal_row *proposal)
{
    struct query q = db_query(db, SQL_PROPOSAL_PUT);

    query_int(&q, ":item", proposal->item);
    query_int(&q, ":account", proposal->account);
    query_int(&q, ":act", proposal->act);
    query_int(&q, ":reason", proposal->reason);
    query_text(&q, ":words", proposal->words);
    query_blob(&q, ":hash", proposal->hash);
    query_time(&q, ":time", proposal->time);
    query_run(&q);
}

bool store_proposal(struct db *db, uint64_t item, struct arena *arena, struct proposal_row *out)
{
    struct query q = db_query(db, SQL_PROPOSAL);

    query_int(&q, ":item", item);
    bool found = query_row(&q);
    if (found)
        *out = (struct proposal_row){
            .item = item, .account = query_int_at(&q, 0), .act = (enum decision_act)query_int_at(&q, 1), .reason = (enum reason)query_int_at(&q, 2),
            .words = query_text_at(&q, 3, arena), .hash = query_blob_at(&q, 4, arena), .time = (int64_t)query_int_at(&q, 5),
        };
    query_end(&q);
    return found;
}

/* ---- decisions ---- */

uint64_t store_decision_insert(struct db *db, const struct decision_row *decision)
{
    struct query q = db_query(db, SQL_DECISION_INSERT);

    query_time(&q, ":time", decision->time);
    query_int(&q, ":actor", decision->actor);
    query_int(&q, ":act", decision->act);
    query_int(&q, ":reason", decision->reason);
    query_text(&q, ":words", decision->words);
    query_int(&q, ":board", decision->board);
    query_int(&q, ":thread", decision->thread);
    query_int(&q, ":post", decision->post);
    query_blob(&q, ":held", decision->held);
    query_text(&q, ":title", decision->title);
    query_int(&q, ":account", decision->account);
    query_int(&q, ":item", decision->item);
    query_blob(&q, ":hash", decision->hash);
    query_int(&q, ":sanction", decision->sanction);
    query_int(&q, ":edited", decision->edited);
    query_int(&q, ":target", decision->target);
    query_int(&q, ":pinned", decision->pinned);
    query_run(&q);
    uint64_t id = db_last_id(db);
    store_figure_decided(db, id);
    return id;
}

uint64_t store_decision_arranged(struct db *db, uint64_t thread, enum decision_act act)
{
    struct query q = db_query(db, SQL_DECISION_ARRANGED);

    query_int(&q, ":thread", thread);
    query_int(&q, ":act", act);
    return query_only_int(&q);
}

void store_decision_placed(struct db *db, const struct decision_row *decision)
{
    struct query q = db_query(db, SQL_DECISION_PLACED);

    query_int(&q, ":id", decision->id);
    query_int(&q, ":thread", decision->thread);
    query_int(&q, ":post", decision->post);
    query_int(&q, ":edited", decision->edited);
    query_run(&q);
}

/* The columns of DECISION_COLUMNS (queue_items.def), in order. */
enum decision_column {
    DECISION_ID, DECISION_TIME, DECISION_ACTOR, DECISION_ACT, DECISION_REASON, DECISION_WORDS, DECISION_BOARD, DECISION_THREAD, DECISION_POST,
    DECISION_HELD, DECISION_TITLE, DECISION_ACCOUNT, DECISION_ITEM, DECISION_HASH, DECISION_SANCTION, DECISION_EDITED, DECISION_TARGET,
    DECISION_PINNED, DECISION_APPEAL,
};

bool store_decision_next(struct query *q, struct arena *arena, struct decision_row *out)
{
    if (!query_row(q))
        return false;
    *out = (struct decision_row){
        .id = query_int_at(q, DECISION_ID), .time = (int64_t)query_int_at(q, DECISION_TIME), .actor = query_int_at(q, DECISION_ACTOR),
        .act = (enum decision_act)query_int_at(q, DECISION_ACT), .reason = (enum reason)query_int_at(q, DECISION_REASON),
        .words = query_text_at(q, DECISION_WORDS, arena), .board = query_int_at(q, DECISION_BOARD), .thread = query_int_at(q, DECISION_THREAD),
        .post = query_int_at(q, DECISION_POST), .held = query_blob_at(q, DECISION_HELD, arena), .title = query_text_at(q, DECISION_TITLE, arena),
        .account = query_int_at(q, DECISION_ACCOUNT), .item = query_int_at(q, DECISION_ITEM), .hash = query_blob_at(q, DECISION_HASH, arena),
        .sanction = query_int_at(q, DECISION_SANCTION), .edited = query_int_at(q, DECISION_EDITED),
        .target = query_int_at(q, DECISION_TARGET), .pinned = query_int_at(q, DECISION_PINNED),
        .appeal = (enum appeal_state)query_int_at(q, DECISION_APPEAL),
    };
    return true;
}

bool store_decision(struct db *db, uint64_t id, struct arena *arena, struct decision_row *out)
{
    struct query q = db_query(db, SQL_DECISION_BY_ID);

    query_int(&q, ":id", id);
    bool found = store_decision_next(&q, arena, out);
    query_end(&q);
    return found;
}

struct query store_decisions(struct db *db, uint64_t account, uint64_t before, uint64_t count)
{
    struct query q = db_query(db, SQL_DECISIONS_OF_ACCOUNT);

    query_int(&q, ":account", account);
    query_int(&q, ":before", before);
    query_int(&q, ":count", count);
    return q;
}

void store_decision_appealed(struct db *db, uint64_t decision, enum appeal_state state)
{
    struct query q = db_query(db, SQL_DECISION_APPEALED);

    query_int(&q, ":id", decision);
    query_int(&q, ":appeal", state);
    query_run(&q);
    if (state == APPEAL_STATE_WAITING)
        store_figure_appealed(db, decision, FIGURE_APPEALED);
    else if (state == APPEAL_STATE_OVERTURNED)
        store_figure_appealed(db, decision, FIGURE_OVERTURNED);
}
