/* Administration of boards: their list, making one, changing one. */
#include "server/web/admin_page.h"

static const struct form_place boards_place = {"/admin/boards", WORDS_admin_boards_title, &admin_place};

/* ---- the list, and a new one ---- */

static struct text role_name(enum role role)
{
    return enumeration_by_number(&enumeration_role, role)->name;
}

/* Who may read, start and reply at least. Visitors write on guestbooks only. */
static void offer_role(struct page *p, struct object *o, const char *list, const char *name, enum role least, enum role present)
{
    struct text chosen = form_page_filled(p, p->path, name, role_name(present));

    form_page_options(p, o, list, &enumeration_role, least, ROLE_ADMINISTRATOR, chosen);
}

static void offer_roles(struct page *p, struct object *o, const struct board_record *board)
{
    enum role least = board->kind == BOARD_KIND_GUESTBOOK ? ROLE_VISITOR : ROLE_CITIZEN;

    offer_role(p, o, "read_roles", "read", ROLE_VISITOR, board->read);
    offer_role(p, o, "start_roles", "start", least, board->start);
    offer_role(p, o, "reply_roles", "reply", least, board->reply);
}

static void offer_words(struct page *p, struct object *o, const struct board_record *board)
{
    object_text(o, "name", form_page_filled(p, p->path, "name", board->name));
    object_text(o, "name_en", form_page_filled(p, p->path, "name_en", board->name_en));
    object_text(o, "about", form_page_filled(p, p->path, "about", board->about));
    object_text(o, "about_en", form_page_filled(p, p->path, "about_en", board->about_en));
}

static void list_board(struct page *p, struct list *list, const struct board_record *board)
{
    struct object *item = list_add(list);
    struct board_record *kept = arena_alloc(p->arena, sizeof *kept);

    if (!kept)
        return;
    *kept = *board;
    object_record(item, "board", &shape_board_record, kept);
    object_text(item, "name", page_board_name(p, kept));
    object_path(item, "path", "/admin/boards/%s", url_escape(p->arena, kept->slug).at);
}

void view_admin_boards(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_boards, WORDS_admin_boards_title, &admin_place};
    struct object *o = object_new(p->arena);
    struct list *list = object_list(o, "boards");
    const struct refusal refusal = p->refusal;
    struct boards_reply out;
    struct board_record board;

    if (!admin_enter(p) || !ask_boards(p, &(struct boards_request){.none = 0}, &out))
        return;
    p->refusal = refusal;
    while (items_next(&out.boards, &shape_board_record, &board))
        list_board(p, list, &board);

    page_form(p, o, "form", TEXT("/admin/boards"));
    object_text(o, "slug", page_typed(p, "slug"));
    offer_words(p, o, &(struct board_record){.id = 0});
    form_page_options(p, o, "kinds", &enumeration_board_kind, 0, BOARD_KIND_STATION, page_typed(p, "kind"));
    offer_roles(p, o, &(struct board_record){.read = ROLE_VISITOR, .start = ROLE_CITIZEN, .reply = ROLE_CITIZEN});
    form_page_show(p, &page, o);
}

/* To the board's own page. */
static void done_board(struct page *p, struct text slug, enum words notice)
{
    page_notice(p, notice);
    page_redirect(p, page_path(p, "/admin/boards/%s", url_escape(p->arena, slug).at));
}

static void done_board_create(struct page *p, const void *reply)
{
    (void)reply;
    done_board(p, form_get(&p->form, "slug"), WORDS_admin_board_made);
}

bool plan_board_create(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_BOARD_CREATE, &(struct board_create_request){
        .op_id = page_op(p),
        .slug = form_get(&p->form, "slug"),
        .name = form_page_line(p, "name"),
        .name_en = form_page_line(p, "name_en"),
        .kind = (enum board_kind)form_page_choice(p, "kind", &enumeration_board_kind, BOARD_KIND_FORUM),
        .about = form_page_line(p, "about"),
        .about_en = form_page_line(p, "about_en"),
        .read = form_get(&p->form, "read"),
        .start = form_get(&p->form, "start"),
        .reply = form_get(&p->form, "reply"),
    }, done_board_create);
}

/* ---- one board ---- */

/* The board by its slug or number. False: there is none, and the page refuses. */
static bool find_board(struct page *p, struct board_record *found)
{
    const struct refusal refusal = p->refusal;
    uint64_t number = page_number(p->params[0]);
    struct boards_reply out;

    if (!ask_boards(p, &(struct boards_request){.none = 0}, &out))
        return false;
    p->refusal = refusal;
    while (items_next(&out.boards, &shape_board_record, found))
        if (text_equal(found->slug, p->params[0]) || (number && found->id == number))
            return true;
    page_refuse(p, STATUS_NOT_FOUND);
    return false;
}

/* A switch of the form: as it was set there, otherwise as it is. */
static void offer_switch(struct page *p, struct object *o, const char *name, bool present)
{
    object_flag(o, name, p->refusal.status ? page_typed(p, name).at != NULL : present);
}

void view_admin_board(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_board, WORDS_admin_board_title, &boards_place};
    struct object *o = object_new(p->arena);
    struct board_record *board = arena_alloc(p->arena, sizeof *board);

    if (!board || !admin_enter(p) || !find_board(p, board))
        return;
    page_form(p, o, "form", page_path(p, "/admin/boards/%s", url_escape(p->arena, p->params[0]).at));
    object_record(o, "board", &shape_board_record, board);
    object_path(o, "see", "/b/%s", url_escape(p->arena, board->slug).at);
    offer_words(p, o, board);
    offer_roles(p, o, board);
    offer_switch(p, o, "hold", board->hold);
    offer_switch(p, o, "feed", board->feed);
    offer_switch(p, o, "closed", board->closed);
    object_text(o, "position", form_page_filled(p, p->path, "position", arena_format(p->arena, "%llu", (unsigned long long)board->position)));
    object_number(o, "positions", LIMIT_POSITION);
    form_page_show(p, &page, o);
}

static void done_board_set(struct page *p, const void *reply)
{
    (void)reply;
    done_board(p, p->params[0], WORDS_admin_board_saved);
}

/* A box that is not ticked is not sent. */
static enum change switched(const struct page *p, const char *name)
{
    return form_get(&p->form, name).at ? CHANGE_ON : CHANGE_OFF;
}

bool plan_board_set(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_BOARD_SET, &(struct board_set_request){
        .op_id = page_op(p),
        .board = p->params[0],
        .name = form_page_line(p, "name"),
        .name_en = form_page_line(p, "name_en"),
        .about = form_page_line(p, "about"),
        .about_en = form_page_line(p, "about_en"),
        .read = form_get(&p->form, "read"),
        .start = form_get(&p->form, "start"),
        .reply = form_get(&p->form, "reply"),
        .hold = switched(p, "hold"),
        .feed = switched(p, "feed"),
        .closed = switched(p, "closed"),
        .position = page_number(form_get(&p->form, "position")),
    }, done_board_set);
}
