/* See zone_rule.h. The calendar's arithmetic counts years from March 1, so that a leap day is the last of its year. */
#include "server/web/zone_rule.h"

#include "server/web/zone.h"

enum { DAY = 86400, HOUR = 3600, MINUTE = 60 };
enum { DAYS_400_YEARS = 146097, DAYS_TO_1970 = 719468 /* from 0000-03-01 */ };

/* ---- calendar ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

struct day day_of(int64_t days)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = floor_div(shifted, DAYS_400_YEARS);
    unsigned in_era = (unsigned)(shifted - era * DAYS_400_YEARS);
    unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * in_year + 2) / 153; /* 0 is March */
    unsigned day = in_year - (153 * month + 2) / 5 + 1;

    month = month < 10 ? month + 3 : month - 9;
    return (struct day){(unsigned)(era * 400 + year + (month <= 2)), month, day};
}

/* Days since 1970-01-01 of a day of the calendar. */
static int64_t days_to(int64_t year, int32_t month, int32_t day)
{
    year -= month <= 2;
    int64_t era = floor_div(year, 400);
    int64_t in_era = year - era * 400;
    int64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * DAYS_400_YEARS + in_era * 365 + in_era / 4 - in_era / 100 + in_year - DAYS_TO_1970;
}

/* 1970-01-01 was a Thursday. */
static int32_t weekday_of(int64_t days)
{
    return (int32_t)(days + 4 - floor_div(days + 4, 7) * 7);
}

/* ---- reading ---- */

struct scanner {
    const char *at, *end;
    bool failed;
};

static char peek(const struct scanner *s)
{
    return s->at < s->end ? *s->at : '\0';
}

static bool take(struct scanner *s, char c)
{
    if (s->failed || peek(s) != c)
        return false;
    s->at++;
    return true;
}

static void expect(struct scanner *s, char c)
{
    if (!take(s, c))
        s->failed = true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int32_t take_number(struct scanner *s, int32_t low, int32_t high)
{
    int32_t number = 0;

    if (!is_digit(peek(s)))
        s->failed = true;
    while (!s->failed && is_digit(peek(s))) {
        number = number * 10 + (*s->at++ - '0');
        if (number > high)
            s->failed = true;
    }
    if (number < low)
        s->failed = true;
    return s->failed ? low : number;
}

/* A zone's letters, which nobody is shown: three or more, or any between < and >. */
static void skip_letters(struct scanner *s)
{
    const char *start = s->at;
    bool quoted = take(s, '<');

    while (is_letter(peek(s)) || (quoted && (is_digit(peek(s)) || peek(s) == '+' || peek(s) == '-')))
        s->at++;
    if (quoted)
        expect(s, '>');
    if (s->at - start < 3)
        s->failed = true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int32_t take_time(struct scanner *s, int32_t hours)
{
    bool minus = take(s, '-');
    if (!minus)
        take(s, '+');
    int32_t time = take_number(s, 0, hours) * HOUR;
    if (take(s, ':'))
        time += take_number(s, 0, 59) * MINUTE;
    if (take(s, ':'))
        time += take_number(s, 0, 59);
    return minus ? -time : time;
}

static struct rule_change take_change(struct scanner *s)
{
    struct rule_change change = {.kind = RULE_DAY, .time = 2 * HOUR};

    expect(s, ',');
    if (take(s, 'M')) {
        change.kind = RULE_WEEKDAY;
        change.month = take_number(s, 1, 12);
        expect(s, '.');
        change.week = take_number(s, 1, 5);
        expect(s, '.');
        change.day = take_number(s, 0, 6);
    } else if (take(s, 'J')) {
        change.kind = RULE_JULIAN;
        change.day = take_number(s, 1, 365);
    } else {
        change.day = take_number(s, 0, 365);
    }
    if (take(s, '/'))
        change.time = take_time(s, 167);
    return change;
}

bool zone_rule_read(struct zone_rule *rule, struct text text)
{
    struct scanner s = {text.at, text.at + text.len, false};

    *rule = (struct zone_rule){0};
    skip_letters(&s);
    rule->standard = -take_time(&s, 24); /* written as west of UTC */
    if (!s.failed && s.at < s.end) {
        rule->has_summer = true;
        skip_letters(&s);
        rule->summer = peek(&s) == ',' ? rule->standard + HOUR : -take_time(&s, 24);
        rule->start = take_change(&s);
        rule->end = take_change(&s);
    }
    return !s.failed && s.at == s.end;
}

/* ---- asking ---- */

/* Local time of the change in that year, in seconds as if local time were UTC. */
static int64_t change_in(const struct rule_change *change, int64_t year)
{
    int64_t days = days_to(year, 1, 1);

    if (change->kind == RULE_WEEKDAY) {
        int64_t first = days_to(year, change->month, 1);
        int64_t next = change->month == 12 ? days_to(year + 1, 1, 1) : days_to(year, change->month + 1, 1);
        days = first + (change->day - weekday_of(first) + 7) % 7 + 7 * (int64_t)(change->week - 1);
        if (days >= next)
            days -= 7;
    } else if (change->kind == RULE_JULIAN) {
        bool after_leap_day = days_to(year, 3, 1) - days == 60 && change->day >= 60;
        days += change->day - 1 + after_leap_day;
    } else {
        days += change->day;
    }
    return days * DAY + change->time;
}

/* The year is that of standard time: no rule changes so near its turn that this would matter, but one that never ends does. */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t time)
{
    if (!rule->has_summer)
        return rule->standard;
    int64_t year = (int64_t)day_of(floor_div(time + rule->standard, DAY)).year;
    int64_t start = change_in(&rule->start, year) - rule->standard;
    int64_t end = change_in(&rule->end, year) - rule->summer;
    bool summer = start < end ? time >= start && time < end : time < end || time >= start;
    return summer ? rule->summer : rule->standard;
}
