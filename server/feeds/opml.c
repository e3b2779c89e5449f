/* OPML 2.0: a list of feeds. */
#include "server/feeds/xml.h"

struct text opml_write(struct text title, uint64_t updated, const struct opml_feed *feeds, uint32_t count, struct arena *arena)
{
    struct xml *x = xml_begin("opml");
    char room[XML_DATE];

    if (!x)
        return (struct text){NULL, 0};
    xml_attribute(x, "version", TEXT("2.0"));
    xml_open(x, "head");
    xml_element(x, "title", title);
    if (updated)
        xml_element(x, "dateModified", xml_date_of_mail(room, updated));
    xml_close(x);
    xml_open(x, "body");
    for (uint32_t i = 0; i < count; i++) {
        xml_open(x, "outline");
        xml_attribute(x, "type", TEXT("rss"));
        xml_attribute(x, "text", feeds[i].title);
        xml_attribute(x, "title", feeds[i].title);
        xml_attribute(x, "description", feeds[i].about);
        xml_attribute(x, "xmlUrl", feeds[i].feed);
        xml_attribute(x, "htmlUrl", feeds[i].page);
        xml_close(x);
    }
    xml_close(x);
    return xml_end(x, arena);
}
