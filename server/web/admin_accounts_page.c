/* Administration of accounts: finding one; its unit, state and roles; a code for a forgotten password. */
#include "server/web/admin_page.h"

static const struct form_place accounts_place = {"/admin/accounts", WORDS_admin_accounts_title, &admin_place};

static struct text account_path(struct page *p, struct text handle)
{
    return page_path(p, "/admin/accounts/%s", url_escape(p->arena, handle).at);
}

/* ---- finding one ---- */

static void list_account(struct page *p, struct list *list, const struct account_record *account)
{
    struct object *item = list_add(list);
    struct account_record *kept = arena_alloc(p->arena, sizeof *kept);

    if (!kept)
        return;
    *kept = *account;
    object_record(item, "account", &shape_account_record, kept);
    object_url(item, "path", account_path(p, kept->handle));
    object_flag(item, "suspended", kept->state == ACCOUNT_STATE_SUSPENDED);
}

/* Whoever may not see the list, such as a unit's deputy, finds an account by its handle all the same. */
void view_admin_accounts(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_accounts, WORDS_admin_accounts_title, &admin_place};
    struct text handle = page_query(p, "handle");
    struct object *o = object_new(p->arena);
    struct list *list = object_list(o, "accounts");
    struct accounts_reply out;
    struct account_record account;

    if (handle.len) {
        page_redirect(p, account_path(p, handle));
        return;
    }
    if (!ask_accounts(p, &(struct accounts_request){.after = page_query(p, "after")}, &out))
        return;
    while (items_next(&out.accounts, &shape_account_record, &account))
        list_account(p, list, &account);
    if (out.next.len || page_query(p, "after").len) {
        struct object *pager = object_object(o, "pager");
        if (page_query(p, "after").len)
            object_path(pager, "first", "/admin/accounts");
        if (out.next.len)
            object_path(pager, "next", "/admin/accounts?after=%s", url_escape(p->arena, out.next).at);
    }
    form_page_show(p, &page, o);
}

/* ---- one account ---- */

/* Its roles, each with a form that takes it away. */
static void list_grants(struct page *p, struct object *o, const struct account_record *account, struct text action)
{
    struct list *list = object_list(o, "grants");
    struct items rest = account->grants;
    struct grant_record grant;

    while (items_next(&rest, &shape_grant_record, &grant)) {
        const struct enumeration_value *role = enumeration_by_number(&enumeration_role, grant.role);
        struct object *item = list_add(list);
        object_text(item, "role", role->name);
        object_text(item, "role_words", form_page_words(p, role));
        object_text(item, "board", grant.board_slug);
        object_text(item, "unit", grant.unit);
        object_number(item, "since", grant.since);
        page_form(p, item, "form", action);
    }
}

/* Roles that can be given, and the boards that a moderator's may be limited to. */
static void offer_grant(struct page *p, struct object *o, struct text action)
{
    struct object *form = form_page_scope(p, o, "give", action);
    struct list *list = object_list(form, "boards");
    const struct refusal refusal = p->refusal;
    struct text chosen = form_page_filled(p, action, "board", (struct text){NULL, 0});
    struct boards_reply out;
    struct board_record board;

    form_page_options(p, form, "roles", &enumeration_role, ROLE_MEMBER, ROLE_ADMINISTRATOR,
                      form_page_filled(p, action, "role", TEXT("member")));
    object_text(form, "unit", form_page_filled(p, action, "unit", (struct text){NULL, 0}));
    if (ask_boards(p, &(struct boards_request){.none = 0}, &out))
        while (items_next(&out.boards, &shape_board_record, &board))
            form_page_option(list, board.slug, page_board_name(p, &board), text_equal(board.slug, chosen));
    p->refusal = refusal;
}

/* What administrators alone do. */
static void administer(struct page *p, struct object *o, const struct account_record *account)
{
    struct text path = account_path(p, p->params[0]);
    struct object *unit = form_page_scope(p, o, "place", path);

    object_text(unit, "unit", form_page_filled(p, path, "unit", account->unit));
    form_page_scope(p, o, account->state == ACCOUNT_STATE_SUSPENDED ? "wake" : "rest", path);
    list_grants(p, o, account, page_path(p, "%s/ungrant", path.at));
    offer_grant(p, o, page_path(p, "%s/grant", path.at));
}

