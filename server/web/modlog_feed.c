/*
 * The public log and the heads of days as a feed: whoever follows it keeps the heads elsewhere without doing anything.
 *
 * What it shows stands on boards and in threads everywhere, so that no page is kept: it is made anew for whoever has not its entity tag,
 * out of one page of each. With ?board= it is that board's acts, without heads.
 */
#include <inttypes.h>
#include <time.h>

#include "moderation/period.h"
#include "server/web/feed_address.h"
#include "server/web/markup.h"
#include "server/web/modlog_page.h"


/* A document being put together. */
struct making {
    struct page *p;
    struct text board; /* absent: the whole, with heads */
    struct text tag;   /* what ids begin with */
    enum feed_format format;
    struct feed_item *items;
    uint32_t count;
};

/* ---- entries ---- */

static void add_paragraph(struct markup *m, struct text text)
{
    if (!text.len)
        return;
    markup_put(m, "<p>");
    markup_escape(m, text);
    markup_put(m, "</p>");
}

/* Fills what all entries have alike. */
static struct feed_item *add_item(struct making *m, uint64_t time, struct text path)
{
    struct feed_item *item = &m->items[m->count++];

    *item = (struct feed_item){
        .url = page_absolute(m->p, path), .author = page_site(m->p), .author_url = page_absolute(m->p, TEXT("/")),
        .published = time, .updated = time,
    };
    return item;
}

static struct text until_of(struct page *p, const struct modlog_record *act)
{
    time_t seconds = (time_t)(((int64_t)act->until + PERIOD_CHINA_MS) / 1000);
    char date[sizeof "2026-11-24 00:00"];
    struct tm civil;

    if (!act->until || !gmtime_r(&seconds, &civil) || !strftime(date, sizeof date, "%Y-%m-%d %H:%M", &civil))
        return (struct text){NULL, 0};
    return page_words(p, WORDS_modlog_until, arena_text(p->arena, text_of(date)), (struct text){NULL, 0});
}

static struct text words_of(const struct page *p, const struct enumeration_value *value)
{
    return p->reader.lang == LANG_EN ? value->en : value->zh;
}

static void add_act(struct making *m, const struct modlog_record *act)
{
    struct page *p = m->p;
    struct text path = modlog_subject_path(p, act), subject = modlog_subject(p, act), place = modlog_place(p, act);
    struct text what = words_of(p, enumeration_by_number(&enumeration_decision_act, act->act));
    struct feed_item *item = add_item(m, act->time, path.len ? path : modlog_path(p, act->board_slug));
    struct markup html = {.arena = p->arena};

    item->id = arena_format(p->arena, "%.*smodlog:%" PRIu64 ".%" PRIu64, (int)m->tag.len, m->tag.at, act->id, act->time);
    item->title = subject.len || place.len ? page_words(p, WORDS_modlog_entry, what, subject.len ? subject : place) : what;
    add_paragraph(&html, place);
    if (act->reason != REASON_NONE)
        add_paragraph(&html, page_words(p, WORDS_modlog_rule, words_of(p, enumeration_by_number(&enumeration_reason, act->reason)),
                                        (struct text){NULL, 0}));
    add_paragraph(&html, until_of(p, act));
    markup_put(&html, "<p>"); /* never without a text */
    markup_escape(&html, words_text(WORDS_modlog_about, p->reader.lang));
    markup_put(&html, "</p>");
    item->html = markup_html(&html, p->arena).text;
}

/* When a day in China was over, UTC in milliseconds. */
static uint64_t end_of(struct text day)
{
    struct tm civil = {.tm_year = 70, .tm_mday = 1};

    if (day.len == sizeof "2026-11-24" - 1) {
        civil.tm_year = (int)page_number((struct text){day.at, 4}) - 1900;
        civil.tm_mon = (int)page_number((struct text){day.at + 5, 2}) - 1;
        civil.tm_mday = (int)page_number((struct text){day.at + 8, 2});
    }
    return (uint64_t)((int64_t)timegm(&civil) * 1000 + PERIOD_DAY_MS - PERIOD_CHINA_MS);
}

