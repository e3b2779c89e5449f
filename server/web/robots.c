/*
 * What is written for search engines: where they may go, and the site's map (sitemaps.org), one file for each board that
 * a visitor may see. A map holds the threads with the newest posts; older ones are found by the pages of their board.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "server/web/page.h"

enum {
    MAP_THREADS = 2000,
    MAP_ENTRY = 160, /* bytes of an entry beside its address */
    MAP_TIME = 32,
};

/* Forms, and what says nothing to somebody without an account. */
static const char rules[] =
    "User-agent: *\n"
    "Disallow: /login\n"
    "Disallow: /register\n"
    "Disallow: /reset\n"
    "Disallow: /logout\n"
    "Disallow: /settings\n"
    "Disallow: /admin\n"
    "Disallow: /drafts\n"
    "Disallow: /preview\n"
    "Disallow: /notices\n"
    "Disallow: /watches\n"
    "Disallow: /live\n"
    "Disallow: /key/\n"
    "Disallow: /p/\n"
    "Disallow: /u/\n"
    "Disallow: /b/*/new\n"
    "Disallow: /t/*/\n";

void view_robots(struct page *p)
{
    struct text map = page_absolute(p, TEXT("/sitemap.xml"));

    page_say(p, TEXT("text/plain; charset=utf-8"), arena_format(p->arena, "%s\nSitemap: %.*s\n", rules, (int)map.len, map.at));
}

/* ---- maps ---- */

/* A map being written; one that has no room left is given up. */
struct map {
    struct page *page;
    struct text site; /* scheme and host, escaped */
    char *at;
    size_t len, room;
};

/* What stands before every path. The host is as the browser named it, so that it is escaped. */
static struct text escape_site(struct page *p)
{
    struct text site = page_absolute(p, TEXT(""));
    char *to = arena_alloc(p->arena, site.len * 5 + 1);
    size_t len = 0;

    for (size_t i = 0; to && i < site.len; i++) {
        const char *as = site.at[i] == '&' ? "&amp;" : site.at[i] == '<' ? "&lt;" : site.at[i] == '>' ? "&gt;" : NULL;
        size_t size = as ? strlen(as) : 1;
        memcpy(to + len, as ? as : site.at + i, size);
        len += size;
    }
    return (struct text){to, to ? len : 0};
}

static void map_begin(struct map *map, struct page *p, uint64_t entries, const char *root)
{
    *map = (struct map){.page = p, .site = escape_site(p)};
    map->room = (size_t)(entries + 1) * (MAP_ENTRY + map->site.len);
    map->at = arena_alloc(p->arena, map->room);
    if (map->at)
        map->len = (size_t)snprintf(map->at, map->room,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n", root);
}

/* UTC, as in RFC 3339. */
static void write_time(char to[MAP_TIME], uint64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm when;

    to[0] = 0;
    if (ms && gmtime_r(&seconds, &when))
        (void)strftime(to, MAP_TIME, "%Y-%m-%dT%H:%M:%SZ", &when);
}

static void map_add(struct map *map, const char *kind, struct text path, uint64_t ms)
{
    char time[MAP_TIME];
    int len;

    write_time(time, ms);
    if (!map->at)
        return;
    len = snprintf(map->at + map->len, map->room - map->len, "<%s><loc>%.*s%.*s</loc>%s%s%s</%s>\n", kind, (int)map->site.len,
                   map->site.at, (int)path.len, path.at, *time ? "<lastmod>" : "", time, *time ? "</lastmod>" : "", kind);
    if (len >= 0 && (size_t)len < map->room - map->len)
        map->len += (size_t)len;
}

static void map_end(struct map *map, const char *root)
{
    int len = map->at ? snprintf(map->at + map->len, map->room - map->len, "</%s>\n", root) : 0;

    if (len > 0 && (size_t)len < map->room - map->len)
        page_say(map->page, TEXT("application/xml; charset=utf-8"), (struct text){map->at, map->len + (size_t)len});
}

static void show_boards(struct page *p)
{
    struct board_record board;
    struct boards_reply out;
    struct map map;

    if (!ask_boards(p, &(struct boards_request){0}, &out))
        return;
    map_begin(&map, p, out.boards.count + 2, "sitemapindex");
    while (items_next(&out.boards, &shape_board_record, &board))
        if (board.kind != BOARD_KIND_STATION)
            map_add(&map, "sitemap", page_path(p, "/sitemap.xml?board=%.*s", (int)board.slug.len, board.slug.at), board.last_time);
    page_depends(p, TOPIC_NONE, 0);
    map_end(&map, "sitemapindex");
}

static void show_board(struct page *p, struct text slug)
{
    struct threads_request in = {.board = slug};
    struct thread_record thread;
    struct board_record board;
    struct threads_reply out;
    struct map map;
    uint64_t count = 0;

    do {
        if (!ask_threads(p, &in, &out) || !page_record(out.board, &shape_board_record, &board))
            return;
        if (count == 0) {
            map_begin(&map, p, (board.threads < MAP_THREADS ? board.threads : MAP_THREADS) + LIMIT_PAGE_ITEMS + 2, "urlset");
            map_add(&map, "url", page_path(p, "/b/%.*s", (int)board.slug.len, board.slug.at), board.last_time);
        }
        for (; items_next(&out.threads, &shape_thread_record, &thread); count++)
            map_add(&map, "url", page_path(p, "/t/%" PRIu64, thread.id), thread.last_time);
        in.after = out.next;
    } while (in.after.at && count < MAP_THREADS);
    page_depends(p, TOPIC_BOARD, board.id);
    map_end(&map, "urlset");
}

void view_sitemap(struct page *p)
{
    struct text board = page_query(p, "board");

    if (board.at)
        show_board(p, board);
    else
        show_boards(p);
}
