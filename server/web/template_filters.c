/*
 * What {{name|filter}} writes:
 *
 *     time   a moment (ms since 1970, UTC) as a <time> element, in the reader's zone; in attributes and where there is text
 *     alone, its inside date   its day alone, as a <time> element too
 *     iso    the moment as machines read it (RFC 3339), UTC
 *     count  a number, with a plus where NAME_more is set
 *     key    an enumeration's name rather than its words; of words their name
 *     size   characters of a text, members of a list
 */
#include "server/web/template_private.h"

enum { SECOND = 1000 /* ms */, DAY = 86400 /* s */, HOUR = 3600, MINUTE = 60 };

/* The last moment whose year has four digits. */
static const uint64_t LAST_MOMENT = 253402300799999;

/* ---- time ---- */

/* A day and time of the clock in some zone. */
struct clock {
    struct day day;
    unsigned second; /* of the day */
};

static struct clock clock_of(int64_t time)
{
    int64_t second = time % DAY;
    second += second < 0 ? DAY : 0;
    return (struct clock){day_of((time - second) / DAY), (unsigned)second};
}

/* `count` digits, then `after`. */
static char *put_digits(char *at, unsigned number, unsigned count, char after)
{
    for (unsigned i = count; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    at[count] = after;
    return at + count + 1;
}

enum { DATE_LEN = 10, TIME_LEN = 16, ISO_LEN = 20, CLOCK_ROOM = 24 };

/* 2026-11-25 10:03:04, of which the caller takes as much as it wants; `between` stands before the hour. */
static void put_clock(char *at, struct clock clock, char between)
{
    at = put_digits(at, clock.day.year, 4, '-');
    at = put_digits(at, clock.day.month, 2, '-');
    at = put_digits(at, clock.day.day, 2, between);
    at = put_digits(at, clock.second / HOUR, 2, ':');
    at = put_digits(at, clock.second % HOUR / MINUTE, 2, ':');
    put_digits(at, clock.second % MINUTE, 2, 'Z');
}

/* The moment of a value in seconds; false where there is none that could be written. */
static bool moment_of(const struct value *value, int64_t *time)
{
    if (value->kind != VALUE_NUMBER || value->number == 0 || value->number > LAST_MOMENT)
        return false;
    *time = (int64_t)(value->number / SECOND);
    return true;
}

static void write_iso(struct render *r, const struct operand *operand, const struct value *value, enum place place)
{
    char iso[CLOCK_ROOM];
    int64_t time;

    (void)operand;
    if (!moment_of(value, &time))
        return;
    put_clock(iso, clock_of(time), 'T');
    sink_escaped(&r->sink, place, (struct text){iso, ISO_LEN});
}

/* The first `len` bytes of the moment in the reader's zone. */
static void write_moment(struct render *r, const struct value *value, enum place place, size_t len)
{
    char local[CLOCK_ROOM], iso[CLOCK_ROOM];
    int64_t time;

    if (!moment_of(value, &time))
        return;
    int64_t there = time + zone_offset(render_zone(r), time);
    put_clock(local, clock_of(there < 0 ? 0 : there), ' ');
    if (place != PLACE_TEXT) {
        sink_escaped(&r->sink, place, (struct text){local, len});
        return;
    }
    put_clock(iso, clock_of(time), 'T');
    sink_put(&r->sink, TEXT("<time datetime=\""));
    sink_put(&r->sink, (struct text){iso, ISO_LEN});
    sink_put(&r->sink, TEXT("\">"));
    sink_put(&r->sink, (struct text){local, len});
    sink_put(&r->sink, TEXT("</time>"));
}

static void write_time(struct render *r, const struct operand *operand, const struct value *value, enum place place)
{
    (void)operand;
    write_moment(r, value, place, TIME_LEN);
}

static void write_date(struct render *r, const struct operand *operand, const struct value *value, enum place place)
{
    (void)operand;
    write_moment(r, value, place, DATE_LEN);
}

struct text reader_clock(const struct reader *reader, uint64_t time, struct arena *arena)
{
    const struct zone *zone = zones_find(zones_of_system(), reader->zone);
    char local[CLOCK_ROOM];
    int64_t there = (int64_t)((time < LAST_MOMENT ? time : LAST_MOMENT) / SECOND);

    there += zone_offset(zone, there);
    put_clock(local, clock_of(there < 0 ? 0 : there), ' ');
    return arena_text(arena, (struct text){local + DATE_LEN + 1, TIME_LEN - DATE_LEN - 1});
}

/* ---- others ---- */

static void write_count(struct render *r, const struct operand *operand, const struct value *value, enum place place)
{
    struct value more = render_find(r, &operand->more);

    render_value(r, value, place);
    if (value_is_set(&more))
        sink_escaped(&r->sink, place, TEXT("+"));
}

static void write_key(struct render *r, const struct operand *operand, const struct value *value, enum place place)
{
    (void)operand;
    if (value->kind == VALUE_ENUM)
        sink_escaped(&r->sink, place, enumeration_by_number(value->enumeration, value->number)->name);
    else if (value->kind == VALUE_WORDS)
        sink_escaped(&r->sink, place, words_name((enum words)value->number));
    else
        render_value(r, value, place);
}

/* A character's bytes but the first are 10xxxxxx (RFC 3629 section 3). */
static uint64_t count_characters(struct text text)
{
    uint64_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

static uint64_t count_members(const struct list *list)
{
    uint64_t count = 0;
    for (const struct object *o = list_first(list); o; o = list_next(o))
        count++;
    return count;
}

static void write_size(struct render *r, const struct operand *operand, const struct value *value, enum place place)
{
    (void)operand;
    (void)place; /* digits are the same everywhere */
    if (value->kind == VALUE_TEXT)
        sink_number(&r->sink, count_characters(value->text));
    else if (value->kind == VALUE_LIST)
        sink_number(&r->sink, count_members(value->list));
    else if (value->kind == VALUE_RECORDS || value->kind == VALUE_TEXTS || value->kind == VALUE_UINTS)
        sink_number(&r->sink, value->items.count);
    else if (value->kind == VALUE_NUMBER)
        sink_number(&r->sink, value->number);
}

static const struct filter filters[] = {
    {"time", write_time, false}, {"date", write_date, false}, {"iso", write_iso, false},
    {"count", write_count, true}, {"key", write_key, false},   {"size", write_size, false},
};

const struct filter *filter_by_name(struct text name)
{
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (text_equal(text_of(filters[i].name), name))
            return &filters[i];
    return NULL;
}
