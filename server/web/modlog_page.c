/* See modlog_page.h. Also the pages: the public log, and the heads of the audit log's days. */
#include "server/web/modlog_page.h"

#include <inttypes.h>
#include <sodium.h>

#include "server/web/form_page.h"
#include "server/web/pieces.h"

/* ---- words ---- */

struct text modlog_subject(struct page *p, const struct modlog_record *act)
{
    struct text floor = arena_format(p->arena, "%" PRIu64, act->floor);

    return act->title.len && act->floor ? page_words(p, WORDS_modlog_floor, act->title, floor) : act->title;
}

struct text modlog_subject_path(struct page *p, const struct modlog_record *act)
{
    if (act->post)
        return page_path(p, "/p/%" PRIu64, act->post);
    return act->thread ? page_path(p, "/t/%" PRIu64, act->thread) : (struct text){NULL, 0};
}

struct text modlog_place(const struct page *p, const struct modlog_record *act)
{
    return act->site ? words_text(WORDS_modlog_site, p->reader.lang) : page_either(p, act->board_name, act->board_name_en);
}

struct text modlog_head_line(struct page *p, const struct head_record *head)
{
    char hex[2 * 32 + 1] = "";

    if (head->hash.len == 32)
        sodium_bin2hex(hex, sizeof hex, (const uint8_t *)head->hash.at, head->hash.len);
    return arena_format(p->arena, "luntan-head %.*s %s", (int)head->day.len, head->day.at, hex);
}

struct text modlog_path(struct page *p, struct text board)
{
    struct text escaped = url_escape(p->arena, board.len ? board : TEXT(""));

    return board.len ? page_path(p, "/modlog?board=%.*s", (int)escaped.len, escaped.at) : TEXT("/modlog");
}

/* ---- the log ---- */

/* The boards that everybody reads, to choose from. */
static bool add_boards(struct page *p, struct object *o, struct text chosen)
{
    struct list *options = object_list(o, "boards");
    struct boards_reply out;
    struct board_record board;

    if (!ask_boards(p, &(struct boards_request){0}, &out))
        return false;
    while (items_next(&out.boards, &shape_board_record, &board))
        if (board.read == ROLE_VISITOR)
            form_page_option(options, board.slug, page_board_name(p, &board), text_equal(board.slug, chosen));
    return true;
}

static void add_acts(struct page *p, struct object *o, struct items items)
{
    struct modlog_record *acts = arena_alloc(p->arena, (size_t)(items.count + 1) * sizeof *acts);
    struct list *rows = object_list(o, "acts");

    for (size_t i = 0; acts && items_next(&items, &shape_modlog_record, &acts[i]); i++) {
        struct object *row = list_add(rows);
        struct text path = modlog_subject_path(p, &acts[i]);
        object_record(row, "act", &shape_modlog_record, &acts[i]);
        object_text(row, "subject", modlog_subject(p, &acts[i]));
        object_text(row, "place", modlog_place(p, &acts[i]));
        if (path.len)
            object_url(row, "path", path);
    }
}

void view_modlog(struct page *p)
{
    struct text typed = page_query(p, "board");
    const struct modlog_request in = {.before = page_number(page_query(p, "before")), .board = typed.len ? typed : (struct text){NULL, 0}};
    struct object *o = object_new(p->arena);
    struct text path = modlog_path(p, in.board);
    struct pager pager = {0};
    struct modlog_reply out;

    if (!ask_modlog(p, &in, &out) || !add_boards(p, o, in.board))
        return;
    add_acts(p, o, out.acts);
    object_url(o, "atom", in.board.len ? page_path(p, "/modlog.atom%s", strchr(path.at, '?')) : TEXT("/modlog.atom"));
    if (in.before)
        pager.first = path;
    if (out.next)
        pager.next = page_path(p, "%.*s%sbefore=%" PRIu64, (int)path.len, path.at, in.board.len ? "&" : "?", out.next);
    piece_pager(o, &pager);
    page_show(p, &(struct shown){
        .template = TEMPLATE_modlog, .values = o, .title = words_text(WORDS_modlog_title, p->reader.lang), .canonical = path,
        .feed = TEXT("/modlog"),
    });
}

/* ---- the heads ---- */

void view_heads(struct page *p)
{
    struct text before = page_query(p, "before");
    const struct heads_request in = {.before = before.len ? before : (struct text){NULL, 0}};
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "heads");
    const struct item_link up = {TEXT("/modlog"), words_text(WORDS_modlog_title, p->reader.lang)};
    struct pager pager = {0};
    struct heads_reply out;
    struct head_record head;

    if (!ask_heads(p, &in, &out))
        return;
    object_text(o, "site", page_site(p)); /* which a sheet of paper has to say */
    object_text(o, "address", page_absolute(p, TEXT("/modlog/heads")));
    while (items_next(&out.heads, &shape_head_record, &head))
        object_text(list_add(rows), "line", modlog_head_line(p, &head));
    if (in.before.len)
        pager.first = TEXT("/modlog/heads");
    if (out.next.len)
        pager.next = page_path(p, "/modlog/heads?before=%.*s", (int)out.next.len, out.next.at);
    piece_pager(o, &pager);
    page_show(p, &(struct shown){
        .template = TEMPLATE_heads, .values = o, .title = words_text(WORDS_modlog_heads, p->reader.lang), .canonical = TEXT("/modlog/heads"),
        .up = &up, .up_count = 1, .feed = TEXT("/modlog"),
    });
}
