/* See boards.h. */
#include "server/forum/boards.h"

#include "server/forum/audit.h"
#include "server/forum/find.h"
#include "server/forum/pages.h"
#include "server/forum/reading.h"
#include "server/store/accounts.h"
#include "server/util/words.h"

/* ---- the list ---- */

static bool may(const struct request *r, enum act act, const struct board_row *board)
{
    return policy_decide(act, &r->actor, &(struct subject){.board = &board->policy}) == STATUS_OK;
}

void board_allow(const struct request *r, struct board_row *board)
{
    board->record.may_start = may(r, ACT_START, board);
    board->record.may_reply = may(r, ACT_REPLY, board);
    board->record.may_leave = may(r, ACT_LEAVE, board);
    board->record.may_leave_reply = may(r, ACT_LEAVE_REPLY, board);
    board->record.may_moderate = may(r, ACT_MODERATE, board);
}

static void part(struct request *r, struct items list)
{
    part_boards(r, &(struct boards_reply){.boards = list});
}

enum status handle_boards(struct request *r, const struct boards_request *in)
{
    struct page page = page_begin(r, &shape_board_record, part);
    struct query q = store_boards(r->db);
    struct boards_reply out = {0};
    struct board_row board;

    (void)in;
    while (store_board_next(&q, r->arena, &board)) {
        if (!may(r, ACT_READ, &board))
            continue;
        board_allow(r, &board);
        reading_fill_board(r, &board.record);
        page_add(&page, &board.record);
    }
    query_end(&q);
    out.boards = page_end(&page);
    return reply_boards(r, &out);
}

/* ---- changes ---- */

/* A line that may be absent, or be cleared with an empty one. */
static bool is_optional_line(struct text line)
{
    return line.len == 0 || words_is_line(line);
}

/* A role by its name; one that is not known is no role, rather than the lowest. Absent leaves it. */
static bool change_role(struct text name, enum role *role)
{
    const struct enumeration_value *value;

    if (!name.at)
        return true;
    value = enumeration_by_name(&enumeration_role, name);
    if (value)
        *role = (enum role)value->number;
    return value != NULL;
}

/* Who may read, start and reply, where it is given; visitors write on guestbooks only. */
static enum status change_roles(struct request *r, struct text read, struct text start, struct text reply, struct board_record *board)
{
    bool guests = board->kind == BOARD_KIND_GUESTBOOK;

    if (!change_role(read, &board->read))
        return refuse_field(r, STATUS_BAD_FIELD, "read");
    if (!change_role(start, &board->start) || (start.at && board->start == ROLE_VISITOR && !guests))
        return refuse_field(r, STATUS_BAD_FIELD, "start");
    if (!change_role(reply, &board->reply) || (reply.at && board->reply == ROLE_VISITOR && !guests))
        return refuse_field(r, STATUS_BAD_FIELD, "reply");
    return STATUS_OK;
}

static enum status check_words(struct request *r, const struct board_record *board)
{
    if (!words_is_line(board->name))
        return refuse_field(r, STATUS_BAD_FIELD, "name");
    if (!is_optional_line(board->name_en))
        return refuse_field(r, STATUS_BAD_FIELD, "name_en");
    if (!is_optional_line(board->about))
        return refuse_field(r, STATUS_BAD_FIELD, "about");
    if (!is_optional_line(board->about_en))
        return refuse_field(r, STATUS_BAD_FIELD, "about_en");
    return STATUS_OK;
}

enum status handle_board_create(struct request *r, const struct board_create_request *in)
{
    struct board_create_reply out = {0};
    struct board_row present;
    struct board_record board = {
        .slug = in->slug,
        .name = in->name,
        .name_en = in->name_en,
        .kind = in->kind,
        .about = in->about,
        .about_en = in->about_en,
        .read = ROLE_VISITOR,
        .start = ROLE_CITIZEN,
        .reply = ROLE_CITIZEN,
        .created = (uint64_t)r->now,
    };
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    if (status)
        return refuse(r, status);
    if (!words_is_slug(in->slug))
        return refuse_field(r, STATUS_BAD_FIELD, "slug");
    if (in->kind == BOARD_KIND_BIN)
        return refuse_field(r, STATUS_BAD_FIELD, "kind"); /* there is one, made when it is needed (binning.h) */
    status = check_words(r, &board);
    if (!status)
        status = change_roles(r, in->read, in->start, in->reply, &board);
    if (status)
        return status;
    board.feed = board.read == ROLE_VISITOR;
    if (store_board_resolve(r->db, in->slug, r->arena, &present))
        return refuse_field(r, STATUS_EXISTS, "slug");
    out.board = store_board_insert(r->db, &board);
    audit_act(r, out.board, in->slug);
    request_renames(r);
    return reply_board_create(r, &out);
}

static void change_flag(enum change change, bool *flag)
{
    if (change != CHANGE_KEEP)
        *flag = change == CHANGE_ON;
}

static void change_text(struct text given, struct text *text)
{
    if (given.at)
        *text = given;
}

static enum status change_policy(struct request *r, const struct board_set_request *in, struct board_record *board)
{
    if (in->position > LIMIT_POSITION)
        return refuse_limit(r, STATUS_BAD_FIELD, "position", LIMIT_POSITION);
    change_flag(in->hold, &board->hold);
    change_flag(in->feed, &board->feed);
    change_flag(in->closed, &board->closed);
    if (in->position)
        board->position = in->position;
    return change_roles(r, in->read, in->start, in->reply, board);
}

enum status handle_board_set(struct request *r, const struct board_set_request *in)
{
    const struct board_set_reply out = {0};
    struct access_change access = {.kind = ACCESS_BOARD};
    struct board_row board;
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    if (status)
        return refuse(r, status);
    if (!store_board_resolve(r->db, in->board, r->arena, &board))
        return refuse_field(r, STATUS_NOT_FOUND, "board");
    status = change_policy(r, in, &board.record);
    if (status)
        return status;
    change_text(in->name, &board.record.name);
    change_text(in->name_en, &board.record.name_en);
    change_text(in->about, &board.record.about);
    change_text(in->about_en, &board.record.about_en);
    status = check_words(r, &board.record);
    if (status)
        return status;
    store_board_update(r->db, &board.record);
    audit_act(r, board.record.id, board.record.slug);
    if (!store_board_row(r->db, board.record.id, r->arena, &board))
        return refuse(r, STATUS_INTERNAL);
    access.id = board.record.id;
    access.board = board.policy;
    request_access(r, &access);
    request_renames(r);
    return reply_board_set(r, &out);
}
