/*
 * Time zones by their IANA names, from the system's tzdata.
 *
 * The C library knows one zone a process; here every reader has their own. Files are read as RFC 8536 says (versions 2 and
 * later, with the rule for the times after the last change in them) and kept until the end, so that a zone is read once: on a
 * thread that may wait for the disk. Where tzdata or a zone is missing, Asia/Shanghai stands in, and where that is missing too,
 * UTC+8. Any thread.
 */
#ifndef LUNTAN_SERVER_WEB_ZONE_H
#define LUNTAN_SERVER_WEB_ZONE_H

#include <stdint.h>

#include "protocol/text.h"

struct zone;
struct zones;

/*
 * The zones of this system, read from the first call on and kept until the process ends. NULL: no memory, which zones_find takes.
 */
struct zones *zones_of_system(void);
/* Zones under another directory. NULL: no memory. */
struct zones *zones_new(const char *directory);
void zones_free(struct zones *zones);

/* The zone of this name; never NULL. It lives as long as `zones`. */
const struct zone *zones_find(struct zones *zones, struct text name);

/* Seconds east of UTC at a time (seconds since 1970). */
int32_t zone_offset(const struct zone *zone, int64_t time);

/* Reads the bytes of a TZif file. NULL: it is none, or no memory. For zones_find and tests. */
struct zone *zone_read(const void *bytes, size_t len);
void zone_free(struct zone *zone);

/* A day of the Gregorian calendar from the days since 1970-01-01. Years 0 to 9999. */
struct day {
    unsigned year, month, day;
};
struct day day_of(int64_t days);

#endif
