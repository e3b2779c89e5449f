/* See date.h. Not by strftime, whose names of days and months are the locale's. */
#include "server/http/date.h"

#include <stdio.h>
#include <time.h>

struct text http_date_text(struct http_date *date, int64_t second)
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const int64_t last = 253402300799; /* of 9999 */
    time_t clamped = (time_t)(second < 0 ? 0 : second > last ? last : second);
    struct tm tm = {.tm_mday = 1};

    if (!date->text[0] || date->second != second) {
        gmtime_r(&clamped, &tm);
        /* Remainders change nothing; the compiler cannot know that. */
        snprintf(date->text, sizeof date->text, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", &days[(size_t)tm.tm_wday * 3],
                 (unsigned)tm.tm_mday % 100, &months[(size_t)tm.tm_mon * 3], (unsigned)(tm.tm_year + 1900) % 10000,
                 (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
        date->second = second;
    }
    return (struct text){date->text, sizeof date->text - 1};
}

/* ---- reading ---- */

/* The three forms. Names of days say nothing that the rest does not. */
static bool scan(const char *line, struct tm *tm, char month[4], int *year)
{
    int end = 0;

    if (sscanf(line, "%*[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n", &tm->tm_mday, month, year, &tm->tm_hour, &tm->tm_min,
               &tm->tm_sec, &end) == 6 && end)
        return !line[end];
    if (sscanf(line, "%*[A-Za-z], %2d-%3[A-Za-z]-%4d %2d:%2d:%2d GMT%n", &tm->tm_mday, month, year, &tm->tm_hour, &tm->tm_min,
               &tm->tm_sec, &end) == 6 && end)
        return !line[end];
    return sscanf(line, "%*[A-Za-z] %3[A-Za-z] %2d %2d:%2d:%2d %4d%n", month, &tm->tm_mday, &tm->tm_hour, &tm->tm_min, &tm->tm_sec,
                  year, &end) == 6 && end && !line[end];
}

/* A year of two digits is that of a date not more than fifty years ahead. */
static int whole_year(int year, int64_t now)
{
    time_t seconds = (time_t)now;
    struct tm tm = {0};

    if (year >= 100)
        return year;
    gmtime_r(&seconds, &tm);
    int present = tm.tm_year + 1900, guess = present / 100 * 100 + year;
    return guess > present + 50 ? guess - 100 : guess;
}

int64_t http_date_read(struct text text, int64_t now)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char line[64], month[4] = "";
    struct tm tm = {0};
    int year = 0;

    if (text.len >= sizeof line)
        return -1;
    memcpy(line, text.at, text.len);
    line[text.len] = '\0';
    if (strlen(line) != text.len || !scan(line, &tm, month, &year))
        return -1;
    const char *found = strstr(months, month);
    if (!found || strlen(month) != 3 || (found - months) % 3)
        return -1;
    tm.tm_mon = (int)(found - months) / 3;
    tm.tm_year = whole_year(year, now) - 1900;
    if (tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60 || tm.tm_year < 70)
        return -1;
    return (int64_t)timegm(&tm);
}