void view_admin_account(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_account, WORDS_admin_account_title, &accounts_place};
    const struct refusal refusal = p->refusal;
    struct object *o = object_new(p->arena);
    struct account_record *account = arena_alloc(p->arena, sizeof *account);
    struct account_reply out;
    bool may = admin_may(p, NULL);

    if (!account || !ask_account(p, &(struct account_request){.handle = p->params[0]}, &out))
        return;
    p->refusal = refusal;
    if (!page_record(out.account, &shape_account_record, account)) {
        page_refuse(p, STATUS_NOT_FOUND);
        return;
    }
    object_record(o, "account", &shape_account_record, account);
    object_text(o, "handle", account->handle);
    object_path(o, "profile", "/u/%s", url_escape(p->arena, account->handle).at);
    object_flag(o, "administers", may);
    object_flag(o, "self", account->id == p->account.id);
    form_page_scope(p, o, "code", page_path(p, "%s/reset", account_path(p, p->params[0]).at));
    if (may)
        administer(p, o, account);
    form_page_show(p, &page, o);
}

static void done_account(struct page *p, const void *reply)
{
    (void)reply;
    page_notice(p, WORDS_admin_account_saved);
    page_redirect(p, account_path(p, p->params[0]));
}

bool plan_account_admin(struct page *p, struct submission *s)
{
    enum change suspended = (enum change)form_page_choice(p, "suspended", &enumeration_change, CHANGE_KEEP);

    if (suspended == CHANGE_ON && !admin_is_sure(p, s, WORDS_admin_sure_suspend))
        return true;
    return form_page_submit(p, s, INDEX_ACCOUNT_ADMIN, &(struct account_admin_request){
        .op_id = page_op(p),
        .handle = p->params[0],
        .unit = form_page_line(p, "unit"),
        .suspended = suspended,
    }, done_account);
}

/* ---- roles ---- */

static enum role asked_role(const struct page *p)
{
    return (enum role)form_page_choice(p, "role", &enumeration_role, ROLE_VISITOR);
}

bool plan_grant(struct page *p, struct submission *s)
{
    if (asked_role(p) == ROLE_ADMINISTRATOR && !admin_is_sure(p, s, WORDS_admin_sure_grant))
        return true;
    return form_page_submit(p, s, INDEX_GRANT, &(struct grant_request){
        .op_id = page_op(p),
        .handle = p->params[0],
        .role = asked_role(p),
        .board = form_get(&p->form, "board"),
        .unit = form_page_line(p, "unit"),
    }, done_account);
}

bool plan_ungrant(struct page *p, struct submission *s)
{
    if (asked_role(p) == ROLE_ADMINISTRATOR && !admin_is_sure(p, s, WORDS_admin_sure_ungrant))
        return true;
    return form_page_submit(p, s, INDEX_UNGRANT, &(struct ungrant_request){
        .op_id = page_op(p),
        .handle = p->params[0],
        .role = asked_role(p),
        .board = form_get(&p->form, "board"),
        .unit = form_page_line(p, "unit"),
    }, done_account);
}

/* ---- a forgotten password ---- */

struct issued {
    struct text code;
    uint64_t expires;
};

static void view_issued(struct page *p)
{
    static const struct form_page page = {TEMPLATE_admin_reset, WORDS_admin_reset_title, &accounts_place};
    const struct issued *issued = p->outcome;
    struct object *o = object_new(p->arena);

    object_text(o, "handle", p->params[0]);
    object_text(o, "code", issued->code);
    object_number(o, "expires", issued->expires);
    object_url(o, "back", account_path(p, p->params[0]));
    form_page_show(p, &page, o);
}

static void done_reset_issue(struct page *p, const void *reply)
{
    const struct reset_issue_reply *out = reply;
    struct issued *issued = arena_alloc(p->arena, sizeof *issued);

    if (!issued || !out->code.at) {
        page_notice(p, WORDS_secret_not_repeated);
        page_redirect(p, account_path(p, p->params[0]));
        return;
    }
    *issued = (struct issued){arena_text(p->arena, out->code), out->expires};
    p->outcome = issued;
    page_next(p, view_issued);
}

bool plan_reset_issue(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_RESET_ISSUE, &(struct reset_issue_request){
        .op_id = page_op(p),
        .handle = p->params[0],
    }, done_reset_issue);
}
