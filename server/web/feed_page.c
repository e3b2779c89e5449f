/*
 * Feeds: what the core answers of them as documents (server/feeds/).
 *
 * A feed is the same for everybody: Chinese, or English with ?lang=en. In archives stands only what lasts.
 */
#include <inttypes.h>

#include "server/web/feed_address.h"
#include "server/web/pieces.h"

static const struct text nothing = {NULL, 0};

/* A document being put together. */
struct making {
    struct page *p;
    struct feed_request in;
    struct feed_reply reply;
    struct feed_record feed;
    enum feed_format format;
    bool archive, keyed;
};

/* A post's id for ever: after a restored backup its number may be given again, but not at the same time. */
static struct text post_id(const struct making *m, uint64_t post, uint64_t published)
{
    return arena_format(m->p->arena, "%.*spost:%" PRIu64 ".%" PRIu64, (int)m->reply.tag.len, m->reply.tag.at, post, published);
}

/* ---- entries ---- */

static struct text site_address(const struct making *m, const char *what, uint64_t number)
{
    return page_absolute(m->p, page_path(m->p, "%s%" PRIu64, what, number));
}

static struct text title_of(const struct making *m, const struct feed_entry_record *entry)
{
    struct text floor = arena_format(m->p->arena, "%" PRIu64, entry->floor);

    return entry->floor == 1 ? entry->title : page_words(m->p, WORDS_feed_reply, entry->title, floor);
}

static void add_tags(const struct making *m, const struct feed_entry_record *entry, struct feed_item *item)
{
    struct text *tags = arena_alloc(m->p->arena, (size_t)entry->tags.count * sizeof *tags + 1);
    struct items list = entry->tags;

    item->tags = tags;
    while (tags && items_next_text(&list, &tags[item->tag_count]))
        item->tag_count++;
}

/* How many answers there are tomorrow is another number: archives do not say it. */
static void add_answers(const struct making *m, const struct feed_entry_record *entry, struct feed_item *item)
{
    struct text thread = arena_format(m->p->arena, "%" PRIu64, entry->thread);

    if (entry->reply_to) {
        item->reply_id = post_id(m, entry->reply_to, entry->reply_published);
        item->reply_url = site_address(m, "/p/", entry->reply_to);
    }
    if (entry->floor != 1 || m->archive)
        return;
    item->replies = entry->replies;
    item->replies_feed[m->format] = feed_address(m->p, FEED_KIND_THREAD, thread, 0, m->format);
}

static void add_text(const struct making *m, const struct feed_entry_record *entry, struct feed_item *item)
{
    const struct markdown_source source = {
        .thread = entry->thread, .post = entry->post, .revision = entry->revision, .body = entry->body, .lang = m->p->reader.lang,
        .base = page_absolute(m->p, TEXT("")),
    };

    if (!entry->left_out)
        item->html = page_markdown_elsewhere(m->p, &source).html.text;
    if (!item->html.at)
        item->excerpt = words_text(WORDS_feed_left_out, m->p->reader.lang);
}

/* A period's digest, which is no post: its title begins with the first day. */
static struct feed_item digest_of(const struct making *m, const struct feed_entry_record *entry)
{
    struct text tag = m->reply.tag, period = m->feed.name;
    struct feed_item item = {
        .id = arena_format(m->p->arena, "%.*sdigest:%.*s.%" PRIu64, (int)tag.len, tag.at, (int)period.len, period.at, entry->published),
        .url = page_absolute(m->p, page_path(m->p, "/digest?period=%.*s&from=%.*s", (int)period.len, period.at, LIMIT_DATE, entry->title.at)),
        .title = page_words(m->p, WORDS_digest_entry, entry->title, nothing), .author = page_site(m->p),
        .published = entry->published, .updated = entry->updated,
    };

    add_text(m, entry, &item);
    return item;
}

static struct feed_item item_of(const struct making *m, const struct feed_entry_record *entry)
{
    if (m->feed.kind == FEED_KIND_DIGEST)
        return digest_of(m, entry);

    struct feed_item item = {.id = post_id(m, entry->post, entry->published), .gone = entry->gone, .updated = entry->updated};
    struct text handle;

    if (entry->gone)
        return item;
    item.url = site_address(m, "/p/", entry->post);
    item.title = title_of(m, entry);
    item.published = entry->published;
    item.author = piece_name(entry->author_name, entry->author);
    handle = url_escape(m->p->arena, entry->author);
    if (entry->author.at)
        item.author_url = page_absolute(m->p, page_path(m->p, "/u/%.*s", (int)handle.len, handle.at));
    add_tags(m, entry, &item);
    add_answers(m, entry, &item);
    add_text(m, entry, &item);
    return item;
}

