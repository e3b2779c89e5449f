/* See live_topics.h. */
#include "server/web/live_topics.h"

#include <inttypes.h>
#include <stdio.h>

enum { NUMBER_DIGITS = 19 }; /* any such number fits */

static const char letters[] = {[TOPIC_BOARD] = 'b', [TOPIC_THREAD] = 't', [TOPIC_QUEUE] = 'q', [TOPIC_ACCOUNT] = 'a'};

static bool take_char(struct text *rest, char c)
{
    if (!rest->len || rest->at[0] != c)
        return false;
    *rest = (struct text){rest->at + 1, rest->len - 1};
    return true;
}

/* Takes decimal digits; returns how many there were, and more than is right where there are too many. */
static size_t take_number(struct text *rest, uint64_t *out)
{
    size_t digits = 0;

    *out = 0;
    while (rest->len && rest->at[0] >= '0' && rest->at[0] <= '9' && digits <= NUMBER_DIGITS) {
        *out = *out * 10 + (uint64_t)(rest->at[0] - '0');
        *rest = (struct text){rest->at + 1, rest->len - 1};
        digits++;
    }
    return digits;
}

static bool take_epoch(struct text *rest, uint8_t epoch[LIVE_EPOCH])
{
    static const char digits[] = "0123456789abcdef";

    memset(epoch, 0, LIVE_EPOCH);
    if (rest->len < (size_t)2 * LIVE_EPOCH)
        return false;
    for (size_t i = 0; i < (size_t)2 * LIVE_EPOCH; i++) {
        const char *digit = rest->at[i] ? strchr(digits, rest->at[i]) : NULL;
        if (!digit)
            return false;
        epoch[i / 2] = (uint8_t)(epoch[i / 2] << 4 | (digit - digits));
    }
    *rest = (struct text){rest->at + 2 * LIVE_EPOCH, rest->len - (size_t)2 * LIVE_EPOCH};
    return true;
}

static bool take_letter(struct text *rest, uint8_t *topic)
{
    for (uint8_t i = 0; i < sizeof letters; i++) {
        if (letters[i] && take_char(rest, letters[i])) {
            *topic = i;
            return true;
        }
    }
    return false;
}

static bool take_topic(struct text *rest, struct live_topic *topic)
{
    size_t digits;

    *topic = (struct live_topic){.state = LIVE_ASKED};
    if (!take_letter(rest, &topic->topic))
        return false;
    digits = take_number(rest, &topic->id);
    if (digits > NUMBER_DIGITS || (topic->id == 0 && topic->topic != TOPIC_ACCOUNT && topic->topic != TOPIC_QUEUE))
        return false;
    topic->placed = take_char(rest, '.');
    if (!topic->placed)
        return true;
    digits = take_number(rest, &topic->seq);
    return digits > 0 && digits <= NUMBER_DIGITS;
}

bool live_topics_read(struct text written, uint8_t epoch[LIVE_EPOCH], struct live_topic topics[LIVE_TOPICS], uint32_t *count)
{
    *count = 0;
    if (!take_epoch(&written, epoch))
        return false;
    while (written.len) {
        struct live_topic topic;
        if (*count == LIVE_TOPICS || !take_char(&written, '~') || !take_topic(&written, &topic))
            return false;
        for (uint32_t i = 0; i < *count; i++)
            if (topics[i].topic == topic.topic && topics[i].id == topic.id)
                return false;
        topics[(*count)++] = topic;
    }
    return true;
}

void live_topic_label(char out[LIVE_LABEL], const struct live_topic *topic)
{
    if (topic->id)
        snprintf(out, LIVE_LABEL, "%c%" PRIu64, letters[topic->topic], topic->id);
    else
        snprintf(out, LIVE_LABEL, "%c", letters[topic->topic]);
}

size_t live_topics_write(char out[LIVE_WRITTEN], const uint8_t epoch[LIVE_EPOCH], const struct live_topic *topics, uint32_t count)
{
    char label[LIVE_LABEL];
    size_t len = 0;

    for (size_t i = 0; i < LIVE_EPOCH; i++)
        len += (size_t)snprintf(out + len, LIVE_WRITTEN - len, "%02x", epoch[i]);
    for (uint32_t i = 0; i < count; i++) {
        if (topics[i].state == LIVE_OVER)
            continue;
        live_topic_label(label, &topics[i]);
        len += (size_t)snprintf(out + len, LIVE_WRITTEN - len, "~%s", label);
        if (topics[i].placed)
            len += (size_t)snprintf(out + len, LIVE_WRITTEN - len, ".%" PRIu64, topics[i].seq);
    }
    return len;
}

struct text live_topics_of_query(struct text query)
{
    const struct text name = TEXT("topics=");

    while (query.len) {
        const char *end = memchr(query.at, '&', query.len);
        size_t len = end ? (size_t)(end - query.at) : query.len;
        if (len >= name.len && memcmp(query.at, name.at, name.len) == 0)
            return (struct text){query.at + name.len, len - name.len};
        len += end ? 1 : 0;
        query = (struct text){query.at + len, query.len - len};
    }
    return (struct text){NULL, 0};
}
