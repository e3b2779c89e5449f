/*
 * Import: handler import (request.h), for administrators.
 *
 * Into an installation in which nobody has posted but imports: the number of the newest post that an import
 * stored is kept, and as soon as there is a newer one the door is closed (CONFLICT). Numbers, floors, sequences
 * and times stay as they were; counts, heads and read marks follow. The first batch, if it begins with boards,
 * replaces the boards that the installation was born with. Accounts meet by handle: one that exists here already
 * keeps its password and its sessions, and takes the number and the roles of the imported one as well.
 *
 * A batch is stored whole or not at all. A row that cannot be stored refuses it with the field `rows`, and its place in
 * the batch, from 1, as the limit.
 */
#include <stddef.h>

#include "server/forum/audit.h"
#include "server/forum/drafts.h"
#include "server/forum/guests.h"
#include "server/forum/indexing.h"
#include "server/forum/publication.h"
#include "server/request.h"
#include "server/store/accounts.h"
#include "server/store/boards.h"
#include "server/store/drafts.h"
#include "server/store/moved.h"
#include "server/store/reading.h"
#include "server/store/transfer.h"
#include "server/util/words.h"

/* Whether a number can be one of ours. */
static bool is_number(uint64_t number)
{
    return number > 0 && number < INT64_MAX;
}

/* The account with this handle, or 0. */
static uint64_t account_of(struct request *r, struct text handle)
{
    struct text normalized = words_handle(handle, r->arena);

    if (!handle.at || !normalized.at)
        return 0;
    return store_account_by_handle(r->db, words_handle_key(normalized, r->arena));
}

/* ---- boards ---- */

static enum status import_board(struct request *r, const void *in)
{
    const struct board_record *board = in;
    struct access_change access = {.kind = ACCESS_BOARD, .id = board->id};
    struct board_row row;

    if (!is_number(board->id) || !words_is_slug(board->slug) || !words_is_line(board->name))
        return STATUS_BAD_FIELD;
    if (store_board_resolve(r->db, board->slug, r->arena, &row) && row.record.id != board->id)
        return STATUS_EXISTS;
    if (!store_board_row(r->db, board->id, r->arena, &row))
        store_board_insert(r->db, board);
    else
        store_board_update(r->db, board);
    if (!store_board_row(r->db, board->id, r->arena, &row))
        return STATUS_BAD_FIELD;
    access.board = row.policy;
    request_access(r, &access);
    return STATUS_OK;
}

/* ---- accounts ---- */

/* Gives an account another number. Loops forget who its connections are; the one that asks is told at the end. */
static void renumber(struct request *r, uint64_t from, uint64_t to)
{
    store_account_renumber(r->db, from, to);
    if (r->actor.account == from)
        r->actor.account = to;
    request_access(r, &(struct access_change){.kind = ACCESS_SESSION, .account = from});
}

static enum status import_grants(struct request *r, uint64_t account, struct items grants)
{
    struct grant_record grant;
    struct board_row board;

    while (items_next(&grants, &shape_grant_record, &grant)) {
        struct grant_row row = {.role = grant.role, .scope = grant.scope, .since = (int64_t)grant.since};
        if (grant.since > INT64_MAX)
            return STATUS_BAD_FIELD;
        if (grant.scope == SCOPE_BOARD) {
            if (!store_board_resolve(r->db, grant.board_slug, r->arena, &board))
                return STATUS_NOT_FOUND;
            row.ref = board.record.id;
        } else if (grant.scope == SCOPE_UNIT) {
            if (!words_is_line(grant.unit))
                return STATUS_BAD_FIELD;
            row.ref = store_unit(r->db, grant.unit);
        }
        /* One that is held already is taken over with its date. */
        bool held = store_grant_drop(r->db, account, &row);
        if (!store_grant_add(r->db, account, &row) && !held)
            return STATUS_BAD_FIELD;
    }
    store_account_settle(r->db, account, r->now, r->site->totp_grace_ms);
    return STATUS_OK;
}

/* Tells the loops what somebody has become who was here before. */
static enum status tell_account(struct request *r, uint64_t account)
{
    struct access_change changed = {.kind = ACCESS_ACCOUNT, .account = account};

    if (!store_actor_of(r->db, account, r->arena, r->now, &changed.actor))
        return STATUS_INTERNAL;
    request_access(r, &changed);
    if (account == r->actor.account) {
        struct actor *self = arena_alloc(r->arena, sizeof *self);
        if (!self)
            return STATUS_INTERNAL;
        *self = changed.actor;
        self->session = r->session;
        r->becomes = self;
    }
    return STATUS_OK;
}

static enum status import_account(struct request *r, const void *in)
{
    const struct account_record *account = in;
    struct text handle = words_handle(account->handle, r->arena);
    struct account_row row = {
        .id = account->id,
        .handle = handle,
        .name = account->name,
        .zone = account->zone.len ? account->zone : TEXT("Asia/Shanghai"),
        .lang = account->lang,
        .state = account->state,
        .created = (int64_t)account->created,
    };
    struct account_row other;
    enum status status;

