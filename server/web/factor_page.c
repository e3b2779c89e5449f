/*
 * The second factor: its state, a new secret, its confirmation, and the recovery codes. Secret and codes are in one answer's page each
 * and nowhere else; while a confirmation is typed wrong, the form itself carries the secret on.
 */
#include "server/web/form_page.h"
#include "server/web/qr.h"

static const struct form_place factor_place = {"/settings/factor", WORDS_factor_title, &form_place_settings};

enum { GROUP = 4, FACTOR_CODES = 10 };

/* ---- its state ---- */

static void show_state(struct page *p)
{
    static const struct form_page page = {TEMPLATE_factor, WORDS_factor_title, &form_place_settings};
    struct object *o = object_new(p->arena);

    page_form(p, o, "form", TEXT("/settings/factor"));
    object_record(o, "account", &shape_account_record, &p->account);
    form_page_show(p, &page, o);
}

/* ---- a new secret ---- */

/* In groups, as one reads it off and types it in. */
static struct text grouped(struct arena *arena, struct text secret)
{
    char *out = arena_alloc(arena, secret.len + secret.len / GROUP + 1);
    size_t len = 0;

    for (size_t i = 0; out && i < secret.len; i++) {
        if (i > 0 && i % GROUP == 0)
            out[len++] = ' ';
        out[len++] = secret.at[i];
    }
    return (struct text){out, len};
}

/* The page with a secret that is to be confirmed; `uri` is the core's, or what the form carried. False: it is none. */
static bool show_secret(struct page *p, struct text uri)
{
    static const struct form_page page = {TEMPLATE_factor_secret, WORDS_factor_secret_title, &factor_place};
    const char *query = uri.at ? memchr(uri.at, '?', uri.len) : NULL;
    struct form *values = query ? arena_alloc(p->arena, sizeof *values) : NULL;

    if (!values || !form_read_query(values, (struct text){query + 1, uri.len - (size_t)(query + 1 - uri.at)}, p->arena))
        return false;
    struct object *o = object_new(p->arena);
    struct text secret = form_get(values, "secret");
    struct qr qr = qr_draw(uri, p->arena);
    page_form(p, o, "form", TEXT("/settings/factor/confirm"));
    object_text(o, "uri", uri);
    object_text(o, "secret", secret);
    object_text(o, "grouped", grouped(p->arena, secret));
    object_text(o, "issuer", form_get(values, "issuer"));
    object_text(o, "handle", p->account.handle);
    object_text(o, "qr", qr.path);
    object_number(o, "qr_size", qr.size);
    form_page_show(p, &page, o);
    return true;
}

static void view_secret(struct page *p)
{
    const struct text *uri = p->outcome;

    if (!show_secret(p, *uri))
        page_refuse(p, STATUS_INTERNAL);
}

void view_factor(struct page *p)
{
    struct text uri = page_typed(p, "uri");

    if (!uri.at || !show_secret(p, uri))
        show_state(p);
}

/* An answer that comes once more has no secret to show. */
static void begin_anew(struct page *p)
{
    page_notice(p, WORDS_secret_not_repeated);
    page_redirect(p, TEXT("/settings/factor"));
}

static void done_factor_enroll(struct page *p, const void *reply)
{
    const struct totp_enroll_reply *out = reply;
    struct text *uri = arena_alloc(p->arena, sizeof *uri);

    if (!uri || !out->uri.at) {
        begin_anew(p);
        return;
    }
    *uri = arena_text(p->arena, out->uri);
    p->outcome = uri;
    page_next(p, view_secret);
}

bool plan_factor_enroll(struct page *p, struct submission *s)
{
    struct text code = form_get(&p->form, "code");

    return form_page_submit(p, s, INDEX_TOTP_ENROLL, &(struct totp_enroll_request){
        .op_id = page_op(p),
        .code = code.len ? code : (struct text){NULL, 0},
    }, done_factor_enroll);
}

/* ---- confirmed ---- */

struct recovery {
    struct text codes[FACTOR_CODES];
    uint32_t count;
};

static void view_recovery(struct page *p)
{
    static const struct form_page page = {TEMPLATE_factor_recovery, WORDS_factor_recovery_title, &form_place_settings};
    const struct recovery *recovery = p->outcome;
    struct object *o = object_new(p->arena);
    struct list *list = object_list(o, "codes");

    for (uint32_t i = 0; i < recovery->count; i++)
        object_text(list_add(list), "code", recovery->codes[i]);
    form_page_show(p, &page, o);
}

static void done_factor_confirm(struct page *p, const void *reply)
{
    struct items rest = ((const struct totp_confirm_reply *)reply)->recovery;
    struct recovery *recovery = arena_alloc(p->arena, sizeof *recovery);
    struct text code;

    if (!recovery || !rest.count) {
        begin_anew(p);
        return;
    }
    while (recovery->count < FACTOR_CODES && items_next_text(&rest, &code))
        recovery->codes[recovery->count++] = arena_text(p->arena, code);
    p->outcome = recovery;
    page_next(p, view_recovery);
}

bool plan_factor_confirm(struct page *p, struct submission *s)
{
    return form_page_submit(p, s, INDEX_TOTP_CONFIRM, &(struct totp_confirm_request){
        .op_id = page_op(p),
        .code = form_get(&p->form, "code"),
    }, done_factor_confirm);
}
