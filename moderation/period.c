/* See period.h. */
#include "moderation/period.h"

#include <stdio.h>

#define LAST_MS INT64_C(253402271999999) /* the end of 9999 in China */

enum { WEEK_DAYS = 7, QUARTER_MONTHS = 3, YEAR_MONTHS = 12, MONDAY = 4 /* 1970-01-05 was one: days before it */ };

/* ---- the calendar (Gregorian; years from 1970 on) ---- */

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t month_days(int64_t year, int64_t month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 1 && is_leap(year) ? 29 : days[month];
}

/* Days from 1970-01-01 to the first of January of a year. */
static int64_t days_before(int64_t year)
{
    int64_t y = year - 1;

    return (year - 1970) * 365 + (y / 4 - y / 100 + y / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
}

struct date {
    int64_t year, month, day; /* month and day from 0 */
};

static struct date date_of(int64_t days)
{
    struct date date = {.year = 1970 + days / 366, .month = 0, .day = 0};

    while (days >= days_before(date.year + 1))
        date.year++;
    date.day = days - days_before(date.year);
    while (date.day >= month_days(date.year, date.month))
        date.day -= month_days(date.year, date.month++);
    return date;
}

/* The first day of a month, counted from January of the year, which may lie in another year. */
static int64_t first_of(int64_t year, int64_t month)
{
    year += month / YEAR_MONTHS;
    month %= YEAR_MONTHS;
    int64_t days = days_before(year);
    for (int64_t i = 0; i < month; i++)
        days += month_days(year, i);
    return days;
}

/* ---- moments ---- */

int64_t period_day(int64_t time)
{
    time = time < 0 ? 0 : time > LAST_MS ? LAST_MS : time;
    return (time + PERIOD_CHINA_MS) / PERIOD_DAY_MS;
}

static int64_t moment_of(int64_t day)
{
    int64_t time = day * PERIOD_DAY_MS - PERIOD_CHINA_MS;

    return time < 0 ? 0 : time;
}

struct text period_date(int64_t time, char room[PERIOD_DATE])
{
    const struct date date = date_of(period_day(time));
    int len = snprintf(room, PERIOD_DATE, "%04u-%02u-%02u", (unsigned)date.year % 10000, (unsigned)date.month % 100 + 1, (unsigned)date.day % 100 + 1);

    return (struct text){room, len > 0 && len < PERIOD_DATE ? (size_t)len : 0};
}

/* ---- periods ---- */

struct period_span period_at(enum period period, int64_t time)
{
    const int64_t day = period_day(time);
    const struct date date = date_of(day);
    int64_t months = period == PERIOD_QUARTER ? QUARTER_MONTHS : 1, month = date.month - date.month % months;

    switch (period) {
    case PERIOD_ALL:
        break;
    case PERIOD_WEEK: {
        int64_t first = day - (day + WEEK_DAYS - MONDAY) % WEEK_DAYS;
        return (struct period_span){moment_of(first), moment_of(first + WEEK_DAYS)};
    }
    case PERIOD_MONTH:
    case PERIOD_QUARTER:
        return (struct period_span){moment_of(first_of(date.year, month)), moment_of(first_of(date.year, month + months))};
    }
    return (struct period_span){0, INT64_MAX};
}

struct period_span period_before(enum period period, const struct period_span *span)
{
    return span->from ? period_at(period, span->from - 1) : (struct period_span){0, 0};
}

/* Decimal digits; -1: another character is among them. */
static int64_t number_of(const char *at, size_t len)
{
    int64_t number = 0;

    for (size_t i = 0; i < len; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        number = number * 10 + (at[i] - '0');
    }
    return number;
}

bool period_find(enum period period, struct text day, int64_t now, struct period_span *out)
{
    if (!day.len) {
        *out = period_at(period, now);
        return true;
    }
    if (day.len != PERIOD_DATE - 1 || day.at[4] != '-' || day.at[7] != '-')
        return false;
    int64_t year = number_of(day.at, 4), month = number_of(day.at + 5, 2), number = number_of(day.at + 8, 2);
    if (year < 1970 || month < 1 || month > YEAR_MONTHS || number < 1 || number > month_days(year, month - 1))
        return false;
    *out = period_at(period, moment_of(first_of(year, month - 1) + number - 1));
    return true;
}
