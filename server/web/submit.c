/* See page.h: a POST's way. The plan makes a request, the store does it, done says where to go; refused, the form comes once more. */
#include "server/web/web_private.h"

enum { BUSY_MS = 1000 };

/* ---- refusals ---- */

static void refuse_in_words(struct work *w, enum status status, enum words words)
{
    ask_refuse(&w->page, status);
    w->page.refusal.words = words_text(words, w->page.reader.lang);
    w->refused = w->page.refusal;
}

/* The form once more, or the sign-in page with it, or an error page; as JSON for the script. */
static void refused(struct work *w)
{
    struct page *p = &w->page;
    enum status status = p->refusal.status;

    w->refused = p->refusal;
    w->outcome = OUTCOME_NONE;
    if (p->route->flags & ROUTE_SCRIPT) {
        answer_refusal_json(w);
        answer_send(w);
    } else if (status == STATUS_LOGIN_NEEDED) {
        if (p->route->flags & ROUTE_CARRIES)
            p->refusal.words = w->refused.words = words_text(WORDS_error_signed_out, p->reader.lang);
        web_view(w, view_login);
    } else {
        web_view(w, p->route->view ? p->route->view : view_error);
    }
}

/* ---- to the store ---- */

static void give(struct work *w)
{
    struct request *r = &w->request;
    struct store *store = w->page.web->options.store;

    w->step = STEP_ACT;
    w->task.request = r;
    w->task.job.prepared = false;
    w->local->away++;
    if (r->message->where != WHERE_KDF) {
        store_write(store, &w->task.job);
    } else if (!store_hash(store, &w->task.job)) {
        w->local->away--;
        ask_refuse(&w->page, STATUS_BUSY);
        w->page.refusal.retry_after = BUSY_MS;
        refused(w);
    }
}

static bool take(struct work *w, const struct message *message, const void *in)
{
    struct page *p = &w->page;

    w->request = (struct request){
        .site = p->web->options.site,
        .message = message,
        .arena = p->arena,
        .peer = p->http->peer,
        .lang = p->reader.lang,
        .client = visit_client(w),
    };
    return request_take(&w->request, in);
}

bool submit_run(struct work *w, struct db *db)
{
    struct request *r = &w->request;
    bool prepares = r->message->where == WHERE_KDF && !w->task.job.prepared;

    r->session = ask_session(&w->page, db);
    return prepares ? request_prepare(r, db) : request_run(r, db);
}

void submit_renew(struct work *w)
{
    uint8_t op[LIMIT_OP_ID];
    struct session_renew_request in = {.op_id = {(const char *)op, sizeof op}};

    page_new_op(op);
    w->renew = false;
    w->renewed = true;
    if (take(w, &messages[INDEX_SESSION_RENEW], &in)) {
        give(w);
        w->step = STEP_RENEW;
    } else {
        web_view(w, w->view);
    }
}

/* ---- what is asked ---- */

/* Makes the request of the page's form. */
static void plan(struct work *w)
{
    struct page *p = &w->page;

    w->submission = (struct submission){.message = NULL};
    w->view = NULL;
    if (!p->route->plan(p, &w->submission)) {
        refused(w);
    } else if (!w->submission.message) {
        submit_done(w, NULL);
    } else if (take(w, w->submission.message, w->submission.in)) {
        give(w);
    } else {
        ask_refused(p, &w->request);
        refused(w);
    }
}

void submit_begin(struct work *w)
{
    struct page *p = &w->page;

    if (!guard_is_ours(w->exchange, p->web)) {
        refuse_in_words(w, STATUS_FORBIDDEN, WORDS_error_cross_site);
        web_view(w, view_error);
    } else if (!form_read(&p->form, exchange_field(w->exchange, TEXT("content-type")), p->http->body, p->arena)) {
        refuse_in_words(w, STATUS_BAD_MESSAGE, WORDS_error_form_broken);
        web_view(w, view_error);
    } else if (p->route->who == ROUTE_ACCOUNT && !p->token.at) {
        ask_refuse(p, STATUS_LOGIN_NEEDED);
        refused(w);
    } else if (!guard_token_holds(p)) {
        refuse_in_words(w, STATUS_STALE, WORDS_error_form_expired);
        refused(w);
    } else {
        plan(w);
    }
}

/* ---- afterwards ---- */

/* The form that the sign-in page carried becomes the page's own, and is done under the new session. False: there is none. */
static bool carry_on(struct work *w)
{
    static const struct text prefix = TEXT_INIT("carry_");
    struct page *p = &w->page;
    struct form carried = {.count = 0};
    struct text path = form_get(&p->form, "carry_path"), params[PAGE_PARAMS] = {{NULL, 0}};
    bool allowed;

    if (!path.at || w->carried || !p->token.at)
        return false;
    const struct route *route = web_route(METHOD_POST, path, p->arena, params, &allowed);
    if (!route || !(route->flags & ROUTE_CARRIES))
        return false;
    for (uint32_t i = 0; i < p->form.count; i++) {
        struct form_field field = p->form.fields[i];
        if (field.name.len <= prefix.len || memcmp(field.name.at, prefix.at, prefix.len))
            continue;
        field.name = (struct text){field.name.at + prefix.len, field.name.len - prefix.len};
        carried.fields[carried.count++] = field;
    }
    w->carried = true;
    p->form = carried;
    p->route = route;
    memcpy(p->params, params, sizeof params);
    p->path = path;
    plan(w);
    return true;
}

void submit_done(struct work *w, const void *reply)
{
    w->outcome = OUTCOME_NONE;
    w->submission.done(&w->page, reply);
    if (w->view)
        web_view(w, w->view);
    else if (!carry_on(w))
        answer_send(w);
}

void submit_settled(struct work *w)
{
    _Alignas(max_align_t) uint8_t reply[RECORD_ROOM] = {0};
    struct request *r = &w->request;
    struct fault fault;

    if (!w->task.job.durable && r->status == STATUS_OK)
        request_refuse(r, STATUS_STORE_FAILED);
    if (r->status == STATUS_OK && (!r->answer_last || shape_decode(r->message->reply, r->answer_last->payload.at,
                                                                   r->answer_last->payload.len, reply, &fault)))
        request_refuse(r, STATUS_INTERNAL);
    if (w->step == STEP_RENEW) {
        const struct session_renew_reply *renewed = (const void *)reply;
        if (r->status == STATUS_OK && renewed->token.at)
            visit_set_session(w, renewed->token);
        web_view(w, w->view);
    } else if (r->status == STATUS_OK) {
        submit_done(w, reply);
    } else {
        ask_refused(&w->page, r);
        refused(w);
    }
}
