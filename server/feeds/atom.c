/* Atom (RFC 4287). */
#include <stdio.h>

#include "server/feeds/formats.h"

static void write_date(struct xml *x, const char *element, uint64_t ms)
{
    char room[XML_DATE];

    xml_element(x, element, xml_date(room, ms));
}

static void write_text(struct xml *x, const char *element, const char *type, struct text text)
{
    if (!text.at)
        return;
    xml_open(x, element);
    xml_attribute(x, "type", text_of(type));
    xml_say(x, text);
    xml_close(x);
}

static void write_author(struct xml *x, struct text name, struct text address)
{
    xml_open(x, "author");
    xml_element(x, "name", name);
    xml_element(x, "uri", address);
    xml_close(x);
}

static void write_page(struct xml *x, struct text page)
{
    xml_open(x, "link");
    xml_attribute(x, "rel", TEXT("alternate"));
    xml_attribute(x, "type", TEXT("text/html"));
    xml_attribute(x, "href", page);
    xml_close(x);
}

/* The whole text; or where it is, with its first words (section 4.1.3.2). */
static void write_content(struct xml *x, const struct feed_item *item)
{
    if (item->html.at) {
        write_text(x, "content", "html", item->html);
        return;
    }
    write_text(x, "summary", "text", item->excerpt.at ? item->excerpt : TEXT(""));
    xml_open(x, "content");
    xml_attribute(x, "type", TEXT("text/html"));
    xml_attribute(x, "src", item->url);
    xml_close(x);
}

/* RFC 6721 section 3. */
static void write_tombstone(struct xml *x, const struct feed_item *item)
{
    char room[XML_DATE];

    xml_open(x, "at:deleted-entry");
    xml_attribute(x, "ref", item->id);
    xml_attribute(x, "when", xml_date(room, item->updated));
    xml_close(x);
}

static void write_entry(struct xml *x, const struct feed_document *document, const struct feed_item *item)
{
    xml_open(x, "entry");
    xml_element(x, "id", item->id);
    write_text(x, "title", "text", item->title);
    write_date(x, "published", item->published);
    write_date(x, "updated", item->updated);
    write_author(x, item->author, item->author_url);
    for (uint32_t i = 0; i < item->tag_count; i++) {
        xml_open(x, "category");
        xml_attribute(x, "term", item->tags[i]);
        xml_close(x);
    }
    write_page(x, item->url);
    feed_write_parent(x, item);
    feed_write_replies(x, "link", document, item);
    if (item->replies_feed[document->format].at) {
        char digits[24];
        int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)item->replies);
        xml_element(x, "thr:total", (struct text){digits, (size_t)len});
    }
    write_content(x, item);
    xml_close(x);
}

struct text atom_write(const struct feed_document *document, struct arena *arena)
{
    struct xml *x = xml_begin("feed");

    if (!x)
        return (struct text){NULL, 0};
    xml_attribute(x, "xmlns", TEXT(NAMESPACE_ATOM));
    xml_attribute(x, "xmlns:thr", TEXT(NAMESPACE_THREADS));
    xml_attribute(x, "xmlns:at", TEXT(NAMESPACE_TOMBSTONES));
    xml_attribute(x, "xmlns:fh", TEXT(NAMESPACE_HISTORY));
    xml_attribute(x, "xml:lang", document->lang);
    xml_element(x, "id", document->id);
    write_text(x, "title", "text", document->title);
    write_text(x, "subtitle", "text", document->subtitle);
    write_date(x, "updated", document->updated);
    write_author(x, document->site, (struct text){NULL, 0});
    xml_element(x, "icon", document->icon);
    write_page(x, document->page);
    feed_write_links(x, "link", document);
    feed_write_history(x, document);
    for (uint32_t i = 0; i < document->item_count; i++) {
        if (document->items[i].gone)
            write_tombstone(x, &document->items[i]);
        else
            write_entry(x, document, &document->items[i]);
    }
    return xml_end(x, arena);
}
