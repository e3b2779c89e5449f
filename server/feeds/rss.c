/* RSS 2.0, with what it lacks from Atom, Dublin Core and the content module. It has no tombstones. */
#include "server/feeds/formats.h"

static void write_date(struct xml *x, const char *element, uint64_t ms)
{
    char room[XML_DATE];

    xml_element(x, element, xml_date_of_mail(room, ms));
}

static void write_item(struct xml *x, const struct feed_document *document, const struct feed_item *item)
{
    char room[XML_DATE];

    xml_open(x, "item");
    xml_element(x, "title", item->title);
    xml_element(x, "link", item->url);
    xml_open(x, "guid");
    xml_attribute(x, "isPermaLink", TEXT("false"));
    xml_say(x, item->id);
    xml_close(x);
    write_date(x, "pubDate", item->published);
    xml_element(x, "atom:updated", xml_date(room, item->updated));
    xml_element(x, "dc:creator", item->author);
    for (uint32_t i = 0; i < item->tag_count; i++)
        xml_element(x, "category", item->tags[i]);
    feed_write_parent(x, item);
    feed_write_replies(x, "atom:link", document, item);
    if (item->html.at)
        xml_element(x, "content:encoded", item->html);
    else
        xml_element(x, "description", item->excerpt.at ? item->excerpt : TEXT(""));
    xml_close(x);
}

struct text rss_write(const struct feed_document *document, struct arena *arena)
{
    struct xml *x = xml_begin("rss");

    if (!x)
        return (struct text){NULL, 0};
    xml_attribute(x, "version", TEXT("2.0"));
    xml_attribute(x, "xmlns:atom", TEXT(NAMESPACE_ATOM));
    xml_attribute(x, "xmlns:content", TEXT("http://purl.org/rss/1.0/modules/content/"));
    xml_attribute(x, "xmlns:dc", TEXT("http://purl.org/dc/elements/1.1/"));
    xml_attribute(x, "xmlns:thr", TEXT(NAMESPACE_THREADS));
    xml_attribute(x, "xmlns:fh", TEXT(NAMESPACE_HISTORY));
    xml_open(x, "channel");
    xml_element(x, "title", document->title);
    xml_element(x, "link", document->page);
    xml_element(x, "description", document->subtitle.at ? document->subtitle : document->title);
    xml_element(x, "language", document->lang);
    write_date(x, "lastBuildDate", document->updated);
    xml_element(x, "atom:id", document->id);
    feed_write_links(x, "atom:link", document);
    feed_write_history(x, document);
    for (uint32_t i = 0; i < document->item_count; i++)
        if (!document->items[i].gone)
            write_item(x, document, &document->items[i]);
    xml_close(x);
    return xml_end(x, arena);
}