/* ---- the document ---- */

/* By number and birth where it has them, so that no name is in it. */
static struct text id_of(const struct making *m)
{
    static const char *const kinds[] = {
        [FEED_KIND_SITE] = "site", [FEED_KIND_BOARD] = "board", [FEED_KIND_THREAD] = "thread", [FEED_KIND_TAG] = "tag",
        [FEED_KIND_AUTHOR] = "author", [FEED_KIND_SEARCH] = "search", [FEED_KIND_DIGEST] = "digest",
    };
    struct text name = url_escape(m->p->arena, m->feed.name), tag = m->reply.tag;

    if (m->feed.kind == FEED_KIND_SITE)
        return arena_format(m->p->arena, "%.*sfeed:site", (int)tag.len, tag.at);
    if (m->feed.object)
        return arena_format(m->p->arena, "%.*sfeed:%s:%" PRIu64 ".%" PRIu64, (int)tag.len, tag.at, kinds[m->feed.kind], m->feed.object,
                            m->feed.created);
    return arena_format(m->p->arena, "%.*sfeed:%s:%.*s", (int)tag.len, tag.at, kinds[m->feed.kind], (int)name.len, name.at);
}

static struct text name_of(const struct making *m)
{
    return m->p->reader.lang == LANG_EN && m->feed.title_en.len ? m->feed.title_en : m->feed.title;
}

/* An archive is named by what never changes. */
static struct text feed_title(const struct making *m)
{
    static const enum words titles[] = {
        [FEED_KIND_BOARD] = WORDS_feed_title_board, [FEED_KIND_THREAD] = WORDS_feed_title_thread, [FEED_KIND_TAG] = WORDS_feed_title_tag,
        [FEED_KIND_AUTHOR] = WORDS_feed_title_author, [FEED_KIND_SEARCH] = WORDS_feed_title_search,
        [FEED_KIND_DIGEST] = WORDS_feed_title_digest,
    };
    struct text site = page_site(m->p);
    struct text number = arena_format(m->p->arena, "%" PRIu64, m->in.archive);

    if (m->archive)
        return page_words(m->p, WORDS_feed_title_archive, m->feed.name.len ? m->feed.name : site, number);
    return m->feed.kind == FEED_KIND_SITE ? site : page_words(m->p, titles[m->feed.kind], name_of(m), site);
}

static void add_addresses(const struct making *m, struct feed_document *d)
{
    struct page *p = m->p;
    enum feed_kind kind = m->feed.kind;
    struct text name = m->feed.name;

    d->page = page_absolute(p, feed_shown_at(p, kind, name));
    if (m->keyed)
        return; /* no link holds the key, and what everybody reads is another feed */
    d->self = feed_address(p, kind, name, m->in.archive, m->format);
    if (m->archive) {
        d->current = feed_address(p, kind, name, 0, m->format);
        if (m->in.archive > 1)
            d->previous = feed_address(p, kind, name, m->in.archive - 1, m->format);
        return;
    }
    d->hub = page_hub(p);
    for (enum feed_format format = 0; format < FEED_FORMATS; format++)
        d->others[format] = feed_address(p, kind, name, 0, format);
    if (m->feed.archives)
        d->previous = feed_address(p, kind, name, m->feed.archives, m->format);
}

static struct text write_document(const struct making *m, const struct feed_entry_record *entries, uint32_t count)
{
    struct page *p = m->p;
    struct feed_item *items = arena_alloc(p->arena, (size_t)count * sizeof *items + 1);
    struct feed_document d = {
        .format = m->format, .lang = p->reader.lang == LANG_EN ? TEXT("en") : TEXT("zh-CN"), .id = id_of(m), .title = feed_title(m),
        .site = page_site(p), .icon = page_absolute(p, TEXT("/apple-touch-icon.png")), .updated = m->feed.updated,
        .archive = m->archive, .items = items, .item_count = count,
    };

    if (!items)
        return (struct text){NULL, 0};
    if (!m->archive && m->feed.about.len)
        d.subtitle = p->reader.lang == LANG_EN && m->feed.about_en.len ? m->feed.about_en : m->feed.about;
    add_addresses(m, &d);
    for (uint32_t i = 0; i < count; i++)
        items[i] = item_of(m, &entries[i]);
    return feed_write(&d, p->arena);
}

/* ---- pages ---- */

