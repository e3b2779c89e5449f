/*
 * The rule that a time zone follows after its last known change: the TZ string of POSIX (XBD 8.3) as RFC 8536 section 3.3.1
 * widens it, and the calendar that it needs. Pure; any thread.
 */
#ifndef LUNTAN_SERVER_WEB_ZONE_RULE_H
#define LUNTAN_SERVER_WEB_ZONE_RULE_H

#include <stdint.h>

#include "protocol/text.h"

enum rule_date {
    RULE_WEEKDAY, /* Mm.w.d: the w-th day d (0 is Sunday) of month m; w 5 is the last */
    RULE_JULIAN,  /* Jn: the n-th day from 1, February 29 never counted */
    RULE_DAY,     /* n: the n-th day from 0 */
};

struct rule_change {
    enum rule_date kind;
    int32_t month, week, day;
    int32_t time; /* s after midnight, local; may be negative or above a day */
};

struct zone_rule {
    int32_t standard, summer; /* seconds east of UTC */
    bool has_summer;
    struct rule_change start, end; /* of summer time */
};

/* Reads such as CET-1CEST,M3.5.0,M10.5.0/3. False: it is none. */
bool zone_rule_read(struct zone_rule *rule, struct text text);
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t time);

#endif
