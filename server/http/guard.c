/* See guard.h. */
#include "server/http/guard.h"

#include <string.h>

#include "server/http/value.h"

/* ---- bytes by what they may be ---- */

enum class {
    BAD,    /* controls, DEL */
    CR,
    LF,
    SPACE,
    TAB,
    COLON,
    TOKEN,  /* RFC 9110 section 5.6.2 */
    HASH,   /* a token's too, but begins what a target never holds */
    TARGET, /* other visible ones that a target may hold */
    VALUE,  /* other visible ones */
    HIGH,   /* beyond ASCII */
    CLASSES,
};

enum { B = BAD, S = SPACE, T = TAB, O = COLON, K = TOKEN, N = HASH, G = TARGET, V = VALUE, H = HIGH };

#define ROW(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p) a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p
#define SAME(x) ROW(x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x)
static const uint8_t classes[256] = {
    ROW(B, B, B, B, B, B, B, B, B, T, LF, B, B, CR, B, B),
    SAME(B),
    ROW(S, K, V, N, K, K, K, K, G, G, K, K, G, K, K, G), /*   !"#$%&'()*+,-./ */
    ROW(K, K, K, K, K, K, K, K, K, K, O, G, V, G, V, G), /* 0123456789:;<=>? */
    ROW(G, K, K, K, K, K, K, K, K, K, K, K, K, K, K, K), /* @ABCDEFGHIJKLMNO */
    ROW(K, K, K, K, K, K, K, K, K, K, K, G, G, G, K, K), /* PQRSTUVWXYZ[\]^_ */
    SAME(K),                                             /* `abcdefghijklmno */
    ROW(K, K, K, K, K, K, K, K, K, K, K, G, K, G, K, B), /* pqrstuvwxyz{|}~  */
    SAME(H), SAME(H), SAME(H), SAME(H), SAME(H), SAME(H), SAME(H), SAME(H),
};
#undef ROW
#undef SAME

static size_t refuse(struct http_guard *g, unsigned status)
{
    g->refused = (uint16_t)status;
    return 0;
}

/* ---- heads ---- */

/* What the next byte belongs to. WRONG is 0, so that what a row does not name is refused. */
enum state {
    WRONG, START, START_LF, FIRST, METHOD, GAP, AIM, VERSION, LINE_LF, FIELD, NAME, CONTENT, CONTENT_LF, END_LF, END, STATES,
};

/* RFC 9112 sections 2.2 (one empty line before the request is passed over), 3 and 5. */
static const uint8_t moves[STATES][CLASSES] = {
    [START] = {[CR] = START_LF, [TOKEN] = METHOD, [HASH] = METHOD},
    [START_LF] = {[LF] = FIRST},
    [FIRST] = {[TOKEN] = METHOD, [HASH] = METHOD},
    [METHOD] = {[TOKEN] = METHOD, [HASH] = METHOD, [SPACE] = GAP},
    [GAP] = {[TOKEN] = AIM, [TARGET] = AIM},
    [AIM] = {[TOKEN] = AIM, [TARGET] = AIM, [COLON] = AIM, [SPACE] = VERSION},
    [VERSION] = {[TOKEN] = VERSION, [TARGET] = VERSION, [CR] = LINE_LF},
    [LINE_LF] = {[LF] = FIELD},
    [FIELD] = {[TOKEN] = NAME, [HASH] = NAME, [CR] = END_LF},
    [NAME] = {[TOKEN] = NAME, [HASH] = NAME, [COLON] = CONTENT},
    [CONTENT] = {[TOKEN] = CONTENT, [HASH] = CONTENT, [TARGET] = CONTENT, [VALUE] = CONTENT, [COLON] = CONTENT,
                 [HIGH] = CONTENT, [SPACE] = CONTENT, [TAB] = CONTENT, [CR] = CONTENT_LF},
    [CONTENT_LF] = {[LF] = FIELD},
    [END_LF] = {[LF] = END},
};

