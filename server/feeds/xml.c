/* See xml.h. */
#include "server/feeds/xml.h"

#include <libxml/xmlwriter.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPLACEMENT = 0xfffd };

struct xml {
    xmlBufferPtr buffer;
    xmlTextWriterPtr writer;
    bool failed;
};

static pthread_once_t library = PTHREAD_ONCE_INIT;

/* ---- characters ---- */

/* The length of a well-formed sequence (RFC 3629) that starts here, its code point in `*out`; 0: there is none. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : at[0] < 0xf5 ? 4 : 0;

    if (!size || size > left)
        return 0;
    *out = size == 1 ? at[0] : at[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *out = *out << 6 | (at[i] & 0x3f);
    }
    if (size > 1 && (*out < least[size] || *out > 0x10ffff || (*out >= 0xd800 && *out < 0xe000)))
        return 0;
    return size;
}

/* XML 1.0 section 2.2, but for C1 controls, which it only discourages and nobody means. */
static bool is_legal(uint32_t c)
{
    if (c < 0x20)
        return c == '\t' || c == '\n' || c == '\r';
    return (c < 0x7f || c > 0x9f || c == 0x85) && c != 0xfffe && c != 0xffff;
}

uint32_t xml_next(struct text text, size_t *at)
{
    uint32_t c = 0;
    size_t size = decode((const unsigned char *)text.at + *at, text.len - *at, &c);

    *at += size ? size : 1;
    return size && is_legal(c) ? c : REPLACEMENT;
}

/* How many bytes from `at` on can be written as they are. */
static size_t legal_run(struct text text, size_t at)
{
    size_t end = at, next = at;

    while (next < text.len) {
        uint32_t c = 0;
        size_t size = decode((const unsigned char *)text.at + next, text.len - next, &c);
        if (!size || !is_legal(c))
            break;
        end = next += size;
    }
    return end - at;
}

/* ---- writing ---- */

/* What libxml2 complains of goes nowhere: the writer's results say it. */
static void be_quiet(void *context, const char *format, ...)
{
    (void)context;
    (void)format;
}

static void prepare_library(void)
{
    xmlInitParser();
    xmlSetGenericErrorFunc(NULL, be_quiet);
}

static void check(struct xml *x, int result)
{
    if (result < 0)
        x->failed = true;
}

static const xmlChar *xml_text(const char *text)
{
    return (const xmlChar *)text;
}

struct xml *xml_begin(const char *root)
{
    struct xml *x = calloc(1, sizeof *x);

    pthread_once(&library, prepare_library);
    if (!x)
        return NULL;
    x->buffer = xmlBufferCreateSize(1 << 16);
    x->writer = x->buffer ? xmlNewTextWriterMemory(x->buffer, 0) : NULL;
    if (!x->writer) {
        xmlBufferFree(x->buffer);
        free(x);
        return NULL;
    }
    check(x, xmlTextWriterStartDocument(x->writer, "1.0", "UTF-8", NULL));
    xml_open(x, root);
    return x;
}

struct text xml_end(struct xml *x, struct arena *arena)
{
    struct text out = {NULL, 0};

    if (!x)
        return out;
    check(x, xmlTextWriterEndDocument(x->writer));
    xmlFreeTextWriter(x->writer); /* flushes into the buffer */
    if (!x->failed)
        out = arena_text(arena, (struct text){(const char *)xmlBufferContent(x->buffer), (size_t)xmlBufferLength(x->buffer)});
    xmlBufferFree(x->buffer);
    free(x);
    return out;
}

void xml_open(struct xml *x, const char *element)
{
    check(x, xmlTextWriterStartElement(x->writer, xml_text(element)));
}

void xml_close(struct xml *x)
{
    check(x, xmlTextWriterEndElement(x->writer));
}

/* Escapes a piece that XML may hold. The writer takes strings with an end, so that pieces go by a copy. */
static void say_legal(struct xml *x, const char *at, size_t len)
{
    char room[1024];
    char *copy = len < sizeof room ? room : malloc(len + 1);

    if (!copy) {
        x->failed = true;
        return;
    }
    memcpy(copy, at, len);
    copy[len] = '\0';
    check(x, xmlTextWriterWriteString(x->writer, xml_text(copy)));
    if (copy != room)
        free(copy);
}

void xml_say(struct xml *x, struct text text)
{
    size_t at = 0;

    while (at < text.len) {
        size_t run = legal_run(text, at);
        if (run) {
            say_legal(x, text.at + at, run);
            at += run;
        } else {
            xml_next(text, &at);
            say_legal(x, "\xef\xbf\xbd", 3);
        }
    }
}

void xml_attribute(struct xml *x, const char *name, struct text value)
{
    if (!value.at)
        return;
    check(x, xmlTextWriterStartAttribute(x->writer, xml_text(name)));
    xml_say(x, value);
    check(x, xmlTextWriterEndAttribute(x->writer));
}

void xml_attribute_number(struct xml *x, const char *name, uint64_t value)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);

    xml_attribute(x, name, (struct text){digits, (size_t)len});
}

void xml_element(struct xml *x, const char *element, struct text text)
{
    if (!text.at)
        return;
    xml_open(x, element);
    xml_say(x, text);
    xml_close(x);
}

/* ---- dates ---- */

static struct tm broken_down(uint64_t ms)
{
    time_t seconds = (time_t)(ms / 1000);
    struct tm when = {0};

    gmtime_r(&seconds, &when);
    return when;
}

struct text xml_date(char room[XML_DATE], uint64_t ms)
{
    struct tm t = broken_down(ms);
    int len = snprintf(room, XML_DATE, "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ", (t.tm_year + 1900) % 10000, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                       t.tm_min, t.tm_sec, (unsigned)(ms % 1000));
    return (struct text){room, (size_t)len};
}

struct text xml_date_of_mail(char room[XML_DATE], uint64_t ms)
{
    static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t = broken_down(ms);
    int len = snprintf(room, XML_DATE, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
                       (t.tm_year + 1900) % 10000, t.tm_hour, t.tm_min, t.tm_sec);
    return (struct text){room, (size_t)len};
}
