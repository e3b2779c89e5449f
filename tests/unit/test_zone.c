/*
 * Time zones: the rules after the last change, whole files, hostile files and names, and the system's own zones beside the C
 * library's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "server/web/zone.h"
#include "server/web/zone_rule.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { HOUR = 3600, DAY = 86400 };

/* Seconds since 1970 of a moment in UTC. */
static int64_t moment(int year, int month, int day, int hour)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour};
    return timegm(&tm);
}

static void test_calendar(void **state)
{
    (void)state;
    for (int64_t days = -25000; days < 2932896; days += 97) {
        time_t time = (time_t)(days * DAY);
        struct tm tm;
        assert_non_null(gmtime_r(&time, &tm));
        struct day day = day_of(days);
        assert_int_equal(day.year, tm.tm_year + 1900);
        assert_int_equal(day.month, tm.tm_mon + 1);
        assert_int_equal(day.day, tm.tm_mday);
    }
    struct day leap = day_of(moment(2000, 2, 29, 0) / DAY), last = day_of(moment(9999, 12, 31, 0) / DAY);
    assert_true(leap.month == 2 && leap.day == 29 && last.year == 9999 && last.month == 12 && last.day == 31);
}

static void test_rules(void **state)
{
    static const struct {
        const char *rule;
        int year, month, day, hour; /* UTC */
        int32_t offset;             /* s */
    } rows[] = {
        {"CST-8", 2026, 7, 1, 0, 8 * HOUR},
        {"<+0545>-5:45", 2026, 7, 1, 0, 5 * HOUR + 45 * 60},
        {"<-03>3", 2026, 7, 1, 0, -3 * HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2026, 3, 29, 0, HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2026, 3, 29, 1, 2 * HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2026, 10, 25, 0, 2 * HOUR},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 2026, 10, 25, 1, HOUR},
        {"EST5EDT,M3.2.0,M11.1.0", 2026, 3, 8, 6, -5 * HOUR},
        {"EST5EDT,M3.2.0,M11.1.0", 2026, 3, 8, 7, -4 * HOUR},
        {"EST5EDT4,M3.2.0,M11.1.0", 2026, 11, 1, 6, -5 * HOUR},
        /* the south, where summer lies over the turn of the year */
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 2026, 1, 1, 0, 11 * HOUR},
        {"AEST-10AEDT,M10.1.0,M4.1.0/3", 2026, 7, 1, 0, 10 * HOUR},
        /* where what is called standard is ahead */
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 2026, 7, 1, 0, HOUR},
        {"IST-1GMT0,M10.5.0,M3.5.0/1", 2026, 1, 1, 0, 0},
        /* days of the year, without and with leap days */
        {"XXX0YYY,J60,J300", 2024, 3, 1, 3, HOUR},
        {"XXX0YYY,J60,J300", 2024, 2, 29, 3, 0},
        {"XXX0YYY,59,300", 2024, 2, 29, 3, HOUR},
        /* hours before and after the day (RFC 8536 section 3.3.1), and summer for ever */
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, 3, 29, 0, -2 * HOUR},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026, 3, 29, 1, -HOUR},
        {"EST5EDT,0/0,J365/25", 2026, 1, 1, 5, -4 * HOUR},
        {"EST5EDT,0/0,J365/25", 2026, 12, 31, 23, -4 * HOUR},
    };
    static const char *const broken[] = {
        "", "A", "AB-8", "CST", "CST-", "CST-8x", "CST-25", "CST-8:60", "CST-8CDT", "CST-8CDT,M3.5.0", "CST-8CDT,M13.1.0,M4.1.0",
        "CST-8CDT,M3.6.0,M4.1.0",
        "CST-8CDT,M3.1.7,M4.1.0", "CST-8CDT,J0,J1", "CST-8CDT,J1,J366", "CST-8CDT,366,1", "CST-8CDT,M3.1.0/168,M4.1.0",
        "CST-8CDT,M3.1.0,M4.1.0,",
        "<+08-8", "CST-99999999999999999999",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone_rule rule;
        assert_true(zone_rule_read(&rule, text_of(rows[i].rule)));
        int32_t got = zone_rule_offset(&rule, moment(rows[i].year, rows[i].month, rows[i].day, rows[i].hour));
        if (got != rows[i].offset)
            fail_msg("row %zu, %s: %d", i, rows[i].rule, (int)got);
    }
    for (size_t i = 0; i < COUNT(broken); i++) {
        struct zone_rule rule;
        if (zone_rule_read(&rule, text_of(broken[i])))
            fail_msg("%s is taken", broken[i]);
    }
}

/* ---- files ---- */

/* A file of version 2 with one change in 1990 from UTC+9 to UTC+8, and the rule after it. */
static const uint8_t small[] = {
    'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, /* isut isstd leap time type char */
    0, 0, 0, 0, 0, 0, 0,                                                   /* the old block: one type, one letter */
    'T', 'Z', 'i', 'f', '2', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4,
    0, 0, 0, 0, 0x25, 0x9e, 0x9d, 0x80, 1,                                 /* 1990-01-01 */
    0, 0, 0x7e, 0x90, 0, 0, 0, 0, 0x70, 0x80, 0, 0, 'C', 'S', 'T', 0,
    '\n', 'C', 'S', 'T', '-', '8', '\n',
};

