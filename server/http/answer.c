/* See answer.h. */
#include "server/http/answer.h"

#include <stdio.h>

#include "server/http/conditions.h"
#include "server/http/date.h"

/* ---- what is answered ---- */

struct text request_field(const struct http_request *request, struct text name)
{
    for (uint32_t i = 0; i < request->field_count; i++)
        if (text_equal(request->fields[i].name, name))
            return request->fields[i].value;
    return (struct text){NULL, 0};
}

/* Whether any line of this name lists the tag. `absent` is what it is without such a line. */
static bool listed(const struct http_request *request, struct text name, struct text etag, bool weak, bool absent)
{
    bool seen = false;

    for (uint32_t i = 0; i < request->field_count; i++) {
        if (!text_equal(request->fields[i].name, name))
            continue;
        if (etag_listed(request->fields[i].value, etag, weak))
            return true;
        seen = true;
    }
    return !seen && absent;
}

/* Whether it was not changed after the date that the browser has of it (section 13.1.3). */
static bool unmodified(const struct http_request *request, const struct http_answer *answer)
{
    struct text since = request_field(request, TEXT("if-modified-since"));

    return answer->modified && !answer->undated && since.at && http_date_read(since, answer->modified) >= answer->modified;
}

/* RFC 9110 section 13.2.2: where there are tags, dates do not count. 0: as the application says. */
static unsigned condition(const struct http_request *request, const struct http_answer *answer)
{
    if (request->method != METHOD_GET || answer->status != 200 || !answer->etag.at)
        return 0;
    if (!listed(request, TEXT("if-match"), answer->etag, false, true))
        return 412;
    if (!request_field(request, TEXT("if-none-match")).at && unmodified(request, answer))
        return 304;
    return listed(request, TEXT("if-none-match"), answer->etag, true, false) ? 304 : 0;
}

/* Section 13.1.5: a part is of use only beside what the browser has of the same bytes. Dates are of less use and match none. */
static bool range_holds(const struct http_request *request, const struct http_answer *answer)
{
    struct text tag = request_field(request, TEXT("if-range"));

    return !tag.at || (tag.len && tag.at[0] == '"' && answer->etag.at && etag_listed(tag, answer->etag, false));
}

/* What is said of the answer, and how: a plan for the head. */
struct plan {
    unsigned status;
    struct text body;
    size_t first;         /* of a part */
    bool typed;           /* the body's description belongs there */
    bool lengthy;         /* Content-Length does */
    bool ranged;          /* Content-Range does */
};

static struct plan bare(unsigned status, bool lengthy)
{
    return (struct plan){.status = status, .body = TEXT(""), .lengthy = lengthy};
}

static struct plan make_plan(const struct http_request *request, const struct http_answer *answer, const struct manner *manner)
{
    unsigned status = condition(request, answer);
    size_t first = 0, count = answer->body.len;
    enum range_kind kind = RANGE_NONE;
    struct text range;

    if (status)
        return bare(status, status != 304);
    if (answer->status < 200 || answer->status == 204 || answer->status == 304)
        return bare(answer->status, false);
    if (manner->endless)
        return (struct plan){.status = answer->status, .body = TEXT(""), .typed = true};
    if (answer->ranges && answer->status == 200 && request->method == METHOD_GET && !manner->head_only &&
        (range = request_field(request, TEXT("range"))).at && range_holds(request, answer))
        kind = range_read(range, answer->body.len, &first, &count);
    if (kind == RANGE_OUTSIDE)
        return (struct plan){.status = 416, .body = TEXT(""), .lengthy = true, .ranged = true};
    return (struct plan){
        .status = kind == RANGE_PART ? 206 : answer->status,
        .body = {answer->body.at ? answer->body.at + first : "", count},
        .first = first,
        .typed = true,
        .lengthy = true,
        .ranged = kind == RANGE_PART,
    };
}

/* ---- the head's bytes ---- */

static void put(struct wire_writer *w, struct text text)
{
    wire_put_raw(w, text.at, text.len);
}

