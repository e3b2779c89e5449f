/*
 * What a template is given: named values, in the arena of the request.
 *
 * An object has members; a member is one of the kinds below. A record of the protocol can be given whole: its fields
 * are then members by their own names, a list of records is a list, an enumeration prints its words in the reader's
 * language, and nothing is copied. Names are literals. Where memory is short an object, or a name made in the
 * arena, is NULL, which all functions take; the arena says so at the end. One thread at a time.
 *
 *     struct object *o = object_new(arena);
 *     object_record(o, "board", &shape_board_record, &board);
 *     struct list *posts = object_list(o, "posts");
 *     struct object *post = list_add(posts);
 *     object_html(post, "body", markdown);
 */
#ifndef LUNTAN_SERVER_WEB_VALUE_H
#define LUNTAN_SERVER_WEB_VALUE_H

#include "protocol/messages.h"
#include "server/util/arena.h"
#include "server/web/words.h"

/* HTML that was made from templates or by markdown.h and diff.h; nothing else makes one. */
struct html {
    struct text text;
};

struct object;
struct list;

struct object *object_new(struct arena *arena);
void object_text(struct object *o, const char *name, struct text value);
void object_number(struct object *o, const char *name, uint64_t value);
void object_flag(struct object *o, const char *name, bool value);
void object_words(struct object *o, const char *name, enum words words);
void object_html(struct object *o, const char *name, struct html value);
/* An address: a path of this site, or absolute with the scheme https, http or mailto. Others print as "#". */
void object_url(struct object *o, const char *name, struct text value);
/* A path made like printf does; texts in it must be escaped already (url_escape) or be numbers. */
void object_path(struct object *o, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* `record` is a struct of the shape, and must outlive the rendering. */
void object_record(struct object *o, const char *name, const struct shape *shape, const void *record);
/* One composite (RECORD) or a list (RECORDS) as it came in a reply. */
void object_items(struct object *o, const char *name, const struct shape *shape, struct items items);
struct object *object_object(struct object *o, const char *name);
struct list *object_list(struct object *o, const char *name);
struct object *list_add(struct list *list);

/* `text` with everything but unreserved characters escaped (RFC 3986 section 2), and a zero byte behind it. */
struct text url_escape(struct arena *arena, struct text text);

#endif