/* RFC 9112 section 2.3. The digits are told from the rest, so that versions that may exist are 505. */
static unsigned version_step(struct http_guard *g, uint8_t byte)
{
    static const char form[] = "HTTP/d.d";

    if (g->version == sizeof form - 1)
        return 400;
    char want = form[g->version++];
    if (want != 'd')
        return byte == (uint8_t)want ? 0 : 400;
    if (byte < '0' || byte > '9')
        return 400;
    if (g->version < sizeof form - 1)
        return byte == '1' ? 0 : 505;
    g->old = byte == '0';
    return byte <= '1' ? 0 : 505;
}

/* What counting and comparing there is beside the table. */
static unsigned look(struct http_guard *g, enum state to, uint8_t byte)
{
    if (to == AIM)
        return ++g->target > HTTP_MAX_TARGET ? 414 : 0;
    if (to == VERSION && byte != ' ')
        return version_step(g, byte);
    if (to == LINE_LF)
        return g->version == strlen("HTTP/d.d") ? 0 : 400;
    return 0;
}

size_t http_guard_head(struct http_guard *g, const uint8_t *at, size_t len)
{
    enum state state = g->state == WRONG ? START : (enum state)g->state;
    size_t i = 0;

    while (i < len && !g->refused && !g->done) {
        enum state to = (enum state)moves[state][classes[at[i]]];
        unsigned status = to == WRONG ? 400 : 0;

        if (!status && to <= LINE_LF)
            status = look(g, to, at[i]);
        else if (!status && to == NAME && state == FIELD)
            status = ++g->lines > HTTP_MAX_FIELDS ? 431 : 0;
        if (!status && ++g->bytes > HTTP_MAX_HEAD)
            status = 431;
        if (status)
            return refuse(g, status);
        g->done = to == END;
        state = to;
        i++;
    }
    g->state = (uint8_t)state;
    return i;
}

/* ---- Host, and what frames the body ---- */

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool http_guard_host(struct text host)
{
    size_t i = 0;

    if (host.len == 0 || host.len > HTTP_MAX_HOST)
        return false;
    if (host.at[0] == '[') {
        for (i = 1; i < host.len && (is_alnum(host.at[i]) || host.at[i] == ':' || host.at[i] == '.');)
            i++;
        if (i < 3 || i == host.len || host.at[i++] != ']')
            return false;
    } else {
        while (i < host.len && (is_alnum(host.at[i]) || host.at[i] == '.' || host.at[i] == '-' || host.at[i] == '_'))
            i++;
        if (i == 0)
            return false;
    }
    if (i < host.len && host.at[i++] != ':')
        return false;
    if (host.len - i > strlen("65535"))
        return false;
    while (i < host.len && host.at[i] >= '0' && host.at[i] <= '9')
        i++;
    return i == host.len;
}

static unsigned see_host(struct http_guard *g, struct text value)
{
    (void)g;
    return http_guard_host(value) ? 0 : 400;
}

/* RFC 9112 section 6.2: one number, not a list of equal ones either. */
static unsigned see_length(struct http_guard *g, struct text value)
{
    enum { DIGITS = 18 };

    if (value.len == 0 || value.len > DIGITS)
        return 400;
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return 400;
        g->length = g->length * 10 + (uint64_t)(value.at[i] - '0');
    }
    g->has_length = true;
    return 0;
}

/* RFC 9112 section 6.1. HTTP/1.0 has no codings: who says so there has a broken framing. */
static unsigned see_coding(struct http_guard *g, struct text value)
{
    if (g->old)
        return 400;
    if (!value_same(value, TEXT("chunked")))
        return 501;
    g->chunked = true;
    return 0;
}

enum { SEEN_HOST, SEEN_LENGTH, SEEN_CODING, SEEN };

static const struct {
    struct text name;
    unsigned (*see)(struct http_guard *g, struct text value);
} seen[SEEN] = {
    [SEEN_HOST] = {TEXT_INIT("host"), see_host},
    [SEEN_LENGTH] = {TEXT_INIT("content-length"), see_length},
    [SEEN_CODING] = {TEXT_INIT("transfer-encoding"), see_coding},
};