/* Its hash is in its id, so that a reader shows a head that was made anew as another entry. */
static void add_head(struct making *m, const struct head_record *head)
{
    struct page *p = m->p;
    struct text line = modlog_head_line(p, head);
    const size_t before = sizeof "luntan-head 2026-11-24 " - 1;

    if (line.len < before)
        return; /* no memory, which the arena says at the end */
    struct feed_item *item = add_item(m, end_of(head->day), TEXT("/modlog/heads"));
    struct markup html = {.arena = p->arena};

    item->id = arena_format(p->arena, "%.*shead:%.*s.%.*s", (int)m->tag.len, m->tag.at, (int)head->day.len, head->day.at,
                            (int)(line.len - before), line.at + before);
    item->title = page_words(p, WORDS_heads_entry, head->day, (struct text){NULL, 0});
    add_paragraph(&html, line);
    item->html = markup_html(&html, p->arena).text;
}

/* Both lists come newest first, and so does the feed. */
static void merge(struct making *m, struct items acts, struct items heads)
{
    struct modlog_record act;
    struct head_record head;
    bool has_act = items_next(&acts, &shape_modlog_record, &act), has_head = items_next(&heads, &shape_head_record, &head);

    while (has_act || has_head) {
        if (has_act && (!has_head || act.time >= end_of(head.day))) {
            add_act(m, &act);
            has_act = items_next(&acts, &shape_modlog_record, &act);
        } else {
            add_head(m, &head);
            has_head = items_next(&heads, &shape_head_record, &head);
        }
    }
}

/* ---- the document ---- */

struct text modlog_feed_address(struct page *p, struct text board, enum feed_format format)
{
    struct text suffix = feed_suffix(format), escaped = url_escape(p->arena, board.len ? board : TEXT(""));
    const char *lang = p->reader.lang == LANG_EN ? "lang=en" : "";

    return page_absolute(p, page_path(p, "/modlog.%.*s%s%.*s%s%s", (int)suffix.len, suffix.at, escaped.len ? "?board=" : "",
                                      (int)escaped.len, escaped.at, *lang ? (escaped.len ? "&" : "?") : "", lang));
}

static struct text write_document(const struct making *m)
{
    struct page *p = m->p;
    struct feed_document d = {
        .format = m->format, .lang = p->reader.lang == LANG_EN ? TEXT("en") : TEXT("zh-CN"),
        .id = arena_format(p->arena, "%.*sfeed:modlog%s%.*s", (int)m->tag.len, m->tag.at, m->board.len ? ":" : "", (int)m->board.len,
                           m->board.len ? m->board.at : ""),
        .title = page_words(p, WORDS_modlog_feed, words_text(WORDS_modlog_title, p->reader.lang), page_site(p)),
        .subtitle = words_text(WORDS_modlog_about, p->reader.lang), .site = page_site(p),
        .self = modlog_feed_address(p, m->board, m->format), .page = page_absolute(p, modlog_path(p, m->board)),
        .icon = page_absolute(p, TEXT("/apple-touch-icon.png")), .updated = m->count ? m->items[0].updated : 0,
        .items = m->items, .item_count = m->count,
    };

    for (enum feed_format format = 0; format < FEED_FORMATS; format++)
        d.others[format] = modlog_feed_address(p, m->board, format);
    return feed_write(&d, p->arena);
}

void view_feed_modlog(struct page *p)
{
    struct making m = {.p = p, .board = page_query(p, "board")};
    struct heads_reply heads = {.heads = {0}};
    struct modlog_reply log;
    struct text stem;

    if (!m.board.len)
        m.board = (struct text){NULL, 0};
    m.format = feed_format_of(p->path, &stem);
    if (!ask_modlog(p, &(struct modlog_request){.board = m.board}, &log) || (!m.board.len && !ask_heads(p, &(struct heads_request){0}, &heads)))
        return;
    m.tag = log.tag;
    m.items = arena_alloc(p->arena, (size_t)(log.acts.count + heads.heads.count + 1) * sizeof *m.items);
    if (m.items)
        merge(&m, log.acts, heads.heads);
    page_say_feed(p, &(struct page_feed){.format = m.format, .whole = m.items ? write_document(&m) : (struct text){NULL, 0}});
}