    if (!is_number(account->id) || !handle.at || !words_is_line(account->name) || account->created > INT64_MAX ||
        (account->unit.len && !words_is_line(account->unit)))
        return STATUS_BAD_FIELD;
    if (account->unit.len)
        row.unit_id = store_unit(r->db, account->unit);
    uint64_t present = account_of(r, handle);
    if (present != account->id && store_account_row(r->db, account->id, r->arena, &other))
        renumber(r, account->id, store_account_free(r->db));
    present = account_of(r, handle);
    if (!present) {
        store_account_insert(r->db, &row, words_handle_key(handle, r->arena), (struct text){NULL, 0});
        return import_grants(r, account->id, account->grants);
    }
    if (present != account->id)
        renumber(r, present, account->id);
    /* Whoever imports must be able to go on. */
    if (account->id == r->actor.account)
        row.state = ACCOUNT_STATE_ACTIVE;
    store_account_update(r->db, &row);
    store_import_created(r->db, account->id, account->created);
    status = import_grants(r, account->id, account->grants);
    return status ? status : tell_account(r, account->id);
}

/* ---- threads, posts, revisions ---- */

static bool are_tags(struct request *r, struct items tags)
{
    struct text tag;

    while (items_next_text(&tags, &tag))
        if (!text_equal(words_tag(tag, r->arena), tag))
            return false;
    return true;
}

/* Whether somebody without an account wrote it, whose name nobody takes for a member's. */
static bool is_guest(struct text handle, struct text name)
{
    return !handle.at && guest_is_name(name);
}

static enum status import_thread(struct request *r, const void *in)
{
    const struct thread_record *thread = in;
    uint64_t author = account_of(r, thread->author);
    struct board_row board;
    struct thread_row row;

    if (!is_number(thread->id) || !is_number(thread->seq) || thread->into > INT64_MAX || !words_is_line(thread->title) || !are_tags(r, thread->tags))
        return STATUS_BAD_FIELD;
    if (!(author || is_guest(thread->author, thread->author_name)) || !store_board_row(r->db, thread->board, r->arena, &board))
        return STATUS_NOT_FOUND;
    if (store_thread_row(r->db, thread->id, r->arena, &row))
        return STATUS_EXISTS;
    store_import_thread(r->db, thread, author, r->arena);
    return STATUS_OK;
}

/* A floor whose post stands in another thread: both are there already. */
static enum status import_stub(struct request *r, const struct post_record *stub)
{
    uint64_t floor, reply_to, author;
    struct thread_row thread;
    struct post_row post;

    if (!is_number(stub->floor) || !is_number(stub->seq) || stub->reply_to > INT64_MAX || stub->body.len)
        return STATUS_BAD_FIELD;
    if (!store_thread_row(r->db, stub->thread, r->arena, &thread) || !store_post_header(r->db, stub->id, r->arena, &post))
        return STATUS_NOT_FOUND;
    if (store_floor_author(r->db, stub->thread, stub->floor, &author) || store_stub_post(r->db, stub->thread, stub->floor) ||
        store_stub_of(r->db, stub->id, stub->thread, &floor, &reply_to))
        return STATUS_EXISTS;
    store_import_stub(r->db, stub);
    return STATUS_OK;
}

static enum status import_post(struct request *r, const void *in)
{
    const struct post_record *post = in;
    uint64_t author = account_of(r, post->author), other;
    struct board_row board;
    struct thread_row thread;
    struct post_row row;
    bool is_tombstone = !post->author.at && post->state != POST_STATE_VISIBLE; /* a guest's has lost its name */

    if (post->state == POST_STATE_MOVED)
        return import_stub(r, post);
    if (!is_number(post->id) || !is_number(post->floor) || !is_number(post->revision) || !is_number(post->seq) ||
        post->offset || post->size != post->body.len || (post->state != POST_STATE_VISIBLE && post->body.len))
        return STATUS_BAD_FIELD;
    if (!(author || is_guest(post->author, post->author_name) || is_tombstone) || !store_thread_row(r->db, post->thread, r->arena, &thread))
        return STATUS_NOT_FOUND;
    if (store_post_header(r->db, post->id, r->arena, &row) || store_floor_author(r->db, post->thread, post->floor, &other) ||
        store_stub_post(r->db, post->thread, post->floor))
        return STATUS_EXISTS;
    store_import_post(r->db, post, author);
    row = (struct post_row){.record = *post, .author = author};
    if (post->state == POST_STATE_VISIBLE && store_board_row(r->db, thread.record.board, r->arena, &board)) {
        publication_take(r, &board, &thread, &row);
        indexing_add(r, &thread, &row);
    }
    return STATUS_OK;
}

static enum status import_revision(struct request *r, const void *in)
{
    const struct revision_record *revision = in;
    uint64_t author = account_of(r, revision->author);
    struct post_row post;

    if (revision->offset || revision->size != revision->body.len)
        return STATUS_BAD_FIELD;
    if ((!author && revision->author.at) || !store_post_header(r->db, revision->post, r->arena, &post))
        return STATUS_NOT_FOUND;
    if (!is_number(revision->number) || revision->number >= post.record.revision)
        return STATUS_BAD_FIELD;
    store_import_revision(r->db, revision, author);
    return STATUS_OK;
}