/* The next line of `rest` without its CR LF, which every line has. */
static struct text next_line(struct text *rest)
{
    const char *end = memchr(rest->at, '\r', rest->len);
    struct text line = {rest->at, end ? (size_t)(end - rest->at) : rest->len};
    size_t step = end ? line.len + 2 : line.len;

    rest->at += step;
    rest->len -= step;
    return line;
}

static unsigned see_line(struct http_guard *g, struct text line, unsigned counts[SEEN])
{
    const char *colon = memchr(line.at, ':', line.len);
    size_t name = colon ? (size_t)(colon - line.at) : 0;

    for (unsigned i = 0; colon && i < SEEN; i++) {
        if (!value_same((struct text){line.at, name}, seen[i].name))
            continue;
        if (counts[i]++)
            return 400;
        return seen[i].see(g, value_trim((struct text){colon + 1, line.len - name - 1}));
    }
    return 0;
}

unsigned http_guard_fields(struct http_guard *g, struct text head)
{
    unsigned counts[SEEN] = {0};
    struct text line = next_line(&head);

    if (line.len == 0)
        (void)next_line(&head); /* the request line, after the empty one */
    while (!g->refused && (line = next_line(&head)).len)
        g->refused = (uint16_t)see_line(g, line, counts);
    if (!g->refused && ((!g->old && !counts[SEEN_HOST]) || (counts[SEEN_LENGTH] && counts[SEEN_CODING])))
        g->refused = 400;
    g->done = !g->refused && !g->chunked;
    return g->refused;
}

/* ---- chunks ---- */

/* RFC 9112 section 7.1. LAST is after the chunk of length 0: the empty line that ends the body, for trailers are refused. */
enum chunk_state { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST, LAST_LF };

static int hex(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* A byte of the line with the chunk's length. */
static enum chunk_state size_step(struct http_guard *g, uint8_t byte)
{
    int digit = hex(byte);

    if (digit >= 0 && g->digits < HTTP_MAX_CHUNK_DIGITS) {
        g->left = g->left << 4 | (unsigned)digit;
        g->digits++;
        return SIZE;
    }
    if (g->digits && byte == '\r')
        return SIZE_LF;
    if (!g->digits || byte != ';')
        refuse(g, 400);
    return EXTENSION;
}

static enum chunk_state extension_step(struct http_guard *g, uint8_t byte)
{
    if (byte == '\r')
        return SIZE_LF;
    if (classes[byte] <= LF || ++g->extensions > HTTP_MAX_EXTENSIONS)
        refuse(g, 400);
    return EXTENSION;
}

/* A byte that must be `want`. */
static enum chunk_state expect(struct http_guard *g, uint8_t byte, uint8_t want, enum chunk_state to)
{
    if (byte != want)
        refuse(g, 400);
    return to;
}

/* Any byte but those of data. */
static enum chunk_state chunk_step(struct http_guard *g, enum chunk_state state, uint8_t byte)
{
    switch (state) {
    case SIZE:
        return size_step(g, byte);
    case EXTENSION:
        return extension_step(g, byte);
    case SIZE_LF:
        return expect(g, byte, '\n', g->left ? DATA : LAST);
    case DATA:
    case DATA_CR:
        return expect(g, byte, '\r', DATA_LF);
    case DATA_LF:
        g->digits = 0;
        return expect(g, byte, '\n', SIZE);
    case LAST:
        return expect(g, byte, '\r', LAST_LF);
    case LAST_LF:
        break;
    }
    g->done = byte == '\n';
    return expect(g, byte, '\n', LAST_LF);
}

size_t http_guard_chunks(struct http_guard *g, const uint8_t *at, size_t len)
{
    enum chunk_state state = (enum chunk_state)g->chunk_state;
    size_t i = 0;

    while (i < len && !g->refused && !g->done) {
        if (state != DATA) {
            state = chunk_step(g, state, at[i++]);
            continue;
        }
        size_t piece = g->left < len - i ? (size_t)g->left : len - i;
        g->left -= piece;
        i += piece;
        if (g->left == 0)
            state = DATA_CR;
    }
    g->chunk_state = (uint8_t)state;
    return g->refused ? 0 : i;
}