/* What it is made of: the feed itself; names, policies and moves touch everything. */
static void depend(struct page *p, const struct feed_record *feed)
{
    if (feed->kind == FEED_KIND_SEARCH)
        page_depends_feed(p, FEED_KIND_SITE, 0, nothing);
    else
        page_depends_feed(p, feed->kind, feed->object, feed->kind == FEED_KIND_TAG ? feed->name : nothing);
}

/* Asks for the entries above `since`, and writes them. False: refused. */
static bool make(struct making *m, uint64_t since, struct text *out)
{
    struct feed_entry_record *entries;
    uint32_t count;

    m->in.since = since;
    if (!ask_entries(m->p, &m->in, &m->reply, &entries, &count) || !page_record(m->reply.feed, &shape_feed_record, &m->feed))
        return false;
    *out = write_document(m, entries, count);
    return true;
}

/* An address under another name of the same thing, such as a board's number: to its own. */
static bool lead_to_own(struct making *m)
{
    struct text own, suffix = feed_suffix(m->format);

    if (m->keyed || m->feed.kind == FEED_KIND_SEARCH || text_equal(m->in.name, m->feed.name))
        return false;
    own = feed_path(m->p, m->feed.kind, m->feed.name, m->in.archive);
    page_moved(m->p, page_path(m->p, "%.*s.%.*s", (int)own.len, own.at, (int)suffix.len, suffix.at));
    return true;
}

static void say(struct making *m)
{
    struct page_feed said = {.format = m->format, .private = m->keyed};
    uint64_t since;

    if (!make(m, 0, &said.whole) || lead_to_own(m))
        return;
    said.head = m->feed.head;
    since = m->keyed || m->archive ? 0 : page_feed_since(m->p);
    if (since && since < said.head && !make(m, since, &said.newer))
        return;
    depend(m->p, &m->feed);
    page_say_feed(m->p, &said);
}

/* A feed's newest document, or its archive that `file` names, like 7.atom. */
static void show(struct page *p, enum feed_kind kind, struct text name, struct text file)
{
    struct making m = {.p = p, .in = {.kind = kind, .name = name}, .archive = file.at != NULL};
    struct text stem;

    m.format = feed_format_of(m.archive ? file : p->path, &stem);
    if (m.archive)
        m.in.archive = page_number(stem);
    if (m.format == FEED_FORMATS || (m.archive && (!m.in.archive || *stem.at == '0'))) {
        page_refuse(p, STATUS_NOT_FOUND);
        return;
    }
    say(&m);
}

void view_feed_site(struct page *p)
{
    show(p, FEED_KIND_SITE, nothing, nothing);
}

void view_feed_board(struct page *p)
{
    show(p, FEED_KIND_BOARD, p->params[0], nothing);
}

void view_feed_thread(struct page *p)
{
    show(p, FEED_KIND_THREAD, p->params[0], nothing);
}

void view_feed_tag(struct page *p)
{
    show(p, FEED_KIND_TAG, p->params[0], nothing);
}

void view_feed_author(struct page *p)
{
    show(p, FEED_KIND_AUTHOR, p->params[0], nothing);
}

void view_feed_search(struct page *p)
{
    show(p, FEED_KIND_SEARCH, page_query(p, "q"), nothing);
}

void view_archive_site(struct page *p)
{
    show(p, FEED_KIND_SITE, nothing, p->params[0]);
}

void view_archive_board(struct page *p)
{
    show(p, FEED_KIND_BOARD, p->params[0], p->params[1]);
}

void view_archive_thread(struct page *p)
{
    show(p, FEED_KIND_THREAD, p->params[0], p->params[1]);
}

void view_archive_tag(struct page *p)
{
    show(p, FEED_KIND_TAG, p->params[0], p->params[1]);
}

void view_archive_author(struct page *p)
{
    show(p, FEED_KIND_AUTHOR, p->params[0], p->params[1]);
}

/* The address without a format: Atom. */
void view_feed_bare(struct page *p)
{
    page_moved(p, page_path(p, "%.*s.atom", (int)p->path.len, p->path.at));
}

/* A feed that a key opens, for its owner's reader. */
void view_feed_key(struct page *p)
{
    struct making m = {.p = p, .keyed = true};
    struct text stem = {NULL, 0};

    m.format = feed_format_of(p->params[0], &stem);
    m.in.key = m.format == FEED_FORMATS ? nothing : page_bytes(p, stem);
    if (!m.in.key.at) {
        page_refuse(p, STATUS_NOT_FOUND);
        return;
    }
    say(&m);
}
