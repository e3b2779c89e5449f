/*
 * A filter's text as an administrator writes it, read into rules and what they look for.
 *
 *     # advertising
 *     rule loans hold spam in title,body
 *     word 无抵押贷款
 *     pattern 微信\s*[a-z0-9]{6,}
 *     link example.com
 *     repeat 3 in 24h
 *
 * A line that begins with # is a remark. What a rule looks for stands below it, a line each; one of them is enough. Everything borrows from
 * the text. Pure, no memory of its own; any thread.
 */
#ifndef LUNTAN_MODERATION_FILTER_FILE_H
#define LUNTAN_MODERATION_FILTER_FILE_H

#include "protocol/messages.h"

/* What can be wrong with it. */
enum filter_complaint {
#define COMPLAINT(NAME, zh, en) FILTER_COMPLAINT_##NAME,
#include "moderation/filter.def"
};

/* Where: lines and characters of a line are counted from 1; line 0: in no line. */
struct filter_fault {
    enum filter_complaint what;
    uint64_t line, column;
};

/* Where a rule looks; bits. */
enum filter_place { FILTER_TITLE = 1, FILTER_BODY = 2, FILTER_TAGS = 4, FILTER_EVERYWHERE = 7 };

struct filter_rule {
    struct text name;
    enum filter_action action;
    enum reason reason; /* NONE: none was given */
    unsigned places;    /* of enum filter_place */
    uint64_t line;
};

enum filter_kind { FILTER_WORD, FILTER_PATTERN, FILTER_LINK, FILTER_REPEAT };

struct filter_term {
    enum filter_kind kind;
    size_t rule;           /* its rule's place in the file */
    uint64_t line, column; /* of what stands behind the keyword */
    struct text text;      /* that; of a repeat absent */
    uint64_t times;        /* of a repeat: the how manieth is hit */
    int64_t span;          /* and within which time, ms */
};

struct filter_file {
    struct filter_rule *rules; /* room for `rule_room`, the caller's */
    struct filter_term *terms; /* room for `term_room` */
    size_t rule_room, term_room;
    size_t rule_count, term_count;
};

/* How many lines the text has: no more rules, and no more terms, can be in it. */
size_t filter_lines(struct text text);

/* Reads the text, which is UTF-8. False: it is refused, and `fault` says why. Patterns are only looked at when they are compiled. */
MUST_USE bool filter_parse(struct text text, struct filter_file *file, struct filter_fault *fault);

/* Whether something can name a filter or a rule. */
bool filter_is_name(struct text name);

/* The complaint for people. */
struct text filter_words(enum filter_complaint what, bool english);

#endif