/* ---- what is the members' own ---- */

static enum status import_draft(struct request *r, const void *in)
{
    const struct draft_record *draft = in;
    uint64_t account = account_of(r, draft->author);
    struct draft_record present;

    if (draft->id.len != 16 || draft->offset || draft->size != draft->body.len || !is_number(draft->seq) ||
        !is_number(draft->version) || !draft_tags_fit(draft->tags))
        return STATUS_BAD_FIELD;
    if (!account)
        return STATUS_NOT_FOUND;
    if (store_draft_header(r->db, account, draft->id, r->arena, &present))
        return STATUS_EXISTS;
    store_draft_insert(r->db, account, draft, r->arena);
    store_import_head(r->db, account, draft->seq);
    return STATUS_OK;
}

static enum status import_mark(struct request *r, const void *in)
{
    const struct mark_record *mark = in;
    uint64_t account = account_of(r, mark->account);

    if (!account)
        return STATUS_NOT_FOUND;
    if (is_number(mark->thread))
        store_mark_raise(r->db, account, mark->thread, mark->floor);
    else if (is_number(mark->board))
        store_baseline_raise(r->db, account, mark->board, mark->baseline);
    else
        return STATUS_BAD_FIELD;
    return STATUS_OK;
}

static enum status import_watch(struct request *r, const void *in)
{
    const struct watch_record *watch = in;
    uint64_t account = account_of(r, watch->account);

    if (!account)
        return STATUS_NOT_FOUND;
    if ((watch->kind != TOPIC_BOARD && watch->kind != TOPIC_THREAD) || !is_number(watch->id))
        return STATUS_BAD_FIELD;
    store_watch_set(r->db, account, watch->kind, watch->id, true);
    return STATUS_OK;
}

static enum status import_notice(struct request *r, const void *in)
{
    const struct notice_record *notice = in;
    uint64_t account = account_of(r, notice->account);
    uint64_t by = notice->by.at ? account_of(r, notice->by) : 0;

    if (!is_number(notice->id) || !is_number(notice->seq))
        return STATUS_BAD_FIELD;
    if (!account || (notice->by.at && !by))
        return STATUS_NOT_FOUND;
    store_import_notice(r->db, account, notice, by);
    return STATUS_OK;
}

/* ---- the batch ---- */

/* The members of export_row: each row has exactly one. */
static const struct {
    size_t member; /* offset in struct export_row_record */
    const struct shape *shape;
    enum status (*import)(struct request *r, const void *record);
} importers[] = {
    {offsetof(struct export_row_record, board), &shape_board_record, import_board},
    {offsetof(struct export_row_record, account), &shape_account_record, import_account},
    {offsetof(struct export_row_record, thread), &shape_thread_record, import_thread},
    {offsetof(struct export_row_record, post), &shape_post_record, import_post},
    {offsetof(struct export_row_record, revision), &shape_revision_record, import_revision},
    {offsetof(struct export_row_record, draft), &shape_draft_record, import_draft},
    {offsetof(struct export_row_record, mark), &shape_mark_record, import_mark},
    {offsetof(struct export_row_record, watch), &shape_watch_record, import_watch},
    {offsetof(struct export_row_record, notice), &shape_notice_record, import_notice},
};

static enum status import_row(struct request *r, const struct export_row_record *row)
{
    _Alignas(max_align_t) uint8_t record[RECORD_ROOM];
    enum status status = STATUS_BAD_FIELD;
    unsigned found = 0;

    for (size_t i = 0; i < sizeof importers / sizeof importers[0]; i++) {
        struct items composite;
        memcpy(&composite, (const uint8_t *)row + importers[i].member, sizeof composite);
        if (composite.at && ++found == 1 && items_next(&composite, importers[i].shape, record))
            status = importers[i].import(r, record);
    }
    return found == 1 ? status : STATUS_BAD_FIELD;
}

/* Where the first batch begins with boards, those that the installation was born with make room. */
static void make_room(struct request *r, struct items rows)
{
    struct export_row_record first;

    if (items_next(&rows, &shape_export_row_record, &first) && first.board.at)
        store_import_clear_boards(r->db);
}

enum status handle_import(struct request *r, const struct import_request *in)
{
    struct import_reply out = {0};
    struct export_row_record row;
    struct items rows = in->rows;
    const uint64_t asker = r->actor.account;
    bool begun;
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    if (status)
        return refuse(r, status);
    if (!store_import_open(r->db, &begun))
        return refuse_field(r, STATUS_CONFLICT, "rows");
    if (!begun)
        make_room(r, rows);
    while (items_next(&rows, &shape_export_row_record, &row)) {
        status = import_row(r, &row);
        if (status)
            return refuse_limit(r, status, "rows", out.count + 1);
        out.count++;
    }
    if (r->actor.account != asker && tell_account(r, r->actor.account))
        return refuse(r, STATUS_INTERNAL);
    store_import_note(r->db);
    request_renames(r);
    audit_act(r, out.count, TEXT("rows"));
    return reply_import(r, &out);
}
