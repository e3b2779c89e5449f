/*
 * Export: handlers export_begin and export (request.h), for administrators.
 *
 * Sections in the order in which an import must come, each paged by key. It holds what is public or the members'
 * own: no password, no second factor, no session, no text of a deleted post. An account with more than
 * EXPORT_GRANTS roles takes several rows, each with some of them.
 *
 * Members' drafts are among it, so that each export is on record: pages are read on reader threads, which write nothing, and want the
 * number of an entry that export_begin left in the audit log.
 */
#include "server/forum/audit.h"
#include "server/forum/pages.h"
#include "server/request.h"
#include "server/store/accounts.h"
#include "server/store/audit.h"
#include "server/store/transfer.h"

enum {
    EXPORT_GRANTS = 20,
    GRANT_ROOM = 4 * LIMIT_NAME + 64, /* bytes of an encoded role */
    STEPS = 2,
};

/* A step reads one table; its rows are one member of export_row. */
struct step {
    enum transfer table;
    const char *member; /* NULL: there is no such step */
};

static const struct step sections[][STEPS] = {
    [EXPORT_SECTION_BOARDS] = {{TRANSFER_BOARDS, "board"}},
    [EXPORT_SECTION_ACCOUNTS] = {{TRANSFER_ACCOUNTS, "account"}},
    [EXPORT_SECTION_THREADS] = {{TRANSFER_THREADS, "thread"}},
    [EXPORT_SECTION_POSTS] = {{TRANSFER_POSTS, "post"}, {TRANSFER_STUBS, "post"}},
    [EXPORT_SECTION_REVISIONS] = {{TRANSFER_REVISIONS, "revision"}},
    [EXPORT_SECTION_DRAFTS] = {{TRANSFER_DRAFTS, "draft"}},
    [EXPORT_SECTION_MARKS] = {{TRANSFER_MARKS, "mark"}, {TRANSFER_BASELINES, "mark"}},
    [EXPORT_SECTION_WATCHES] = {{TRANSFER_WATCHES, "watch"}},
    [EXPORT_SECTION_NOTICES] = {{TRANSFER_NOTICES, "notice"}},
};

/* Where a page goes on: a step of the section, and a key in its table. On the wire four numbers. */
struct place {
    uint64_t step;
    struct transfer_key key;
};

static bool read_place(struct text after, struct place *place)
{
    uint64_t numbers[] = {0, 0, 0, 0};

    if (!page_place_read(after, numbers, 4))
        return false;
    *place = (struct place){numbers[0], {numbers[1], numbers[2], numbers[3]}};
    return place->step < STEPS;
}

static struct text write_place(struct request *r, const struct place *place)
{
    return page_place_write(r, (const uint64_t[]){place->step, place->key.a, place->key.b, place->key.c}, 4);
}

static struct items encode_grants(struct request *r, const struct grant_row *rows, size_t count)
{
    struct wire_writer w = arena_writer(r->arena, count * GRANT_ROOM);
    struct items list = items_begin(&w);

    for (size_t i = 0; i < count; i++) {
        struct grant_record grant = {.role = rows[i].role, .scope = rows[i].scope, .since = (uint64_t)rows[i].since};
        if (rows[i].scope == SCOPE_BOARD) {
            grant.board = rows[i].ref;
            grant.board_slug = rows[i].name;
        } else if (rows[i].scope == SCOPE_UNIT) {
            grant.unit = rows[i].name;
        }
        items_add(&w, &list, &shape_grant_record, &grant);
    }
    return list;
}

/* The account in full, in as many rows as its roles take. */
static void add_account(struct request *r, struct page *page, uint64_t id)
{
    struct account_row row;
    struct grant_row *grants;

    if (!store_account_row(r->db, id, r->arena, &row))
        return;
    size_t count = store_grants(r->db, id, r->arena, &grants), at = 0;
    struct account_record account = {
        .id = row.id,
        .handle = row.handle,
        .name = row.name,
        .role = row.role,
        .created = (uint64_t)row.created,
        .state = row.state,
        .unit = row.unit,
        .lang = row.lang,
        .zone = row.zone,
    };
    do {
        size_t some = count - at < EXPORT_GRANTS ? count - at : EXPORT_GRANTS;
        account.grants = encode_grants(r, grants + at, some);
        page_add_member(page, "account", &account);
        at += some;
    } while (at < count);
}

/* Adds rows of one step until it or the page ends; moves the key. */
static void add_rows(struct request *r, struct page *page, const struct step *step, struct transfer_key *key)
{
    struct query q = store_transfer(r->db, step->table, *key, LIMIT_PAGE_ITEMS);
    struct transfer_row row;

    while (!page_full(page) && store_transfer_next(&q, step->table, r->arena, &row)) {
        if (step->table == TRANSFER_ACCOUNTS)
            add_account(r, page, row.record.account.id);
        else
            page_add_member(page, step->member, &row.record);
        *key = row.key;
    }
    query_end(&q);
}

static void part_of_export(struct request *r, struct items list)
{
    part_export(r, &(struct export_reply){.rows = list});
}

enum status handle_export_begin(struct request *r, const struct export_begin_request *in)
{
    struct export_begin_reply out = {0};
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    (void)in;
    if (status)
        return refuse(r, status);
    out.entry = audit_act(r, 0, TEXT(""));
    return reply_export_begin(r, &out);
}

/* Whether this export is on record, by who asks. */
static enum status check_entry(struct request *r, uint64_t number)
{
    struct query q = store_audit_from(r->db, number, 1);
    struct audit_record entry;
    bool found = store_audit_next(&q, r->arena, &entry);

    query_end(&q);
    if (!found || entry.id != number || entry.actor != r->actor.account || !text_equal(entry.act, text_of(messages[INDEX_EXPORT_BEGIN].name)))
        return refuse_field(r, STATUS_BAD_FIELD, "entry");
    return r->now - (int64_t)entry.time > LIMIT_EXPORT_MS ? refuse_limit(r, STATUS_TOO_LATE, "entry", LIMIT_EXPORT_MS) : STATUS_OK;
}

enum status handle_export(struct request *r, const struct export_request *in)
{
    struct page page = page_begin(r, &shape_export_row_record, part_of_export);
    struct export_reply out = {0};
    const struct step *steps = sections[in->section];
    struct place place;
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    if (status)
        return refuse(r, status);
    if (!steps[0].member)
        return refuse_field(r, STATUS_BAD_FIELD, "section");
    status = check_entry(r, in->entry);
    if (status)
        return status;
    if (!read_place(in->after, &place))
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    while (place.step < STEPS && steps[place.step].member) {
        add_rows(r, &page, &steps[place.step], &place.key);
        if (page_full(&page)) {
            out.next = write_place(r, &place);
            break;
        }
        place = (struct place){.step = place.step + 1};
    }
    out.rows = page_end(&page);
    return reply_export(r, &out);
}
