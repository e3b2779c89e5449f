/* JSON Feed 1.1. It has no tombstones; the archive before is the next page (next_url). */
#include "server/feeds/formats.h"

/* JSON being written into an arena: first measured, then written, by the same functions. */
struct json {
    char *at; /* NULL: measuring */
    size_t len;
    bool first; /* nothing stands in the present object or list yet */
};

static void put(struct json *j, const char *bytes, size_t len)
{
    if (j->at)
        memcpy(j->at + j->len, bytes, len);
    j->len += len;
}

static void put_words(struct json *j, const char *words)
{
    put(j, words, strlen(words));
}

/* A code point as UTF-8 (RFC 3629 section 3). */
static void put_character(struct json *j, uint32_t c)
{
    const char bytes[4] = {
        (char)(c < 0x80 ? c : c < 0x800 ? 0xc0 | c >> 6 : c < 0x10000 ? 0xe0 | c >> 12 : 0xf0 | c >> 18),
        (char)(0x80 | (c >> (c < 0x800 ? 0 : c < 0x10000 ? 6 : 12) & 0x3f)),
        (char)(0x80 | (c >> (c < 0x10000 ? 0 : 6) & 0x3f)),
        (char)(0x80 | (c & 0x3f)),
    };

    put(j, bytes, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
}

/* RFC 8259 section 7. */
static void put_string(struct json *j, struct text text)
{
    static const char digits[] = "0123456789abcdef";

    put(j, "\"", 1);
    for (size_t at = 0; at < text.len;) {
        uint32_t c = xml_next(text, &at);
        if (c == '"' || c == '\\') {
            put(j, "\\", 1);
            put_character(j, c);
        } else if (c < 0x20) {
            const char escaped[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
            put(j, escaped, sizeof escaped);
        } else {
            put_character(j, c);
        }
    }
    put(j, "\"", 1);
}

static void put_name(struct json *j, const char *name)
{
    if (!j->first)
        put(j, ",", 1);
    j->first = false;
    if (name) {
        put_string(j, text_of(name));
        put(j, ":", 1);
    }
}

static void open_with(struct json *j, const char *name, const char *bracket)
{
    put_name(j, name);
    put_words(j, bracket);
    j->first = true;
}

static void close_with(struct json *j, const char *bracket)
{
    put_words(j, bracket);
    j->first = false;
}

/* A member with a text; an absent one writes nothing. */
static void member(struct json *j, const char *name, struct text value)
{
    if (!value.at)
        return;
    put_name(j, name);
    put_string(j, value);
}

static void member_date(struct json *j, const char *name, uint64_t ms)
{
    char room[XML_DATE];

    member(j, name, xml_date(room, ms));
}

/* ---- the document ---- */

static void put_item(struct json *j, const struct feed_item *item)
{
    open_with(j, NULL, "{");
    member(j, "id", item->id);
    member(j, "url", item->url);
    member(j, "title", item->title);
    if (item->html.at)
        member(j, "content_html", item->html);
    else
        member(j, "content_text", item->excerpt.at ? item->excerpt : TEXT(""));
    member_date(j, "date_published", item->published);
    member_date(j, "date_modified", item->updated);
    open_with(j, "authors", "[");
    open_with(j, NULL, "{");
    member(j, "name", item->author);
    member(j, "url", item->author_url);
    close_with(j, "}");
    close_with(j, "]");
    open_with(j, "tags", "[");
    for (uint32_t i = 0; i < item->tag_count; i++)
        member(j, NULL, item->tags[i]);
    close_with(j, "]");
    if (item->reply_id.at) {
        open_with(j, "_in_reply_to", "{");
        member(j, "id", item->reply_id);
        member(j, "url", item->reply_url);
        close_with(j, "}");
    }
    close_with(j, "}");
}

static void put_hub(struct json *j, struct text hub)
{
    if (!hub.at)
        return;
    open_with(j, "hubs", "[");
    open_with(j, NULL, "{");
    member(j, "type", TEXT("WebSub"));
    member(j, "url", hub);
    close_with(j, "}");
    close_with(j, "]");
}

static void put_document(struct json *j, const struct feed_document *document)
{
    j->first = true;
    open_with(j, NULL, "{");
    member(j, "version", TEXT("https://jsonfeed.org/version/1.1"));
    member(j, "title", document->title);
    member(j, "description", document->subtitle);
    member(j, "home_page_url", document->page);
    member(j, "feed_url", document->self);
    member(j, "next_url", document->previous);
    member(j, "icon", document->icon);
    member(j, "language", document->lang);
    put_hub(j, document->hub);
    open_with(j, "items", "[");
    for (uint32_t i = 0; i < document->item_count; i++)
        if (!document->items[i].gone)
            put_item(j, &document->items[i]);
    close_with(j, "]");
    close_with(j, "}");
    put_words(j, "\n");
}

struct text json_write(const struct feed_document *document, struct arena *arena)
{
    struct json j = {NULL, 0, true};

    put_document(&j, document);
    j.at = arena_alloc(arena, j.len);
    if (!j.at)
        return (struct text){NULL, 0};
    j.len = 0;
    put_document(&j, document);
    return (struct text){j.at, j.len};
}