static void test_file(void **state)
{
    struct zone *zone = zone_read(small, sizeof small);

    (void)state;
    assert_non_null(zone);
    assert_int_equal(zone_offset(zone, moment(1980, 1, 1, 0)), 9 * HOUR);
    assert_int_equal(zone_offset(zone, moment(1989, 12, 31, 23)), 9 * HOUR);
    assert_int_equal(zone_offset(zone, moment(1990, 1, 1, 0)), 8 * HOUR);
    assert_int_equal(zone_offset(zone, moment(2100, 1, 1, 0)), 8 * HOUR);
    zone_free(zone);
}

/*
 * Cut or changed anywhere, a file is refused or read, and nothing else happens; each piece is of its own memory, so that a
 * sanitizer looks on.
 */
static void test_broken_files(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof small; len++) {
        uint8_t *cut = malloc(len ? len : 1);
        assert_non_null(cut);
        memcpy(cut, small, len);
        assert_null(zone_read(cut, len));
        free(cut);
    }
    for (size_t at = 0; at < sizeof small; at++)
        for (unsigned change = 1; change < 256; change += 7) {
            uint8_t *changed = malloc(sizeof small);
            assert_non_null(changed);
            memcpy(changed, small, sizeof small);
            changed[at] = (uint8_t)(changed[at] ^ change);
            struct zone *zone = zone_read(changed, sizeof small);
            if (zone) {
                int32_t offset = zone_offset(zone, moment(2026, 1, 1, 0));
                assert_in_range(offset + 2 * DAY, DAY / 2, 4 * DAY);
            }
            zone_free(zone);
            free(changed);
        }
}

/* ---- the system's ---- */

static void test_names(void **state)
{
    static const char *const unknown[] = {
        "", "/etc/passwd", "../zoneinfo/UTC", "Asia/../UTC", "Asia/", "/Asia", "Asia//Shanghai", "asia/shanghai", "right/UTC",
        "posix/UTC", "Nowhere/City",
        "Asia", "Asia/Shanghai\n", "Asia/Shanghai ", ".", "..", "Asia/./Shanghai", "tzdata.zi", "zone.tab",
        "Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };
    struct zones *zones = zones_new("/usr/share/zoneinfo"), *none = zones_new("/nonexistent");
    int64_t now = moment(2026, 11, 25, 2);

    (void)state;
    assert_non_null(zones);
    assert_non_null(none);
    for (size_t i = 0; i < COUNT(unknown); i++) {
        assert_int_equal(zone_offset(zones_find(zones, text_of(unknown[i])), now), 8 * HOUR);
        assert_int_equal(zone_offset(zones_find(none, text_of(unknown[i])), now), 8 * HOUR);
    }
    assert_int_equal(zone_offset(zones_find(zones, (struct text){NULL, 0}), now), 8 * HOUR);
    assert_int_equal(zone_offset(zones_find(none, TEXT("Europe/Berlin")), now), 8 * HOUR);
    assert_int_equal(zone_offset(zones_find(NULL, TEXT("Europe/Berlin")), now), 8 * HOUR);
    assert_int_equal(zone_offset(zones_find(zones, TEXT("Europe/Berlin")), now), HOUR);
    assert_ptr_equal(zones_find(zones, TEXT("Europe/Berlin")), zones_find(zones, TEXT("Europe/Berlin")));
    assert_int_equal(zone_offset(zones_find(zones_of_system(), TEXT("Asia/Tokyo")), now), 9 * HOUR);
    zones_free(zones);
    zones_free(none);
}

/* The C library reads the same files: at 2000 moments from 1900 to 2120 both must say the same. */
static void test_like_the_library(void **state)
{
    static const char *const names[] = {
        "Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Kathmandu", "Europe/Berlin", "Europe/London", "Europe/Dublin",
        "Europe/Moscow",
        "America/New_York", "America/Sao_Paulo", "America/Nuuk", "America/Argentina/Buenos_Aires", "Australia/Sydney",
        "Australia/Lord_Howe",
        "Africa/Casablanca", "Africa/Monrovia", "Asia/Gaza", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
        "Antarctica/Troll", "Etc/GMT+5",
        "UTC",
    };
    struct zones *zones = zones_new("/usr/share/zoneinfo");

    (void)state;
    assert_non_null(zones);
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct zone *zone = zones_find(zones, text_of(names[i]));
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t time = moment(1900, 1, 1, 0); time < moment(2120, 1, 1, 0); time += 3471234) {
            time_t library = (time_t)time;
            struct tm tm;
            assert_non_null(localtime_r(&library, &tm));
            if (zone_offset(zone, time) != tm.tm_gmtoff)
                fail_msg("%s at %lld: %d, the library says %ld", names[i], (long long)time, (int)zone_offset(zone, time),
                         tm.tm_gmtoff);
        }
    }
    unsetenv("TZ");
    tzset();
    zones_free(zones);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calendar), cmocka_unit_test(test_rules), cmocka_unit_test(test_file),
        cmocka_unit_test(test_broken_files), cmocka_unit_test(test_names), cmocka_unit_test(test_like_the_library),
    };
    return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
