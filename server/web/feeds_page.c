/* The page about feeds, and the list of them for readers (OPML). */
#include "server/web/feed_address.h"
#include "server/web/modlog_page.h"

/* The name of a feed for people: the site's, or a board's in the reader's language. */
static struct text name_of(const struct page *p, const struct feed_record *feed)
{
    return p->reader.lang == LANG_EN && feed->title_en.len ? feed->title_en : feed->title;
}

void view_feeds(struct page *p)
{
    static const char *const members[FEED_FORMATS] = {[FEED_ATOM] = "atom", [FEED_RSS] = "rss", [FEED_JSON] = "json"};
    struct object *o = object_new(p->arena);
    struct list *rows = object_list(o, "feeds");
    struct feed_record feed;
    struct feeds_reply out;

    if (!ask_feeds(p, &(struct feeds_request){0}, &out))
        return;
    while (items_next(&out.feeds, &shape_feed_record, &feed)) {
        struct object *row = list_add(rows);
        struct text path = feed_path(p, feed.kind, feed.name, 0);
        object_text(row, "name", name_of(p, &feed));
        object_url(row, "page", feed_shown_at(p, feed.kind, feed.name));
        for (enum feed_format format = 0; format < FEED_FORMATS; format++) {
            struct text suffix = feed_suffix(format);
            object_url(row, members[format], page_path(p, "%.*s.%.*s", (int)path.len, path.at, (int)suffix.len, suffix.at));
        }
    }
    page_depends(p, TOPIC_NONE, 0);
    page_show(p, &(struct shown){.template = TEMPLATE_feeds, .values = o, .title = words_text(WORDS_feeds_title, p->reader.lang)});
}

void view_opml(struct page *p)
{
    struct feeds_reply out;
    struct feed_record feed;
    struct opml_feed *feeds;
    uint32_t count = 0;

    if (!ask_feeds(p, &(struct feeds_request){0}, &out))
        return;
    feeds = arena_alloc(p->arena, (size_t)(out.feeds.count + 2) * sizeof *feeds);
    while (feeds && items_next(&out.feeds, &shape_feed_record, &feed)) {
        feeds[count++] = (struct opml_feed){
            .title = name_of(p, &feed), .about = feed.about, .feed = feed_address(p, feed.kind, feed.name, 0, FEED_ATOM),
            .page = page_absolute(p, feed_shown_at(p, feed.kind, feed.name)),
        };
    }
    if (feeds)
        feeds[count++] = (struct opml_feed){
            .title = words_text(WORDS_modlog_title, p->reader.lang), .about = words_text(WORDS_modlog_about, p->reader.lang),
            .feed = modlog_feed_address(p, (struct text){NULL, 0}, FEED_ATOM), .page = page_absolute(p, TEXT("/modlog")),
        };
    page_depends(p, TOPIC_NONE, 0);
    page_say(p, TEXT("text/x-opml; charset=utf-8"), opml_write(page_site(p), 0, feeds, count, p->arena));
}
