/* See zone.h. A zone is its changes, then the rule after them. Section numbers are RFC 8536's. */
#include "server/web/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "protocol/limits.h"
#include "server/web/zone_rule.h"

enum {
    FILE_MOST = 65536, HEAD = 44, TYPE_SIZE = 6, /* bytes */
    ZONES_MOST = 1024,                           /* tzdata has about 600 */
};

struct change {
    int64_t time;   /* s since 1970 */
    int32_t offset; /* from then on, seconds east of UTC */
};

struct zone {
    struct zone_rule rule; /* after the last change */
    int32_t first;         /* before the first change */
    uint32_t count;
    struct change changes[];
};

/* ---- reading ---- */

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t get64(const uint8_t *at)
{
    return (int64_t)((uint64_t)get32(at) << 32 | get32(at + 4));
}

/* A file's head (section 3.1). */
struct head {
    uint32_t isut, isstd, leaps, times, types, letters;
    uint8_t version;
};

/* Fills `head` and returns the length of the block after it, with times of `width` bytes; 0 where the file is broken. */
static size_t read_head(const uint8_t *at, size_t len, size_t width, struct head *head)
{
    if (len < HEAD || memcmp(at, "TZif", 4) != 0)
        return 0;
    *head = (struct head){get32(at + 20), get32(at + 24), get32(at + 28), get32(at + 32), get32(at + 36), get32(at + 40), at[4]};
    const uint32_t counts[] = {head->isut, head->isstd, head->leaps, head->times, head->types, head->letters};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (counts[i] > FILE_MOST)
            return 0;
    size_t size = head->times * (width + 1) + (size_t)head->types * TYPE_SIZE + head->letters +
                  head->leaps * (width + 4) + head->isstd + head->isut;
    return head->types && size <= len - HEAD ? size : 0;
}

/* The types that are possible are -25 to 26 hours (section 3.2). */
static bool read_offset(const uint8_t *types, const struct head *head, uint8_t type, int32_t *offset)
{
    if (type >= head->types)
        return false;
    *offset = (int32_t)get32(types + (size_t)type * TYPE_SIZE);
    return *offset > -25 * 3600 && *offset < 26 * 3600;
}

static bool read_changes(struct zone *zone, const uint8_t *block, const struct head *head)
{
    const uint8_t *indexes = block + (size_t)head->times * 8;
    const uint8_t *types = indexes + head->times;

    if (!read_offset(types, head, 0, &zone->first))
        return false;
    for (uint32_t i = 0; i < head->times; i++) {
        struct change *change = &zone->changes[i];
        change->time = get64(block + (size_t)i * 8);
        if ((i && change->time <= change[-1].time) || !read_offset(types, head, indexes[i], &change->offset))
            return false;
    }
    zone->count = head->times;
    return true;
}

/* The rule stands between two line ends at the end of the file (section 3.3). */
static bool read_footer(struct zone *zone, const uint8_t *at, size_t len)
{
    if (len < 2 || at[0] != '\n')
        return false;
    const uint8_t *end = memchr(at + 1, '\n', len - 1);
    if (!end)
        return false;
    struct text rule = {(const char *)at + 1, (size_t)(end - at - 1)};
    if (rule.len)
        return zone_rule_read(&zone->rule, rule);
    zone->rule = (struct zone_rule){.standard = zone->count ? zone->changes[zone->count - 1].offset : zone->first};
    return true;
}

struct zone *zone_read(const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    struct head head;
    size_t old = read_head(at, len, 4, &head);

    if (!old || head.version < '2')
        return NULL;
    at += HEAD + old;
    len -= HEAD + old;
    size_t size = read_head(at, len, 8, &head);
    if (!size)
        return NULL;
    struct zone *zone = calloc(1, sizeof *zone + head.times * sizeof zone->changes[0]);
    if (zone && read_changes(zone, at + HEAD, &head) && read_footer(zone, at + HEAD + size, len - HEAD - size))
        return zone;
    free(zone);
    return NULL;
}

void zone_free(struct zone *zone)
{
    free(zone);
}

/* ---- asking ---- */

