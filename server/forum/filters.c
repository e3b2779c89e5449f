/*
 * Filters as administrators keep them: handlers filter_put, filter_remove, filters, filter_get and filter_test (request.h).
 *
 * A filter's text comes into force whole or not at all: it is read, compiled and its patterns tried out before it is stored.
 */
#include "server/forum/audit.h"
#include "server/forum/filtering.h"
#include "server/forum/filters_cache.h"
#include "server/forum/pages.h"
#include "server/store/filters.h"

static enum status check_power(struct request *r)
{
    enum status status = policy_decide(ACT_ADMINISTER, &r->actor, &(struct subject){0});

    return status ? refuse(r, status) : STATUS_OK;
}

static enum status refuse_text(struct request *r, const struct filter_fault *fault)
{
    if (fault->what == FILTER_COMPLAINT_MEMORY)
        return refuse(r, STATUS_BUSY);
    return refuse_detail(r, STATUS_BAD_FIELD, "text", &(struct refusal_detail){
        .words = filter_words(fault->what, r->lang == LANG_EN), .line = fault->line, .column = fault->column,
    });
}

/* The filter of this name, for whoever may keep filters. */
static enum status find_filter(struct request *r, struct text name, struct filter_row *row)
{
    enum status status = check_power(r);

    if (status)
        return status;
    return store_filter(r->db, name, r->arena, row) ? STATUS_OK : refuse_field(r, STATUS_NOT_FOUND, "filter");
}

/* ---- putting in force ---- */

/* The text compiled, in `*out`, which is the caller's in any case; and what it was read as. */
static enum status compile(struct request *r, struct text name, struct text text, struct filter_file *file, struct filter **out)
{
    struct filter_fault fault;

    *out = filter_new();
    if (!*out)
        return refuse(r, STATUS_BUSY);
    if (!filtering_read(text, r->arena, file, &fault) || !filtering_add(*out, name, file, NULL, true, r->arena, &fault))
        return refuse_text(r, &fault);
    return STATUS_OK;
}

static enum status check_text(struct request *r, struct text name, struct text text, struct filter_file *file)
{
    struct filter *filter;
    enum status status = compile(r, name, text, file, &filter);

    filter_free(filter);
    return status;
}

enum status handle_filter_put(struct request *r, const struct filter_put_request *in)
{
    struct filter_put_reply out = {.topic = TOPIC_NONE};
    struct filter_row present;
    struct filter_file file;
    enum status status = check_power(r);

    if (status)
        return status;
    if (!filter_is_name(in->filter))
        return refuse_field(r, STATUS_BAD_FIELD, "filter");
    if (!store_filter(r->db, in->filter, r->arena, &present) && store_filters_count(r->db) >= LIMIT_FILTERS)
        return refuse_limit(r, STATUS_TOO_MANY, "filters", LIMIT_FILTERS);
    status = check_text(r, in->filter, in->text, &file);
    if (status)
        return status;
    uint64_t filter = store_filter_put(r->db, in->filter, in->text, r->now);
    for (size_t i = 0; i < file.rule_count; i++)
        store_filter_rule(r->db, filter, i, file.rules[i].name, file.rules[i].action, file.rules[i].reason);
    store_filter_rules_end(r->db, filter);
    audit_act(r, filter, arena_format(r->arena, "filter %.*s", (int)in->filter.len, in->filter.at));
    out.rules = file.rule_count;
    return reply_filter_put(r, &out);
}

enum status handle_filter_remove(struct request *r, const struct filter_remove_request *in)
{
    struct filter_remove_reply out = {.topic = TOPIC_NONE};
    struct filter_row row;
    enum status status = find_filter(r, in->filter, &row);

    if (status)
        return status;
    store_filter_remove(r->db, row.id);
    audit_act(r, row.id, arena_format(r->arena, "filter %.*s", (int)row.name.len, row.name.at));
    return reply_filter_remove(r, &out);
}

/* ---- looking at them ---- */

/* The bytes that one takes on the wire, at most. */
enum { RULE_BYTES = 4 * 2 * LIMIT_SLUG + 64, HIT_BYTES = 4 * (LIMIT_TITLE + LIMIT_HANDLE + LIMIT_EXCERPT + LIMIT_SLUG) + 96 };

enum status handle_filters(struct request *r, const struct filters_request *in)
{
    struct wire_writer w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * RULE_BYTES);
    struct filters_reply out = {.filters = items_begin(&w)};
    uint64_t place[] = {0, 0}; /* the last one's filter, and its place in it and one */
    struct filter_rule_row row;
    enum status status = check_power(r);

    if (status)
        return status;
    if (!page_place_read(in->after, place, 2) || place[0] > INT64_MAX || place[1] > LIMIT_FILTER_RULES)
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    struct query q = store_filter_rules(r->db, place[0], (int64_t)place[1] - 1, LIMIT_PAGE_ITEMS + 1);
    while (store_filter_rule_next(&q, r->arena, &row)) {
        if (out.filters.count == LIMIT_PAGE_ITEMS) {
            out.next = page_place_write(r, place, 2);
            break;
        }
        if (r->site->filters)
            row.record.hits += filter_cache_noted(r->site->filters, row.id, &row.record.last);
        items_add(&w, &out.filters, &shape_filter_record, &row.record);
        place[0] = row.filter;
        place[1] = row.place + 1;
    }
    query_end(&q);
    return reply_filters(r, &out);
}

enum status handle_filter_get(struct request *r, const struct filter_get_request *in)
{
    struct filter_get_reply out = {0};
    struct filter_row row;
    enum status status = find_filter(r, in->filter, &row);

