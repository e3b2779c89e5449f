/*
 * Filters' texts made into rules that can be applied, and texts made into what these look at.
 *
 * Joins the pure rules (moderation/filter.h) with the folding of letters (util/disguise.h). No store, no request; memory is the arena's but
 * for what a filter keeps. Any thread.
 */
#ifndef LUNTAN_SERVER_FORUM_FILTERING_H
#define LUNTAN_SERVER_FORUM_FILTERING_H

#include "moderation/filter.h"
#include "server/util/arena.h"

/* Reads a filter's text; what comes of it borrows from the text and the arena. False: it is refused. */
MUST_USE bool filtering_read(struct text text, struct arena *arena, struct filter_file *file, struct filter_fault *fault);

/* Folds and compiles what was read, see filter_add. `trial`: patterns are tried out, as before they come into force. */
MUST_USE bool filtering_add(struct filter *filter, struct text name, const struct filter_file *file, const uint64_t *ids, bool trial, struct arena *arena,
                            struct filter_fault *fault);

/* A text to be looked at, and the tags of a thread as one. In the arena. */
struct filter_text filtering_text(struct text text, struct arena *arena);
struct filter_text filtering_tags(struct items tags, struct arena *arena);

/* What stands for a text, so that the same one is known again; 0: it is too short (LIMIT_REPEAT_LETTERS). */
uint64_t filtering_print(const struct filter_text *text);

/* This thread's own time, ns. */
uint64_t filtering_clock(void);

#endif
