/* See plain_request.h. */
#include "server/net/plain_request.h"

#include <strings.h>

enum { METHOD_MOST = 16, HOST_MOST = 255 };

static bool is_host_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(".-:[]", c));
}

static bool is_target_char(char c)
{
    return c > ' ' && c < 0x7f && !strchr("\"<>\\`", c);
}

static bool all(struct text text, bool (*is)(char c))
{
    for (size_t i = 0; i < text.len; i++)
        if (!is(text.at[i]))
            return false;
    return text.len > 0;
}

/* Whether it begins like a request line: a method in capitals and a space. */
static enum plain_outcome begins(struct text all_of_it)
{
    size_t i = 0;

    while (i < all_of_it.len && i < METHOD_MOST && all_of_it.at[i] >= 'A' && all_of_it.at[i] <= 'Z')
        i++;
    if (i == all_of_it.len && i < METHOD_MOST)
        return PLAIN_MORE;
    return i >= 3 && i < METHOD_MOST && i < all_of_it.len && all_of_it.at[i] == ' ' ? PLAIN_REQUEST : PLAIN_WORDS;
}

/* Takes the next line, without its CR LF. False: it has not come whole, or ends otherwise (then `*broken`). */
static bool take_line(struct text *rest, struct text *line, bool *broken)
{
    const char *end = rest->len ? memchr(rest->at, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->at) : 0;

    if (!end)
        return false;
    *broken = len == 0 || rest->at[len - 1] != '\r' || memchr(rest->at, '\r', len) != rest->at + len - 1;
    *line = (struct text){rest->at, *broken ? 0 : len - 1};
    *rest = (struct text){end + 1, rest->len - len - 1};
    return !*broken;
}

static bool starts_with(struct text text, struct text with)
{
    return text.len >= with.len && memcmp(text.at, with.at, with.len) == 0;
}

/* RFC 9112 section 3, the target in origin form. */
static bool read_request_line(struct text line, struct plain_request *out)
{
    const struct text get = TEXT("GET "), head = TEXT("HEAD ");
    const char *end;

    out->head = starts_with(line, head);
    if (!out->head && !starts_with(line, get))
        return false;
    line.at += out->head ? head.len : get.len;
    line.len -= out->head ? head.len : get.len;
    end = memchr(line.at, ' ', line.len);
    if (!end)
        return false;
    out->target = (struct text){line.at, (size_t)(end - line.at)};
    struct text version = {end + 1, line.len - out->target.len - 1};
    return (text_equal(version, TEXT("HTTP/1.1")) || text_equal(version, TEXT("HTTP/1.0"))) &&
           all(out->target, is_target_char) && out->target.at[0] == '/';
}

/* Whether the line is the field Host; its value without the blanks around it. */
static bool is_host(struct text line, struct text *value)
{
    const struct text name = TEXT("Host:");

    if (line.len < name.len || strncasecmp(line.at, name.at, name.len) != 0)
        return false;
    *value = (struct text){line.at + name.len, line.len - name.len};
    while (value->len && (value->at[0] == ' ' || value->at[0] == '\t'))
        *value = (struct text){value->at + 1, value->len - 1};
    while (value->len && (value->at[value->len - 1] == ' ' || value->at[value->len - 1] == '\t'))
        value->len--;
    return true;
}

enum plain_outcome plain_request_read(const uint8_t *at, size_t len, struct plain_request *out)
{
    struct text rest = {(const char *)at, len}, line;
    bool broken = false;
    enum plain_outcome outcome = begins(rest);

    *out = (struct plain_request){.head = false};
    if (outcome != PLAIN_REQUEST)
        return outcome;
    if (take_line(&rest, &line, &broken) && !read_request_line(line, out))
        return PLAIN_REFUSED;
    while (out->target.at && take_line(&rest, &line, &broken)) {
        if (is_host(line, &out->host))
            return out->host.len <= HOST_MOST && all(out->host, is_host_char) ? PLAIN_REQUEST : PLAIN_REFUSED;
        if (line.len == 0)
            return PLAIN_REFUSED;
    }
    return broken || len >= PLAIN_REQUEST_MOST ? PLAIN_REFUSED : PLAIN_MORE;
}