    if (status)
        return status;
    out.text = row.text;
    out.changed = (uint64_t)row.changed;
    return reply_filter_get(r, &out);
}

/* ---- trying one out ---- */

enum {
    DAY_MS = 86400000,
    TRIAL_NS = 250000000,  /* of the reader's time; whoever asks goes on */
    SCRATCH = 24 << 20,
    SHOWN = LIMIT_EXCERPT, /* characters of a post */
};

struct trial {
    struct request *r;
    struct filter *filter;
    bool *hits;
    struct arena *scratch; /* of one post */
    struct wire_writer w;
    struct filter_test_reply out;
    uint64_t before, until;
    int64_t since;
    bool recent; /* one of those looked at is not too old */
};

/* How a text begins, on one line; in the request's arena. */
static struct text beginning(struct request *r, struct text body)
{
    size_t len = 0, characters = 0;

    while (len < body.len) {
        if (((unsigned char)body.at[len] & 0xc0) != 0x80 && characters++ == SHOWN)
            break;
        len++;
    }
    char *line = arena_alloc(r->arena, len + 1);
    for (size_t i = 0; line && i < len; i++)
        line[i] = (unsigned char)body.at[i] < ' ' ? ' ' : body.at[i];
    return (struct text){line, line ? len : 0};
}

static void try_post(struct trial *t, struct filter_post_row *row)
{
    bool opens = row->hit.floor == 1;
    struct filter_case what = {.clock = filtering_clock};

    arena_reset(t->scratch);
    what.body = filtering_text(row->body, t->scratch);
    if (opens) {
        what.title = filtering_text(row->hit.title, t->scratch);
        what.tags = filtering_tags(row->tags, t->scratch);
    }
    const struct filter_verdict verdict = filter_look(t->filter, &what, t->hits);
    if (!verdict.action)
        return;
    struct text name = filter_name(t->filter, verdict.rule); /* after the filter's own, which is empty here */
    row->hit.rule = (struct text){name.at + 1, name.len - 1};
    row->hit.action = verdict.action;
    row->hit.slow = verdict.slow;
    row->hit.excerpt = beginning(t->r, row->body);
    items_add(&t->w, &t->out.hits, &shape_filter_hit_record, &row->hit);
}

/* Goes on until the page is full, its time is over or there are no more posts; the place where the next one goes on, 0: nowhere. */
static uint64_t try_posts(struct trial *t)
{
    struct query q = store_filter_posts(t->r->db, t->before, LIMIT_FILTER_TRIED);
    struct filter_post_row row;
    uint64_t looked = 0;
    bool stopped = false;

    while (!stopped && store_filter_post_next(&q, t->r->arena, &row)) {
        looked++;
        t->before = row.hit.post;
        if ((int64_t)row.hit.created >= t->since) {
            t->recent = true;
            t->out.examined++;
            try_post(t, &row);
        }
        stopped = t->out.hits.count == LIMIT_PAGE_ITEMS || filtering_clock() >= t->until;
    }
    query_end(&q);
    /* Imported posts are as old as they say: the end is where a whole page of them is too old. */
    return stopped || (looked == LIMIT_FILTER_TRIED && t->recent) ? t->before : 0;
}

static enum status find_text(struct request *r, const struct filter_test_request *in, struct text *text)
{
    struct filter_row row;

    *text = in->text;
    if (!in->filter.at == !in->text.at)
        return refuse_field(r, STATUS_BAD_FIELD, "filter");
    if (in->text.at)
        return STATUS_OK;
    if (!store_filter(r->db, in->filter, r->arena, &row))
        return refuse_field(r, STATUS_NOT_FOUND, "filter");
    *text = row.text;
    return STATUS_OK;
}

static enum status check_trial(struct request *r, const struct filter_test_request *in, struct trial *t, struct text *text)
{
    enum status status = check_power(r);

    if (status)
        return status;
    if (in->days > LIMIT_FILTER_DAYS)
        return refuse_limit(r, STATUS_BAD_FIELD, "days", LIMIT_FILTER_DAYS);
    if (!page_place_read(in->after, &t->before, 1) || t->before == 0 || t->before > INT64_MAX)
        return refuse_field(r, STATUS_BAD_FIELD, "after");
    t->since = r->now - (int64_t)(in->days ? in->days : LIMIT_FILTER_DAYS) * DAY_MS;
    return find_text(r, in, text);
}

enum status handle_filter_test(struct request *r, const struct filter_test_request *in)
{
    struct trial t = {.r = r, .before = INT64_MAX};
    struct filter_file file;
    struct text text;
    enum status status = check_trial(r, in, &t, &text);

    if (status)
        return status;
    status = compile(r, (struct text){"", 0}, text, &file, &t.filter);
    if (status)
        goto out;
    t.hits = arena_alloc(r->arena, filter_count(t.filter) * sizeof *t.hits);
    t.scratch = arena_new(SCRATCH);
    if (!t.hits || !t.scratch) {
        status = refuse(r, STATUS_BUSY);
        goto out;
    }
    t.w = arena_writer(r->arena, (size_t)LIMIT_PAGE_ITEMS * HIT_BYTES);
    t.out.hits = items_begin(&t.w);
    t.until = filtering_clock() + TRIAL_NS;
    uint64_t next = try_posts(&t);
    if (next)
        t.out.next = page_place_write(r, &next, 1);
    status = reply_filter_test(r, &t.out);
out:
    arena_free(t.scratch);
    filter_free(t.filter);
    return status;
}