int32_t zone_offset(const struct zone *zone, int64_t time)
{
    uint32_t low = 0, high = zone->count;

    if (high == 0 || time >= zone->changes[high - 1].time)
        return zone_rule_offset(&zone->rule, time);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (zone->changes[middle].time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? zone->changes[low - 1].offset : zone->first;
}

/* ---- the zones of a directory ---- */

struct known {
    char name[LIMIT_ZONE + 1];
    struct zone *zone;
};

struct zones {
    pthread_mutex_t lock; /* over count and known; a zone is never changed */
    int directory;        /* -1: there is none */
    const struct zone *fallback;
    uint32_t count;
    struct known known[ZONES_MOST];
};

/* UTC+8, for where there is no tzdata. */
static const struct zone shanghai = {.rule = {.standard = 8 * 3600}, .first = 8 * 3600};

/*
 * Parts of letters, digits, _, + and -, joined by /, each with a capital first: no way out of the directory, nor to right/ and
 * posix/.
 */
static bool is_name(struct text name)
{
    bool starts = true;

    if (name.len == 0 || name.len > LIMIT_ZONE)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        bool capital = c >= 'A' && c <= 'Z';
        bool other = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '/';
        if (starts ? !capital : !capital && !other)
            return false;
        starts = c == '/';
    }
    return !starts;
}

static ssize_t read_whole(int file, uint8_t *bytes, size_t room)
{
    size_t len = 0;

    while (len < room) {
        ssize_t got = read(file, bytes + len, room - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            return (ssize_t)len;
        len += (size_t)got;
    }
    return -1; /* longer than any zone */
}

static struct zone *read_file(const struct zones *zones, const char *name)
{
    struct zone *zone = NULL;
    int file = zones->directory < 0 ? -1 : openat(zones->directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    uint8_t *bytes = file < 0 ? NULL : malloc(FILE_MOST);
    ssize_t len = bytes ? read_whole(file, bytes, FILE_MOST) : -1;

    if (len > 0)
        zone = zone_read(bytes, (size_t)len);
    free(bytes);
    if (file >= 0)
        close(file);
    return zone;
}

/* With the lock held. */
static const struct zone *find_known(const struct zones *zones, struct text name)
{
    for (uint32_t i = 0; i < zones->count; i++)
        if (text_equal(text_of(zones->known[i].name), name))
            return zones->known[i].zone;
    return NULL;
}

const struct zone *zones_find(struct zones *zones, struct text name)
{
    struct known known = {.zone = NULL};
    const struct zone *zone;

    if (!zones || !is_name(name))
        return zones ? zones->fallback : &shanghai;
    pthread_mutex_lock(&zones->lock);
    zone = find_known(zones, name);
    pthread_mutex_unlock(&zones->lock);
    if (zone)
        return zone;
    memcpy(known.name, name.at, name.len);
    known.zone = read_file(zones, known.name);
    if (!known.zone)
        return zones->fallback;
    pthread_mutex_lock(&zones->lock);
    zone = find_known(zones, name);
    if (!zone && zones->count < ZONES_MOST) {
        zones->known[zones->count++] = known;
        zone = known.zone;
    }
    pthread_mutex_unlock(&zones->lock);
    if (zone != known.zone)
        zone_free(known.zone);
    return zone ? zone : zones->fallback;
}

struct zones *zones_new(const char *directory)
{
    struct zones *zones = calloc(1, sizeof *zones);

    if (!zones)
        return NULL;
    pthread_mutex_init(&zones->lock, NULL);
    zones->directory = open(directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    zones->fallback = &shanghai;
    zones->fallback = zones_find(zones, TEXT("Asia/Shanghai"));
    return zones;
}

static pthread_once_t system_once = PTHREAD_ONCE_INIT;
static struct zones *system_zones;

static void open_system(void)
{
    system_zones = zones_new("/usr/share/zoneinfo");
}

struct zones *zones_of_system(void)
{
    pthread_once(&system_once, open_system);
    return system_zones;
}

void zones_free(struct zones *zones)
{
    if (!zones)
        return;
    for (uint32_t i = 0; i < zones->count; i++)
        zone_free(zones->known[i].zone);
    if (zones->directory >= 0)
        close(zones->directory);
    pthread_mutex_destroy(&zones->lock);
    free(zones);
}
