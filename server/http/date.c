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
