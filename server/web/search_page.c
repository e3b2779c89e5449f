/* Searching: the form, and what was found. A tag's page is a search for it. */
#include "server/web/feed_address.h"
#include "server/web/pieces.h"

/* A text as pieces, those that match apart, so that the template marks them. */
static void add_pieces(struct object *o, const char *name, struct text text, struct items marks)
{
    struct list *pieces = object_list(o, name);
    size_t at = 0;
    uint64_t from, to;

    while (items_next_uint(&marks, &from) && items_next_uint(&marks, &to)) {
        if (from < at || to < from || to > text.len)
            break;
        object_text(list_add(pieces), "plain", (struct text){text.at + at, from - at});
        object_text(list_add(pieces), "match", (struct text){text.at + from, to - from});
        at = to;
    }
    object_text(list_add(pieces), "plain", (struct text){text.at + at, text.len - at});
}

static void add_hits(struct page *p, struct object *o, struct items items)
{
    struct hit_record *hits = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *hits);
    struct list *rows = object_list(o, "hits");

    for (uint64_t i = 0; hits && items_next(&items, &shape_hit_record, &hits[i]); i++) {
        struct object *row = list_add(rows);
        const struct hit_record *hit = &hits[i];
        object_record(row, "hit", &shape_hit_record, hit);
        object_text(row, "author", piece_name(hit->author_name, hit->author));
        object_text(row, "board", page_either(p, hit->board_name, hit->board_name_en));
        add_pieces(row, "title", hit->title, hit->title_marks);
        add_pieces(row, "excerpt", hit->excerpt, hit->marks);
    }
}

/* What moderators find among what waits. */
static void add_waiting(struct page *p, struct object *o, struct items items)
{
    struct item_record *waiting = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *waiting);
    struct list *rows = object_list(o, "waiting");

    for (uint64_t i = 0; waiting && items_next(&items, &shape_item_record, &waiting[i]); i++)
        object_record(list_add(rows), "item", &shape_item_record, &waiting[i]);
}

static struct text search_path(struct page *p, struct text query, bool by_date, struct text after)
{
    struct text cursor = after.at ? page_base64(p, after) : (struct text){NULL, 0}, escaped = url_escape(p->arena, query);

    return arena_format(p->arena, "/search?q=%.*s%s%s%.*s", (int)escaped.len, escaped.at, by_date ? "&sort=date" : "",
                        cursor.len ? "&after=" : "", (int)cursor.len, cursor.at ? cursor.at : "");
}

/* What was wrong with the search, in words that say it. */
static struct text wrong_words(const struct page *p)
{
    static const struct {
        const char *field;
        enum status status;
        enum words words;
    } rows[] = {
        {"query", STATUS_TOO_MANY, WORDS_search_too_many}, {"query", STATUS_TOO_LONG, WORDS_search_too_long},
        {"query", STATUS_BAD_FIELD, WORDS_search_wrong}, {"author", STATUS_NOT_FOUND, WORDS_search_no_author},
        {"board", STATUS_NOT_FOUND, WORDS_search_no_board}, {"tag", STATUS_BAD_FIELD, WORDS_search_no_tag},
        {"after", STATUS_BAD_FIELD, WORDS_search_no_page},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (p->refusal.status == rows[i].status && text_equal(p->refusal.field, text_of(rows[i].field)))
            return words_text(rows[i].words, p->reader.lang);
    return p->refusal.words;
}

static void show_found(struct page *p, struct object *o, const struct search_request *in, const struct search_reply *out)
{
    struct pager pager = {0};

    add_hits(p, o, out->hits);
    add_waiting(p, o, out->waiting);
    object_flag(o, "nothing", out->hits.count == 0 && !out->next.at);
    object_flag(o, "partial", out->partial);
    object_flag(o, "by_date", in->by_date);
    object_url(o, "by_fit_path", search_path(p, in->query, false, (struct text){NULL, 0}));
    object_url(o, "by_date_path", search_path(p, in->query, true, (struct text){NULL, 0}));
    if (in->after.at)
        pager.first = search_path(p, in->query, in->by_date, (struct text){NULL, 0});
    if (out->next.at)
        pager.next = search_path(p, in->query, in->by_date, out->next);
    piece_pager(o, &pager);
}

void view_search(struct page *p)
{
    static const struct text by_date = TEXT_INIT("date");
    struct text cursor = page_query(p, "after");
    struct search_request in = {.query = page_query(p, "q"), .by_date = text_equal(page_query(p, "sort"), by_date)};
    struct object *o = object_new(p->arena);
    struct shown shown = {.template = TEMPLATE_search, .values = o, .title = words_text(WORDS_search_title, p->reader.lang), .unlisted = true};
    struct search_reply out;

    object_text(o, "q", in.query);
    if (in.query.len) {
        in.after = cursor.len ? page_bytes(p, cursor) : (struct text){NULL, 0};
        if (cursor.len && !in.after.at)
            in.after = TEXT("?"); /* broken: let it be refused as such */
        shown.title = page_words(p, WORDS_search_title_of, in.query, (struct text){NULL, 0});
        if (ask_search(p, &in, &out)) {
            show_found(p, o, &in, &out);
            object_url(o, "feed", feed_address(p, FEED_KIND_SEARCH, in.query, 0, FEED_ATOM));
        } else if (p->refusal.retry_after || p->refusal.status == STATUS_BUSY || p->refusal.status == STATUS_INTERNAL) {
            return;
        } else {
            object_text(o, "wrong", wrong_words(p));
            shown.status = p->refusal.status == STATUS_NOT_FOUND ? 404 : 422;
            p->refusal = (struct refusal){.status = STATUS_OK};
        }
    }
    page_show(p, &shown);
}

/* What is under a tag is what a search for it finds. */
void view_tag(struct page *p)
{
    bool spaced = memchr(p->params[0].at, ' ', p->params[0].len) != NULL;
    struct text query = arena_format(p->arena, spaced ? "tag:\"%.*s\"" : "tag:%.*s", (int)p->params[0].len, p->params[0].at);

    page_redirect(p, search_path(p, query, true, (struct text){NULL, 0}));
}
