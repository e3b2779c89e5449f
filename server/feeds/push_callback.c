/* See push_callback.h. */
#include "server/feeds/push_callback.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "server/feeds/push_limits.h"

enum { PORT_HTTP = 80, PORT_HTTPS = 443, PORT_ANY = 1024 };

/* What nobody may hide in an address that goes into a request line: blanks, controls, quotes, other alphabets. */
static bool is_plain(struct text url)
{
    for (size_t i = 0; i < url.len; i++)
        if (url.at[i] <= ' ' || url.at[i] > '~' || strchr("\"<>\\^`{|}#", url.at[i]))
            return false;
    return url.len && url.len <= PUSH_MAX_ADDRESS;
}

static CURLU *parse(const char *url)
{
    CURLU *parts = curl_url();

    if (parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK)
        return parts;
    curl_url_cleanup(parts);
    return NULL;
}

static bool has(CURLU *parts, CURLUPart which)
{
    char *piece = NULL;
    bool there = curl_url_get(parts, which, &piece, 0) == CURLUE_OK;

    curl_free(piece);
    return there;
}

static bool may_scheme(CURLU *parts)
{
    char *scheme = NULL;
    bool may = curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
               (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);

    curl_free(scheme);
    return may;
}

static bool may_port(CURLU *parts)
{
    char *port = NULL;
    bool may = false;

    if (curl_url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK) {
        long number = strtol(port, NULL, 10);
        may = number == PORT_HTTP || number == PORT_HTTPS || number >= PORT_ANY;
    }
    curl_free(port);
    return may;
}

bool push_callback_may(struct text url)
{
    char whole[PUSH_MAX_ADDRESS + 1];
    CURLU *parts;

    if (!is_plain(url))
        return false;
    memcpy(whole, url.at, url.len);
    whole[url.len] = '\0';
    parts = parse(whole);
    if (!parts)
        return false;
    bool may = may_scheme(parts) && may_port(parts) && !has(parts, CURLUPART_USER) && !has(parts, CURLUPART_PASSWORD);
    curl_url_cleanup(parts);
    return may;
}

char *push_callback_host(const char *url)
{
    CURLU *parts = parse(url);
    char *host = NULL, *own = NULL;

    if (parts && curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
        own = strdup(host);
    for (char *c = own; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    curl_free(host);
    curl_url_cleanup(parts);
    return own;
}
