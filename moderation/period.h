/*
 * Weeks, months and quarters of the calendar in China (UTC+8, no daylight saving time), for what is gathered by the period.
 *
 * A week begins on Monday. Pure; no clock; any thread.
 *
 *     struct period_span span;
 *     if (period_find(PERIOD_WEEK, TEXT("2026-11-26"), now, &span)) ... from 2026-11-23 00:00 to 2026-11-30 00:00, not included
 */
#ifndef LUNTAN_MODERATION_PERIOD_H
#define LUNTAN_MODERATION_PERIOD_H

#include "protocol/messages.h"

/* Milliseconds: of a day, and by which clocks in China are ahead of UTC. */
#define PERIOD_DAY_MS INT64_C(86400000)
#define PERIOD_CHINA_MS INT64_C(28800000)

/* From its first moment to the first after it: UTC in milliseconds. */
struct period_span {
    int64_t from, to;
};

/* The period in which a moment lies; PERIOD_ALL: everything from the beginning of 1970 on. */
struct period_span period_at(enum period period, int64_t time);

/*
 * The one in which a day lies, written like 2026-11-26; an absent day: the one of `now`. False: that is no day, or it lies
 * before 1970.
 */
MUST_USE bool period_find(enum period period, struct text day, int64_t now, struct period_span *out);

/* The period just before one. */
struct period_span period_before(enum period period, const struct period_span *span);

/* The number of the day in which a moment lies, from 1970-01-01 in China, which is 0. */
int64_t period_day(int64_t time);

enum { PERIOD_DATE = 11 }; /* bytes that a day takes, with its NUL */

/* The day in which a moment lies, like 2026-11-26, written to `room`. Moments from 1970 to the end of 9999. */
struct text period_date(int64_t time, char room[PERIOD_DATE]);

#endif
