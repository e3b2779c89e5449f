/* See formats.h: links and marks that stand in Atom and in RSS alike. */
#include "server/feeds/formats.h"

/* A type without its parameters. */
static struct text bare(struct text type)
{
    const char *end = memchr(type.at, ';', type.len);

    return (struct text){type.at, end ? (size_t)(end - type.at) : type.len};
}

static void link_to(struct xml *x, const char *element, const char *rel, struct text type, struct text href)
{
    if (!href.at)
        return;
    xml_open(x, element);
    xml_attribute(x, "rel", text_of(rel));
    xml_attribute(x, "type", type);
    xml_attribute(x, "href", href);
    xml_close(x);
}

void feed_write_links(struct xml *x, const char *element, const struct feed_document *document)
{
    const struct text untyped = {NULL, 0}, own = bare(feed_type(document->format));

    link_to(x, element, "self", own, document->self);
    for (enum feed_format format = 0; format < FEED_FORMATS; format++)
        if (format != document->format)
            link_to(x, element, "alternate", bare(feed_type(format)), document->others[format]);
    link_to(x, element, "hub", untyped, document->hub);
    link_to(x, element, "current", own, document->current);
    link_to(x, element, "prev-archive", own, document->previous);
}

void feed_write_history(struct xml *x, const struct feed_document *document)
{
    if (document->archive)
        xml_element(x, "fh:archive", TEXT(""));
}

void feed_write_parent(struct xml *x, const struct feed_item *item)
{
    if (!item->reply_id.at)
        return;
    xml_open(x, "thr:in-reply-to");
    xml_attribute(x, "ref", item->reply_id);
    xml_attribute(x, "href", item->reply_url);
    xml_attribute(x, "type", TEXT("text/html"));
    xml_close(x);
}

void feed_write_replies(struct xml *x, const char *element, const struct feed_document *document, const struct feed_item *item)
{
    struct text feed = item->replies_feed[document->format];

    if (!feed.at)
        return;
    xml_open(x, element);
    xml_attribute(x, "rel", TEXT("replies"));
    xml_attribute(x, "type", bare(feed_type(document->format)));
    xml_attribute(x, "href", feed);
    xml_attribute_number(x, "thr:count", item->replies);
    xml_close(x);
}
