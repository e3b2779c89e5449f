/*
 * Feeds of what people write. Whatever stands in titles, names, tags, texts and addresses: Atom, RSS and OPML are well-formed XML, JSON Feed
 * is JSON, a reader finds in each what was put in, but for characters that XML cannot hold, and writing twice gives the same bytes. The
 * input is a list of texts, each with its length in two bytes before it.
 */
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdlib.h>

#include "server/feeds/feed.h"
#include "server/feeds/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA = 16 * 1024 * 1024, TEXTS = 12 };

/* ---- what was put in, as readers are to get it ---- */

static size_t put_character(uint32_t c, char *to)
{
    if (c < 0x80)
        return to[0] = (char)c, 1;
    if (c < 0x800)
        return to[0] = (char)(0xc0 | c >> 6), to[1] = (char)(0x80 | (c & 63)), 2;
    if (c < 0x10000)
        return to[0] = (char)(0xe0 | c >> 12), to[1] = (char)(0x80 | (c >> 6 & 63)), to[2] = (char)(0x80 | (c & 63)), 3;
    return to[0] = (char)(0xf0 | c >> 18), to[1] = (char)(0x80 | (c >> 12 & 63)), to[2] = (char)(0x80 | (c >> 6 & 63)), to[3] = (char)(0x80 | (c & 63)), 4;
}

static struct text expected(struct text text, struct arena *arena)
{
    char *out = arena_alloc(arena, 3 * text.len + 4);
    size_t len = 0;

    if (!out)
        abort();
    for (size_t at = 0; at < text.len;)
        len += put_character(xml_next(text, &at), out + len);
    return (struct text){out, len};
}

static void check_equal(const char *got, struct text put, struct arena *arena)
{
    struct text wanted = expected(put, arena);

    if (!got || strlen(got) != wanted.len || memcmp(got, wanted.at, wanted.len) != 0)
        abort();
}

/* ---- XML ---- */

static xmlNodePtr child(xmlNodePtr node, const char *name)
{
    for (node = node ? node->children : NULL; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
            return node;
    return NULL;
}

static void check_content(xmlNodePtr node, struct text put, struct arena *arena)
{
    xmlChar *got = node ? xmlNodeGetContent(node) : NULL;

    check_equal((const char *)got, put, arena);
    xmlFree(got);
}

static void check_attribute(xmlNodePtr node, const char *name, struct text put, struct arena *arena)
{
    xmlChar *got = node ? xmlGetProp(node, (const xmlChar *)name) : NULL;

    check_equal((const char *)got, put, arena);
    xmlFree(got);
}

static xmlDocPtr parse(struct text bytes)
{
    xmlDocPtr document = bytes.at ? xmlReadMemory(bytes.at, (int)bytes.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR) : NULL;

    if (!document)
        abort();
    return document;
}

static void check_atom(struct text bytes, const struct feed_document *d, struct arena *arena)
{
    xmlDocPtr document = parse(bytes);
    xmlNodePtr root = xmlDocGetRootElement(document), entry = child(root, "entry");

    check_content(child(root, "title"), d->title, arena);
    check_content(child(entry, "title"), d->items[0].title, arena);
    check_content(child(entry, "content"), d->items[0].html, arena);
    check_content(child(child(entry, "author"), "name"), d->items[0].author, arena);
    check_attribute(child(entry, "category"), "term", d->items[0].tags[0], arena);
    check_attribute(child(entry, "link"), "href", d->items[0].url, arena);
    xmlFreeDoc(document);
}

static void check_rss(struct text bytes, const struct feed_document *d, struct arena *arena)
{
    xmlDocPtr document = parse(bytes);
    xmlNodePtr item = child(child(xmlDocGetRootElement(document), "channel"), "item");

    check_content(child(item, "title"), d->items[0].title, arena);
    check_content(child(item, "encoded"), d->items[0].html, arena);
    check_content(child(item, "creator"), d->items[0].author, arena);
    check_content(child(item, "guid"), d->items[0].id, arena);
    check_content(child(item, "category"), d->items[0].tags[0], arena);
    xmlFreeDoc(document);
}

static void check_opml(const struct text texts[TEXTS], struct arena *arena)
{
    const struct opml_feed feed = {.title = texts[0], .about = texts[1], .feed = texts[2], .page = texts[3]};
    xmlDocPtr document = parse(opml_write(texts[4], 1, &feed, 1, arena));
    xmlNodePtr root = xmlDocGetRootElement(document), outline = child(child(root, "body"), "outline");

    check_content(child(child(root, "head"), "title"), texts[4], arena);
    check_attribute(outline, "title", texts[0], arena);
    check_attribute(outline, "xmlUrl", texts[2], arena);
    xmlFreeDoc(document);
}

/* ---- JSON ---- */

static void check_json(struct text bytes, const struct feed_document *d, struct arena *arena)
{
    json_error_t error;
    json_t *document = json_loadb(bytes.at, bytes.len, JSON_REJECT_DUPLICATES, &error);
    json_t *item = json_array_get(json_object_get(document, "items"), 0);

    if (!document)
        abort();
    check_equal(json_string_value(json_object_get(document, "title")), d->title, arena);
    check_equal(json_string_value(json_object_get(item, "title")), d->items[0].title, arena);
    check_equal(json_string_value(json_object_get(item, "content_html")), d->items[0].html, arena);
    check_equal(json_string_value(json_array_get(json_object_get(item, "tags"), 0)), d->items[0].tags[0], arena);
    json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(ARENA);
    struct text texts[TEXTS];
    size_t at = 0;

    if (!arena)
        abort();
    for (size_t i = 0; i < TEXTS; i++) {
        size_t len = size - at >= 2 ? (size_t)data[at] << 8 | data[at + 1] : 0;
        at += size - at >= 2 ? 2 : 0;
        len = len < size - at ? len : size - at;
        texts[i] = arena_text(arena, (struct text){len ? (const char *)data + at : "", len});
        at += len;
    }
    const struct text tags[] = {texts[5], texts[6]};
    const struct feed_item item = {
        .id = texts[7], .url = texts[8], .title = texts[0], .html = texts[1], .author = texts[2], .author_url = texts[9], .tags = tags, .tag_count = 2,
        .published = 1, .updated = 2, .reply_id = texts[10], .reply_url = texts[11],
    };
    struct feed_document document = {
        .lang = TEXT("zh-CN"), .id = texts[7], .title = texts[3], .subtitle = texts[4], .site = texts[2], .self = texts[8], .page = texts[9],
        .updated = 2, .items = &item, .item_count = 1,
    };
    static void (*const checks[FEED_FORMATS])(struct text bytes, const struct feed_document *d, struct arena *arena) = {check_atom, check_rss, check_json};
    for (enum feed_format format = 0; format < FEED_FORMATS; format++) {
        document.format = format;
        struct text bytes = feed_write(&document, arena);
        if (!text_equal(bytes, feed_write(&document, arena)))
            abort();
        checks[format](bytes, &document, arena);
    }
    check_opml(texts, arena);
    arena_free(arena);
    return 0;
}