/* A field; one that could end its line fails the head. Absent values are left out. */
static void put_field(struct wire_writer *w, struct text name, struct text value)
{
    if (!value.at)
        return;
    for (size_t i = 0; i < value.len; i++)
        if (((unsigned char)value.at[i] < 0x20 && value.at[i] != '\t') || value.at[i] == 0x7f)
            w->error = WIRE_FORM;
    put(w, name);
    put(w, TEXT(": "));
    put(w, value);
    put(w, TEXT("\r\n"));
}

static const char *reason(unsigned status)
{
    static const struct {
        unsigned status;
        const char *phrase;
    } reasons[] = {
#define REASON(status, phrase) {status, phrase},
#include "server/http/reasons.def"
#undef REASON
    };

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status)
            return reasons[i].phrase;
    return "";
}

static void put_number_field(struct wire_writer *w, struct text name, size_t number)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%zu", number);

    put_field(w, name, (struct text){digits, (size_t)len});
}

static void put_range(struct wire_writer *w, const struct plan *plan, size_t whole)
{
    char value[80];
    size_t last = plan->first + plan->body.len - 1;
    int len = plan->status == 416 ? snprintf(value, sizeof value, "bytes */%zu", whole)
                                  : snprintf(value, sizeof value, "bytes %zu-%zu/%zu", plan->first, last, whole);

    put_field(w, TEXT("Content-Range"), (struct text){value, (size_t)len});
}

static void put_status(struct wire_writer *w, unsigned status)
{
    char line[80];
    int len = snprintf(line, sizeof line, "HTTP/1.1 %03u %s\r\n", status % 1000, reason(status));

    put(w, (struct text){line, (size_t)len});
}

static void put_head(struct wire_writer *w, const struct http_answer *answer, const struct plan *plan, const struct manner *manner)
{
    put_status(w, plan->status);
    put_field(w, TEXT("Date"), manner->date);
    if (plan->typed) {
        put_field(w, TEXT("Content-Type"), answer->type);
        put_field(w, TEXT("Content-Encoding"), answer->encoding);
    }
    if (plan->lengthy)
        put_number_field(w, TEXT("Content-Length"), plan->body.len);
    put_field(w, TEXT("ETag"), answer->etag);
    if (answer->modified) {
        struct http_date date = {0};
        put_field(w, TEXT("Last-Modified"), http_date_text(&date, answer->modified));
    }
    if (answer->ranges)
        put_field(w, TEXT("Accept-Ranges"), TEXT("bytes"));
    if (plan->ranged)
        put_range(w, plan, answer->body.len);
    if (manner->close)
        put_field(w, TEXT("Connection"), TEXT("close"));
    else if (manner->old)
        put_field(w, TEXT("Connection"), TEXT("keep-alive"));
    for (uint32_t i = 0; i < answer->field_count; i++)
        put_field(w, answer->fields[i].name, answer->fields[i].value);
    put(w, TEXT("\r\n"));
}

static size_t head_room(const struct http_answer *answer, const struct manner *manner)
{
    enum { OURS = 512 }; /* the status line, numbers, and the names of the fields above */
    size_t room = OURS + manner->date.len + HTTP_DATE + answer->type.len + answer->encoding.len + answer->etag.len;

    for (uint32_t i = 0; i < answer->field_count; i++)
        room += answer->fields[i].name.len + answer->fields[i].value.len + strlen(": \r\n");
    return room;
}

bool answer_compose(const struct http_request *request, const struct http_answer *answer, const struct manner *manner,
                    struct said *said)
{
    const struct plan plan = make_plan(request, answer, manner);
    struct wire_writer w = arena_writer(request->arena, head_room(answer, manner));

    put_head(&w, answer, &plan, manner);
    arena_trim(request->arena, &w);
    if (w.error)
        return false;
    *said = (struct said){
        .head = {(const char *)w.at, w.len},
        .body = manner->head_only ? TEXT("") : plan.body,
        .status = plan.status,
    };
    return true;
}

struct text answer_last_resort(void)
{
    return TEXT("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}
